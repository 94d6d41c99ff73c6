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
from goodword.rankers.interactions import Doubles, Floats, Histories, Interactions
from goodword.rankers.itemitem import ItemItem
from goodword.rankers.sums import csr_arrays, csr_from, nothing, parts

_EVENTS = 1 << 20  # counted at once
_WHOLE = 8_000  # items up to which the Gram matrix is held as an array while solving
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
        self.gram: Any = None  # items × items, CSR of doubles

    def _clear(self, items: int) -> None:
        self.gram = sparse.csr_matrix((items, items))

    def _grow(self, items: int) -> None:
        self.gram.resize((items, items))

    def _count(self, histories: Histories, sign: int) -> None:
        for some in parts(histories, _EVENTS):
            self.gram = self.gram + sign * self._products(some)
        if sign < 0:
            self.gram.eliminate_zeros()

    def _products(self, some: Histories) -> Any:
        shape = (len(some), self._items)
        have = sparse.csr_matrix((some.weights.astype(np.float64), some.items.copy(), some.starts), shape=shape)
        have.sum_duplicates()
        have.data = np.maximum(np.rint(np.minimum(have.data, 1.0) / _VALUE_GRAIN) * _VALUE_GRAIN, _VALUE_GRAIN)
        number = np.maximum(np.diff(have.indptr), 1).astype(np.float64)
        shoppers = np.rint(number**-self.user_power / _WEIGHT_GRAIN) * _WEIGHT_GRAIN
        return have.T.tocsr() @ sparse.diags(shoppers) @ have

    def _derive(self) -> Any:
        own = np.maximum(self.gram.diagonal(), 1e-12)
        scale = own**-self.item_power
        scale *= np.sqrt(own.sum() / (own * scale**2).sum())  # the whole sum stays, so that l2 means the same
        gram = self.gram if not self.item_power else sparse.diags(scale) @ self.gram @ sparse.diags(scale)
        ridge = self.l2 + self.dropout * gram.diagonal()
        if self._items <= self.dense:
            made = self._solved(gram, ridge)
            if self.item_power:
                made *= scale.astype(np.float32)[:, None]
                made *= (scale**-0.5).astype(np.float32)
            return made
        thin = self._sparse(gram.tocsr(), ridge)
        if self.item_power:
            thin = (sparse.diags(scale) @ thin @ sparse.diags(scale**-0.5)).tocsr().astype(np.float32)
        return thin

    def _solved(self, told: Any, ridge: Doubles) -> Floats:
        gram = np.asarray(told.toarray(), np.float32)
        gram[np.diag_indices_from(gram)] += ridge.astype(np.float32)
        factor, wrong = linalg.lapack.spotrf(gram.T, lower=1, overwrite_a=1)  # transposed: no copy for Fortran
        assert not wrong, "a Gram matrix with a ridge is positive definite"
        inverse, _ = linalg.lapack.spotri(factor, lower=1, overwrite_c=1)
        _mirror(inverse)
        inverse /= -np.diag(inverse).copy()  # by column: the item offered
        np.fill_diagonal(inverse, 0.0)
        return np.ascontiguousarray(inverse, np.float32)

    def _sparse(self, gram: Any, ridge: Doubles) -> Any:
        own = np.maximum(gram.diagonal(), 1e-12)
        whole = gram.toarray() if self._items <= _WHOLE else None  # cells are much faster to take from an array
        places, columns, values = [], [], []
        for item in range(self._items):
            others, cells = _support(gram, own, item, self.support)
            if not len(others):
                continue
            inner = gram[others][:, others].toarray() if whole is None else whole[np.ix_(others, others)]
            inner[np.diag_indices_from(inner)] += ridge[others]
            factor, wrong = linalg.lapack.dpotrf(inner, overwrite_a=True)
            assert not wrong, "a Gram matrix with a ridge is positive definite"
            places.append(others)
            columns.append(np.full(len(others), item, np.int32))
            values.append(linalg.lapack.dpotrs(factor, cells)[0])
        if not places:
            return nothing(self._items)
        weights = np.concatenate(values).astype(np.float32)
        shape = (self._items, self._items)
        made = sparse.csr_matrix((weights, (np.concatenate(places), np.concatenate(columns))), shape=shape)
        made.sort_indices()
        return made

    def fit(self, interactions: Interactions) -> Self:
        """See `Ranker`."""
        super().fit(interactions)
        return self

    def state(self) -> State:
        """See `Ranker`."""
        settings = {name: getattr(self, name) for name in _SETTINGS}
        config = {"settings": settings, "dated": self._dated, "items": self._items}
        half = sparse.triu(self.gram, format="csr")  # it is symmetric
        return State(arrays={**csr_arrays("gram", half), **self._derived_arrays()}, config=config)

    @classmethod
    def restore(cls, state: State) -> Self:
        """See `Ranker`."""
        made = cls(**state.config["settings"])
        made._dated, made._items = state.config["dated"], state.config["items"]
        half = csr_from("gram", state.arrays, made._items)
        made.gram = (half + sparse.triu(half, 1).T).tocsr()
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


def _support(gram: Any, own: Doubles, item: int, most: int) -> tuple[NDArray[np.int32], Doubles]:
    """The items most correlated with one, by number, and their cells."""
    a, b = gram.indptr[item], gram.indptr[item + 1]
    others, cells = gram.indices[a:b], gram.data[a:b]
    apart = others != item
    others, cells = others[apart], cells[apart]
    if len(others) > most:
        best = np.argpartition(-cells * cells / own[others], most)[:most]
        best.sort()
        others, cells = others[best], cells[best]
    return others, cells


RANKER = Linear
