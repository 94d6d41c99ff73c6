"""Measures that facts tell apart by name, against copy that swaps them: 强力档40分钟 of 标准档40分钟，强力档12分钟,
'charges the laptop with 120 W' of an adapter of 120 W that gives the laptop 85.

An entry is one measure of a cell with the words beside it there, or a cell's only measure with its heading. A measure
of the text that is some entry's is refuted where its clause names another entry of that kind, and not the one that
holds it. Data: data/guard/entries.toml.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from goodword.guard import numbers, spelled
from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held, evidence
from goodword.guard.words import cues, rows, stem
from goodword.text import compare, quantities
from goodword.text.normalise import fold
from goodword.types import Claim, Fact, Lang, Money, Quantities, Quantity, Verdict

REASON = "entry"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_PIECE = re.compile(r"[;；，、\n|()（）]|,(?!\d{3}\b)|\band\b|和|以及|及")
_LABEL = re.compile(r"[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*|[\u4e00-\u9fff]+")
_TOTAL = {"total", "总计"}
_BRACKET = re.compile(r"[(（]([^()（）\d]{1,40})[)）]")
_MOST = 40  # measures of a text that are looked at
_SAME = {"same", "weaker"}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    """A measure, the words beside it in its cell, and those of its heading."""

    fact: Fact
    quantity: Quantity
    label: frozenset[str]
    heading: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rules:
    plain: frozenset[str]
    suffix: re.Pattern[str]
    clause: re.Pattern[str]
    in_order: re.Pattern[str]
    whole: re.Pattern[str]
    each: re.Pattern[str]
    all: re.Pattern[str]
    prefix: re.Pattern[str]
    alike: tuple[tuple[re.Pattern[str], str], ...]


@cache
def _rules(lang: Lang) -> _Rules:
    table = rows("entries")
    return _Rules(
        plain=frozenset(table["plain"][lang].split()), suffix=re.compile(table["suffix"][lang]),
        clause=re.compile(table["clause"][lang]), in_order=re.compile(table["in_order"][lang]),
        whole=re.compile(table["whole"][f"whole_{lang}"]), each=re.compile(table["whole"][f"each_{lang}"]),
        all=re.compile(table["whole"][f"all_{lang}"]), prefix=re.compile(table["prefix"][lang]),
        alike=tuple((re.compile(p), word) for p, word in table["alike"].items()),
    )  # fmt: skip


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Refuted: a measure of one entry said of another."""
    yield from _alike_all(matter, held)
    entries, rules = _entries(held, matter.lang), _rules(matter.lang)
    if not entries or rules.in_order.search(matter.text):  # which goes with which is told by their order
        return
    for said in _said(matter.text, matter.lang)[:_MOST]:
        same = [e for e in entries if _is(said, e.quantity)]
        others = [e for e in entries if e not in same and compare.comparable(said, e.quantity)]
        if not said.unit:  # what is counted stands in the same cell
            others = [e for e in others if e.label and any(e.fact is s.fact for s in same)]
        if not same:
            continue
        clause = _clause(matter.text, said, rules)
        if said.unit and (odd := _of_another_kind(same, clause, matter.lang)):
            claim = Claim(start=said.start, end=said.end, kind="number")
            quote = (evidence(odd.fact, odd.quantity.start, odd.quantity.end),)
            yield Verdict(claim=claim, stance="silent", evidence=quote, reason="count")
            continue
        named = _named(clause, matter.lang)
        others = _unmeasured(others, entries, clause, matter.lang)
        if any(_meant(e, others, named, clause) for e in same):
            continue
        wrong = next((e for e in others if _told(e, same, named)), None) or _of_the_whole(same, others, clause, rules)
        if wrong:
            claim = Claim(start=said.start, end=said.end, kind="number")
            quote = (evidence(wrong.fact, wrong.quantity.start, wrong.quantity.end),)
            yield Verdict(claim=claim, stance="refuted", evidence=quote, reason=REASON)


