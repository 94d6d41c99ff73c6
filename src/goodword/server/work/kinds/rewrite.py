"""Writing anew what was taken back, as `POST /v1/recall/rewrite` asks for it."""

from dataclasses import replace

from goodword.jobs import recall, shape
from goodword.server.work.hand import Hand
from goodword.store import stale
from goodword.store.tasks import Body

KIND, ROLE, SCOPE = "rewrite", "writer", "recall"


def run(hand: Hand) -> Body:
    """Write anew what still waits: what an earlier attempt has written waits no more."""
    skus = set(hand.task.request.get("skus") or ())
    with hand.goodword.store.read() as conn:
        places = [p for p in stale.waiting(conn) if not skus or p.sku in skus]
    order = replace(hand.goodword.order(composer=True), actor=hand.actor)
    done = sum(1 for _ in hand.results())
    total = done + len(places)
    hand.progress(done, total)
    for found in recall.rewritten(hand.goodword.store, places, order):
        done += 1
        hand.result(shape.described(found))
        hand.progress(done, total)
    return {"texts": done}
