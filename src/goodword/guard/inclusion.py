"""What comes with the product: 'a bulb is included' against what the facts list as inside and outside the box."""

import re
from collections.abc import Iterator
from dataclasses import replace

from goodword.guard import han, wording
from goodword.guard.base import Matter
from goodword.guard.held import Held, evidence
from goodword.guard.words import load, stem
from goodword.text import lexicon
from goodword.text.normalise import fold
from goodword.types import Claim, Fact, Verdict

_INCLUDED = re.compile(
    r"(?i)\b(?:includ\w+|comes? with|comes? complete|supplied with|in the box|box contains|contains|ships? with|part of (?:it|the (?:set|kit|package|parcel))|you(?:['’]ll)? (?:also )?get|comes? along|thrown in|bundled)\b|包装内含|随附|附赠|附送|内含|包含|附带|配有|赠送|随机|一[起并同](?:寄|送|发|给)|附(?![近加])|送(?![风货餐])|(?:不用|无需|不必|无须)另"  # noqa: E501
)
_EXCLUDED = re.compile(
    r"(?i)\bnot (?:be )?(?:included|supplied)|\bsold separately|\bseparately\b|\bwithout\b|\bexclud\w+|\bnot included\b|\bno (?:\w+ ){1,2}(?:in|comes|is|with)\b|\byour own\b|\b(?:buy|bring|purchase|order)\b|\bcosts? extra\b|\boptional\b|\b(?:do|does)(?: not|n['’]t) (?:come with|include|contain)|不含|不附|不包含|(?<!不用)(?<!无需)(?<!不需)(?<!不必)(?<!无须)(?:另购|另外[买配购]|另[买配])|自备|自己(?:准备|备|配|买)|未附"  # noqa: E501
)
# Words that say outright that something lies in the parcel; 'comes with' may also introduce a property.
_PACKED = re.compile(
    r"(?i)\b(?:(?:is|are|also) included|included:|supplied|in the (?:box|carton|pack|package)|comes? in the box|the box (?:holds|contains))|包装内含|随附|附赠|附送|赠送|盒[子]?[内里]有|随机附|在(?:箱|盒|包装|袋)子?[里内]"  # noqa: E501
)
_WITH = re.compile(r"(?i)\bcomes? (?:along )?with\b|配有|附带")
_MORE = re.compile(r"(?i)\b(?:spare|extra|additional|second)\b|备用|额外|多送")
_TOLD = re.compile(
    r"(?i)(?:^|[,;])\s*(?!not\b)(?P<en>[a-z][a-z ]*?) (?:is |are )?included\b"
    r"|(?:^|[,;]|\d x )\s*(?P<paren>[a-z]+) ?\(included\)"
    r"|(?:^|[，、；])附(?P<zh>[\u4e00-\u9fff]{2,6})"
)
# Function words elsewhere; beside 'included' and 'comes with' they name a thing that must be held.
_THINGS = (
    "case|cover|stand|kit|set|bag|box|base|holder|strap|handle|top|cable|lid|pouch|remote|mount|hook|tray|bottle|filter"
)
_NAMED = re.compile(
    rf"(?i)\b(?P<a>{_THINGS})s? (?:is |are |also )*included\b"
    r"|\b(?:comes? with|includes|including|supplied with|bundled with) (?:an? |its |the |\w+ )?(?:\w+ )?"
    rf"(?P<b>{_THINGS})s?\b(?! of\b)"
)
# Facts that name what a product needs or goes with, not what lies in the box.
_OUTSIDE = {
    "bulb", "power_source", "compatibility", "not_compatible", "ports", "usage", "occasion", "care", "warning", "input",
    "storage_conditions", "not_included", "connectivity", "battery_capacity", "battery_life", "charging_time", "output",
}  # fmt: skip


