"""Numbers as shops write them: 1,000 · 1 1/2 · 3万 · 二十五 · 两 · half a dozen.

A point is a decimal point and a comma parts thousands, as English and Chinese write. A comma anywhere else (2,5 kg;
1.000,50 €; 10,15) may be a German or French decimal or a list: such a number is not read, never guessed.
"""

import re
from decimal import Decimal

_ZH_DIGIT = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ZH_TEN = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_EN_NUMBER: dict[str, int | Decimal] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "ninety": 90, "hundred": 100, "dozen": 12, "half a": Decimal("0.5"), "a dozen": 12, "a pair": 2,
}  # fmt: skip
_SCALE = {"万": 10_000, "千": 1000, "亿": 100_000_000, "k": 1000, "百": 100}

ENGLISH = "|".join(sorted(_EN_NUMBER, key=len, reverse=True))
FRACTION = r"(?:\d|1[135])/(?:2|3|4|5|6|8|10|12|16|32|64)(?![\d.])"
FIGURES = rf"(?:\.\d+|\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|{FRACTION}|\d+(?:\.\d+)?(?:(?:\s+|-){FRACTION})?)"
CHINESE = r"[一两二三四五六七八九十]个半(?=小时|月|钟头)|(?:两(?=[百千])|[零〇一二三四五六七八九十百千])+半?|两半?|半"
_WELL_FORMED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+")
_MIXED = re.compile(r"(?:(\d+(?:\.\d+)?)(?:\s+|-))?(\d+)/(\d+)")


def well_formed(figures: str) -> bool:
    """Whether figures with points or commas are one number as English and Chinese write it."""
    return _WELL_FORMED.fullmatch(figures) is not None


def number(written: str | None) -> Decimal | None:
    """The value of a number as written; None for what is none."""
    if not written:
        return None
    if written.isdecimal():
        return Decimal(written)
    text = written.strip().replace(",", "").replace("−", "-").removeprefix("+")
    if text in _EN_NUMBER:
        return Decimal(_EN_NUMBER[text])
    if text.startswith("零下"):
        below = number(text[2:].strip())
        return -below if below is not None else None
    scale = Decimal(1)
    if len(text) > 1 and text[-1] in _SCALE and (text[0].isdigit() or text[0] == "-"):
        scale, text = Decimal(_SCALE[text[-1]]), text[:-1].strip()
    if hit := _MIXED.fullmatch(text):
        return (Decimal(hit[1] or 0) + Decimal(hit[2]) / Decimal(hit[3])) * scale if hit[3].strip("0") else None
    if re.fullmatch(r"-?(?:\d+(?:\.\d+)?|\.\d+)", text):
        return Decimal(text) * scale
    return chinese(text.replace("个半", "半"))


def chinese(text: str) -> Decimal | None:
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
