"""Whether an item sells more or less than it used to: a factor per item, the same for every shopper.

Seasons, fashions and discontinued goods move a shop's sales more than any taste does. The factor is the sales of the
last days over those to be expected from the item's whole history, both drawn together by a few imagined sales:
`(recent + pseudo) / (expected + pseudo)`, the posterior mean of a Gamma-Poisson rate.
"""

from collections.abc import Mapping
from math import log
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.interactions import Doubles, Floats, Histories, Interactions
from goodword.rankers.weighing import DAY, faded, in_grains


class Trend:
    """Factor per item.

    Args:
        half_life: days after which a sale is half forgotten.
        pseudo: imagined sales that keep the factor near 1 where there are few.
    """

    def __init__(self, *, half_life: float = 7.0, pseudo: float = 2.0) -> None:
        self.half_life, self.pseudo = half_life, pseudo
        self.recent: Doubles = np.zeros(0)
        self.total: Doubles = np.zeros(0)
        self.now = self.first = 0
        self._powers: dict[float, Floats] = {}

    def fit(self, interactions: Interactions) -> Self:
        """Count; times must be dates."""
        self.now, self.first = interactions.now, interactions.begin
        items = len(interactions.item_ids)
        self.recent, self.total = np.zeros(items), np.zeros(items)
        self.count(interactions.histories(), 1)
        return self

    def grow(self, items: int) -> None:
        """Make room for new items."""
        self.recent, self.total = (np.concatenate([a, np.zeros(items - len(a))]) for a in (self.recent, self.total))

    def count(self, histories: Histories, sign: int) -> None:
        """Add (1) or take off (-1) what these shoppers bought."""
        weights = in_grains(histories.weights)
        fading = in_grains(weights * faded(self.now - histories.times, self.half_life))
        self.recent += sign * np.bincount(histories.items, fading, minlength=len(self.recent))
        self.total += sign * np.bincount(histories.items, weights, minlength=len(self.total))
        self._powers.clear()

    def factor(self, power: float = 1.0) -> Floats:
        """The factor of every item to a power; [items]."""
        if power not in self._powers:
            days = max((self.now - self.first) / DAY, 1.0)
            lived = min(self.half_life / log(2), days)  # days the faded sales stand for
            expected = self.total / days * lived
            ratio = (self.recent + self.pseudo) / (expected + self.pseudo)
            self._powers[power] = (ratio**power).astype(np.float32)
        return self._powers[power]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """To save."""
        return {"trend.recent": self.recent, "trend.total": self.total}

    def config(self) -> dict[str, Any]:
        """To save."""
        return {"half_life": self.half_life, "pseudo": self.pseudo, "now": self.now, "first": self.first}

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]], config: Mapping[str, Any]) -> Self:
        """From `arrays` and `config`."""
        made = cls(half_life=config["half_life"], pseudo=config["pseudo"])
        made.recent, made.total = arrays["trend.recent"], arrays["trend.total"]
        made.now, made.first = config["now"], config["first"]
        return made
