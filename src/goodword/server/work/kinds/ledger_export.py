"""The ledger as one file that proves itself, made beside the requests and kept a week for whoever asked for it."""

from datetime import UTC, datetime

from goodword.jobs import dossier
from goodword.server.work.hand import Hand
from goodword.store import ledger
from goodword.store.tasks import Body

KIND, ROLE, SCOPE = "ledger-export", "auditor", "ledger"


def run(hand: Hand) -> Body:
    """Export; begun again from the beginning after a stop.

    A ZIP file cannot be gone on with, and reading is all that is lost. That a file is handed over is recorded when it
    is whole, once a task.
    """
    asked = hand.task.request
    wanted = dossier.Wanted(**{k: str(asked.get(k) or "") for k in ("subject", "kind", "since", "until")})
    done = [0]

    def advance(entries: int) -> None:
        done[0] += entries
        hand.progress(done[0])

    with hand.goodword.store.read() as conn:
        hand.progress(0, 2 * ledger.length(conn))  # read to be verified, and read to be written
    hand.flush()
    path = hand.folder / "ledger.zip"
    with path.open("w+b") as file:
        made = dossier.write(hand.goodword.store, file, actor=hand.actor, wanted=wanted, advance=advance,
                             of=hand.task.id)  # fmt: skip
    name = f"goodword-ledger-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip"
    size = hand.deliver(name, path)
    hand.progress(2 * made.entries)
    return {"entries": made.entries, "bodies": made.bodies, "sha256": made.sha256, "ok": made.found.ok,
            "broken": made.found.broken, "ledger": made.ledger, "name": name, "bytes": size,
            "file": f"/v1/ledger/export/{hand.task.id}"}  # fmt: skip
