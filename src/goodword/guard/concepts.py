"""Materials, colours, origins, certifications, features … of a text against the concepts of the facts."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from goodword.guard import ellipsis, han, parts, polar, wording
from goodword.guard.base import Matter
from goodword.guard.held import Held, HeldConcept, denies, evidence, plated
from goodword.guard.words import idioms, load, stem
from goodword.text import lexicon, quantities
from goodword.text.lexicon import Mention
from goodword.text.normalise import fold
from goodword.types import Claim, ClaimKind, Evidence, Fact, Quantity, Stance, Verdict

_KIND: dict[str, ClaimKind] = {"origin": "origin", "certification": "certification"}
# Of these a product has one or a given few: another one than the facts give contradicts them.
_CLOSED = {"material", "colour", "origin", "pattern", "shape"}
_EXCLUDED = re.compile(
    r"(?i)not (?:included|compatible with)\s*:|sold separately\s*:"
    r"|(?:不含|不附|不兼容|不适用|另购)\s*[:：]?[^，,；;。]*$"
)
_NEUTRAL = {"feature.water_rating"}  # names a property without saying which value it has
_PURE = re.compile(
    r"(?:100\s*%|pure|all|(?:entirely|wholly|exclusively)(?: made)?(?: of| from)?"
    r"|纯|全|百分之百的?|全部(?:为|是|采用)?)\s*$"
)
_SIZE = re.compile(r"(?<![A-Za-z0-9-])(?:XXS|XS|S|M|L|XL|XXL|XXXL|[2-6]XL)(?![A-Za-z0-9'])")
_EQUAL_SIDES = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)\s*(?:cm|mm|厘米|毫米)?\s*[x×*]\s*\1(?![\d.])")
_PLAIN_KINDS = ("ingredient.", "occasion.", "audience.")
_NEGATIVE = re.compile(r"no|none|n/a|false|without|否|无|没有|不支持|不带")
_AGES = {"audience.kids": (0, 13), "audience.baby": (0, 2), "audience.toddler": (0, 3), "audience.adult": (16, 120)}
_STOP = re.compile(r"[.。!！?？;；\n](?!\d)")
_NO_WATER = re.compile(r"(?i)没水|无水|缺水|干烧|水(?:烧)?[干完]|\b(?:empty|dry|without water|no water|runs out)\b")
_UNFIT = re.compile(r"(?i)\b(?:not|cannot)\b|n['’]t\b|\bincompatible\b|不(?!限|仅|只|但|用)|无法")
_AWAY = re.compile(r"(?i)\b(?:keep|stay|kept)\b.{0,20}\b(?:away|out|off)\b|远离|避开|防止|小心|当心")
_NAME = re.compile(
    r"(?<![A-Za-z0-9_])[A-Z][A-Za-z]*(?:[ -](?:[A-Z][A-Za-z]*|\d+[A-Za-z]*|Pro|Max|Mini|Plus|Ultra))*\s?\d+[A-Za-z]*(?![A-Za-z0-9])|(?<![A-Za-z0-9_])[a-z]Phone \d+[A-Za-z]*(?: Pro| Max| Plus| mini)*"  # noqa: E501
)


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """A verdict for every concept, size and model name of the text."""
    mentions = [m for m in lexicon.load().find(matter.text) if not _other_sense(matter, held, m)]
    for mention in mentions:
        if mention.concept in _NEUTRAL:
            yield Verdict(claim=Claim(start=mention.start, end=mention.end, kind="courtesy"), stance="courtesy")
            continue
        verdict = _mention(matter, held, mention, mentions)
        if verdict.stance != "silent" or not (mention.negated or _plainly(matter, held, mention)):
            yield verdict
    yield from _sizes(matter, held)
    yield from _ranges(matter, held)
    yield from _names(matter, held)


def _other_sense(matter: Matter, held: Held, said: Mention) -> bool:
    """Whether a form means something else here: 'folds down', 'keep clear of', 水 in 水箱."""
    other = load(matter.lang).ambiguous.get(fold(said.text).text)
    if other and any(m.start() <= said.start < m.end() for m in other.finditer(matter.text)):
        return True
    if any(a <= said.start < b for a, b in idioms(matter.text, matter.lang)):
        return True
    if len(said.text) > 1 and said.concept.startswith("material."):
        return False
    return matter.lang == "zh" and not said.negated and han.across_words(matter.text, said.start, said.end, held)


def _plainly(matter: Matter, held: Held, said: Mention) -> bool:
    """Whether facts let the words stand as plain words: 'water' where they tell how to wash it."""
    if said.negated or not said.concept.startswith(_PLAIN_KINDS) or said.concept.endswith("_skin"):
        return False
    words = [stem(w) for w in re.findall(r"[a-z]+", said.text.lower())] if matter.lang == "en" else [said.text]
    return set(words) <= wording.allowed(held, matter.lang)


def _mention(matter: Matter, held: Held, said: Mention, mentions: list[Mention]) -> Verdict:
    if said.concept == "feature.auto_shutoff" and _NO_WATER.search(matter.text):
        said = replace(said, also=(*said.also, "feature.boil_dry_protection"))
    concepts = (said.concept, *said.also)
    kind = said.concept.split(".")[0]
    claim = Claim(start=said.start, end=said.end, kind=_KIND.get(kind, "attribute"))
    sentence = re.split(r"[.。!！?？\n]", matter.text[: said.start])[-1]
    if _EXCLUDED.search(sentence):  # 'Not included: AA batteries' denies what follows the colon
        said = replace(said, negated=True)
    wrong = _of_a_part(matter, held, said, mentions) if kind in {"material", "colour"} and not said.negated else None
    if (
        kind == "care"
        and not said.negated
        and _AWAY.search(re.split(r"[,;:]", sentence)[-1] + matter.text[said.start :])
    ):
        said = replace(said, negated=True)  # 'keep the iron away'
    if thin := plated(matter.text, said):
        concepts, said = (thin,), replace(said, concept=thin, also=())
    if aged := _of_that_age(matter, held, said):
        return Verdict(claim=claim, stance="supported", evidence=(aged,))
    stance, found = ("refuted", (wrong,)) if wrong else _judge(matter, held, said, concepts)
    if stance == "supported" and kind == "material" and (pure := _pure(matter.text, said)) is not None:
        claim = replace(claim, start=pure)
    return Verdict(claim=claim, stance=stance, evidence=found)


def _of_a_part(matter: Matter, held: Held, said: Mention, mentions: list[Mention]) -> Evidence | None:
    """What contradicts a material or colour said of a part, or one of a part said of the whole."""
    words = lexicon.load()
    fits = [h for h in held.concepts for c in (said.concept, *said.also) if words.entails(h.concept, _plain(c))]
    bound = parts.bound(matter.text, said, held, mentions)
    if bound:
        own = [h for h in held.concepts for n in bound if h.fact is n.fact and parts.within(h, n)]
        rivals = [h for h in own if h.concept.split(".")[0] == said.concept.split(".")[0]]
        same = any(h in fits for h in own) or _literal(
            replace(held, folded=tuple(p for p in held.folded if any(p[0] is n.fact for n in bound))), said.text
        )
        if same or rivals:
            return None if same else _quote(rivals[0])[0]
        others = [n.fact for n in parts.of(held) if n not in bound]
        elsewhere = bool(fits) and all(any(h.fact is f for f in others) for h in fits)
        return evidence(bound[0].fact, 0, len(bound[0].fact.text)) if elsewhere else None  # 橡胶鞋面 of a rubber sole
    if fits and said.concept.startswith("material.") and parts.of_the_whole(matter.text, said, held):
        apart = {id(n.fact) for n in parts.of(held) if not n.where and n.words != parts.OUTSIDE}
        main = [h for h in held.concepts if h.fact.key == "material" and id(h.fact) not in apart]
        if main and all(id(h.fact) in apart for h in fits):
            return _quote(main[0])[0]
    return None


def _judge(matter: Matter, held: Held, said: Mention, concepts: tuple[str, ...]) -> tuple[Stance, tuple[Evidence, ...]]:
    if told := polar.answer(held, said.text, said.negated):  # 弹力：无弹
        return ("supported" if told[1] else "refuted"), (evidence(told[0], 0, len(told[0].text)),)
    words = lexicon.load()
    pure = any(c.startswith("material.pure_") for c in concepts) or (
        concepts[0].startswith("material.")
        and bool(_PURE.search(fold(matter.text[max(0, said.start - 24) : said.start]).text))
    )
    fitting = [h for h in held.concepts for c in concepts if words.entails(h.concept, _plain(c))]
    agreeing = [h for h in fitting if h.denied == said.negated]
    if pure and fitting:
        sole = (
            [h for h in agreeing if h.alone and h.percent in {"", "100"}]
            or [h for h in agreeing if h.percent == "100"]
            or [h for h in agreeing if h.concept in concepts and h.concept.startswith("material.pure_")]
        )
        return ("supported", _quote(sole[0])) if sole else ("refuted", _quote(fitting[0]))
    if agreeing:
        return "supported", _quote(agreeing[0])
    if fitting:
        return "refuted", _quote(fitting[0])
    if len(said.text) == 1 and (short := _colour(held, said.text)):
        return "supported", short
    if said.text.startswith("自动") and _NO_WATER.search(matter.text) and (part := _literal(held, said.text[2:])):
        return "supported", part  # 缺水断电 switches itself off where it runs dry
    if literal := _literal(held, said.text):  # 不防水 of what the fact calls 防水透湿膜
        return ("refuted" if said.negated else "supported"), literal
    if said.negated:
        return _instead(matter, held, said)
    against = [h for h in held.concepts for c in concepts if words.opposes(h.concept, c) and not h.denied]
    if against:
        return "refuted", _quote(against[0])
    if any(words.entails(c, h.concept) for c in concepts for h in held.concepts):  # more than the fact says
        return "silent", ()
    kinds = {c.split(".")[0] for c in concepts}
    if not kinds & (_CLOSED | {"certification"}) and (fact := _spelt(held, said.text)):
        return "supported", (evidence(fact, 0, len(fact.text)),)
    if "shape.square" in concepts and (fact := _square(held)):
        return "supported", (evidence(fact, 0, len(fact.text)),)
    others = [h for h in held.concepts if kinds <= _CLOSED and h.concept.split(".")[0] in kinds and h.fact.key in kinds]
    return ("refuted", _quote(others[0])) if others else ("silent", ())


def _instead(matter: Matter, held: Held, said: Mention) -> tuple[Stance, tuple[Evidence, ...]]:
    """'Glass, not plastic': what a thing is not, beside what its sentence and a fact say it is, of the same kind."""
    words, kind = lexicon.load(), said.concept.split(".")[0]
    if kind not in {"material", "colour"}:
        return "silent", ()
    first = max((m.end() for m in _STOP.finditer(matter.text, 0, said.start)), default=0)
    stop = _STOP.search(matter.text, said.end)
    for other in words.find(matter.text[first : stop.start() if stop else len(matter.text)]):
        if other.negated or other.concept.split(".")[0] != kind or words.entails(other.concept, said.concept):
            continue
        own = [h for h in held.concepts if not h.denied and words.entails(h.concept, other.concept)]
        if own:
            return "supported", _quote(own[0])
    return "silent", ()


def _pure(text: str, said: Mention) -> int | None:
    """Where 'pure' or 纯 begins that stands before a material and was judged with it; None if none does."""
    first = max(0, said.start - 24)
    hit = _PURE.search(text[first : said.start].lower())
    return first + hit.start() if hit else None


def _of_that_age(matter: Matter, held: Held, said: Mention) -> Evidence | None:
    """The age or the warning that lets copy speak of children, babies or adults."""
    ages = _AGES.get(said.concept)
    if ages is None or any(said.concept == h.concept and not h.denied for h in held.concepts):
        return None
    for h in held.quantities:
        years = _years(h.quantity) if h.fact.key == "age" else None
        if years is not None and ages[0] <= years <= ages[1] and not said.negated:
            return evidence(h.fact, 0, len(h.fact.text))
    clause = re.split(r"[。！？!?\n]|\.(?!\d)", matter.text[said.start :])[0]
    before = re.split(r"[。！？!?\n]|\.(?!\d)", matter.text[: said.start])[-1]
    if not load(matter.lang).denial.search(before + clause) and not _AWAY.search(before + clause):
        return None
    denied = (h for h in held.concepts if h.concept == said.concept and h.denied)
    return next((evidence(h.fact, h.start, h.end) for h in denied), None)


def _years(age: Quantity) -> Decimal | None:
    """The youngest of an age, in years."""
    if age.low is None:
        return None
    return age.low / 12 if age.unit == "month" else age.low if age.unit in {"year", ""} else None


def _plain(concept: str) -> str:
    """'pure cotton' is judged as cotton first; whether it is pure is asked apart."""
    return concept.replace("material.pure_", "material.")


def _quote(h: HeldConcept) -> tuple[Evidence, ...]:
    return (evidence(h.fact, h.start, h.end),)


def _literal(held: Held, written: str) -> tuple[Evidence, ...]:
    """The same words in a fact vouch for themselves."""
    wanted = fold(written).text
    for fact, text in held.folded:
        at = text.find(wanted)
        if (
            at < 0
            and fact.key != "water_resistance"
            and _named(wanted, fold(fact.name).text)
            and not _NEGATIVE.fullmatch(text)
            and not denies(fact)
        ):
            return (evidence(fact, 0, len(fact.text)),)  # 'backlight: white' has a backlight
        if at < 0 or len(text) != len(fact.text):
            continue
        inside = wanted[0].isascii() and (text[at - 1 : at].isalnum() or text[at + len(wanted) :][:1].isalnum())
        if not inside and not lexicon.is_negated(text, at, at + len(wanted)):
            overlap = [m for m in lexicon.load().find(fact.text) if m.start < at + len(wanted) and at < m.end]
            if all(m.end - m.start <= len(wanted) for m in overlap):  # not 'leather' out of 'faux leather'
                return (evidence(fact, at, at + len(wanted)),)
    return ()


def _named(wanted: str, name: str) -> bool:
    """Whether a heading names something: 'backlight', but no TPU in 'output'."""
    if not wanted.isascii():
        return wanted in name
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(wanted)}(?![a-z0-9])", name))


def _square(held: Held) -> Fact | None:
    """Dimensions whose first two sides are the same."""
    return next((f for f in held.facts if _EQUAL_SIDES.search(f.text)), None)


def _colour(held: Held, letter: str) -> tuple[Evidence, ...]:
    """黑、银两色: one character for a colour a fact names with 色."""
    at = ((f, f.text.find(f"{letter}色")) for f in held.facts if f.key == "colour")
    return next(((evidence(f, i, i + 2),) for f, i in at if i >= 0), ())


def _spelt(held: Held, written: str) -> Fact | None:
    """The fact that holds each of several words, in its value or its name: 'normal skin' in 'skin type: normal'."""
    words = {stem(w) for w in re.findall(r"[a-z0-9]+", fold(written).text)}
    for fact, text in held.folded if len(words) > 1 else ():
        if words <= {stem(w) for w in re.findall(r"[a-z0-9]+", f"{text} {fact.name.lower()}")}:
            return fact
    return None


def _sizes(matter: Matter, held: Held) -> Iterator[Verdict]:
    facts = [f for f in held.facts if f.key == "size"]
    for m in _SIZE.finditer(matter.text):
        if m.group() in {"S", "M", "L"} and not re.search(r"(?i)size|尺码|码|[,、/ ](?:X*[SLM])(?![a-z])", matter.text):
            continue
        claim = Claim(start=m.start(), end=m.end(), kind="attribute")
        found = [
            (f, hit) for f in held.facts for hit in _SIZE.finditer(f.text.replace("-", " ")) if hit.group() == m.group()
        ]
        if found:
            yield Verdict(claim=claim, stance="supported", evidence=(evidence(found[0][0], *found[0][1].span()),))
        elif facts:
            yield Verdict(claim=claim, stance="refuted", evidence=(evidence(facts[0], 0, len(facts[0].text)),))
        elif re.search(r"(?i)size|尺码|码", matter.text):
            yield Verdict(claim=claim, stance="silent")


def _ranges(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Ranges of numbered sizes: 'EU 36 to EU 47', 39到46码. Both ends must be sizes a fact lists."""
    facts = [f for f in held.facts if f.key == "size"]
    for m in ellipsis.SIZE_RANGE.finditer(matter.text) if facts else ():
        if not (m["unit"] or m["cue"] or re.search(r"(?i)\bsizes?\b|尺码|码", matter.text)):
            continue
        listed = {n for f in facts for n in re.findall(r"(?<![\d.])\d{2}(?:\.5)?(?![\d.])", f.text)}
        claim = Claim(start=m.start(), end=m.end("high"), kind="attribute")
        if listed:
            stance: Stance = "supported" if {m["low"], m["high"]} <= listed else "refuted"
            yield Verdict(claim=claim, stance=stance, evidence=(evidence(facts[0], 0, len(facts[0].text)),))


