"""Discounts in running text and in cells: 8折 · 八五折 · 20% off · half price · buy two get one free · 买二送一.

A share off the price is a Quantity in percent with the counter 'discount': 8折, pay 80 percent, is 20, as '20% off' is.
'Buy two, get one free' is two Quantities with the counters 'bought' and 'free'. An amount of money off is `Money.off`.
Offers no quantity tells rightly (第二件半价, 满200减30) are left out, so that their numbers count nothing.
"""

import re
from decimal import Decimal

from goodword.text.numbers import number
from goodword.types import Hedge, Quantity

_CUE = re.compile(r"折|价|减|[送赠免]|惠|off\b|price|save|discount|get\b|\d for \d")
_ZH = "[一二三四五六七八九]"
_RATE = rf"\d(?:\.\d)?|\d\d|{_ZH}{_ZH}?"
_BEFORE = r"打|享受?|立享|全场|仅|限时|会员|优惠|折扣|低至|最低|不低于|特惠|促销|惊喜|活动|新客|首单|券后|[:：]"
# 三折伞, 对折收纳: folding is no discount, so a bare 折 must end its clause or stand by a word of selling.
_FOLD = re.compile(
    rf"(?P<cue>{_BEFORE})?\s*(?<![\d.一二三四五六七八九])(?P<rate>{_RATE}|[对半](?=折))(?:\s*[-~至到]\s*(?P<high>{_RATE}))?\s*折"
    r"(?P<open>起)?(?P<after>优惠|特惠|特价|促销|抢|购|封顶|后|券|价|活动|$|(?=[\s,，。;；!！)）、]))?"
)
_PERCENT = re.compile(
    r"(?P<hedge>up to |at least |from )?(?:(?P<low>\d+(?:\.\d+)?)\s*%?\s*[-–~～至到]\s*)?"
    r"(?P<a>\d+(?:\.\d+)?)\s*(?:%|percent|per cent)\s*(?:off\b|discount\b|折扣|优惠)"
    r"|(?:\bsave|\bdiscount(?: of)?|\breduced by|立减|直降|立省|优惠|降价|减免|折扣)\s*[:：]?\s*(?P<to>up to |高达|最高)?"  # noqa: E501
    r"(?P<b>\d+(?:\.\d+)?)\s*%(?!\s*(?:of |more |(?:on )?(?:energy|electricity|power|water|time|fuel)))"
)
_HALF = re.compile(r"\bhalf[\s-]price\b|(?<!件)半价")
_FREE = re.compile(
    rf"\bbuy\s+(?P<b1>\d+|one|two|three|four|five)\s*,?\s*(?:and\s+)?get\s+(?P<f1>\d+|one|two|three)\b(?:\s+(?:more\s+)?free)?(?!\s*(?:at\s+)?(?:\d|half))"
    rf"|买\s*(?P<b2>\d+|[两{_ZH[1:-1]}])\s*[件瓶盒袋份]?\s*[送赠免]\s*(?P<f2>\d+|[两{_ZH[1:-1]}])(?![\d.])"
)
_UNTOLD = re.compile(
    rf"第\s*[\d两{_ZH[1:-1]}]\s*件\s*(?:半价|(?:{_RATE})折|\d+(?:\.\d+)?元)"
    r"|\bbuy\s+\w+,?\s+(?:and\s+)?get\s+\w+\s+(?:at\s+)?(?:\d+\s*%(?:\s*off)?|half price)"
    r"|\b\d\s+for\s+\d\b(?!\s*[$£€¥])"
    r"|满\s*\d+(?:\.\d+)?\s*[元件]?\s*(?:[减送打]\s*)?\d+(?:\.\d+)?\s*[元折]?"
)


def find(text: str) -> tuple[list[Quantity], list[tuple[int, int]]]:
    """The discounts of a folded text with their spans, and the spans of offers that are not told in numbers."""
    if not _CUE.search(text):
        return [], []
    untold = [m.span() for m in _UNTOLD.finditer(text)]
    found = [*_folds(text), *_percents(text), *_free(text)]
    found += [_off(Decimal(50), Decimal(50), "exact", *m.span()) for m in _HALF.finditer(text)]
    return [q for q in found if not any(a < q.end and q.start < b for a, b in untold)], untold


def _folds(text: str) -> list[Quantity]:
    found = []
    for m in _FOLD.finditer(text):
        low, high = _rate(m["rate"]), _rate(m["high"] or m["rate"])
        halved = m["rate"] in "对半"
        told = m["cue"] or (m["after"] is not None and not halved) or m["open"] or "." in m["rate"] or m.group() == text
        if low is None or high is None or not told:
            continue
        start = m.start("rate")
        ends = sorted((100 - low, 100 - high))
        hedge: Hedge = "up_to" if m["open"] or m["cue"] in {"低至", "最低", "不低于"} else "exact"
        found.append(_off(ends[0], ends[1], hedge, start if hedge == "exact" or not m["cue"] else m.start("cue"),
                          m.end("open") if m["open"] else text.index("折", start) + 1))  # fmt: skip
    return found


def _rate(written: str) -> Decimal | None:
    """What is paid, in percent: 8 and 80 and 八 are 80, 8.5 and 85 and 八五 are 85, 对 is 50."""
    if written in {"对", "半"}:
        return Decimal(50)
    if written[0].isdigit():
        value = Decimal(written)
        return value if len(written) == 2 else value * 10
    digits = [number(c) for c in written]
    if None in digits:
        return None
    return sum((d or Decimal(0)) * (10 if n == 0 else 1) for n, d in enumerate(digits)) + Decimal(0)


def _percents(text: str) -> list[Quantity]:
    found = []
    for m in _PERCENT.finditer(text):
        value = Decimal(m["a"] or m["b"])
        told = (m["hedge"] or m["to"] or "").strip()
        hedge: Hedge = "exact" if not told else "at_least" if told in {"at least", "from"} else "up_to"
        low = Decimal(m["low"]) if m["low"] else value
        if low <= value <= 100:
            found.append(_off(low, value, hedge, *m.span()))
    return found


def _off(low: Decimal, high: Decimal, hedge: Hedge, start: int, end: int) -> Quantity:
    return Quantity(
        low=None if hedge == "up_to" and low == high else low, high=None if hedge == "at_least" else high,
        unit="percent", counter="discount", hedge=hedge, start=start, end=end,
    )  # fmt: skip


def _free(text: str) -> list[Quantity]:
    found = []
    for m in _FREE.finditer(text):
        for group, counter in (("b", "bought"), ("f", "free")):
            written = m[f"{group}1"] or m[f"{group}2"]
            value = number(written)
            if value is not None:
                start = m.start() if counter == "bought" else m.start("f1" if m["f1"] else "f2") - (1 if m["f2"] else 0)
                end = m.end() if counter == "free" else m.end("b1" if m["b1"] else "b2")
                found.append(Quantity(low=value, high=value, counter=counter, start=start, end=end))
    return found
