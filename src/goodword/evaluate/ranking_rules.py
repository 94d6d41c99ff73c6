"""What each rule costs in accuracy and what it buys in exposure, each alone, on the same shoppers: before it is on.

Stock, ages, prices and exclusions are of today and are not measured on the past; caps, variety, exposure rules and the
dropping of sensitive events are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.evaluate.ranking_intervals import Estimate, difference
from goodword.evaluate.ranking_metrics import Lists
from goodword.evaluate.ranking_run import Figures, Known, Listing, judge
from goodword.evaluate.ranking_split import Split
from goodword.rankers.base import Ranker
from goodword.rankers.interactions import Codes, Histories, together
from goodword.rankers.interactions import history as history_of
from goodword.rankers.rerank.apply import Reranker, Wish
from goodword.rankers.rerank.exposure import members
from goodword.rankers.rerank.goods import Goods
from goodword.rankers.rerank.rules import Rules, made

_POOL = 200  # best items of each shopper that rules choose from
_OFF: Mapping[str, Any] = {
    "stock": {"on": False}, "owned": {"on": False}, "caps": {}, "variety": {"method": "none"},
    "sensitive": {"without_consent": "use"},
}  # fmt: skip
WEIGHTS, SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7), (0.0, 0.05, 0.1, 0.2, 0.3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """One rule, on against off.

    Attributes:
        before, after: NDCG at the first k.
        change: of NDCG, user by user; `relative` is its mean over `before`.
        share_before, share_after: share of the places that go to those the rule is for; NaN where it is for nobody.
        coverage_before, coverage_after, gini_before, gini_after: of the catalogue.
    """

    rule: str
    before: Estimate
    after: Estimate
    change: Estimate
    relative: float
    share_before: float
    share_after: float
    coverage_before: float
    coverage_after: float
    gini_before: float
    gini_after: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One setting of a rule: NDCG with its interval against one other figure."""

    label: str
    ndcg: Estimate
    other: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """NDCG as a rule is turned up. `other` names the figure on the x axis."""

    name: str
    other: str
    points: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """A fitted ranker, the goods, and the shoppers it is judged on."""

    ranker: Ranker
    goods: Goods
    on: Split
    known: Known
    k: int = 10

    def figures(self, rules: Rules) -> Figures:
        """The figures of the lists under some rules."""
        listing = ruled(self.ranker, self.goods, rules, self.on)
        return judge("", self.ranker, self.on, ks=(self.k,), known=self.known, fit=False, listing=listing, rounds=300)


def off(**on: Any) -> Rules:
    """All rules off but those given."""
    return made({**_OFF, **on}, "rules")


def some(on: Split, most: int) -> Split:
    """The same split with at most so many shoppers, drawn by one seed."""
    if len(on.users) <= most:
        return on
    drawn = np.sort(np.random.default_rng(42).choice(len(on.users), most, replace=False))
    truth: Any = on.truth[drawn]
    owned: Any = on.owned[drawn]
    return replace(on, users=on.users[drawn], truth=truth, owned=owned)


def costs(stage: Stage, rules: Rules) -> Iterator[Cost]:
    """What each rule that is set costs, one after the other."""
    base = stage.figures(off())
    nobody = np.zeros(len(stage.goods), np.bool_)
    for name, table, inside in _each(rules, stage, nobody):
        yield _cost(name, base, stage.figures(off(**table)), inside, stage.k)


def curves(stage: Stage, rules: Rules) -> Iterator[Curve]:
    """NDCG against variety as variety is turned up, and against the share of each exposure rule."""
    if stage.goods.features is not None:
        method = rules.variety.method if rules.variety.method != "none" else "mmr"
        yield _curve(f"variety ({method})", "variety", stage,
                     {str(w): {"variety": {"method": method, "weight": w}} for w in WEIGHTS}, None)  # fmt: skip
    for rule in rules.exposure:
        told = rule.model_dump()
        inside = members(rule, stage.goods, now=_now(stage))
        tables = {str(s): {"exposure": [{**told, "share": s}]} if s else {} for s in SHARES}
        yield _curve(rule.name, "share", stage, tables, inside)


