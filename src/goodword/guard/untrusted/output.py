"""What a model's text must not say, whatever it was told: leaks, unlawful promises, unknown codes, fake reviews, disparagement."""  # noqa: E501

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from goodword.guard.untrusted.frames import compiled
from goodword.guard.untrusted.reading import table
from goodword.types import Lang, Severity

KINDS = ("leak", "unlawful_promise", "fake_review", "disparagement")


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A span that must not be said, or not without evidence."""

    kind: str
    severity: Severity
    start: int
    end: int


@cache
def _patterns(kind: str, lang: Lang) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(compiled(p, lang).pattern, re.IGNORECASE) for p in table("output")[kind][lang])


def find(text: str, lang: Lang) -> Iterator[Said]:
    """Spans that no text of a shop may hold."""
    for kind in KINDS:
        for pattern in _patterns(kind, lang):
            for m in pattern.finditer(text):
                yield Said(kind=kind, severity=table("output")[kind]["severity"], start=m.start(), end=m.end())


def unknown_codes(text: str, lang: Lang, evidence: Sequence[str]) -> Iterator[Said]:
    """Coupon codes that none of the facts and passages holds."""
    held = "\n".join(evidence).casefold()
    for written in table("output")["coupon"][lang]:
        for m in re.finditer(written, text):
            if m.group("code").casefold() not in held:
                yield Said(kind="coupon", severity="needs_evidence", start=m.start("code"), end=m.end("code"))
