"""Where on a thing facts put a part of it, against copy that puts it elsewhere: 'a pocket at the front' of one inside
the back cover, 左侧拉链 of 拉链：右侧. Data: data/guard/places.toml.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held, evidence
from goodword.guard.words import load, rows, stem
from goodword.text.normalise import fold
from goodword.types import Claim, Fact, Lang, Verdict

REASON = "place"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LONGEST = 48  # characters of a cell that tells where one part is
_CLAUSE = re.compile(r"[,，;；:：。!！?？\n]|[.](?!\d)|\band\b|\bwith\b|\bbut\b|和|与")

Places = dict[str, frozenset[str]]  # by group, the places named


@cache
def _groups(lang: Lang) -> tuple[tuple[str, dict[str, re.Pattern[str]]], ...]:
    return tuple((row["name"], {place: re.compile(p) for place, p in row[lang].items()})
                 for row in rows("places")["group"])  # fmt: skip


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Refuted: a part said at a place that excludes the one at which facts put it."""
    yield from _swapped(matter, held)
    known = _known(held, matter.lang)
    text = fold(matter.text) if known else None
    at = 0
    for start, end in [m.span() for m in _CLAUSE.finditer(text.text)] + [(len(text.text),) * 2] if text else ():
        clause, first = text.text[at:start], at  # type: ignore[union-attr]
        at = end
        said = _places(clause, matter.lang)
        for fact, subject, places in known if said else ():
            if not _names(clause, subject) or not any(said.get(g) and not said[g] & p for g, p in places.items()):
                continue
            others = [p for f, s, p in known if f is not fact and s == subject]
            if any(said.get(g, frozenset()) & p.get(g, frozenset()) for p in others for g in p):
                continue
            a, b = text.home(first, start)  # type: ignore[union-attr]
            yield Verdict(claim=Claim(start=a, end=b, kind="attribute"), stance="refuted",
                          evidence=(evidence(fact, 0, len(fact.text)),), reason=REASON)  # fmt: skip
            break


def _swapped(matter: Matter, held: Held) -> Iterator[Verdict]:
    """后V刹 of 前V刹，后脚刹, 'a V-brake at the back' of 'front V-brake, rear coaster'."""
    pieces = _pieces(held, matter.lang)
    text = fold(matter.text) if pieces else None
    for fact, _, rest, others in pieces if text else ():
        for other in others:
            for form in _forms(other, rest, matter.lang):
                if m := form.search(text.text):  # type: ignore[union-attr]
                    start, end = text.home(*m.span())  # type: ignore[union-attr]
                    yield Verdict(claim=Claim(start=start, end=end, kind="attribute"), stance="refuted",
                                  evidence=(evidence(fact, 0, len(fact.text)),), reason=REASON)  # fmt: skip


@lru_cache(maxsize=64)
def _pieces(held: Held, lang: Lang) -> tuple[tuple[Fact, str, str, tuple[str, ...]], ...]:
    """Cells whose every piece is a place and what is there: of each the place, the rest, and the other places."""
    first, out = re.compile(rows("places")["piece"][lang]), []
    for fact, text in held.folded:
        found = [first.fullmatch(p.strip(" .。")) for p in re.split(r"[,，、;；/]|\band\b|和|及", text)]
        if fact.key in NAMING or len(found) < 2 or not all(found):
            continue
        parts = [(m["place"], m["rest"].strip()) for m in found if m]
        for place, rest in parts:
            others = tuple(p for p, r in parts if p != place and (p, rest) not in parts)
            if rest and not any(r != rest and rest in r for _, r in parts):
                out.append((fact, place, rest, others))
    return tuple(out)


@lru_cache(maxsize=256)
def _forms(place: str, rest: str, lang: Lang) -> tuple[re.Pattern[str], ...]:
    thing = re.escape(rest)
    if lang == "zh":
        return (re.compile(rf"{place}(?:面|部|侧|方|端|轮)?的?(?:是|为|用|有|采用)?{thing}"),)
    alike = rf"(?:{rows('places')['same'].get(place, place)})"
    return (re.compile(rf"\b{alike}\s{thing}\b"), re.compile(rf"\b{thing}(?: \w+)? (?:at|on|in) the {alike}\b"))


@lru_cache(maxsize=64)
def _known(held: Held, lang: Lang) -> tuple[tuple[Fact, frozenset[str], Places], ...]:
    out = []
    for fact, text in held.folded:
        name = fold(fact.name).text
        if fact.key in NAMING or len(text) > _LONGEST or bool(_HAN.search(name)) != (lang == "zh"):
            continue
        subject = _subject(name, lang)
        if subject and (places := _places(text, lang)):
            out.append((fact, subject, places))
    return tuple(out)


def _subject(name: str, lang: Lang) -> frozenset[str]:
    bare = re.sub(rows("places")["plain"][lang], " ", name)
    if lang == "zh":
        return frozenset(w for w in re.findall(r"[\u4e00-\u9fff]+", bare) if len(w) > 1)
    glue = load("en").glue
    return frozenset(stem(w) for w in re.findall(r"[a-z]+", bare) if w not in glue or len(w) > 3)


def _places(text: str, lang: Lang) -> Places:
    found = {name: frozenset(p for p, form in forms.items() if form.search(text)) for name, forms in _groups(lang)}
    return {name: places for name, places in found.items() if places}


def _names(clause: str, subject: frozenset[str]) -> bool:
    words = {stem(w) for w in re.findall(r"[a-z]+", clause)}
    return all(s in words if s.isascii() else s in clause for s in subject)
