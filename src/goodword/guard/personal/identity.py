"""Numbers a state gave a person: resident identity cards, passports and permits, SSN, NINO, driving licences."""

import re
from collections.abc import Iterator

from goodword.guard.personal.checks import day, hong_kong, resident, taiwan
from goodword.guard.personal.reading import Reading
from goodword.guard.personal.spans import Span
from goodword.guard.personal.words import after, before, just_before, near, never

_RESIDENT = re.compile(r"(?<![0-9A-Za-z])[1-9](?:[ -]?[0-9]){16}[ -]?[0-9Xx](?![0-9A-Za-z])")
_OLD_RESIDENT = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{14}(?![0-9A-Za-z])")
_HONG_KONG = re.compile(r"(?<![0-9A-Za-z])([A-Z]{1,2})([0-9]{6})[ ]?\(?([0-9A])\)?(?![0-9A-Za-z])")
_TAIWAN = re.compile(r"(?<![0-9A-Za-z])[A-Z][1289][0-9]{8}(?![0-9A-Za-z])")
_PASSPORT = re.compile(r"(?<![0-9A-Za-z])(?:[A-Z]{1,2}[ ]?[0-9]{6,8}|[0-9]{8,9}|(?=[A-Z0-9]*[0-9])[A-Z][A-Z0-9]{7,8})(?![0-9A-Za-z])", re.IGNORECASE)  # fmt: skip  # noqa: E501
_SSN = re.compile(
    r"(?<![0-9A-Za-z.-])(?!000|666)[0-9]{3}([- ]?)(?!00)[0-9]{2}\1(?!0000)[0-9]{4}(?![0-9A-Za-z]|[.-][0-9])"
)
_NINO = re.compile(
    r"(?<![0-9A-Za-z])([A-Z]{2})([ -]?)[0-9]{2}([ -]?)[0-9]{2}\3[0-9]{2}\2[A-D](?![0-9A-Za-z])", re.IGNORECASE
)
_NO_NINO = re.compile(r"(?:[DFIQUV].|.[DFIOQUV]|BG|GB|KN|NK|NT|TN|ZZ)", re.IGNORECASE)
_LICENCE = re.compile(
    r"(?<![0-9A-Za-z])(?=[A-Z0-9-]{0,5}[0-9])[A-Z0-9](?:-?[A-Z0-9]){5,19}(?![0-9A-Za-z])", re.IGNORECASE
)


def find(reading: Reading) -> Iterator[Span]:
    """Numbers of identity of a text."""
    yield from _residents(reading)
    yield from _others(reading)
    yield from _western(reading)


def _residents(reading: Reading) -> Iterator[Span]:
    for match in _RESIDENT.finditer(reading.digits):
        bare = re.sub(r"[ -]", "", match.group())
        born = day(int(bare[6:10]), int(bare[10:12]), int(bare[12:14]))
        cued = near(reading, match.start(), match.end(), "resident")
        if born and (resident(bare) or cued):
            score = 0.99 if resident(bare) else 0.8  # mistyped, still somebody's
            yield Span(start=match.start(), end=match.end(), type="RESIDENT_ID", score=score)
    for match in _OLD_RESIDENT.finditer(reading.digits):
        bare = match.group()
        born = day(1900 + int(bare[6:8]), int(bare[8:10]), int(bare[10:12]))
        if born and near(reading, match.start(), match.end(), "resident"):
            yield Span(start=match.start(), end=match.end(), type="RESIDENT_ID", score=0.96)


def _others(reading: Reading) -> Iterator[Span]:
    for match in _HONG_KONG.finditer(reading.text):
        good = hong_kong(*match.groups())
        if (good and "(" in match.group()) or (before(reading, match.start(), "resident") and good):
            yield Span(start=match.start(), end=match.end(), type="RESIDENT_ID", score=0.9)
    for match in _TAIWAN.finditer(reading.text):
        if taiwan(match.group()) and before(reading, match.start(), "resident"):
            yield Span(start=match.start(), end=match.end(), type="RESIDENT_ID", score=0.9)
    for match in _PASSPORT.finditer(reading.text):
        start, end = match.span()
        if just_before(reading, start, "passport") or after(reading, end, "passport"):
            yield Span(start=start, end=end, type="PASSPORT", score=0.96)


def _western(reading: Reading) -> Iterator[Span]:
    for match in _SSN.finditer(reading.text):
        cued = before(reading, match.start(), "ssn")
        shaped = match.group(1) == "-" and match.group()[0] != "9"
        if cued or (shaped and not never(reading, match.start(), "code")):
            yield Span(start=match.start(), end=match.end(), type="SSN", score=0.98 if cued else 0.86)
    for match in _NINO.finditer(reading.text):
        cued = before(reading, match.start(), "nino")
        spaced = match.group(2) and match.group(3)
        if cued or (spaced and not _NO_NINO.match(match.group(1)) and match.group(1).isupper()):
            yield Span(start=match.start(), end=match.end(), type="NINO", score=0.98 if cued else 0.86)
    for match in _LICENCE.finditer(reading.text):
        if just_before(reading, match.start(), "licence") and sum(map(str.isdigit, match.group())) >= 4:
            yield Span(start=match.start(), end=match.end(), type="LICENCE", score=0.93)
