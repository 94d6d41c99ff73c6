"""Quantities in running text and in cells: numbers, ranges, dimensions, tolerances, hedges, units.

English and Chinese, half and full width, mixed. Model names (IPX7, E27, iPhone 15, 5G, USB-C 3.2) are no quantities.
"""

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache

from goodword.text import units
from goodword.text.normalise import fold
from goodword.types import Hedge, Lang, Quantity

_ZH_DIGIT = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ZH_TEN = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_EN_NUMBER: dict[str, int | Decimal] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "ninety": 90, "hundred": 100, "dozen": 12, "half a": Decimal("0.5"), "a dozen": 12, "a pair": 2,
}  # fmt: skip
_SCALE = {"万": 10_000, "千": 1000, "亿": 100_000_000, "k": 1000, "百": 100}
_HEDGES_BEFORE: tuple[tuple[str, Hedge], ...] = (
    (
        r"up to|max(?:imum)?\.?|no more than|at most|within|not? exceed(?:ing)?|最长|最高|最多|最大|可达|高达|长达|不超过|至多|≤|<=",  # noqa: E501
        "up_to",
    ),
    (r"at least|min(?:imum)?\.?|no less than|至少|不低于|不少于|最低|最少|≥|>=", "at_least"),
    (r"about|approx(?:imately|\.)?|around|roughly|circa|ca\.|nearly|almost|~|≈|约为|约|大约|将近|近", "about"),
    (r"over|more than|above|超过|大于|超|逾|>", "over"),
    (r"under|less than|below|低于|小于|不到|不足|<", "under"),
    (r"typ(?:ical(?:ly)?|\.)?|典型值?", "typical"),
)
_HEDGES_AFTER: tuple[tuple[str, Hedge], ...] = (
    (r"左右|上下|or so|approx\.?", "about"),
    (r"以上|or more|or above|及以上|起|\+(?!\d)|plus\b", "at_least"),
    (r"以内|以下|之内|内(?![衬胆含径部裤衣里])|or less|or below|max\.?(?![a-z])", "up_to"),
    (r"\(?typ\.?(?:ical)?\)?|（典型）|\(典型值?\)|典型值?", "typical"),
)


@cache
def _pattern() -> re.Pattern[str]:
    # Longest form first, so that 'fl oz' beats 'f' and 'mAh' beats 'm'.
    written = sorted(units.forms(), key=len, reverse=True)
    unit = "|".join(re.escape(w) + (r"(?![a-z])" if w[-1].isascii() and w[-1].isalpha() else "") for w in written)
    counters = sorted(units.counters(), key=len, reverse=True)
    count = "|".join(re.escape(w) + (r"(?![a-z])" if w[-1].isascii() else "") for w in counters)
    number = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d/\d+(?!\d)|\d+(?:\.\d+)?(?:\s+\d/\d+(?!\d))?)"
    words = "|".join(sorted(_EN_NUMBER, key=len, reverse=True))
    zh = r"[一两二三四五六七八九十]个半(?=小时|月|钟头)|[零〇一二两三四五六七八九十百千]+半?|半"
    any_number = rf"(?:{number}|(?<![a-z])(?:{words})(?![a-z])|{zh})"
    return re.compile(
        rf"(?P<low>(?:(?<![a-z\d./_])(?<!\d,)|(?<=\dx))(?<![a-z]-)[-−]?{any_number}(?:\s*(?:万|亿|千(?!克|瓦|米|帕|焦|卡)|k(?=\s*(?:mah|wh|hz)?\b)(?!g|w|m|p|j|c|h|\b)))?)"
        rf"(?:\s*(?P<lowunit>{unit})(?=\s*(?:±|\+/-|-|–|—|~|～|to|至|到)))?"
        rf"(?P<tol>\s*(?:±|\+/-)\s*(?P<tolnum>{number})\s*(?P<tolpct>%)?)?"
        rf"(?P<range>\s*(?:-|–|—|~|～|to|至|到)\s*(?P<high>[-−]?{number}\s*(?:万)?))?"
        rf"[\s-]*(?:(?P<unit>{unit})|(?P<counter>{count}))?",
    )


@cache
def _hedge(which: str) -> tuple[tuple[re.Pattern[str], Hedge], ...]:
    if which == "before":
        return tuple((re.compile(rf"(?:{p})\s*(?:an?\s+)?[:：]?\s*$"), h) for p, h in _HEDGES_BEFORE)
    return tuple((re.compile(rf"\s*(?:{p})"), h) for p, h in _HEDGES_AFTER)


def find(text: str, lang: Lang | None = None) -> list[Quantity]:
    """Every quantity of `text`, left to right, with spans that slice back. Bare numbers have no unit.

    Args:
        lang: kept for callers that know it; both languages are always read.
    """
    folded = fold(text)
    found: list[Quantity] = []
    for match in _pattern().finditer(folded.text):
        quantity = _read(match, folded.text)
        if quantity is None:
            continue
        start, end = folded.home(quantity.start, quantity.end)
        found.append(replace(quantity, start=start, end=end))
    return _share_units(found, text)


