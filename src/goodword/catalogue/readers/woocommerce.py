"""WooCommerce product CSV (the built-in exporter's headings, English or Chinese).

Variations name their parent by SKU or 'id:123' and may stand anywhere, so a first pass puts them aside in a
temporary SQLite file and a second gives them to their parents.
Source: WooCommerce documentation, 'Product CSV Importer and Exporter', 2026-11-24.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from goodword.catalogue.base import BadRow, Head, ReadPlan, Row, Step
from goodword.catalogue.delimited import read_rows
from goodword.catalogue.gather import Gathered, price_span
from goodword.catalogue.mapping import slug, unique_headings
from goodword.catalogue.problems import at, bad
from goodword.catalogue.seen import Seen
from goodword.catalogue.table import ERRORS, is_price, misshapen, raw, unfit
from goodword.errors import InputError
from goodword.types import Record

NAME = "woocommerce"
_NAMES = {
    "id": "id", "type": "type", "类型": "type", "sku": "sku", "name": "name", "名称": "name", "parent": "parent",
    "父级": "parent", "父类": "parent", "description": "description", "描述": "description",
    "regularprice": "price", "常规售价": "price", "常规价格": "price", "原价": "price", "saleprice": "sale",
    "促销价格": "sale", "促销价": "sale", "stock": "stock", "库存": "stock", "categories": "Categories",
    "分类": "Categories", "tags": "Tags", "标签": "Tags", "brands": "Brand", "brand": "Brand", "品牌": "Brand",
    "gtinupceanorisbn": "GTIN",
}  # fmt: skip
_ATTRIBUTE = re.compile(r"(?:attribute|属性)\s*(\d+)\s*(name|名称|value\(s\)|的?值)", re.IGNORECASE)
_MEASURE = re.compile(r"(weight|length|width|height|重量|长度|宽度|高度)\s*[(（]\s*(\w+)\s*[)）]", re.IGNORECASE)
_COMMA = re.compile(r"(?<!\\),\s*")


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column holds what."""

    headings: tuple[str, ...]
    at: dict[str, int]
    attributes: tuple[tuple[int, int], ...]  # (name column, values column)
    measures: tuple[tuple[int, str, str], ...]  # (column, name, unit)

    def cell(self, row: Row, name: str) -> str:
        """A cell by our name, '' where the file has no such column."""
        place = self.at.get(name)
        return row.cells[place].strip() if place is not None else ""

    def heading(self, name: str) -> str:
        """The file's heading of a column by our name."""
        return self.headings[self.at[name]] if name in self.at else ""


def layout(headings: Sequence[str]) -> Layout:
    """Read a heading row."""
    where: dict[str, int] = {}
    attributes: dict[str, dict[str, int]] = {}
    measures = []
    for n, heading in enumerate(headings):
        if name := _NAMES.get(slug(heading)):
            where.setdefault(name, n)
        elif found := _ATTRIBUTE.fullmatch(heading.strip()):
            part = "name" if found[2].lower() in {"name", "名称"} else "values"
            attributes.setdefault(found[1], {})[part] = n
        elif measure := _MEASURE.fullmatch(heading.strip()):
            measures.append((n, measure[1], measure[2]))
    pairs = tuple((a["name"], a["values"]) for a in attributes.values() if len(a) == 2)
    return Layout(tuple(unique_headings(headings)), where, pairs, tuple(measures))


def recognises(head: Head) -> float:
    """Type, SKU and Name with a heading only WooCommerce has."""
    slugs = {slug(h) for h in head.heading}
    named = {_NAMES[s] for s in slugs if s in _NAMES}
    own = slugs & {
        "regularprice",
        "常规售价",
        "常规价格",
        "visibilityincatalog",
        "isfeatured",
        "attribute1name",
        "属性1名称",
        "instock",
    }
    return 0.95 if {"type", "sku", "name"} <= named and own else 0.0


def columns(head: Head, *, heading_row: int | None = None, sheet: str = "") -> None:
    """The format fixes its columns."""


