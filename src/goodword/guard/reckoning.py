"""A second look at the numbers no rule could tie to a fact: bounds and hedges said apart, the ends of a range, sides
without their unit, sums and products, lists that are counted, and turns of phrase that count nothing.

It only ever clears a number; what it does not understand keeps its verdict. A number that some fact holds, though
nothing says of what, gets the reason 'figure': the reader of meaning may let it stand, no rule does.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from goodword.guard import spelled, sums
from goodword.guard.base import Matter
from goodword.guard.held import Held, HeldQuantity, evidence
from goodword.guard.said import Said, cue, equal, figures, names, pool, quote, stands, true_of, whole
from goodword.guard.words import load, stem
from goodword.text import compare, quantities, segment, units
from goodword.text.normalise import fold
from goodword.types import Claim, Evidence, Fact, Lang, Quantity, Verdict

_AMISS = {"silent", "refuted"}
_NEAR = 28  # characters between two sides of one thing
_TELLING = 100  # a figure from which on no two facts share one by chance
_WASHED = re.compile(
    r"(?i)\b(?:wash\w*|dr(?:y|ie[rs]|ying)|iron\w*|press\w*|oven|degrees?|dial|programme|cycle|boil|coffee|tea|water"
    r"|cool|hot|hotter|machine|freez\w*|frost|thermometer)\b|\b(?:in|round) at\b|°|洗|水温|度|熨|烘|℃"
)
_BELOW = re.compile(r"(?i)\b(?:below|minus|frost)\b|零下|负")
_NEGATIVE = re.compile(
    r"(?i)\b(?:no|not|never|don\W?t|won\W?t|isn\W?t|can\W?t|cannot|avoid|nothing)\b|别|勿|不|免|无法|请另"
)
_GROUPS = re.compile(
    r"(?i)\b(?:(?P<two>twin|pair of|duo|both)|(?P<three>trio|threesome)|(?P<four>foursome|quartet))\b"
    r"|(?P<pair>一对|成对|双(?=[支瓶只件包盒罐袋]装|扬声器))"
)
_GROUP = {"two": 2, "pair": 2, "three": 3, "four": 4}
_PAIRED = re.compile(r"(?i)\bpairs?\b|\b(?:twin|dual|double)\b|[双对]")
_ONE = re.compile(r"(?i)one\b")
_APART, _SPACES = re.compile(r"[,，、;；()（）/]"), re.compile(r"[\s:：×-]+")

Way = Callable[[Said, Held], Iterator[Evidence]]


def reconsidered(matter: Matter, held: Held, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, those on numbers looked at again, and new ones on numbers in words that no rule reads as such."""
    compound = spelled.compounds(matter.text, matter.lang)
    spans = segment.sentences(matter.text)
    phrases = [m.span() for m in cue("phrase", matter.lang).finditer(matter.text)]
    out = [_looked_at(matter, held, v, compound, spans, phrases) for v in verdicts]
    return [*out, *_unnoticed(matter, held, compound, spans, out)]


def _looked_at(
    matter: Matter, held: Held, verdict: Verdict, compound: Sequence[Quantity],
    spans: Sequence[tuple[int, int]], phrases: Sequence[tuple[int, int]],
) -> Verdict:  # fmt: skip
    claim = verdict.claim
    if verdict.stance not in _AMISS or claim.kind not in {"number", "duration"} or verdict.reason == "degree":
        return verdict
    if any(a <= claim.start and claim.end <= b for a, b in phrases):
        return replace(verdict, stance="courtesy", evidence=(), reason="")
    start, end = next(((a, b) for a, b in spans if a <= claim.start < b), (0, len(matter.text)))
    joined = next((q for q in compound if q.start <= claim.start and claim.end <= q.end), None)
    quantity = joined or spelled.quantity(matter.text, claim.start, claim.end)
    if not quantity or (claim.kind == "duration" and not quantity.unit):  # a date
        return verdict
    said = Said(verdict=verdict, quantity=quantity, text=matter.text, lang=matter.lang, start=start, end=end)
    return _again(said, held, joined=bool(joined))


def _again(said: Said, held: Held, *, joined: bool) -> Verdict:
    q = said.quantity
    ways: tuple[Way, ...] = (_converted,) if joined else ()
    ways = (*ways, _hedged)
    if q.low is None or q.high is None or q.low == q.high:
        ways = (*ways, _bounded, _end_of_range, _sides, _headed, _telling, _degrees, sums.summed, sums.reckoned,
                sums.parted, sums.sizes, sums.counted)  # fmt: skip
    for way in ways:
        if found := tuple(way(said, held)):
            return replace(said.verdict, stance="supported", evidence=found, reason="", confidence=1.0)
    if sums.own_list(said, held) or _article(said, held):
        return replace(said.verdict, stance="courtesy", evidence=(), reason="")
    if q.unit or any(_is_held(word, held, said.lang) for word in said.neighbours[1]):
        return said.verdict if q.unit or said.verdict.stance == "refuted" else replace(said.verdict, reason="count")
    if any(said.value in values for _, values in pool(held)):
        return replace(said.verdict, stance="silent", reason="figure", confidence=0.6)
    return said.verdict


