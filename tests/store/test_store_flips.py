"""Any single bit that turns over is found and named."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from goodword.errors import GoodwordError
from goodword.store import chain, ledger
from goodword.store.engine import Store, open_store

ERASED, LENGTH = 2, 6
HEADER = ["position", "time", "kind", "subject", "actor", "body_digest", "prev_hash", "hash"]
BODY = ["position", "salt", "body"]
CELLS = [("ledger", c, p) for c in HEADER for p in range(1, LENGTH + 1)]
CELLS += [("ledger_bodies", c, p) for c in BODY for p in range(1, LENGTH + 1) if p != ERASED]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small ledger: five events, of which one is erased."""
    path = tmp_path_factory.mktemp("flips") / "shop.db"
    with open_store(path) as store, store.begin() as conn:
        for n in range(1, LENGTH):
            ledger.append(conn, "released", f"品-{n}/zh", {"text": "纯棉 T恤", "n": n}, "操作员")
        ledger.erase(conn, ERASED, "asked", "dpo")
    return path


@pytest.fixture(scope="module")
def store(file: Path) -> Iterator[Store]:
    with open_store(file) as opened:
        yield opened


def check(store: Store) -> chain.Verification:
    with store.read() as conn:
        return ledger.verify(conn)


@settings(max_examples=400, deadline=None)
@given(cell=st.sampled_from(CELLS), where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_bit_that_turns_over_in_any_cell_is_named(
    file: Path, store: Store, cell: tuple[str, str, int], where: float, bit: int
) -> None:
    table, column, position = cell
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute("PRAGMA synchronous = OFF")
        read = f"SELECT CAST({column} AS BLOB), typeof({column}) FROM {table} WHERE position = ?"
        old, kind = raw.execute(read, [position]).fetchone()
        moved, new = position, bytearray(old)
        if kind == "integer":
            moved ^= 1 << int(where * 20)
            assume(not raw.execute(f"SELECT 1 FROM {table} WHERE position = ?", [moved]).fetchone())
        else:
            new[int(where * len(old))] ^= 1 << bit
        write = f"UPDATE {table} SET {column} = CAST(? AS {kind}) WHERE position = ?"
        raw.execute(write, [moved if kind == "integer" else bytes(new), position])
        try:
            found = check(store)
        finally:
            raw.execute(write, [position if kind == "integer" else old, moved])
    assert not found.ok
    # A body that moved to another position is named where it is gone from, or where it does not belong.
    assert found.broken in ({position, moved} if table == "ledger_bodies" else {position, min(position, max(moved, 1))})
    assert check(store).ok


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_bit_that_turns_over_in_the_file_is_found_or_touches_nothing_that_is_told(
    file: Path, tmp_path: Path, where: float, bit: int
) -> None:
    def told(path: Path) -> list[str]:
        with open_store(path) as opened, opened.read() as conn:
            return list(ledger.export(conn))

    data = bytearray(file.read_bytes())
    data[int(where * len(data))] ^= 1 << bit
    copy = tmp_path / "copy.db"
    for old in tmp_path.iterdir():
        old.unlink()
    copy.write_bytes(data)
    try:
        with open_store(copy) as damaged:
            found = check(damaged)
    except GoodwordError:
        return  # the database itself says it is damaged
    assert not found.ok or told(copy) == told(file)
