"""The best of many scores, found without sorting them all, are the best."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodword.rankers.base import best


def slowly(scores: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """By sorting: best first, equal scores by number, -inf never."""
    items = np.full((len(scores), k), -1, np.int32)
    values = np.full((len(scores), k), -np.inf, np.float32)
    for n, row in enumerate(scores):
        order = [i for i in np.lexsort((np.arange(len(row)), -row)).tolist() if row[i] > -np.inf][:k]
        items[n, : len(order)], values[n, : len(order)] = order, row[order]
    return items, values


@given(
    st.integers(0, 3), st.integers(0, 900), st.integers(0, 12), st.sampled_from([2, 3, 1000]), st.integers(0, 2**31),
    st.floats(0, 1),
)  # fmt: skip
@settings(max_examples=150)
def test_the_best_are_those_that_sorting_finds(
    rows: int, columns: int, k: int, values: int, seed: int, gone: float
) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, values, (rows, columns)).astype(np.float32)  # two or three values: most are equal
    scores[rng.random((rows, columns)) < gone] = -np.inf
    for mine, theirs in zip(best(scores, k), slowly(scores, k), strict=True):
        assert np.array_equal(mine, theirs)


@pytest.mark.parametrize("k", [1, 20])
def test_where_nothing_scored_the_first_come_first(k: int) -> None:
    items, values = best(np.zeros((2, 5000), np.float32), k)
    assert items.tolist() == [list(range(k))] * 2 and not values.any()
