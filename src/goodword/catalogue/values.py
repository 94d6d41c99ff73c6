"""Parsing one value: what a cell says, as a typed value, in English and Chinese."""

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import pairwise

from goodword.catalogue import made_of
from goodword.catalogue.terms import SPLIT, terms
from goodword.text import compare, dates, lexicon, quantities, units
from goodword.text.lexicon import Attribute
from goodword.text.normalise import fold
from goodword.types import Dates, Flag, Money, Prose, Quantities, Quantity, Value

_LONGEST_KEPT = 200
_ROUNDED = Decimal("0.02")
_YES = {"yes", "true", "y", "1", "是", "有", "支持", "可以", "可", "✓", "√"}
_NO = {"no", "false", "n", "0", "否", "无", "没有", "不支持", "不可以", "不可", "✗", "×"}
_COUNTED = {"pockets": "pocket", "pages": "page", "seats": "person", "pieces": "piece", "speed_settings": "speed"}
_NOT_ONE = re.compile(r"(?i)\bfrom\b|\bup to\b|\bfor \d|起|以上|元\s*\d+\s*[件个盒瓶]|\d\s*[件个盒瓶]\s*\d")
_NOT_FOR = re.compile(
    r"(?i)禁用|不适用|不适合|不宜|勿|不可|\bnot (?:suitable|recommended|intended|for)\b|\bunsuitable\b"
)
_NO_HEAT = re.compile(r"糖度|硬度|酸度|近视|老花|屈光|湿度|角")  # 12度 here is no temperature
_BYTES = re.compile(r"(?i)\d\s?[gt](?![a-z])")
_TIMES = re.compile(r"\s*(?:[x×X*✕]|by)\s*")
_SIZES = re.compile(
    r"(?:(?:\d{0,2}X{0,4}[SML]|\d{2,3}(?:\.5)?|F|均码)\s+)+(?:\d{0,2}X{0,4}[SML]|\d{2,3}(?:\.5)?|F|均码)"
)
_COLOURS = re.compile(r"(?:[\u4e00-\u9fff]{1,5}\s+)+[\u4e00-\u9fff]{1,5}")
# Names of sides, which say which number is which and would hide the numbers: L 120 x W 60, 长120cm, 120cm（长）.
_BRACKETED = re.compile(r"[(（]\s?(cm|mm|m|in|厘米|毫米|米|英寸)\s?[)）]")
_SIDE = re.compile(
    r"(?<![A-Za-z])[LWHDlwhd](?=\s*[:：]?\s*\d)|(?<=\d)\s?[LWHD](?![A-Za-z])"
    r"|(?<=[\d\s\"”″′])[LWHDlwhd](?![A-Za-z])(?=\s*(?:[x×X*,;]|$|cm|mm|in\b|m\b))"
    r"|(?i:\b(?:height|width|depth|length|diameter|high|wide|deep|long|tall|dia\.?)\b)|[(（]\s*(?:[LWHD]|[长宽高深厚])\s*[)）]"
    r"|[长宽高深厚]度?(?=\s*[:：]?\s*\d)|[Ø⌀øΦφ](?=\s*\d)"
)


def parse(attribute: Attribute | None, text: str, *, heading: str = "") -> Value:
    """The typed value of a cell. What cannot be understood stays `Prose`, as written.

    Args:
        attribute: what the column means, None if unknown.
        heading: the column heading; a unit in it ('Weight (g)') holds for a bare number.
    """
    if len(text) > _LONGEST_KEPT:
        return _parse(attribute, text, heading)
    return _kept(attribute.key if attribute else "", text, heading)


@lru_cache(maxsize=16384)
def _kept(key: str, text: str, heading: str) -> Value:
    """Cells of a column come again and again; values are immutable, so one will do for all."""
    return _parse(lexicon.load().by_key(key), text, heading)


def _parse(attribute: Attribute | None, text: str, heading: str) -> Value:
    kind = attribute.kind if attribute else ""
    key = attribute.key if attribute else ""
    concept_kind = attribute.concept_kind if attribute else ""
    if kind in {"name", "identifier", "prose"}:
        return Prose(text=text)
    if kind == "flag" or fold(text.strip()).text in {"yes", "no", "true", "false", "是", "否"}:
        if (flag := _flag(text)) is not None:
            return flag
        return terms(text, "feature")
    if kind == "money":
        return _money(text, heading) or Prose(text=text)
    if kind == "date":
        return dates.whole(text) or Prose(text=text)
    if key == "discount":
        return _discount(text)
    if key == "age" and _NOT_FOR.search(text):  # '3岁以下禁用' is no age it is for
        return Prose(text=text)
    if kind in {"quantity", "dimensions"}:
        if value := _counted(_quantities(text, heading, attribute), attribute):
            return value
        return (
            Prose(text=text) if re.search(r"\d,\d", text) else terms(text, concept_kind)
        )  # '2,5 kg' is not cut in two
    if kind == "composition":
        return made_of.parse(text)
    if key == "colour" and _COLOURS.fullmatch(text.strip()):
        text = re.sub(r"\s", "、", text)
    if key == "size":
        text = re.sub(r"\s", ",", text) if _SIZES.fullmatch(text.strip()) else text
        several = re.fullmatch(r"\d{2,3}(?:/\d{2,3}){2,}", text.strip())
        # 'S M L', '110,120', '80/90/100': one character for one, so that spans hold
        text = (text.replace("/", ";") if several else text).replace(",", ";")
    if kind in {"terms", "compatibility"}:
        return terms(text, concept_kind)
    return _guess(text, heading)


