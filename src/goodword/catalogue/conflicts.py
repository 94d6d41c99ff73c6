"""Facts of one product that cannot both hold: reported, never merged."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from goodword.catalogue import titles
from goodword.text import compare, lexicon
from goodword.types import Composition, Conflict, Dates, Fact, Flag, Money, Quantities, Quantity, Terms

# Headings of one attribute that tell of different parts or states of the thing; these are not held against each other.
_PARTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?i)upper|鞋面",
        r"(?i)frame|架",
        r"(?i)body|主体|机身",
        r"(?i)tank|水箱",
        r"(?i)shell|outer|外层|面布",
        r"(?i)shipping|packag|packed|包装",
        r"(?i)cover|套",
        r"(?i)handle|柄",
        r"(?i)max|最大|最高",
        r"(?i)min|最小|最低",
        r"(?i)seat|坐",
        r"(?i)case|壳",
    )
)
_UNJUDGED = {"title", "price", "stock", "category", "tags", "image", "link", "description", "sku", "gtin"}


def find(sku: str, facts: Sequence[Fact], product_class: str = "") -> Iterator[Conflict]:
    """Every contradiction among the facts of one product."""
    by_key: dict[str, list[Fact]] = {}
    for fact in facts:
        by_key.setdefault(fact.key, []).append(fact)
    for key, group in by_key.items():
        if len(group) < 2 or key in _UNJUDGED:
            continue
        for a, b in combinations(group, 2):
            if not (a.derived or b.derived) and (reason := _reason(a, b)):
                yield Conflict(sku=sku, key=key, facts=(a.id, b.id), reason=reason)
    yield from titles.contradictions(sku, by_key, product_class)


def _reason(a: Fact, b: Fact) -> str:
    if _part(a.name) != _part(b.name):
        return ""
    x, y = a.value, b.value
    differ = False
    if isinstance(x, Flag) and isinstance(y, Flag):
        differ = x.value != y.value
    elif isinstance(x, Quantity) and isinstance(y, Quantity):
        packed = titles.packs(a) != titles.packs(b) and not (x.unit and y.unit)
        differ = (
            not packed
            and compare.comparable(x, y)
            and not (_agree(x, y) or titles.said_in(x, b) or titles.said_in(y, a))
        )
    elif isinstance(x, Quantities) and isinstance(y, Quantities):
        differ = x.joined == y.joined == "dimensions" and _sides_differ(x, y)
    elif isinstance(x, Composition) and isinstance(y, Composition):
        differ = _compositions_differ(x, y)
    elif isinstance(x, Terms) and isinstance(y, Terms):
        differ = a.key in {"colour", "origin"} and _terms_differ(x, y)
    elif isinstance(x, Dates) and isinstance(y, Dates):
        differ = not (_within(x.start, y.start) and _within(x.end, y.end))
    elif isinstance(x, Money) and isinstance(y, Money):
        differ = x.currency == y.currency and x != y
    return f"{a.text!r} ≠ {b.text!r}" if differ else ""


@lru_cache(maxsize=4096)
def _part(name: str) -> int:
    return next((n for n, pattern in enumerate(_PARTS) if pattern.search(name)), -1)


def _agree(x: Quantity, y: Quantity) -> bool:
    """Whether two quantities can both hold: the same, or one of them open or about and the other within it."""
    if compare.same(x, y):
        return True
    if {x.hedge, y.hedge} <= {"exact", "typical"}:
        return False
    return compare.overlap(x, y)


def _sides_differ(x: Quantities, y: Quantities) -> bool:
    """Sides that differ in whatever order they are named: 120 x 60 and 60 x 120 agree."""
    if len(x.items) != len(y.items) or not all(compare.comparable(p, q) for p in x.items for q in y.items):
        return False
    left = list(y.items)
    for p in x.items:
        match = next((q for q in left if compare.same(p, q)), None)
        if match is None:
            return True
        left.remove(match)
    return False


def _compositions_differ(x: Composition, y: Composition) -> bool:
    """Shares of one material that differ, or materials known on both sides of which none fits the other side."""
    a = {p.term.concept: p.percent for p in x.parts if p.term.concept and not p.where}
    b = {p.term.concept: p.percent for p in y.parts if p.term.concept and not p.where}
    if any(a[c] is not None and b[c] is not None and a[c] != b[c] for c in a.keys() & b.keys()):
        return True
    if any(not p.term.concept for p in (*x.parts, *y.parts)):
        return False
    return _disjoint(set(a), set(b))


def _terms_differ(x: Terms, y: Terms) -> bool:
    a, b = {t.concept for t in x.items}, {t.concept for t in y.items}
    if None in a | b:
        return False
    return _disjoint({c for c in a if c}, {c for c in b if c})


def _disjoint(a: set[str], b: set[str]) -> bool:
    words = lexicon.load()
    return bool(a and b) and not any(words.entails(p, q) or words.entails(q, p) for p in a for q in b)


def _within(a: str | None, b: str | None) -> bool:
    """Whether one of two dates is the other, or the month or year it lies in."""
    return a == b or (a is not None and b is not None and (a.startswith(b) or b.startswith(a)))
