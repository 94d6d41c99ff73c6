"""Dates and money in text and cells, English and Chinese."""

import re
from decimal import Decimal

from goodword.types import Dates, Money

_MONTHS = {m: i for i, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}  # fmt: skip  # noqa: E501
_ISO = r"(?P<y{n}>(?:19|20)\d\d)[-/.年](?P<m{n}>0?[1-9]|1[0-2])(?:[-/.月](?P<d{n}>0?[1-9]|[12]\d|3[01])(?!\d)日?|月|(?![\d.]))"  # noqa: E501
_DATE = re.compile(_ISO.format(n=1) + r"|(?P<y2>(?:19|20)\d\d)年(?!代)")
_EN = re.compile(
    r"\b(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+)?(?P<mon>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
    r"(?:\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?)?,?\s+(?P<y>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_SIGN = {"$": "USD", "us$": "USD", "usd": "USD", "美元": "USD", "£": "GBP", "gbp": "GBP", "英镑": "GBP", "€": "EUR",
         "eur": "EUR", "欧元": "EUR", "¥": "CNY", "￥": "CNY", "cny": "CNY", "rmb": "CNY", "元": "CNY", "块钱": "CNY",
         "人民币": "CNY", "hk$": "HKD", "港元": "HKD"}  # fmt: skip
_SIGNS = "|".join(re.escape(s) for s in sorted(_SIGN, key=len, reverse=True))
_AMOUNT = r"(?P<{n}>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_MONEY = re.compile(
    rf"(?P<before>{_SIGNS})\s*{_AMOUNT.format(n='a')}(?P<wan>\s*万)?|{_AMOUNT.format(n='b')}(?P<wan2>\s*万)?\s*(?P<after>{_SIGNS})(?![a-z素件器])",
    re.IGNORECASE,
)


def find_dates(text: str) -> list[tuple[Dates, int, int]]:
    """Every date of `text` as (Dates, start, end): 2024-05-01, 2024年5月, May 2024, 1 May 2024."""
    found = []
    for m in _DATE.finditer(text):
        if m["y2"]:  # noqa: SIM108
            iso = m["y2"]
        else:
            iso = f"{m['y1']}-{int(m['m1']):02d}" + (f"-{int(m['d1']):02d}" if m["d1"] else "")
        found.append((Dates(start=iso, end=iso), m.start(), m.end()))
    for m in _EN.finditer(text):
        day = m["d1"] or m["d2"]
        iso = f"{m['y']}-{_MONTHS[m['mon'].lower()]:02d}" + (f"-{int(day):02d}" if day else "")
        found.append((Dates(start=iso, end=iso), m.start(), m.end()))
    return sorted(found, key=lambda f: f[1])


def find_money(text: str) -> list[tuple[Money, int, int]]:
    """Every amount of money of `text` as (Money, start, end)."""
    found = []
    for m in _MONEY.finditer(text):
        amount = Decimal((m["a"] or m["b"]).replace(",", ""))
        if m["wan"] or m["wan2"]:
            amount *= 10_000
        currency = _SIGN[(m["before"] or m["after"]).lower()]
        found.append((Money(amount=amount, currency=currency), m.start(), m.end()))
    return found
