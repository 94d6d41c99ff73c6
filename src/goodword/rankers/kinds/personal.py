"""What the shopper bought themselves, each time worth less as it ages: for shops where people buy again.

Source: personal frequency with decay is the strongest simple model of next baskets (Li et al., TOIS 2023).
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from scipy import sparse

from goodword.rankers.base import State
from goodword.rankers.interactions import Histories, Interactions
from goodword.rankers.itemitem import ItemItem


class Personal(ItemItem):
    """See `Ranker`. The matrix is the identity; nothing is learnt of anyone.

    Args:
        half_life: days after which a purchase counts half.
    """

    NAME: ClassVar[str] = "personal"
    VERSION: ClassVar[str] = "1"
    THIN: ClassVar[bool] = True

    def __init__(self, *, half_life: float | None = 250.0, step: float = 0.0) -> None:
        super().__init__(step=step, half_life=half_life)

    def _clear(self, items: int) -> None:
        pass

    def _count(self, histories: Histories, sign: int) -> None:
        pass

    def _grow(self, items: int) -> None:
        pass

    def _derive(self) -> Any:
        return sparse.identity(self._items, np.float32, format="csr")

    def _told(self, histories: Histories) -> Any:
        return self._weighed(histories)

    def fit(self, interactions: Interactions) -> Self:
        """See `Ranker`."""
        super().fit(interactions)
        return self

    def state(self) -> State:
        """See `Ranker`."""
        config = {"half_life": self.half_life, "step": self.step, "items": self._items, "dated": self._dated}
        return State(arrays={}, config=config)

    @classmethod
    def restore(cls, state: State) -> Self:
        """See `Ranker`."""
        told: Mapping[str, Any] = state.config
        made = cls(half_life=told["half_life"], step=told["step"])
        made._items, made._dated = told["items"], told["dated"]
        return made


RANKER = Personal
