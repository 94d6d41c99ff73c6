"""Numbers of running text in figures or words, and amounts said in several: 一米八五, 'a quarter of a kilo'."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from goodword.text import quantities
from goodword.text.normalise import fold
from goodword.text.numbers import ENGLISH, number
from goodword.types import Hedge, Lang, Quantity

_EN_WORD = rf"(?:{ENGLISH})(?:[\s-](?:{ENGLISH}))?"
_FIGURE = re.compile(
    rf"(?i)(?<![a-z\d.])(?<!\d,)\d[\d,]*(?:\.\d+)?|(?<![a-z-])(?:{ENGLISH}|twin|dual|double|pair)(?![a-z])|(?<!第)[两二三四五六七八九十百千零][零一二三四五六七八九十百千万]*|一[十百千万][零一二三四五六七八九十百千万]*"
)
_WORDS = {"twin": 2, "dual": 2, "double": 2, "pair": 2}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10, "eighth": 8}
_SOME = {"": 1, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "seven": 7, "nine": 9}
_UNIT = r"(?:milligram(?:me)?|gram(?:me)?|kilogram(?:me)?|kilo|millimet(?:re|er)|centimet(?:re|er)|met(?:re|er)|lit(?:re|er)|hour|minute|year|pound|inch|foot|mile|kilomet(?:re|er)|carat)s?"  # noqa: E501
_HEDGE = r"(?P<hedge>(?:just |well |a little |a shade |a touch |slightly |a bit )?(?:under|over|below|above|less than|more than|nearly|almost|about|around|roughly) )?"  # noqa: E501
_PART_OF = re.compile(
    rf"(?i)\b{_HEDGE}(?:(?P<count>a|one|two|three|four|seven|nine)[\s-])?(?P<part>half|third|quarter|fifth|tenth|eighth)s?(?:[\s-](?:of[\s-])?an?)?[\s-](?P<unit>{_UNIT})\b"
)
_WHOLE = re.compile(rf"(?i)\b{_HEDGE}an?[\s-](?P<unit>{_UNIT})\b(?!\s+and a half)")
# 'a metre forty', 'two metres seventy-five', 'three kilos two hundred'
_AND_MORE = re.compile(
    rf"(?i)\b(?P<n>an?|{ENGLISH}) (?P<unit>met(?:re|er)s?|kilos?) (?P<more>{ENGLISH})\b(?! (?:{_UNIT}|of\b))"
)
_ZH_MORE = re.compile(
    r"(?P<n>[一两二三四五六七八九十\d]+)(?P<unit>米|公斤|千克|克|升|厘米|毫米)(?P<more>[零一二两三四五六七八九\d]{1,2})(?![\d一二三四五六七八九十百]|[米斤克升厘毫层个件只条片双年月天种款颗根支把张本])(?P<about>来[长高宽重]|左右|上下|出头)?"
)
_ZH_ABOUT = re.compile(
    r"(?P<n>[一两二三四五六七八九十百半\d.]+)(?P<unit>米|公斤|千克|斤|克|升|厘米|毫米|公分)(?:(?:来|多)[重长高宽厚]?|出头|上下|开外)"
)
# Amounts of time with a name of their own, and shares of a hundred or a thousand.
_EN_NAMED = re.compile(
    rf"(?i)\b(?:(?P<half>half a)|(?P<n>an?|{ENGLISH}))[\s-](?P<unit>decade|fortnight|dozen months)s?\b"
)
_EN_AND_HALF = re.compile(rf"(?i)\b(?P<n>an?|{ENGLISH}) (?P<unit>{_UNIT}) and a half\b")
_EN_MILLE = re.compile(r"(?i)\b(?P<n>one|two|three|four|five|six|seven|eight|nine) tenths of (?:a|one) per ?cent\b")
_EN_LONE = re.compile(rf"(?i)\b(?:an?|one)[\s-](?P<unit>{_UNIT})\b(?!\s+(?:and a half|{ENGLISH}))")
_EN_QUARTER_YEAR = re.compile(r"(?i)\b(?P<n>half|a quarter of|three[\s-]quarters of) a(?P<unit>n hour| year)\b")
_NAMED = {"decade": (10, "year"), "fortnight": (14, "day"), "dozen months": (12, "month")}
_QUARTERS = {
    "half": Decimal("0.5"),
    "a quarter of": Decimal("0.25"),
    "three-quarters of": Decimal("0.75"),
    "three quarters of": Decimal("0.75"),
}
_ZH_NAMED = re.compile(
    r"(?P<quarter>[一三])刻钟|(?P<half>半)[岁年]|(?P<n>[一两二三四五])[岁年]半|(?P<season>[一两二三])(?:个季度?|季度)|(?P<of>千|百|万)分之(?P<parts>[一二三四五六七八九十百\d.]+)"
)
_ZH_HALF = re.compile(r"(?<!一)半(?P<unit>米|公斤|千克|斤|升|小时|个小时|个钟头|个月|年)(?!半)")
_OUT_OF = re.compile(
    rf"(?i)\b(?P<n>\d+|{_EN_WORD})(?: parts?| per ?cent)?(?: \w+){{0,2}}? (?:in|out of|of) (?:a |every )?"
    r"(?P<of>hundred|100|ten|10)\b"
)
_TENTHS = re.compile(r"(?P<tens>[一二两三四五六七八九])成(?P<ones>[一二三四五六七八九半])?")
_FRACTION = re.compile(
    r"(?i)\b(?P<count>a|one|two|three|four|seven|nine)?[\s-]?(?P<part>half|halves|third|quarter|fifth|tenth)s?\b"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number and where it stands; `measured` where a unit follows."""

    value: Decimal
    start: int
    end: int
    measured: bool = False


