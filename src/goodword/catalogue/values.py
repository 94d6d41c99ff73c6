"""Parsing one value: what a cell says, as a typed value, in English and Chinese."""

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from goodword.text import compare, dates, lexicon, quantities
from goodword.text.lexicon import Attribute
from goodword.text.normalise import fold
from goodword.types import (
    Composition,
    Dates,
    Flag,
    Money,
    Part,
    Prose,
    Quantities,
    Quantity,
    Term,
    Terms,
    Value,
)  # fmt: skip

_YES = {"yes", "true", "y", "1", "是", "有", "支持", "可以", "可", "✓", "√"}
_NO = {"no", "false", "n", "0", "否", "无", "没有", "不支持", "不可以", "不可", "✗", "×"}
_COUNTED = {"pockets": "pocket", "pages": "page", "seats": "person", "pieces": "piece", "speed_settings": "speed"}
_SPLIT = re.compile(
    r"\s*(?:[,，、;；|\n]|(?<!\d)/(?!T\b)|(?<=\d)/(?!\d)|\s\+\s)\s*|\s+(?:and|or|&)\s+(?!later|newer|above|up|below|more)"
)
_SHARE = re.compile(
    r"(?P<p1>\d+(?:\.\d+)?)\s*[%％]\s*(?P<n1>[^\W\d][^\d%％,，、;；:：/+（）()]*)|(?P<n2>[^\W\d][^\d%％,，、;；:：/+（）()]*?)\s*[（(]?(?P<p2>\d+(?:\.\d+)?)\s*[%％][)）]?"
)
_PLACE = re.compile(r"^\s*(?P<where>[A-Za-z ]{2,20}|[\u4e00-\u9fff]{1,5})\s*[:：]\s*")


def parse(attribute: Attribute | None, text: str, *, heading: str = "") -> Value:
    """The typed value of a cell. What cannot be understood stays `Prose`, as written.

    Args:
        attribute: what the column means, None if unknown.
        heading: the column heading; a unit in it ('Weight (g)') holds for a bare number.
    """
    kind = attribute.kind if attribute else ""
    concept_kind = attribute.concept_kind if attribute else ""
    if kind in {"name", "identifier", "prose"}:
        return Prose(text=text)
    if kind == "flag" or fold(text.strip()).text in {"yes", "no", "true", "false", "是", "否"}:
        if (flag := _flag(text)) is not None:
            return flag
        return _terms(text, "feature")
    if kind == "money":
        return _money(text, heading) or Prose(text=text)
    if kind == "date":
        return _dates(text) or Prose(text=text)
    if kind in {"quantity", "dimensions"}:
        return _counted(_quantities(text, heading), attribute) or _terms(text, concept_kind)
    if kind == "composition":
        return _composition(text)
    if (
        attribute
        and attribute.key == "colour"
        and re.fullmatch(r"(?:[\u4e00-\u9fff]{1,5}\s+)+[\u4e00-\u9fff]{1,5}", text.strip())
    ):
        text = re.sub(r"\s", "、", text)
    if attribute and attribute.key == "size" and re.fullmatch(r"(?:\S{1,4}\s+)+\S{1,4}", text.strip()):
        text = re.sub(r"\s", ",", text)  # 'S M L': one character for one, so that spans hold
    if kind in {"terms", "compatibility"}:
        return _terms(text, concept_kind)
    return _guess(text, heading)


def _guess(text: str, heading: str) -> Value:
    """A value of an unknown attribute: a quantity if it is nothing else, a short list, or prose."""
    if quantity := _quantities(text, heading):
        spans = quantity.items if isinstance(quantity, Quantities) else (quantity,)
        left = text
        for q in reversed(spans):
            left = left[: q.start] + left[q.end :]
        if not re.search(r"[A-Za-z\u4e00-\u9fff]{2,}", left):
            return quantity
        return Prose(text=text)
    items = [i for i in _SPLIT.split(text) if i]
    if len(items) > 1 and all(len(i.split()) <= 4 and len(i) <= 24 for i in items):
        return _terms(text, "")
    if lexicon.load().exact(text):
        return _terms(text, "")
    return Prose(text=text)


def _flag(text: str) -> Flag | None:
    word = fold(text).text.strip(" .。")
    return Flag(value=True) if word in _YES else Flag(value=False) if word in _NO else None


