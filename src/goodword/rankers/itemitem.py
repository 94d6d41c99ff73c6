"""Rankers that score by one matrix of items by items: score = weights of the shopper's events × matrix.

Everything such a ranker says of a shopper is that product, so its reasons are the summands.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from goodword.errors import InputError
from goodword.rankers.base import FAR, NEAR, Lists, top_lists
from goodword.rankers.interactions import Doubles, Floats, Histories, History, Interactions
from goodword.rankers.kernels import in_rows, times_dense, times_sparse
from goodword.rankers.sparse_top import WORTH, sparse_lists
from goodword.rankers.sums import csr_arrays, csr_from, is_sparse
from goodword.rankers.weighing import weigh, weigh_one


class ItemItem(ABC):
    """See `Ranker`. A subclass counts (`_count`, added to or subtracted from its sums) and derives the matrix.

    Args of every subclass:
        step, half_life: how events lose weight when a shopper is served (see `weigh`).
    """

    NAME: ClassVar[str]
    VERSION: ClassVar[str]
    THIN: ClassVar[bool] = False  # whether a shopper's scores are no more than their own items

    def __init__(self, *, step: float = 0.0, half_life: float | None = None) -> None:
        self.step, self.half_life = step, half_life
        self._items = 0
        self._dated = False
        self._derived: Any = None  # scipy CSR or dense float32, row = an item of the history

    # ------------------------------------------------------------ learning

    @abstractmethod
    def _clear(self, items: int) -> None:
        """Set all sums to zero."""

    @abstractmethod
    def _count(self, histories: Histories, sign: int) -> None:
        """Add (1) what these shoppers tell to the sums, or take it off (-1)."""

    @abstractmethod
    def _grow(self, items: int) -> None:
        """Make room in the sums for new items."""

    @abstractmethod
    def _derive(self) -> Any:
        """The matrix that follows from the sums."""

    def fit(self, interactions: Interactions) -> Any:
        """See `Ranker`."""
        something(interactions)
        self._items, self._dated = len(interactions.item_ids), interactions.dated
        self._clear(self._items)
        self._count(interactions.histories(now=interactions.now), 1)
        self._derived = self._derive()
        return self

    def add(self, histories: Histories, *, items: int | None = None) -> None:
        """See `Ranker`."""
        if items is not None and items > self._items:
            self._grow(items)
            self._items = items
        self._count(histories.within(self._items), 1)
        self._derived = None

    def forget(self, histories: Histories) -> None:
        """See `Ranker`."""
        self._count(histories.within(self._items), -1)
        self._derived = None

    # ------------------------------------------------------------ serving

    @property
    def items(self) -> int:
        """See `Ranker`."""
        return self._items

    @property
    def matrix(self) -> Any:
        """Items × items: what an event with the row's item adds to the column's score. Derived anew after a change."""
        if self._derived is None:
            if not self._items:
                raise InputError("this ranker has learnt nothing yet", cure="Run: goodword recommend fit EVENTS")
            self._derived = self._derive()
        return self._derived

    def prior(self) -> Floats:
        """See `Ranker`: nothing here is the same for everybody."""
        return np.zeros(self._items, np.float32)

    def _fading(self) -> float | None:
        return self.half_life if self._dated else None

    def scores(self, history: History) -> Floats:
        """See `Ranker`."""
        known = history.items < self._items
        weights = weigh_one(history, step=self.step, half_life=self._fading())[known]
        items = history.items[known]
        matrix = self.matrix
        if not len(items):
            return np.zeros(self._items, np.float32)
        if not is_sparse(matrix):
            return np.asarray(weights.astype(np.float32) @ matrix[items], np.float32)
        starts, stops = matrix.indptr[items].astype(np.int64), matrix.indptr[items + 1].astype(np.int64)
        lengths = stops - starts
        ends = np.cumsum(lengths)
        cells = np.arange(ends[-1]) + np.repeat(starts - ends + lengths, lengths)
        told = matrix.data[cells] * np.repeat(weights, lengths)
        return np.bincount(matrix.indices[cells], told, minlength=self._items).astype(np.float32)

    def _weighed(self, histories: Histories) -> Any:
        """The weights of many shoppers as CSR, repeats of an item added up; [histories, items]."""
        weights = weigh(histories, step=self.step, half_life=self._fading()).astype(np.float32)
        items, starts = histories.items, histories.starts
        if len(items) and int(items.max()) >= self._items:
            known = items < self._items
            items, weights = items[known], weights[known]
            starts = np.concatenate([[0], np.cumsum(known)])[starts]
        return in_rows(weights, items, starts, self._items)

    def _told(self, histories: Histories) -> Any:
        """Scores of many shoppers as the product gives them: scipy CSR or dense."""
        return self._weighed(histories) @ self.matrix

    def score_many(self, histories: Histories) -> Floats:
        """Scores of many shoppers; [histories, items]."""
        if len(histories) == 1:
            return self.scores(histories[0])[None]
        weights, matrix = self._weighed(histories), self.matrix
        return times_sparse(weights, matrix) if is_sparse(matrix) else times_dense(weights, matrix)

    def score_sparse(self, histories: Histories) -> Any:
        """The same as CSR, without the zeros; None where the matrix is dense."""
        return self._told(histories) if is_sparse(self.matrix) else None

    def contributions(self, history: History, item: int) -> Doubles:
        """See `Ranker`."""
        out = weigh_one(history, step=self.step, half_life=self._fading())
        known = history.items < self._items
        matrix = self.matrix
        if not is_sparse(matrix):
            cells = matrix[history.items[known], item]
        else:
            cells = np.array([_cell(matrix, int(row), item) for row in history.items[known]], np.float64)
        out[known] *= cells
        out[~known] = 0.0
        return out

    def top(
        self, histories: Histories, k: int, *, seen: bool = False, allowed: NDArray[np.bool_] | None = None
    ) -> Lists:
        """See `Ranker`."""
        if self._items >= WORTH and len(histories) > 1 and is_sparse(self.matrix):
            return sparse_lists(self._told, histories, k, prior=self.prior(), seen=seen, allowed=allowed)
        cells = cells_at_once([self])
        return top_lists(self.score_many, histories, k, items=self._items, seen=seen, allowed=allowed, cells=cells)

    def _derived_arrays(self) -> dict[str, NDArray[Any]]:
        """The matrix to save, so that a reader need not derive it again."""
        matrix = self.matrix if self._items else None
        if matrix is None or not is_sparse(matrix):
            return {} if matrix is None else {"matrix": matrix}
        return csr_arrays("matrix", matrix)

    def _take_derived(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        if "matrix" in arrays:
            self._derived = arrays["matrix"]
        elif "matrix.data" in arrays:
            self._derived = csr_from("matrix", arrays, self._items)

    def similar(self, item: int) -> Floats:
        """What an event with this item adds to every other's score; [items]."""
        row = self.matrix[item]
        return np.asarray(row.toarray().ravel() if is_sparse(row) else row, np.float32)


