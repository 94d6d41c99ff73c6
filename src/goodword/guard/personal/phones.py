"""Telephone numbers: Chinese mobiles and landlines, and those of the world in the ways people write them."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from goodword.errors import DataError
from goodword.guard.personal.reading import Reading
from goodword.guard.personal.spans import Span
from goodword.guard.personal.words import after, before, just_before, near, never

_MOBILE = re.compile(r"(?<![0-9.+])(?:\+?(?:00)?86[-. ]?)?(1(?:[^\w\n,，、。;；:：]?[0-9]){10})(?![0-9]|\.[0-9])")
_SHAPES = {(11,), (3, 4, 4), (4, 3, 4), (4, 4, 3), (3, 8), (7, 4), (3, 3, 5), (5, 6), (1,) * 11}
_LANDLINE = re.compile(
    r"(?<![0-9.])[(]?(?:\+?86[- ]?)?[(]?(0(?:10|2[0-9]|[34579][0-9]{2}|6[36][0-9]|8[1-9][0-9]))[)]?([-. ]{0,2})"
    r"([1-9][0-9]{2,3}[- ]?[0-9]{4})(?![0-9])"
)
_TAIWAN = re.compile(r"(?<![0-9.])09[0-9]{2}-?[0-9]{3}-?[0-9]{3}(?![0-9])")
_BARE = re.compile(r"(?<![0-9a-zA-Z.#])[2-9][0-9]{2,3}[- ]?[0-9]{4}(?![0-9a-zA-Z]|[.\-][0-9])")
# Anything that could be a number of another country: 7 to 15 digits with the marks people put between.
_WORLD = re.compile(
    r"(?<![0-9A-Za-z#×*_])(?<![0-9][.,/-])(?<!#)(?:\+|\(\+?|00)?[0-9](?:[ ]?[-–./()]?[ ]?\(?[0-9]){5,16}"
    r"(?:[ ]?(?:x|ext\.?|#)[ ]?[0-9]{1,6})?(?![0-9A-Za-z_]|[.,/-][0-9]|[%×°])"
)
_EXTENSION = re.compile(r"[ ]?(?:x|ext\.?|#)[ ]?[0-9]{1,6}$")
_DATE = re.compile(
    r"(?:19|20)[0-9]{2}[-./ ][01]?[0-9][-./ ][0-3]?[0-9]|[0-3]?[0-9][-./][0-3]?[0-9][-./](?:19|20)?[0-9]{2}"
)
_NORTH_AMERICA = re.compile(r"(?:\+?1[-. ]?)?(?:\([2-9][0-9]{2}\)[ ]?|[2-9][0-9]{2}[-. ])[2-9][0-9]{2}[-. ][0-9]{4}")
_BRITAIN = re.compile(
    r"(?:\+44[ ]?(?:\(0\))?[ ]?|\(?0)(?:7[0-9]{3}\)?[ ]?[0-9]{3}[ ]?[0-9]{3}|[12][0-9]{1,4}\)?[ ][0-9 ]{6,9})"
)
_FREE = re.compile(r"(?:\+?1[-. ]?)?[(]?(?:800|888|877|866|855|844|833)[)]?[-. ]|\+?(?:86)?(?:400|800)[- ]?[0-9]{3}|"
                   r"0800|0808|0300|0330|0333|0345|0344|0843|0845|0870|1800[ ]|1300[ ]")  # fmt: skip
_REGIONS = ("US", "GB", "FR", "DE", "AU", "NL", "SE", "DK", "NO", "ES", "IT", "CH", "BE", "PL", "JP", "IN", "BR", "NZ",
            "ZA", "CZ", "AT", "FI", "HU", "PT", "IE", "HK", "SG")  # fmt: skip
_WORDS = {
    w: str(n) for n, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
} | {"oh": "0", "o": "0"}
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_SPELLED = re.compile(
    rf"\b(?:(?:double|triple)[ ])?(?:{_WORD})(?:[ ,.-]{{1,2}}(?:(?:double|triple)[ ])?(?:{_WORD})\b){{5,30}}"
)


def find(reading: Reading) -> Iterator[Span]:
    """Telephone numbers of a text."""
    yield from _mobiles(reading)
    yield from _landlines(reading)
    yield from _world(reading)
    yield from _spelled(reading)


def _mobiles(reading: Reading) -> Iterator[Span]:
    for match in _MOBILE.finditer(reading.digits):
        number = match.group(1)
        bare = re.sub(r"[^0-9]", "", number)
        if bare[1] not in "3456789" or never(reading, match.start(), "code"):
            continue
        if not number.isdigit() and re.search(r"[0-9][- ]$", reading.digits[max(0, match.start() - 2) : match.start()]):
            continue
        if not number.isdigit() and re.match(
            r"[^\w\n,，、。;；:：]?[0-9]", reading.digits[match.end() : match.end() + 2]
        ):
            continue  # a part of something longer
        groups = tuple(len(g) for g in re.split(r"[^0-9]", number))
        cued = near(reading, match.start(), match.end(), "phone")
        glued = (
            reading.text[match.start() - 1 : match.start()].isascii()
            and reading.text[match.start() - 1 : match.start()].isalpha()
        )
        if groups not in _SHAPES and not (cued and groups[0] >= 3 and "." not in number):
            continue
        if not cued and (glued or reading.text[match.end() : match.end() + 1] in {"元", "%", "件"}):
            continue
        yield Span(start=match.start(), end=match.end(), type="PHONE", score=0.97 if cued else 0.93)


def _landlines(reading: Reading) -> Iterator[Span]:
    for match in _LANDLINE.finditer(reading.digits):
        if never(reading, match.start(), "code"):
            continue
        cued = near(reading, match.start(), match.end(), "phone")
        if cued or match.group(2) or "(" in match.group():
            start = match.start() + (match.group().startswith("(") and ")" not in match.group())
            yield Span(start=start, end=match.end(), type="PHONE", score=0.95 if cued else 0.85)
    for match in _TAIWAN.finditer(reading.digits):
        if near(reading, match.start(), match.end(), "phone") or "-" in match.group():
            yield Span(start=match.start(), end=match.end(), type="PHONE", score=0.85)
    for match in _BARE.finditer(reading.digits):
        if _FREE.match(match.group()) or never(reading, match.start(), "hotline"):
            continue
        if _pointed_at(reading, match.start(), match.end()):
            yield Span(start=match.start(), end=match.end(), type="PHONE", score=0.8)


def _pointed_at(reading: Reading, start: int, end: int) -> bool:
    """Whether a word for telephones stands right beside; a number without its area code is nothing else by itself."""
    return (just_before(reading, start, "phone") or after(reading, end, "phone")) and not before(
        reading, start, "order"
    )


def _world(reading: Reading) -> Iterator[Span]:
    for match in _WORLD.finditer(reading.digits):
        start, end = match.span()
        start += match.group().startswith("(") and ")" not in match.group()
        written = reading.digits[start:end]
        number = _EXTENSION.sub("", written)
        bare = re.sub(r"[^0-9]", "", number)
        if not 7 <= len(bare) <= 15 or _DATE.fullmatch(number) or never(reading, start, "code"):
            continue
        if number.count("(") != number.count(")"):
            continue
        personal = before(reading, start, "phone")
        if _FREE.match(number) and not re.search(r"\b(?:my|me)\b|我", reading.left(start, 24)):
            continue
        score = _likelihood(
            number, bare, cued=personal or after(reading, end, "phone"), close=_pointed_at(reading, start, end)
        )
        if score:
            yield Span(start=start, end=end, type="PHONE", score=score)


def _likelihood(number: str, bare: str, *, cued: bool, close: bool) -> float:
    """How likely a number of this form is a telephone, or 0."""
    if number.startswith("+"):
        return 0.95 if _possible(number) else 0.0
    if _NORTH_AMERICA.fullmatch(number) or (_BRITAIN.fullmatch(number) and 10 <= len(bare) <= 11):
        return 0.95 if cued else 0.85
    marked = not number.isdigit()
    if close and (marked or len(bare) >= 9):
        return 0.85
    if cued and ((number.startswith("0") and len(bare) >= 8) or (marked and _somewhere(number))):
        return 0.8
    return 0.75 if number.startswith("00") and marked and len(bare) >= 11 and _possible(f"+{number[2:]}") else 0.0


def _spelled(reading: Reading) -> Iterator[Span]:
    for match in _SPELLED.finditer(reading.lower):
        number, times = "", 1
        for word in re.split(r"[ ,.-]+", match.group()):
            if word in _WORDS:
                number, times = number + _WORDS[word] * times, 1
            else:
                times = 2 if word == "double" else 3
        if 7 <= len(number) <= 15:
            yield Span(start=match.start(), end=match.end(), type="PHONE", score=0.9)


@cache
def _library() -> Any:
    try:
        import phonenumbers
    except ImportError as missing:
        raise DataError(
            "personal data cannot be screened without the library phonenumbers: pip install phonenumbers"
        ) from missing
    return phonenumbers


def _possible(number: str) -> bool:
    library = _library()
    try:
        return bool(library.is_possible_number(library.parse(number, None)))
    except library.NumberParseException:
        return False


def _somewhere(number: str) -> bool:
    """Whether it is a number of one of the countries that shops of both languages mostly serve."""
    library = _library()
    for region in (None,) if number.startswith("+") else _REGIONS:
        try:
            if library.is_valid_number(library.parse(number, region)):
                return True
        except library.NumberParseException:
            continue
    return False
