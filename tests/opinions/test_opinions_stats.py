"""Shares, differences and changes: hand-computed values and laws."""

from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from goodword.opinions.stats import difference, poisson_tail, share, standing_out
from goodword.opinions.trends import changes, clock, series


def test_wilsons_interval_is_the_published_one() -> None:
    found = share(15, 148)  # Newcombe 1998, table I: 0.0624 to 0.1605
    assert found.low == approx(0.0624, abs=1e-4)
    assert found.high == approx(0.1605, abs=1e-4)


def test_newcombes_difference_is_the_published_one() -> None:
    found = difference(share(56, 70), share(48, 80))  # Newcombe 1998, method 10: 0.0524 to 0.3339
    assert found.low == approx(0.0524, abs=1e-4)
    assert found.high == approx(0.3339, abs=1e-4)


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_share_lies_in_its_interval(count: int, more: int) -> None:
    found = share(count, count + more)
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(st.lists(st.floats(0, 1), max_size=30))
def test_what_stands_out_is_no_more_than_what_is_below_the_rate(chances: list[float]) -> None:
    kept = standing_out(chances)
    assert all(p <= 0.05 for p, keep in zip(chances, kept, strict=True) if keep)


def test_a_poisson_tail_is_the_sum_of_its_terms() -> None:
    assert poisson_tail(3, 1.0) == approx(1 - 2.5 * 0.36787944117)
    assert poisson_tail(60, 2.0) < 1e-50


def test_a_step_is_found_where_it_is_and_a_flat_series_has_none() -> None:
    clocked = clock(738000, 738364)
    size = len(clocked.begins)
    flat = series(clocked, [6] * size, [30] * size)
    step = series(clocked, [6 if n < 7 else 15 for n in range(size)], [30] * size)
    assert changes(flat) == ()
    (found,) = changes(step)
    assert (found.at, found.when) == (7, clocked.begins[7])
    assert found.before.value == approx(0.2)
    assert found.after.value == approx(0.5)


@given(st.integers(730000, 740000), st.integers(0, 4000))
def test_every_day_falls_in_a_bin(first: int, more: int) -> None:
    import numpy as np

    clocked = clock(first, first + more)
    found = clocked.bins(np.arange(first, first + more + 1))
    assert found.min() == 0 and found.max() == len(clocked.begins) - 1
