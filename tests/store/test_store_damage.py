"""A damaged file gives one clear message."""

from pathlib import Path

import pytest

from goodword.errors import GoodwordError
from goodword.store import ledger
from goodword.store.engine import open_store


def test_a_schema_that_is_no_longer_text_is_told_as_damage(tmp_path: Path) -> None:
    file = tmp_path / "s.db"
    with open_store(file) as store, store.begin() as conn:
        ledger.append(conn, "released", "s", {"a": 1}, "t")
    data = file.read_bytes()
    at = data.index(b"CREATE TABLE ledger")
    file.write_bytes(data[: at + 8] + b"\xc9\xc9" + data[at + 10 :])
    with pytest.raises(GoodwordError), open_store(file) as store, store.read() as conn:
        ledger.verify(conn)
