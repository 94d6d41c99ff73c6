"""Shopify product CSV back with Body (HTML) filled on each product's first row."""

from pathlib import Path

from goodword.catalogue.base import ReadPlan, Row, Texts
from goodword.catalogue.delimited import read_rows
from goodword.catalogue.fill import Form, rewrite
from goodword.catalogue.readers.shopify import MARK_KEY, layout, walk

NAME = "shopify"
MARK = f"Goodword AIGC ({MARK_KEY})"


def write_back(original: Path, out: Path, texts: Texts, plan: ReadPlan) -> int:
    """Fill the body; the machine-readable label is a product metafield."""
    heading = next((r for r in read_rows(original, plan.survey, plan.delimiter) if any(r.cells)), Row(0, []))
    body = layout(heading.cells).at.get("body")
    form = Form(
        heading_row=heading.number,
        width=len(heading.cells),
        slots=() if body is None else ((body, None),),
        mark=MARK,
        mark_at=next((n for n, c in enumerate(heading.cells) if f"({MARK_KEY})" in c), None),
        html=True,
        new_slot="Body (HTML)",
    )
    return rewrite(out, plan, lambda: walk(original, plan), texts, form)
