"""What rests on a fact that no longer holds, and what of it waits to be written anew, over both databases."""

from collections.abc import Callable
from typing import Any

from goodword.store import catalogue, fresh, ledger, stale, statements
from goodword.store.engine import Store
from goodword.types import Product, Statement

MakeStatement = Callable[..., Statement]
MakeProduct = Callable[..., Product]


def release(conn: Any, make: MakeStatement, key: str, sku: str = "S-1") -> Statement:
    made = make(ledger.append(conn, "released", sku, {}, "op").position, sku)
    statements.save(conn, made, key)
    return made


def test_a_text_waits_until_a_newer_one_is_live_in_its_place(
    store: Store, statement: MakeStatement, product: MakeProduct
) -> None:
    with store.begin() as conn:
        for sku in ("S-1", "S-2"):
            catalogue.put(conn, product(sku))
        old, other = release(conn, statement, "k1"), release(conn, statement, "k2", "S-2")
        assert list(stale.resting_on(conn, "S-1#material")) == []
        assert [p.statement for p in stale.resting_on(conn, "S-1#material", every=True)] == [old.id]
        catalogue.put(conn, product(material="真丝"))
    with store.begin() as conn:
        (found,) = stale.resting_on(conn, "S-1#material")
        assert (found.statement, found.version, found.stale, found.waiting) == (old.id, 1, None, False)
        assert stale.mark(conn, [old.id, other.id, "none"][:1], stale.CHANGED) == 1
        assert stale.mark(conn, [old.id], stale.CHANGED) == 0
    with store.begin() as conn:
        (waiting,) = stale.waiting(conn)
        assert (waiting.statement, waiting.waiting, stale.count_waiting(conn)) == (old.id, True, 1)
        assert stale.waiting(conn, after=waiting.ledger) == []
        release(conn, statement, "k3")
        assert (stale.waiting(conn), stale.count_waiting(conn)) == ([], 0)
        (found,) = stale.resting_on(conn, "S-1#material")
        assert found.stale and not found.waiting


def test_a_place_waits_once_by_its_newest_text(store: Store, statement: MakeStatement, product: MakeProduct) -> None:
    with store.begin() as conn:
        catalogue.put(conn, product())
        one, two = release(conn, statement, "k1"), release(conn, statement, "k2")
        stale.mark(conn, [one.id, two.id], stale.WRONG)
        assert [p.statement for p in stale.waiting(conn)] == [two.id]
        assert {p.statement for p in stale.resting_on(conn, "S-1#material")} == {one.id, two.id}


def test_the_mark_changes_with_products_and_texts_taken_back_and_with_nothing_else(
    store: Store, statement: MakeStatement, product: MakeProduct
) -> None:
    def mark() -> tuple[str, ...]:
        with store.read() as conn:
            return fresh.mark(conn)

    marks = [mark()]
    with store.begin() as conn:
        catalogue.put(conn, product())
    marks.append(mark())
    with store.begin() as conn:
        one = release(conn, statement, "k1")
        catalogue.put(conn, product())
    assert mark() == marks[-1]
    with store.begin() as conn:
        stale.mark(conn, [one.id], stale.CHANGED)
    marks.append(mark())
    assert len(set(marks)) == 3
