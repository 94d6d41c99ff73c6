"""Products given as objects (JSON Lines, Parquet): nested names become columns, values become text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from goodword.catalogue.base import BadRow, Column, ColumnMap, ReadPlan, Row
from goodword.catalogue.copytext import MARK
from goodword.catalogue.encoding import undecodable
from goodword.catalogue.mapping import guess, role_of, tagged
from goodword.catalogue.problems import bad
from goodword.catalogue.seen import Seen
from goodword.catalogue.table import heading_of, record
from goodword.types import Record

MOST_NAMES = 10_000
_LEAVES = {"name", "value", "text", "@value", "label", "values"}


def said(value: Any) -> str:
    """A single value as a person would write it: no exponent, no needless '.0', dates in ISO 8601."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() | Decimal():
            number = Decimal(repr(value)) if isinstance(value, float) else value
            if not number.is_finite():
                return ""
            return format(
                number.quantize(Decimal(1))
                if number == number.to_integral_value() and abs(number) < 10**20
                else number,
                "f",
            )
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
    return str(value)


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Paths and texts of an object: {'spec': {'材质': '棉'}} is spec.材质 = 棉; lists are joined."""
    if isinstance(value, dict):
        if set(value) in ({"value", "unit"}, {"value", "units"}):
            yield path, " ".join(said(v) for v in value.values() if v is not None)
        else:
            for name, inner in value.items():
                if path or name != MARK:
                    yield from flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(v, dict | list) for v in value):
        for inner in value:
            yield from _listed(inner, path)
    elif isinstance(value, list):
        yield path, ", ".join(said(v) for v in value if v is not None)
    else:
        yield path, said(value)


def _listed(inner: Any, path: str) -> Iterator[tuple[str, str]]:
    """An element of a list of objects; {'name': '材质', 'value': '棉'} is a fact of that name."""
    if isinstance(inner, dict):
        name = next((inner[k] for k in ("name", "key", "attribute") if isinstance(inner.get(k), str)), None)
        yield from flat(inner["value"], f"{path}.{name}") if name and "value" in inner else flat(inner, path)


def columns_of(sample: Sequence[Mapping[str, str]], names: Iterable[str] = ()) -> ColumnMap:
    """The guessed use of the names in the first objects."""
    known = dict.fromkeys(names)
    for cells in sample:
        known |= dict.fromkeys(cells)
    headings = list(known)
    found = guess([headings, *([c.get(n, "") for n in headings] for c in sample)], heading_row=1)
    # `guess` tidies headings; here they are names and must stay as they are.
    columns = tuple(_named(replace(c, heading=h)) for h, c in zip(headings, found.columns, strict=True))
    return replace(found, columns=columns, heading_row=0)


def _named(column: Column) -> Column:
    """The column of a nested name: called by its last part, and a fact unless it is a title or text by language."""
    bare, lang = tagged(column.heading)
    if "." not in bare:
        return column
    parts = [p for p in bare.split(".") if p]
    name = parts[-2] if len(parts) > 1 and parts[-1] in _LEAVES else parts[-1]
    return Column(heading=column.heading, role="ignore" if role_of(name) == "ignore" else "fact", lang=lang, name=name)


class Objects:
    """Turns objects into records, remembering the names and product numbers seen."""

    def __init__(self, plan: ReadPlan) -> None:
        assert plan.columns
        self._plan, self._seen = plan, Seen()
        self._known = {c.heading: c for c in plan.columns.columns}
        self._sku = heading_of(plan.columns.columns, "sku")

    def outcome(self, value: Mapping[str, Any], number: int, raw: str) -> Record | BadRow:
        """The record of one object, or why there is none."""
        pairs = [(name, cell) for name, cell in flat(dict(value)) if cell.strip()]
        for name, cell in pairs:
            if "\0" in cell or undecodable(cell):  # written as escapes, so that they are no fault of the file's bytes
                code = "nul" if "\0" in cell else "bytes"
                return bad(code, self._plan, number, name, raw=raw, encoding="Unicode")
        columns = [self._known.get(n) or self._late(n) for n, _ in pairs]
        found = record(columns, Row(number, [c for _, c in pairs]), self._plan)
        if isinstance(found, BadRow):
            # A name an object does not have has no column here, so the place is told by the mapping.
            return found if found.where.field else self._missing(columns, number, raw)
        if found is None:
            return bad("sku_missing", self._plan, number, self._sku, raw=raw)
        if first := self._seen.first(found.sku, number):
            return bad("sku_twice", self._plan, number, self._sku, raw=raw, sku=found.sku, first=first)
        return found

    def _missing(self, columns: Sequence[Column], number: int, raw: str) -> BadRow:
        role = "title" if any(c.role == "sku" for c in columns) else "sku"
        heading = heading_of(list(self._known.values()), role)
        return bad(f"{role}_missing", self._plan, number, heading, raw=raw)

    def _late(self, name: str) -> Column:
        """The column of a name the first objects did not have: a fact or nothing."""
        column = columns_of((), [name]).columns[0]
        if column.role in {"sku", "title", "description", "language", "class"}:
            column = replace(column, role="ignore")
        if len(self._known) < MOST_NAMES:
            self._known[name] = column
        return column
