"""Private counts: the noise is what the promise needs, no more and no less, and drawn anew each time."""

import numpy as np
import pytest
from scipy.stats import norm

from goodword.errors import InputError
from goodword.rankers.base import open_ranker
from goodword.rankers.interactions import Interactions, interactions
from goodword.rankers.kinds.private import Private, gram_of, noise


def shop(seed: int = 0, shoppers: int = 80, items: int = 25) -> Interactions:
    rng = np.random.default_rng(seed)
    n = 900
    return interactions(
        rng.integers(0, shoppers, n), rng.integers(0, items, n), times=rng.integers(1, 10_000, n),
        weights=rng.choice([0.1, 0.3, 1.0, 2.0], n),
    )  # fmt: skip


@pytest.mark.parametrize(("epsilon", "delta"), [(0.1, 1e-5), (1.0, 1e-6), (4.0, 1e-6), (12.0, 1e-9)])
def test_the_noise_keeps_the_promise_and_less_would_not(epsilon: float, delta: float) -> None:
    def needs(sigma: float) -> float:
        """The delta that Gaussian noise gives at sensitivity 1, from its definition: the mass of the privacy loss."""
        over = norm.sf(epsilon * sigma - 0.5 / sigma)
        return float(over - np.exp(epsilon) * norm.sf(epsilon * sigma + 0.5 / sigma))

    sigma = noise(epsilon, delta)
    assert needs(sigma) == pytest.approx(delta, rel=1e-4)
    assert needs(sigma * 0.98) > delta
    if epsilon <= 1:
        assert sigma < np.sqrt(2 * np.log(1.25 / delta)) / epsilon  # the classic bound is looser


def test_no_shopper_moves_the_counts_by_more_than_one() -> None:
    found = shop()
    whole = gram_of(found.histories(), 25, 100).toarray()
    for user in range(80):
        others = np.array([u for u in range(80) if u != user])
        without = gram_of(found.histories(others), 25, 100).toarray()
        assert np.linalg.norm(np.triu(whole - without)) <= 1 + 1e-6


def test_only_the_latest_items_of_a_shopper_count() -> None:
    found = interactions(["a"] * 4, ["x", "y", "z", "w"], times=[1, 2, 3, 4])
    told = gram_of(found.histories(), 4, 2).toarray()
    assert np.diag(told) == pytest.approx([0, 0, 0.5, 0.5])


def test_with_next_to_no_noise_it_is_the_cosine_of_the_counts() -> None:
    found = shop(3)
    made = Private(epsilon=1e8, delta=0.5).fit(found)
    gram = gram_of(found.histories(), 25, 100).toarray()
    exact = gram / np.sqrt(np.outer(np.diag(gram), np.diag(gram)))
    np.fill_diagonal(exact, 0)
    np.testing.assert_allclose(made.matrix.toarray(), exact, atol=1e-3)


def test_the_parts_of_a_score_sum_to_it() -> None:
    found = shop(6)
    made = Private(epsilon=5.0).fit(found)
    for user in range(20):
        history = found.history(user)
        scores = made.scores(history)
        for item in range(0, 25, 3):
            whole = float(made.prior()[item]) + made.contributions(history, item).sum()
            assert whole == pytest.approx(float(scores[item]), rel=1e-5, abs=1e-6)


def test_every_derivation_draws_anew_and_is_counted() -> None:
    found = shop(4)
    made = Private(epsilon=2.0).fit(found)
    first = made.prior().copy()
    assert made.spent == (2.0, 1e-6)
    one = found.histories([3])
    made.forget(one)
    assert not np.allclose(first, made.prior())
    assert made.spent == (4.0, 2e-6)
    again = open_ranker("private", epsilon=2.0).fit(found)
    assert isinstance(again, Private)
    assert not np.allclose(first, again.prior())


def test_what_was_given_out_comes_back_as_it_was() -> None:
    made = Private(epsilon=2.0).fit(shop(5))
    back = Private.restore(made.state())
    assert (back.matrix != made.matrix).nnz == 0
    assert (back.prior() == made.prior()).all()
    assert back.spent == made.spent


def test_a_promise_that_is_none_and_a_catalogue_too_large_are_refused() -> None:
    with pytest.raises(InputError, match="epsilon above 0"):
        Private(epsilon=0)
    with pytest.raises(InputError, match="25 items are too many"):
        Private(dense=10).fit(shop())
