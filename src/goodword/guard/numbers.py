"""Quantities and money of a text against those of the facts."""

import re
from collections.abc import Iterator
from dataclasses import replace

from goodword.guard import counted, ellipsis, prices, wording, written
from goodword.guard.base import Matter
from goodword.guard.held import Held, HeldQuantity, evidence
from goodword.guard.words import cues, load, stem
from goodword.text import compare, dates, lexicon, quantities, units
from goodword.text.normalise import fold
from goodword.types import Claim, ClaimKind, Dates, Evidence, Fact, Hedge, Lang, Quantities, Quantity, Stance, Verdict

_RANK = {"same": 0, "weaker": 1, "stronger": 2, "different": 3}
_ARTICLE = re.compile(
    r"(?:an?\s\w{1,6}|(?i:one piece)|一[^\d一二三四五六七八九十百千半\W]{1,2})"
)  # 一瓶, a jar: no count
_MORE = re.compile(
    r"(?i)\b(?:more|taller|longer|wider|heavier|larger|bigger|higher|thicker|deeper|faster|older) than (?:an? )?$"
)
_LESS = re.compile(r"(?i)\b(?:less|shorter|lighter|smaller|thinner|lower|narrower|quicker|younger) than (?:an? )?$")
# A bound said some words before its number: 'as long as eight hours', 最多可用14天.
_BOUND = re.compile(
    r"(?i)\bas (?:long|much|many|high|far|tall|wide|deep|heavy) as (?:an? )?$|\bup to(?: an?)?(?: \w+)? $"
    r"|\b(?:safe|proof|resistant|tested|rated|adjust(?:s|able)?|extends?|extendable|heats?|down|good) to $"
    r"|(?:最多|最久|最长|最大|最高|可达)(?:可以?|能|会|可连续|连续)?[\u4e00-\u9fff]{0,4}$"
)
_ONE = re.compile(
    r"(?i)\b(?P<hedge>(?:nearly|almost|about|around|roughly|just under) )?(?:an?|one) (?:(?:full|whole|good|solid|single|mere) )?(?P<unit>metre|meter|litre|liter|kilo|kilogram|hour|minute|year|month|week|day)\b"  # noqa: E501
)
# Before an article and a unit: what makes them an amount, not a rate ('once a week').
_MEANT = re.compile(
    r"(?i)\b(?:holds?|takes?|fits?|weighs?|contains?|in|for|under|within|than|over|lasts?|of)\s(?:just |about |only )?$"
)
_HALF = re.compile(r"(?i) and a half\b")
_FROM = re.compile(r"(?i)\b(?:from|between|anywhere between)(?: the)?(?: ages?)?(?: of)?\s*$|从$")
_UPWARDS = re.compile(r"(?i)(?:-?olds?)? (?:and|or) (?:up|upwards|over|above|older)\b|-plus\b")
_TO = re.compile(r"(?i)\s*(?:to|up to|through|and|all the way to)?\s*|[\u4e00-\u9fff]{0,3}[到至]")
_PER = re.compile(r"(?i)(?:\bper|\bevery|\beach|每)\s*$")
_SIZES = re.compile(r"(?i)\bsizes?\b|\bEU\b|尺码|码")
_BARE_SIDES = re.compile(r"(?i)(?<![\d.])(\d{3,5})\s*(?:[x×*]|by)\s*(\d{3,5})(?![\d.])(?:\s*pixels|\s*像素)?")
_MAXIMUM = re.compile(r"\bmax(?:imum)?\b|最高|最大|最多|耐温|上限")
_BIRTH = re.compile(r"(?i)\bfrom birth\b|\bnewborns?\b|刚出生|新生儿|从出生")
_TURNED = re.compile(r"旋转|翻转|转动|视角|广角|环绕|全景|倾斜|开合|展开|平躺|仰角")
_YEARS = re.compile(r"year")
_PEOPLE = re.compile(
    r"(?i)\b(?:riders?|users?|people|persons?|adults?|child(?:ren)?|kids|dogs?|cats?|wearers?|pets?)\b|体重"
)
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_BESIDE = 4  # characters before a quantity that make it a quotation
_FAR = 300  # characters of a clause without a pause that are read
_PAUSE = re.compile(r"[,，;；、]| and |和|并")
_SUM = re.compile(r"(?i)\b(?:total|totals|altogether|combined|in all|add up|adds up)\b|一共|总共|合计|共计|总计")
_DURATION = {"warranty", "shelf_life", "battery_life", "charging_time", "insulation_time", "cold_time"}


