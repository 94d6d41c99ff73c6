"""What holds for every ranker, whatever it learns."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodword.errors import InputError, UnknownPlugin
from goodword.rankers import base
from goodword.rankers.interactions import Histories, Interactions, history, interactions, together
from goodword.rankers.sparse_top import sparse_lists

DAY = 86_400
START = 1_700_000_000
TEXTS = {f"i{n}": f"{'red' if n % 2 else 'blue'} {('cup', 'lamp', 'shoe')[n % 3]} 陶瓷水杯{n % 4}" for n in range(12)}
MEMBERS = [
    {"name": "linear", "weight": 1.0, "trend": 1.0, "settings": {"l2": 2.0, "user_power": 1.0, "half_life": 365}},
    {"name": "personal", "weight": 3.0, "trend": 0.25},
    {"name": "neighbours", "weight": 0.5},
]
KINDS: dict[str, dict[str, Any]] = {
    "popular": {},
    "personal": {},
    "neighbours": {},
    "linear": {"l2": 2.0},
    "content": {"texts": TEXTS},
    "blend": {"members": MEMBERS, "trend": {"half_life": 7, "pseudo": 2}},
    "auto": {"texts": TEXTS},
}

events = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 11), st.integers(0, 90), st.sampled_from([1.0, 1.0, 0.25])),
    min_size=3, max_size=60,
)  # fmt: skip


def shop(rows: list[tuple[int, int, int, float]]) -> Interactions:
    users, items, days, weights = zip(*rows, strict=True)
    known = base_ids()
    return interactions(
        [f"u{u}" for u in users], [f"i{i}" for i in items], times=[START + d * DAY for d in days], weights=weights,
        item_ids=known,
    )  # fmt: skip


def base_ids() -> Any:
    from goodword.rankers.interactions import Ids

    return Ids(f"i{n}" for n in range(12))


def fitted(name: str, data: Interactions) -> Any:
    return base.open_ranker(name, **KINDS[name]).fit(data)


def test_all_rankers_are_tried_here() -> None:
    own = {
        "private",
        "sequence",
    }  # noise, and learning by gradient, make them unlike the others: they have their own tests
    assert set(KINDS) == set(base.names()) - own


@pytest.mark.parametrize("name", KINDS)
@given(rows=events, later=st.integers(0, 40))
@settings(max_examples=25)
def test_a_score_is_the_sum_of_what_each_event_contributes(
    name: str, rows: list[tuple[int, int, int, float]], later: int
) -> None:
    data = shop(rows)
    ranker = fitted(name, data)
    for user in range(len(data.user_ids)):
        past = data.history(user, now=data.now + later * DAY)
        scores, prior = ranker.scores(past), ranker.prior()
        for item in range(12):
            parts = ranker.contributions(past, item)
            assert len(parts) == len(past)
            assert scores[item] == pytest.approx(prior[item] + parts.sum(), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("name", KINDS)
@given(rows=events, gone=st.sets(st.integers(0, 7), max_size=3))
@settings(max_examples=25)
def test_forgetting_gives_the_model_that_never_knew_them(
    name: str, rows: list[tuple[int, int, int, float]], gone: set[int]
) -> None:
    data = shop(rows)
    users = [code for u in gone if (code := data.user_ids.code(f"u{u}")) is not None]
    rest = data.without(users)
    if not len(rest):
        return
    told = {"shop": "repeat"} if name == "auto" else {}  # a choice made with them stays until the next fit
    ranker = base.open_ranker(name, **KINDS[name], **told).fit(data)
    ranker.forget(data.histories(users, now=data.now))
    never = base.open_ranker(name, **KINDS[name], **told).fit(rest)
    for user in range(len(data.user_ids)):
        past = data.history(user, now=data.now)
        assert np.abs(ranker.scores(past) - never.scores(past)).max() <= 1e-9
    mine, theirs = ranker.state().arrays, never.state().arrays
    for key in mine:
        if key.endswith(("popularity", "counts", "recent", "total", "gram.data", "bonds.data")):
            assert np.array_equal(mine[key], theirs[key]), key  # not only to rounding


@pytest.mark.parametrize("name", KINDS)
@given(rows=events, cut=st.integers(1, 7))
@settings(max_examples=15)
def test_learning_shoppers_later_is_as_good_as_at_once(
    name: str, rows: list[tuple[int, int, int, float]], cut: int
) -> None:
    data = shop(rows)
    late = np.arange(cut, len(data.user_ids))
    early = data.without(late.tolist())
    if not len(early):
        return
    told = {"shop": "next"} if name == "auto" else {}
    ranker = base.open_ranker(name, **KINDS[name], **told).fit(early)
    ranker.add(data.histories(late, now=data.now), items=12)
    whole = base.open_ranker(name, **KINDS[name], **told).fit(data)
    past = history([0, 3, 5], times=[data.now - DAY] * 3, now=data.now)
    np.testing.assert_allclose(ranker.scores(past), whole.scores(past), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", KINDS)
@given(rows=events)
@settings(max_examples=10)
def test_one_and_many_get_the_same_scores(name: str, rows: list[tuple[int, int, int, float]]) -> None:
    data = shop(rows)
    ranker = fitted(name, data)
    many = ranker.score_many(data.histories(now=data.now))
    for user in range(len(data.user_ids)):
        np.testing.assert_allclose(ranker.scores(data.history(user, now=data.now)), many[user], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", KINDS)
def test_a_ranker_comes_back_from_its_data_as_it_was(name: str) -> None:
    rng = np.random.default_rng(3)
    rows = [(int(u), int(i), int(d), 1.0) for u, i, d in rng.integers(0, [8, 12, 90], (80, 3))]
    data = shop(rows)
    ranker = fitted(name, data)
    again = base.restorer(name)(ranker.state())
    past = data.history(2, now=data.now)
    assert np.array_equal(ranker.scores(past), again.scores(past))
    if name != "content":
        for one in (ranker, again):
            one.forget(data.histories([1], now=data.now))
        assert np.array_equal(ranker.scores(past), again.scores(past))


@pytest.mark.parametrize("name", KINDS)
def test_a_new_shopper_and_a_new_item_are_served_at_once(name: str) -> None:
    data = shop([(u, (u + n) % 12, n, 1.0) for u in range(8) for n in range(6)])
    ranker = fitted(name, data)
    assert np.array_equal(ranker.scores(history([])), ranker.prior())
    beyond = history([12, 0, 99], times=[START, START + DAY, START + 2 * DAY])  # 12 and 99 came after the fit
    assert np.isfinite(ranker.scores(beyond)).all()
    parts = ranker.contributions(beyond, 1)
    assert len(parts) == 3
    assert parts[0] == parts[2] == 0
    lists = ranker.top(together([beyond, history([])]), 5)
    assert 0 not in lists.items[0]


@pytest.mark.parametrize("name", [n for n in KINDS if n != "popular"])
def test_the_last_event_counts_without_a_refit(name: str) -> None:
    data = shop([(u, (u + n) % 12, n, 1.0) for u in range(8) for n in range(6)])
    ranker = fitted(name, data)
    before = history([0, 1], times=[data.now, data.now + 1])
    after = history([0, 1, 7], times=[data.now, data.now + 1, data.now + 2])
    assert not np.allclose(ranker.scores(before), ranker.scores(after))


@pytest.mark.parametrize("name", KINDS)
def test_learning_from_nothing_is_refused_in_words(name: str) -> None:
    with pytest.raises(InputError, match="no events"):
        base.open_ranker(name, **KINDS[name]).fit(interactions([], []))


def test_one_shopper_alone_still_gets_a_list() -> None:
    for name in KINDS:
        data = interactions(["a", "a", "b"][:2], ["i1", "i2", "i3"][:2])
        lists = fitted(name, data).top(data.histories(), 5, seen=True)
        assert set(lists.items[0].tolist()) <= {0, 1, -1}


def test_an_unknown_ranker_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownPlugin, match="linear"):
        base.open_ranker("magic")


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 5))
def test_best_equals_sorting(n: int, k: int, seed: int) -> None:
    scores = np.random.default_rng(seed).permutation(n * 3).reshape(3, n).astype(np.float32)
    items, values = base.best(scores, k)
    for row in range(3):
        wanted = np.argsort(-scores[row], kind="stable")[:k]
        assert items[row, : len(wanted)].tolist() == wanted.tolist()
        assert (items[row, len(wanted) :] == -1).all()
        assert np.array_equal(values[row, : len(wanted)], scores[row][wanted])


def test_what_is_barred_or_seen_is_never_listed() -> None:
    data = shop([(u, (u + n) % 12, n, 1.0) for u in range(8) for n in range(6)])
    ranker = fitted("blend", data)
    allowed = np.ones(12, bool)
    allowed[[1, 2, 3]] = False
    histories: Histories = data.histories(now=data.now)
    lists = ranker.top(histories, 12, allowed=allowed)
    for user, row in enumerate(lists.items):
        shown = set(row[row >= 0].tolist())
        assert not shown & {1, 2, 3}
        assert not shown & set(data.history(user).items.tolist())


@given(rows=events, k=st.integers(1, 12), seen=st.booleans(), barred=st.sets(st.integers(0, 11), max_size=6))
def test_looking_only_at_what_has_a_score_changes_no_list(
    rows: list[tuple[int, int, int, float]], k: int, seen: bool, barred: set[int]
) -> None:
    data = shop(rows)
    members = [{"name": "linear", "settings": {"l2": 2.0, "dense": 0}, "trend": 1.0}, {"name": "neighbours"}]
    ranker: Any = base.open_ranker("blend", members=members, trend={}).fit(data)
    allowed = np.array([i not in barred for i in range(12)])
    histories = data.histories(now=data.now)
    quick = sparse_lists(ranker.score_sparse, histories, k, prior=ranker.prior(), seen=seen, allowed=allowed)
    whole = base.top_lists(ranker.score_many, histories, k, items=12, seen=seen, allowed=allowed)
    np.testing.assert_allclose(quick.scores, whole.scores, rtol=1e-4, atol=1e-6)
    for user, row in enumerate(quick.items):  # equal scores may change places, so each is checked by its score
        listed = row[row >= 0]
        assert len(set(listed.tolist())) == len(listed)
        scores = ranker.scores(data.history(user, now=data.now))
        np.testing.assert_allclose(scores[listed], quick.scores[user][row >= 0], rtol=1e-4, atol=1e-5)