def _guess(text: str, heading: str) -> Value:
    """A value of an unknown attribute: a date, money or quantity if it is nothing else, a short list, or prose."""
    if known := _only(text, heading):
        return known
    if quantity := _quantities(text, heading, None):
        left = text
        for q in reversed(quantities.find(text)):
            left = f"{left[: q.start]} {left[q.end :]}"
        if not re.search(r"[A-Za-z\u4e00-\u9fff]{2,}", left):
            return quantity
        return Prose(text=text)
    items = [i for i in SPLIT.split(text) if i]
    if len(items) > 1 and all(len(i.split()) <= 4 and len(i) <= 24 for i in items) and not re.match(r"[a-z]/\d", text):
        return terms(text, "")
    if lexicon.load().exact(text):
        return terms(text, "")
    return Prose(text=text)


def _only(text: str, heading: str) -> Dates | Money | None:
    """The date or the amount of money that a cell is, and nothing else."""
    if re.fullmatch(r"(?:19|20)\d\d", text) and re.search(r"(?i)year|年", heading):
        return Dates(start=text, end=text)
    found = dates.find_dates(text)
    if len(found) == 1 and (found[0][1], found[0][2]) == (0, len(text)):
        return found[0][0]
    amounts = dates.find_money(text)
    whole = len(amounts) == 1 and (amounts[0][1], amounts[0][2]) == (0, len(text))
    return amounts[0][0] if whole else None


def _flag(text: str) -> Flag | None:
    """Yes or no, alone or before what explains it: 'No - hand wash only'."""
    word = fold(text).text.strip(" .。")
    first = re.split(r"\s+[-–—]\s*|\s*[,，(（:：;；]", word)[0] if len(word) > 3 else word
    return Flag(value=True) if first in _YES else Flag(value=False) if first in _NO else None


def _money(text: str, heading: str) -> Money | None:
    """One amount; several ('$19 - $29'), or one that is only the lowest ('99元起'), stay as written."""
    found = {m for m, _, _ in dates.find_money(text)}
    if found:
        return found.pop() if len(found) == 1 and not _NOT_ONE.search(text) else None
    try:
        amount = (
            Decimal(fold(text).text.replace(",", "").strip())
            if re.fullmatch(r"\s*(?:\d+|\d{1,3}(?:[,，]\d{3})+)(?:\.\d+)?\s*", fold(text).text)
            else None
        )
    except InvalidOperation:
        return None
    code = re.search(r"(?i)(usd|cny|rmb|eur|gbp|hkd)", heading)
    named = code.group().upper().replace("RMB", "CNY") if code else ("CNY" if re.search("[价元]", heading) else "")
    return Money(amount=amount, currency=named) if named and amount is not None else None


def _discount(text: str) -> Value:
    """A share or an amount off, or an offer as written: never a bare number."""
    found = quantities.find(text)
    amounts = [m for m, _, _ in dates.find_money(text)]
    if len(amounts) == 1 and not any(q.unit for q in found):
        return (
            replace(amounts[0], off=True)
            if not re.search(r"满|第|件|over|above|when|off\s+\S+\s+\S", text)
            else Prose(text=text)
        )
    if len(found) == 1 and found[0].unit == "percent":
        low, high = (None if n is None else abs(n) for n in (found[0].low, found[0].high))
        return replace(found[0], low=low, high=high, counter="discount")
    if [q.counter for q in found] == ["bought", "free"]:
        return Quantities(items=tuple(found), joined="choice")
    return Prose(text=text)


