"""Exposure, intervals, groups, calibration and estimates from a log."""

import numpy as np
import pytest
from scipy.sparse import csr_array, csr_matrix

from goodword.errors import InputError
from goodword.evaluate import ranking_calibration as calibration
from goodword.evaluate import ranking_exposure as exposure
from goodword.evaluate import ranking_intervals as intervals
from goodword.evaluate import ranking_ips as ips


def gini_by_pairs(counts: np.ndarray) -> float:
    """The definition: mean absolute difference of all pairs over twice the mean."""
    n = len(counts)
    return float(np.abs(counts[:, None] - counts[None, :]).sum() / (2 * n * n * counts.mean()))


def test_gini_is_the_mean_difference_of_all_pairs() -> None:
    rng = np.random.default_rng(3)
    for counts in (rng.integers(0, 50, 300), np.array([0, 0, 0, 9]), np.array([5, 5, 5])):
        assert exposure.gini(counts) == pytest.approx(gini_by_pairs(counts), abs=1e-12)
    assert exposure.gini(np.zeros(4, dtype=np.int64)) == 0


def test_coverage_counts_what_anybody_is_shown_within_k() -> None:
    lists = np.array([[0, 1, 2], [0, 3, -1]])
    assert exposure.coverage(exposure.exposure(lists, 10, 2)) == pytest.approx(0.3)
    assert exposure.coverage(exposure.exposure(lists, 10, 3)) == pytest.approx(0.4)


def test_novelty_popularity_and_tail_by_hand() -> None:
    holders = np.array([8, 4, 2, 1, 0])
    lists = np.array([[0, 2], [3, 4], [-1, -1]])
    assert exposure.novelty(lists, holders, 8, 2)[:2] == pytest.approx([1.0, 3.0])
    assert exposure.popularity(lists, holders, 8, 2)[:2] == pytest.approx([10 / 16, 1 / 16])
    assert exposure.tail_share(lists, holders, 2)[:2] == pytest.approx([0.5, 1.0])
    assert np.isnan(exposure.novelty(lists, holders, 8, 2)[2])


def test_popularity_lift_compares_with_the_users_own_history() -> None:
    holders = np.array([8, 4, 2, 1])
    history = csr_array(np.array([[0, 1, 0, 1], [1, 0, 0, 0], [0, 0, 0, 0]]))
    found = exposure.lift(np.array([[0, 2], [1, 2], [0, 1]]), history, holders, 8, 2)
    assert found[:2] == pytest.approx([(10 / 2) / (5 / 2) - 1, (6 / 2) / 8 - 1])
    assert np.isnan(found[2])


def test_serendipity_counts_hits_the_popular_list_would_not_have_shown() -> None:
    found = np.array([[True, True, False]])
    lists, popular = np.array([[5, 1, 2]]), np.array([[1, 2, 3]])
    assert exposure.serendipity(found, lists, popular, 3) == pytest.approx([1 / 3])


def test_variety_is_the_mean_distance_of_the_pairs() -> None:
    features = np.array([[1.0, 0], [1, 1], [0, 2], [0, 0]])
    lists = np.array([[0, 1, 2], [0, 3, -1], [1, -1, -1]])
    pairs = [1 - np.sqrt(0.5), 1 - 0.0, 1 - np.sqrt(0.5)]
    for kind in (csr_array, csr_matrix):
        assert exposure.variety(lists, csr_array(kind(features)), 3) == pytest.approx([np.mean(pairs), 1.0, 0.0])


def test_the_interval_of_a_mean_holds_it_about_as_often_as_it_says() -> None:
    held = 0
    for seed in range(200):
        values = (np.random.default_rng(seed).random(150) < 0.3).astype(float)
        found = intervals.estimate(values, rounds=300, seed=seed)
        held += found.low <= 0.3 <= found.high
    assert 180 <= held <= 199


def test_a_paired_difference_is_sharper_than_two_intervals() -> None:
    rng = np.random.default_rng(1)
    base = rng.random(400)
    better = base + 0.02 + rng.normal(0, 0.01, 400)
    found = intervals.difference(better, base)
    assert found.low > 0.015
    a, b = intervals.estimate(better), intervals.estimate(base)
    assert a.low < b.high  # side by side they overlap
    with pytest.raises(ValueError, match="users"):
        intervals.difference(base, base[1:])


def test_a_gap_between_groups_is_told_from_chance() -> None:
    rng = np.random.default_rng(5)
    values = rng.random(300)
    labels = ["en" if n % 2 else "zh" for n in range(300)]
    none = intervals.gap(values, labels, column="lang", metric="ndcg", rounds=300)
    there = intervals.gap(values + np.array([0.3 * (n % 2) for n in range(300)]), labels, column="lang",
                          metric="ndcg", rounds=300)  # fmt: skip
    assert none.chance > 0.05
    assert there.chance < 0.01
    assert there.low > 0.2
    assert set(there.groups) == {"en", "zh"}


def test_one_group_or_no_label_makes_no_gap() -> None:
    found = intervals.gap(np.ones(3), ["a", "a", ""], column="c", metric="m", rounds=10)
    assert (found.gap, found.groups["a"].users) == (0.0, 2)


def test_a_list_in_the_proportions_of_the_history_is_calibrated() -> None:
    categories = np.array([0, 0, 0, 1, 1, -1])
    history = csr_array(np.array([[2.0, 0, 0, 1, 0, 5], [0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1]]))
    lists = np.array([[0, 1, 4], [0, 1, 2], [0, 1, 2]])
    found = calibration.miscalibration(lists, history, categories, 3)
    assert found[0] == pytest.approx(0)
    assert found[1] == pytest.approx(np.log(1 / calibration.SMOOTH))
    assert np.isnan(found[2])  # nothing in the history has a category


def test_estimates_from_a_log_are_unbiased_where_the_truth_is_known() -> None:
    rng = np.random.default_rng(7)
    n, items = 40_000, 4
    reward_of, old = np.array([0.1, 0.2, 0.4, 0.05]), np.array([0.4, 0.3, 0.2, 0.1])
    new = np.array([0.1, 0.1, 0.7, 0.1])
    shown = rng.choice(items, n, p=old)
    reward = (rng.random(n) < reward_of[shown]).astype(float)
    found = ips.policy_value(np.arange(n) % 2000, old[shown], reward, new[shown], rounds=200)
    truth = float(new @ reward_of)
    for one in (found.ips, found.snips, found.clipped):
        assert one.low <= truth <= one.high
        assert one.value == pytest.approx(truth, rel=0.05)
    assert found.logged.value == pytest.approx(float(old @ reward_of), rel=0.05)
    assert 0 < found.effective < n


def test_a_policy_the_log_says_nothing_of_is_not_judged() -> None:
    found = ips.policy_value(np.arange(3), np.full(3, 0.5), np.ones(3), np.zeros(3), rounds=10)
    assert (found.matched, found.effective) == (0, 0.0)
    assert np.isnan(found.snips.value)


def test_a_wrong_propensity_or_reward_is_named_with_its_row() -> None:
    one = np.ones(2)
    with pytest.raises(InputError, match="row 2 of the log: propensity"):
        ips.policy_value(np.arange(2), np.array([0.5, 0.0]), one, one)
    with pytest.raises(InputError, match="row 1 of the log: a reward"):
        ips.policy_value(np.arange(2), one, np.array([np.nan, 1]), one)
    with pytest.raises(InputError, match="no rows"):
        ips.policy_value(np.array([], dtype=int), np.array([]), np.array([]), np.array([]))
