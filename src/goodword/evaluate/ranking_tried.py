"""What variety and exposure cost a fitted recommender, measured on its own past, before anybody turns them up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from goodword.evaluate import ranking_rules
from goodword.evaluate.ranking_all import RULES_USERS, known_of, worth
from goodword.evaluate.ranking_rules import Cost, Curve, Stage
from goodword.evaluate.ranking_split import split
from goodword.jobs.recommend import Fitted
from goodword.jobs.recommend_goods import goods_of
from goodword.rankers.base import Ranker
from goodword.rankers.interactions import Ids
from goodword.rankers.rerank.rules import Rules
from goodword.types import Market, Product

_ROUNDING = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """Costs of the rules as they are set, and accuracy as each is turned up, on so many shoppers."""

    users: int
    k: int
    costs: tuple[Cost, ...]
    curves: tuple[Curve, ...]


def measure(
    fitted: Fitted,
    ranker: Ranker,
    rules: Rules,
    products: Sequence[Product],
    *,
    market: Market,
    advance: Callable[[str], None] = lambda stage: None,
) -> Tried:
    """Learn from all but the last 30 days (or the last tenth), and try the rules on those.

    Args:
        ranker: a new one of the kind that is in use, not yet fitted.
        rules: whose costs are wanted; exposure rules whose cost nobody has accepted yet included.
        advance: told what is being done.

    Raises:
        InputError: no shopper has both a history and something after it to be found.
    """
    advance("learning")
    kinds = np.asarray(fitted.kinds)
    on = split(fitted.events, "temporal", counts=worth(kinds))
    goods = goods_of(products, Ids(fitted.events.item_ids.names), market=market, events=on.train)
    ranker.fit(on.train)
    some = ranking_rules.some(on, RULES_USERS)
    stage = Stage(ranker=ranker, goods=goods, on=some, known=known_of(goods, len(fitted.events.item_ids)))
    advance("costs")
    found = tuple(ranking_rules.costs(stage, rules))
    advance("curves")
    return Tried(users=len(some.users), k=stage.k, costs=found, curves=tuple(ranking_rules.curves(stage, rules)))


def plain(found: Tried) -> dict[str, Any]:
    """As data: shares and NDCG as numbers, intervals as [low, high]."""
    return {
        "users": found.users, "k": found.k,
        "costs": [
            {"rule": c.rule, "before": _number(c.before.value), "after": _number(c.after.value),
             "relative": _number(c.relative), "change": [_number(c.change.low), _number(c.change.high)],
             "share_before": _number(c.share_before), "share_after": _number(c.share_after),
             "coverage_before": _number(c.coverage_before), "coverage_after": _number(c.coverage_after)}
            for c in found.costs
        ],
        "curves": [
            {"name": c.name, "other": c.other, "points": [
                {"label": p.label, "ndcg": _number(p.ndcg.value), "low": _number(p.ndcg.low),
                 "high": _number(p.ndcg.high), "other": _number(p.other)} for p in c.points]}
            for c in found.curves
        ],
    }  # fmt: skip


def loss(told: Mapping[str, Any], curve: str, setting: float) -> float | None:
    """The loss of NDCG, as a share, at a setting of a measured curve; between two measured ones by the straight line.

    None where the curve was not measured or the setting lies beyond it.
    """
    for one in told.get("curves", ()):
        if one["name"] == curve:
            xs = [float(p["label"]) for p in one["points"]]
            ys = [float(p["ndcg"]) for p in one["points"]]
            if not xs or not min(xs) <= setting <= max(xs) or not ys[0]:
                return None
            return 1 - float(np.interp(setting, xs, ys)) / ys[0]
    return None


def _number(value: float) -> float | None:
    return None if value != value else round(float(value), _ROUNDING)  # noqa: PLR0124 - NaN
