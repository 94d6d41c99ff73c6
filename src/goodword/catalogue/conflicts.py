"""Facts of one product that cannot both hold: reported, never merged."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from goodword.text import compare, lexicon, quantities
from goodword.types import Composition, Conflict, Dates, Fact, Flag, Money, Quantities, Quantity, Terms

# Attributes whose quantity a title states too ('Thermos 500 ml'), by dimension of the quantity.
_TITLE_QUANTITIES = ("net_content", "capacity", "screen_size", "battery_capacity", "storage", "pieces")


def find(sku: str, facts: Sequence[Fact]) -> Iterator[Conflict]:
    """Every contradiction among the facts of one product."""
    by_key: dict[str, list[Fact]] = {}
    for fact in facts:
        by_key.setdefault(fact.key, []).append(fact)
    for key, group in by_key.items():
        if key in {"title", "price", "stock", "category"}:
            continue
        for a, b in combinations(group, 2):
            if reason := _reason(a, b):
                yield Conflict(sku=sku, key=key, facts=(a.id, b.id), reason=reason)
    yield from _title_conflicts(sku, by_key)


def _title_conflicts(sku: str, by_key: dict[str, list[Fact]]) -> Iterator[Conflict]:
    for title in by_key.get("title", []):
        stated = [q for q in quantities.find(title.text) if q.unit and q.unit != "percent"]
        stated = stated if len(stated) == 1 else []  # '30 × 25 g' in a title is a sum to do, not a contradiction
        for key in _TITLE_QUANTITIES:
            for fact in by_key.get(key, []):
                for said in stated:
                    held = _quantities(fact)
                    if _quantity_in(said, fact):
                        continue
                    if held and all(compare.comparable(said, h) for h in held) and \
                            not any(compare.same(said, h) for h in held) and len(held) == 1:  # fmt: skip
                        yield Conflict(sku=sku, key=key, facts=(title.id, fact.id),
                                       reason=f"{title.text[said.start:said.end]!r} ≠ {fact.text!r}")  # fmt: skip


def _quantity_in(said: Quantity, fact: Fact) -> bool:
    """Whether any quantity of the cell says the same: '750 g (30 × 25 g)' and a title with 25 g agree."""
    found = quantities.find(fact.text)
    return any(compare.comparable(said, q) and compare.same(said, q) for q in found)


def _quantities(fact: Fact) -> tuple[Quantity, ...]:
    if isinstance(fact.value, Quantity):
        return (fact.value,)
    return fact.value.items if isinstance(fact.value, Quantities) else ()


def _reason(a: Fact, b: Fact) -> str:
    told = f"{a.text!r} ≠ {b.text!r}"
    x, y = a.value, b.value
    if isinstance(x, Flag) and isinstance(y, Flag):
        return told if x.value != y.value else ""
    if isinstance(x, Quantity) and isinstance(y, Quantity):
        agree = compare.same(x, y) or _quantity_in(x, b) or _quantity_in(y, a)
        return told if compare.comparable(x, y) and not agree else ""
    if isinstance(x, Quantities) and isinstance(y, Quantities) and x.joined == y.joined == "dimensions":
        differ = len(x.items) == len(y.items) and any(
            compare.comparable(p, q) and not compare.same(p, q) for p, q in zip(x.items, y.items, strict=True)
        )
        return told if differ else ""
    if isinstance(x, Composition) and isinstance(y, Composition):
        return told if _compositions_differ(x, y) else ""
    if isinstance(x, Terms) and isinstance(y, Terms) and a.key in {"colour", "origin"}:
        return told if _terms_differ(x, y) else ""
    if isinstance(x, Money | Dates) and type(x) is type(y):
        return told if x != y else ""
    return ""


def _compositions_differ(x: Composition, y: Composition) -> bool:
    """Shares of one material that differ, or materials known on both sides of which none fits the other side."""
    a = {p.term.concept: p.percent for p in x.parts if p.term.concept and not p.where}
    b = {p.term.concept: p.percent for p in y.parts if p.term.concept and not p.where}
    if any(a[c] is not None and b[c] is not None and a[c] != b[c] for c in a.keys() & b.keys()):
        return True
    return _disjoint(set(a), set(b))


def _terms_differ(x: Terms, y: Terms) -> bool:
    a, b = {t.concept for t in x.items}, {t.concept for t in y.items}
    if None in a | b:
        return False
    return _disjoint({c for c in a if c}, {c for c in b if c})


def _disjoint(a: set[str], b: set[str]) -> bool:
    words = lexicon.load()
    return bool(a and b) and not any(words.entails(p, q) or words.entails(q, p) for p in a for q in b)
