"""An audit of fairness: the same questions by people who differ in one thing, recorded in the ledger."""

from goodword.jobs import audit_kept
from goodword.server.work.hand import Hand
from goodword.store.tasks import Body

KIND, ROLE, SCOPE = "fairness", "auditor", "ledger"


def run(hand: Hand) -> Body:
    """Audit, and record it once.

    Begun again from the beginning after a stop: it asks some hundreds of questions of books apart, so half an audit
    leaves no trace and a second one costs a minute. The record and that it was made are of one transaction.
    """
    if recorded := hand.last("recorded"):
        return recorded
    done = [0]

    def advance(pairs: int) -> None:
        done[0] += pairs
        hand.progress(done[0])

    limit = hand.task.request.get("products")
    gaps = audit_kept.run(hand.goodword.answering, limit=limit if isinstance(limit, int) else 3, advance=advance)
    hand.flush()
    with hand.goodword.store.begin() as conn:
        position = audit_kept.keep(conn, gaps, actor=hand.actor)
        told: Body = {"ledger": position, "pairs": sum(g.share.of for g in gaps),
                      "unlike": sum(g.share.count for g in gaps)}  # fmt: skip
        hand.tell_within(conn, ("recorded", told))
    return told