class Variations:
    """The variations of a file by their parent, kept in a temporary file."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)  # '' is a private file that disappears when closed
        self._base.execute("create table variation (parent text, row integer, body text)")
        self._base.execute("create table known (name text primary key) without rowid")
        self._base.execute("begin")

    def close(self) -> None:
        """Remove the file."""
        self._base.close()

    def put(self, parent: str, row: Row) -> None:
        """Take a variation."""
        self._base.execute("insert into variation values (?, ?, ?)", (parent, row.number, json.dumps(row.cells)))

    def know(self, names: Sequence[str]) -> None:
        """Take the names a product may be referred to by."""
        self._base.executemany("insert or ignore into known values (?)", [(n,) for n in names if n])

    def ready(self) -> None:
        """All are in."""
        self._base.execute("create index by_parent on variation (parent, row)")

    def knows(self, name: str) -> bool:
        """Whether a product of that name is in the file."""
        return self._base.execute("select 1 from known where name = ?", (name,)).fetchone() is not None

    def of(self, names: Sequence[str]) -> list[Row]:
        """The variations of the product with those names."""
        marks = ",".join("?" * len(names))
        found = self._base.execute(f"select row, body from variation where parent in ({marks}) order by row", names)  # noqa: S608
        return [Row(number, json.loads(body)) for number, body in found]


def walk(path: Path, plan: ReadPlan) -> Iterator[Step]:
    """Every row of the file with what came of it; variations are part of their parents' records.

    Raises:
        InputError: the heading is not WooCommerce's.
    """
    rows = read_rows(path, plan.survey, plan.delimiter)
    for row in rows:
        yield Step([row])
        if any(row.cells):
            break
    found = layout(row.cells)
    if not {"type", "sku", "name"} <= found.at.keys():
        raise InputError(
            "no Type, SKU and Name columns", where=plan.source.uri, cure="Export the products from WooCommerce again"
        )
    with closing(Variations()) as aside:
        _put_aside(path, plan, found, aside)
        seen = Seen()
        for row in rows:
            yield _step(row, found, aside, plan, seen)


def _put_aside(path: Path, plan: ReadPlan, found: Layout, aside: Variations) -> None:
    width = len(found.headings)
    for row in read_rows(path, plan.survey, plan.delimiter):
        if row.fault or len(row.cells) < width:
            continue
        if is_variation(row, found):
            aside.put(found.cell(row, "parent"), row)
        else:
            aside.know(names_of(row, found))
    aside.ready()


def is_variation(row: Row, found: Layout) -> bool:
    """Whether a row is a variation of another."""
    return "variation" in re.split(r"[,\s]+", found.cell(row, "type").lower())


def names_of(row: Row, found: Layout) -> tuple[str, ...]:
    """What variations may call a product by: its SKU, its id."""
    number = found.cell(row, "id")
    return tuple(n for n in (found.cell(row, "sku"), f"id:{number}" if number else "") if n)


def _step(row: Row, found: Layout, aside: Variations, plan: ReadPlan, seen: Seen) -> Step:
    step, wrong = Step([row]), misshapen(row, len(found.headings), plan)
    if wrong or not any(c.strip() for c in row.cells):
        step.outcomes += [wrong] if wrong else []
        return step
    wrong = _cell_fault(row, found, plan)
    if not wrong and is_variation(row, found):
        parent = found.cell(row, "parent")
        if not aside.knows(parent):
            step.outcomes.append(
                bad("orphan", plan, row.number, found.heading("parent"), raw=raw(row), parent=parent or "''")
            )
        return step
    names = names_of(row, found)
    outcome = (
        wrong or _product_fault(row, names, found, plan, seen) or _record(row, names, aside.of(names), found, plan)
    )
    step.outcomes.append(outcome)
    if isinstance(outcome, Record):
        step.sku, step.fill = outcome.sku, (0,)
    return step


def _cell_fault(row: Row, found: Layout, plan: ReadPlan) -> BadRow | None:
    for n, cell in enumerate(row.cells):
        if cell[:1] == "#" and cell.strip() in ERRORS and n != found.at.get("description"):
            return bad("formula", plan, row.number, found.headings[n], raw=raw(row), value=cell.strip())
    for name in ("price", "sale"):
        price = found.cell(row, name)
        if price and not is_price(price):
            return bad("price", plan, row.number, found.heading(name), raw=raw(row), value=price)
    return None


def _product_fault(row: Row, names: Sequence[str], found: Layout, plan: ReadPlan, seen: Seen) -> BadRow | None:
    if not names:
        return bad("sku_missing", plan, row.number, found.heading("sku"), raw=raw(row))
    if unfit(names[0]):
        return bad("sku_wrong", plan, row.number, found.heading("sku"), raw=raw(row))
    if not found.cell(row, "name"):
        return bad("title_missing", plan, row.number, found.heading("name"), raw=raw(row))
    if first := seen.first(names[0], row.number):
        return bad("sku_twice", plan, row.number, found.heading("sku"), raw=raw(row), sku=names[0], first=first)
    return None


def _record(row: Row, names: Sequence[str], variations: Sequence[Row], found: Layout, plan: ReadPlan) -> Record:
    got = Gathered(plan)
    for name in ("Brand", "Categories", "Tags", "GTIN"):
        got.add(name, found.cell(row, name), row.number, found.heading(name))
    for each in (row, *variations):
        _attributes(got, each, found)
        for n, name, unit in found.measures:
            value = each.cells[n].strip()
            got.add(name, f"{value} {unit}" if value.strip("0.,") else "", each.number, found.headings[n])
    prices = [p for r in (row, *variations) if (p := found.cell(r, "sale") or found.cell(r, "price"))]
    got.add("Price", price_span(prices), row.number, found.heading("price"))
    got.add("Stock", found.cell(row, "stock"), row.number, found.heading("stock"))
    return Record(
        sku=names[0],
        title=found.cell(row, "name"),
        fields=got.fields(),
        source=at(plan, row.number),
        description=found.cell(row, "description"),
    )


def _attributes(got: Gathered, row: Row, found: Layout) -> None:
    """Attribute values; a comma in one value is written as '\\,' by the exporter."""
    for name_at, values_at in found.attributes:
        for value in _COMMA.split(row.cells[values_at].strip()):
            got.add(
                row.cells[name_at].strip(), value.replace("\\,", ",").strip(), row.number, found.headings[values_at]
            )


def read(path: Path, plan: ReadPlan) -> Iterator[Record | BadRow]:
    """Every product and every bad row."""
    for step in walk(path, plan):
        yield from step.outcomes