def judge(matter: Matter, held: Held, spans: list[tuple[int, int]]) -> Iterator[Verdict]:
    """A verdict for every quantity and amount of money of the text.

    Args:
        spans: the sentences of the text; a cue word counts within its own clause only.
    """
    taken = [(a, b) for _, a, b in dates.find_dates(matter.text)]
    for verdict in prices.judge(matter, held):
        taken.append((verdict.claim.start, verdict.claim.end))
        yield verdict
    for _, start, end in dates.find_dates(matter.text):
        yield _date(matter, held, start, end)
    yield from _of_one(matter, held)
    yield from _from_birth(matter, held)
    found = ellipsis.ranges(matter.text, _joined(matter.text, quantities.find(matter.text, matter.lang)))
    sizes = any(f.key == "size" for f in held.facts)
    for verdict in _elliptic(matter, held, spans, found):
        if not any(a < verdict.claim.end and verdict.claim.start < b for a, b in taken):
            taken.append((verdict.claim.start, verdict.claim.end))
            yield verdict
    for said in found:
        said = _persons(matter.text, said)
        if not said.unit and sizes and _is_size(matter.text, said):
            continue  # a range of sizes, judged as such
        quantity, start = _bounded(matter.text, said)
        if not any(a < quantity.end and quantity.start < b for a, b in taken):
            verdict = _quantity(matter, held, quantity, spans)
            yield replace(verdict, claim=replace(verdict.claim, start=start))


def _is_size(text: str, said: Quantity) -> bool:
    within = any(m.start() < said.end and said.start < m.end() for m in ellipsis.SIZE_RANGE.finditer(text))
    return within and bool(_SIZES.search(text))


def _elliptic(matter: Matter, held: Held, spans: list[tuple[int, int]], found: list[Quantity]) -> Iterator[Verdict]:
    """Numbers that a fact vouches for with a unit said elsewhere in their sentence."""
    for m in _BARE_SIDES.finditer(matter.text):  # 1280 × 720 as a fact writes it
        sides = re.compile(rf"(?<![\d.]){m[1]}\s*[x×*]\s*{m[2]}(?![\d.])")
        for fact, known in held.folded:
            if len(known) == len(fact.text) and (hit := sides.search(known)) and fact.key == "resolution":
                claim = Claim(start=m.start(), end=m.end(), kind="number")
                yield Verdict(claim=claim, stance="supported", evidence=(evidence(fact, *hit.span()),))
    for said in ellipsis.judged(matter.text, matter.lang, found):
        quantity, start = _bounded(matter.text, said)
        verdict = _quantity(matter, held, quantity, spans)
        if (
            verdict.stance == "refuted"
            and quantity.hedge == "exact"
            and (same := written.written(matter.text[quantity.start : quantity.end], held))
        ):
            verdict = replace(verdict, stance="supported", evidence=same)
        if verdict.stance == "supported" or (verdict.stance == "refuted" and _YEARS.search(said.unit)):
            yield replace(verdict, claim=replace(verdict.claim, start=start))


def _persons(text: str, said: Quantity) -> Quantity:
    """四个人 counts persons, not pieces."""
    if not said.counter or text[said.end : said.end + 1] != "人":
        return said
    return replace(said, counter=quantities.find("1人")[0].counter, end=said.end + 1)