def _quantities(text: str, heading: str, attribute: Attribute | None) -> Quantity | Quantities | None:
    read = _readable(text, attribute)
    found = [_meant(q, text, attribute) for q in quantities.find(read)]
    if not found or (_NO_HEAT.search(heading) and any(q.unit == "degree_Celsius" for q in found)):
        return None
    if all(not q.unit and not q.counter for q in found) and (unit := _heading_unit(heading)):
        found = [replace(q, unit=unit) for q in found]
    if len(found) == 1:
        return found[0]
    between = [read[a.end : b.start] for a, b in pairwise(found)]
    if all(compare.comparable(found[0], q) and _twice(found[0], q) for q in found[1:]):
        return found[0]  # '50 g / 1.76 oz' is one amount said twice
    if attribute and attribute.kind == "dimensions" and read != text and _usual_order(text):
        between = [gap if gap.strip(" ,，:：;；") else "x" for gap in between]
    if all(_TIMES.fullmatch(fold(gap).text) for gap in between) and (read == text or _usual_order(text)):
        if len({q.unit for q in found}) == 1 and len({bool(q.counter) for q in found}) == 1:
            return Quantities(items=tuple(found), joined="dimensions")
        if len(found) == 2 and (pack := _pack(found)):
            return pack
    if re.search(r"[(（]", between[0]):  # the same amount again in another unit
        return found[0]
    return Quantities(items=tuple(found), joined="choice")


def _usual_order(text: str) -> bool:
    """Whether sides may be said without their names: a height that is not the last, or a diameter, may not."""
    named = [m.group().strip(" ()（）:：").lower()[:1] for m in _SIDE.finditer(text)]
    return not ({"h", "高", "t"} & set(named[:-1]) or re.search(r"(?i)直径|口径|\bdia", text))


def _twice(a: Quantity, b: Quantity) -> bool:
    """One amount in two units, each rounded as packs are: 30 ml / 1 fl oz."""
    if compare.same(a, b):
        return True
    if a.unit == b.unit or a.low is None or b.low is None or a.low != a.high or b.low != b.high:
        return False
    x, y = units.base(a.low, a.unit), units.base(b.low, b.unit)
    return abs(x - y) <= abs(x) * _ROUNDED


def _pack(found: list[Quantity]) -> Quantities | None:
    """So many of so much, the count first: 12 x 500 ml and 500ml*12瓶."""
    count, amount = sorted(found, key=lambda q: bool(q.unit))
    if (
        count.unit
        or not amount.unit
        or units.dimension(amount.unit) not in {"[mass]", "[length] ** 3"}
        or count.low is None
    ):
        return None
    return Quantities(items=(count, amount), joined="pack")


def _readable(text: str, attribute: Attribute | None) -> str:
    """The cell with one character for one, so that spans hold, without what would mislead the reading of numbers."""
    if attribute is None:
        return text
    if attribute.dimension == "[length]":
        text = _BRACKETED.sub(lambda m: f" {m[1]} ", text)
    if attribute.dimension == "[mass]" or attribute.key == "net_content":
        text = re.sub(r"^(约?)一两(?=装|$|[/（(])", r"\g<1>1两", text)
    if attribute.kind == "dimensions":
        return _SIDE.sub(lambda m: " " * len(m.group()), text)
    if attribute.dimension == "[mass]" or attribute.key in {"net_content", "protein"}:
        return text.replace("G", "g")
    return text


def _meant(q: Quantity, text: str, attribute: Attribute | None) -> Quantity:
    """What a unit means under this heading: 'oz' of a cup is fluid, '6 m+' of an age are months, 60 ct are pieces."""
    if attribute is None:
        return q
    if q.unit == "ounce" and attribute.dimension == "[length] ** 3":
        return replace(q, unit="fluid_ounce")
    if attribute.dimension == "[time]" and not q.counter:
        if q.unit == "metre" or (not q.unit and text[q.end : q.end + 1] == "月"):
            return replace(q, unit="month", end=q.end + (not q.unit))
        if attribute.key == "age" and not q.unit:
            return replace(q, unit="year")
    if attribute.key in {"storage", "memory"} and q.unit in {"gram", ""} and not q.counter and _BYTES.search(text):
        return replace(q, unit="terabyte" if text[q.end : q.end + 1] in {"T", "t"} else "gigabyte")
    if q.unit == "carat_" and attribute.key in {"net_content", "pieces"}:
        return replace(q, unit="", counter="piece")
    if attribute.key == "yarn_count" and q.counter == "piece":
        return replace(q, counter="")
    if attribute.key == "alcohol" and q.unit in {"degree_Celsius", "degree"}:
        return replace(q, unit="percent_volume")
    return q


def _counted(value: Quantity | Quantities | None, attribute: Attribute | None) -> Quantity | Quantities | None:
    """A bare '4' under 'Pockets' is four pockets."""
    counter = _COUNTED.get(attribute.key) if attribute else None
    if counter and isinstance(value, Quantity) and not value.unit and value.counter in {"", "piece"}:
        return replace(value, counter=counter)
    return value


@lru_cache(maxsize=4096)
def _heading_unit(heading: str) -> str:
    tail = re.search(r"[(（\[]\s*(.+?)\s*[)）\]]\s*$|[_\s](\w+)$", heading)
    probe = quantities.find(f"1000 {tail.group(1) or tail.group(2)}") if tail else []
    return probe[0].unit if len(probe) == 1 and not probe[0].counter and probe[0].start == 0 else ""
