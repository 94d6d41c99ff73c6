"""Numbers as shops write them: 1,000 · 1 1/2 · 3万 · 二十五 · 两 · half a dozen.

A point is a decimal point and a comma parts thousands, as English and Chinese write. A comma anywhere else (2,5 kg;
1.000,50 €; 10,15) may be a German or French decimal or a list: such a number is not read, never guessed.
"""

import re
from decimal import Decimal

_ZH_DIGIT = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ZH_TEN = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_EN_ONE = {
    w: n for n, w in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), start=1)
}
_EN_TEEN = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_EN_TEN = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_EN_NUMBER: dict[str, int | Decimal] = {
    **_EN_ONE, **_EN_TEEN, **_EN_TEN,
    "dozen": 12, "half a": Decimal("0.5"), "half an": Decimal("0.5"), "a dozen": 12, "a pair": 2,
}  # fmt: skip
_SCALE = {"万": 10_000, "千": 1000, "亿": 100_000_000, "k": 1000, "百": 100}

_TENS = rf"(?:{'|'.join(_EN_TEN)})(?:-(?:{'|'.join(_EN_ONE)}))?"
_SMALL = rf"{_TENS}|{'|'.join(_EN_TEEN)}|{'|'.join(_EN_ONE)}"
ENGLISH = rf"half an?|(?:a )?dozen|a pair|(?:(?:an?|{'|'.join(_EN_ONE)})[ -])?hundred(?: and (?:{_SMALL}))?|{_SMALL}"
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
    if text[0].isascii() and text[0].isalpha():
        return english(text)
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


def english(text: str) -> Decimal | None:
    """thirty-eight → 38, a hundred and twenty → 120, half a → 0.5."""
    if text in _EN_NUMBER:
        return Decimal(_EN_NUMBER[text])
    if "hundred" in text:
        many, _, more = text.partition("hundred")
        rest = english(more.removeprefix(" and ")) if more else Decimal(0)
        many = many.strip(" -")
        return None if rest is None else Decimal(_EN_ONE.get(many, 1)) * 100 + rest
    tens, _, ones = text.partition("-")
    return Decimal(_EN_TEN[tens] + _EN_ONE[ones]) if tens in _EN_TEN and ones in _EN_ONE else None


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
