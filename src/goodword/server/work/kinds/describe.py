"""Describing as `POST /v1/describe` asks for it, results told one by one."""

from goodword.jobs import shape
from goodword.server.shapes.writing import DescribeIn
from goodword.server.work import describing
from goodword.server.work.hand import Hand
from goodword.store.tasks import Body

KIND, ROLE, SCOPE = "describe", "writer", "describe"


def run(hand: Hand) -> Body:
    """Describe; texts an earlier attempt has told are not told again, and none is written twice."""
    asked = DescribeIn.model_validate(hand.task.request)
    order = describing.order_of(hand.goodword, asked, actor=hand.actor)
    told = {(r["sku"], r["lang"], r["market"]) for r in hand.results()}
    done, counts = 0, {"released": 0, "held": 0, "refused": 0}
    total = describing.count(hand.goodword, asked) * len(order.pairs)
    hand.progress(0, total)
    hand.flush()
    products = describing.products_of(hand.goodword, asked)
    for found in hand.goodword.describe(products, order=order, of=f"task {hand.task.id}"):
        done += 1
        counts[found.outcome] += 1
        if (found.draft.sku, found.draft.lang, found.draft.market) not in told:
            hand.result(shape.described(found))
        hand.progress(done, total)
    return {"texts": done, **counts}
