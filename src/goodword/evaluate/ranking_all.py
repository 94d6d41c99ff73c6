"""One evaluation from start to end: events and goods in, the figures of several rankers out, and what rules cost."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from goodword.errors import InputError
from goodword.evaluate import ranking_rules
from goodword.evaluate.ranking_report import Evaluation
from goodword.evaluate.ranking_run import Known, judge
from goodword.evaluate.ranking_split import Protocol, split
from goodword.jobs.recommend import KINDS
from goodword.jobs.recommend_goods import goods_of
from goodword.rankers.base import Ranker
from goodword.rankers.interactions import Ids, Interactions
from goodword.rankers.rerank.goods import Goods
from goodword.rankers.rerank.rules import Rules
from goodword.types import Market, Product

RULES_USERS = 1000  # shoppers on whom rules are measured
_NEVER = ("view", "cart")


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """What is to be judged, on what.

    Attributes:
        kinds: of each event; views and carts are learnt from, but not to be found, where there are purchases.
        groups: columns of shoppers: name to {shopper: group}.
        rules: what is measured beside the rankers; None: nothing.
        data: what the events are called on the page.
    """

    events: Interactions
    kinds: NDArray[np.int8]
    protocol: Protocol
    products: tuple[Product, ...] = ()
    market: Market = "us"
    rebuy: bool | None = None
    cutoff: int | None = None
    ks: tuple[int, ...] = (10, 20)
    groups: Mapping[str, Mapping[str, str]] | None = None
    rules: Rules | None = None
    data: str = ""


def evaluate(trial: Trial, rankers: Sequence[tuple[str, Ranker]], say: Callable[[str], None]) -> Evaluation:
    """Judge rankers, the first being the base of differences and the one rules are measured with.

    Args:
        say: told what is being done.

    Raises:
        InputError: nobody is left to be judged, or there is nothing to learn from.
    """
    on = split(trial.events, trial.protocol, rebuy=trial.rebuy, cutoff=trial.cutoff, counts=worth(trial.kinds))
    goods = goods_of(trial.products, Ids(trial.events.item_ids.names), market=trial.market, events=on.train)
    known = known_of(goods, len(trial.events.item_ids))
    groups = {
        name: [labels.get(on.train.user_ids[u], "") for u in on.users.tolist()]
        for name, labels in (trial.groups or {}).items()
    }
    figures = []
    for name, ranker in rankers:
        say(name)
        figures.append(judge(name, ranker, on, ks=trial.ks, known=known, groups=groups))
    costs: tuple[ranking_rules.Cost, ...] = ()
    curves: tuple[ranking_rules.Curve, ...] = ()
    users = 0
    if trial.rules is not None:
        say("rules")
        some = ranking_rules.some(on, RULES_USERS)
        users = len(some.users)
        stage = ranking_rules.Stage(ranker=rankers[0][1], goods=goods, on=some, known=known, k=min(trial.ks))
        costs, curves = tuple(ranking_rules.costs(stage, trial.rules)), tuple(ranking_rules.curves(stage, trial.rules))
    return Evaluation(on=on, ks=tuple(sorted(trial.ks)), figures=tuple(figures), costs=costs, curves=curves,
                      data=trial.data, rules_users=users)  # fmt: skip


def known_of(goods: Goods, items: int) -> Known:
    """What is known of the items that have events."""
    if not goods.held.any():
        return Known()
    features = goods.features
    return Known(
        categories=goods.kind[:items].astype(np.int64), features=features[:items] if features is not None else None
    )


def worth(kinds: NDArray[np.int8]) -> NDArray[np.bool_] | None:
    """Purchases where there are any, else everything."""
    found = ~np.isin(kinds, [KINDS.index(k) for k in _NEVER])
    return found if found.any() else None


def read_groups(path: Path) -> dict[str, dict[str, str]]:
    """Columns of shoppers from a CSV file whose first column is the shopper: name to {shopper: group}.

    Raises:
        InputError: it cannot be read or has no second column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            names = list(table.fieldnames or ())
            if len(names) < 2:
                raise InputError("a file of groups needs a column of shoppers and one of groups", where=str(path),
                                 cure="Write: user,language")  # fmt: skip
            rows = list(table)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None
    except UnicodeDecodeError:
        raise InputError("this file is not UTF-8", where=str(path), cure="Save the file as UTF-8") from None
    return {name: {r[names[0]]: (r[name] or "").strip() for r in rows} for name in names[1:]}
