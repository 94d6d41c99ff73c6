"""Splits hold back the future and nothing but the future."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.errors import InputError
from goodword.evaluate.ranking_split import PROTOCOLS, Split, cutoff_of, split
from goodword.rankers.interactions import Interactions, interactions

DAY = 86400
T0 = 1_700_000_000 // DAY * DAY


def shop(*rows: tuple[str, str, int]) -> Interactions:
    return interactions([u for u, *_ in rows], [i for _, i, _ in rows], times=[t for *_, t in rows])


def told(found: Split) -> dict[str, set[str]]:
    users, items = found.train.user_ids, found.train.item_ids
    return {users[u]: {items[i] for i in found.truth[[n]].indices.tolist()} for n, u in enumerate(found.users.tolist())}


EVENTS = shop(
    ("a", "x", T0), ("a", "y", T0 + DAY), ("a", "z", T0 + 2 * DAY),
    ("b", "x", T0), ("b", "x", T0 + 3 * DAY),
    ("c", "y", T0 + 5 * DAY),
)  # fmt: skip


def test_leave_last_out_holds_back_the_last_event_of_each() -> None:
    found = split(EVENTS, "leave-last-out")
    assert told(found) == {"a": {"z"}}  # b bought x again, which counts only where re-buying does; c has no history
    assert told(split(EVENTS, "leave-last-out", rebuy=True)) == {"a": {"z"}, "b": {"x"}}
    assert len(found.train) == 3


def test_one_date_holds_back_the_future_of_all() -> None:
    found = split(EVENTS, "temporal", cutoff=T0 + 2 * DAY, rebuy=True)
    assert told(found) == {"a": {"z"}, "b": {"x"}}
    assert found.train.times.max() < T0 + 2 * DAY == found.now


def test_the_next_basket_is_the_last_day() -> None:
    events = shop(("a", "x", T0), ("a", "x", T0 + DAY), ("a", "y", T0 + DAY + 60), ("a", "q", T0 + DAY + 90))
    assert told(split(events, "next-basket")) == {"a": {"x", "y", "q"}}
    undated = shop(("a", "x", 0), ("a", "x", 1), ("a", "y", 1))
    assert told(split(undated, "next-basket")) == {"a": {"x", "y"}}


def test_only_what_counts_is_to_be_found_but_what_came_after_it_is_held_back_too() -> None:
    bought = np.array([True, True, False, True, True, True])
    found = split(EVENTS, "leave-last-out", counts=bought)
    assert told(found) == {"a": {"y"}}
    assert [found.train.item_ids[i] for i in found.train.items] == ["x", "x"]


def test_the_views_that_led_up_to_a_purchase_do_not_give_it_away() -> None:
    events = shop(("a", "x", T0), ("a", "y", T0 + DAY), ("a", "z", T0 + 9 * DAY), ("a", "z", T0 + 9 * DAY + 60))
    found = split(events, "leave-last-out", counts=np.array([True, True, False, True]))
    assert told(found) == {"a": {"z"}}
    assert [found.train.item_ids[i] for i in found.train.items] == ["x", "y"]


def test_what_was_only_looked_at_is_still_to_be_found() -> None:
    events = shop(("a", "x", T0), ("a", "z", T0 + DAY), ("a", "z", T0 + 9 * DAY))
    found = split(events, "leave-last-out", counts=np.array([True, False, True]))
    assert told(found) == {"a": {"z"}}
    assert found.owned.toarray().tolist() == [[1.0, 0.0]]


@given(st.integers(0, 500), st.sampled_from(PROTOCOLS), st.booleans())
def test_no_event_is_learnt_from_and_found(seed: int, protocol: str, again: bool) -> None:
    rng = np.random.default_rng(seed)
    n = 80
    events = interactions(rng.integers(0, 9, n), rng.integers(0, 12, n), times=T0 + rng.integers(0, 200 * DAY, n))
    found = split(events, protocol, rebuy=again)  # type: ignore[arg-type]
    known = found.train.matrix()[found.users].toarray() > 0
    truth = found.truth.toarray() > 0
    assert truth.any(1).all()
    assert known.any(1).all()
    if not again:
        assert not (known & truth).any()
    for row, user in enumerate(found.users.tolist()):
        later = events.times[(events.users == user)].max()
        assert found.train.history(user).times.max() <= (found.now or later)
        if found.now is not None:
            assert found.train.times.max() < found.now
        assert row < len(found.users)


def test_a_shop_of_one_event_a_shopper_is_told_why_it_cannot_be_judged() -> None:
    for protocol in PROTOCOLS:
        with pytest.raises(InputError, match="both a history and something after"):
            split(shop(("a", "x", T0), ("b", "y", T0 + DAY)), protocol)
        with pytest.raises(InputError, match="both a history"):
            split(interactions([], []), protocol)


def test_a_date_is_read_as_utc_and_anything_else_is_told() -> None:
    assert cutoff_of("2011-11-09") == 1_320_796_800
    assert cutoff_of("2011-11-09T00:00:00+08:00") == 1_320_796_800 - 8 * 3600
    with pytest.raises(InputError, match="no date"):
        cutoff_of("soon")
