"""The transformer: learns order, scores without Keras as Keras would, explains itself exactly, and comes back."""

from typing import Any

import numpy as np
import pytest

from goodword.errors import InputError, MissingExtra
from goodword.rankers import sequence_train
from goodword.rankers.base import open_ranker, restorer
from goodword.rankers.interactions import Interactions, history, interactions
from goodword.rankers.kinds.sequence import Sequence
from goodword.rankers.sequence_net import Net

TINY: dict[str, Any] = {"width": 16, "heads": 2, "blocks": 1, "length": 6, "epochs": 12, "batch": 16, "rate": 0.01,
                        "others": 32}  # fmt: skip


def ring(items: int = 10, users: int = 60) -> Interactions:
    """Everybody goes round the same ring from somewhere: what comes next follows from the last item alone."""
    rows = [(u, (u + n) % items) for u in range(users) for n in range(3 + u % 5)]
    return interactions([f"u{u}" for u, _ in rows], [f"i{i}" for _, i in rows])


@pytest.fixture(scope="module")
def shop() -> Interactions:
    return ring()


@pytest.fixture(scope="module")
def fitted(shop: Interactions) -> Sequence:
    pytest.importorskip("keras", reason="the ranker sequence learns with Keras")
    return Sequence(**TINY).fit(shop)


@pytest.mark.slow
def test_it_learns_what_comes_next(fitted: Sequence, shop: Interactions) -> None:
    code = shop.item_ids.codes(f"i{n}" for n in range(10))
    right = 0
    for n in range(10):
        past = history([int(code[(n - 1) % 10]), int(code[n])])
        right += int(fitted.scores(past).argmax()) == int(code[(n + 1) % 10])
    assert right >= 8


@pytest.mark.slow
def test_what_each_event_changed_adds_up_to_the_score(fitted: Sequence, shop: Interactions) -> None:
    for user in range(0, 60, 7):
        past = shop.history(user)
        scores, prior = fitted.scores(past), fitted.prior()
        for item in range(10):
            parts = fitted.contributions(past, item)
            assert len(parts) == len(past)
            assert scores[item] == pytest.approx(prior[item] + parts.sum(), abs=1e-4)
    assert fitted.contributions(shop.history(4), 0)[0] == 0  # 7 events, of which the latest 6 are read


@pytest.mark.slow
def test_one_and_many_get_the_same_lists_and_nobody_gets_the_prior(fitted: Sequence, shop: Interactions) -> None:
    many = fitted.score_many(shop.histories())
    for user in range(60):
        np.testing.assert_allclose(many[user], fitted.scores(shop.history(user)), atol=1e-4)
    np.testing.assert_allclose(fitted.scores(history([])), fitted.prior(), atol=1e-6)
    lists = fitted.top(shop.histories([3]), 3)
    assert not set(lists.items[0].tolist()) & set(shop.history(3).items.tolist())


@pytest.mark.slow
def test_it_comes_back_as_it_was_and_learns_the_same_twice(fitted: Sequence, shop: Interactions) -> None:
    again = restorer("sequence")(fitted.state())
    assert np.array_equal(again.scores(shop.history(5)), fitted.scores(shop.history(5)))
    twice = open_ranker("sequence", **TINY).fit(shop)
    np.testing.assert_allclose(twice.scores(shop.history(5)), fitted.scores(shop.history(5)), atol=1e-4)


@pytest.mark.slow
def test_numpy_scores_as_keras_does(shop: Interactions) -> None:
    keras = pytest.importorskip("keras", reason="the ranker sequence learns with Keras")
    layers = sequence_train._Layers(keras, 10, {**TINY, "dropout": 0.0, "seed": 0, "blocks": 2})
    whole = layers.model(5)
    rng = np.random.default_rng(1)
    whole.set_weights([rng.normal(0, 0.3, w.shape) for w in whole.get_weights()])
    items, after = rng.integers(0, 10, (4, 4)), rng.integers(2, 12, (4, 5)).astype(np.int32)
    others = np.arange(2, 12, dtype=np.int32).reshape(5, 2)[:4]  # eight of the ten
    numbers = np.concatenate([np.ones((4, 1)), items + 2], axis=1).astype(np.int32)
    net = Net(weights=layers.arrays(), heads=2)
    states = net.states(items.astype(np.int32))
    scores = states @ net.vectors.T
    told = np.take_along_axis(scores, after[..., None].astype(np.int64) - 2, 2)[..., 0]
    drawn = others.ravel() - 2
    rest = np.where(after[..., None] - 2 == drawn, -1e9, scores[..., drawn])
    loss = np.log(np.exp(told) + np.exp(rest).sum(-1)) - told
    np.testing.assert_allclose(whole.predict([numbers, after, others], verbose=0), loss.mean(1), rtol=1e-3)


def test_it_neither_forgets_nor_learns_without_a_new_fit(shop: Interactions) -> None:
    made = open_ranker("sequence")
    with pytest.raises(InputError, match="cannot forget one shopper exactly"):
        made.forget(shop.histories([0]))
    with pytest.raises(InputError, match="without a new fit"):
        made.add(shop.histories([0]))
    with pytest.raises(InputError, match="learnt nothing yet"):
        made.scores(history([0]))
    with pytest.raises(InputError, match="3 heads"):
        open_ranker("sequence", heads=3)


def test_without_keras_it_names_the_extra(shop: Interactions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keras", None)
    with pytest.raises(MissingExtra, match="keras"):
        open_ranker("sequence", **TINY).fit(shop)
