"""Delimited text tables back with their description columns filled."""

from pathlib import Path

from goodword.catalogue.base import ReadPlan, Texts
from goodword.catalogue.copytext import MARK
from goodword.catalogue.fill import Form, rewrite
from goodword.catalogue.mapping import slug
from goodword.catalogue.readers.csv import walk

NAME = "csv"


def write_back(original: Path, out: Path, texts: Texts, plan: ReadPlan) -> int:
    """Fill the description column of each language; a column is added where there is none."""
    assert plan.columns
    columns = plan.columns.columns
    form = Form(
        heading_row=plan.columns.heading_row,
        width=len(columns),
        slots=tuple((n, c.lang) for n, c in enumerate(columns) if c.role == "description"),
        mark_at=next((n for n, c in enumerate(columns) if slug(c.heading) == slug(MARK)), None),
    )
    return rewrite(out, plan, lambda: walk(original, plan), texts, form)
