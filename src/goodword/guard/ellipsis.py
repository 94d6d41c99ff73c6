"""Numbers whose unit is said elsewhere: 'hot for 12 hours, cold for 24', 'children under three'."""

import re
from collections.abc import Iterator
from dataclasses import replace

from goodword.text import quantities
from goodword.text.numbers import ENGLISH, number
from goodword.types import Lang, Quantity

_EN = re.compile(rf"(?i)(?<![\w.,/-])(?:\d+(?:\.\d+)?|{ENGLISH})(?![\w/]|[.,]\d|-\w)")
_ZH = re.compile(
    r"(?<![\w.])(?:\d+(?:\.\d+)?)(?![\w.%])|(?<=[到至])[一二两三四五六七八九十]+(?=岁)|(?<=[\u4e00-\u9fff])\d+(?![\d.a-z])"
)
_AFTER = re.compile(
    r"(?i)\s*(?:$|[,.;:!?，。；、)）—–-]|(?:in|on|at|and|or|to|for|when|with|if|by|as|from|up|over)\b|[和或到至的])"
)
_RANGE = re.compile(
    rf"(?i)(?<![a-z0-9.,])(?P<n>\d+(?:\.\d+)?|{ENGLISH}|(?<![一二三四五六七八九十第])[一二两三四五六七八九十]+)[个只台]?\s*(?:to|up to|through to|-|–|~|到|至)\s*$"  # noqa: E501
)
_NEXT = re.compile(rf"(?i)\s*(?:to|or|-|–)\s*(?:\d|(?:{ENGLISH})\b)")
_UNIT = re.compile(r"(?i)(?:°\s?[CF]|[a-zµ]+|%|℃|[\u4e00-\u9fff]+)$")
_UNIT_APART = re.compile(
    r"单位(?:都|均|皆)?[是为](?P<zh>毫米|厘米|米|克|千克)|\b(?:all )?in (?P<en>centimetres|centimeters|cm|mm|millimetres|inches|metres)\b"  # noqa: E501
)
SIZE_RANGE = re.compile(
    r"(?i)(?P<cue>\b(?:EU|UK|US|FR)\s*)?(?<![\d.])(?P<low>\d{2}(?:\.5)?)\s*(?:-|–|~|up to|(?:right |all the way )?through to|through|to|and|至|码?[一]?[直]?到)\s*(?:(?:EU|UK|US|FR)\s*)?(?P<high>\d{2}(?:\.5)?)(?!\d|\.\d)\s*(?P<unit>(?:[一二两三四五六七八九十]+个)?码)?"  # noqa: E501
)
_SENTENCE = re.compile(r"[。！？!?\n]|\.(?!\d)")
AGED = re.compile(
    r"(?i)\b(?:ages?|aged|child(?:ren)?|kids?|toddlers|bab(?:y|ies)|infants)\b|年龄|儿童|宝宝|孩子|小朋友"
)
_AGE_CUE = re.compile(r"(?i)\b(?:under|over|above|below|from|of|aged?|ages|than|to|turned|and|least|most)\s*$")


def ranges(text: str, found: list[Quantity]) -> list[Quantity]:
    """'six to eight hours', 四到六个小时: a number in words before a quantity begins a range."""
    out: list[Quantity] = []
    for q in found:
        before = text[max(0, q.start - 24) : q.start]
        cue = _RANGE.search(before) if (q.unit or q.counter) and q.hedge == "exact" and q.low == q.high else None
        low = number(cue["n"].lower()) if cue else None
        if cue and low is not None and q.high is not None and low < q.high:
            start = q.start - len(before) + cue.start()
            out = [o for o in out if o.end <= start]
            q = replace(q, low=low, start=start)
        out.append(q)
    return out


def judged(text: str, lang: Lang, found: list[Quantity]) -> Iterator[Quantity]:
    """Every way to read a bare number of a text with a unit of its sentence, left to right."""
    if not re.search(r"\d", text) and lang == "zh":
        return
    for m in (_EN if lang == "en" else _ZH).finditer(text):
        if any(q.start <= m.start() < q.end and (q.unit or q.counter) for q in found):
            continue
        if not _AFTER.match(text, m.end()):
            continue
        start = max((s.end() for s in _SENTENCE.finditer(text, 0, m.start())), default=0)
        stop = _SENTENCE.search(text, m.end())
        end = stop.start() if stop else len(text)
        if _NEXT.match(text, m.end()):
            continue
        for unit in _units(text, start, end, m, lang, found):
            whole = f"{text[start : m.end()]} {unit}{text[m.end() : end]}"
            at, added = m.start() - start, len(unit) + 1
            read = next((q for q in ranges(whole, quantities.find(whole)) if q.start <= at < q.end and q.unit), None)
            if read:
                yield replace(read, start=start + read.start, end=max(m.end(), start + read.end - added))


def _units(text: str, start: int, end: int, m: re.Match[str], lang: Lang, found: list[Quantity]) -> list[str]:
    near = [q for q in found if q.unit and start <= q.start < end]
    near.sort(key=lambda q: abs(q.start - m.start()))
    written = [hit.group() for q in near if (hit := _UNIT.search(text[q.start : q.end]))]
    if apart := _UNIT_APART.search(text, start, end):
        written.append(apart["zh"] or apart["en"])
    sentence = text[start:end]
    if AGED.search(sentence) and (lang == "zh" or _AGE_CUE.search(text[start : m.start()])):
        written.append("years" if lang == "en" else "岁")
    return list(dict.fromkeys(written))
