"""Superlatives inside the shop's own range: 'our lightest tent' is reckoned from the catalogue.

Supported where every product of the kind states the attribute and none does as well or better; refuted where one of the
kind beats it; silent (so held) where the catalogue cannot tell: a product of the kind does not state it, states it
loosely, ties, or the words do not say of what kind it is the first. What the words compare is data (ranges.toml).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.guard.base import Matter
from goodword.guard.words import stem
from goodword.text import segment, units
from goodword.text.normalise import fold
from goodword.types import Claim, Evidence, Fact, Lang, Money, Product, Prose, Quantity, Stance, Verdict

KEY = "range"
_NAMES = ("title", "category")
_AFTER = 4  # words of English after a superlative that may name the kind
_REST = re.compile(r"的?(?:一[款个件把只台双条种])?")  # what belongs to a superlative in Chinese
_PLAIN = frozenset({"one", "yet", "ever", "of", "all", "in", "the", "our", "we", "and", "is", "a"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Degree:
    """One superlative: how it is written, the attributes it may compare, whether the most of them is meant."""

    pattern: re.Pattern[str]
    keys: tuple[str, ...]
    most: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """A superlative and what the catalogue says of it; `fact` says it in words where it is true."""

    verdict: Verdict
    fact: Fact | None = None


@cache
def _table() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("guard/ranges.toml").read_text("utf-8"))


@cache
def _degrees(lang: Lang) -> tuple[Degree, ...]:
    edge = r"\b" if lang == "en" else ""
    return tuple(
        Degree(pattern=re.compile(f"{edge}(?:{row[lang]}){edge}"), keys=tuple(row["keys"]), most=row["most"])
        for row in _table()["degree"]
    )


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_table()[name])


def spoken(text: str, lang: Lang) -> bool:
    """Whether a text may hold a superlative inside the shop's own range, so that its catalogue is needed."""
    said = fold(text).text
    return bool(_pattern(f"own_{lang}").search(said)) and any(d.pattern.search(said) for d in _degrees(lang))


def keys() -> frozenset[str]:
    """The keys of the facts of a range that are looked at."""
    return frozenset({*_NAMES, *(key for row in _table()["degree"] for key in row["keys"])})


def judge(matter: Matter) -> list[Ranked]:
    """Every superlative of the text that is one inside the shop's own range; none where no range is known."""
    if not matter.range or not matter.facts:
        return []
    return list(_judged(matter, matter.facts))


