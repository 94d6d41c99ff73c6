"""Sums of many spans of cells, added straight into rows of an array by scipy's own compiled loops.

The public product of two sparse matrices collects each row of its result in a linked list: for a shopper of 140 items
among 4,678 that takes four times as long as adding into an array. The loops are those that `scipy.sparse` calls for a
matrix and a vector; they are private, so where a scipy lacks them the public products give the same sums, slower.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from goodword.rankers.interactions import Floats

_WIDE = 128  # columns of a dense matrix at once: with them its rows stay in the processor's second cache


def _loop(name: str) -> Any:
    try:
        from scipy.sparse import _sparsetools  # type: ignore[attr-defined, unused-ignore]
    except ImportError:
        return None
    return getattr(_sparsetools, name, None)


_by_columns, _by_rows = _loop("csc_matvec"), _loop("csr_matvecs")


def add_spans(
    out: NDArray[Any],
    cuts: NDArray[np.integer],
    spans: tuple[NDArray[np.integer], NDArray[np.integer]],
    weights: NDArray[Any],
    cells: tuple[NDArray[np.integer], NDArray[Any]],
) -> None:
    """`out[r, columns[c]] += weights[s] * values[c]` for every cell c of every span s of row r.

    Args:
        out: [rows, columns], C-contiguous, of the type of `weights` and of the values.
        cuts: the spans of row r are `cuts[r]` to `cuts[r + 1]`; within a row they ascend and do not overlap.
        spans: first cell of each and the one after its last.
        cells: column and value of every cell.
    """
    columns, values = cells
    if _by_columns is None:
        _add_slowly(out, cuts, spans, weights, cells)
        return
    # The loop walks the columns of a CSC matrix, each from one bound to the next. With spans from the last to the
    # first, what lies between two of them ends before it begins, and is passed over.
    number = len(weights)
    bounds = np.empty(2 * number, columns.dtype)
    bounds[::2], bounds[1::2] = spans[0][::-1], spans[1][::-1]
    factors = np.zeros(2 * number, values.dtype)
    factors[::2] = weights[::-1]
    ends = (2 * (number - cuts)).tolist()
    width = out.shape[1]
    for row, last in enumerate(ends[:-1]):
        first = ends[row + 1]
        if first < last:
            part = bounds[first:last]
            _by_columns(width, last - first - 1, part, columns, values, factors[first : last - 1], out[row])


def _add_slowly(out: Any, cuts: Any, spans: Any, weights: Any, cells: Any) -> None:
    columns, values = cells
    for row in range(len(out)):
        for s in range(int(cuts[row]), int(cuts[row + 1])):
            span = slice(int(spans[0][s]), int(spans[1][s]))
            out[row, columns[span]] += weights[s] * values[span]  # a row of a matrix names no column twice


def times_sparse(weights: Any, matrix: Any) -> Floats:
    """The product of two CSR matrices of float32 as an array. The weights' columns are sorted."""
    out = np.zeros((weights.shape[0], matrix.shape[1]), np.float32)
    spans = (matrix.indptr[weights.indices], matrix.indptr[weights.indices + 1])
    add_spans(out, weights.indptr, spans, weights.data, (matrix.indices, matrix.data))
    return out


def times_dense(weights: Any, matrix: Floats) -> Floats:
    """The product of a CSR matrix and an array of float32, some columns at a time."""
    rows, width = weights.shape[0], matrix.shape[1]
    if _by_rows is None:
        return np.asarray(weights @ matrix, np.float32)
    out = np.empty((rows, width), np.float32)
    for first in range(0, width, _WIDE):
        part = np.ascontiguousarray(matrix[:, first : first + _WIDE])
        told = np.zeros((rows, part.shape[1]), np.float32)
        arrays = (weights.indptr, weights.indices, weights.data, part.ravel(), told.ravel())
        _by_rows(rows, len(matrix), part.shape[1], *arrays)
        out[:, first : first + _WIDE] = told
    return out


def in_rows(data: NDArray[Any], items: NDArray[np.int32], starts: NDArray[np.int64], width: int) -> Any:
    """A CSR matrix from events in any order, repeats added up and columns sorted (by counting, not by comparing)."""
    made = sparse.csr_matrix((data, items, starts), shape=(len(starts) - 1, width))
    made = made.tocsc().tocsr()
    made.sum_duplicates()
    return made
