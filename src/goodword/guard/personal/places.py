"""Addresses by their form: Chinese road-number-building-door chains, British postcodes, American street lines, post codes."""  # noqa: E501

import re
from collections.abc import Iterator
from functools import cache

from goodword.guard.personal.reading import Reading
from goodword.guard.personal.spans import Span
from goodword.guard.personal.words import just_before, table

_POSTCODE_GB = re.compile(
    r"(?<![A-Z0-9])(?:GIR 0AA|[A-PR-UWYZ][A-HK-Y]?[0-9][A-HJKPSTUW0-9]?[ ][0-9][ABD-HJLNP-UW-Z]{2})(?![A-Z0-9])"
)
_ZIP = re.compile(
    r"(?<![0-9A-Za-z-])(?:[0-9]{5}(?:-[0-9]{4})?|[0-9]{6}|[A-Z][0-9][A-Z][ ]?[0-9][A-Z][0-9]|[0-9]{3}[ ][0-9]{2})(?![0-9A-Za-z])"  # noqa: E501
)
_KIND = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Close|Way|Place|Pl|Terrace|Square|Sq|Crescent|Gardens|Grove|"
    r"Park|Row|Mews|Hill|Parkway|Pkwy|Highway|Hwy|Circle|Trail|Walk|Wharf|Quay)"
)
_WORD = r"(?:[A-Z][\w'’-]*|[NSEW]\.?|[0-9]{1,3}(?:st|nd|rd|th))"
_STATE = r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])"  # noqa: E501
_LINE = re.compile(
    rf"(?<![\w.$£€-])(?:(?:Flat|Apt|Unit|Suite|Apartment|number|no)\.?[ ]?[0-9]{{1,4}}[A-Za-z]?,?[ ])?(?:(?:number[ ])?(?:[0-9]{{1,5}}[A-Za-z]?[ ]|[0-9]{{1,3}}[A-Za-z]?,[ ]))(?:{_WORD}[ ]){{1,4}}{_KIND}\b\.?"  # noqa: E501
    rf"(?:,?\s{{1,2}}(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|#)\.?[ ]?[0-9A-Z]{{1,5}}\b)?"
    rf"(?:,?\s{{1,2}}(?:[A-Z][a-z]+[ ,]{{0,2}}){{1,3}}(?:{_STATE}\b)?,?[ ]?(?:[0-9]{{5}}(?:-[0-9]{{4}})?|[A-Z]{{1,2}}[0-9][0-9A-Z]?[ ][0-9][A-Z]{{2}})\b)?"  # noqa: E501
)
_BOX = re.compile(r"\bP\.?[ ]?O\.?[ ]?Box[ ][0-9]{1,6}\b", re.IGNORECASE)
_ROAD = re.compile(
    r"[一-龥]{1,6}(?:路|街|大道|巷|弄|胡同|道)[东西南北一二三四五中]{0,2}段?(?:[0-9]{1,5}|[一二三四五六七八九十]{1,4})(?:-[0-9]{1,3})?(?:号院|号|弄)"
)
_TAIL = (
    r"(?:[ ]?(?:[0-9a-zA-Z一二三四五六七八九十-]{1,6}(?:号楼|号|栋|幢|座|单元|室|楼|层|房|户|组|塔)[0-9a-zA-Z-]{0,6}))"
)
_BLOCK = re.compile(
    rf"[一-龥]{{0,12}}?(?:小区|花园|公寓|家园|苑|新村|大厦|广场|[一二三四五]期){_TAIL}{{1,4}}|(?<![\w]){_TAIL}{{2,4}}"
)
_LEAD = re.compile(
    r"^.*?(?:寄到?|送到?|发到|地址(?:是|改成|改为)?|住在?|我家在?|放在?|在|到|改到|改成|改寄|是|给|和|与|从|去|于|回)(?=[一-龥A-Za-z0-9]{3})"
)


def find(reading: Reading) -> Iterator[Span]:
    """Addresses whose form gives them away."""
    for match in _POSTCODE_GB.finditer(reading.text):
        yield Span(start=match.start(), end=match.end(), type="ADDRESS", score=0.8)
    for match in _ZIP.finditer(reading.text):
        if just_before(reading, match.start(), "postcode"):
            yield Span(start=match.start(), end=match.end(), type="ADDRESS", score=0.8)
    for pattern in (_LINE, _BOX):
        for match in pattern.finditer(reading.text):
            yield Span(start=match.start(), end=match.end(), type="ADDRESS", score=0.84)
    for match in _ROAD.finditer(reading.text):
        lead = _LEAD.match(match.group())
        start = match.start() + (lead.end() if lead else 0)
        tail = _chain().match(reading.text, match.end())
        yield Span(start=start, end=tail.end() if tail else match.end(), type="ADDRESS", score=0.6)


@cache
def _chain() -> re.Pattern[str]:
    """What may follow a house number: the estate, the building, the door."""
    named = "|".join(sorted(table("zh_places")["named"][11:], key=len, reverse=True))
    return re.compile(rf"(?:[一-龥A-Za-z]{{1,8}}?(?:{named}))?{_TAIL}{{0,4}}(?:-?[0-9]{{2,4}}室?)?")