def _is_held(word: str, held: Held, lang: Lang) -> bool:
    """Whether facts speak of a thing that a text counts: then its number is theirs to give."""
    if lang == "en" or word.isascii():
        return stem(word) in held.stems
    return any(word in fold(f.name).text or word in text for f, text in held.folded)


def _unnoticed(
    matter: Matter, held: Held, compound: Sequence[Quantity], spans: Sequence[tuple[int, int]], told: Sequence[Verdict]
) -> Iterator[Verdict]:
    """Amounts and counts in words that no rule reads as numbers ('half a decade', 'twin bottles', 一对), where a fact
    holds them; where none does, their words are judged as words."""
    taken = [(v.claim.start, v.claim.end) for v in told]
    for q in compound:
        if not any(a < q.end and q.start < b for a, b in taken):
            unsaid = Verdict(claim=Claim(start=q.start, end=q.end, kind="number"), stance="silent")
            start, end = next(((a, b) for a, b in spans if a <= q.start < b), (0, len(matter.text)))
            said = Said(verdict=unsaid, quantity=q, text=matter.text, lang=matter.lang, start=start, end=end)
            verdict = _again(said, held, joined=True)
            yield from (verdict,) if verdict.stance == "supported" else ()
    for m in _GROUPS.finditer(matter.text):
        fact = next((f for f in held.facts if _gives(f, _GROUP[m.lastgroup or ""])), None)
        if fact and not any(a < m.end() and m.start() < b for a, b in taken):
            yield Verdict(claim=Claim(start=m.start(), end=m.end(), kind="number"), stance="supported",
                          evidence=(whole(fact),))  # fmt: skip


def _gives(fact: Fact, count: int) -> bool:
    """Whether a fact counts so many of a thing."""
    found = [f.value for f in figures(fact.text) if not f.measured]
    return count in found or (count == _GROUP["pair"] and bool(_PAIRED.search(f"{fact.name} {fact.text}")))


def _converted(said: Said, held: Held) -> Iterator[Evidence]:
    """一米八五 and 'a quarter of a kilo', read whole: the quantity of a fact, or a looser one that is true of it."""
    found = next((h for h in held.quantities if h.quantity.unit and true_of(said.quantity, h.quantity)), None)
    yield from (quote(found),) if found else ()


def _hedged(said: Said, held: Held) -> Iterator[Evidence]:
    """'some twenty minutes' of about 20, 'not quite five kilos' of 4.8: the hedge stands some words away."""
    before = said.before[-30:]
    loosely = (
        replace(said.quantity, hedge="under", low=None) if re.search(r"(?i)\bnot quite $", before) else said.quantity
    )
    if loosely.hedge in {"under", "over"}:
        found = next((h for h in _measured(held) if h.quantity.unit and true_of(loosely, h.quantity)), None)
        yield from (quote(found),) if found else ()
        return
    loose = cue("loose", f"before_{said.lang}").search(before) or cue("loose", f"after_{said.lang}").search(said.after)
    if not loose and said.lang == "zh":
        loose = cue("loose", "anywhere_zh").search(before)
    if not loose or said.quantity.hedge not in {"exact", "about", "typical"}:
        return
    about = replace(said.quantity, hedge="about", low=said.value, high=said.quantity.high or said.value)
    for h in _measured(held):
        plain = replace(h.quantity, hedge="exact") if h.quantity.hedge == "about" else h.quantity
        if {compare.compare(about, h.quantity), compare.compare(about, plain)} & {"same", "weaker"}:
            yield quote(h)
            return


def _bounded(said: Said, held: Held) -> Iterator[Evidence]:
    """'15 kg is its limit' of at most 15 kg, 八岁起 of 8+, 'nothing over 28 cm': a bound of a fact said as one."""
    past = said.quantity.hedge == "over" and bool(_NEGATIVE.search(said.sentence))
    if not past and (said.quantity.low is None or said.quantity.low != said.quantity.high):
        return
    for h in _measured(held):
        known = h.quantity
        most = known.low is None or known.hedge in {"up_to", "under"}
        value = known.high if most else known.low
        if value is None or not (most or known.high is None) or not equal(said.quantity, value, known):
            continue
        side = "most" if most else "least"
        if (past and most) or (not past and cue("limit", f"{side}_{said.lang}").search(said.clause)):
            yield quote(h)
            return


def _end_of_range(said: Said, held: Held) -> Iterator[Evidence]:
    """'44 cm at its lowest, 54 at its highest' of 44-54 cm: both ends, or one that is called an end."""
    others = {f.value for f in said.others}
    amounts = [q for q in (*quantities.find(said.sentence), *spelled.compounds(said.sentence, said.lang)) if q.unit]
    for h in _measured(held, bare=True):
        known = h.quantity
        if known.low is None or known.high is None or known.low == known.high:
            continue
        for end, other, side in ((known.low, known.high, "low"), (known.high, known.low, "high")):
            if equal(said.quantity, end, known) and (
                other in others
                or any(equal(q, other, known) for q in amounts)
                or (said.quantity.unit and cue("end", f"{side}_{said.lang}").search(said.clause))
            ):
                yield quote(h)
                return


