"""Shares said in words: 'four fifths', 'half', 七成, 三分之二, against the percentages of a composition."""

import re
from collections.abc import Iterator
from decimal import Decimal

from goodword.guard.base import Matter
from goodword.guard.held import Held, HeldConcept, evidence
from goodword.text import lexicon
from goodword.types import Claim, Evidence, Verdict

_EN_PART = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}  # fmt: skip  # noqa: E501
_EN_COUNT = {"": 1, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "nine": 9}
_EN = re.compile(
    rf"(?i)(?<!and )(?<!and a )\b(?:(?P<count>a|one|two|three|four|five|seven|nine)[\s-]+)?(?P<part>half|{'|'.join(p for p in _EN_PART if p[:3] != 'hal')})s?\b(?!\s+(?:an?\b|of a century|hour|litre|liter))"  # noqa: E501
)
_ZH_DIGIT = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_ZH = re.compile(
    r"(?P<tenths>[一二两三四五六七八九])成(?P<more>[一二三四五六七八九半])?(?![为立份分人员])|(?P<whole>[二三四五六七八九十])分之(?P<parts>[一二三四五六七八九])|(?P<half>一半)"
)
_MOST = re.compile(r"(?i)\b(?:mostly|mainly|largely|predominantly|chiefly)\b|大部分|主要(?:是|为|采用|成分是)")


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """A verdict for every share and every 'mostly' said of a material."""
    parts = [h for h in held.concepts if h.percent]
    text = matter.text
    for start, end, share in _shares(text):
        claim = Claim(start=start, end=end, kind="number")
        if written := _written(text, start, end, held):
            yield Verdict(claim=claim, stance="supported", evidence=(written,))
            continue
        named = _near(matter.text, start, end, parts)
        if named and any(Decimal(h.percent) == share for h in named):
            yield Verdict(claim=claim, stance="supported", evidence=(_quote(named[0]),))
        else:
            found = named or parts
            stance, quoted = ("refuted", (_quote(found[0]),)) if found else ("silent", ())
            yield Verdict(claim=claim, stance=stance, evidence=quoted)  # type: ignore[arg-type]
    for m in _MOST.finditer(matter.text):
        yield from _most(matter.text, m, held, parts)


def _written(text: str, start: int, end: int, held: Held) -> Evidence | None:
    """The half of '24 half pans', as a fact writes it."""
    after = re.match(r"\s+[a-z]+", text[end:])
    phrase = text[start : end + after.end()].lower() if after else ""
    hits = ((f, t.find(phrase)) for f, t in held.folded if len(t) == len(f.text)) if phrase else ()
    return next((evidence(f, at, at + len(phrase)) for f, at in hits if at >= 0), None)


def _most(text: str, said: re.Match[str], held: Held, parts: list[HeldConcept]) -> Iterator[Verdict]:
    """'mostly X' is refuted where another part is larger, and unheld where the facts give several parts, no shares."""
    claim = Claim(start=said.start(), end=said.end(), kind="number")
    named = _near(text, said.start(), said.end(), [h for h in held.concepts if h.concept.startswith("material.")])
    shared = [h for h in named if h.percent]
    if shared and max(Decimal(h.percent) for h in shared) < max(Decimal(h.percent) for h in parts):
        yield Verdict(claim=claim, stance="refuted", evidence=(_quote(shared[0]),))
    elif named and not shared and not any(h.alone for h in named):
        yield Verdict(claim=claim, stance="silent", evidence=(_quote(named[0]),))


def _shares(text: str) -> Iterator[tuple[int, int, Decimal]]:
    for m in _EN.finditer(text):
        part = m["part"].lower()
        ordinal = part not in {"half", "quarter"} and not m["count"]  # 'the third'
        if not ordinal:
            count = _EN_COUNT[(m["count"] or "").lower()]
            yield *m.span(), Decimal(100 * count) / _EN_PART[part]
    for m in _ZH.finditer(text):
        if m["half"]:
            yield *m.span(), Decimal(50)
        elif m["tenths"]:
            more = m["more"] or ""
            yield *m.span(), Decimal(10 * _ZH_DIGIT[m["tenths"]] + (5 if more == "半" else _ZH_DIGIT.get(more, 0)))
        else:
            yield *m.span(), Decimal(100 * _ZH_DIGIT[m["parts"]]) / _ZH_DIGIT[m["whole"]]


def _near(text: str, start: int, end: int, parts: list[HeldConcept]) -> list[HeldConcept]:
    """The parts of a composition that the material named nearest to a share means."""
    words = lexicon.load()
    named = [m for m in words.find(text) if m.concept.startswith("material.")]
    after = [m for m in named if 0 <= m.start - end <= 20 and not re.search(r"[，。；;、]", text[end : m.start])]
    near = min(after, key=lambda m: m.start, default=None) or max(
        (m for m in named if 0 <= start - m.end <= 12), key=lambda m: m.end, default=None
    )
    return [h for h in parts if near and words.entails(h.concept, near.concept)]


def _quote(h: HeldConcept) -> Evidence:
    return evidence(h.fact, h.start, h.end)
