"""A cell as a person reads it: where it stands, and what was understood of it, in few words."""

from decimal import Decimal

from goodword.server.words import Words
from goodword.types import (
    Composition,
    Dates,
    Flag,
    Money,
    Prose,
    Quantities,
    Quantity,
    Source,
    Terms,
    Value,
)

_HEDGES = {"about": "about", "typical": "typically", "up_to": "up to", "at_least": "at least", "over": "over",
           "under": "under"}  # fmt: skip
_JOINED = {"dimensions": " × ", "choice": " / ", "pack": " × "}


def understood(value: Value, words: Words) -> str:
    """What was understood; '' of free words, which are kept as they are."""
    match value:
        case Quantity():
            return _quantity(value, words)
        case Quantities():
            return _JOINED[value.joined].join(_quantity(q, words) for q in value.items)
        case Terms():
            return " · ".join(t.text for t in value.items) if len(value.items) > 1 else ""
        case Composition():
            return ", ".join(f"{_number(p.percent)} % {p.term.text}" if p.percent else p.term.text for p in value.parts)
        case Flag():
            return words.put("yes") if value.value else words.put("no")
        case Dates():
            return " – ".join(dict.fromkeys(d for d in (value.start, value.end) if d))
        case Money():
            return f"{value.currency} {_number(value.amount)}"
        case Prose():
            return ""


def placed(source: Source, words: Words) -> str:
    """The place of a cell as a person finds it again."""
    if source.row is None:
        return words.place(source.locator)
    counted = {
        "row": words.put("row {n}", n=source.row),
        "line": words.put("line {n}", n=source.row),
        "product": words.put("product {n}", n=source.row),
    }
    at = counted.get(source.locator.partition(" ")[0], counted["row"])
    if source.field:
        return words.put("{at}, column {name}", at=at, name=source.field)
    return words.put("{at}, title", at=at) if source.locator.endswith(", title") else at


def _quantity(q: Quantity, words: Words) -> str:
    low, high = _number(q.low), _number(q.high)
    number = low if low == high else f"{low} – {high}" if low and high else low or high
    hedge = words.put(_HEDGES[q.hedge]) + " " if q.hedge in _HEDGES else ""
    unit = q.unit or ("%" if q.counter == "discount" else words.put(q.counter) if q.counter else "")
    more = f" ± {_number(q.tolerance)}" if q.tolerance else ""
    more = f" ± {_number(q.tolerance_percent)} %" if q.tolerance_percent else more
    return f"{hedge}{number} {unit.replace('_', ' ')}{more}".strip()


def _number(value: Decimal | None) -> str:
    if value is None:
        return ""
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
