"""The chain shows every change, and says where; what was erased is gone and the chain still holds."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from goodword.errors import InputError
from goodword.store import chain, ledger
from goodword.store.engine import Store, open_store


def fill(store: Store, n: int = 6) -> None:
    with store.begin() as conn:
        for i in range(1, n + 1):
            ledger.append(
                conn, "released", f"S-{i}/zh", {"text": f"纯棉 {i}", "share": 0.5, "cost": Decimal("1.10")}, "op"
            )


def checked(store: Store, anchor: chain.Anchor | None = None) -> chain.Verification:
    with store.read() as conn:
        return ledger.verify(conn, anchor=anchor)


def tamper(store: Store, *sql: str) -> None:
    """As someone with the database in hand would: with the constraints out of the way."""
    with store.begin() as conn:
        if conn.dialect.name == "postgresql":
            off, on = "SET session_replication_role = replica", "SET session_replication_role = DEFAULT"
        else:
            off, on = "PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"
        for line in ("COMMIT", off, "BEGIN", *sql, "COMMIT", on, "BEGIN"):
            conn.exec_driver_sql(line)


def test_an_empty_ledger_holds(store: Store) -> None:
    assert checked(store) == chain.Verification(ok=True, length=0, head="00" * 32)
    with store.read() as conn:
        assert ledger.head(conn) is None


def test_what_is_appended_comes_back_and_links_to_the_one_before(store: Store) -> None:
    with store.begin() as conn:
        first = ledger.append(conn, "held", "S-1/zh", {"b": 0.1, "a": [True, None, "品"]}, "ann")
        second = ledger.append(conn, "approved", "S-1/zh", {}, "ann")
    assert (first.position, second.position, second.prev_hash) == (1, 2, first.hash)
    with store.read() as conn:
        got = ledger.get(conn, 1)
        assert ledger.head(conn) == second
    assert got.body == {"a": [True, None, "品"], "b": "0.1"}
    assert (got.hash, got.kind, got.actor) == (first.hash, "held", "ann")
    assert checked(store).head == second.hash


def test_a_rolled_back_append_leaves_no_gap(store: Store) -> None:
    fill(store, 2)
    with pytest.raises(RuntimeError), store.begin() as conn:
        ledger.append(conn, "released", "S", {}, "op")
        raise RuntimeError
    fill(store, 1)
    assert (checked(store).ok, checked(store).length) == (True, 3)


@pytest.mark.parametrize("body", [{"x": float("nan")}, {"x": object()}, {"x": "\ud800"}, {"x": {1: 2}}])
def test_a_body_that_is_not_plain_data_is_refused(store: Store, body: dict[str, object]) -> None:
    with pytest.raises(InputError), store.begin() as conn:
        ledger.append(conn, "released", "S", body, "op")


def test_a_text_that_cannot_be_stored_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="NUL"), store.begin() as conn:
        ledger.append(conn, "released", "S\0", {}, "op")


DROP = ("DELETE FROM ledger_bodies WHERE position {}", "DELETE FROM ledger WHERE position {}")
MOVE = [f"UPDATE {table} SET position = {{1}} WHERE position = {{0}}" for table in ("ledger_bodies", "ledger")]
FORGE = """INSERT INTO ledger SELECT 7, time, kind, subject, actor, body_digest, hash, body_digest
    FROM ledger WHERE position = 6"""
TAMPERINGS = [
    (["UPDATE ledger SET subject = 'S-9/zh' WHERE position = 3"], 3, "header"),
    (["UPDATE ledger SET time = '2020' WHERE position = 3"], 3, "header"),
    (["UPDATE ledger SET prev_hash = body_digest WHERE position = 3"], 3, "follow"),
    (["UPDATE ledger_bodies SET salt = body WHERE position = 3"], 3, "body"),
    (["DELETE FROM ledger_bodies WHERE position = 3"], 3, "no erasure"),
    ([sql.format("= 3") for sql in DROP], 3, "missing"),
    ([sql.format("= 1") for sql in DROP], 1, "missing"),
    ([sql.format(6, 99) for sql in MOVE], 6, "missing"),
    ([sql.format(*step) for step in ((3, 99), (4, 3), (99, 4)) for sql in MOVE], 3, "follow"),
    ([FORGE], 7, "header"),
    (["INSERT INTO ledger_bodies SELECT 8, salt, body FROM ledger_bodies WHERE position = 1"], 8, "no entry"),
]


@pytest.mark.parametrize(("sql", "broken", "reason"), TAMPERINGS)
def test_every_kind_of_tampering_is_named(store: Store, sql: list[str], broken: int, reason: str) -> None:
    fill(store)
    tamper(store, *sql)
    found = checked(store)
    assert (found.ok, found.broken) == (False, broken)
    assert reason in found.reason


def test_a_cut_off_tail_is_seen_with_an_anchor_kept_elsewhere(store: Store) -> None:
    fill(store)
    with store.read() as conn:
        line = chain.anchor_line(ledger.anchor(conn))
    fill(store, 1)
    assert checked(store, chain.read_anchor(line)).ok
    tamper(store, "DELETE FROM ledger_bodies WHERE position > 5", "DELETE FROM ledger WHERE position > 5")
    assert checked(store).ok  # by itself a shorter chain is a whole chain
    found = checked(store, chain.read_anchor(line))
    assert (found.ok, found.broken) == (False, 6)
    fill(store, 3)
    found = checked(store, chain.read_anchor(line))
    assert (found.broken, found.reason) == (6, "the anchor has seen another entry here")


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"position":1,"hash":"zz","format":"goodword-ledger-1"}'])
def test_a_line_that_is_no_anchor_is_refused(line: str) -> None:
    with pytest.raises(InputError, match="anchor"):
        chain.read_anchor(line)


def test_an_anchor_of_a_later_format_is_refused() -> None:
    with pytest.raises(InputError, match="ledger-2"):
        chain.read_anchor('{"position":1,"hash":"00","format":"goodword-ledger-2"}')


def test_an_erased_body_is_gone_and_the_chain_holds(store: Store) -> None:
    fill(store)
    with store.begin() as conn:
        ledger.erase(conn, 2, "asked for by the person named in it", "dpo")
    found = checked(store)
    assert (found.ok, found.length, found.erased) == (True, 7, 1)
    with store.read() as conn:
        assert ledger.get(conn, 2).body is None
        assert ledger.get(conn, 7).body == {"position": 2, "why": "asked for by the person named in it"}
    with store.begin() as conn:
        ledger.erase(conn, 7, "the reason named the person", "dpo")  # what was erased stands in the header too
    assert (checked(store).ok, checked(store).erased) == (True, 2)


def test_a_body_is_erased_once_and_only_if_it_exists(store: Store) -> None:
    fill(store, 2)
    with store.begin() as conn:
        ledger.erase(conn, 2, "why", "dpo")
    for position, said in ((2, "already erased"), (9, "no entry 9")):
        with pytest.raises(InputError, match=said), store.begin() as conn:
            ledger.erase(conn, position, "why", "dpo")
    assert checked(store).length == 3


def test_an_erased_body_that_is_put_back_is_named(store: Store) -> None:
    fill(store, 3)
    with store.read() as conn:
        salt, body = conn.execute(text("SELECT salt, body FROM ledger_bodies WHERE position = 2")).one()
    with store.begin() as conn:
        ledger.erase(conn, 2, "why", "dpo")
        conn.execute(text("INSERT INTO ledger_bodies VALUES (2, :salt, :body)"), {"salt": salt, "body": body})
    assert (checked(store).broken, checked(store).reason) == (2, "its body was erased and is there again")


def test_entries_are_filtered_and_paged(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_PAGE", 4)
    fill(store, 10)
    with store.begin() as conn:
        last = ledger.append(conn, "held", "S-1%/zh", {}, "ann")

    def positions(**given: object) -> list[int]:
        with store.read() as conn:
            return [e.position for e in ledger.entries(conn, **given)]  # type: ignore[arg-type]

    assert positions() == list(range(1, 12))
    assert positions(newest=True, limit=6) == [11, 10, 9, 8, 7, 6]
    assert positions(newest=True, after=8) == [11, 10, 9]
    assert positions(after=2, limit=5) == [3, 4, 5, 6, 7]
    assert positions(kind="held") == positions(actor="ann") == positions(since=last.time) == [11]
    assert positions(until=last.time, limit=2) == [1, 2]
    assert positions(subject="S-1/zh") == [1]
    assert positions(subject="S-1*") == [1, 10, 11]
    assert positions(subject="S-1%*") == [11]
    assert positions(limit=0) == []


def test_an_export_is_verified_without_the_store(store: Store) -> None:
    fill(store)
    with store.begin() as conn:
        ledger.erase(conn, 4, "why", "dpo")
    with store.read() as conn:
        lines, whole, point = list(ledger.export(conn)), ledger.verify(conn), ledger.anchor(conn)
    assert chain.verify_export(lines, anchor=point) == whole
    forged = [line.replace("纯棉 3", "真丝 3") for line in lines]
    assert chain.verify_export(forged).broken == 3
    assert chain.verify_export(lines[:-1], anchor=point).broken == 4  # the erasure went with the tail
    with pytest.raises(InputError, match="line 2"):
        chain.verify_export([lines[0], json.dumps({"position": "two"})])


def test_a_stranger_can_recompute_the_hash_from_the_written_format(store: Store) -> None:
    import hashlib

    fill(store, 2)
    with store.read() as conn:
        one, two = (json.loads(line) for line in ledger.export(conn))
    texts = b"".join(
        b"%d:%b," % (len(t.encode()), t.encode()) for t in (two[c] for c in ("time", "kind", "subject", "actor"))
    )
    digest = hashlib.sha256(bytes.fromhex(two["salt"]) + two["body"].encode()).digest()
    head = b"goodword-ledger-1,2," + texts + digest + bytes.fromhex(one["hash"])
    assert hashlib.sha256(head).hexdigest() == two["hash"]


def test_headers_that_differ_only_in_where_a_text_ends_have_different_bytes() -> None:
    one = chain.header(1, b"t", b"ab", b"c", b"d", bytes(32), bytes(32))
    other = chain.header(1, b"t", b"a", b"bc", b"d", bytes(32), bytes(32))
    assert one != other


def test_a_link_with_an_empty_cell_is_named() -> None:
    digest = bytes(32)
    link = (1, b"t", b"k", None, b"a", digest, chain.GENESIS, digest, None, None)
    found = chain.verify_links([link])  # type: ignore[list-item]
    assert (found.broken, found.reason) == (1, "it has an empty cell")


def test_erased_words_are_no_longer_anywhere_in_the_files(tmp_path: Path) -> None:
    with open_store(tmp_path / "shop.db") as store:
        with store.begin() as conn:
            ledger.append(conn, "held", "S", {"text": "an unforgettable name " * 500}, "op")
        with store.begin() as conn:
            ledger.erase(conn, 1, "asked", "dpo")
    assert not [f for f in tmp_path.iterdir() if b"unforgettable" in f.read_bytes()]
