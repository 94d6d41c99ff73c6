"""A second look at the numbers no rule could tie to a fact: bounds and hedges said apart, the ends of a range, sides
without their unit, sums and products, lists that are counted, and turns of phrase that count nothing.

It only ever clears a number; what it does not understand keeps its verdict. A number that some fact holds, though
nothing says of what, gets the reason 'figure': the reader of meaning may let it stand, no rule does.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from goodword.guard import spelled
from goodword.guard.base import Matter
from goodword.guard.held import Held, HeldQuantity, evidence
from goodword.guard.spelled import Figure, figures
from goodword.guard.words import load, rows, stem
from goodword.text import compare, quantities, segment, units
from goodword.text.normalise import fold
from goodword.types import Evidence, Fact, Lang, Quantities, Quantity, Verdict

_AMISS = {"silent", "refuted"}
_FEW = 3  # numbers up to which stand side by side by chance
_NEAR = 28  # characters between two sides of one thing
_ITEM = 32  # characters of one thing of a list
_PLURAL = re.compile(r"[a-rt-z]s\b|[色码型款味香度式档口号味质料]$|颜色|尺码")
_TELLING = 100  # a figure from which on no two facts share one by chance
_CLAUSE = re.compile(r"[,;:，；：。.!?！？、—–]")
_LISTED = re.compile(r"\s*(?:,|，|、|;|；|/|\band\b|\bor\b|\bplus\b|&|和|与|及|或|加)\s*")
_WASHED = re.compile(
    r"(?i)\b(?:wash\w*|dr(?:y|ie[rs]|ying)|iron\w*|press\w*|oven|degrees?|dial|programme|cycle|boil|coffee|tea|water|cool|hot|hotter|in at|round at|machine|freez\w*|frost|thermometer|°)|洗|水温|度|熨|烘|℃"  # noqa: E501
)
_BELOW = re.compile(r"(?i)\b(?:below|minus|frost)\b|零下|负")


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A number of a text that is not settled: its verdict, what it says, and the sentence it stands in."""

    verdict: Verdict
    quantity: Quantity
    text: str
    lang: Lang
    start: int
    end: int  # of the sentence

    @property
    def sentence(self) -> str:
        """The sentence around it."""
        return self.text[self.start : self.end]

    @property
    def clause(self) -> str:
        """The clause around it."""
        left = max((m.end() for m in _CLAUSE.finditer(self.text, self.start, self.quantity.start)), default=self.start)
        right = _CLAUSE.search(self.text, self.quantity.end, self.end)
        return self.text[left : right.start() if right and right.start() > self.quantity.end else self.end]

    @property
    def value(self) -> Decimal | None:
        """The number itself, where it is one."""
        q = self.quantity
        return q.low if q.low is not None else q.high


@cache
def _cue(name: str, table: str) -> re.Pattern[str]:
    return re.compile(rows("reckoning")[table][name].replace("\n", ""), re.IGNORECASE)