def beside(ranked: Sequence[Ranked], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts of the other rules, without what they say of the words of a superlative that is judged here."""
    told = [(r.verdict.claim.start, r.verdict.claim.end) for r in ranked]
    kept = [v for v in verdicts if not any(a <= v.claim.start and v.claim.end <= b for a, b in told)]
    return [*kept, *(r.verdict for r in ranked)]


def _judged(matter: Matter, facts: Sequence[Fact]) -> Iterator[Ranked]:
    for start, end in segment.sentences(matter.text):
        said = fold(matter.text[start:end]).text
        if len(said) != end - start or not _pattern(f"own_{matter.lang}").search(said):
            continue
        for degree in _degrees(matter.lang):
            for m in degree.pattern.finditer(said):
                first, last = _words(said, m, matter.lang)
                claim = Claim(start=start + first, end=start + last, kind="superlative")
                yield _ranked(claim, said, m, degree, facts, matter)


def _words(said: str, m: re.Match[str], lang: Lang) -> tuple[int, int]:
    """The span of the claim: from the word that says whose range it is, or the superlative, to the kind's name."""
    own = [o for o in _pattern(f"own_{lang}").finditer(said) if o.end() <= m.start() and m.start() - o.end() < 20]
    after = _REST.match(said, m.end())
    return (own[-1].start() if own else m.start()), after.end() if after else m.end()


def _ranked(claim: Claim, said: str, m: re.Match[str], degree: Degree, facts: Sequence[Fact], matter: Matter) -> Ranked:
    own = next((f for key in degree.keys for f in facts if f.key == key and _value(f) is not None), None)
    kind = _kind(said, m, facts, matter.lang)
    if own is None or kind is None:
        return Ranked(verdict=_verdict(claim, "silent", ()))
    known, best, unsure = _value(own), None, False
    assert known is not None
    for product, sure in _others(kind, facts, matter.range):
        fact = next((f for f in product.facts if f.key == own.key and _value(f) is not None), None)
        value = _in_terms_of(own, fact) if fact else None
        if fact is None or value is None or (not sure and not _ahead(known, value, degree)):
            unsure = True
        elif _ahead(value, known, degree):
            if sure:
                return Ranked(verdict=_verdict(claim, "refuted", (_quote(fact),)))
            unsure = True
        elif value == known:
            unsure = True
        elif best is None or _ahead(value, best[0], degree):
            best = (value, fact)
    if unsure or best is None:
        return Ranked(verdict=_verdict(claim, "silent", (_quote(own),)))
    quoted = (_quote(own), _quote(best[1]))
    return Ranked(verdict=_verdict(claim, "supported", quoted), fact=_told(own, said[m.start() : m.end()], best[1]))


def _verdict(claim: Claim, stance: Stance, evidence: tuple[Evidence, ...]) -> Verdict:
    return Verdict(claim=claim, stance=stance, evidence=evidence, reason=KEY)


def _quote(fact: Fact) -> Evidence:
    return Evidence(ref=fact.id, quote=fact.text, start=0, end=len(fact.text))


def _told(own: Fact, degree: str, other: Fact) -> Fact:
    """The rank as a fact, for what reads meanings."""
    name = "本店范围" if own.lang == "zh" else "in our range"
    return Fact(id=own.id, sku=own.sku, key=KEY, name=name, text=f"{degree}: {own.text} ({other.text})",
                value=Prose(text=degree), lang=own.lang, source=own.source)  # fmt: skip


def _value(fact: Fact) -> Decimal | None:
    """The one value a fact states, without hedge."""
    value = fact.value
    if isinstance(value, Money):
        return None if value.off else value.amount
    if isinstance(value, Quantity) and value.hedge == "exact" and value.low == value.high and value.unit:
        return value.low
    return None


def _in_terms_of(own: Fact, other: Fact) -> Decimal | None:
    """Another's value in the unit or currency of ours."""
    a, b = own.value, other.value
    if isinstance(a, Money) and isinstance(b, Money):
        return b.amount if a.currency == b.currency else None
    if isinstance(a, Quantity) and isinstance(b, Quantity) and units.dimension(a.unit) == units.dimension(b.unit):
        return units.convert(b.low, b.unit, a.unit)
    return None


def _ahead(a: Decimal, b: Decimal, degree: Degree) -> bool:
    return a > b if degree.most else a < b


# ---------------------------------------------------------------- of what kind


def _kind(said: str, m: re.Match[str], facts: Sequence[Fact], lang: Lang) -> str | None:
    """The word of the sentence that names the kind, as the product's own title or category has it; '' for the whole
    range; None where it names no kind of this product."""
    names = [fold(f.text).text for f in facts if f.key in _NAMES]
    if lang == "en":
        after = re.findall(r"[a-z][a-z'-]*", re.split(r"[,.;:!?()]", said[m.end() :])[0])[: _AFTER + 2]
        ours = {stem(w) for name in names for w in re.findall(r"[a-z][a-z'-]*", name)}
        found = [stem(w) for w in after if w not in _PLAIN and stem(w) in ours]
        if found:
            return found[-1]
    else:
        around = re.sub(f"{_pattern('own_zh').pattern}|{m.re.pattern}", " ", said)
        grams = (around[i : i + n] for n in (5, 4, 3, 2) for i in range(len(around) - n + 1))
        for gram in grams:
            if re.fullmatch(r"[\u4e00-\u9fff]+", gram) and any(name.endswith(gram) for name in names):
                return gram
    return "" if _pattern(f"whole_{lang}").search(said) else None


def _others(kind: str, facts: Sequence[Fact], products: Sequence[Product]) -> Iterator[tuple[Product, bool]]:
    """The other products that are or may be of the kind, and whether they surely are."""
    skus, titles = {f.sku for f in facts if f.sku}, {fold(f.text).text for f in facts if f.key == "title"}
    category = {fold(f.text).text for f in facts if f.key == "category"}
    for product in products:
        names = [fold(f.text).text for f in product.facts if f.key in _NAMES] or [fold(product.title).text]
        if product.sku in skus or titles & {*names, fold(product.title).text}:
            continue
        theirs = {fold(f.text).text for f in product.facts if f.key == "category"}
        if category and theirs:
            if category & theirs:
                yield product, not kind or any(_names(kind, name) for name in names)
        elif not kind or any(_names(kind, name) for name in names):
            yield product, bool(kind) and any(_ends(kind, name) for name in names)


def _names(kind: str, name: str) -> bool:
    return kind in name if not kind.isascii() else kind in {stem(w) for w in re.findall(r"[a-z][a-z'-]*", name)}


def _ends(kind: str, name: str) -> bool:
    """Whether a name ends in the kind: a 'tent peg' is no tent."""
    head = re.split(r"[,，(（/|]| - ", name)[0].strip()
    if not kind.isascii():
        return head.endswith(kind)
    words = re.findall(r"[a-z][a-z'-]*", head)
    return bool(words) and stem(words[-1]) == kind
