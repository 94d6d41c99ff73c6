"""Excel workbooks (.xlsx): the sheet whose headings look most like a catalogue."""

from collections.abc import Iterator
from pathlib import Path

from goodword.catalogue.base import BadRow, ColumnMap, Head, ReadPlan, Step
from goodword.catalogue.mapping import find_heading, guess, heading_score
from goodword.catalogue.table import steps
from goodword.catalogue.workbook import rows, sheets
from goodword.errors import InputError
from goodword.types import Record

NAME = "xlsx"


def recognises(head: Head) -> float:
    """A ZIP file; whether a workbook is in it is told when it is opened."""
    return 0.6 if head.raw.startswith(b"PK\x03\x04") else 0.0


def columns(head: Head, *, heading_row: int | None = None, sheet: str = "") -> ColumnMap:
    """The guessed use of the columns of the best sheet, or of the one asked for.

    Raises:
        InputError: the workbook cannot be read or has no such sheet.
    """
    if not recognises(head):
        raise InputError("this file is no Excel workbook", where=str(head.path), cure="Save it as .xlsx")
    found = sheets(head.path, 60)
    if sheet and sheet not in found:
        raise InputError(f"there is no sheet {sheet!r}", where=str(head.path), cure=f"There is: {', '.join(found)}")
    best = sheet or max(found, key=lambda name: heading_score(found[name][find_heading(found[name])]))
    width = max(len(r) for r in found[best])
    top = (heading_row or find_heading(found[best]) + 1) - 1
    heading = found[best][top] if top < len(found[best]) else []
    table = [r + [""] * (width - len(r)) if n != top else heading for n, r in enumerate(found[best])]
    return guess(table, heading_row=top + 1, sheet=best)


def walk(path: Path, plan: ReadPlan) -> Iterator[Step]:
    """Every row of the sheet with what came of it."""
    assert plan.columns
    return steps(rows(path, plan.columns.sheet, len(plan.columns.columns)), plan.columns, plan)


def read(path: Path, plan: ReadPlan) -> Iterator[Record | BadRow]:
    """Every product and every bad row."""
    for step in walk(path, plan):
        yield from step.outcomes
