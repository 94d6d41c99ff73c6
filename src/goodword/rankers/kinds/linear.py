"""EASE: the ridge regression of every item on all others, in closed form; and its sparse form for large catalogues.

Shoppers are weighed by their number of items to a power, so that a wholesaler does not speak for a hundred customers.
Source: Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019 (arXiv 1905.03375). The sparse form
solves each item's regression on the items it is most often bought with (Steck, "Markov Random Fields for Collaborative
Filtering", NeurIPS 2019, with the support chosen by correlation).
"""

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from goodword.rankers.base import State
from goodword.rankers.gram import Gram
from goodword.rankers.interactions import Doubles, Floats, Histories, Interactions
from goodword.rankers.itemitem import ItemItem
from goodword.rankers.kernels import in_rows
from goodword.rankers.sums import csr_arrays, csr_from, parts
from goodword.rankers.thin import thinly

_EVENTS = 1 << 20  # counted at once
_WEIGHT_GRAIN, _VALUE_GRAIN = 2.0**-22, 2.0**-4  # products are multiples of 2**-30: see `weighing.GRAIN`


class Linear(ItemItem):
    """See `Ranker`.

    Args:
        l2: ridge added to every item's own sum, in units of shoppers (of weighed shoppers where `user_power` > 0).
        user_power: a shopper of n items weighs n ** -user_power.
        item_power: an item that sums to n weighs n ** -item_power in the regression, and half of that is given back
            when it is offered: best sellers then drown out less (in the manner of DAN, Park et al., SIGIR 2025).
        dropout: share of its own sum added to each item's ridge (EDLAE: Steck, "Autoencoders that don't overfit towards
            the Identity", NeurIPS 2020).
        dense: up to so many items the full matrix is solved (memory 8 n² bytes while solving, 4 n² after).
        support: above, each item is regressed on so many others.
        step, half_life: see `weigh`.
    """

    NAME: ClassVar[str] = "linear"
    VERSION: ClassVar[str] = "1"

    def __init__(
        self, *, l2: float = 300.0, user_power: float = 0.0, item_power: float = 0.0, dropout: float = 0.0,
        dense: int = 12_500, support: int = 100, step: float = 0.0, half_life: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__(step=step, half_life=half_life)
        self.l2, self.user_power, self.dense, self.support = l2, user_power, dense, support
        self.item_power, self.dropout = item_power, dropout
        self.gram = Gram(0)

    def _clear(self, items: int) -> None:
        self.gram = Gram(items)

    def _grow(self, items: int) -> None:
        self.gram.grow(items)

    def _count(self, histories: Histories, sign: int) -> None:
        for some in parts(histories, _EVENTS):
            have = in_rows(some.weights.astype(np.float64), some.items, some.starts, self._items)
            have.data = np.maximum(np.rint(np.minimum(have.data, 1.0) / _VALUE_GRAIN) * _VALUE_GRAIN, _VALUE_GRAIN)
            number = np.maximum(np.diff(have.indptr), 1).astype(np.float64)
            self.gram.count(have, np.rint(number**-self.user_power / _WEIGHT_GRAIN) * _WEIGHT_GRAIN, sign)

    def _derive(self) -> Any:
        own = np.maximum(self.gram.diagonal(), 1e-12)
        if not self.item_power:
            ridge = self.l2 + self.dropout * self.gram.diagonal()
            return self._solved(None, ridge) if self._items <= self.dense else thinly(self.gram, ridge, self.support)
        scale = own**-self.item_power
        scale *= np.sqrt(own.sum() / (own * scale**2).sum())  # the whole sum stays, so that l2 means the same
        ridge = self.l2 + self.dropout * self.gram.diagonal() * scale**2
        if self._items <= self.dense:
            made = self._solved(scale, ridge)
            made *= scale.astype(np.float32)[:, None]
            made *= (scale**-0.5).astype(np.float32)
            return made
        thin = thinly(self.gram, ridge, self.support, scale)
        return (sparse.diags(scale) @ thin @ sparse.diags(scale**-0.5)).tocsr().astype(np.float32)

    def _solved(self, scale: Doubles | None, ridge: Doubles) -> Floats:
        gram = self.gram.triangle(scale)
        gram[np.diag_indices_from(gram)] += ridge.astype(np.float32)
        factor, wrong = linalg.lapack.spotrf(gram.T, lower=1, clean=0, overwrite_a=1)  # transposed: no copy for Fortran
        assert not wrong, "a Gram matrix with a ridge is positive definite"
        inverse, _ = linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
        _mirror(inverse)
        inverse = inverse.T  # the same both ways round, and now row by row in memory
        inverse /= -np.diag(inverse).copy()  # by column: the item offered
        np.fill_diagonal(inverse, 0.0)
        return np.ascontiguousarray(inverse, np.float32)

    def fit(self, interactions: Interactions) -> Self:
        """See `Ranker`."""
        super().fit(interactions)
        return self

    def state(self) -> State:
        """See `Ranker`."""
        settings = {name: getattr(self, name) for name in _SETTINGS}
        config = {"settings": settings, "dated": self._dated, "items": self._items}
        return State(arrays={**csr_arrays("gram", self.gram.half()), **self._derived_arrays()}, config=config)

    @classmethod
    def restore(cls, state: State) -> Self:
        """See `Ranker`."""
        made = cls(**state.config["settings"])
        made._dated, made._items = state.config["dated"], state.config["items"]
        made.gram = Gram.restore(csr_from("gram", state.arrays, made._items))
        made._take_derived(state.arrays)
        return made


_SETTINGS = ("l2", "user_power", "item_power", "dropout", "dense", "support", "step", "half_life")


def _mirror(lower: NDArray[np.float32]) -> None:
    """Fill the upper triangle from the lower one, in blocks, in place."""
    n, block = len(lower), 512
    for a in range(0, n, block):
        b = min(a + block, n)
        lower[a:b, b:] = lower[b:, a:b].T
        part = lower[a:b, a:b]
        lower[a:b, a:b] = np.tril(part) + np.tril(part, -1).T


RANKER = Linear
