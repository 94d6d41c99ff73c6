"""Learning to recommend from a file of events."""

from typing import Any

from goodword.server.work.hand import Hand
from goodword.store.tasks import Body

KIND, ROLE, SCOPE = "fit", "writer", "recommend"


def run(hand: Hand) -> Body:
    """Fit; begun again from the beginning after a stop.

    The recommender before it stays until this one is whole, so nothing is half done and nothing is recorded twice. What
    is lost is time, about 3 s of processor for each million events read and as much again to learn
    (`benchmarks/results/recommend_scale.json`): a learner's inner state is no smaller than its events.
    """
    stock = next((f for f in hand.files if f.name.startswith("stock.")), None)
    events = [f for f in hand.files if f != stock]
    told = hand.goodword.recommend()
    report = told.fit(events, stock=stock, ranker=str(hand.task.request.get("ranker") or "auto"))
    card: dict[str, Any] = dict(report.card)
    return {**card, "hash": report.hash, "ledger": report.ledger, "left_out": dict(report.left_out),
            "bad": len(report.bad)}  # fmt: skip
