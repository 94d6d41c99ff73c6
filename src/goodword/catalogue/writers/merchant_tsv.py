"""Google Merchant text feeds back: a labelled text stands in structured_description and empties description."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from goodword.catalogue.base import CopyText, ReadPlan, Row, Texts
from goodword.catalogue.copytext import MARK, metadata, one_line, plain
from goodword.catalogue.delimited import harmless, read_rows
from goodword.catalogue.fill import Form, Needs, Spelling, rewrite
from goodword.catalogue.merchant import structured
from goodword.catalogue.readers.merchant_tsv import attribute, walk
from goodword.types import Lang

NAME = "merchant_tsv"
STRUCTURED = "structured_description"


@dataclass(frozen=True, kw_only=True, slots=True)
class MerchantForm(Form):
    """Google's two places for a description; every item of a group gets the group's text."""

    structured_at: int | None = None

    def added(self, needs: Needs) -> list[str]:
        """structured_description and the label where a text has one."""
        place = [STRUCTURED] if needs.mark and self.structured_at is None else []
        return [*place, *super(MerchantForm, self).added(needs)]

    def spell(self, copies: Mapping[Lang, CopyText], added: list[str]) -> Spelling:
        """The cells of one item."""
        text, label = one_line(plain(copies.values())), metadata(copies)
        values = (
            {STRUCTURED: structured(text), "description": "", MARK: label} if label else {"description": harmless(text)}
        )
        places = {
            STRUCTURED: self.structured_at,
            MARK: self.mark_at,
            "description": self.slots[0][0] if self.slots else None,
        }
        held = {n: places[n] for n in values if places[n] is not None}
        if not label and self.structured_at is not None:
            held[STRUCTURED] = self.structured_at  # an old AI text must not stand beside the new one
        changes = {place: values.get(n, "") for n, place in held.items() if place is not None}
        return changes, [values.get(name, "") for name in added]


def write_back(original: Path, out: Path, texts: Texts, plan: ReadPlan) -> int:
    """Fill the description of every item."""
    heading = next((r for r in read_rows(original, plan.survey, plan.delimiter) if any(r.cells)), Row(0, []))
    places = {attribute(c): n for n, c in reversed(list(enumerate(heading.cells)))}
    form = MerchantForm(
        heading_row=heading.number,
        width=len(heading.cells),
        slots=((places["description"], None),) if "description" in places else (),
        mark_at=places.get(MARK),
        structured_at=places.get(STRUCTURED),
    )
    return rewrite(out, plan, lambda: walk(original, plan), texts, form)