def _alike_all(matter: Matter, held: Held) -> Iterator[Verdict]:
    """'All 45 cm long', 三块都是60厘米 of 30, 45 and 60 cm: one of several measures said of every one."""
    rules = _rules(matter.lang)
    lists = [(f, v.items) for f in held.facts if isinstance(v := f.value, Quantities) and v.joined == "choice"]
    if rules.in_order.search(matter.text):
        return
    given = quantities.find(matter.text, matter.lang)[:_MOST] if lists else []
    for said in given:
        clause = _clause(matter.text, said, rules)
        for fact, items in lists:
            same = [q for q in items if said.unit and compare.compare(said, q) == "same"]
            others = [q for q in items if q not in same]
            if len(same) != 1 or len({q.unit for q in items}) > 1 or _labelled(fact, items, matter.lang):
                continue
            if not others or any(compare.compare(g, q) == "same" for g in given for q in others):
                continue
            if rules.all.search(clause) or any(not g.unit and g.low == g.high == len(items) for g in given):
                claim = Claim(start=said.start, end=said.end, kind="number")
                quote = (evidence(fact, 0, len(fact.text)),)
                yield Verdict(claim=claim, stance="refuted", evidence=quote, reason=REASON)


def _labelled(fact: Fact, items: tuple[Quantity, ...], lang: Lang) -> bool:
    """Whether a list of measures says of what each is."""
    rest = list(fact.text)
    for q in items:
        rest[q.start : q.end] = " " * (q.end - q.start)
    return bool(_words(fold("".join(rest)).text, lang))


@lru_cache(maxsize=64)
def _entries(held: Held, lang: Lang) -> tuple[_Entry, ...]:
    return tuple(e for fact in held.facts if fact.key not in NAMING for e in _of(fact, lang))


def _of(fact: Fact, lang: Lang) -> Iterator[_Entry]:
    value = fact.value
    if isinstance(value, Money) or (isinstance(value, Quantities) and value.joined != "choice"):
        return
    heading, text = _words(fold(fact.name).text, lang), fold(fact.text)
    if paired := _paired(fact, lang):
        yield from paired
        return
    cell = _BRACKET.sub(r" \1 ", text.text)  # 8 h (ANC on)
    at = 0
    for stop in [m.span() for m in _PIECE.finditer(cell)] + [(len(cell), len(cell))]:
        start, end = at, stop[0]
        at = stop[1]
        piece = cell[start:end]
        found = quantities.find(piece, lang)
        if not found:
            continue
        stops = [*(q.start for q in found[1:]), len(piece)]
        labels = [_words(piece[q.end : stop], lang) for q, stop in zip(found, stops, strict=True)]
        if len(found) == 1:
            labels = [_words(f"{piece[: found[0].start]} {piece[found[0].end :]}", lang)]
        elif not all(labels):  # but 22 dB (lowest) to 48 dB (highest)
            continue
        for q, label in zip(found, labels, strict=True):
            a, b = text.home(start + q.start, start + q.end)
            yield _Entry(fact=fact, quantity=replace(q, start=a, end=b), label=label, heading=heading)


def _paired(fact: Fact, lang: Lang) -> list[_Entry]:
    """'Charging / mowing time: 60 min / 70 min': as many measures as the heading has names, in its order."""
    names, cells = fold(fact.name).text.split("/"), [m.span() for m in re.finditer(r"[^/]+", fact.text)]
    found = [quantities.find(fact.text[a:b], lang) for a, b in cells]
    if len(names) < 2 or len(names) != len(cells) or not all(len(f) == 1 for f in found):
        return []
    shared = frozenset[str].intersection(*(_words(n, lang) for n in names))
    return [
        _Entry(fact=fact, quantity=replace(q, start=a + q.start, end=a + q.end), label=_words(n, lang) - shared,
               heading=frozenset())
        for n, (a, _), (q,) in zip(names, cells, found, strict=True)
    ]  # fmt: skip


def _words(text: str, lang: Lang) -> frozenset[str]:
    """What a label says, less what any label may say."""
    rules, out = _rules(lang), set[str]()
    for pattern, word in rules.alike:
        text = pattern.sub(word, text)
    for word in _LABEL.findall(text):
        bare = rules.prefix.sub("", rules.suffix.sub("", word)) if _HAN.match(word) else stem(word)
        bare = word if len(bare) == 1 else bare  # 低档
        if bare and word not in rules.plain and bare not in rules.plain and len(bare) > 1:
            out.add(bare)
    return frozenset(out)


def _clause(text: str, said: Quantity, rules: _Rules) -> str:
    start = max((m.end() for m in rules.clause.finditer(text, 0, said.start)), default=0)
    stop = rules.clause.search(text, said.end)
    return fold(text[start : stop.start() if stop else len(text)]).text


