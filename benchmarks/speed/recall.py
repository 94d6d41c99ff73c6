"""Recall over a million statements: a changed fact to what rests on it, taken back and listed.

python -m benchmarks.speed.recall [--statements 1000000] [--runs 50]

Each statement rests on three facts of its product; one fact in ten thousand is shared by 1,000 statements, which is
more than a product ever has (languages x markets x channels). Rows are filled in bulk; what is timed goes the way the
command goes. The rival is reading every statement and looking at its facts, in the same run. Writes
benchmarks/results/recall.json.
"""

import argparse
import hashlib
import json
import sqlite3
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time

from goodword.jobs import recall
from goodword.store import stale
from goodword.store.codec import now
from goodword.store.engine import open_store

OUT = Path(__file__).parents[1] / "results" / "recall.json"
MANY = 1000  # statements of a shared fact
BODY = json.dumps(
    {"draft": {"text": "纯棉针织，亲肤透气。" * 6, "made_by": {"model": "composer-3"}}}, ensure_ascii=False
)


def main() -> None:
    """Fill, change facts, recall; JSON to the file and to stdout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gw-recall-") as folder:
        path = Path(folder) / "shop.db"
        open_store(path).close()
        fill(path, given.statements)
        told = measure(path, given.statements, given.runs)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    told = {"commit": commit, "statements": given.statements, **told}
    given.out.write_text(json.dumps(told, indent=1) + "\n")
    print(json.dumps(told, indent=1))


def fill(path: Path, count: int) -> None:
    """Statements of products, four to a product; the ledger's rows are only as much as keys ask for."""
    conn = sqlite3.connect(path)
    conn.executescript("PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; PRAGMA foreign_keys=OFF;")
    time, products = now(), count // 4

    def entries() -> Iterator[tuple[object, ...]]:
        prev = bytes(32)
        for n in range(1, count + 1):
            digest = hashlib.sha256(str(n).encode()).digest()
            yield n, time, "released", f"S{(n - 1) // 4:07}", "x", digest, prev, digest
            prev = digest

    conn.executemany("INSERT INTO ledger VALUES (?,?,?,?,?,?,?,?)", entries())
    conn.executemany(
        "INSERT INTO products VALUES (?,'t','en','general','{}','[]','h','p',?)",
        ((f"S{p:07}", time) for p in range(products)),
    )
    fact = (
        """INSERT INTO facts VALUES (?,1,?,0,?,?,'x','Prose','{"text":"x"}','en','{"uri":"shop.csv"}',0,1,0,?,NULL)"""
    )
    three = [(p, k) for p in range(products) for k in range(3)]
    conn.executemany(fact, ((f"S{p:07}#k{k}", f"S{p:07}", f"k{k}", f"k{k}", time) for p, k in three))
    conn.executemany("INSERT INTO statements VALUES (?,?,?,?,?,?,?,?,?,NULL,NULL)", _statements(count, time))
    rest = ((f"S{(n - 1) // 4:07}#k{k}", 1, f"st{n:07}") for n in range(1, count + 1) for k in range(3))
    conn.executemany("INSERT INTO statement_facts VALUES (?,?,?)", rest)
    many = ((p, n) for p in range(0, products, 10_000) for n in range(MANY))
    shared = ((f"S{p:07}#k0", 1, f"st{(p * 37 + n * 1009) % count + 1:07}") for p, n in many)
    conn.executemany("INSERT OR IGNORE INTO statement_facts VALUES (?,?,?)", shared)
    conn.commit()
    conn.execute("ANALYZE")
    conn.close()


def _statements(count: int, time: str) -> Iterator[tuple[object, ...]]:
    for n in range(1, count + 1):
        lang, market = "en" if n % 2 else "zh", "us" if n % 4 < 2 else "cn"
        yield f"st{n:07}", f"key{n}", f"S{(n - 1) // 4:07}", lang, market, "listing", n, BODY, time


def measure(path: Path, count: int, runs: int) -> dict[str, object]:
    """Recalls of facts of four statements, then of facts of a thousand, then the queue, then the rival."""
    products = count // 4
    small = [f"S{(n * 7919 + 1) % products:07}#k1" for n in range(runs)]
    large = [f"S{p:07}#k0" for p in range(0, products, 10_000)][:20]
    with open_store(path) as store:
        with store.begin() as conn:
            for name in (*small, *large):
                conn.exec_driver_sql(
                    "UPDATE facts SET valid_until = '2026-11-24T00:00:00.000000Z' WHERE id = ?", (name,)
                )
        told: dict[str, object] = {}
        for kind, names in (("four", small), ("thousand", large)):
            wall, cpu, rows = [], [], 0
            for name in names:
                began, spent = perf_counter(), process_time()
                with store.begin() as conn:
                    found = recall.recall(conn, name, why="changed", actor="bench")
                wall.append(perf_counter() - began)
                cpu.append(process_time() - spent)
                rows += found.taken
            told[kind] = {"facts": len(names), "taken_back": rows, **spread("wall", wall), **spread("cpu", cpu)}
        began, spent = perf_counter(), process_time()
        with store.read() as conn:
            page, waiting = stale.waiting(conn, limit=50), stale.count_waiting(conn)
        told["queue"] = {"rows": len(page), "waiting": waiting, "wall_s": round(perf_counter() - began, 4),
                         "cpu_s": round(process_time() - spent, 4)}  # fmt: skip
    conn = sqlite3.connect(path)
    began = process_time()
    hits = sum(1 for fact, _ in conn.execute("SELECT fact_id, statement_id FROM statement_facts") if fact == small[0])
    told["rival_reads_every_row_cpu_s"] = round(process_time() - began, 3)
    assert hits
    return told


def spread(name: str, seconds: list[float]) -> dict[str, float]:
    """Median and worst."""
    return {f"{name}_s_p50": round(statistics.median(seconds), 4), f"{name}_s_worst": round(max(seconds), 4)}


if __name__ == "__main__":
    main()
