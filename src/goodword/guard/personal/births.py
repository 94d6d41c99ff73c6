"""Dates of birth: a date with a word for birth before or after it."""

import re
from collections.abc import Iterator

from goodword.guard.personal.reading import Reading
from goodword.guard.personal.spans import Span
from goodword.guard.personal.words import after, before, never

_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"  # noqa: E501
_DAY = r"(?:the[ ])?[0-3]?[0-9](?:st|nd|rd|th)?(?:[ ]of)?"
_DATE = re.compile(
    r"(?<![0-9.])(?:(?:19|20)[0-9]{2}[ ]?[-./年][ ]?[01]?[0-9](?:[ ]?[-./月][ ]?[0-3]?[0-9][日号]?|月)?"
    r"|[0-3]?[0-9][-./ ][01]?[0-9][-./ ](?:19|20)?[0-9]{2}|[01]?[0-9]/[0-3]?[0-9]/(?:19|20)?[0-9]{2}"
    rf"|{_DAY}[ -]{_MONTH}(?:,?[ -](?:19|20)[0-9]{{2}})?|{_MONTH}[ ]{_DAY}(?:,?[ ](?:19|20)[0-9]{{2}})?"
    r"|(?:19|20)[0-9]{6}|[01]?[0-9]月[0-3]?[0-9][日号])(?![0-9])"
)


def find(reading: Reading) -> Iterator[Span]:
    """Dates of birth of a text."""
    for match in _DATE.finditer(reading.lower):
        start, end = match.span()
        if (before(reading, start, "birth", 24) or after(reading, end, "birth", 16)) and not never(
            reading, start, "made"
        ):
            yield Span(start=start, end=end, type="BIRTH_DATE", score=0.93)