def _from_birth(matter: Matter, held: Held) -> Iterator[Verdict]:
    """'from birth' is an age of 0 and over."""
    ages = [h for h in held.quantities if h.fact.key == "age"]
    for m in _BIRTH.finditer(matter.text) if ages else ():
        born = next((h for h in ages if h.quantity.low == 0), None)
        claim = Claim(start=m.start(), end=m.end(), kind="number")
        yield Verdict(claim=claim, stance="supported" if born else "refuted", evidence=(_evidence(born or ages[0]),))


def of_one(text: str, lang: Lang) -> Iterator[Quantity]:
    """'a metre of cord', 'a full hour and a half': an article before a unit is the number one."""
    for m in _ONE.finditer(text) if lang == "en" else ():
        before = re.sub(r"(?i)\b(?:an?|one)\s*$", "", text[max(0, m.start() - 14) : m.start()])
        half = _HALF.match(text, m.end())
        said = quantities.find(f"{before}{'1.5' if half else '1'} {m['unit']}")[-1:]
        for q in said:
            hedge: Hedge = "about" if m["hedge"] else q.hedge
            yield replace(q, hedge=hedge, start=m.start(), end=half.end() if half else m.end())


def _of_one(matter: Matter, held: Held) -> Iterator[Verdict]:
    for said in of_one(matter.text, matter.lang):
        same = [h for h in held.quantities if compare.compare(said, h.quantity) in {"same", "weaker"}]
        claim = Claim(start=said.start, end=said.end, kind="number")
        if same:
            yield Verdict(claim=claim, stance="supported", evidence=(_evidence(same[0]),))
        elif _MEANT.search(matter.text[: said.start]):
            yield Verdict(claim=claim, stance="silent")


def _joined(text: str, found: list[Quantity]) -> list[Quantity]:
    """'from 72 cm up to 120 cm' and 从72厘米升到120厘米 are one range."""
    out: list[Quantity] = []
    for q in found:
        last = out[-1] if out else None
        if (
            last and last.unit in {"", q.unit} and q.unit and last.low == last.high and q.high is not None
            and _TO.fullmatch(text[last.end : q.start]) and _FROM.search(text[max(0, last.start - 12) : last.start])
        ):  # fmt: skip
            out[-1] = replace(last, high=q.high, unit=q.unit, end=q.end)
        else:
            out.append(q)
    return out


def _bounded(text: str, said: Quantity) -> tuple[Quantity, int]:
    """The quantity with a bound that stands apart from it, and where the bound begins; else as said."""
    first = max(0, said.start - 24)
    cue = _BOUND.search(text[first : said.start]) if said.hedge == "exact" and said.low == said.high else None
    if cue:
        return replace(said, low=None, hedge="up_to"), first + cue.start()
    if said.unit == "year" and said.hedge == "exact":
        if met := re.search(r"[未不]?满$", text[first : said.start]):
            below = len(met.group()) > 1
            low, high = (None, said.high) if below else (said.low, None)
            return replace(said, low=low, high=high, hedge="under" if below else "at_least"), first + met.start()
        if _UPWARDS.match(text, said.end):
            return replace(said, high=None, hedge="at_least"), said.start
    if more := _MORE.search(text[first : said.start]):
        return replace(said, high=None, hedge="over"), first + more.start()
    if less := _LESS.search(text[first : said.start]):
        return replace(said, low=None, hedge="under"), first + less.start()
    if said.hedge == "exact" and said.low == said.high and (open_end := _FROM.search(text[first : said.start])):
        return replace(said, high=None, hedge="at_least"), first + open_end.start()
    return said, said.start


