"""Statements are found by key, by product and by fact; a changed fact makes them stale."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from goodword.store import catalogue, completions, ledger, statements
from goodword.store.engine import Store
from goodword.types import Product, Statement

MakeStatement = Callable[..., Statement]
MakeProduct = Callable[..., Product]


@pytest.fixture
def release(statement: MakeStatement) -> Callable[..., Statement]:
    """Writes a ledger entry and its statement, as the door does."""

    def do(conn: Any, key: str, sku: str = "S-1", **given: Any) -> Statement:
        entry = ledger.append(conn, "released", sku, {}, "op")
        made = statement(entry.position, sku)
        statements.save(conn, made, key, **given)
        return made

    return do


def test_a_statement_is_found_by_key_and_as_the_latest(store: Store, release: MakeStatement) -> None:
    with store.begin() as conn:
        one, two = release(conn, "k1"), release(conn, "k2")
    with store.read() as conn:
        assert statements.by_key(conn, "k1") == one
        assert statements.by_key(conn, "k3") is None
        assert statements.by_keys(conn, ["k2", "k3", "k1"]) == {"k1": one, "k2": two}
        assert statements.latest(conn, "S-1", "zh", "cn", "listing") == two
        assert statements.latest(conn, "S-1", "zh", "cn", "title") is None
        saved = statements.get(conn, one.id)
        assert saved is not None
        assert (saved.statement, saved.stale) == (one, None)
        assert statements.get(conn, "nowhere") is None


def test_a_text_written_anew_takes_the_place_of_the_old_one(store: Store, release: MakeStatement) -> None:
    with store.begin() as conn:
        release(conn, "k")
        new = release(conn, "k")
    with store.read() as conn:
        assert statements.by_key(conn, "k") == new
        assert [s.stale_why for s in statements.of_product(conn, "S-1")] == [None, "superseded"]


def test_a_statement_without_its_ledger_entry_is_refused(store: Store, statement: MakeStatement) -> None:
    with pytest.raises(IntegrityError), store.begin() as conn:
        statements.save(conn, statement(1), "k")


def test_it_rests_on_the_versions_that_held_when_it_was_written(
    store: Store, release: MakeStatement, product: MakeProduct
) -> None:
    with store.begin() as conn:
        catalogue.put(conn, product())
        one = release(conn, "k1")
        catalogue.put(conn, product(material="真丝"))
        late = release(conn, "k2", facts={"S-1#material": 1})  # written before the change, saved after it
        new = release(conn, "k3")
    with store.read() as conn:
        assert statements.versions_of(conn, one.id) == {"S-1#material": 1, "S-1#weight": 1}
        assert statements.versions_of(conn, new.id) == {"S-1#material": 2, "S-1#weight": 1}
        assert [s.statement for s in statements.resting_on(conn, "S-1#material", 1)] == [one, late]
        assert [s.statement for s in statements.resting_on(conn, "S-1#material")] == [one, late, new]
        assert list(statements.resting_on(conn, "S-1#price")) == []


def test_a_changed_fact_makes_stale_what_rests_on_its_old_version_and_nothing_else(
    store: Store, release: MakeStatement, product: MakeProduct
) -> None:
    with store.begin() as conn:
        catalogue.put(conn, product())
        catalogue.put(conn, product("S-2"))
        one, other = release(conn, "k1"), release(conn, "k2", "S-2", facts={"S-2#material": 1})
        assert statements.mark_stale(conn, ["S-1#material"], "for nothing: it still holds") == ()
        change = catalogue.put(conn, product(material="真丝"))
        new = release(conn, "k3")
        assert statements.mark_stale(conn, change.changed + change.removed, "材质已变") == (one.id,)
        assert statements.mark_stale(conn, change.changed, "again") == ()
    with store.read() as conn:
        assert statements.by_key(conn, "k1") is None
        assert statements.by_key(conn, "k2") == other
        assert statements.latest(conn, "S-1", "zh", "cn", "listing") == new
        assert list(statements.resting_on(conn, "S-1#material", 1)) == []
        assert [s.stale_why for s in statements.resting_on(conn, "S-1#material", 1, live=False)] == ["材质已变"]


def test_a_fact_taken_away_makes_stale_what_rests_on_it(
    store: Store, release: MakeStatement, product: MakeProduct
) -> None:
    with store.begin() as conn:
        catalogue.put(conn, product())
        one = release(conn, "k1")
        change = catalogue.put(conn, product(weight=None))
        assert statements.mark_stale(conn, change.removed, "gone") == (one.id,)


def test_many_statements_of_one_fact_stream_over_pages(
    store: Store, release: MakeStatement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "_CHUNK", 3)
    with store.begin() as conn:
        made = [release(conn, f"k{n}", facts={"S-1#material": 1}) for n in range(8)]
    with store.read() as conn:
        assert [s.statement for s in statements.resting_on(conn, "S-1#material", 1)] == made


def test_an_answer_is_kept_and_a_newer_one_takes_its_place(store: Store) -> None:
    with store.begin() as conn:
        completions.put(conn, {"a": {"text": "好", "tokens_out": 3, "seconds": 0.5}, "b": {"text": "x"}})
        completions.put(conn, {"b": {"text": "y"}})
        completions.put(conn, {})
    with store.read() as conn:
        got = completions.get(conn, ["a", "b", "c"])
        assert completions.get(conn, []) == {}
    assert got == {"a": {"text": "好", "tokens_out": 3, "seconds": "0.5"}, "b": {"text": "y"}}
