"""Paired comparison and figures, against values worked out by hand or by brute force."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.evaluate.models import mcnemar
from goodword.train import metrics, slices
from goodword.train.curves import precision_recall, roc


def test_mcnemar_is_the_exact_binomial_test() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 5) == 1.0
    assert mcnemar(1, 9) == pytest.approx(2 * (1 + 10) / 2**10)
    assert mcnemar(0, 6) == pytest.approx(2 / 64)
    assert mcnemar(9, 1) == mcnemar(1, 9)
    assert mcnemar(1000, 1100) == pytest.approx(mcnemar(1002, 1102), rel=0.1)


def test_figures_of_a_table_worked_out_by_hand() -> None:
    found = metrics.scores(np.array([[8.0, 2.0], [1.0, 9.0]]))
    assert found["accuracy"] == pytest.approx(17 / 20)
    assert found["precision"] == pytest.approx([8 / 9, 9 / 11])
    assert found["recall"] == pytest.approx([0.8, 0.9])
    assert found["f1"] == pytest.approx([16 / 19, 18 / 21])
    assert found["macro_f1"] == pytest.approx((16 / 19 + 18 / 21) / 2)


def test_a_label_that_is_neither_there_nor_said_counts_for_nothing() -> None:
    found = metrics.scores(np.array([[5.0, 0, 0], [0, 5.0, 0], [0, 0, 0]]))
    assert found["macro_f1"] == 1.0


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40))
def test_auc_is_the_share_of_pairs_in_order(rows: list[tuple[bool, int]]) -> None:
    truth, score = np.array([r[0] for r in rows]), np.array([float(r[1]) for r in rows])
    pairs = [(a, b) for a, x in zip(score, truth, strict=True) if x for b, y in zip(score, truth, strict=True) if not y]
    if pairs:
        wanted = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs) / len(pairs)
        assert metrics.auc(truth, score) == pytest.approx(wanted)
        points = roc(truth, score)
        area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(points))
        assert area == pytest.approx(wanted, abs=1e-3)
        assert precision_recall(truth, score)[-1][0] == 1.0
    else:
        assert np.isnan(metrics.auc(truth, score))


def test_an_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng, inside = np.random.default_rng(0), 0
    for trial in range(200):
        truth = rng.integers(0, 2, 300)
        said = np.where(rng.random(300) < 0.8, truth, 1 - truth)
        drawn = metrics.scores(metrics.drawn_tables(truth, said, 2, None, seed=trial, draws=400))["accuracy"]
        figure = metrics.interval(0.8, drawn)
        inside += figure.low <= 0.8 <= figure.high
    assert 0.90 <= inside / 200 <= 0.99


def test_rows_that_stand_or_fall_together_widen_the_interval() -> None:
    truth = np.zeros(400, np.int64)
    said = np.repeat(np.random.default_rng(0).integers(0, 2, 40), 10)
    groups = np.repeat(np.arange(40), 10)
    alone = metrics.scores(metrics.drawn_tables(truth, said, 2, None, seed=0))["accuracy"].std()
    together = metrics.scores(metrics.drawn_tables(truth, said, 2, groups, seed=0))["accuracy"].std()
    assert 2.5 < together / alone < 4  # the square root of ten


def test_temperature_undoes_overconfidence_and_keeps_the_order() -> None:
    rng = np.random.default_rng(0)
    honest = rng.normal(size=4000) * 2
    truth = (rng.random(4000) < 1 / (1 + np.exp(-honest))).astype(np.int64)
    logits = np.stack([-honest * 2, honest * 2], axis=1)
    assert metrics.temperature(logits, truth) == pytest.approx(4.0, rel=0.1)


def test_calibration_error_of_honest_chances_is_small_and_of_bold_ones_is_not() -> None:
    rng = np.random.default_rng(0)
    chance = rng.random(5000)
    truth = (rng.random(5000) < chance).astype(np.int64)
    honest = np.stack([1 - chance, chance], axis=1)
    bold = np.stack([(chance < 0.5) * 1.0, (chance >= 0.5) * 1.0], axis=1)
    assert metrics.calibration(truth, honest)[0] < 0.03
    assert metrics.calibration(truth, bold)[0] > 0.2


def test_a_gap_is_called_real_only_where_it_is() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 2000)
    column = np.array(["a", "b", "c", "d"])[rng.integers(0, 4, 2000)]
    even = np.where(rng.random(2000) < 0.85, truth, 1 - truth)
    worse = np.where(rng.random(2000) < np.where(column == "c", 0.7, 0.9), truth, 1 - truth)
    fair = slices.judged(truth, even, ["n", "p"], {"column": column.tolist()})[0]["gap"]
    unfair = slices.judged(truth, worse, ["n", "p"], {"column": column.tolist()})[0]["gap"]
    assert not fair["real"]
    assert unfair["real"] and unfair["value"] == "c" and unfair["behind"] == pytest.approx(0.2, abs=0.06)