def _quantity(matter: Matter, held: Held, said: Quantity, spans: list[tuple[int, int]]) -> Verdict:
    if said.unit == "degree_Celsius" and _TURNED.search(matter.text[max(0, said.start - 6) : said.end + 6]):
        said = replace(said, unit="degree")
    keys = _cued(matter.text, said, spans)
    kind: ClaimKind = "duration" if keys & _DURATION else "number"
    claim = Claim(start=said.start, end=said.end, kind=kind)
    if said.unit == "percent" and (share := _share(matter.text, said, held)):
        return Verdict(claim=claim, stance=share[0], evidence=share[1])
    if _ARTICLE.fullmatch(matter.text[said.start : said.end]) and not said.unit:
        return Verdict(claim=claim, stance="courtesy")
    if each := written.each(matter.text[said.start : said.end], held):
        return Verdict(claim=claim, stance="supported", evidence=each)
    if not said.unit and (bound := counted.bound(matter, held, said.start, said.end)):
        return Verdict(claim=claim, stance=bound[0], evidence=(bound[1],))
    if not said.unit and (literal := _literal(matter.text, said, held)):
        return Verdict(claim=claim, stance="supported", evidence=literal)
    same_thing = any(h.quantity.counter == said.counter for h in held.quantities) if said.counter else False
    lists = not said.unit and said.low == said.high and not same_thing
    if lists and (fact := counted.counts_so_many(held, said.low, counted.things(matter, said.start))):
        return Verdict(claim=claim, stance="supported", evidence=(evidence(fact, 0, len(fact.text)),))
    if said.unit == "degree":
        return _degrees(claim, said, held)
    near = [h for h in held.quantities if compare.comparable(said, h.quantity) and not _in_a_name(h)]
    if ellipsis.AGED.search(_clause(matter.text, said, spans)) or "岁" in matter.text[said.start : said.end]:
        near = [h for h in near if h.fact.key in {"age", "warning", "audience"}] or near
    if per := written.per(matter.text[said.start : said.end], held):
        return Verdict(claim=claim, stance="supported", evidence=per)
    if _PER.search(matter.text[: said.start]) and (
        as_written := written.written(matter.text[said.start : said.end], held)
    ):
        return Verdict(claim=claim, stance="supported", evidence=as_written)
    named = _clause(matter.text, said, spans)
    keys -= {"weight"} if _PEOPLE.search(named) else set()
    cued = [h for h in near if h.fact.key in keys or (len(h.fact.name) > 1 and fold(h.fact.name).text in named)]
    candidates = cued or near
    if not candidates:
        same = written.figures(said, held)
        return Verdict(claim=claim, stance="supported" if same else "silent", evidence=same)
    best = _closest(said, candidates)
    relation = compare.compare(said, best.quantity)
    if relation not in {"same", "weaker"} and (equal := _elsewhere(said, near, candidates)):
        words = wording.allowed_by(equal.fact, held, matter.lang) - wording.allowed_by(best.fact, held, matter.lang)
        if said.start and _told_by(words, matter, said, spans):
            return Verdict(claim=claim, stance="supported", evidence=(_evidence(equal),))
        return Verdict(claim=claim, stance="silent", evidence=(_evidence(equal),), confidence=0.6)
    exactly = compare.compare(replace(said, hedge="exact", high=said.low), best.quantity) == "same"
    if best.fact.key == "age" and relation == "weaker" and not exactly:  # a younger age is no vaguer way to say it
        return Verdict(claim=claim, stance="refuted", evidence=(_evidence(best),), reason=relation)
    if relation == "weaker" and said.hedge in {"at_least", "over"} and _tops(best.fact):
        return Verdict(claim=claim, stance="refuted", evidence=(_evidence(best),), reason="stronger")
    if relation in {"same", "weaker"} or _at_most(said, best.quantity):
        return Verdict(claim=claim, stance="supported", evidence=(_evidence(best),))
    quoted = matter.text[said.start - _BESIDE : said.end] if said.start >= _BESIDE and relation != "stronger" else ""
    if quoted and (as_written := written.written(quoted, held)):  # word for word
        return Verdict(claim=claim, stance="supported", evidence=as_written)
    if total := _total(matter.text, said, held):
        return Verdict(claim=claim, stance="supported", evidence=tuple(map(_evidence, total)))
    if not said.unit and not said.counter:
        return Verdict(claim=claim, stance="silent", evidence=(_evidence(best),), confidence=0.6)
    return Verdict(claim=claim, stance="refuted", evidence=(_evidence(best),), reason=relation)


