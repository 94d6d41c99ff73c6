"""Delimited text tables with headings of any kind: comma, tab, semicolon or bar."""

from collections.abc import Iterator
from pathlib import Path

from goodword.catalogue.base import BadRow, ColumnMap, Head, ReadPlan, Step
from goodword.catalogue.delimited import read_rows
from goodword.catalogue.mapping import guess, heading_score
from goodword.catalogue.table import steps
from goodword.types import Record

NAME = "csv"


def recognises(head: Head) -> float:
    """Text whose first rows have a known heading, or at least several columns of the same number."""
    if not head.rows or head.text.lstrip()[:1] in {"<", "{", "["}:
        return 0.0
    if max(heading_score(r) for r in head.rows[:10]) >= 20:
        return 0.5
    widths = [len(r) for r in head.rows if any(r)]
    return 0.2 if len(widths) > 1 and widths[0] > 1 and widths.count(widths[0]) * 2 > len(widths) else 0.0


def columns(head: Head, *, heading_row: int | None = None, sheet: str = "") -> ColumnMap:
    """The guessed use of the columns."""
    return guess(head.rows, heading_row=heading_row)


def walk(path: Path, plan: ReadPlan) -> Iterator[Step]:
    """Every row of the file with what came of it."""
    assert plan.columns
    return steps(read_rows(path, plan.survey, plan.delimiter), plan.columns, plan)


def read(path: Path, plan: ReadPlan) -> Iterator[Record | BadRow]:
    """Every product and every bad row."""
    for step in walk(path, plan):
        yield from step.outcomes
