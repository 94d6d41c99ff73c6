"""A held draft waits, is decided once, and keeps who decided and why."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from goodword.errors import InputError
from goodword.store import desk, ledger
from goodword.store.engine import Store
from goodword.types import Draft, Ruling

MakeDraft = Callable[..., Draft]


def hold(conn: Connection, draft: Draft, ruling: Ruling, key: str) -> int:
    return desk.put(conn, draft, ruling, ledger.append(conn, "held", draft.sku, {}, "op").position, key)


def test_a_held_draft_comes_back_as_it_went_in_and_its_age_counts(
    store: Store, draft: MakeDraft, ruling: Ruling
) -> None:
    with store.begin() as conn:
        number = hold(conn, draft(), ruling, "k")
    with store.read() as conn:
        item = desk.get(conn, number)
    assert (item.draft, item.ruling, item.key, item.ledger, item.state) == (draft(), ruling, "k", 1, "waiting")
    assert 0 <= item.age < 60


def test_it_is_decided_once(store: Store, draft: MakeDraft, ruling: Ruling) -> None:
    with store.begin() as conn:
        number = hold(conn, draft(), ruling, "k")
        desk.decide(conn, number, "approved", "ann", "checked with the supplier")
    with pytest.raises(InputError, match="already approved by ann"), store.begin() as conn:
        desk.decide(conn, number, "rejected", "bob", "no")
    with store.read() as conn:
        item = desk.get(conn, number)
        age = item.age
        assert (item.state, item.who, item.reason) == ("approved", "ann", "checked with the supplier")
        assert desk.get(conn, number).age == age  # stands still once decided


def test_an_item_that_is_not_there_is_said_to_be_missing(store: Store) -> None:
    for act in (lambda c: desk.get(c, 7), lambda c: desk.decide(c, 7, "approved", "ann", "")):
        with pytest.raises(InputError, match="no item 7"), store.begin() as conn:
            act(conn)


def test_the_same_question_held_again_supersedes_the_one_that_waits(
    store: Store, draft: MakeDraft, ruling: Ruling
) -> None:
    with store.begin() as conn:
        first, second = hold(conn, draft(text="甲"), ruling, "k"), hold(conn, draft(text="乙"), ruling, "k")
        other = hold(conn, draft(), ruling, "k2")
    with store.read() as conn:
        assert [i.id for i in desk.items(conn)] == [second, other]
        assert desk.get(conn, first).state == "superseded"
        newest = desk.by_key(conn, "k")
        assert newest is not None
        assert newest.id == second
        assert desk.by_key(conn, "nothing") is None
        assert desk.count(conn) == {"waiting": 2, "superseded": 1}
    with pytest.raises(InputError, match="already superseded"), store.begin() as conn:
        desk.decide(conn, first, "approved", "ann", "")


def test_items_are_listed_oldest_first_over_pages(
    store: Store, draft: MakeDraft, ruling: Ruling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "_PAGE", 2)
    with store.begin() as conn:
        ids = [hold(conn, draft(), ruling, f"k{n}") for n in range(5)]
        desk.decide(conn, ids[1], "rejected", "ann", "no")
    with store.read() as conn:
        assert [i.id for i in desk.items(conn)] == [ids[0], *ids[2:]]
        assert [i.id for i in desk.items(conn, "rejected")] == [ids[1]]
        assert [i.id for i in desk.items(conn, None)] == ids
        assert [i.id for i in desk.items(conn, None, limit=3)] == ids[:3]
