"""The engine of writers for delimited text: rows pass as they are, filled cells are respelled, nothing else moves."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from goodword.catalogue.atomic import replacing
from goodword.catalogue.base import CopyText, ReadPlan, Row, Step, Texts
from goodword.catalogue.copytext import MARK, as_html, metadata, plain, shared_out
from goodword.catalogue.delimited import harmless, respelled_bytes
from goodword.types import Lang

Walk = Callable[[], Iterator[Step]]
Spelling = tuple[dict[int, str], list[str]]
"""Cells to change by position, and the values of the added columns."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Whether there is any text at all, and any label, so that columns are added only where they are needed."""

    text: bool
    mark: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """Where a format keeps its texts. `mark_at` is the label's column if the file has it already."""

    heading_row: int
    width: int
    slots: tuple[tuple[int, Lang | None], ...]
    mark: str = MARK
    mark_at: int | None = None
    html: bool = False
    guarded: bool = True  # against being taken for a formula
    new_slot: str = "description"  # heading of the column to add where the file has none for the text

    def added(self, needs: Needs) -> list[str]:
        """Headings of the columns that must be added at the end."""
        slot = [] if self.slots or not needs.text else [self.new_slot]
        return slot + ([self.mark] if needs.mark and self.mark_at is None else [])

    def spell(self, copies: Mapping[Lang, CopyText], added: list[str]) -> Spelling:
        """The cells of one filled row."""
        shares = shared_out([lang for _, lang in self.slots] or [None], copies)
        values = {n: as_html(c) if self.html else plain(c) for n, c in shares.items()}
        values = {n: harmless(v) if self.guarded else v for n, v in values.items()}
        changes = {self.slots[n][0]: v for n, v in values.items()} if self.slots else {}
        label = metadata(copies)
        if self.mark_at is not None:  # without a label, an old one must not stand beside the new text
            changes[self.mark_at] = label
        return changes, [label if name == self.mark else values.get(0, "") for name in added]


def rewrite(out: Path, plan: ReadPlan, walk: Walk, texts: Texts, form: Form) -> int:
    """Write every row of `walk` to `out`, those with a text filled; return how many products got one."""
    added, filled, last = form.added(needs_of(walk(), texts)), 0, ""
    with replacing(out) as part, part.open("wb") as file:
        file.write(plan.survey.bom)
        for step in walk():
            copies = texts(step.sku) if step.sku else {}
            filled, last = (filled + 1, step.sku) if copies and step.sku != last else (filled, last)
            _write(file, step, copies, added, plan, form)
    return filled


def _write(
    file: BinaryIO, step: Step, copies: Mapping[Lang, CopyText], added: list[str], plan: ReadPlan, form: Form
) -> None:
    for n, row in enumerate(step.rows):
        changes, values = dict[int, str](), list[str]()
        if row.number == form.heading_row:
            values = added
        elif row.number > form.heading_row and _fits(row, form.width):
            changes, values = form.spell(copies, added) if copies and n in step.fill else ({}, [""] * len(added))
        for place in range(form.width, min(len(row.cells), form.width + len(values))):
            changes[place] = values.pop(0)  # the row is longer than its heading: the added columns take its empty cells
        file.write(respelled_bytes(row, plan.survey.encoding, plan.delimiter, changes, values))


def _fits(row: Row, width: int) -> bool:
    """Whether a row has the heading's columns, so that one can be added to it without shifting anything."""
    return not row.fault and len(row.cells) >= width and not any(row.cells[width:]) and row.raw.strip() != b""


def needs_of(steps: Iterable[Step], texts: Texts) -> Needs:
    """Look through the texts until the first with a label."""
    text = False
    for step in steps:
        copies = texts(step.sku) if step.sku else {}
        text = text or bool(copies)
        if any(c.mark for c in copies.values()):
            return Needs(True, True)
    return Needs(text, False)
