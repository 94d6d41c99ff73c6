"""Several rankers as one: each brought to its own best item, weighed, and moved by the trend of the shop.

score = prior + Σ members  weight × scale × trend ** power × score of the member

`scale` makes a member's best item 1 for this shopper, so that weights mean the same for everybody. It is one number a
history, so that contributions are those of the members, multiplied, and still add up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.base import Lists, State, open_ranker, restorer, top_lists
from goodword.rankers.interactions import Doubles, Floats, Histories, History, Interactions
from goodword.rankers.itemitem import cells_at_once, something
from goodword.rankers.kinds.popular import Popular
from goodword.rankers.sparse_top import WORTH, sparse_lists
from goodword.rankers.trend import Trend

_LEAST = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One ranker of a blend. `trend` is the power of the trend factor its scores are multiplied by."""

    name: str
    weight: float = 1.0
    trend: float = 0.0
    settings: Mapping[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "name": self.name, "weight": self.weight, "trend": self.trend,
            "settings": {k: v for k, v in self.settings.items() if k != "texts"},
        }  # fmt: skip


class Blend:
    """See `Ranker`.

    Args:
        members: `Member`s, or mappings of their fields.
        trend: settings of `Trend`; None: no trend. Of no effect where a shop has no dates.
        prior: weight of what the whole shop buys, the best seller being 1; it breaks ties and serves who is new.
        popular: settings of `Popular`, which the prior comes from.
    """

    NAME: ClassVar[str] = "blend"
    VERSION: ClassVar[str] = "1"

    def __init__(
        self, *, members: Sequence[Member | Mapping[str, Any]], trend: Mapping[str, Any] | None = None,
        prior: float = 1e-3, popular: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.members = tuple(m if isinstance(m, Member) else Member(**m) for m in members)
        self.rankers: list[Any] = [open_ranker(m.name, **m.settings) for m in self.members]
        self.trend = Trend(**trend) if trend is not None else None
        self.weight_of_prior, self.popular = prior, Popular(**(popular or {}))
        self._dated = False
        # Scales of the histories that are in use, so that ten reasons of one list do not score everything ten times;
        # an entry goes when its history does.
        self._scales: WeakKeyDictionary[History, tuple[float, ...]] = WeakKeyDictionary()

    @property
    def items(self) -> int:
        """See `Ranker`."""
        return self.popular.items

    def fit(self, interactions: Interactions) -> Self:
        """See `Ranker`."""
        something(interactions)
        self._scales.clear()
        self._dated = interactions.dated
        self.popular.fit(interactions)
        if self.trend is not None and self._dated:
            self.trend.fit(interactions)
        for ranker in self.rankers:
            ranker.fit(interactions)
        return self

    def add(self, histories: Histories, *, items: int | None = None) -> None:
        """See `Ranker`."""
        self._scales.clear()
        if self.trend is not None and self._dated:
            if items is not None and items > self.items:
                self.trend.grow(items)
            self.trend.count(histories.within(max(items or 0, self.items)), 1)
        self.popular.add(histories, items=items)
        for ranker in self.rankers:
            ranker.add(histories, items=items)

    def forget(self, histories: Histories) -> None:
        """See `Ranker`."""
        self._scales.clear()
        for ranker in self.rankers:  # first, since one of them may refuse
            ranker.forget(histories)
        self.popular.forget(histories)
        if self.trend is not None and self._dated:
            self.trend.count(histories.within(self.items), -1)

    # ------------------------------------------------------------ serving

    def _factor(self, power: float) -> Floats | None:
        return self.trend.factor(power) if self.trend is not None and self._dated and power else None

    def prior(self) -> Floats:
        """See `Ranker`."""
        sales = self.popular.prior()
        return np.asarray(sales * (self.weight_of_prior / max(float(sales.max(initial=0.0)), _LEAST)), np.float32)

    def scores(self, history: History) -> Floats:
        """See `Ranker`."""
        out, scales = self.prior(), []
        for member, ranker in zip(self.members, self.rankers, strict=True):
            told = ranker.scores(history)
            scales.append(_scale(told))
            told *= np.float32(member.weight * scales[-1])
            if (factor := self._factor(member.trend)) is not None:
                told *= factor
            out += told
        self._scales[history] = tuple(scales)
        return out

    def score_many(self, histories: Histories) -> Floats:
        """Scores of many shoppers; [histories, items]."""
        if len(histories) == 1:
            return self.scores(histories[0])[None]
        out: Any = None
        thin = []
        for member, ranker in zip(self.members, self.rankers, strict=True):
            if getattr(ranker, "THIN", False):
                thin.append(self._moved(ranker.score_sparse(histories), member))
                continue
            told = ranker.score_many(histories)
            told *= (member.weight / np.maximum(told.max(axis=1, initial=0.0), _LEAST)).astype(np.float32)[:, None]
            if (factor := self._factor(member.trend)) is not None:
                told *= factor
            out = told if out is None else np.add(out, told, out=out)
        if out is None:
            out = np.zeros((len(histories), self.items), np.float32)
        for told in thin:
            out[np.repeat(np.arange(len(histories)), np.diff(told.indptr)), told.indices] += told.data
        out += self.prior()
        return np.asarray(out, np.float32)

    def _moved(self, told: Any, member: Member) -> Any:
        """A member's scores as CSR, brought to its best item, weighed, and moved by the trend; in place."""
        full = np.flatnonzero(np.diff(told.indptr))
        best = np.full(told.shape[0], _LEAST, np.float32)  # a zero cell is a score as well
        if len(full):  # between the starts of full rows lie their cells only
            best[full] = np.maximum(np.maximum.reduceat(told.data, told.indptr[full]), best[full])
        told.data *= np.repeat((member.weight / best).astype(np.float32), np.diff(told.indptr))
        if (factor := self._factor(member.trend)) is not None:
            told.data *= factor[told.indices]
        return told

    def score_sparse(self, histories: Histories) -> Any:
        """Scores less the prior as CSR; None where a member is dense."""
        out: Any = None
        for member, ranker in zip(self.members, self.rankers, strict=True):
            told = ranker.score_sparse(histories) if hasattr(ranker, "score_sparse") else None
            if told is None:
                return None
            told = self._moved(told, member)
            out = told if out is None else out + told
        return out

    def contributions(self, history: History, item: int) -> Doubles:
        """See `Ranker`."""
        if (scales := self._scales.get(history)) is None:
            scales = tuple(_scale(ranker.scores(history)) for ranker in self.rankers)
            self._scales[history] = scales
        out = np.zeros(len(history))
        for member, ranker, scale in zip(self.members, self.rankers, scales, strict=True):
            factor = self._factor(member.trend)
            told = ranker.contributions(history, item)
            out += told * (member.weight * scale * (1.0 if factor is None else float(factor[item])))
        return out

    def top(
        self, histories: Histories, k: int, *, seen: bool = False, allowed: NDArray[np.bool_] | None = None
    ) -> Lists:
        """See `Ranker`."""
        sparse = self.items >= WORTH and len(histories) > 1
        if sparse and self.score_sparse(histories.part(0, 1)) is not None:
            return sparse_lists(self.score_sparse, histories, k, prior=self.prior(), seen=seen, allowed=allowed)
        cells = cells_at_once(self.rankers)
        return top_lists(self.score_many, histories, k, items=self.items, seen=seen, allowed=allowed, cells=cells)

    def similar(self, item: int) -> Floats:
        """What goes with an item: the members' own answers, blended as for a shopper who has just that; [items]."""
        out = np.zeros(self.items, np.float32)
        for member, ranker in zip(self.members, self.rankers, strict=True):
            told = ranker.similar(item)
            told[item] = 0.0
            factor = self._factor(member.trend)
            out += told * np.float32(member.weight * _scale(told)) * (1.0 if factor is None else factor)
        return out

    # ------------------------------------------------------------ on disk

    def state(self) -> State:
        """See `Ranker`."""
        arrays = {f"popular.{k}": v for k, v in self.popular.state().arrays.items()}
        states = [r.state() for r in self.rankers]
        for n, told in enumerate(states):
            arrays |= {f"{n}.{k}": v for k, v in told.arrays.items()}
        if self.trend is not None and self._dated:
            arrays |= self.trend.arrays()
        config = {
            "members": [m.plain() for m in self.members], "states": [dict(s.config) for s in states],
            "popular": dict(self.popular.state().config), "prior": self.weight_of_prior, "dated": self._dated,
            "trend": self.trend.config() if self.trend is not None else None,
        }  # fmt: skip
        return State(arrays=arrays, config=config)

    @classmethod
    def restore(cls, state: State) -> Self:
        """See `Ranker`."""
        told = state.config
        made = cls(members=told["members"], prior=told["prior"])
        made._dated = told["dated"]
        made.popular = Popular.restore(State(arrays=_of(state.arrays, "popular"), config=told["popular"]))
        made.rankers = [
            restorer(m.name)(State(arrays=_of(state.arrays, str(n)), config=own))
            for n, (m, own) in enumerate(zip(made.members, told["states"], strict=True))
        ]
        if (trend := told["trend"]) is not None:
            made.trend = (
                Trend.restore(state.arrays, trend)
                if made._dated
                else Trend(half_life=trend["half_life"], pseudo=trend["pseudo"])
            )
        return made


def _scale(scores: Floats) -> float:
    return 1.0 / max(float(scores.max(initial=0.0)), _LEAST)


def _of(arrays: Mapping[str, NDArray[Any]], name: str) -> dict[str, NDArray[Any]]:
    return {k.removeprefix(f"{name}."): v for k, v in arrays.items() if k.startswith(f"{name}.")}


RANKER = Blend