def _names(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Model names with numbers: 'iPhone 15', 'Galaxy S24'."""
    fits = [f for f in held.facts if f.key in {"compatibility", "not_compatible"}]
    measured = [(q.start, q.end) for q in quantities.find(matter.text) if q.unit or q.counter]
    measured += [m.span() for m in ellipsis.SIZE_RANGE.finditer(matter.text)]
    for m in _NAME.finditer(matter.text):
        if any(a < m.end() and m.start() < b for a, b in measured) or m.group().split()[0].lower() in load("en").glue:
            continue
        claim = Claim(start=m.start(), end=m.end(), kind="compatibility")
        wanted = re.sub(r"\s+", " ", m.group().lower())
        near = [f for f, text in held.folded if re.search(rf"(?<![a-z0-9]){re.escape(wanted)}(?![a-z0-9])", text)]
        before = re.split(r"[.。;；\n]", matter.text[: m.start()])[-1]
        if near and near[0].key == "compatibility" and _UNFIT.search(before[-40:]):
            yield Verdict(claim=claim, stance="refuted", evidence=(evidence(near[0], 0, len(near[0].text)),))
            continue
        if (
            near
            and near[0].key == "not_compatible"
            and not re.search(r"(?i)not |不", matter.text[max(0, m.start() - 40) : m.start()])
        ):
            yield Verdict(claim=claim, stance="refuted", evidence=(evidence(near[0], 0, len(near[0].text)),))
        elif near:
            at = fold(near[0].text).text.find(wanted)
            yield Verdict(claim=claim, stance="supported", evidence=(evidence(near[0], at, at + len(wanted)),))
        elif fits and not lexicon.load().find(m.group()):
            yield Verdict(claim=claim, stance="refuted", evidence=(evidence(fits[0], 0, len(fits[0].text)),))
        elif not lexicon.load().find(m.group()):
            yield Verdict(claim=claim, stance="silent")
