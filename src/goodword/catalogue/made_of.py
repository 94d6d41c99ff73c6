"""Compositions: what something is made of, with shares and places, as shops write it in English and Chinese."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from goodword.catalogue.terms import SPLIT, term
from goodword.text import lexicon, quantities
from goodword.types import Composition, Part, Prose, Term, Value

_NAME = r"[^\W\d][^\d%％,，、;；:：/+（）()|]*"
_SHARE = re.compile(
    rf"(?P<p1>\d+(?:\.\d+)?)\s*[%％]\s*(?P<n1>{_NAME})"
    rf"|百分之百\s*(?P<n0>{_NAME})"
    rf"|(?P<n2>{_NAME}?)\s*(?:[,，（(]\s*(?:含量|成分|content)(?:\s+of|为)?)?\s*[:：]?\s*(?:[（(][^\d%％（）()]{{1,20}}[)）]\s*)?[（(]?\s*(?P<p2>\d+(?:\.\d+)?)\s*[%％]\s*[)）]?"
)
# 'Cotton 70 Polyester 30', '棉70聚酯纤维30', '60/40 cotton/polyester': shares without a sign, which must make 100.
_BARE = re.compile(
    r"(?P<n>[^\W\d][^\d%％,，、;；:：/]*?)\s*(?P<p>\d{1,2}(?:\.\d+)?)(?=[\s,，、/;；]|[\u4e00-\u9fff]|$)"
)
_BARE_BEFORE = re.compile(r"(?P<p>\d{1,2}(?:\.\d+)?)\s*(?P<n>[^\W\d][^\d%％,，、;；:：/]*?)(?=\s*(?:\d|[,，、/;；]|$))")
_RATIO = re.compile(r"(?P<a>\d{2})\s*/\s*(?P<b>\d{2})\s+(?P<x>[A-Za-z]+)(?:\s*/\s*|\s+)(?P<y>[A-Za-z]+)")
_JOINT = re.compile(rf"{SPLIT.pattern}|\+")
_PLACE = re.compile(
    r"(?:^|(?<=[\s,，;；.。/|%％)）]))\s*(?:(?P<where>[A-Za-z][A-Za-z ]{1,19}|[\u4e00-\u9fff]{1,5})\s*[:：]"
    r"|(?P<bare>面料|里料|里布|衬里|填充物?|鞋面|鞋底|(?i:shell|lining|outer|upper|sole)\b)(?=\s))\s*"
)


def parse(text: str) -> Value:
    """The parts of a composition, in the shop's order; prose where there are none."""
    parts: list[Part] = []
    for start, end, where in _places(text):
        at = start
        for clause in re.split(r"([;；\n])", text[start:end]):
            parts += _parts(clause, at, where)
            at += len(clause)
    return Composition(parts=tuple(parts)) if parts else Prose(text=text)


def _places(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches of a text by the part of the thing they tell of: 'Shell: …, Lining: …'; '' where none is named."""
    words = lexicon.load()
    labels = [
        m for m in _PLACE.finditer(text) if not (words.exact(_named(m), "material") or "").startswith("material.")
    ]
    if not labels or labels[0].start() > 0:
        yield 0, labels[0].start() if labels else len(text), ""
    ends = [*(label.start() for label in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=False):
        yield label.end(), end, _named(label)


def _named(label: re.Match[str]) -> str:
    return str(label["where"] or label["bare"]).strip()


def _parts(clause: str, at: int, where: str) -> Iterator[Part]:
    shares = [(m["n1"] or m["n2"] or m["n0"], m.start("n1" if m["n1"] else "n2" if m["n2"] else "n0"),
               Decimal(m["p1"] or m["p2"] or 100)) for m in _SHARE.finditer(clause)]  # fmt: skip
    for name, start, percent in shares or _bare(clause):
        if found := _material(name, at + start):
            yield Part(term=found, percent=percent, where=where)
    if not shares and not _bare(clause):
        yield from (Part(term=t, where=where) for t in _without_shares(clause, at))


def _without_shares(clause: str, at: int) -> Iterator[Term]:
    start = 0
    amounts = quantities.find(clause)
    gaps = [g for g in _JOINT.finditer(clause) if not any(q.start < g.start() < q.end for q in amounts)]
    for gap in [*gaps, None]:
        end = gap.start() if gap else len(clause)
        alone = any(q.unit and q.start <= start and end <= q.end for q in amounts)  # '200克/㎡' is no material
        if not alone and (found := _material(clause[start:end], at + start)):
            yield found
        start = gap.end() if gap else end


def _material(text: str, at: int) -> Term | None:
    """One material without the words and marks that join it to its neighbours."""
    lead = re.match(r"(?:\s|and\b|with\b|[&.。])*", text)
    skip = lead.end() if lead else 0
    found = term(re.sub(r"(?:\s|\band|\bwith|[&.。])*$", "", text[skip:]), at + skip, "material")
    if found and not found.concept and (bracket := re.match(r"(.+?)\s*[(（].+[)）]$", found.text)):  # 实木（橡木）
        outer = term(bracket[1], 0, "material")
        return replace(found, concept=outer.concept if outer else None)
    return found


def _bare(clause: str) -> list[tuple[str, int, Decimal]]:
    if "%" in clause or "％" in clause:
        return []
    if m := _RATIO.fullmatch(clause.strip()):
        lead = len(clause) - len(clause.lstrip())
        found = [(m["x"], m.start("x") + lead, Decimal(m["a"])), (m["y"], m.start("y") + lead, Decimal(m["b"]))]
    else:
        pattern = _BARE if not clause.strip()[:1].isdigit() else _BARE_BEFORE
        found = [(m["n"], m.start("n"), Decimal(m["p"])) for m in pattern.finditer(clause)]
    known = all((t := term(name, 0, "material")) and t.concept for name, _, _ in found)
    return found if len(found) > 1 and known and sum(p for _, _, p in found) == 100 else []
