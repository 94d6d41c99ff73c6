"""Quotes: the sentence of a review in which something stands, without personal data. Nothing is worded anew.

Chosen by number before the file is read a second time, so that no text is held; a sentence with orders to a model,
harm or a contact in it is not quoted.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from goodword.guard.harm import find as harm
from goodword.guard.personal.redact import redact
from goodword.guard.personal.screen import screen
from goodword.jobs.reviews_score import orders
from goodword.opinions.base import Opinion
from goodword.text import segment

LONGEST, SHORTEST = 180, 8
CANDIDATES = 5  # looked at for each quote wanted
_SPOKEN = re.compile(r"https?://|www\.|@|<[^>]*>")


@dataclass
class Quotes:
    """Wanted places by key, and the quotes found there."""

    wanted: dict[int, list[tuple[str, int, int]]] = field(default_factory=lambda: defaultdict(list))
    found: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def want(self, key: str, review: int, start: int = 0, end: int = 0) -> None:
        """Quote that review where the span stands; of a span without length the whole, cut to a sentence."""
        self.wanted[review].append((key, start, end))

    def read(self, place: int, opinion: Opinion, most: int = 4) -> None:
        """Take what is wanted of the review at that place of the file."""
        for key, start, end in self.wanted.pop(place, ()):
            if len(self.found[key]) >= most or any(q["id"] == opinion.id for q in self.found[key]):
                continue
            if text := quotable(opinion, start, end):
                when = date.fromordinal(opinion.day).isoformat() if opinion.day else ""
                self.found[key].append({"id": opinion.id, "text": text, "date": when, "product": opinion.product,
                                        "rating": opinion.rating, "lang": opinion.lang})  # fmt: skip

    def best(self, key: str, lang: str, most: int = 2) -> list[dict[str, Any]]:
        """The quotes of a key, those in the reader's language first."""
        return sorted(self.found[key], key=lambda q: q["lang"] != lang)[:most]


def quotable(opinion: Opinion, start: int, end: int) -> str:
    """The sentence around a span with personal data covered; '' where it cannot be shown."""
    spans = segment.sentences(opinion.text)
    a, b = next(((x, y) for x, y in spans if x <= start < y), (0, len(opinion.text)))
    if b - a > LONGEST:
        a = max(a, start - LONGEST // 2)
        b = min(b, max(end, start) + LONGEST // 2)
    text = opinion.text[a:b].strip()
    if len(text) < SHORTEST // (2 if opinion.lang == "zh" else 1) or _SPOKEN.search(text):
        return ""
    if harm.find(text, opinion.lang) or orders(opinion.text, opinion.lang):
        return ""
    covered = redact(text, screen(text, opinion.lang))
    return ("…" if a and a not in {x for x, _ in spans} else "") + " ".join(covered.split())
