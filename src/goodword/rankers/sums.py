"""Sums over shoppers: who has what, and sums as arrays to save."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from goodword.rankers.interactions import Doubles, Histories
from goodword.rankers.weighing import in_grains


def buyers(histories: Histories, items: int) -> Doubles:
    """How many shoppers have each item; a shopper counts as much as their events, at most 1."""
    shape = (len(histories), items)
    told = sparse.csr_matrix((in_grains(histories.weights), histories.items.copy(), histories.starts), shape=shape)
    told.sum_duplicates()
    return np.bincount(told.indices, np.minimum(told.data, 1.0), minlength=items).astype(np.float64)


def csr_arrays(name: str, matrix: Any) -> dict[str, NDArray[Any]]:
    """A CSR matrix as arrays to save."""
    return {f"{name}.data": matrix.data, f"{name}.indices": matrix.indices, f"{name}.indptr": matrix.indptr}


def csr_from(name: str, arrays: Mapping[str, NDArray[Any]], items: int) -> Any:
    """The matrix of `csr_arrays`."""
    cells = (arrays[f"{name}.data"], arrays[f"{name}.indices"], arrays[f"{name}.indptr"])
    return sparse.csr_matrix(cells, shape=(items, items))


def parts(histories: Histories, events: int) -> list[Histories]:
    """Whole histories, about so many events at a time."""
    if not len(histories):
        return []
    cuts = np.searchsorted(histories.starts, np.arange(events, int(histories.starts[-1]) + events, events))
    edges = np.unique(np.concatenate([[0], np.minimum(cuts, len(histories)), [len(histories)]])).tolist()
    return [histories.part(a, b) for a, b in pairwise(edges)]


def is_sparse(matrix: Any) -> bool:
    """Whether a matrix is one of scipy's, not numpy's."""
    return bool(sparse.issparse(matrix))


def nothing(items: int) -> Any:
    """An empty CSR matrix of items by items, float32."""
    cells = (np.zeros(0, np.float32), np.zeros(0, np.int32), np.zeros(items + 1, np.int32))
    return sparse.csr_matrix(cells, shape=(items, items))
