"""An audit of fairness: the same questions by people who differ in one thing, recorded in the ledger."""

from goodword.jobs import audit_kept
from goodword.server.work.hand import Hand
from goodword.store.tasks import Body

KIND, ROLE, SCOPE = "fairness", "auditor", "ledger"


def run(hand: Hand) -> Body:
    """Audit; begun again from the beginning after a stop, and recorded once."""
    done = [0]

    def advance(pairs: int) -> None:
        done[0] += pairs
        hand.progress(done[0])

    limit = hand.task.request.get("products")
    gaps = audit_kept.run(hand.goodword.answering, limit=limit if isinstance(limit, int) else 3, advance=advance)
    hand.flush()
    with hand.goodword.store.begin() as conn:
        position = audit_kept.keep(conn, gaps, actor=hand.actor)
    return {"ledger": position, "pairs": sum(g.share.of for g in gaps), "unlike": sum(g.share.count for g in gaps)}
