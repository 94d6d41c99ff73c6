"""The composer: planned facts as sentences, in English and Chinese, deterministic and grounded by construction."""

from collections.abc import Callable, Iterator, Mapping

from goodword.types import Channel, Lang
from goodword.writing import channels
from goodword.writing.listing import listing
from goodword.writing.pieces import Composed, Piece, join
from goodword.writing.plan import Plan
from goodword.writing.voice import Voice, allows, prefer
from goodword.writing.wording import load

__all__ = ["VERSION", "Composed", "compose"]

VERSION = "3"
_CHANNELS: Mapping[Channel, Callable[[Plan, Lang, Voice], Iterator[Piece]]] = {
    "listing": listing, "bullets": channels.bullets, "title": channels.title, "seo": channels.seo,
    "social": channels.social,
}  # fmt: skip


def compose(plan: Plan, lang: Lang, *, voice: Voice, channel: Channel = "listing") -> Composed:
    """The text of a plan in one language. The same plan and voice always give the same text.

    No sentence holds a word the voice bans, save a locked one (a warning, an age), which is said word for word.
    """
    pieces = [_voiced(p, voice) for p in _CHANNELS[channel](plan, lang, voice)]
    between = "\n" if channel in {"bullets", "seo"} else load(lang).glue("space")
    return join([p for p in pieces if p.locked or allows(voice, p.text)], between)


def _voiced(piece: Piece, voice: Voice) -> Piece:
    text = piece.text if piece.locked else prefer(voice, piece.text)
    return Piece(text=text, facts=piece.facts, locked=piece.locked)
