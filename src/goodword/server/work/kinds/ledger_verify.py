"""Checking every link of the ledger's chain, where it is too long to wait for."""

from dataclasses import asdict

from goodword.server.work.hand import Hand
from goodword.store import ledger
from goodword.store.chain import Anchor
from goodword.store.tasks import Body

KIND, ROLE, SCOPE = "ledger-verify", "auditor", "ledger"
AT_ONCE = 20_000  # entries that are checked while the caller waits: a fraction of a second


def run(hand: Hand) -> Body:
    """Verify; begun again from the beginning after a stop.

    Writes nothing but its progress, so a second attempt gives what one would have; a million entries take seconds
    (`benchmarks/results/ledger.json`), and half a check proves nothing: a chain is whole or it is not.
    """
    asked = hand.task.request.get("anchor")
    anchor = Anchor(position=int(asked["position"]), hash=str(asked["hash"])) if isinstance(asked, dict) else None
    done = [0]

    def advance(entries: int) -> None:
        done[0] += entries
        hand.progress(done[0])

    with hand.goodword.store.read() as conn:
        hand.progress(0, ledger.length(conn))
        hand.flush()
        found = ledger.verify(conn, anchor=anchor, advance=advance)
    hand.progress(found.length)
    return {**asdict(found), "compared": anchor is not None}
