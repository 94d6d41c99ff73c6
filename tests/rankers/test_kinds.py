"""What each ranker computes, by hand."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from goodword.errors import InputError
from goodword.rankers.base import open_ranker
from goodword.rankers.events import read_events
from goodword.rankers.interactions import DATED, Ids, Interactions, history, interactions, plain
from goodword.rankers.kinds.auto import Auto
from goodword.rankers.kinds.content import Content, features, terms_of
from goodword.rankers.kinds.linear import Linear
from goodword.rankers.kinds.neighbours import Neighbours
from goodword.rankers.kinds.personal import Personal
from goodword.rankers.kinds.popular import Popular
from goodword.rankers.proof import ndcg, past
from goodword.rankers.shops import shops
from goodword.rankers.trend import Trend
from goodword.rankers.weighing import weigh

DAY, START = 86_400, 1_700_000_000


def random_shop(users: int = 80, items: int = 30, events: int = 900, seed: int = 1) -> Interactions:
    rng = np.random.default_rng(seed)
    times = START + np.sort(rng.integers(0, 200 * DAY, events))
    return interactions(
        rng.integers(0, users, events).tolist(), rng.zipf(1.5, events).clip(1, items).tolist(), times=times.tolist()
    )


def test_ids_of_any_type_are_one_id() -> None:
    assert plain(7) == plain(7.0) == plain("7 ") == plain(np.int64(7)) == "7"
    ids = Ids(["a", 3])
    assert (ids.code(3.0), ids.code("b")) == (1, None)
    assert ids.add(["b", "a"]).tolist() == [2, 0]


def test_interactions_are_sorted_by_shopper_and_time_and_keep_the_order_of_equals() -> None:
    data = interactions(["b", "a", "b", "a"], ["x", "y", "z", "x"], times=[2, 5, 1, 5])
    assert [data.user_ids[u] for u in data.users] == ["b", "b", "a", "a"]
    assert [data.item_ids[i] for i in data.items] == ["z", "x", "y", "x"]
    assert not data.dated
    assert interactions(["a"], ["b"], times=[DATED]).dated


def test_a_history_leaves_out_what_is_unknown_or_lies_ahead() -> None:
    made = history([3, -1, 5, 7], times=[10, 5, 30, 1], now=20)
    assert made.items.tolist() == [7, 3]


def test_the_shop_as_it_was_has_no_later_events() -> None:
    data = random_shop()
    then = data.before(START + 100 * DAY)
    assert int(then.times.max()) < START + 100 * DAY == then.now
    assert len(then.item_ids) == len(data.item_ids)


def test_an_age_of_one_half_life_halves_a_weight_and_a_step_takes_its_factor() -> None:
    data = interactions(["a"] * 3, ["x", "y", "z"], times=[START, START + 10 * DAY, START + 20 * DAY])
    assert weigh(data.histories(now=START + 20 * DAY), half_life=10).tolist() == [0.25, 0.5, 1.0]
    np.testing.assert_allclose(weigh(data.histories(), step=0.7), np.exp([-1.4, -0.7, 0]))


def test_what_follows_closely_and_forwards_is_bound_more() -> None:
    data = interactions(["a", "a", "a"], ["x", "y", "z"])
    made = Neighbours(gap=0.5, direction=0.8, from_power=1, to_power=0, shrink=1.0).fit(data)
    near, far = 1.0, np.exp(-0.5)
    wanted = np.array([[0, near, far], [0.2 * near, 0, near], [0.2 * far, 0.2 * near, 0]]) / 2  # 1 buyer + shrink 1
    np.testing.assert_allclose(made.matrix.toarray(), wanted, rtol=1e-6)


def test_in_one_basket_there_is_no_order() -> None:
    made = Neighbours().fit(interactions(["a", "a"], ["x", "y"], times=[5, 5]))
    assert made.matrix[0, 1] == made.matrix[1, 0] > 0


def test_bounded_counting_says_that_it_cannot_forget() -> None:
    data = random_shop(events=3000)
    made = Neighbours(most_cells=100).fit(data)
    assert made.bonds.nnz < 400
    with pytest.raises(InputError, match="cannot forget"):
        made.forget(data.histories([1]))


@pytest.mark.parametrize("power", [0.0, 1.0])
def test_linear_is_the_ridge_regression_of_each_item_on_the_others(power: float) -> None:
    data = random_shop()
    made = Linear(l2=3.0, user_power=power).fit(data)
    have = (data.matrix().toarray() > 0).astype(float)
    weights = np.maximum(have.sum(1), 1) ** -power
    for item in (0, 3, 7):
        others = [i for i in range(have.shape[1]) if i != item]
        x, y = have[:, others] * np.sqrt(weights)[:, None], have[:, item] * np.sqrt(weights)
        wanted = np.linalg.solve(x.T @ x + 3.0 * np.eye(len(others)), x.T @ y)
        np.testing.assert_allclose(made.matrix[others, item], wanted, atol=2e-4)
        assert made.matrix[item, item] == 0


def test_the_sparse_form_with_all_others_as_support_is_the_dense_one() -> None:
    data = random_shop()
    dense, thin = Linear(l2=3.0).fit(data), Linear(l2=3.0, dense=0, support=1000).fit(data)
    held = thin.matrix.toarray()
    assert np.corrcoef(held[held != 0], dense.matrix[held != 0])[0, 1] > 0.98  # never bought together: left at zero


def test_own_purchases_count_by_age_and_number() -> None:
    data = interactions(["a"] * 3, ["x", "y", "x"], times=[START, START, START + 100 * DAY])
    scores = Personal(half_life=100).fit(data).scores(data.history(0))
    assert scores.tolist() == [1.5, 0.5]


def test_popularity_fades() -> None:
    data = interactions(["a", "b", "c"], ["x", "x", "y"], times=[START, START, START + 300 * DAY])
    assert Popular(half_life=30).fit(data).prior()[1] > Popular(half_life=30).fit(data).prior()[0]
    assert Popular(half_life=None).fit(data).prior().tolist() == [2, 1]


def test_the_trend_is_recent_over_expected_sales() -> None:
    rows = [("old", d) for d in range(50)] + [("steady", d) for d in range(100)] + [("new", d) for d in range(90, 100)]
    data = interactions(range(len(rows)), [r[0] for r in rows], times=[START + d * DAY for _, d in rows])
    made = Trend(half_life=7, pseudo=2).fit(data)
    old, steady, new = made.factor()
    assert old < 0.5 < 0.9 < steady < 1.1 < new
    assert made.factor(0.5)[2] == pytest.approx(new**0.5)


def test_words_of_both_languages_bind_items() -> None:
    assert list(terms_of("Blue CUP 陶瓷水杯")) == ["blue", "cup", "陶瓷", "瓷水", "水杯"]
    rows = features(["陶瓷水杯 蓝", "水杯 玻璃", "台灯", ""])
    likeness = (rows @ rows.T).toarray()
    assert likeness[0, 1] > 0 == likeness[0, 2] == likeness[3].max()


def test_a_new_item_is_placed_by_its_words_at_once() -> None:
    texts = {"x": "blue cup", "y": "red shoe", "z": "running shoe red"}
    data = interactions(["a", "a", "b"], ["x", "y", "x"])
    made = Content(texts=texts).fit(data)
    ids = Ids([*data.item_ids, "z"])
    made.describe(ids, texts)
    assert made.scores(history([1])).argmax() == 2


def test_auto_finds_that_people_come_back_for_the_same_things() -> None:
    rng = np.random.default_rng(2)
    rows = [
        (u, int(item), START + d * DAY)
        for u in range(120)
        for item in rng.choice(60, 3, replace=False)
        for d in range(int(rng.integers(0, 20)), 200, 20)
    ]
    users, items, times = zip(*rows, strict=True)
    made = Auto().fit(interactions(users, items, times=times))
    assert made.choice["rebuy"]
    assert made.choice["shop"] == "repeat"
    assert made.choice["protocol"] == "temporal"
    assert len(made.why("en")) == len(made.why("zh")) == 4
    assert "100 %" in made.why("en")[-1]


def test_auto_finds_that_one_thing_leads_to_the_next() -> None:
    rng = np.random.default_rng(2)
    rows = [(u, (int(start) + n) % 40) for u, start in enumerate(rng.integers(0, 40, 300)) for n in range(5)]
    users, items = zip(*rows, strict=True)
    made = Auto().fit(interactions(users, items))
    assert made.choice["shop"] == "next"
    assert made.choice["protocol"] == "last"
    assert not made.choice["rebuy"]


def test_auto_says_so_where_there_is_too_little_to_try() -> None:
    made = Auto().fit(interactions(["a", "a", "b"], ["x", "y", "x"]))
    assert len(made.why("en")) == len(made.why("zh")) == 1
    assert "too little data" in made.why("en")[0]
    assert made.choice["scores"] == {}


def test_auto_refuses_an_unknown_kind_of_shop() -> None:
    with pytest.raises(InputError, match="no kind of shop"):
        Auto(shop="moon")


def test_auto_serves_the_sample_shop() -> None:
    read = read_events([Path(str(files("goodword.data").joinpath("shop/events.csv")))], now=1_795_600_000)
    made = Auto().fit(read.events)
    assert made.choice["users"] >= 50
    assert all(s > 0 for s in made.choice["scores"].values())


def test_the_trial_looks_only_forward() -> None:
    data = random_shop()
    tried = past(data)
    assert tried is not None
    assert int(tried.earlier.times.max()) < tried.earlier.now
    oracle: Any = open_ranker("popular").fit(tried.earlier)
    score, users = ndcg(oracle, tried, rebuy=True)
    assert 0 < score < 1
    assert users == len(np.unique(tried.users))


def test_every_kind_of_shop_can_be_fitted_and_says_what_it_is_in_both_languages() -> None:
    for shop in shops().values():
        assert shop.words["en"]
        assert shop.words["zh"]
        ranker = shop.blend({"1": "cup", "2": "cup"}).fit(random_shop())
        assert np.isfinite(ranker.scores(history([1, 2]))).all()


def test_a_shop_too_large_for_the_regression_is_not_put_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("goodword.rankers.kinds.auto.LARGE", 10)
    made = Auto().fit(random_shop())
    assert set(made.choice["scores"]) == {"next", "repeat_large"}
