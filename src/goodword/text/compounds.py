"""Amounts said in more than one number or word: 5'7" · 5 ft 7 in · 2 lb 5 oz · 一斤半 · 1米75 · 两三天 · pack of 6."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache

from goodword.text import units
from goodword.text.numbers import ENGLISH, FRACTION, number
from goodword.types import Quantity

_PER_METRE = re.compile(r"每(?:平方米|平米|平方)(?:的?克重)?[有为重是]?(?P<n>\d+(?:\.\d+)?)\s?(?:克|g)(?![/每a-z])")
_CUE = re.compile(r"每平|['’′]|\bof\b|pack|pk\b|count\b|dozen|[半多米斤]|\dm\d|[一二三四五六七八九两]{2}")
_FEET = re.compile(
    rf"(?<![\w.])(?P<ft>\d{{1,3}})\s?['’′]\s?-?\s?(?P<in>{FRACTION}|\d{{1,2}}(?:\.\d+)?(?:[\s-]{FRACTION})?)\s?(?:\"|”|''|’’|in(?:ches)?(?![a-z])\.?)"
)
# A single mark may close a quotation, so it is a foot only between sides, alone, or before a word of size.
_FOOT = re.compile(
    r"(?<![\w.])(?P<n>\d{1,3}(?:\.\d+)?)\s?['’′](?=\s*[x×*]\s*\d|\s*$|\s+(?:long|tall|wide|high|deep|cord|cable|rug|ladder|hose)\b)"
)
_PACK_OF = re.compile(rf"\b(?:packs?|set|box|bag|case|lot|bundle)\s+of\s+(?P<n>\d{{1,5}}|{ENGLISH})(?![a-z\d.,])")
_PACK = re.compile(r"(?<![\w.,/-])(?P<n>\d{1,5})[\s-]?(?:packs?(?!\s+of)|pk|count)(?![a-z])")
_DOZEN = re.compile(r"(?<![\w.,/-])(?P<n>\d{1,3}|half a)\s+dozen(?![a-z])")
_METRES = re.compile(
    r"(?<![\d.])(?P<m>\d|[一二两])(?:米(?P<cm>[1-9]\d?|[一二三四五六七八九])|m(?P<two>\d\d))"
    r"(?=$|[\s,，。;；、)）x×*高长宽的左以])"
)
_LIANG = re.compile(
    r"(?P<a>\d+|[一二两三四五六七八九十]+)\s?斤(?P<b>\d+(?:\.\d+)?|[一二三四五六七八九])两(?![件个用层])"
)
# What a smaller unit next to a larger one adds to it.
_PAIRS = {("foot", "inch"): 12, ("pound", "ounce"): 16, ("hour", "minute"): 60, ("minute", "second"): 60,
          ("metre", "centimetre"): 100, ("year", "month"): 12, ("jin", "liang"): 10, ("day", "hour"): 24}  # fmt: skip


@cache
def _han_units() -> str:
    return "|".join(sorted((w for w in units.forms() if not w[0].isascii() and w[0].isalpha()), key=len, reverse=True))


@cache
def _halves() -> re.Pattern[str]:
    return re.compile(rf"(?P<n>\d+|[一二两三四五六七八九十]+)\s?(?P<unit>{_han_units()})半(?![径身价糖数])")


@cache
def _few() -> re.Pattern[str]:
    """两三天, 三五年: two digits side by side are from one to the other."""
    counters = "|".join(w for w in units.counters() if not w[0].isascii())
    return re.compile(
        r"(?<![零一二两三四五六七八九十百千万\d第])(?P<a>[一二两三四五六七八])(?P<b>[二三四五六七八九])"
        rf"(?:(?P<unit>{_han_units()})|(?P<counter>{counters}))"
    )


def find(text: str) -> list[Quantity]:
    """The compound amounts of a folded text that the plain pattern cannot read."""
    return [q for q in _all(text) if q.low is not None] if _CUE.search(text) else []


def _all(text: str) -> Iterator[Quantity]:
    for m in _FEET.finditer(text):
        inches = Decimal(m["ft"]) * 12 + (number(m["in"]) or 0)
        yield _one(inches, "inch", m)
    for m in _FOOT.finditer(text):
        yield _one(Decimal(m["n"]), "foot", m)
    for pattern in (_PACK_OF, _PACK):
        for m in pattern.finditer(text):
            yield Quantity(low=number(m["n"]), high=number(m["n"]), counter="piece", start=m.start(), end=m.end())
    for m in _DOZEN.finditer(text):
        dozen = Decimal(6) if m["n"] == "half a" else Decimal(m["n"]) * 12
        yield Quantity(low=dozen, high=dozen, counter="piece", start=m.start(), end=m.end())
    yield from _chinese(text)


def _chinese(text: str) -> Iterator[Quantity]:
    for m in _PER_METRE.finditer(text):
        yield _one(Decimal(m["n"]), "gsm", m)
    for m in _METRES.finditer(text):
        rest = number(m["cm"] or m["two"]) or Decimal(0)
        yield _one((number(m["m"]) or Decimal(0)) + rest / (100 if rest >= 10 else 10), "metre", m)
    for m in _LIANG.finditer(text):
        yield _one((number(m["a"]) or Decimal(0)) * 10 + (number(m["b"]) or 0), "liang", m)
    for m in _halves().finditer(text):
        whole = number(m["n"])
        if whole is not None and m["unit"] not in {"度", "两"}:
            yield _one(whole + Decimal("0.5"), units.forms()[m["unit"]], m)
    for m in _few().finditer(text):
        low, high = number(m["a"]), number(m["b"])
        if low is not None and high is not None and low < high and m["unit"] not in {"度", "两"}:
            unit = units.forms()[m["unit"]] if m["unit"] else ""
            yield Quantity(low=low, high=high, unit=unit, counter="" if unit else units.counters()[m["counter"]],
                           start=m.start(), end=m.end())  # fmt: skip


def _one(value: Decimal, unit: str, m: re.Match[str]) -> Quantity:
    return Quantity(low=value, high=value, unit=unit, start=m.start(), end=m.end())


def merge(found: list[Quantity], text: str) -> list[Quantity]:
    """'5 ft 7 in' is one length: a smaller amount right behind a larger one is added to it."""
    out: list[Quantity] = []
    for q in found:
        last = out[-1] if out else None
        size = _PAIRS.get((last.unit, q.unit)) if last else None
        if (
            last and size and last.low is not None and last.low == last.high and q.low is not None and q.low == q.high
            and last.low == last.low.to_integral_value() and q.low < size
            and q.hedge == "exact" and last.tolerance is None and re.fullmatch(r"\s?零?", text[last.end : q.start])
        ):  # fmt: skip
            total = last.low * size + q.low
            out[-1] = replace(last, low=total, high=total, unit=q.unit, end=q.end)
        else:
            out.append(q)
    return out
