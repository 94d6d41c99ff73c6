"""Order and tracking numbers: they lead to a person's name and door as soon as somebody asks the carrier."""

import re
from collections.abc import Iterator

from goodword.guard.personal.reading import Reading
from goodword.guard.personal.spans import Span
from goodword.guard.personal.words import after, before, just_before, never

_NUMBER = re.compile(r"(?<![\w.])#?(?=[a-z0-9-]{0,30}[0-9]{3})[a-z0-9](?:-?[a-z0-9]){4,29}(?![a-z0-9]|[.%][0-9]|元)", re.IGNORECASE | re.ASCII)  # fmt: skip  # noqa: E501
_CARRIERS = re.compile(
    r"(?<![a-z0-9])(?:sf[0-9]{12,15}|yt[0-9]{12,15}|jd[a-z]{0,3}[0-9]{10,16}|jdv[a-z0-9]{9,14}|jt[0-9]{13}|zt[0-9]{12}|"
    r"1z[a-z0-9]{16}|(?:jjd|jvgl|jd)[0-9]{8,18}[a-z]{0,4}[0-9]{0,8}|tba[0-9]{12}|[a-z]{2}[0-9]{9}[a-z]{2}|"
    r"9[2-5][0-9]{2}(?:[ ]?[0-9]{4}){4}(?:[ ]?[0-9]{2}))(?![a-z0-9])", re.IGNORECASE | re.ASCII,
)  # fmt: skip
_MARKED = re.compile(r"[a-z]{0,4}#?-?[0-9]")


def find(reading: Reading) -> Iterator[Span]:
    """Numbers of orders and parcels in a text."""
    for match in _CARRIERS.finditer(reading.text):
        if not never(reading, match.start(), "code"):
            yield Span(start=match.start(), end=match.end(), type="TRACKING", score=0.94)
    speaks_of_orders = "订单" in reading.text or "order" in reading.lower
    for match in _NUMBER.finditer(reading.text):
        start, end = match.span()
        figures = sum(map(str.isdigit, match.group()))
        if figures < 5 or never(reading, start, "code"):
            continue
        if _points_at(reading, start, end, "tracking") and figures >= 8:
            yield Span(start=start, end=end, type="TRACKING", score=0.9)
        elif _points_at(reading, start, end, "order") and (figures >= 6 or "#" in match.group()):
            yield Span(start=start, end=end, type="ORDER", score=0.93)
        elif speaks_of_orders and figures >= 15 and match.group().isdigit():
            yield Span(start=start, end=end, type="ORDER", score=0.7)


def _points_at(reading: Reading, start: int, end: int, kind: str) -> bool:
    if just_before(reading, start, kind):
        return kind == "order" or not re.search(r"订单[编]?号?[^\w]{0,2}$", reading.left(start, 8))
    return after(reading, end, kind) and not before(reading, start, "phone", 8)