def _tops(fact: Fact) -> bool:
    """Whether a fact gives the most there is: more than a maximum is never true."""
    return fact.key in {"load", "output"} or bool(_MAXIMUM.search(fact.name.lower()))


def _at_most(said: Quantity, held: Quantity) -> bool:
    """'at most 55 dB' of a fact that says 'under 55 dB', and 不到50分贝 of 50分贝以下."""
    bounds = {"up_to", "under"}
    return {said.hedge, held.hedge} <= bounds and said.high == held.high and said.unit == held.unit


def _closest(said: Quantity, among: list[HeldQuantity]) -> HeldQuantity:
    return min(among, key=lambda h: _RANK.get(compare.compare(said, h.quantity), 4))


def _elsewhere(said: Quantity, near: list[HeldQuantity], cued: list[HeldQuantity]) -> HeldQuantity | None:
    """A quantity that says the same though the words point at another: which one is meant is not certain."""
    others = [h for h in near if not any(h is c for c in cued)]
    best = _closest(said, others) if others else None
    return best if best and compare.compare(said, best.quantity) == "same" else None


def _told_by(words: frozenset[str], matter: Matter, said: Quantity, spans: list[tuple[int, int]]) -> bool:
    """Whether the clause around a quantity holds a word of an attribute."""
    end = next((b for a, b in spans if a <= said.start < b), len(matter.text))
    clause = _clause(matter.text, said, spans) + " " + fold(matter.text[said.end : end]).text
    if matter.lang == "zh":
        return any(len(w) > 1 and w in clause for w in words)
    glue = load("en").glue
    return any(stem(w) in words for w in re.findall(r"[a-z]+", clause) if w not in glue)


def _in_a_name(h: HeldQuantity) -> bool:
    """The 100 of 'OEKO-TEX Standard 100' counts nothing."""
    bare = not h.quantity.unit and not h.quantity.counter
    return bare and not isinstance(h.fact.value, Quantity | Quantities)


def _degrees(claim: Claim, said: Quantity, held: Held) -> Verdict:
    """'40 degrees' names no scale: it is the temperature of that number which a fact holds."""
    near = [
        h for h in held.quantities if units.dimension(h.quantity.unit) == "temperature" or h.quantity.unit == "degree"
    ]
    for h in near:
        most = bool(_MAXIMUM.search(h.fact.name.lower()))
        known = replace(h.quantity, hedge="up_to", low=None) if most and h.quantity.hedge == "exact" else h.quantity
        if (said.low, said.high) == (h.quantity.low, h.quantity.high) or (
            most and compare.compare(replace(said, unit=h.quantity.unit), known) in {"same", "weaker"}
        ):
            return Verdict(claim=claim, stance="supported", evidence=(_evidence(h),))
    return Verdict(claim=claim, stance="refuted" if near else "silent", evidence=tuple(map(_evidence, near[:1])))


def _clause(text: str, said: Quantity, spans: list[tuple[int, int]]) -> str:
    """The clause before a quantity."""
    start = next((a for a, b in spans if a <= said.start < b), 0)
    start = max(start, said.start - _FAR)
    left = max([start, *(m.end() for m in _PAUSE.finditer(text, start, said.start))])
    return fold(text[left : said.start]).text


