"""The ridge regression of every item on the items it is most correlated with, and on no others."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from goodword.rankers.gram import Gram
from goodword.rankers.interactions import Doubles
from goodword.rankers.sums import nothing

_GROUPED = 8  # columns of a group, see `_strongest`
_Others = NDArray[np.int64]


def thinly(gram: Gram, ridge: Doubles, support: int, scale: Doubles | None = None) -> Any:
    """Weights as CSR of float32: the column of an item holds its regression on at most `support` others.

    Args:
        ridge: added to each item's own sum; [items].
        scale: each cell of the sums is first multiplied by the scales of both its items; [items].
    """
    places, columns, values = [], [], []
    of_array = gram.upper is not None
    for item, others, inner, told in _of_array(gram, support, scale) if of_array else _of_pairs(gram, support, scale):
        inner.ravel()[:: len(others) + 1] += ridge[others]  # a view: the diagonal
        factor, wrong = linalg.lapack.dpotrf(inner.T, lower=1, clean=0, overwrite_a=1)  # transposed: no copy
        assert not wrong, "a Gram matrix with a ridge is positive definite"
        places.append(others)
        columns.append(np.full(len(others), item, np.int32))
        values.append(linalg.lapack.dpotrs(factor, told, lower=1)[0])
    if not places:
        return nothing(gram.items)
    weights = np.concatenate(values).astype(np.float32)
    shape = (gram.items, gram.items)
    made = sparse.csr_matrix((weights, (np.concatenate(places), np.concatenate(columns))), shape=shape)
    made.sort_indices()
    return made


# An item, its others, the others' sums with one another (upper triangle; overwritten by the next), and with the item.
_Task = tuple[int, _Others, Doubles, Doubles]


def _of_array(gram: Gram, support: int, scale: Doubles | None) -> Iterator[_Task]:
    assert gram.upper is not None
    flat, n = gram.upper.ravel(), gram.items
    worth = 1 / np.maximum(gram.diagonal(), 1e-12)  # a scale changes no correlation
    size, inner, (first, second) = 0, np.zeros((0, 0)), np.triu_indices(0)
    for start, rows in gram.blocks():
        keys = rows * rows
        keys *= worth
        keys[np.arange(len(rows)), np.arange(start, start + len(rows))] = 0.0
        for place, others in enumerate(_strongest(keys, support)):
            if not (k := len(others)):
                continue
            if k != size:
                size, inner, (first, second) = k, np.zeros((k, k)), np.triu_indices(k)
            inner[first, second] = flat.take((others * n)[first] + others[second])
            told = rows[place, others]
            if scale is not None:
                inner *= scale[others][:, None] * scale[others]
                told *= scale[start + place] * scale[others]
            yield start + place, others, inner, told


def _strongest(keys: Doubles, most: int) -> Iterator[_Others]:
    """Columns of the `most` largest keys above zero of every row, in order.

    The `most`-th of the best of groups of columns is a bound that few keys reach; only those are put in order.
    """
    rows, n = keys.shape
    wide = n // _GROUPED
    if wide > most:
        tops = keys[:, : wide * _GROUPED].reshape(rows, _GROUPED, wide).max(axis=1)
        least = np.partition(tops, wide - most, axis=1)[:, wide - most]
    else:
        least = np.zeros(rows)
    for row, bound in zip(keys, np.maximum(least, np.finfo(np.float64).tiny), strict=True):
        found = np.flatnonzero(row >= bound)
        if len(found) > most:
            values = row[found]
            found = np.sort(found[np.argpartition(values, len(found) - most)[len(found) - most :]])
        yield found


def _of_pairs(gram: Gram, support: int, scale: Doubles | None) -> Iterator[_Task]:
    pairs = gram.pairs if scale is None else (sparse.diags(scale) @ gram.pairs @ sparse.diags(scale)).tocsr()
    own = np.maximum(pairs.diagonal(), 1e-12)
    for item in range(gram.items):
        a, b = pairs.indptr[item], pairs.indptr[item + 1]
        others, told = pairs.indices[a:b], pairs.data[a:b]
        apart = others != item
        others, told = others[apart], told[apart]
        if len(others) > support:
            best = np.argpartition(-told * told / own[others], support)[:support]
            best.sort()
            others, told = others[best], told[best]
        if len(others):
            yield item, others.astype(np.int64), pairs[others][:, others].toarray(), told
