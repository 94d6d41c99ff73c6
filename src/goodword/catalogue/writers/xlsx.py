"""Excel workbooks back with their description cells filled; all other parts and cells are copied as they are."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from goodword.catalogue.atomic import replacing
from goodword.catalogue.base import ReadPlan, Texts
from goodword.catalogue.copytext import MARK
from goodword.catalogue.fill import Form, needs_of
from goodword.catalogue.mapping import slug
from goodword.catalogue.readers.xlsx import walk
from goodword.catalogue.workbook import copy

NAME = "xlsx"


def write_back(original: Path, out: Path, texts: Texts, plan: ReadPlan) -> int:
    """Fill the description column of each language; a column is added where there is none."""
    assert plan.columns
    columns = plan.columns.columns
    form = Form(
        heading_row=plan.columns.heading_row,
        width=len(columns),
        slots=tuple((n, c.lang) for n, c in enumerate(columns) if c.role == "description"),
        mark_at=next((n for n, c in enumerate(columns) if slug(c.heading) == slug(MARK)), None),
        guarded=False,  # a text cell of a workbook is never taken for a formula
    )
    needs, filled = needs_of(walk(original, plan), texts), [0]
    with replacing(out) as part, part.open("wb") as file:
        edits = _edits(original, texts, plan, form, form.added(needs), filled)
        copy(original, file, plan.columns.sheet, edits, touched=needs.text)
    return filled[0]


def _edits(
    original: Path, texts: Texts, plan: ReadPlan, form: Form, added: list[str], filled: list[int]
) -> Iterator[tuple[int, Mapping[int, str]]]:
    for step in walk(original, plan):
        copies = texts(step.sku) if step.sku else {}
        for row in step.rows:
            if row.number == form.heading_row and added:
                yield row.number, {form.width + n: name for n, name in enumerate(added)}
            elif copies:
                changes, values = form.spell(copies, added)
                filled[0] += 1
                yield row.number, changes | {form.width + n: v for n, v in enumerate(values)}
