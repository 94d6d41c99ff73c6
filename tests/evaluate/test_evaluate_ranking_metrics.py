"""Accuracy metrics: by hand, and to 1e-9 against an independent implementation (trec_eval through ir-measures)."""

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import AP, RR, P, R, Success, nDCG
from scipy.sparse import csr_array

from goodword.evaluate import ranking_metrics as metrics


def truth_of(rows: list[set[int]], items: int) -> csr_array:
    pairs = [(u, i) for u, row in enumerate(rows) for i in row]
    ones = np.ones(len(pairs))
    return csr_array((ones, tuple(np.array(pairs).T)), shape=(len(rows), items))


def random_case(seed: int, users: int = 200, items: int = 300, depth: int = 50) -> tuple[np.ndarray, csr_array]:
    rng = np.random.default_rng(seed)
    lists = np.stack([rng.permutation(items)[:depth] for _ in range(users)])
    for row, cut in enumerate(rng.integers(0, depth + 1, users)):  # lists of every length, the empty one too
        if row % 3 == 0:
            lists[row, cut:] = -1
    rows = [set(map(int, rng.choice(items, rng.integers(1, 40), replace=False))) for _ in range(users)]
    return lists, truth_of(rows, items)


def test_each_metric_has_the_value_worked_out_by_hand() -> None:
    lists = np.array([[4, 1, 0, 2]])
    truth = truth_of([{1, 2, 5}], 6)
    found, n = metrics.hits(lists, truth), metrics.sizes(truth)
    assert metrics.recall(found, n, 4) == pytest.approx([2 / 3])
    assert metrics.precision(found, n, 4) == pytest.approx([1 / 2])
    assert metrics.hit_rate(found, n, 1) == [0.0]
    assert metrics.reciprocal_rank(found, n, 4) == [0.5]
    assert metrics.average_precision(found, n, 4) == pytest.approx([(1 / 2 + 2 / 4) / 3])
    gain = 1 / np.log2(3) + 1 / np.log2(5)
    assert metrics.ndcg(found, n, 4) == pytest.approx([gain / (1 + 1 / np.log2(3) + 1 / np.log2(4))])


@pytest.mark.parametrize("k", [1, 5, 10, 20])
def test_it_agrees_with_trec_eval_to_nine_digits_user_by_user(k: int) -> None:
    lists, truth = random_case(k)
    found, n = metrics.hits(lists, truth), metrics.sizes(truth)
    run = {str(u): {str(i): float(100 - p) for p, i in enumerate(row) if i >= 0} for u, row in enumerate(lists)}
    run = {u: row or {"nothing": 1.0} for u, row in run.items()}  # trec_eval leaves a user without a list out
    qrels = {str(u): dict.fromkeys(map(str, truth[[u]].indices), 1) for u in range(len(lists))}
    measures = {
        "ndcg": nDCG @ k, "recall": R @ k, "precision": P @ k, "hit_rate": Success @ k, "map": AP @ k, "mrr": RR @ k,
    }  # fmt: skip
    theirs = {name: np.zeros(len(lists)) for name in measures}
    by_measure = {str(m): name for name, m in measures.items()}
    for one in ir_measures.iter_calc(list(measures.values()), qrels, run):
        theirs[by_measure[str(one.measure)]][int(one.query_id)] = one.value
    theirs["map"] *= n / np.minimum(n, k)  # trec_eval divides by all relevant items
    for name, metric in metrics.METRICS.items():
        np.testing.assert_allclose(metric(found, n, k), theirs[name], rtol=0, atol=1e-9, err_msg=name)


@given(st.integers(0, 10_000), st.integers(1, 12))
def test_every_metric_is_between_none_and_one_and_a_perfect_list_has_one(seed: int, k: int) -> None:
    lists, truth = random_case(seed, users=5, items=60, depth=12)
    found, n = metrics.hits(lists, truth), metrics.sizes(truth)
    for metric in metrics.METRICS.values():
        values = metric(found, n, k)
        assert ((values >= 0) & (values <= 1 + 1e-12)).all()
    best = np.stack([np.concatenate([truth[[u]].indices, np.setdiff1d(np.arange(60), truth[[u]].indices)])
                     for u in range(5)])[:, :60]  # fmt: skip
    found = metrics.hits(best, truth)
    for name in ("ndcg", "map", "mrr", "hit_rate"):
        assert metrics.METRICS[name](found, n, k) == pytest.approx(np.ones(5))


def test_a_list_that_names_an_item_twice_or_one_that_is_not_there_is_refused() -> None:
    truth = truth_of([{0}], 3)
    with pytest.raises(ValueError, match="twice"):
        metrics.hits(np.array([[1, 1]]), truth)
    with pytest.raises(ValueError, match="outside"):
        metrics.hits(np.array([[3, 1]]), truth)
    with pytest.raises(ValueError, match="users"):
        metrics.hits(np.array([[0], [1]]), truth)


def test_a_user_with_nothing_relevant_is_refused() -> None:
    with pytest.raises(ValueError, match="no relevant item"):
        metrics.sizes(csr_array((2, 3)))