def _cued(text: str, said: Quantity, spans: list[tuple[int, int]]) -> set[str]:
    """The attributes the words around a quantity point at, nearest first within its clause."""
    end = next((b for a, b in spans if a <= said.start < b), len(text))
    stop = re.search(r"[,，;；、。.]| and |和", text[said.end : end])
    right = said.end + stop.start() if stop else end
    before, after = _clause(text, said, spans), fold(text[said.end : right]).text
    pattern, attributes = cues()
    found = [(len(before) - m.end() - len(m[0]), key) for m in pattern.finditer(before) for key in attributes[m[0]]]
    if hit := pattern.match(after.lstrip()):
        found += [(-len(hit.group()), key) for key in attributes[hit.group()]]
    if not found:
        return set()
    nearest = min(d for d, _ in found)
    return {key for d, key in found if d <= nearest + 1}


def _share(text: str, said: Quantity, held: Held) -> tuple[Stance, tuple[Evidence, ...]] | None:
    """'95% cotton' and '棉95%' against the shares of a composition."""
    window = [m for m in lexicon.load().find(text) if m.concept.startswith("material.")]
    near = [m for m in window if 0 <= m.start - said.end <= 2] or [m for m in window if 0 <= said.start - m.end <= 1]
    if not near:
        return None
    words = lexicon.load()
    parts = [c for c in held.concepts if c.fact.key in {"material", "lining", "filling", "sole"} and words.entails(c.concept, near[0].concept)]  # fmt: skip  # noqa: E501
    if not parts:
        return None
    for part in parts:
        same = part.percent == str((said.low or said.high or 0) if said.low is not None else said.high) or \
            (part.percent and said.low is not None and float(part.percent) == float(said.low))  # fmt: skip
        if same or (not part.percent and part.alone and said.low == 100):
            return "supported", (evidence(part.fact, part.start, part.end),)
    return "refuted", (evidence(parts[0].fact, parts[0].start, parts[0].end),)


def _literal(text: str, said: Quantity, held: Held) -> tuple[Evidence, ...]:
    """A bare number is vouched for where the same number stands in a fact beside the same word."""
    folded = fold(text)
    for m in _NUMBER.finditer(folded.text):
        start, end = folded.home(*m.span())
        if said.start <= start and end <= said.end:
            return counted.as_a_figure(folded.text, m, held)
    return ()


def _total(text: str, said: Quantity, held: Held) -> tuple[HeldQuantity, HeldQuantity] | None:
    """'3 litres in all' of 6 × 500 ml: an amount times a count, of one fact or where the text says that it adds up."""
    counts = [h for h in held.quantities if not h.quantity.unit and h.quantity.low and h.fact.key != "title"]
    summed = bool(_SUM.search(text))
    for h in held.quantities:
        if not h.quantity.unit or not compare.comparable(said, h.quantity) or h.quantity.low is None:
            continue
        for count in counts:
            product = Quantity(low=h.quantity.low * (count.quantity.low or 1), unit=h.quantity.unit,
                               high=h.quantity.low * (count.quantity.low or 1))  # fmt: skip
            together = count.fact.key == h.fact.key or (summed and count.fact.key == "pieces")
            if together and compare.compare(said, product) in {"same", "weaker"}:
                return h, count
    return None


def _date(matter: Matter, held: Held, start: int, end: int) -> Verdict:
    claim = Claim(start=start, end=end, kind="duration")
    said = dates.find_dates(matter.text[start:end])[0][0]
    known = [(f, d, a, b) for f in held.facts for d, a, b in dates.find_dates(f.text)]
    whole = [f for f in held.facts if isinstance(f.value, Dates) and not any(f is k[0] for k in known)]
    known += [(f, f.value, 0, len(f.text)) for f in whole if isinstance(f.value, Dates)]  # 05/2027
    for fact, date, a, b in known:
        if date.start and said.start and date.start.startswith(said.start):
            return Verdict(claim=claim, stance="supported", evidence=(evidence(fact, a, b),))
    if known:
        return Verdict(claim=claim, stance="refuted", evidence=(evidence(known[0][0], known[0][2], known[0][3]),))
    return Verdict(claim=claim, stance="silent")


def _evidence(h: HeldQuantity) -> Evidence:
    return evidence(h.fact, h.quantity.start, h.quantity.end)
