"""WooCommerce product CSV back with Description filled on every product; variations inherit it from their parent."""

from pathlib import Path

from goodword.catalogue.base import ReadPlan, Row, Texts
from goodword.catalogue.copytext import MARK
from goodword.catalogue.delimited import read_rows
from goodword.catalogue.fill import Form, rewrite
from goodword.catalogue.mapping import slug
from goodword.catalogue.readers.woocommerce import layout, walk

NAME = "woocommerce"
META = f"Meta: {MARK}"


def write_back(original: Path, out: Path, texts: Texts, plan: ReadPlan) -> int:
    """Fill the description; the machine-readable label is a meta column."""
    heading = next((r for r in read_rows(original, plan.survey, plan.delimiter) if any(r.cells)), Row(0, []))
    place = layout(heading.cells).at.get("description")
    form = Form(
        heading_row=heading.number,
        width=len(heading.cells),
        slots=() if place is None else ((place, None),),
        mark=META,
        mark_at=next((n for n, c in enumerate(heading.cells) if slug(c) == slug(META)), None),
        html=True,
        new_slot="Description",
    )
    return rewrite(out, plan, lambda: walk(original, plan), texts, form)
