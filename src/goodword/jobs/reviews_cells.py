"""Dates and ratings as files of reviews write them."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from goodword.text.dates import find_dates

_ISO = re.compile(r"\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:(?:/|out of|of|分制)\s*(\d+)|stars?|星|分|颗星)?\s*", re.IGNORECASE)
_HAN = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_SPAN = range(date(1990, 1, 1).toordinal(), date(2100, 1, 1).toordinal())


@lru_cache(maxsize=65536)
def day_of(cell: str) -> int | None:
    """The day of a cell as an ordinal (`date.fromordinal`); None where none can be told.

    ISO dates, 2025年3月5日, dates in words, and seconds or milliseconds since 1970. 03/05/2025 may be two days: None.
    """
    if not cell:
        return None
    if m := _ISO.match(cell):
        return _ordinal(int(m[1]), int(m[2]), int(m[3]))
    if cell.isascii() and cell.isdigit() and len(cell) in {10, 13}:
        seconds = int(cell) / (1000 if len(cell) == 13 else 1)
        return datetime.fromtimestamp(seconds, UTC).date().toordinal()
    for found, _, _ in find_dates(cell):
        if found.start and len(found.start) == 10:
            return date.fromisoformat(found.start).toordinal()
    return None


def _ordinal(year: int, month: int, day: int) -> int | None:
    try:
        found = date(year, month, day).toordinal()
    except ValueError:
        return None
    return found if found in _SPAN else None


@lru_cache(maxsize=4096)
def stars_of(cell: str) -> float | None:
    """Stars of five: '4', '4.0', '8/10', '4 stars', '五星', '★★★★☆'; None for anything else."""
    if not cell:
        return None
    if full := cell.count("★") + cell.count("⭐"):
        return float(full) if full <= 5 else None
    if cell[0] in _HAN and cell[1:].startswith("星"):
        return float(_HAN[cell[0]])
    m = _NUMBER.fullmatch(cell)
    if not m:
        return None
    value, of = float(m[1]), float(m[2] or 5)
    stars = value * 5 / of if of else 0.0
    return stars if 1 <= stars <= 5 else None
