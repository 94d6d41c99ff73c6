"""What a measure is given per, against copy that gives it per something else: 'each carton has 3.6 g of protein' of
3.6 g per 100 ml, 每盒 of 每100克, 'a second' of a minute. Data: data/guard/rates.toml.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held, evidence
from goodword.guard.words import rows
from goodword.text import compare, quantities
from goodword.text.normalise import fold
from goodword.types import Claim, Fact, Quantities, Quantity, Verdict

REASON = "rate"
_SAME = {"same", "weaker"}
_TIMES = re.compile(r"\s*[x×*]\s*\d")
_MULTIPLIED = re.compile(r"^\D{0,12}[x×*]\s*$")
_MOST = 40  # measures of a text that are looked at


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rules:
    per: re.Pattern[str]  # 'per serving', 每份, '/100 g', anywhere
    after: re.Pattern[str]  # right after a measure
    clause: re.Pattern[str]
    plain: dict[str, str]  # a form of a basis, and its name
    times: frozenset[str]
    things: frozenset[str]  # forms of what is no measure itself
    total: re.Pattern[str]
    single: re.Pattern[str]  # what makes a measure right before or after it one of several


@cache
def _rules() -> _Rules:
    table = rows("rates")
    plain = {form: name for name, forms in table["basis"].items() for form in forms}
    forms = "|".join(sorted(map(re.escape, plain), key=len, reverse=True))
    amount = rf"(?:(?P<count>1000|100|10|1)\s?)?(?P<basis>{forms})(?:s|es)?(?![a-z²³])"
    return _Rules(
        per=re.compile(rf"(?:{table['per']})\s*{amount}"),
        after=re.compile(rf"\s*(?:[a-z]+\s?){{0,2}}(?:{table['after']})\s*{amount}"),
        clause=re.compile(table["clause"]), plain=plain, times=frozenset(table["times"]),
        things=frozenset(f for name, forms in table["basis"].items() if name not in table["measures"] for f in forms),
        total=re.compile(table["total"]), single=re.compile(table["single"]),
    )  # fmt: skip


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Refuted: a measure that facts give per one thing, said per another."""
    yield from _totals(matter, held)
    known, rules = _rated(held), _rules()
    for said in quantities.find(matter.text, matter.lang)[:_MOST] if known else ():
        same = [(q, basis, fact) for q, basis, fact in known if compare.compare(said, q) in _SAME]
        told = {basis for _, basis, _ in same}
        if not same or "" in told:
            continue
        clause = _clause(matter.text, said, rules)
        bases = {_basis(m, rules) for m in rules.per.finditer(clause)}
        bases = {b for b in bases if any((b in rules.times) == (t in rules.times) for t in told)}
        if bases and not bases & told:
            claim = Claim(start=said.start, end=said.end, kind="number")
            fact = same[0][2]
            yield Verdict(claim=claim, stance="refuted", evidence=(evidence(fact, 0, len(fact.text)),), reason=REASON)


def spoken_for(matter: Matter, held: Held) -> list[tuple[int, int]]:
    """Spans of what a text gives a measure per, where a fact gives one per just that: the 每100克 of 3.6g/100g."""
    rules = _rules()
    told = {basis for _, basis, _ in _rated(held)} - {""}
    text = fold(matter.text) if told else None
    found = (m for m in rules.per.finditer(text.text) if _basis(m, rules) in told) if text else ()
    return [text.home(*m.span()) for m in found if m["count"] or m["basis"] not in rules.things]  # type: ignore[union-attr]


def _totals(matter: Matter, held: Held) -> Iterator[Verdict]:
    """'Eight eyelets in all' of eight per panel, 'stores 60 readings in total' of 2 users x 60."""
    rules = _rules()
    known = _single(held) if rules.total.search(fold(matter.text).text) else ()
    for said in quantities.find(matter.text, matter.lang)[:_MOST] if known else ():
        clause = _clause(matter.text, said, rules)
        same = [fact for q, fact in known if compare.compare(said, q) in _SAME]
        if same and rules.total.search(clause) and not rules.single.search(clause):
            claim = Claim(start=said.start, end=said.end, kind="number")
            quote = (evidence(same[0], 0, len(same[0].text)),)
            yield Verdict(claim=claim, stance="refuted", evidence=quote, reason=REASON)


@lru_cache(maxsize=64)
def _single(held: Held) -> tuple[tuple[Quantity, Fact], ...]:
    """Measures that facts give of one of several, where no fact gives the same of all."""
    rules, out, all_told = _rules(), list[tuple[Quantity, Fact]](), list[Quantity]()
    for fact, text in held.folded:
        if fact.key in NAMING or len(text) != len(fact.text):
            continue
        value = fact.value
        if isinstance(value, Quantities) and value.joined == "pack":
            out += [(q, fact) for q in value.items[1:]]
            continue
        found = quantities.find(fact.text)
        for n, q in enumerate(found):
            end = found[n + 1].start if n + 1 < len(found) else len(text)
            begun = found[n - 1].end if n else 0
            before, after = text[begun : q.start], text[q.end : end]
            around = f"{before} {after} {'' if n else fold(fact.name).text}"
            if rules.single.search(around) or _TIMES.match(text, q.end) or _MULTIPLIED.search(before):
                out.append((q, fact))
            else:
                all_told.append(q)
    return tuple((q, f) for q, f in out if not any(compare.compare(q, t) in _SAME for t in all_told))


@lru_cache(maxsize=64)
def _rated(held: Held) -> tuple[tuple[Quantity, str, Fact], ...]:
    """Every measure of the facts with what it is given per; none where no fact gives a measure per anything."""
    found = [row for fact in held.facts if fact.key not in NAMING for row in _of(fact)]
    return tuple(found) if any(basis for _, basis, _ in found) else ()


def _of(fact: Fact) -> Iterator[tuple[Quantity, str, Fact]]:
    rules, text, name = _rules(), fold(fact.text).text, fold(fact.name).text
    heading = rules.per.search(name)
    at, bases = 0, list(rules.per.finditer(text))
    for q in quantities.find(text):
        if any(m.start() <= q.start < m.end() for m in bases):  # the 100 g of 'per 100 g'
            continue
        before = [m for m in bases if at <= m.start() and m.end() <= q.start]
        at = q.end
        m = rules.after.match(text, q.end) or (before[-1] if before else heading)
        yield q, _basis(m, rules) if m else "", fact


def _basis(m: re.Match[str], rules: _Rules) -> str:
    name = rules.plain[m["basis"]]
    return f"{m['count']} {name}" if m["count"] and m["count"] != "1" else name


def _clause(text: str, said: Quantity, rules: _Rules) -> str:
    start = max((m.end() for m in rules.clause.finditer(text, 0, said.start)), default=0)
    stop = rules.clause.search(text, said.end)
    return fold(text[start : stop.start() if stop else len(text)]).text