def _read(match: re.Match[str], text: str) -> Quantity | None:
    low = _number(match["low"])
    unit, counter = match["unit"] or match["lowunit"], match["counter"]
    worded = not any(c.isdigit() for c in match["low"])
    if low is None or (worded and not (unit or counter)) or _is_model(match, text):
        return None
    if worded and unit in {"两", "度"} and len(match["low"]) == 1:  # 一度 'once', 一两 'one or two'
        return None
    high = _number(match["high"]) if match["range"] else None
    end = match.end("unit") if match["unit"] else match.end("counter") if counter else _bare_end(match)
    hedge, start, end = _hedged(text, match.start(), end)
    if (high is not None and high < low and not unit) or (unit == "年" and 1900 <= low <= 2100):
        return None
    name = units.forms()[unit] if unit else ""
    tolerance = _number(match["tolnum"]) if match["tol"] else None
    return Quantity(
        low=None if hedge in {"up_to", "under"} and high is None else low,
        high=high if high is not None else (None if hedge in {"at_least", "over"} else low),
        unit=name,
        counter="" if unit else units.counters().get(counter or "", ""),
        hedge=hedge,
        tolerance=None if match["tolpct"] else tolerance,
        tolerance_percent=tolerance if match["tolpct"] else None,
        start=start,
        end=end,
    )


def _bare_end(match: re.Match[str]) -> int:
    for group in ("range", "tol", "lowunit", "low"):
        if match[group]:
            return match.end(group)
    return match.end()


def _is_model(match: re.Match[str], text: str) -> bool:
    """Numbers inside names: 'iPhone 15', 'PM2.5', 'Size 42', '5G', '4K', 'Bluetooth 5.3', 'No. 3'."""
    before = text[max(0, match.start() - 14) : match.start()]
    if re.search(r"(?:iphone|ipad|galaxy|mate|pixel|bluetooth|蓝牙|usb|usb-c|wi-?fi|windows|android|ios|size|尺码|no\.|型号|model|hdmi|series|type|version|v|ps|gen|第)[\s:：]*$", before):  # fmt: skip  # noqa: E501
        return not match["unit"] or match["unit"] in {"m", "s", "a", "l", "h", "v"}
    after = text[match.end("low") : match.end("low") + 2]
    return bool(re.match(r"(?:[a-wyz]\d|[gkp](?![a-z\d.])|d(?![a-z]))", after)) and not (
        (match["unit"] and len(match["unit"]) > 1) or (match["unit"] in {"g", "k"} and _weighs(text, match))
    )


def _weighs(text: str, match: re.Match[str]) -> bool:
    """'5 g' with a space, or any number over 9, is grams; '5G' and '4K' are names of networks and screens."""
    amount = _number(match["low"]) or Decimal(0)
    return text[match.end("low")] == " " or amount > 6 or "." in match["low"]


def _hedged(text: str, start: int, end: int) -> tuple[Hedge, int, int]:
    before = text[max(0, start - 18) : start]
    for pattern, hedge in _hedge("before"):
        hit = pattern.search(before)
        if hit and not (hit.group()[0].isalpha() and hit.group()[0].isascii() and before[: hit.start()][-1:].isalpha()):
            return hedge, start - len(before) + hit.start(), end
    for pattern, hedge in _hedge("after"):
        if hit := pattern.match(text, end):
            return hedge, start, hit.end()
    return "exact", start, end


def _share_units(found: list[Quantity], text: str) -> list[Quantity]:
    """'120x60x75 cm': a unit given once, at the end, holds for the numbers joined to it."""
    for i in range(len(found) - 2, -1, -1):
        between = text[found[i].end : found[i + 1].start]
        if not found[i].unit and not found[i].counter and re.fullmatch(r"\s*(?:[x×X*/、]|和|and|or|,)\s*", between):
            found[i] = replace(found[i], unit=found[i + 1].unit, counter=found[i + 1].counter)
    return found


def _number(written: str | None) -> Decimal | None:
    """The value of a number as written: 1,000 · 1 1/2 · 3万 · 二十五 · 两 · three."""
    if not written:
        return None
    text = written.strip().replace(",", "").replace("−", "-")
    if text in _EN_NUMBER:
        return Decimal(_EN_NUMBER[text])
    scale = Decimal(1)
    if len(text) > 1 and text[-1] in _SCALE and (text[0].isdigit() or text[0] == "-"):
        scale, text = Decimal(_SCALE[text[-1]]), text[:-1].strip()
    if hit := re.fullmatch(r"(-?\d+(?:\.\d+)?)?\s*(\d)/(\d+)", text):
        if hit[3].strip("0") == "":
            return None
        return (Decimal(hit[1] or 0) + Decimal(hit[2]) / Decimal(hit[3])) * scale
    if re.fullmatch(r"-?\d+(?:\.\d+)?", text):
        return Decimal(text) * scale
    return _chinese(text.replace("个半", "半"))


def _chinese(text: str) -> Decimal | None:
    """二十五 → 25, 一百二 is not read, 三千 → 3000, 两半 → 2.5, 半 → 0.5."""
    if not text or any(c not in _ZH_DIGIT and c not in _ZH_TEN and c != "半" for c in text):
        return None
    half = Decimal("0.5") if text.endswith("半") else Decimal(0)
    total, digit = 0, None
    for char in text.rstrip("半"):
        if char in _ZH_DIGIT:
            if digit is not None:
                return None
            digit = _ZH_DIGIT[char]
        else:
            total, digit = total + (1 if digit is None else digit) * _ZH_TEN[char], None
    return Decimal(total + (digit or 0)) + half
