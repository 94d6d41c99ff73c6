"""What a title says against a cell: quantity, count, colour, material, origin.

A contradiction reported where there is none is worse than one missed, so a title counts only where its words can
mean nothing else; which do is data, in data/lexicon/contradictions.toml.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from tomllib import loads
from typing import Any

from goodword.text import compare, lexicon, quantities
from goodword.text.lexicon import Mention
from goodword.types import Composition, Conflict, Fact, Quantities, Quantity, Terms

# Attributes whose quantity a title states too ('Thermos 500 ml').
_MEASURED = (
    "net_content",
    "capacity",
    "screen_size",
    "battery_capacity",
    "storage",
    "power",
    "cable_length",
    "alcohol",
)
_SINGLE = {"piece", "pair", "bag", "bottle", "can", "box"}
_EQUIVALENT = re.compile(r"(?i)equivalent|等效|相当于|compatible|适用|\bfor\b|up to|refill|替换")
_MADE_IN = re.compile(
    r"(?i)\b(?:made|manufactured|produced) in (?P<en>[A-Z][A-Za-z. ]{2,24})"
    r"|(?P<zh>[\u4e00-\u9fff]{2,5})(?:制造|原产|原装进口)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rules:
    """The rules of contradictions.toml, ready for use."""

    basic: frozenset[str]
    near: frozenset[frozenset[str]]
    colour_words: frozenset[str]
    no_colour: frozenset[str]
    groups: tuple[frozenset[str], ...]
    after: Mapping[str, re.Pattern[str]]
    aside: re.Pattern[str]
    not_with: re.Pattern[str]


@cache
def _rules() -> _Rules:
    row: dict[str, Any] = loads(files("goodword.data").joinpath("lexicon/contradictions.toml").read_text("utf-8"))
    colour, material = row["colour"], row["material"]
    return _Rules(
        basic=frozenset(f"colour.{c}" for c in colour["basic"]),
        near=frozenset(frozenset(f"colour.{c}" for c in pair) for pair in colour["near"]),
        colour_words=frozenset(colour["words"]),
        no_colour=frozenset(colour["not_in"]),
        groups=tuple(frozenset(f"material.{m}" for m in group) for group in material["groups"]),
        after={k: re.compile(rf"(?i)[\s-]*(?:{r['before']})\b|(?:{r['zh_after']})|[\s]*[&/+]|-")
               for k, r in (("colour", colour), ("material", material))},
        aside=re.compile(rf"(?i)(?:\b(?:{row['aside']['en']})(?:\s+an?)?[\s-]+(?:[\w-]+\s+)?|(?:{row['aside']['zh']}))$"),
        not_with=re.compile(rf"(?i)(?<![a-z])(?:{material['not_with']})(?![a-z])"),
    )  # fmt: skip


def contradictions(sku: str, by_key: Mapping[str, Sequence[Fact]], product_class: str) -> Iterator[Conflict]:
    """Every contradiction between a title of a product and its cells."""
    held = {k: cells for k, v in by_key.items() if (cells := [f for f in v if not f.derived])}
    for title in by_key.get("title", ()):
        for said, fact in (
            *_quantities(title, held),
            *_counts(title, held),
            *_colours(title, held, product_class),
            *_materials(title, held),
            *_origins(title, held),
        ):
            yield Conflict(sku=sku, key=fact.key, facts=(title.id, fact.id), reason=f"{said!r} ≠ {fact.text!r}")


# ---------------------------------------------------------------- quantities


def _quantities(title: Fact, held: Mapping[str, Sequence[Fact]]) -> Iterator[tuple[str, Fact]]:
    if not any(key in held for key in _MEASURED):
        return
    found = quantities.find(title.text)
    stated = [q for q in found if q.unit and q.unit not in {"percent", "denier_"}]
    counts = [q for q in found if not q.unit and q.low is not None]
    for key in _MEASURED:
        for fact in held.get(key, ()):
            amounts = of(fact)
            near = [q for q in stated if amounts and compare.comparable(q, amounts[0])]
            # '30 × 25 g' in a title is a sum to do, not a contradiction; so are two amounts or a choice of them.
            if len(near) != 1 or len(amounts) != 1 or (key == "power" and _EQUIVALENT.search(title.text)):
                continue
            said = near[0]
            if not any(compare.same(q, amounts[0]) for q in (said, *(times(said, c) for c in counts))) and not said_in(
                said, fact
            ):
                yield title.text[said.start : said.end], fact


def times(amount: Quantity, count: Quantity) -> Quantity:
    """So many of so much: 120 g × 2."""
    number = count.low or 1
    low, high = (None if n is None else n * number for n in (amount.low, amount.high))
    return Quantity(low=low, high=high, unit=amount.unit, hedge=amount.hedge)


def of(fact: Fact) -> tuple[Quantity, ...]:
    """The quantities of a fact; a pack is the amount of all, of which the title may name one."""
    value = fact.value
    if isinstance(value, Quantity):
        return (value,)
    return value.items if isinstance(value, Quantities) else ()


def said_in(said: Quantity, fact: Fact) -> bool:
    """Whether any quantity of the cell says the same: '750 g (30 × 25 g)' and a title with 25 g agree."""
    found = quantities.find(fact.text)
    products = (times(a, b) for a, b in pairwise(found)) if len(found) > 1 else ()
    return any(compare.comparable(said, q) and compare.same(said, q) for q in (*found, *products))


def packs(fact: Fact) -> bool:
    """Whether a count tells of packages ('pack of 6'), not of what is in one ('24 count')."""
    return bool(re.search(r"(?i)pack(?!et)|pk\b|箱|提", f"{fact.name} {fact.text}"))


def _counts(title: Fact, held: Mapping[str, Sequence[Fact]]) -> Iterator[tuple[str, Fact]]:
    """'Pack of 6' against 12 pieces; a title with two counts or an amount besides is not judged."""
    found = [q for q in quantities.find(title.text) if not q.unit and q.counter in _SINGLE] if "pieces" in held else []
    if len(found) != 1 or any(q.unit for q in quantities.find(title.text)):
        return
    for fact in held.get("pieces", ()):
        amounts = of(fact)
        if packs(fact) != packs(title):
            continue
        if len(amounts) == 1 and amounts[0].counter == found[0].counter and not compare.same(found[0], amounts[0]) \
                and not said_in(found[0], fact):  # fmt: skip
            yield title.text[found[0].start : found[0].end], fact


# ---------------------------------------------------------------- colour, material, origin


def _own(title: Fact, kind: str) -> list[Mention]:
    """The mentions that tell of the thing itself: not of a part, a lining, or what it goes with."""
    rules = _rules()
    return [
        m
        for m in lexicon.load().find(title.text)
        if m.concept.startswith(f"{kind}.") and not m.also and not m.negated and len(m.text) > 1
        and not rules.after[kind].match(title.text[m.end :]) and not rules.aside.search(title.text[: m.start])
    ]  # fmt: skip


def _colours(title: Fact, held: Mapping[str, Sequence[Fact]], product_class: str) -> Iterator[tuple[str, Fact]]:
    rules = _rules()
    cells = held.get("colour", ())
    if not cells or product_class in rules.no_colour:
        return
    named = [m for m in lexicon.load().find(title.text) if m.concept.startswith("colour.")]
    own = [
        m
        for m in _own(title, "colour")
        if m.text.lower() in rules.colour_words or (len(m.text) > 1 and not m.text.isascii())
    ]
    brands = " ".join(f.text.lower() for f in held.get("brand", ()))
    if len(named) != 1 or own != named or own[0].text.lower() in brands:
        return  # two colours in a title are a combination
    said = _family(own[0].concept)
    for fact in cells:
        cell = [t.concept for t in fact.value.items] if isinstance(fact.value, Terms) else [None]
        if said and all(_other_colour(own[0].concept, c) for c in cell):
            yield own[0].text, fact


def _other_colour(said: str, held: str | None) -> bool:
    """Whether two colours are surely not the same: shades of neighbours (burgundy, brown) may be."""
    a, b = _family(said), _family(held)
    if not a or not b or a == b:
        return False
    return (said, held) == (a, b) or frozenset({a, b}) not in _rules().near


def _family(concept: str | None) -> str | None:
    """The basic colour a colour is a shade of."""
    words = lexicon.load()
    return next((b for b in _rules().basic if concept and words.entails(concept, b)), None)


def _materials(title: Fact, held: Mapping[str, Sequence[Fact]]) -> Iterator[tuple[str, Fact]]:
    own = _own(title, "material")
    if not own or _rules().not_with.search(title.text):
        return
    for fact in held.get("material", ()):
        parts = fact.value.parts if isinstance(fact.value, Composition) else ()
        if not parts or not all(p.term.concept for p in parts):
            continue
        have = [str(p.term.concept) for p in parts]
        shares = [p for p in parts if p.percent is not None and not p.where]
        for m in own:
            pure = m.concept in {"material.pure_cotton", "material.pure_wool"} and len(shares) == len(parts)
            if pure and any(_fits(str(p.term.concept), "material.cotton" if "cotton" in m.concept else "material.wool")
                            and (p.percent or 0) < 95 for p in shares):  # fmt: skip
                yield m.text, fact
        unfit = None if any(_fits(h, m.concept) for h in have for m in own) else _excluded(own, have)
        if unfit:
            yield unfit.text, fact


def _fits(a: str, b: str) -> bool:
    words = lexicon.load()
    return words.entails(a, b) or words.entails(b, a)


def _excluded(own: list[Mention], have: list[str]) -> Mention | None:
    """The first material of a title in whose group all that the cell names are others."""
    words = lexicon.load()
    for m in own:
        for group in _rules().groups:
            said = {g for g in group if words.entails(m.concept, g)}
            held = [{g for g in group if words.entails(h, g)} for h in have]
            if said and all(named and not named & said for named in held):
                return m
    return None


def _origins(title: Fact, held: Mapping[str, Sequence[Fact]]) -> Iterator[tuple[str, Fact]]:
    """'Made in Italy' in a title against another country of origin; a mere 'Italian' is a style."""
    words = lexicon.load()
    for m in _MADE_IN.finditer(title.text):
        places = [x.concept for x in words.find(m["en"] or m["zh"]) if x.concept.startswith("origin.")]
        for fact in held.get("origin", ()):
            have = [t.concept for t in fact.value.items] if isinstance(fact.value, Terms) else [None]
            if places and all(have) and not any(_fits(str(h), p) for h in have for p in places):
                yield m.group().strip(), fact
