"""Numbers reckoned from facts: totals, products, differences, shares said as parts, counts of what is listed."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from goodword.guard import spelled
from goodword.guard.held import Held, HeldConcept, evidence
from goodword.guard.said import Said, equal, figures, holding, names, pool, quote, whole
from goodword.guard.words import load, stem
from goodword.text import compare, units
from goodword.text.normalise import fold
from goodword.types import Evidence, Fact, Quantities, Quantity

FEW = 3  # numbers up to which stand side by side by chance
_ITEM = 32  # characters of one thing of a list
_LONGEST = 12  # things of a list of one's own
_PLURAL = re.compile(r"[a-rt-z]s\b|[色码型款味香度式档口号质料]$|颜色|尺码")
_PAIRED = re.compile(r"(?i)\bpairs?\b|[双对]")
_ONES = re.compile(r"(?i)\b(?:socks?|shoes?|gloves?|cuffs?|panels?|laces?|pieces?)\b|只|个|支|片|条")
_TOTAL_FIRST = re.compile(r"\s*(?:$|[,，;；(（]|of which)")
_LISTED = re.compile(r"\s*(?:,|，|、|;|；|/|\band\b|\bor\b|\bplus\b|&|和|与|及|或|加)\s*")
_ENDS = re.compile(r"\s*(?:-|–|—|~|～|to|至|到|x|×|\*|:)\s*")
_MORE_AFTER = re.compile(r"(?i)[^.,]{0,22}\band (?:then some|a bit)|[多余]")
_MORE_BEFORE = re.compile(r"(?i)\b(?:over|more than)\s$|超过$")
_NEARLY = re.compile(r"(?i)\b(?:nearly|almost|about|around|roughly|close to|just under)\s$|(?:近|约|差不多|大约)$")
_MORE_OR_LESS = re.compile(r"上下|左右")


def summed(said: Said, held: Held) -> Iterator[Evidence]:
    """'four pockets' of '2 chest, 2 hip': the counts of one fact taken together; six socks of three pairs."""
    if said.quantity.unit or said.value is None or said.value < 2:
        return
    beside, total = said.neighbours[1], said.cued("total")
    for fact, text in held.folded:
        found = [f for f in figures(text) if not f.measured]
        counts = [f.value for f in found]
        if len(counts) == 1 and counts[0] * 2 == said.value and _PAIRED.search(text) and _ONES.search(said.after[:12]):
            yield whole(fact)
            return
        if len(counts) < 2 or sum(counts) != said.value or _TOTAL_FIRST.match(text[found[0].end :]):
            continue
        if any(_ENDS.fullmatch(text, a.end, b.start) for a, b in pairwise(found)):  # 2-4 players are no six
            continue
        of_all = not beside or beside[0] not in text or text.count(beside[0]) == len(counts)
        known = f"{fold(fact.name).text} {text}"
        if of_all and (total or any(names(w, known, said.lang) for w in beside)):
            yield whole(fact)
            return


def reckoned(said: Said, held: Held) -> Iterator[Evidence]:
    """'3 litres in all' of 6 bottles of 500 ml, a difference of two ends: reckoned from what facts hold."""
    total, rest = said.cued("total"), said.cued("rest")
    if said.value is None or not (total or rest):
        return
    here = {f.value for f in said.others}
    if said.quantity.unit:
        yield from _product(said, held) if total else ()
        yield from _together(said, held) if total else ()
        yield from _difference(said, held, here, total=total)
    elif said.value > FEW:
        numbers = sorted({v for _, values in pool(held) for v in values if v > 1} & here)
        for n, a in enumerate(numbers):
            for b in numbers[n + 1 :]:
                if (total and said.value in {a * b, a + b}) or (rest and said.value == abs(a - b)):
                    yield from holding(held, a)
                    yield from holding(held, b)
                    return


def _product(said: Said, held: Held) -> Iterator[Evidence]:
    """So many times so much: the count the sentence names, or the only one that fits the amount it names."""
    counts = {f.value for fact in held.facts for f in figures(fact.text) if not f.measured and 1 < f.value <= 1000}
    here, named = {f.value for f in said.others}, {f.value for f in said.others if not f.measured}
    for h in held.quantities:
        each = h.quantity.high if h.quantity.high is not None else h.quantity.low
        if not h.quantity.unit or each is None or h.quantity.low not in {each, None}:
            continue
        for count in sorted(counts & named if named else counts):
            if (named or each in here) and equal(said.quantity, each * count, h.quantity):
                yield quote(h)
                yield from holding(held, count)
                return


def _together(said: Said, held: Held) -> Iterator[Evidence]:
    """All the amounts of one fact: 35 litres of '5 l, 10 l, 20 l'."""
    same = [h for h in held.quantities if h.quantity.unit and compare.comparable(said.quantity, h.quantity)]
    for fact in {h.fact.id: h.fact for h in same}.values():
        parts = [h.quantity for h in same if h.fact is fact and h.quantity.low is not None]
        if len(parts) > 1:
            amounts = [units.convert(q.low, q.unit, parts[0].unit) or Decimal(0) for q in parts]
            if equal(said.quantity, sum(amounts, Decimal(0)), parts[0]):
                yield whole(fact)
                return


def _difference(said: Said, held: Held, here: set[Decimal], *, total: bool) -> Iterator[Evidence]:
    known = [h for h in held.quantities if h.quantity.unit and compare.comparable(said.quantity, h.quantity)]
    for h in known:
        low, high = h.quantity.low, h.quantity.high
        if low is not None and high is not None and low != high and equal(said.quantity, high - low, h.quantity):
            yield quote(h)
            return
    same = [h for h in known if h.quantity.low is not None and h.quantity.low == h.quantity.high]
    for n, a in enumerate(same):
        for b in same[n + 1 :]:
            x = a.quantity.low or Decimal(0)
            y = units.convert(b.quantity.low, b.quantity.unit, a.quantity.unit) or Decimal(0)
            wanted = x + y if total else abs(x - y)
            if {a.quantity.low, b.quantity.low} & here and x != y and equal(said.quantity, wanted, a.quantity):
                yield quote(a)
                yield quote(b)
                return


def parted(said: Said, held: Held) -> Iterator[Evidence]:
    """'eight parts in a hundred', 九成五 of 95%: a share said as parts, 八成多 of 82%."""
    share = spelled.share(said.text, said.quantity.start, said.quantity.end)
    if share is None:
        return
    if said.verdict.stance == "silent":
        for h in held.quantities:
            if h.quantity.unit == "percent" and share in {h.quantity.low, h.quantity.high}:
                yield quote(h)
                return
        return
    meant = {(e.ref, e.start) for e in said.verdict.evidence}  # the material the share is said of
    for concept in held.concepts:
        if concept.percent and (concept.fact.id, concept.start) in meant and _roughly(said, share, concept):
            yield evidence(concept.fact, concept.start, concept.end)
            return


def _roughly(said: Said, share: Decimal, concept: HeldConcept) -> bool:
    more = Decimal(concept.percent) - share
    if _MORE_AFTER.match(said.after) or _MORE_BEFORE.search(said.before):
        return 0 < more < 10
    near = _NEARLY.search(said.before) or _MORE_OR_LESS.match(said.after)
    return bool(near) and abs(more) <= FEW


def sizes(said: Said, held: Held) -> Iterator[Evidence]:
    """从39到46共八个: as many whole sizes as a range has, both ends named."""
    if said.quantity.unit or said.value is None or said.value < FEW:
        return
    here = {f.value for f in figures(said.sentence)}
    for h in held.quantities:
        low, high = h.quantity.low, h.quantity.high
        one = isinstance(h.fact.value, Quantity) and h.fact.key in {"size", ""}
        if one and low is not None and high is not None and low < high and high - low + 1 == said.value:
            named = {low, high} <= here or re.search(r"(?i)\bsizes?\b|码|号", said.sentence)
            if named:
                yield quote(h)
                return


def counted(said: Said, held: Held) -> Iterator[Evidence]:
    """'three lengths' of a fact that lists three, called by its name or by some of what it lists."""
    if said.quantity.unit or said.value is None or said.value < 2:
        return
    sentence = fold(said.sentence).text
    for fact in held.facts:
        items, name = listed(fact), fold(fact.name).text
        if len(items) == said.value and _PLURAL.search(name) and (
            any(names(w, name, said.lang) for w in said.neighbours[1])
            or sum(i in sentence for i in items) >= min(2, len(items))
        ):  # fmt: skip
            yield whole(fact)
            return


@lru_cache(maxsize=512)
def listed(fact: Fact) -> tuple[str, ...]:
    """What a fact lists, folded; nothing where it gives counts of its own."""
    value = fact.value
    if isinstance(value, Quantities) and value.joined == "choice" and all(i.unit for i in value.items):
        return tuple(fold(fact.text[i.start : i.end]).text for i in value.items)
    parts = tuple(re.split(r"\s*(?:,|，|、|;|；|/|\s\+\s|\bor\b|\band\b|或|和)\s*", fold(fact.text).text))
    plain = not any(re.match(r"\d+\s*[a-z\u4e00-\u9fff]", p) for p in parts)
    return parts if len(parts) > 1 and plain and all(0 < len(p) <= 40 for p in parts) else ()


def own_list(said: Said, held: Held) -> bool:
    """Whether a number only counts what its own sentence lists: 'gas, electric, induction: any of the three'."""
    if said.quantity.unit or said.value is None or not 2 <= said.value <= _LONGEST:
        return False
    if colon := re.match(r"[^,，;；。.:：]{0,12}[:：]", said.after):
        items = [i for i in _LISTED.split(said.after[colon.end() :].strip(" .。!！")) if i]
        return len(items) == said.value and all(len(i) <= _ITEM and _known(i, held) for i in items)
    if said.lang == "zh":
        run = re.search(r"((?:[^，。；：、\s]{1,10}、)+[^，。；：、\s]{1,10}?)[，：]?(?:这|共|一共|等)?$", said.before)
        items = re.split(r"、|和|与|及|或", run[1]) if run else []
        measure = r"[种样款色味]" if run and run.end(1) == len(said.before) else r"[种样个款色项味]?"
        return len(items) == said.value and bool(re.match(measure + r"(?:$|[，。；、选任都可皆均])", said.after))
    run = re.search(r"([^:;.—]+)[:;.—]?[^,:;.]*\b(?:the|all|these|those|of|on)\s*$", said.before)
    items = [i for i in _LISTED.split(run[1].strip(" ,:")) if i] if run else []
    alone = bool(re.match(r"\s*(?:$|[,.;:!?])", said.after))
    return alone and len(items) == said.value and all(len(i) <= _ITEM for i in items)


def _known(item: str, held: Held) -> bool:
    """Whether a fact holds a word of one thing of a list."""
    words = [w for w in re.findall(r"[a-z]{3,}", item.lower()) if w not in load("en").glue]
    if words:
        return any(stem(w) in held.stems for w in words)
    pairs = {item[n : n + 2] for n in range(len(item) - 1)} or {item}
    return any(p in text for p in pairs for _, text in held.folded)
