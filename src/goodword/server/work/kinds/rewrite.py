"""Writing anew what was taken back, as `POST /v1/recall/rewrite` asks for it."""

from dataclasses import replace

from sqlalchemy import Connection

from goodword.jobs import recall, shape
from goodword.jobs.describe import Described
from goodword.server.work.hand import Hand
from goodword.store import stale
from goodword.store.tasks import RESULT, Body

KIND, ROLE, SCOPE = "rewrite", "writer", "recall"


def run(hand: Hand) -> Body:
    """Write anew what still waits and was not told of; each text is told in the transaction that writes it."""
    skus = set(hand.task.request.get("skus") or ())
    told = {(r["sku"], r["lang"], r["market"], r["channel"]) for r in hand.results()}
    with hand.goodword.store.read() as conn:
        places = [p for p in stale.waiting(conn) if (not skus or p.sku in skus)
                  and (p.sku, p.lang, p.market, p.channel) not in told]  # fmt: skip
    order = replace(hand.goodword.order(composer=True), actor=hand.actor)
    done, total = len(told), len(told) + len(places)
    hand.progress(done, total)

    def noted(conn: Connection, found: Described) -> None:
        hand.tell_within(conn, (RESULT, shape.described(found)))

    for _ in recall.rewritten(hand.goodword.store, places, order, noted=noted):
        done += 1
        hand.progress(done, total)
    return {"texts": done}