def reconsidered(matter: Matter, held: Held, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, those on numbers looked at again."""
    if not any(
        v.stance in _AMISS and v.claim.kind in {"number", "duration"} and not v.reason == "degree" for v in verdicts
    ):
        return list(verdicts)
    spans = segment.sentences(matter.text)
    phrases = [m.span() for m in _cue(matter.lang, "phrase").finditer(matter.text)]
    compound = list(spelled.compound(matter.text, matter.lang))
    out: list[Verdict] = []
    for verdict in verdicts:
        claim = verdict.claim
        if verdict.stance not in _AMISS or claim.kind not in {"number", "duration"} or verdict.reason == "degree":
            out.append(verdict)
        elif any(a <= claim.start and claim.end <= b for a, b in phrases):
            out.append(replace(verdict, stance="courtesy", evidence=(), reason=""))
        else:
            start, end = next(((a, b) for a, b in spans if a <= claim.start < b), (0, len(matter.text)))
            whole = next((q for q in compound if q.start <= claim.start and claim.end <= q.end), None)
            quantity = whole or spelled.quantity(matter.text, claim.start, claim.end)
            said = (
                Said(verdict=verdict, quantity=quantity, text=matter.text, lang=matter.lang, start=start, end=end)
                if quantity
                else None
            )  # noqa: E501
            dated = said and claim.kind == "duration" and not said.quantity.unit
            out.append(_again(said, held, compound=bool(whole)) if said and not dated else verdict)
    return out


def _again(said: Said, held: Held, *, compound: bool) -> Verdict:
    ways: tuple[Callable[[Said, Held], Iterator[Evidence]], ...] = (
        *((_converted,) if compound else ()),
        _hedged, _bounded, _end_of_range, _sides, _headed, _telling, _degrees, _summed, _multiplied, _parted, _sizes,
        _listed,
    )  # fmt: skip
    for way in ways:
        if found := tuple(way(said, held)):
            return replace(said.verdict, stance="supported", evidence=found, reason="", confidence=1.0)
    if _own_list(said):
        return replace(said.verdict, stance="courtesy", evidence=(), reason="")
    return _loosened(said, held)


def _loosened(said: Said, held: Held) -> Verdict:
    """A count refuted by the count of another thing is merely unheld; one that some fact holds says so."""
    verdict = said.verdict
    if said.quantity.unit:
        return verdict
    if any(said.value in values for _, values in _pool(held)):
        return replace(verdict, stance="silent", reason="figure", confidence=0.6)
    return verdict


def _converted(said: Said, held: Held) -> Iterator[Evidence]:
    """一米八五 and 'a quarter of a kilo', read whole: the quantity of a fact, or a looser one that is true of it."""
    for h in held.quantities:
        if h.quantity.unit and (_true_of(said.quantity, h.quantity)):
            yield _quote(h)
            return


def _true_of(said: Quantity, known: Quantity) -> bool:
    if not compare.comparable(said, known):
        return False
    if compare.compare(said, known) in {"same", "weaker"}:
        return True
    ends = [v for v in (known.low, known.high) if v is not None]
    if not ends or (known.low is not None and known.low != known.high):
        return False
    exact, value = units.base(ends[0], known.unit), said.low if said.low is not None else said.high
    said_base = units.base(value, said.unit) if value is not None else exact
    if said.hedge == "under" and known.hedge in {"exact", "up_to", "about"}:
        return exact < said_base <= exact * Decimal("1.25")
    return said.hedge == "over" and known.hedge in {"exact", "about"} and exact * Decimal("0.8") <= said_base < exact


def _hedged(said: Said, held: Held) -> Iterator[Evidence]:
    """'some twenty minutes' of about 20: the hedge stands some words away."""
    before, after = (
        said.text[max(said.start, said.quantity.start - 30) : said.quantity.start],
        said.text[said.quantity.end : said.end],
    )  # noqa: E501
    loose = _cue(f"before_{said.lang}", "loose").search(before) or _cue(f"after_{said.lang}", "loose").search(after)
    if not loose and said.lang == "zh":
        loose = _cue("anywhere_zh", "loose").search(before)
    if loose and said.quantity.hedge in {"exact", "about", "typical"}:
        about = replace(said.quantity, hedge="about", low=said.value, high=said.quantity.high or said.value)
        for h in _measured(held):
            if compare.compare(about, h.quantity) in {"same", "weaker"} or (
                h.quantity.hedge == "about" and compare.compare(about, replace(h.quantity, hedge="exact")) in {"same", "weaker"}
            ):  # fmt: skip
                yield _quote(h)
                return


def _bounded(said: Said, held: Held) -> Iterator[Evidence]:
    """'15 kg is its limit' of at most 15 kg, 八岁起 of 8+: a bound of a fact said as one, wherever the words stand."""
    if said.quantity.low is None or said.quantity.low != said.quantity.high:
        return
    for h in _measured(held):
        known = h.quantity
        side = (
            "most" if known.low is None or known.hedge in {"up_to", "under"} else "least" if known.high is None else ""
        )
        value = known.high if side == "most" else known.low
        if side and value is not None and _equal(said.quantity, value, known) and (
            _cue(f"{side}_{said.lang}", "limit").search(said.clause)
        ):  # fmt: skip
            yield _quote(h)
            return


def _end_of_range(said: Said, held: Held) -> Iterator[Evidence]:
    """'44 cm at its lowest, 54 at its highest' of 44-54 cm: both ends, or one that is called an end."""
    if said.value is None or (said.quantity.low not in {None, said.quantity.high} and said.quantity.high is not None):
        return
    others = {f.value for f in _figures(said.sentence) if not _overlap(f, said)}
    for h in _measured(held, bare=True):
        known = h.quantity
        if known.low is None or known.high is None or known.low == known.high:
            continue
        for end, other, side in ((known.low, known.high, "low"), (known.high, known.low, "high")):
            if _equal(said.quantity, end, known) and (
                other in others or (said.quantity.unit and _cue(f"{side}_{said.lang}", "end").search(said.clause))
            ):  # fmt: skip
                yield _quote(h)
                return


def _sides(said: Said, held: Held) -> Iterator[Evidence]:
    """40乘28 and '29 tall and 25 deep' of 40×28×2 cm: figures of one fact beside each other, in its order."""
    if said.quantity.unit or said.value is None or said.value <= _FEW or _under_another_unit(said, held):
        return
    here = [f for f in _figures(said.sentence) if abs(f.start + said.start - said.quantity.start) <= _NEAR]
    for fact, values in _pool(held):
        if said.value not in values or len(set(values)) < 2:
            continue
        mine = values.index(said.value)
        for other in here:
            if _overlap(other, said) or other.value == said.value or other.value not in values:
                continue
            after = other.start + said.start > said.quantity.start
            if after == (values.index(other.value) > mine):
                yield evidence(fact, 0, len(fact.text))
                return


def _under_another_unit(said: Said, held: Held) -> bool:
    """Whether the unit that comes next is none of a fact that gives its number: the 61 of '61 by 40 inches'."""
    following = [
        q for q in quantities.find(said.sentence) if q.unit and 0 <= q.start + said.start - said.quantity.end <= _NEAR
    ]
    return any(
        not any(compare.compare(q, h.quantity) in {"same", "weaker"} for h in held.quantities) for q in following[:1]
    )


def _headed(said: Said, held: Held) -> Iterator[Evidence]:
    """'five shelves' of the fact 'shelves: 5, of which 3 adjustable'; 克重320 of 克重: 320g/㎡; EN 71 as written."""
    if said.quantity.unit:
        return
    whole = fold(said.sentence).text
    if len(whole) != len(said.sentence):
        return
    a, b = said.quantity.start - said.start, said.quantity.end - said.start
    beside = _beside(whole, a, b, said.lang)
    number = _plain(said.value)
    for fact, text in held.folded:
        name = fold(fact.name).text
        first = next(iter(_figures(text)), None)
        if first and first.value == said.value and _alone(text[first.end :], name + whole) and (
            any(_names(word, name, said.lang) for word in beside[1])
        ):  # fmt: skip
            yield evidence(fact, first.start, min(first.end, len(fact.text)))
            return
        joined = re.sub(r"[,，、;；()（）/]", "|", re.sub(r"[\s:：×-]+", "", f"{name}{text}"))
        written = [rf"{re.escape(w)}{number}(?![\d.])" for w in beside[0]] + [
            rf"(?<![\d.]){number}{re.escape(w.replace('-', ''))}(?![a-z])" for w in beside[1]
        ]  # noqa: E501
        if number and any(re.search(w, joined) for w in written):
            yield evidence(fact, 0, len(fact.text))
            return


def _alone(after: str, known: str) -> bool:
    """Whether the count of a fact is of what its name says: the 5 of '5, of which 3 adjustable', not of '5 inside'."""
    thing = re.match(r"[\s-]*(?:[a-z][a-z0-9-]*|[\u4e00-\u9fff]{2,})", after)
    return not thing or thing.group().strip(" -").removesuffix("s") in known


def _names(word: str, name: str, lang: Lang) -> bool:
    if lang == "zh":
        return len(word) > 1 and word in name
    return len(word) > 2 and stem(word) in {stem(w) for w in re.findall(r"[a-z]+", name)}


def _beside(text: str, a: int, b: int, lang: Lang) -> tuple[list[str], list[str]]:
    """The words right before and right after a place: two characters of Chinese, or one or two words of English."""
    if lang == "zh":
        left, right = re.search(r"([\u4e00-\u9fff]{2}|[a-z]+)\s*$", text[:a]), text[b:]
        after = re.match(r"\s*(?:([\u4e00-\u9fff])([\u4e00-\u9fff]{2})|[\u4e00-\u9fff]?([a-z][a-z0-9-]*))", right)
        words = [
            w
            for w in (
                (after[1] + after[2][:1], after[2], after[3]) if after and after[1] else (after[3],) if after else ()
            )
            if w
        ]  # noqa: E501
        return ([left[1]] if left else []), words
    glue = load("en").glue
    left = re.search(r"([a-z]{2,})[\s-]*$", text[:a])
    after = re.match(r"[\s-]*([a-z][a-z0-9]*(?:-[a-z]\b)?)(?:[\s-]+([a-z]+))?", text[b:])
    return (
        [left[1]] if left and left[1] not in glue else [],
        [w for w in (after.groups() if after else ()) if w and (w not in glue)],
    )


def _telling(said: Said, held: Held) -> Iterator[Evidence]:
    """2700, 1680D, 304: a figure too particular to be there by chance, where the text gives it no other unit."""
    if (
        said.quantity.hedge != "exact"
        or said.quantity.unit
        or said.value is None
        or said.quantity.counter
        or not any(c.isdigit() for c in said.text[said.quantity.start : said.quantity.end])
    ):  # noqa: E501
        return
    telling = said.value >= _TELLING or said.value != said.value.to_integral_value()
    siblings = any(f.measured for f in _figures(said.sentence) if not _overlap(f, said))
    for fact, values in _pool(held) if telling else ():
        if said.value in values and not (
            siblings and any(f.measured and f.value == said.value for f in _figures(fact.text))
        ):
            yield evidence(fact, 0, len(fact.text))
            return


def _degrees(said: Said, held: Held) -> Iterator[Evidence]:
    """'wash at thirty', 'twenty below': a temperature without its unit."""
    if (
        said.quantity.unit not in {"", "degree"}
        or said.quantity.counter
        or said.value is None
        or not _WASHED.search(said.sentence)
    ):  # noqa: E501
        return
    signs = {said.value, -said.value} if _BELOW.search(said.clause) else {said.value}
    for h in held.quantities:
        warm = (
            units.dimension(h.quantity.unit) == "temperature" or h.quantity.unit in {"degree", "degree_Celsius"}
            if h.quantity.unit
            else False
        )  # noqa: E501
        if warm and signs & {h.quantity.low, h.quantity.high}:
            yield _quote(h)
            return


def _summed(said: Said, held: Held) -> Iterator[Evidence]:
    """'four pockets' of '2 chest, 2 hip': the counts of one fact taken together."""
    if said.quantity.unit or said.value is None or said.value < 2:
        return
    total = bool(_cue(said.lang, "total").search(said.sentence))
    whole = fold(said.sentence).text
    beside = (
        _beside(whole, said.quantity.start - said.start, said.quantity.end - said.start, said.lang)[1]
        if len(whole) == len(said.sentence)
        else []
    )  # noqa: E501
    for fact, text in held.folded:
        counts = [f.value for f in _figures(text) if not f.measured]
        if len(counts) < 2 or sum(counts) != said.value:
            continue
        of_all = not beside or beside[0] not in text or text.count(beside[0]) == len(counts)
        if of_all and (
            total or any(_names(w, fold(fact.name).text + (" " + text if of_all else ""), said.lang) for w in beside)
        ):
            yield evidence(fact, 0, len(fact.text))
            return


def _multiplied(said: Said, held: Held) -> Iterator[Evidence]:
    """'3 litres in all' of 6 bottles of 500 ml, a difference of two ends: reckoned from what facts hold."""
    if said.value is None:
        return
    here = {f.value for f in _figures(said.sentence) if not _overlap(f, said)}
    total, rest = (bool(_cue(said.lang, table).search(said.sentence)) for table in ("total", "rest"))
    if said.quantity.unit and (total or rest):
        yield from _product(said, held, here) if total else ()
        yield from _difference(said, held, here, total=total)
    elif said.value > _FEW and (total or rest):
        pool = sorted({v for _, values in _pool(held) for v in values if v > 1} & here)
        for n, a in enumerate(pool):
            for b in pool[n + 1 :]:
                if (total and said.value in {a * b, a + b}) or (rest and said.value == abs(a - b)):
                    yield from _holding(held, a)
                    yield from _holding(held, b)
                    return


def _product(said: Said, held: Held, here: set[Decimal]) -> Iterator[Evidence]:
    counts = {f.value for fact in held.facts for f in _figures(fact.text) if not f.measured and 1 < f.value <= 1000}
    for h in held.quantities:
        each = h.quantity.high if h.quantity.high is not None else h.quantity.low
        if not h.quantity.unit or each is None or h.quantity.low not in {each, None}:
            continue
        for count in sorted(counts):
            if count != each and {count, each} & here and _equal(said.quantity, each * count, h.quantity):
                yield _quote(h)
                yield from _holding(held, count)
                return


def _difference(said: Said, held: Held, here: set[Decimal], *, total: bool) -> Iterator[Evidence]:
    known = [h for h in held.quantities if h.quantity.unit and compare.comparable(said.quantity, h.quantity)]
    for h in known:
        low, high = h.quantity.low, h.quantity.high
        if low is not None and high is not None and low != high and _equal(said.quantity, high - low, h.quantity):
            yield _quote(h)
            return
    same = [h for h in known if h.quantity.low is not None and h.quantity.low == h.quantity.high]
    for n, a in enumerate(same):
        for b in same[n + 1 :]:
            x, y = (
                a.quantity.low or Decimal(0),
                units.convert(b.quantity.low, b.quantity.unit, a.quantity.unit) or Decimal(0),
            )  # noqa: E501
            if (
                {a.quantity.low, b.quantity.low} & here
                and x != y
                and _equal(said.quantity, x + y if total else abs(x - y), a.quantity)
            ):  # noqa: E501
                yield _quote(a)
                yield _quote(b)
                return


def _parted(said: Said, held: Held) -> Iterator[Evidence]:
    """'eight parts in a hundred', 九成 of 90%: a share said as parts."""
    share = (
        spelled.share(said.text, said.quantity.start, said.quantity.end) if said.verdict.stance == "silent" else None
    )
    for h in held.quantities if share is not None else ():
        if h.quantity.unit == "percent" and share in {h.quantity.low, h.quantity.high}:
            yield _quote(h)
            return


def _sizes(said: Said, held: Held) -> Iterator[Evidence]:
    """从39到46共八个: as many whole sizes as a range has, both ends named."""
    if said.quantity.unit or said.value is None or said.value < 3:
        return
    here = {f.value for f in _figures(said.sentence)}
    for h in held.quantities:
        low, high = h.quantity.low, h.quantity.high
        if (
            low is not None
            and high is not None
            and low < high
            and h.fact.key in {"size", ""}
            and high - low + 1 == said.value
        ):
            if {low, high} <= here or re.search(r"(?i)\bsizes?\b|码|号", said.sentence):
                yield _quote(h)
                return


def _listed(said: Said, held: Held) -> Iterator[Evidence]:
    """'three lengths' of a fact that lists three, called by its name or by some of what it lists."""
    if said.quantity.unit or said.value is None or said.value < 2:
        return
    whole = fold(said.sentence).text
    if len(whole) != len(said.sentence):
        return
    words = _beside(whole, said.quantity.start - said.start, said.quantity.end - said.start, said.lang)[1]
    for fact in held.facts:
        items = listed(fact)
        name = fold(fact.name).text
        if len(items) == said.value and _PLURAL.search(name) and (
            any(_names(w, name, said.lang) for w in words) or sum(i in whole for i in items) >= min(2, len(items))
        ):  # fmt: skip
            yield evidence(fact, 0, len(fact.text))
            return


@lru_cache(maxsize=512)
def listed(fact: Fact) -> tuple[str, ...]:
    """What a fact lists, folded; nothing where it gives counts of its own."""
    value = fact.value
    if isinstance(value, Quantities) and value.joined == "choice" and all(i.unit for i in value.items):
        return tuple(fold(fact.text[i.start : i.end]).text for i in value.items)
    parts = tuple(re.split(r"\s*(?:,|，|、|;|；| / |/|\s\+\s|\bor\b|\band\b|或|和)\s*", fold(fact.text).text))
    plain = not any(re.match(r"\d+\s*[a-z\u4e00-\u9fff]", p) for p in parts)
    return parts if len(parts) > 1 and plain and all(0 < len(p) <= 40 for p in parts) else ()


def _own_list(said: Said) -> bool:
    """Whether a number only counts what its own sentence lists: 'gas, electric, induction: any of the three'."""
    if said.quantity.unit or said.value is None or not 2 <= said.value <= 12 or said.quantity.low != said.quantity.high:
        return False
    before, after = said.text[said.start : said.quantity.start], said.text[said.quantity.end : said.end]
    if colon := re.match(r"[^,，;；。.:：]{0,12}[:：]", after):
        items = [i for i in _LISTED.split(after[colon.end() :].strip(" .。!！")) if i]
        return len(items) == said.value and all(len(i) <= _ITEM for i in items)
    if said.lang == "zh":
        run = re.search(r"((?:[^，。；：、\s]{1,10}、)+[^，。；：、\s]{1,10}?)[，：]?(?:这|共|一共|等)?$", before)
        items = re.split(r"、|和|与|及|或", run[1]) if run else []
        joined = r"[种样款色味]" if run and run.end(1) == len(before) else r"[种样个款色项味]?"
        return len(items) == said.value and bool(re.match(joined + r"(?:$|[，。；、选任都可皆均])", after))
    run = re.search(r"([^:;.—]+)[:;.—]?[^,:;.]*\b(?:the|all|these|those|of|on)\s*$", before)
    items = [i for i in _LISTED.split(run[1].strip(" ,:")) if i] if run else []
    return (
        bool(re.match(r"\s*(?:$|[,.;:!?])", after)) and len(items) == said.value and all(len(i) <= _ITEM for i in items)
    )


def _measured(held: Held, *, bare: bool = False) -> Iterator[HeldQuantity]:
    yield from (h for h in held.quantities if h.quantity.unit or bare or isinstance(h.fact.value, Quantity))


def _equal(said: Quantity, value: Decimal, unit: Quantity) -> bool:
    if not said.unit and unit.unit:
        return not said.counter and said.low == said.high == value
    known = replace(unit, low=value, high=value, hedge="exact", tolerance=None, tolerance_percent=None)
    mine = said.low if said.low is not None else said.high
    plain = replace(said, low=mine, high=mine, hedge="about" if said.hedge in {"about", "typical"} else "exact")
    return compare.comparable(plain, known) and compare.compare(plain, known) in {"same", "weaker"}


def _pool(held: Held) -> tuple[tuple[Fact, tuple[Decimal, ...]], ...]:
    return _pooled(held.facts)


@lru_cache(maxsize=32)
def _pooled(facts: tuple[Fact, ...]) -> tuple[tuple[Fact, tuple[Decimal, ...]], ...]:
    """Every fact that holds numbers, with them in order."""
    found = ((f, tuple(x.value for x in (*_figures(f.text),))) for f in facts)
    return tuple((f, values) for f, values in found if values)


@lru_cache(maxsize=512)
def _figures(text: str) -> tuple[Figure, ...]:
    return tuple(figures(text))


def _holding(held: Held, value: Decimal) -> Iterator[Evidence]:
    for fact, values in _pool(held):
        if value in values:
            yield evidence(fact, 0, len(fact.text))
            return


def _overlap(figure: Figure, said: Said) -> bool:
    return figure.start + said.start < said.quantity.end and said.quantity.start < figure.end + said.start


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _quote(h: HeldQuantity) -> Evidence:
    return evidence(h.fact, h.quantity.start, h.quantity.end)
