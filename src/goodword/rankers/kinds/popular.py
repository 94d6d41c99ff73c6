"""What the whole shop buys, each time worth less as it ages. The list without personalisation."""

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.base import Lists, State, top_lists
from goodword.rankers.interactions import Doubles, Floats, Histories, History, Interactions
from goodword.rankers.itemitem import something
from goodword.rankers.weighing import faded, in_grains


class Popular:
    """See `Ranker`. The prior is all there is; a history only says what was seen.

    Args:
        half_life: days after which a purchase counts half; of no effect where a shop has no dates.
    """

    NAME: ClassVar[str] = "popular"
    VERSION: ClassVar[str] = "1"

    def __init__(self, *, half_life: float | None = 30.0) -> None:
        self.half_life = half_life
        self.counts: Doubles = np.zeros(0)
        self.now, self._dated = 0, False

    @property
    def items(self) -> int:
        """See `Ranker`."""
        return len(self.counts)

    def fit(self, interactions: Interactions) -> Self:
        """See `Ranker`."""
        something(interactions)
        self.now, self._dated = interactions.now, interactions.dated
        self.counts = np.zeros(len(interactions.item_ids))
        self._count(interactions.histories(), 1)
        return self

    def _count(self, histories: Histories, sign: int) -> None:
        weights = histories.weights.astype(np.float64)
        if self.half_life is not None and self._dated:
            weights *= faded(self.now - histories.times, self.half_life)
        self.counts += sign * np.bincount(histories.items, in_grains(weights), minlength=self.items)

    def add(self, histories: Histories, *, items: int | None = None) -> None:
        """See `Ranker`. Events after the last fit count in full."""
        if items is not None and items > self.items:
            self.counts = np.concatenate([self.counts, np.zeros(items - self.items)])
        self._count(histories.within(self.items), 1)

    def forget(self, histories: Histories) -> None:
        """See `Ranker`."""
        self._count(histories.within(self.items), -1)

    def prior(self) -> Floats:
        """See `Ranker`."""
        return self.counts.astype(np.float32)

    def scores(self, history: History) -> Floats:
        """See `Ranker`."""
        return self.prior()

    def score_many(self, histories: Histories) -> Floats:
        """Scores of many shoppers; [histories, items]."""
        return np.tile(self.prior(), (len(histories), 1))

    def contributions(self, history: History, item: int) -> Doubles:
        """See `Ranker`."""
        return np.zeros(len(history))

    def top(
        self, histories: Histories, k: int, *, seen: bool = False, allowed: NDArray[np.bool_] | None = None
    ) -> Lists:
        """See `Ranker`."""
        return top_lists(self.score_many, histories, k, items=self.items, seen=seen, allowed=allowed)

    def state(self) -> State:
        """See `Ranker`."""
        config: dict[str, Any] = {"half_life": self.half_life, "now": self.now, "dated": self._dated}
        return State(arrays={"counts": self.counts}, config=config)

    @classmethod
    def restore(cls, state: State) -> Self:
        """See `Ranker`."""
        made = cls(half_life=state.config["half_life"])
        made.counts, made.now, made._dated = state.arrays["counts"], state.config["now"], state.config["dated"]
        return made


RANKER = Popular
