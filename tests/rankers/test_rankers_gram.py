"""Sums of pairs are the same as an array and as pairs, are taken back to the bit, and come back from disk."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from goodword.rankers import gram as module
from goodword.rankers.gram import Gram
from goodword.rankers.thin import _strongest, thinly

SEEDS = st.integers(0, 2**31)


def drawn(seed: int, items: int) -> tuple[sparse.csr_matrix, np.ndarray]:
    """What some shoppers have, in sixteenths, and what each weighs."""
    rng = np.random.default_rng(seed)
    have = rng.integers(0, 17, (6, items)) * (rng.random((6, items)) < 0.5) / 16
    return sparse.csr_matrix(have), np.rint(rng.random(6) * 2**22) / 2**22


def summed(have: sparse.csr_matrix, shoppers: np.ndarray) -> np.ndarray:
    """By plain arithmetic."""
    told: np.ndarray = have.T.toarray() @ np.diag(shoppers) @ have.toarray()
    return told


@pytest.mark.parametrize("whole", [0, 100])
@given(SEEDS, st.integers(1, 9), st.integers(0, 4))
@settings(max_examples=40)
def test_sums_are_exact_are_taken_back_and_come_back_from_disk(whole: int, seed: int, items: int, more: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "WHOLE", whole)
        one, two = drawn(seed, items), drawn(seed + 1, items + more)
        made = Gram(items)
        made.count(*one, 1)
        assert np.array_equal(made.whole(), summed(*one))
        made.grow(items + more)
        before = made.whole()
        made.count(*two, 1)
        assert np.array_equal(made.whole(), before + summed(*two))
        assert np.array_equal(made.diagonal(), np.diag(made.whole()))
        scale = np.arange(1.0, items + more + 1)
        assert np.allclose(np.triu(made.triangle(scale)), np.triu(made.whole() * scale[:, None] * scale))
        assert np.array_equal(Gram.restore(made.half()).whole(), made.whole())
        made.count(*two, -1)
        assert np.array_equal(made.whole(), before)


def test_an_array_that_grows_too_large_becomes_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WHOLE", 5)
    made = Gram(5)
    made.count(*drawn(3, 5), 1)
    before = made.whole()
    made.grow(8)
    assert made.upper is None and np.array_equal(made.whole()[:5, :5], before) and made.whole().sum() == before.sum()


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("support", [3, 40])
def test_both_forms_give_the_same_regression(monkeypatch: pytest.MonkeyPatch, scaled: bool, support: int) -> None:
    have, shoppers = drawn(5, 40)
    ridge, scale = np.linspace(0.5, 2.0, 40), np.linspace(0.2, 1.5, 40) if scaled else None
    made = []
    for whole in (0, 100):
        monkeypatch.setattr(module, "WHOLE", whole)
        gram = Gram(40)
        gram.count(have, shoppers, 1)
        made.append(thinly(gram, ridge, support, scale).toarray())
    assert made[0].any()
    assert support == 3 or np.allclose(made[0], made[1], atol=1e-5)
    assert np.all((made[1] != 0).sum(axis=0) <= support)
    if support == 3:  # ties apart, the same others
        assert np.mean((made[0] != 0) == (made[1] != 0)) > 0.99


@given(SEEDS, st.integers(1, 700), st.sampled_from([1, 5, 40]), st.sampled_from([2, 1000]))
@settings(max_examples=60)
def test_the_strongest_are_those_that_sorting_finds(seed: int, columns: int, most: int, values: int) -> None:
    keys = np.random.default_rng(seed).integers(0, values, (3, columns)).astype(float)
    for row, found in zip(keys, _strongest(keys, most), strict=True):
        wanted = [v for v in np.sort(row)[::-1][:most] if v > 0]
        assert np.sort(row[found])[::-1].tolist() == wanted and np.all(np.diff(found) > 0)