def _cell(matrix: Any, row: int, column: int) -> float:
    """One cell of a CSR matrix whose indices are sorted."""
    a, b = matrix.indptr[row], matrix.indptr[row + 1]
    at = a + np.searchsorted(matrix.indices[a:b], column)
    return float(matrix.data[at]) if at < b and matrix.indices[at] == column else 0.0


def cells_at_once(rankers: Sequence[Any]) -> int:
    """How many scores to make at once: a whole matrix is read anew for every part, so its parts are large."""
    return NEAR if all(isinstance(r, ItemItem) and is_sparse(r.matrix) for r in rankers) else FAR


def something(interactions: Interactions) -> None:
    """Refuse to learn from nothing."""
    if not len(interactions):
        raise InputError("there are no events to learn from", cure="Give a file with at least one purchase or view")


def strongest(matrix: Any, k: int) -> Any:
    """The k largest cells of every row of a CSR matrix (more where the k-th is tied), with sorted indices, float32."""
    made = sparse.csr_matrix(matrix)
    lengths = np.diff(made.indptr)
    if not len(made.data) or int(lengths.max()) <= k:
        made.sort_indices()
        return made.astype(np.float32)
    keep = np.ones(len(made.data), bool)
    for row in np.flatnonzero(lengths > k):
        cells = made.data[made.indptr[row] : made.indptr[row + 1]]
        cut = np.partition(cells, len(cells) - k)[len(cells) - k]
        keep[made.indptr[row] : made.indptr[row + 1]] = cells >= cut
    starts = np.concatenate([[0], np.cumsum(keep)])[made.indptr]
    kept = sparse.csr_matrix((made.data[keep].astype(np.float32), made.indices[keep], starts), shape=made.shape)
    kept.sort_indices()
    return kept
