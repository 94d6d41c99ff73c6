"""What stands between a job and a language model: a text to be made, what is asked for it, and what of it stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from goodword.llm.base import Backend, Completion, Prompt
from goodword.types import Channel, Draft, Lang, MadeBy, Market, Product, Sentence
from goodword.writing.plan import Plan
from goodword.writing.voice import Voice, allows

# Titles, bullets and search lines are labels and values: there is nothing to word.
CHANNELS: frozenset[Channel] = frozenset({"listing", "social"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """One text to be made: a product as the shop holds it, what is to be said, and where."""

    product: Product
    planned: Plan
    lang: Lang
    market: Market
    key: str  # content key of the composer's text


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One sentence of the outcome and the facts it rests on."""

    text: str
    facts: tuple[str, ...]
    reworded: bool = False  # in the model's words
    locked: bool = False
    origin: tuple[int, ...] = ()  # places of the composer's sentences it stands for, if it stands for whole ones


@dataclass(frozen=True, kw_only=True, slots=True)
class Worded:
    """What stands of an answer, and which of its sentences (by place) may be asked for once more, and why."""

    pieces: tuple[Piece, ...]
    back: tuple[int, ...] = ()
    reason: str = ""

    @property
    def reworded(self) -> int:
        """How many sentences are the model's."""
        return sum(p.reworded for p in self.pieces)


class Writer(Protocol):
    """A way of getting a model's words: rewriting verified sentences (`reword`), or writing from facts (`author`)."""

    @property
    def backend(self) -> Backend:
        """Who is asked."""
        ...

    @property
    def id(self) -> str:
        """All that the wording depends on besides the text: part of the content key."""
        ...

    @property
    def again(self) -> bool:
        """Whether a sentence that was sent back is asked for once more."""
        ...

    def ask(self, text: Text, draft: Draft) -> Prompt | None:
        """The prompt for a text of which `draft` is the composer's; None where there is nothing a model may word."""
        ...

    def take(self, text: Text, draft: Draft, answer: Completion) -> Worded:
        """What of an answer stands. One that broke off, refused, failed or uses a banned word stands in nothing."""
        ...

    def ask_again(self, text: Text, draft: Draft, found: Worded, answer: Completion) -> Sequence[tuple[int, Prompt]]:
        """Prompts for the sentences that were sent back, by place."""
        ...

    def take_again(self, text: Text, draft: Draft, first: Completion, answers: Mapping[int, Completion]) -> Worded:
        """The whole with second attempts."""
        ...


def said(answer: Completion, voice: Voice) -> str:
    """The answer's text; nothing where it is no whole answer or says a banned word of the voice."""
    text = answer.text.strip() if answer.finish == "stop" else ""
    return text if allows(voice, text) else ""


def tone(voice: Voice, lang: Lang) -> str:
    """How the voice sounds in a language, in words for a prompt."""
    return voice.tone_en if lang == "en" else voice.tone_zh


def drafted(draft: Draft, found: Worded, backend: Backend, prompt: Prompt, answers: Sequence[Completion]) -> Draft:
    """The draft in the words that stand."""
    between = " " if draft.lang == "en" else ""
    text, sentences = "", []
    for piece in found.pieces:
        text += between if text else ""
        start = len(text)
        text += piece.text
        sentences.append(Sentence(start=start, end=len(text), facts=piece.facts, locked=piece.locked))
    return replace(
        draft, text=text, sentences=tuple(sentences), made_by=_made_by(found, draft.lang, backend, prompt, answers)
    )


def reverted(draft: Draft, found: Worded, bad: Collection[int], reason: str) -> Worded:
    """The composer's sentences again in the place of the pieces (by place) that the guard would not release."""
    gone = {o for n in bad for o in found.pieces[n].origin}
    more = {n for n, p in enumerate(found.pieces) if gone & set(p.origin)}
    while more - set(bad):
        bad = {*bad, *more}
        gone = {o for n in bad for o in found.pieces[n].origin}
        more = {n for n, p in enumerate(found.pieces) if gone & set(p.origin)}
    pieces: list[Piece] = []
    for n, piece in enumerate(found.pieces):
        if n not in bad or not piece.origin:
            pieces.append(piece)
            continue
        for o in sorted(set(piece.origin) & gone):
            s = draft.sentences[o]
            pieces.append(Piece(text=draft.text[s.start : s.end], facts=s.facts, locked=s.locked, origin=(o,)))
            gone.discard(o)
    return replace(found, pieces=tuple(pieces), back=found.back or tuple(sorted(bad)), reason=found.reason or reason)


def note(found: Worded, lang: Lang) -> str:
    """How much was reworded, and why the rest was not, in one line for a person."""
    of = sum(not p.locked for p in found.pieces)
    back = f"; sent back: {found.reason}" if lang == "en" else f"；退回：{found.reason}"
    told = f"{found.reworded} of {of} sentences reworded" if lang == "en" else f"{of}句中改写了{found.reworded}句"
    return told + (back if found.back else "")


def _made_by(found: Worded, lang: Lang, backend: Backend, prompt: Prompt, answers: Sequence[Completion]) -> MadeBy:
    return MadeBy(
        backend=backend.name, model=backend.model, prompt_sha256=prompt.sha256(), seed=prompt.seed,
        tokens_in=sum(a.tokens_in for a in answers), tokens_out=sum(a.tokens_out for a in answers),
        seconds=round(sum(a.seconds for a in answers), 3), cost=sum((a.cost for a in answers), Decimal(0)),
        currency=next((a.currency for a in answers), "USD"),
        reworded=found.reworded, note=note(found, lang),
    )  # fmt: skip
