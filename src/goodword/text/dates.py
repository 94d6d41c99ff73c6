"""Dates and money in text and cells, English and Chinese.

03/05/2026 may be 3 May or 5 March and is not read; 25/12/2026 can only be one day. A comma in an amount parts
thousands: '€9,99' and '1.000,50 €' are not read, for a decimal comma is not guessed (see `numbers`).
"""

import re
from datetime import date
from decimal import Decimal

from goodword.types import Dates, Money

_MONTHS = {m: i for i, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}  # fmt: skip  # noqa: E501
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_DATE = re.compile(
    r"(?<![\d.])(?P<y1>(?:19|20)\d\d)\s?(?P<sep>[-/.年])\s?(?P<m1>0?[1-9]|1[0-2])"
    r"(?:\s?[-/.月]\s?(?P<d1>0?[1-9]|[12]\d|3[01])(?!\d)[日号]?|月|(?![\d.]|\s*[-/.]?\d))|(?P<y2>(?:19|20)\d\d)年(?!代)"
)
_EN = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?)?(?P<mon>{_MONTH})\b\.?"
    r"(?:\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?)?,?[\s-]+(?P<y>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(?<![\d./-])(?P<a>\d{1,2})(?P<s>[/.-])(?P<b>\d{1,2})(?P=s)(?P<y>(?:19|20)\d\d)(?![\d./-])")
_MONTH_YEAR = re.compile(r"(?:(?P<m>0?[1-9]|1[0-2])\s?[/.-]\s?)?(?P<y>20\d\d)")
_COMPACT = re.compile(r"(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])")
_MEASURE = re.compile(r"\s*[A-Za-z%°℃克公毫千元]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SIGN = {"$": "USD", "us$": "USD", "usd": "USD", "美元": "USD", "£": "GBP", "gbp": "GBP", "英镑": "GBP", "€": "EUR",
         "eur": "EUR", "欧元": "EUR", "¥": "CNY", "￥": "CNY", "cny": "CNY", "rmb": "CNY", "元": "CNY", "块钱": "CNY",
         "人民币": "CNY", "hk$": "HKD", "hkd": "HKD", "港元": "HKD", "港币": "HKD",
         "ca$": "CAD", "c$": "CAD", "cad": "CAD",
         "a$": "AUD", "au$": "AUD", "aud": "AUD", "nt$": "TWD", "s$": "SGD", "日元": "JPY", "jpy": "JPY"}  # fmt: skip
_SIGNS = "|".join(re.escape(s) for s in sorted(_SIGN, key=len, reverse=True))
_BEFORE = "|".join((r"(?<![a-z])" if s[0].isalpha() and s.isascii() else "") + re.escape(s)
                   for s in sorted(_SIGN, key=len, reverse=True) if s not in {"元", "块钱"})  # fmt: skip
_AMOUNT = r"(?P<{n}>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![,.]?\d)"
_MONEY = re.compile(
    rf"(?P<before>{_BEFORE})\s*{_AMOUNT.format(n='a')}(?P<wan>\s*万)?(?:元(?!素|件|器))?"
    rf"|(?<![\d.,])(?P<kuai>\d+块\d)(?![\d个件])|(?<![\d.,])(?:{_AMOUNT.format(n='c')}\s*[-~～–至到]\s*)?(?<![\d.,]){_AMOUNT.format(n='b')}(?P<wan2>\s*万)?\s*(?P<after>{_SIGNS})(?![a-z素件器])",
    re.IGNORECASE,
)
_OFF_BEFORE = re.compile(r"(?i)(?:立减|直降|立省|优惠|减免|减|\bsave|\bdiscount(?: of)?|\bup to)\s*[:：]?\s*$")
_OFF_AFTER = re.compile(r"(?i)\s*(?:off\b|discount\b|cash ?back|优惠券|代金券|红包)")


def find_dates(text: str) -> list[tuple[Dates, int, int]]:
    """Every date of `text` as (Dates, start, end): 2024-05-01, 2024年5月, May 2024, 1 May 2024."""
    if not _YEAR.search(text):
        return []
    found = []
    for m in _DATE.finditer(text):
        if m["y2"]:
            iso: str | None = m["y2"]
        elif not m["d1"] and m["sep"] == "." and (len(m["m1"]) < 2 or _MEASURE.match(text, m.end())):
            continue  # 2000.5 and 2000.10 kg are numbers
        else:
            iso = _iso(m["y1"], m["m1"], m["d1"])
        if iso:
            found.append((Dates(start=iso, end=iso), m.start(), m.end()))
    told = [(m, _iso(m["y"], str(_MONTHS[m["mon"][:3].lower()]), m["d1"] or m["d2"])) for m in _EN.finditer(text)]
    told += [(m, _told(m["y"], int(m["a"]), int(m["b"]))) for m in _SLASHED.finditer(text)]
    found += [(Dates(start=iso, end=iso), m.start(), m.end()) for m, iso in told if iso]
    return sorted(found, key=lambda f: f[1])


def whole(text: str) -> Dates | None:
    """The date, or the window between the first and the last, of a cell that is asked for one; 20270301, 12/2027."""
    if m := _COMPACT.fullmatch(text.strip()):
        iso = _iso(m["y"], m["m"], m["d"])
        return Dates(start=iso, end=iso) if iso else None
    if m := _MONTH_YEAR.fullmatch(text.strip()):
        iso = _iso(m["y"], m["m"], None) if m["m"] else m["y"]
        return Dates(start=iso, end=iso)
    found = find_dates(text)
    return Dates(start=found[0][0].start, end=found[-1][0].end) if found else None


def _told(year: str, a: int, b: int) -> str | None:
    """Day and month of 25/12/2026; None where either could be the other."""
    if a > 12 or a == b:
        return _iso(year, str(b), str(a))
    return _iso(year, str(a), str(b)) if b > 12 else None


def _iso(year: str, month: str, day: str | None) -> str | None:
    """ISO 8601 of a date as precise as written; None for a day there never was."""
    try:
        date(int(year), int(month), int(day or 1))
    except ValueError:
        return None
    return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")


def find_money(text: str) -> list[tuple[Money, int, int]]:
    """Every amount of money of `text` as (Money, start, end); both ends of a range of prices."""
    found = []
    for m in _MONEY.finditer(text):
        if m["kuai"]:  # 9块9
            found.append((_money(m["kuai"].replace("块", "."), "CNY", off=False), m.start(), m.end()))
            continue
        currency = _SIGN[(m["before"] or m["after"]).lower()]
        off = bool(_OFF_BEFORE.search(text[max(0, m.start() - 14) : m.start()]) or _OFF_AFTER.match(text, m.end()))
        if m["c"]:
            found.append((_money(m["c"], currency, off=off), m.start("c"), m.end("c")))
        start = m.start("b") if m["c"] else m.start()
        wan = bool(m["wan"] or m["wan2"])
        found.append((_money(m["a"] or m["b"], currency, off=off, wan=wan), start, m.end()))
    return found


def _money(written: str, currency: str, *, off: bool, wan: bool = False) -> Money:
    amount = Decimal(written.replace(",", ""))
    return Money(amount=amount * 10_000 if wan else amount, currency=currency, off=off)
