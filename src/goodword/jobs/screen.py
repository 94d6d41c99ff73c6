"""Screening what comes from outside: orders to a model, personal data, harm. What cannot be screened does not pass."""

from collections.abc import Collection
from dataclasses import dataclass

from goodword.guard import blocks
from goodword.guard.harm import find as harm
from goodword.guard.personal import screen as personal
from goodword.guard.personal.redact import redact
from goodword.guard.personal.spans import Span
from goodword.guard.untrusted import screen as untrusted
from goodword.types import Lang


@dataclass(frozen=True, kw_only=True, slots=True)
class Screening:
    """What stands in an untrusted text, and the text with personal data covered."""

    injection: untrusted.Screened
    personal: tuple[Span, ...]
    harm: tuple[harm.Span, ...]
    redacted: str


def screen(text: str, lang: Lang, *, own_contacts: Collection[str] = ()) -> Screening:
    """Screen a question, a review, a field of a feed, a document.

    Args:
        own_contacts: the shop's own public telephone numbers, addresses and names; never reported.

    Raises:
        DataError: weights or a library are missing or altered: the text must be held.
        InputError: the text is longer than `blocks.SCREENED` characters.
    """
    blocks.admit(text, blocks.SCREENED)
    found = personal.screen(text, lang, own_contacts=own_contacts)
    return Screening(injection=untrusted.score(text, lang), personal=tuple(found), harm=harm.find(text, lang),
                     redacted=redact(text, found))  # fmt: skip
