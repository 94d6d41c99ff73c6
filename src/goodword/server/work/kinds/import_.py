"""Taking a catalogue into the store: facts that changed take back the texts that rest on them."""

from collections import Counter
from typing import Any

from sqlalchemy import Connection

from goodword.catalogue.base import BadRow
from goodword.jobs import intake
from goodword.jobs.intake import Taken
from goodword.server.work.hand import Hand
from goodword.store.tasks import RESULT, Body
from goodword.types import Lang

KIND, ROLE, SCOPE = "import", "writer", "catalogue"
FILE, MAPPING = "catalogue", "mapping.toml"  # the names its files are kept under
_COUNTED = ("products", "fresh", "new", "changed", "removed", "conflicts", "recalled", "bad")
_MOST = 10_000  # bad rows that are kept; all are counted


def run(hand: Hand) -> Body:
    """Import, going on behind the last batch: rows, counts and what was told of them are of one transaction."""
    asked = hand.task.request
    talk: Lang = "zh" if asked.get("talk") == "zh" else "en"
    mapping = hand.folder / MAPPING
    found = intake.opened(hand.folder / FILE, str(asked.get("name") or FILE), talk=talk,
                          mapping=mapping if mapping.exists() else None)  # fmt: skip
    total = asked.get("products")
    counts = Counter(dict.fromkeys(_COUNTED, 0) | (hand.last("counts") or {}))

    def within(conn: Connection, taken: Taken) -> None:
        shown = taken.bad[: max(0, _MOST - counts["bad"])]
        counts.update(products=taken.products, fresh=taken.fresh, new=taken.new, changed=taken.changed,
                      removed=taken.removed, conflicts=taken.conflicts, recalled=len(taken.recalled),
                      bad=len(taken.bad))  # fmt: skip
        hand.tell_within(conn, *((RESULT, bad(row)) for row in shown), ("counts", dict(counts)))

    skip = counts["products"] + counts["bad"]
    for _ in intake.take_in(hand.goodword.store, found, actor=hand.actor, skip=skip, within=within):
        hand.progress(counts["products"] + counts["bad"], total if isinstance(total, int) else None)
    return dict(counts)


def bad(row: BadRow) -> dict[str, Any]:
    """A row that cannot be read, as a person is told of it."""
    return {"row": row.where.row, "column": row.where.field, "problem": row.problem, "cure": row.cure, "raw": row.raw}
