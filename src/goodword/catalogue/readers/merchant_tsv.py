"""Google Merchant text feeds: one item a row, attribute names as headings."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from goodword.catalogue.base import BadRow, Head, ReadPlan, Row, Step
from goodword.catalogue.delimited import read_rows
from goodword.catalogue.merchant import CORE, Groups, Item
from goodword.catalogue.problems import faulty
from goodword.catalogue.table import misshapen, raw
from goodword.errors import InputError
from goodword.types import Record

NAME = "merchant_tsv"


def attribute(heading: str) -> str:
    """The attribute a heading names: 'image link', 'g:image_link' and 'Image_Link' are one."""
    return "_".join(heading.strip().lower().removeprefix("g:").split("(")[0].split())


def recognises(head: Head) -> float:
    """id and title with at least three more of the specification's attributes, two of them its own."""
    names = {attribute(h) for h in head.heading}
    own = names & {
        "image_link",
        "availability",
        "google_product_category",
        "item_group_id",
        "link",
        "structured_description",
    }
    return 0.9 if {"id", "title"} <= names and len(names & CORE) >= 5 and len(own) >= 2 else 0.0


def columns(head: Head, *, heading_row: int | None = None, sheet: str = "") -> None:
    """The format fixes its columns."""


def walk(path: Path, plan: ReadPlan) -> Iterator[Step]:
    """Every row of the file; the outcome of a group comes with the row that ends it.

    Raises:
        InputError: the heading is not Google's.
    """
    rows = read_rows(path, plan.survey, plan.delimiter)
    names: list[str] = []
    for row in rows:
        yield Step([row])
        if any(row.cells):
            names = [attribute(c) for c in row.cells]
            break
    if not {"id", "title"} <= set(names):
        raise InputError("no id and title columns", where=plan.source.uri, cure="Export the feed again")
    groups = Groups(plan)
    for row in rows:
        step = Step([row])
        wrong = faulty(row, plan) if row.fault else misshapen(row, len(names), plan)
        if wrong:
            step.outcomes.append(wrong)
        elif any(c.strip() for c in row.cells):
            item = item_of(row, names)
            step.outcomes += groups.take(item)
            step.sku, step.fill = (item.key, (0,)) if groups.accepts(item) else ("", ())
        yield step
    yield Step([], list(groups.end()))


def item_of(row: Row, names: Sequence[str]) -> Item:
    """A row as an item."""
    values = [(n, c.strip()) for n, c in zip(names, row.cells, strict=False) if n and c.strip()]
    return Item(row.number, values, raw(row))


def read(path: Path, plan: ReadPlan) -> Iterator[Record | BadRow]:
    """Every product and every bad row."""
    for step in walk(path, plan):
        yield from step.outcomes
