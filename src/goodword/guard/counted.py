"""Numbers that measure nothing: how many colours or sizes there are, version numbers, any figure left unjudged."""

import re
from collections.abc import Iterator
from decimal import Decimal

from goodword.guard.base import Matter
from goodword.guard.held import Held, evidence
from goodword.text import quantities
from goodword.text.normalise import fold
from goodword.types import Claim, Fact, Quantities, Terms, Verdict

_FIGURE = re.compile(r"(?<![a-z0-9.,])\d+(?:[.,]\d+)*(?![\d])")
_WORDS = "two|three|four|five|six|seven|eight|nine|ten"
_VALUES = re.compile(
    rf"(?<![a-z0-9.])(?P<en>\d+|{_WORDS})\s+(?P<things>colou?rs?|shades|sizes|flavou?rs|scents)\b"
    r"|(?P<zh>\d+|[两二三四五六七八九十])(?:种|个|款)?(?P<what>颜色|色(?!号|温)|尺码|码可选|口味|香型)"
)
_KEYS = {"c": "colour", "sh": "colour", "si": "size", "f": "flavour", "sc": "scent",
         "颜": "colour", "色": "colour", "尺": "size", "码": "size", "口": "flavour", "香": "scent"}  # fmt: skip


def values(matter: Matter, held: Held) -> Iterator[Verdict]:
    """'three colours' against the colours the facts list."""
    for m in _VALUES.finditer(fold(matter.text).text):
        if len(fold(matter.text).text) != len(matter.text):
            return
        thing = m["things"] or m["what"]
        key = _KEYS.get(thing[:1]) or _KEYS.get(thing[:2], "")
        count = _count(m["en"] or m["zh"])
        claim = Claim(start=m.start(), end=m.end(), kind="number")
        listed = [(f, n) for f in held.facts if f.key == key and (n := _listed(f))]
        for fact, number in listed[:1]:
            stance = "supported" if number == count else "refuted"
            yield Verdict(claim=claim, stance=stance, evidence=(evidence(fact, 0, len(fact.text)),))  # type: ignore[arg-type]


def _listed(fact: Fact) -> int:
    value = fact.value
    if isinstance(value, Terms) or (isinstance(value, Quantities) and value.joined == "choice"):
        return len(value.items)
    return 0


def _count(written: str) -> Decimal | None:
    found = quantities.find(f"{written} pcs" if written.isascii() else f"{written}个")
    return found[0].low if found else None


def figures(matter: Matter, held: Held, taken: list[tuple[int, int]]) -> Iterator[Verdict]:
    """Every figure outside `taken` must stand in a fact: no number goes unjudged."""
    text = fold(matter.text)
    for m in _FIGURE.finditer(text.text):
        start, end = text.home(*m.span())
        if any(a < end and start < b for a, b in taken):
            continue
        written = re.compile(rf"(?<![\d.]){re.escape(m.group())}(?!\d|\.\d)")
        found = next(((f, h) for f, t in held.folded if (h := written.search(t)) and len(t) == len(f.text)), None)
        claim = Claim(start=start, end=end, kind="number")
        if found:
            yield Verdict(claim=claim, stance="supported", evidence=(evidence(found[0], *found[1].span()),))
        else:
            yield Verdict(claim=claim, stance="silent")
