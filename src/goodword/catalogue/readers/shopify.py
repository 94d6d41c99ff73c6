"""Shopify product CSV, the long-standing headings and those of the 2025 template.

One product is the rows of one Handle; the row with the Title comes first, variants and pictures follow.
Source: Shopify help centre, 'Using CSV files to import and export products', 2026-11-24.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
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

NAME = "shopify"
MARK_KEY = "product.metafields.goodword.aigc"
_NAMES = {
    "handle": "handle", "urlhandle": "handle", "title": "title", "bodyhtml": "body", "description": "body",
    "vendor": "Vendor", "type": "Product type", "productcategory": "Category", "tags": "Tags",
    "variantgrams": "grams", "weightvaluegrams": "grams", "variantprice": "price", "price": "price",
    "variantinventoryqty": "stock", "inventoryquantity": "stock", "variantbarcode": "barcode", "barcode": "barcode",
    "googleshoppinggender": "Gender", "googleshoppingagegroup": "Age group", "googleshoppingmpn": "MPN",
    "googleshoppingcondition": "Condition",
}  # fmt: skip
_OPTION = re.compile(r"option\s*([123])\s*(name|value)", re.IGNORECASE)
_METAFIELD = re.compile(r"(.*?)\s*\((product|variant)\.metafields\.([^.)]+)\.([^)]+)\)")
_NO_FACTS = frozenset({"reviews", "seo", "global", "goodword", "shopify--discovery--product_recommendation"})


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column holds what: our names, options by number, metafields by position."""

    headings: tuple[str, ...]
    at: dict[str, int]
    options: dict[str, tuple[int, int]]  # number: (name column, value column)
    metafields: dict[int, str]

    def cell(self, row: Row, name: str) -> str:
        """A cell by our name, '' where the file has no such column."""
        place = self.at.get(name)
        return row.cells[place].strip() if place is not None else ""


def layout(headings: Sequence[str]) -> Layout:
    """Read a heading row."""
    where: dict[str, int] = {}
    options: dict[str, dict[str, int]] = {}
    metafields = {}
    for n, heading in enumerate(headings):
        if name := _NAMES.get(slug(heading)):
            where.setdefault(name, n)
        elif option := _OPTION.fullmatch(heading.strip()):
            options.setdefault(option[1], {})[option[2].lower()] = n
        elif (field := _METAFIELD.fullmatch(heading.strip())) and field[3] not in _NO_FACTS:
            metafields[n] = field[1] or field[4].replace("_", " ").replace("-", " ")
    pairs = {k: (o["name"], o["value"]) for k, o in options.items() if len(o) == 2}
    return Layout(tuple(unique_headings(headings)), where, pairs, metafields)


def recognises(head: Head) -> float:
    """Handle and Title with at least one heading only Shopify has."""
    slugs = {slug(h) for h in head.heading}
    own = slugs & {"bodyhtml", "vendor", "option1name", "variantsku", "variantprice", "publishedononlinestore"}
    return 0.95 if "title" in slugs and (("handle" in slugs and own) or "urlhandle" in slugs) else 0.0


def columns(head: Head, *, heading_row: int | None = None, sheet: str = "") -> None:
    """The format fixes its columns."""


def walk(path: Path, plan: ReadPlan) -> Iterator[Step]:
    """Every row of the file, the rows of one product together.

    Raises:
        InputError: the heading is not Shopify's.
    """
    rows = read_rows(path, plan.survey, plan.delimiter)
    for row in rows:
        yield Step([row])
        if any(row.cells):
            break
    found = layout(row.cells)
    if not {"handle", "title"} <= found.at.keys():
        raise InputError(
            "no Handle and Title columns", where=plan.source.uri, cure="Export the products from Shopify again"
        )
    seen = Seen()
    keyed = _keyed(rows, found, plan)
    for handle, group in groupby(keyed, key=lambda pair: pair[0]):
        yield _product(handle, [(row, wrong) for _, row, wrong in group], found, plan, seen)


def _keyed(rows: Iterator[Row], found: Layout, plan: ReadPlan) -> Iterator[tuple[str, Row, BadRow | None]]:
    """Rows with the handle they belong to; an unreadable or empty row stays with the rows around it."""
    handle, width = "", len(found.headings)
    for row in rows:
        wrong = misshapen(row, width, plan)
        if not wrong and any(c.strip() for c in row.cells):
            mine = found.cell(row, "handle")
            heading = found.headings[found.at["handle"]]
            wrong = (
                _cell_fault(row, found, plan) if mine else bad("sku_missing", plan, row.number, heading, raw=raw(row))
            )
            handle = mine or handle
        yield handle, row, wrong