def judge(matter: Matter, held: Held, spans: list[tuple[int, int]]) -> Iterator[Verdict]:
    """'comes with a bulb' where the fact says 'not included: bulb', the reverse, and what no fact puts in the box."""
    inside = [f for f in held.facts if f.key == "in_the_box"] + [t for f in held.facts for t in _told_as_included(f)]
    outside = [f for f in held.facts if f.key == "not_included"]
    for start, end in spans:
        sentence = matter.text[start:end]
        excluded = _EXCLUDED.search(sentence)
        cue = excluded or _INCLUDED.search(sentence)
        if cue is not None:
            claim = Claim(start=start + cue.start(), end=end, kind="inclusion")
            same, other = (outside, inside) if excluded else (inside, outside)
            wrong = [f for f in other if _lists(sentence, f)]
            if wrong and not any(_lists(sentence, f) for f in same):
                yield Verdict(claim=claim, stance="refuted", evidence=(evidence(wrong[0], 0, len(wrong[0].text)),))
                continue
        more = _MORE.search(sentence) if cue and not excluded else None
        if more and not any(more.group().lower() in text for _, text in held.folded):
            yield Verdict(claim=Claim(start=start + more.start(), end=end, kind="inclusion"), stance="silent")
            continue
        named = _NAMED.search(sentence) if cue and not excluded and matter.lang == "en" else None
        if named and stem(named["a"] or named["b"]) not in held.stems:
            claim = Claim(start=start + named.start(), end=start + named.end(), kind="inclusion")
            yield Verdict(claim=claim, stance="silent")
            continue
        packed = _PACKED.search(sentence) or (_WITH.search(sentence) if inside else None)
        if not excluded and packed and _unlisted(matter, held, sentence):
            yield Verdict(claim=Claim(start=start + packed.start(), end=end, kind="inclusion"), stance="silent")


def _told_as_included(fact: Fact) -> Iterator[Fact]:
    """The tools of 'required, tools included' and of 需组装，附工具, as facts of their own."""
    for m in _TOLD.finditer(fact.text) if fact.key != "not_included" else ():
        thing = m["en"] or m["paren"] or m["zh"]
        yield replace(fact, text=thing.strip())


def _unlisted(matter: Matter, held: Held, sentence: str) -> bool:
    """Whether a sentence puts something in the box that facts name only as needed or fitting."""
    given = [f for f in held.facts if any(_told_as_included(f))]
    listed = (*(f for f in held.facts if f.key not in _OUTSIDE), *given)
    other = tuple(f for f in held.facts if f.key in _OUTSIDE and f not in given)
    if matter.lang == "zh":
        said, inside, outside = han.words_of(sentence, held), *(" ".join(f.text for f in fs) for fs in (listed, other))
        return any(len(w) > 1 and w in outside and w not in inside for w in said)
    if any(_only_in(other, held, m.concept) for m in lexicon.load().find(sentence)):
        return True
    have, passing = _stems(listed), {w for f in listed for w in wording.allowed_by(f, held, "en")}
    unlisted = _stems_of(fold(sentence).text) - have - passing
    return bool(unlisted & (_stems(other) | wording.allowed(held, "en")))


def _only_in(facts: tuple[Fact, ...], held: Held, concept: str) -> bool:
    """Whether a concept is held by these facts alone."""
    holders = [h.fact for h in held.concepts if lexicon.load().entails(h.concept, concept)]
    return bool(holders) and all(any(f is g for g in facts) for f in holders)


def _stems(facts: tuple[Fact, ...]) -> set[str]:
    return {w for f in facts for w in _stems_of(fold(f"{f.text} {f.name}").text)}


def _stems_of(text: str) -> set[str]:
    """Stems of the English words of a folded text that are no function words."""
    return {stem(w) for w in re.findall(r"[a-z]+", text) if w not in load("en").glue}


def _every(text: str) -> set[str]:
    return {stem(w) for w in re.findall(r"[a-z]+", text)}


def _lists(sentence: str, fact: Fact) -> bool:
    """Whether a sentence names one of the things a fact lists."""
    said = fold(sentence).text
    for thing in re.split(r"[,，、;；]| and |和|及", fold(fact.text).text):
        plain = re.sub(
            r"^[\d\s×x*一二两三个只条]+|\s*[×x*]?\s*\d+[个只条张块颗根把片本支台件套枚粒包瓶卷节副双对盏]?$", "", thing
        ).strip()
        if len(plain) >= 2 and (plain in said or (plain.isascii() and _every(plain) <= _every(said))):
            return True
    return False
