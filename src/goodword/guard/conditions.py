"""Under what condition facts say something, against copy that drops or turns it: '2.6 kg with the battery fitted' of a
weight without battery, 'contains milk' of 'may contain milk', 裸机 and 含电池. Data: data/guard/conditions.toml.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held, evidence
from goodword.guard.words import rows, stem
from goodword.text import compare, quantities
from goodword.text.normalise import Folded, fold
from goodword.types import Claim, Fact, Lang, Quantity, Verdict

REASON = "condition"
_SAME = {"same", "weaker"}
_PIECE = re.compile(r"[,，;；、()（）/]")
_MOST = 40
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rules:
    without: re.Pattern[str]
    included: re.Pattern[str]
    denied: re.Pattern[str]
    possible: re.Pattern[str]
    contains: re.Pattern[str]
    free: re.Pattern[str]
    perhaps: re.Pattern[str]
    clause: re.Pattern[str]


@cache
def _rules(lang: Lang) -> _Rules:
    table = rows("conditions")[lang]
    return _Rules(**{name: re.compile(table[name]) for name in _Rules.__slots__})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Measured:
    """A measure that a fact gives with or without something."""

    fact: Fact
    quantity: Quantity
    thing: str
    with_it: bool


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Refuted: a measure said under the other condition, and what may be in a thing said to be there or not."""
    yield from _measures(matter, held)
    yield from _traces(matter, held)


def _measures(matter: Matter, held: Held) -> Iterator[Verdict]:
    known, rules = _conditioned(held, matter.lang), _rules(matter.lang)
    for said in quantities.find(matter.text, matter.lang)[:_MOST] if known else ():
        same = [k for k in known if compare.compare(said, k.quantity) in _SAME]
        if not same or len({(k.thing, k.with_it) for k in same}) > 1:
            continue
        clause = _clause(matter.text, said.start, said.end, rules)
        if _stands(same[0].thing, clause) and bool(rules.denied.search(clause)) == same[0].with_it:
            yield _refuted(same[0].fact, said.start, said.end, "number")


def spoken_for(held: Held, lang: Lang, clause: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a clause denies something only of a measure that facts give without it: 17.1 kg without the stand."""
    things = [k for k in _conditioned(held, lang) if not k.with_it]
    named = [clause[a:b] for a, b in spans]
    measured = quantities.find(clause, lang) if things else ()
    return any(
        (n in k.thing or k.thing.startswith(n)) and any(compare.compare(q, k.quantity) in _SAME for q in measured)
        for k in things for n in named
    )  # fmt: skip


@lru_cache(maxsize=64)
def _conditioned(held: Held, lang: Lang) -> tuple[_Measured, ...]:
    return tuple(m for f in held.facts if f.key not in NAMING for m in _of(f, lang))


def _of(fact: Fact, lang: Lang) -> Iterator[_Measured]:
    """'Weight without battery: 2.6 kg' and 2.6kg（不含电池）."""
    rules, name = _rules(lang), fold(fact.name).text
    found = [q for q in quantities.find(fact.text, lang) if q.unit]
    for at, q in enumerate(found):
        end = found[at + 1].start if at + 1 < len(found) else len(fact.text)
        beside = fold(fact.text[q.end : end]).text
        before = _PIECE.split(fold(fact.text[found[at - 1].end if at else 0 : q.start]).text)[-1]
        for text in (before, _PIECE.split(beside)[0] if before else beside, name):
            if m := rules.without.search(text):
                yield _Measured(fact=fact, quantity=q, thing=m["thing"], with_it=False)
            elif m := rules.included.search(text):
                yield _Measured(fact=fact, quantity=q, thing=m["thing"], with_it=True)
            else:
                continue
            break


def _traces(matter: Matter, held: Held) -> Iterator[Verdict]:
    """'contains milk' and 'free of milk' of 'may contain milk'."""
    rules = _rules(matter.lang)
    told = [(f, t, m) for f, t in held.folded for m in rules.possible.finditer(t) if f.key not in NAMING]
    text = fold(matter.text) if told else None
    for fact, cell, m in told if text else ():
        elsewhere = " ".join((cell[: m.start()], *(t for f, t in held.folded if f is not fact and f.key not in NAMING)))
        for thing in re.split(r"[、,，/]|和|及|或|\band\b|\bor\b|\bother\b", m["things"]):
            name = re.sub(r"\b(?:traces of|other)\b|微量|成分|制品", " ", thing).strip()
            if len(name) < (1 if _HAN.search(name) else 3) or _stands(name, elsewhere):
                continue
            yield from _unhedged(text, fact, name, rules)  # type: ignore[arg-type]


def _unhedged(text: Folded, fact: Fact, name: str, rules: _Rules) -> Iterator[Verdict]:
    for pattern in (rules.contains, rules.free):
        for said in pattern.finditer(text.text):
            clause = _clause(text.text, said.start(), said.end(), rules)
            if _stands(name, said.group()) and not rules.perhaps.search(clause):
                yield _refuted(fact, *text.home(*said.span()), "attribute")
                return


def _clause(text: str, first: int, last: int, rules: _Rules) -> str:
    start = max((m.end() for m in rules.clause.finditer(text) if m.end() <= first), default=0)
    stop = rules.clause.search(text, last)
    return fold(text[start : stop.start() if stop else len(text)]).text


def _stands(thing: str, text: str) -> bool:
    if _HAN.search(thing):
        return thing in text
    words = {stem(w) for w in re.findall(r"[a-z]+", text)}
    return {stem(w) for w in re.findall(r"[a-z]+", thing)} <= words


def _refuted(fact: Fact, start: int, end: int, kind: str) -> Verdict:
    claim = Claim(start=start, end=end, kind=kind)  # type: ignore[arg-type]
    return Verdict(claim=claim, stance="refuted", evidence=(evidence(fact, 0, len(fact.text)),), reason=REASON)