def _named(clause: str, lang: Lang) -> frozenset[str] | str:
    """What a clause names: English stems, or its characters in which a label may stand."""
    for pattern, word in _rules(lang).alike:
        clause = pattern.sub(word, clause)
    return clause if lang == "zh" else frozenset(stem(w) for w in _LABEL.findall(clause))


def _whole(label: frozenset[str], named: frozenset[str] | str) -> bool:
    return bool(label) and all(_stands(w, named) for w in label)


def _stands(word: str, named: frozenset[str] | str) -> bool:
    if isinstance(named, frozenset):
        return word in named
    if word.isascii():
        return bool(re.search(rf"(?<![a-z0-9-]){re.escape(word)}(?![a-z0-9-])", named))
    return word in named


def _of_another_kind(same: list[_Entry], clause: str, lang: Lang) -> _Entry | None:
    """A measure whose clause speaks of something that none of the entries with that measure can be."""
    for said, never in _apart(lang):
        if said.search(clause):
            told = [f"{e.fact.key} {fold(e.fact.name).text}" for e in same]
            if all(never.search(t) for t in told) and not any(said.search(t) for t in told):
                return same[0]
    return None


@cache
def _apart(lang: Lang) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((re.compile(row[lang]), re.compile(row["never"])) for row in rows("entries")["apart"])


def _said(text: str, lang: Lang) -> list[Quantity]:
    """The measures of a text, those in words among them."""
    found = quantities.find(text, lang)
    more = [q for q in (*spelled.compounds(text, lang), *numbers.of_one(text, lang)) if q.unit]
    return [*found, *(q for q in more if not any(f.start < q.end and q.start < f.end for f in found))]


def _is(said: Quantity, held: Quantity) -> bool:
    """Whether a measure is that of an entry, or an end of its range."""
    if compare.compare(said, held) in _SAME:
        return True
    if said.low is None or said.low != said.high or held.low is None or held.high is None or held.low == held.high:
        return False
    return any(compare.compare(said, replace(held, low=v, high=v)) == "same" for v in (held.low, held.high))


def _unmeasured(others: list[_Entry], entries: tuple[_Entry, ...], clause: str, lang: Lang) -> list[_Entry]:
    """Entries whose name a clause does not spend on a measure of that name: 'servings of 45 g in a 450 g pack'."""
    given = _said(clause, lang)
    spent = [e.label | e.heading for e in entries if any(compare.compare(q, e.quantity) in _SAME for q in given)]
    return [e for e in others if not any((e.label or e.heading) <= words for words in spent)]


def _meant(entry: _Entry, others: list[_Entry], named: frozenset[str] | str, clause: str) -> bool:
    """Whether a clause names the entry in any of its own words, or by a word that goes with its attribute."""
    shared = frozenset[str]().union(*(e.label for e in others if e.fact is entry.fact))
    if any(_stands(w, named) for w in entry.label - shared):
        return True
    if not entry.label and any(e.fact is entry.fact and _whole(e.label - entry.heading, named) for e in others):
        return False  # 'a working capacity of 3.5 litres' of 3.5 L (working capacity 2.5 L)
    if not entry.label and any(_stands(w, named) for w in entry.heading):
        return True
    pattern, keys = cues()
    return not entry.label and any(entry.fact.key in keys[m.group()] for m in pattern.finditer(clause))


def _of_the_whole(same: list[_Entry], others: list[_Entry], clause: str, rules: _Rules) -> _Entry | None:
    """What a clause says of the whole and one part has, or of each part and all have together: the other measure."""
    apart = [e for e in others if e.label and any(e.fact is s.fact and s.label for s in same)]
    summed = all(e.label & _TOTAL for e in same)
    if apart and (rules.each.search(clause) if summed else rules.whole.search(clause)):
        return apart[0]
    return None


def _told(entry: _Entry, same: list[_Entry], named: frozenset[str] | str) -> bool:
    """Whether a clause names all that tells an entry from those that hold the measure."""
    beside = frozenset[str]().union(*(e.label for e in same if e.fact is entry.fact))
    around = frozenset[str]().union(*(e.label | e.heading for e in same))
    label, heading = entry.label - beside, entry.heading - around
    if label:
        return _whole(label, named)
    if entry.label or any(e.fact is entry.fact for e in same):
        return False
    return _whole(heading, named)