def figures(text: str) -> Iterator[Figure]:
    """Every number of a text, in figures or words; of a quantity its number as written."""
    folded = fold(text)
    if len(folded.text) != len(text):
        return
    spans = [(q.start, q.end) for q in quantities.find(text) if q.unit]
    for m in _FIGURE.finditer(folded.text):
        written = m.group().lower()
        value = Decimal(_WORDS[written]) if written in _WORDS else number(written.replace(",", ""))
        if value is not None:
            measured = any(a <= m.start() < b for a, b in spans)
            yield Figure(value=value, start=m.start(), end=m.end(), measured=measured)


def quantity(text: str, start: int, end: int) -> Quantity | None:
    """What is said at a place of a text: a quantity, or a bare number."""
    found = [q for q in quantities.find(text) if q.start <= start and end <= q.end and q.unit]
    if not found:
        found = [replace(q, start=q.start + start, end=q.end + start) for q in quantities.find(text[start:end])]
    if found:
        return found[0]
    numbers = list(figures(text[start:end]))
    if not numbers:
        return None
    low, high = numbers[0].value, numbers[-1].value
    return Quantity(low=low, high=max(high, low), start=start, end=end)


def compound(text: str, lang: Lang) -> Iterator[Quantity]:
    """Amounts in several words that the reader of quantities takes apart."""
    if lang == "zh":
        yield from _chinese(text)
        return
    known = text.casefold()
    patterns = (p for p, words in _NEEDS.items() if any(w in known for w in words))
    for pattern in patterns:
        yield from _READ[pattern](pattern.finditer(text))


def _part_of(found: Iterator[re.Match[str]]) -> Iterator[Quantity]:
    for m in found:
        share = Decimal(_SOME[(m["count"] or "").lower()]) / _PARTS[m["part"].lower()]
        yield from _sized(share, m["unit"], m["hedge"], m)


def _whole(found: Iterator[re.Match[str]]) -> Iterator[Quantity]:
    for m in found:
        if m["hedge"]:
            yield from _sized(Decimal(1), m["unit"], m["hedge"], m)


def _and_more(found: Iterator[re.Match[str]]) -> Iterator[Quantity]:
    for m in found:
        n = Decimal(1) if m["n"].lower() in {"a", "an"} else number(m["n"].lower())
        more = number(m["more"].lower())
        if n is not None and more is not None:
            yield from _sized(
                n + more / (1000 if m["unit"].lower().startswith("k") and more >= 100 else 100), m["unit"], "", m
            )


def _and_half(found: Iterator[re.Match[str]]) -> Iterator[Quantity]:
    for m in found:
        whole = Decimal(1) if m["n"].lower() in {"a", "an"} else number(m["n"].lower())
        if whole is not None:
            yield from _sized(whole + Decimal("0.5"), m["unit"], "", m)


def _named(found: Iterator[re.Match[str]]) -> Iterator[Quantity]:
    for m in found:
        many = Decimal("0.5") if m["half"] else Decimal(1) if m["n"].lower() in {"a", "an"} else number(m["n"].lower())
        size, unit = _NAMED[m["unit"].lower()]
        if many is not None:
            yield from _sized(many * size, unit, "", m)


def _quarters(found: Iterator[re.Match[str]]) -> Iterator[Quantity]:
    for m in found:
        yield from _sized(_QUARTERS[m["n"].lower()], m["unit"].split()[-1], "", m)


def _tenths(found: Iterator[re.Match[str]]) -> Iterator[Quantity]:
    for m in found:
        yield from _sized((number(m["n"].lower()) or Decimal(0)) / 10, "percent", "", m)


def _lone(found: Iterator[re.Match[str]]) -> Iterator[Quantity]:
    for m in found:
        yield from _sized(Decimal(1), m["unit"], "", m)