def _money(text: str, heading: str) -> Money | None:
    if found := dates.find_money(text):
        return found[0][0]
    try:
        amount = Decimal(fold(text).text.replace(",", "").strip())
    except InvalidOperation:
        return None
    code = re.search(r"(?i)(usd|cny|rmb|eur|gbp|hkd)", heading)
    named = code.group().upper().replace("RMB", "CNY") if code else ("CNY" if re.search("[价元]", heading) else "")
    return Money(amount=amount, currency=named) if named else None


def _dates(text: str) -> Dates | None:
    found = dates.find_dates(text)
    if not found:
        return None
    return Dates(start=found[0][0].start, end=found[-1][0].end)


def _quantities(text: str, heading: str) -> Quantity | Quantities | None:
    found = quantities.find(text)
    if not found:
        return None
    if all(not q.unit and not q.counter for q in found) and (unit := _heading_unit(heading)):
        found = [replace(q, unit=unit) for q in found]
    if len(found) == 1:
        return found[0]
    between = [text[a.end : b.start] for a, b in pairwise(found)]
    if all(compare.comparable(found[0], q) and compare.same(found[0], q) for q in found[1:]):
        return found[0]  # '50 g / 1.76 oz' is one amount said twice
    if all(re.fullmatch(r"\s*[x×X*✕]\s*", fold(gap).text) for gap in between) and len({q.unit for q in found}) == 1:
        return Quantities(items=tuple(found), joined="dimensions")
    if re.search(r"[(（]", between[0]):  # the same amount again in another unit
        return found[0]
    return Quantities(items=tuple(found), joined="choice")


def _counted(value: Quantity | Quantities | None, attribute: Attribute | None) -> Quantity | Quantities | None:
    """A bare '4' under 'Pockets' is four pockets."""
    counter = _COUNTED.get(attribute.key) if attribute else None
    if counter and isinstance(value, Quantity) and not value.unit and value.counter in {"", "piece"}:
        return replace(value, counter=counter)
    return value


def _heading_unit(heading: str) -> str:
    tail = re.search(r"[(（\[]\s*(.+?)\s*[)）\]]\s*$|[_\s](\w+)$", heading)
    probe = quantities.find(f"1 {tail.group(1) or tail.group(2)}") if tail else []
    return probe[0].unit if probe and not probe[0].counter else ""


def _composition(text: str) -> Value:
    parts: list[Part] = []
    at = 0
    for clause in re.split(r"[;；\n]", text):
        place = _PLACE.match(clause)
        where, offset = (place["where"].strip(), place.end()) if place else ("", 0)
        parts += _parts(clause[offset:], at + offset, where)
        at += len(clause) + 1
    return Composition(parts=tuple(parts)) if parts else Prose(text=text)


def _parts(clause: str, at: int, where: str) -> list[Part]:
    shares = list(_SHARE.finditer(clause))
    if shares:
        out = []
        for m in shares:
            name, percent = ("n1", "p1") if m["n1"] else ("n2", "p2")
            term = _term(m[name], at + m.start(name), "material")
            if term:
                out.append(Part(term=term, percent=Decimal(m[percent]), where=where))
        return out
    terms = _terms(clause, "material", at)
    return [Part(term=t, where=where) for t in terms.items] if isinstance(terms, Terms) else []


def _terms(text: str, concept_kind: str, at: int = 0) -> Terms:
    items: list[Term] = []
    start = 0
    for gap in [*_SPLIT.finditer(text), None]:
        end = gap.start() if gap else len(text)
        if term := _term(text[start:end], at + start, concept_kind):
            items.append(term)
        start = gap.end() if gap else end
    return Terms(items=tuple(items))


def _term(text: str, at: int, concept_kind: str) -> Term | None:
    written = text.strip(" \t.。")
    if not written:
        return None
    start = at + text.index(written)
    words = lexicon.load()
    # 'M' alone is a size before it is a man: a single letter is a concept only where its kind is asked for.
    concept = words.exact(written, concept_kind) if concept_kind or len(written) > 1 else None
    if concept is None:
        mentions = [m for m in words.find(written) if concept_kind and _kind(m.concept, m.also, concept_kind)]
        inside = sum(m.end - m.start for m in mentions)
        if len(mentions) == 1 and not mentions[0].negated and inside >= len(written) - 2:
            concept = next(c for c in (mentions[0].concept, *mentions[0].also) if c.startswith(concept_kind + "."))
    return Term(text=written, concept=concept, start=start, end=start + len(written))


def _kind(concept: str, also: tuple[str, ...], kind: str) -> bool:
    return any(c.startswith(kind + ".") for c in (concept, *also))
