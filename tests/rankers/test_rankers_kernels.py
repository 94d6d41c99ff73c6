"""Products by scipy's loops are those of its public products, and of plain arithmetic where the loops are not there."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from goodword.rankers import kernels
from goodword.rankers.kernels import in_rows, times_dense, times_sparse

SIZES = st.tuples(st.integers(0, 6), st.integers(1, 9), st.integers(1, 300))


def drawn(rows: int, columns: int, seed: int, share: float) -> Any:
    """A CSR matrix of float32 with empty rows among the others."""
    rng = np.random.default_rng(seed)
    return sparse.csr_matrix((rng.random((rows, columns)) * (rng.random((rows, columns)) < share)).astype(np.float32))


@given(SIZES, st.integers(0, 2**31), st.sampled_from([0.0, 0.1, 0.7]), st.booleans())
@settings(max_examples=80)
def test_both_products_are_those_of_arithmetic(
    sizes: tuple[int, int, int], seed: int, share: float, loops: bool
) -> None:
    rows, inner, columns = sizes
    weights, matrix = drawn(rows, inner, seed, share), drawn(inner, columns, seed + 1, share)
    wanted = weights.toarray() @ matrix.toarray()
    with pytest.MonkeyPatch.context() as patch:
        if not loops:
            patch.setattr(kernels, "_by_columns", None)
            patch.setattr(kernels, "_by_rows", None)
        assert np.allclose(times_sparse(weights, matrix), wanted, atol=1e-6)
        assert np.allclose(times_dense(weights, matrix.toarray()), wanted, atol=1e-6)


def test_the_loops_are_there() -> None:
    assert kernels._by_columns is not None and kernels._by_rows is not None


@given(st.lists(st.lists(st.integers(0, 7), max_size=12), max_size=5))
def test_events_in_any_order_become_sorted_rows_with_repeats_added(histories: list[list[int]]) -> None:
    starts = np.cumsum([0, *map(len, histories)]).astype(np.int64)
    items = np.array([i for h in histories for i in h], np.int32)
    made = in_rows(np.ones(len(items), np.float32), items, starts, 8)
    assert made.has_sorted_indices and made.has_canonical_format
    assert made.toarray().tolist() == [np.bincount(np.array(h, int), minlength=8).tolist() for h in histories]
