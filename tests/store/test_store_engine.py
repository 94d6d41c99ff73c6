"""Opening a store: what can be opened, and one clear message for each thing that cannot."""

import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from goodword.errors import DataError, InputError, MissingExtra
from goodword.store import catalogue, engine, ledger
from goodword.store.engine import Store, open_store


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}"])
def test_a_file_is_opened_by_path_and_by_address(tmp_path: Path, form: str) -> None:
    file = tmp_path / "店铺 shop.db"
    with open_store(form.format(file)) as store:
        assert store.where == str(file)
    with open_store(file):
        assert file.stat().st_size


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "needs a file"),
        ("sqlite://", "needs a file"),
        (":memory:", "needs a file"),
        ("mysql://h/d", "cannot keep its store in 'mysql'"),
        ("://", "not the address"),
        ("postgresql+asyncpg://h/d", "cannot keep"),
        ("{}", "a folder, not a file"),
        ("{}/no/shop.db", "there is no folder"),
        ("{}/text.db", "not a database"),
        ("{}/other.db", r"another program \(it holds the table theirs\)"),
        ("/proc/shop.db", "cannot be opened"),
        ("postgresql://me:secret@127.0.0.1:1/shop", r"me:\*\*\*@.*Check the address and that the server is running"),
        ("postgres://me:secret@127.0.0.1:1/shop", "Check the address"),
    ],
)
def test_what_cannot_be_opened_is_said_with_its_cure(tmp_path: Path, url: str, said: str) -> None:
    (tmp_path / "text.db").write_text("sku,title\n" * 1000, "utf-8")
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(InputError, match=said) as caught:
        open_store(url.format(tmp_path))
    assert caught.value.cure
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match=r"goodword\[postgres\]"):
        open_store("postgresql://127.0.0.1/shop")


def test_a_damaged_file_is_told_apart_from_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    with open_store(file) as store, store.begin() as conn:
        for n in range(200):
            ledger.append(conn, "released", "S", {"n": n}, "op")
    pages = bytearray(file.read_bytes())
    pages[4096 * 4 :] = bytes(b ^ 0x5A for b in pages[4096 * 4 :])
    file.write_bytes(pages)
    with pytest.raises(DataError, match="Restore it from a backup"), open_store(file) as store, store.read() as conn:
        list(ledger.entries(conn))


def test_a_failed_block_leaves_nothing_and_our_own_mistakes_come_through(store: Store) -> None:
    with pytest.raises(IntegrityError), store.begin() as conn:
        ledger.append(conn, "released", "S", {}, "op")
        conn.execute(text("INSERT INTO ledger_bodies SELECT * FROM ledger_bodies"))
    with store.read() as conn:
        assert ledger.head(conn) is None


def test_a_reader_keeps_its_view_while_another_writes(store: Store) -> None:
    with store.read() as reading:
        assert catalogue.count(reading) == 0
        assert ledger.head(reading) is None
        with store.begin() as writing:
            ledger.append(writing, "released", "S", {}, "op")
        assert ledger.head(reading) is None
    with store.read() as reading:
        assert ledger.head(reading) is not None


def test_a_busy_store_is_waited_for_and_then_said_to_be_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_PRAGMAS", (*engine._PRAGMAS, "PRAGMA busy_timeout = 50"))
    busy = pytest.raises(InputError, match="another process is writing")
    with open_store(tmp_path / "shop.db") as store, store.begin(), busy, store.begin():
        pytest.fail("two writers at once")


def test_threads_share_a_store(store: Store) -> None:
    failed: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(5):
                with store.begin() as conn:
                    ledger.append(conn, "released", "S", {}, "op")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    with store.read() as conn:
        found = ledger.verify(conn)
    assert (found.ok, found.length) == (True, 20)


def test_a_commit_is_on_the_disk_before_it_returns(tmp_path: Path) -> None:
    with open_store(tmp_path / "shop.db") as store, store.read() as conn:
        assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert conn.exec_driver_sql("PRAGMA secure_delete").scalar() == 1


@pytest.mark.slow
def test_several_processes_may_open_a_new_store_at_once(url: str) -> None:
    code = f"from goodword.store.engine import open_store; open_store({url!r}).close()"
    children = [subprocess.Popen([sys.executable, "-c", code], env=os.environ) for _ in range(6)]
    assert [child.wait(60) for child in children] == [0] * 6