def _cell_fault(row: Row, found: Layout, plan: ReadPlan) -> BadRow | None:
    for n, cell in enumerate(row.cells):
        if cell[:1] == "#" and cell.strip() in ERRORS and n != found.at.get("body"):
            return bad("formula", plan, row.number, found.headings[n], raw=raw(row), value=cell.strip())
    price = found.cell(row, "price")
    if price and not is_price(price):
        return bad("price", plan, row.number, found.headings[found.at["price"]], raw=raw(row), value=price)
    return None


def _product(handle: str, group: list[tuple[Row, BadRow | None]], found: Layout, plan: ReadPlan, seen: Seen) -> Step:
    step = Step([row for row, _ in group], [wrong for _, wrong in group if wrong])
    good = [(n, row) for n, (row, wrong) in enumerate(group) if not wrong and any(row.cells)]
    if not good:
        return step
    place, top = next(((n, row) for n, row in good if found.cell(row, "title")), good[0])
    if unfit(handle):
        step.outcomes.append(bad("sku_wrong", plan, top.number, found.headings[found.at["handle"]], raw=raw(top)))
        return step
    first = seen.first(handle, top.number)
    code = "" if first is None else "sku_twice" if found.cell(top, "title") else "apart"
    if code or not found.cell(top, "title"):
        name = "handle" if code else "title"
        heading = found.headings[found.at[name]]
        step.outcomes.append(
            bad(code or "title_missing", plan, top.number, heading, raw=raw(top), sku=handle, first=first)
        )
        return step
    step.outcomes.append(_record(handle, top, [row for _, row in good], found, plan))
    step.sku, step.fill = handle, (place,)
    return step


def _record(handle: str, top: Row, rows: Sequence[Row], found: Layout, plan: ReadPlan) -> Record:
    got = Gathered(plan)
    for name in ("Vendor", "Category", "Product type", "Tags", "Gender", "Age group", "MPN", "Condition"):
        got.add(name, found.cell(top, name), top.number, found.headings[found.at.get(name, 0)])
    _options(got, top, rows, found)
    for n, name in found.metafields.items():
        for row in rows:
            got.add(name, metafield(row.cells[n].strip()), row.number, found.headings[n])
    _numbers(got, top, rows, found)
    return Record(
        sku=handle,
        title=found.cell(top, "title"),
        fields=got.fields(),
        source=at(plan, top.number, upto=rows[-1].number),
        description=found.cell(top, "body"),
    )


def _options(got: Gathered, top: Row, rows: Sequence[Row], found: Layout) -> None:
    for name_at, value_at in found.options.values():
        name = top.cells[name_at].strip() or next(
            (r.cells[name_at].strip() for r in rows if r.cells[name_at].strip()), ""
        )
        for row in rows:
            value = row.cells[value_at].strip()
            if (name, value) != ("Title", "Default Title"):
                got.add(name, value, row.number, found.headings[value_at])


def _numbers(got: Gathered, top: Row, rows: Sequence[Row], found: Layout) -> None:
    """Weight, price, stock and barcode; Shopify writes 0 grams for a weight nobody gave."""
    headings = {name: found.headings[place] for name, place in found.at.items()}
    for row in rows:
        grams = found.cell(row, "grams")
        if grams.strip("0."):
            got.add("Weight", f"{grams} g", row.number, headings["grams"])
    prices = [p for p in (found.cell(r, "price") for r in rows) if p]
    got.add("Price", price_span(prices), top.number, headings.get("price", ""))
    counts = [found.cell(r, "stock") for r in rows]
    numbers = [int(c) for c in counts if c.lstrip("-").isascii() and c.lstrip("-").isdigit()]
    got.add("Stock", str(sum(numbers)) if numbers else "", top.number, headings.get("stock", ""))
    codes = {found.cell(r, "barcode") for r in rows} - {""}
    got.add("Barcode", codes.pop() if len(codes) == 1 else "", top.number, headings.get("barcode", ""))


def metafield(value: str) -> str:
    """A metafield as text: lists are joined; references and structured values say nothing a person could read."""
    if value.startswith("[") and value.endswith("]"):
        try:
            items = json.loads(value)
        except (ValueError, RecursionError):
            return value
        value = ", ".join(i for i in items if isinstance(i, str))
    return "" if value.startswith(("{", "gid://")) or "gid://" in value else value.replace("; ", ", ")


def read(path: Path, plan: ReadPlan) -> Iterator[Record | BadRow]:
    """Every product and every bad row."""
    for step in walk(path, plan):
        yield from step.outcomes