def _sides(said: Said, held: Held) -> Iterator[Evidence]:
    """40乘28 and '29 tall and 25 deep' of 40×28×2 cm: figures of one fact beside each other, in its order."""
    if said.quantity.unit or said.value is None or said.value <= sums.FEW or _under_another_unit(said, held):
        return
    here = [f for f in said.others if abs(f.start + said.start - said.quantity.start) <= _NEAR]
    for fact, values in pool(held):
        mine = values.index(said.value) if said.value in values else -1
        for other in here if mine >= 0 else ():
            after = other.start + said.start > said.quantity.start
            if other.value != said.value and other.value in values and after == (values.index(other.value) > mine):
                yield whole(fact)
                return


def _under_another_unit(said: Said, held: Held) -> bool:
    """Whether the unit that comes next is none of a fact that gives its number: the 61 of '61 by 40 inches'."""
    at = said.quantity.end - said.start
    next_one = next((q for q in quantities.find(said.sentence) if q.unit and 0 <= q.start - at <= _NEAR), None)
    same = {"same", "weaker"}
    return bool(next_one) and not any(compare.compare(next_one, h.quantity) in same for h in held.quantities)  # type: ignore[arg-type]


def _headed(said: Said, held: Held) -> Iterator[Evidence]:
    """'five shelves' of the fact 'shelves: 5, of which 3 adjustable'; 克重320 of 克重: 320g/㎡; EN 71 as written."""
    if said.quantity.unit or said.value is None:
        return
    before, after = said.neighbours
    sentence, number = fold(said.sentence).text, f"{said.value.normalize():f}"
    for fact, text in held.folded:
        name = fold(fact.name).text
        first = next(iter(figures(text)), None)
        counted = first if first and not first.measured else None
        if counted and counted.value == said.value and _alone(text[counted.end :], name + sentence) and (
            any(names(word, name, said.lang) for word in after)
        ):  # fmt: skip
            yield evidence(fact, counted.start, min(counted.end, len(fact.text)))
            return
        joined = _joined(f"{name}{text}")
        if number not in joined:
            continue
        written = [rf"{re.escape(w)}{number}(?![\d.])" for w in before]
        written += [rf"(?<![\d.]){number}{re.escape(w.replace('-', ''))}(?![a-z])" for w in after]
        if any(re.search(w, joined) for w in written):
            yield whole(fact)
            return


@lru_cache(maxsize=1024)
def _joined(text: str) -> str:
    """A fact's name and value without spaces, its parts kept apart."""
    return _APART.sub("|", _SPACES.sub("", text))


def _alone(after: str, known: str) -> bool:
    """Whether the count of a fact is of what its name says: the 5 of '5, of which 3 adjustable', not of '5 inside'."""
    thing = re.match(r"[\s-]*(?:[a-z][a-z0-9-]*|[\u4e00-\u9fff]{2,})", after)
    return not thing or thing.group().strip(" -").removesuffix("s") in known


def _telling(said: Said, held: Held) -> Iterator[Evidence]:
    """2700, 1680D, 304: a figure too particular to be there by chance, where the text gives it no other unit."""
    q = said.quantity
    if q.hedge != "exact" or q.unit or q.counter or said.value is None or not any(c.isdigit() for c in said.written):
        return
    if said.value < _TELLING and said.value == said.value.to_integral_value():
        return
    measured = any(f.measured for f in said.others)  # it may have left out the unit of another: '100 g, the bin 250'
    for fact, values in pool(held):
        if said.value in values and not (
            measured and any(f.measured and f.value == said.value for f in figures(fact.text))
        ):
            yield whole(fact)
            return


def _degrees(said: Said, held: Held) -> Iterator[Evidence]:
    """'wash at thirty', 'twenty below': a temperature without its unit."""
    q = said.quantity
    if q.unit not in {"", "degree"} or q.counter or said.value is None or not stands(_WASHED, said.sentence):
        return
    signs = {said.value, -said.value} if _BELOW.search(said.clause) else {said.value}
    for h in held.quantities:
        warm = h.quantity.unit and (units.dimension(h.quantity.unit) == "temperature" or h.quantity.unit == "degree")
        if warm and signs & {h.quantity.low, h.quantity.high}:
            yield quote(h)
            return


def _article(said: Said, held: Held) -> bool:
    """'one pouch' where no fact counts pouches: an article, the noun is judged as a word."""
    thing = re.match(r"\s*([a-z]+)", said.text[said.quantity.start + 3 : said.end].lower())
    if said.quantity.unit or not _ONE.match(said.written) or not thing or thing[1] in load("en").glue:
        return False
    wanted = stem(thing[1])
    for fact, text in held.folded:
        words = {stem(w) for w in re.findall(r"[a-z]+", f"{fact.name.lower()} {text}")}
        if wanted in words and any(f.value > 1 and not f.measured for f in figures(text)):
            return False
    return True


def _measured(held: Held, *, bare: bool = False) -> Iterator[HeldQuantity]:
    yield from (h for h in held.quantities if h.quantity.unit or bare or isinstance(h.fact.value, Quantity))
