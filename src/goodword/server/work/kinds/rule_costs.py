"""What the rules of the recommender cost, measured on the shop's own past."""

from goodword.server.work.hand import Hand
from goodword.store import catalogue
from goodword.store.tasks import Body

KIND, ROLE, SCOPE = "rule-costs", "writer", "recommend"


def run(hand: Hand) -> Body:
    """Measure; begun again from the beginning after a stop.

    It writes nothing but its result, and draws the same shoppers by the same seed, so a second attempt tells what one
    would have; it takes a minute or two.
    """
    from goodword.evaluate import ranking_tried
    from goodword.rankers.rerank.rules import made

    told = hand.goodword.recommend()
    fitted = told.fitted
    rules = made(hand.task.request["rules"], "rules")
    with hand.goodword.store.read() as conn:
        products = tuple(catalogue.products(conn))
    stages = {"learning": 0, "costs": 1, "curves": 2}

    def advance(stage: str) -> None:
        hand.progress(stages[stage], len(stages))
        hand.flush()

    ranker = told.ranker(str(fitted.card["ranker"]), products)
    found = ranking_tried.measure(fitted, ranker, rules, products, market=told.voice.market, advance=advance)
    return {**ranking_tried.plain(found), "fitted": str(fitted.card.get("fitted", ""))}