def _each(
    rules: Rules, stage: Stage, nobody: NDArray[np.bool_]
) -> Iterator[tuple[str, dict[str, Any], NDArray[np.bool_]]]:
    if rules.caps.category or rules.caps.seller:
        yield "caps", {"caps": rules.caps.model_dump()}, nobody
    if rules.variety.method != "none" and rules.variety.weight and stage.goods.features is not None:
        yield "variety", {"variety": rules.variety.model_dump()}, nobody
    if rules.sensitive.without_consent == "drop" and (stage.goods.topic >= 0).any():
        yield "sensitive", {"sensitive": rules.sensitive.model_dump()}, nobody
    for rule in rules.exposure:
        table = {"exposure": [rule.model_dump()]}
        yield f"exposure: {rule.name}", table, members(rule, stage.goods, now=_now(stage))


def _cost(name: str, base: Figures, new: Figures, inside: NDArray[np.bool_], k: int) -> Cost:
    key = f"ndcg@{k}"
    change = difference(new.per_user[key], base.per_user[key])
    before = base.values[key]
    return Cost(
        rule=name, before=before, after=new.values[key], change=change,
        relative=change.value / before.value if before.value else 0.0,
        share_before=_share(base.lists, inside), share_after=_share(new.lists, inside),
        coverage_before=base.catalogue[f"coverage@{k}"], coverage_after=new.catalogue[f"coverage@{k}"],
        gini_before=base.catalogue[f"gini@{k}"], gini_after=new.catalogue[f"gini@{k}"],
    )  # fmt: skip


def _curve(
    name: str, other: str, stage: Stage, tables: Mapping[str, dict[str, Any]], inside: NDArray[np.bool_] | None
) -> Curve:
    points = []
    for label, table in tables.items():
        found = stage.figures(off(**table))
        x = _share(found.lists, inside) if inside is not None else found.values[f"variety@{stage.k}"].value
        points.append(Point(label=label, ndcg=found.values[f"ndcg@{stage.k}"], other=x))
    return Curve(name=name, other=other, points=tuple(points))


def _share(lists: Lists, inside: NDArray[np.bool_]) -> float:
    shown = lists[lists >= 0]
    return float(inside[shown].mean()) if inside.any() and len(shown) else float("nan")


def _now(stage: Stage) -> int:
    return stage.on.now if stage.on.now is not None else stage.on.train.now


def ruled(ranker: Ranker, goods: Goods, rules: Rules, on: Split) -> Listing:
    """Lists under the rules, from the best items of each shopper and the best of those an exposure rule is for."""
    now = on.now if on.now is not None else on.train.now
    reranker = Reranker(rules=rules, goods=goods, rebuy=None, now=now)

    def listing(histories: Histories, users: Codes, k: int) -> Lists:
        used = _without_sensitive(histories, goods) if rules.sensitive.without_consent == "drop" else histories
        most = int(np.diff(on.owned.indptr).max(initial=0))
        pools = [ranker.top(used, min(ranker.items, _POOL + most), seen=True)]
        for rule in rules.exposure:
            inside = members(rule, goods, now=now)[: ranker.items]
            pools.append(ranker.top(used, min(ranker.items, k + most), seen=True, allowed=inside))
        out = np.full((len(users), k), -1, np.int32)
        for n, user in enumerate(users.tolist()):
            items = np.concatenate([p.items[n] for p in pools])
            scores = np.concatenate([p.scores[n] for p in pools])
            items, first = np.unique(items, return_index=True)
            own = on.owned.indices[on.owned.indptr[n] : on.owned.indptr[n + 1]]
            kept = (items >= 0) & (on.rebuy | ~np.isin(items, own))
            scores, items = scores[first][kept], items[kept]
            wish = Wish(k=k, age=130, lot=str(user))
            placed = reranker.arrange(scores, None, wish, pool=items)
            out[n, : len(placed)] = [p.item for p in placed]
        return out

    return listing


def _without_sensitive(histories: Histories, goods: Goods) -> Histories:
    """Histories without what would tell of a sensitive matter."""
    return together(
        history_of(h.items[keep], times=h.times[keep], weights=h.weights[keep], now=h.now)
        for h in histories for keep in [goods.topic[h.items] < 0]
    )  # fmt: skip
