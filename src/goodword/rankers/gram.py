"""Sums over shoppers of the products of what they have, for every pair of items.

They are the same both ways round, so of a small catalogue only the upper triangle is kept, as an array into which
shoppers are added where it lies; of a large one all pairs that occur, as CSR. Products are multiples of
`weighing.GRAIN`: sums are exact in any order, and what was added can be taken off to the bit.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from goodword.rankers.interactions import Doubles, Floats
from goodword.rankers.kernels import add_spans

WHOLE = 8_000  # items up to which pairs are kept as an array
_BLOCK = 32  # rows worked on at once: they stay in the processor's cache


class Gram:
    """Sums of pairs of `items` items."""

    def __init__(self, items: int) -> None:
        self.items = items
        self.upper: Doubles | None = np.zeros((items, items)) if items <= WHOLE else None  # zeros below the diagonal
        self.pairs: Any = None if self.upper is not None else sparse.csr_matrix((items, items))

    def count(self, have: Any, shoppers: Doubles, sign: int) -> None:
        """Add (1) or take off (-1) shoppers.

        Args:
            have: [shoppers, items], CSR of doubles with sorted columns: how much each has of each item.
            shoppers: weight of each.
        """
        if self.upper is None:
            self.add(have.T.tocsr() @ sparse.diags(sign * shoppers) @ have)
            return
        # Row i of the sums is, of everyone who has i, what they have from i on: spans of the rows of `have`.
        places = (np.arange(have.nnz, dtype=have.indices.dtype), have.indices, have.indptr)
        at = sparse.csr_matrix(places, shape=have.shape).tocsc()
        weights = have.data[at.data] * (sign * shoppers)[at.indices]
        spans = (at.data, have.indptr[at.indices + 1])
        add_spans(self.upper, at.indptr, spans, weights, (have.indices, have.data))

    def add(self, sums: Any) -> None:
        """Add sums of pairs that are there already; [items, items], CSR of doubles, both ways round."""
        if self.upper is None:
            self.pairs = self.pairs + sums if self.pairs.nnz else sums
            self.pairs.eliminate_zeros()
            return
        cells = sparse.triu(sums, format="coo")
        self.upper[cells.row, cells.col] += cells.data

    def grow(self, items: int) -> None:
        """Make room for new items."""
        if self.upper is not None and items <= WHOLE:
            wider = np.zeros((items, items))
            wider[: self.items, : self.items] = self.upper
            self.upper = wider
        else:
            if self.upper is not None:
                self.pairs, self.upper = _both(self.half()), None
            self.pairs.resize((items, items))
        self.items = items

    def diagonal(self) -> Doubles:
        """Each item with itself; [items]."""
        return (self.upper if self.upper is not None else self.pairs).diagonal().copy()

    def blocks(self) -> Iterator[tuple[int, Doubles]]:
        """Whole rows, some at a time, and the number of the first. Only where `upper` is kept."""
        assert self.upper is not None
        for first in range(0, self.items, _BLOCK):
            last = min(first + _BLOCK, self.items)
            rows = np.empty((last - first, self.items))
            rows[:, :first] = self.upper[:first, first:last].T
            rows[:, first:] = self.upper[first:last, first:]
            square = rows[:, first:last]
            square += np.triu(square, 1).T
            yield first, rows

    def whole(self) -> Doubles:
        """All cells as a new array; [items, items]."""
        if self.upper is None:
            return np.asarray(self.pairs.toarray(), np.float64)
        return self.upper + np.triu(self.upper, 1).T

    def triangle(self, scale: Doubles | None) -> Floats:
        """The upper triangle, each cell times the scales of both its items, as a new array of float32."""
        if self.upper is None:
            pairs = self.pairs if scale is None else sparse.diags(scale) @ self.pairs @ sparse.diags(scale)
            return np.asarray(pairs.toarray(), np.float32)
        made = np.zeros((self.items, self.items), np.float32)
        for first in range(0, self.items, _BLOCK):
            part = self.upper[first : first + _BLOCK, first:]
            made[first : first + _BLOCK, first:] = (
                part if scale is None else part * scale[first : first + _BLOCK, None] * scale[first:]
            )
        return made

    def half(self) -> Any:
        """The upper triangle as CSR, to save."""
        if self.upper is None:
            return sparse.triu(self.pairs, format="csr")
        columns: list[NDArray[np.int32]] = []
        values: list[Doubles] = []
        for row in range(self.items):
            cells = self.upper[row, row:]
            found = np.flatnonzero(cells != 0)
            columns.append((found + row).astype(np.int32))
            values.append(cells[found])
        starts = np.cumsum([0, *map(len, columns)])
        if not columns:
            return sparse.csr_matrix((0, 0))
        shape = (self.items, self.items)
        return sparse.csr_matrix((np.concatenate(values), np.concatenate(columns), starts), shape=shape)

    @classmethod
    def restore(cls, half: Any) -> Self:
        """From `half`."""
        made = cls(half.shape[0])
        if made.upper is None:
            made.pairs = _both(half)
        else:
            for row, (a, b) in enumerate(pairwise(half.indptr.tolist())):
                made.upper[row, half.indices[a:b]] = half.data[a:b]
        return made


def _both(half: Any) -> Any:
    return (half + sparse.triu(half, 1).T).tocsr()