# What reads the matches of a pattern, and the words one of which must stand in any text that it matches.
_READ: dict[re.Pattern[str], Callable[[Iterator[re.Match[str]]], Iterator[Quantity]]] = {
    _PART_OF: _part_of, _WHOLE: _whole, _AND_MORE: _and_more, _EN_AND_HALF: _and_half, _EN_NAMED: _named,
    _EN_QUARTER_YEAR: _quarters, _EN_MILLE: _tenths, _EN_LONE: _lone,
}  # fmt: skip
_NEEDS: dict[re.Pattern[str], tuple[str, ...]] = {
    _PART_OF: tuple(_PARTS),
    _WHOLE: ("under", "over", "below", "above", "than", "nearly", "almost", "about", "around", "roughly"),
    _AND_MORE: ("metre", "meter", "kilo"),
    _EN_AND_HALF: ("and a half",),
    _EN_NAMED: ("decade", "fortnight", "dozen months"),
    _EN_QUARTER_YEAR: ("half a", "quarter"),
    _EN_MILLE: ("tenths of",),
    _EN_LONE: ("",),
}


@lru_cache(maxsize=128)
def compounds(text: str, lang: Lang) -> tuple[Quantity, ...]:
    """The longest of the amounts that `compound` finds."""
    found = sorted(compound(text, lang), key=lambda q: (q.start, -q.end))
    return tuple(q for n, q in enumerate(found) if not any(o.start <= q.start and q.end <= o.end for o in found[:n]))


def _sized(value: Decimal, unit: str, hedge: str | None, m: re.Match[str]) -> Iterator[Quantity]:
    for q in quantities.find("1%" if unit == "percent" else f"1 {unit}")[:1]:
        if not q.unit:
            return
        said = (hedge or "").lower()
        over = any(w in said for w in ("over", "above", "more"))
        under = any(w in said for w in ("under", "below", "less"))
        loose: Hedge = "over" if over else "under" if under else "about" if said else "exact"
        low, high = None if under else value, None if over else value
        yield replace(q, low=low, high=high, hedge=loose, start=m.start(), end=m.end())


def _chinese(text: str) -> Iterator[Quantity]:
    for m in _ZH_MORE.finditer(text):
        n, more = number(m["n"]), m["more"]
        digits = "".join(str(d) if (d := number(c)) is not None else c for c in more)
        if n is not None and digits.isdigit():
            yield from _of(n + Decimal(f"0.{digits}"), m["unit"], m, about=bool(m["about"]))
    for m in _ZH_ABOUT.finditer(text):
        if (n := number(m["n"])) is not None:
            yield from _of(n, m["unit"], m, about=True)
    for m in _ZH_NAMED.finditer(text):
        if m["quarter"]:
            yield from _of(Decimal(15) * (number(m["quarter"]) or 0), "分钟", m, about=False)
        elif m["half"] or m["n"]:
            yield from _of((number(m["n"]) or Decimal(0)) * 12 + 6, "个月", m, about=False)
        elif m["season"]:
            yield from _of(Decimal(3) * (number(m["season"]) or 0), "个月", m, about=False)
        elif (parts := number(m["parts"])) is not None:
            yield from _of(parts * 100 / {"百": 100, "千": 1000, "万": 10_000}[m["of"]], "%", m, about=False)
    for m in _ZH_HALF.finditer(text):
        yield from _of(
            Decimal("0.5"),
            m["unit"].removeprefix("个").replace("钟头", "小时") if "月" not in m["unit"] else "个月",
            m,
            about=False,
        )


def _of(value: Decimal, unit: str, m: re.Match[str], *, about: bool) -> Iterator[Quantity]:
    for q in quantities.find(f"1{unit}")[:1]:
        if q.unit:
            yield replace(q, low=value, high=value, hedge="about" if about else "exact", start=m.start(), end=m.end())


@lru_cache(maxsize=64)
def _all_of(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str], ...]:
    """Every match in a text: it is asked about each of its numbers."""
    return tuple(pattern.finditer(text))


def share(text: str, start: int, end: int) -> Decimal | None:
    """The percentage said at a place as parts: 'eight parts in a hundred', 九成五, 'three-tenths'."""
    for m in _all_of(_OUT_OF, text):
        n = number(m["n"].lower()) if m.start() <= start and end <= m.end() else None
        if n is not None:
            return n * 100 / (100 if m["of"].lower() in {"hundred", "100"} else 10)
    for m in _all_of(_TENTHS, text):
        if m.start() < end and start < m.end():
            ones = m["ones"] or ""
            return (number(m["tens"]) or Decimal(0)) * 10 + (5 if ones == "半" else number(ones) or 0)
    for m in _all_of(_FRACTION, text):
        if m.start() < end and start < m.end() and (m["count"] or m["part"].lower() == "half"):
            part = _PARTS.get(m["part"].lower(), 2)
            return Decimal(100 * _SOME[(m["count"] or "").lower()]) / part
    return None
