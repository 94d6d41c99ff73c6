"""Search by words against bm25s and SQLite FTS5; a million passages; search by meaning.

    python -m benchmarks.speed.search [--part NAME]

Passages are made from the sample shop's words (seed 11): English of 8 to 14 words drawn as often as the shop writes
them, Chinese of 3 to 8 pieces. A query is three words (two pieces) of one passage; the score is where that passage
comes. All engines are given the same tokens. Times are CPU-seconds of this process.
"""

import argparse
import json
import resource
import sqlite3
import subprocess
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import numpy as np

from goodword.search.cut import tokens
from goodword.search.lexical import Doc, Lexical
from goodword.search.vectors import Vectors

HERE = Path(__file__).parents[1]
SHOP = HERE.parent / "src/goodword/data/shop"
SEED, QUERIES = 11, 300
Search = Callable[[str], list[int]]


def passages(lang: str, count: int) -> tuple[list[str], list[tuple[str, int]]]:
    """Made passages, and queries with the place of the passage each was made from."""
    draw = Random(SEED)
    text = " ".join(p.read_text("utf-8") for p in sorted((SHOP / "policies").glob(f"*.{lang}.md")))
    lines = [json.loads(x) for x in (SHOP / "reviews.jsonl").read_text("utf-8").splitlines()]
    text += " ".join(r["text"] for r in lines if r["lang"] == lang)
    if lang == "en":
        words = [w for w in text.split() if w.isalnum()]
        made = [[draw.choice(words) for _ in range(draw.randint(8, 14))] for _ in range(count)]
        joint = " "
    else:
        chars = [c for c in text if "\u4e00" <= c <= "\u9fff"]
        starts = range(len(chars) - 4)
        made = [
            ["".join(chars[(at := draw.choice(starts)) : at + draw.randint(2, 4)]) for _ in range(draw.randint(3, 8))]
            for _ in range(count)
        ]
        joint = ""
    asked = [draw.randrange(count) for _ in range(QUERIES)]
    queries = [(" ".join(draw.sample(made[n], 3 if lang == "en" else 2)), n) for n in asked]
    return [joint.join(m) for m in made], queries


def ours(texts: Sequence[str]) -> Search:
    """Goodword's index by words, in memory."""
    index = Lexical(heap=100_000_000)
    index.add(Doc(id=str(n), text=t) for n, t in enumerate(texts))
    index.commit()
    return lambda q: [int(name) for name, _ in index.find(q, 10)]


def bm25s(texts: Sequence[str]) -> Search:
    """bm25s with the same tokens."""
    import bm25s as library

    engine = library.BM25()
    engine.index([list(tokens(t)) for t in texts], show_progress=False)
    return lambda q: [int(n) for n in engine.retrieve([list(tokens(q))], k=10, show_progress=False)[0][0]]


def tantivy(texts: Sequence[str]) -> Search:
    """Tantivy as it comes: its default tokenizer, on the texts themselves."""
    import tantivy as library

    builder = library.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True)
    builder.add_text_field("body")
    index = library.Index(builder.build())
    writer = index.writer(100_000_000, 1)
    for n, text in enumerate(texts):
        writer.add_document(library.Document(id=n, body=text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(query: str) -> list[int]:
        parsed, _ = index.parse_query_lenient(query, ["body"])
        return [int(searcher.doc(at)["id"][0]) for _, at in searcher.search(parsed, 10).hits]

    return find


def fts5(texts: Sequence[str]) -> Search:
    """SQLite FTS5 over the same tokens, OR of the query's."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE d USING fts5(body, tokenize='unicode61')")
    base.executemany(
        "INSERT INTO d(rowid, body) VALUES (?, ?)", ((n, " ".join(tokens(t))) for n, t in enumerate(texts))
    )

    def find(query: str) -> list[int]:
        asked = " OR ".join(f'"{t}"' for t in dict.fromkeys(tokens(query)))
        sql = "SELECT rowid FROM d WHERE d MATCH ? ORDER BY bm25(d) LIMIT 10"
        return [int(r[0]) for r in base.execute(sql, (asked,))] if asked else []

    return find


def measured(
    make: Callable[[Sequence[str]], Search], texts: Sequence[str], queries: Sequence[tuple[str, int]]
) -> dict[str, Any]:
    """Index time, query time, and the mean reciprocal rank of the passage a query was made from."""
    tokens.cache_clear()
    began = process_time()
    find = make(texts)
    index = process_time() - began
    times, ranks = [], []
    for query, wanted in queries:
        began = process_time()
        found = find(query)
        times.append((process_time() - began) * 1e3)
        ranks.append(1 / (1 + found.index(wanted)) if wanted in found else 0.0)
    p50, p95 = (round(float(np.percentile(times, p)), 3) for p in (50, 95))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    score = round(float(np.mean(ranks)), 4)
    return {
        "index_cpu_s": round(index, 2),
        "query_cpu_ms": {"p50": p50, "p95": p95},
        "MRR@10": score,
        "peak_rss_mb": memory,
    }


def meaning(count: int) -> dict[str, Any]:
    """Cells against exact search over made vectors of 512 components, in clusters as sentences are."""
    draw = np.random.default_rng(SEED)
    centres = draw.normal(size=(2000, 512)).astype(np.float32)
    rows = np.empty((count, 512), np.float16)
    for n in range(0, count, 50_000):
        size = min(50_000, count - n)
        block = centres[draw.integers(2000, size=size)] + 0.8 * draw.normal(size=(size, 512)).astype(np.float32)
        rows[n : n + size] = block / np.linalg.norm(block, axis=1, keepdims=True)
    vectors = Vectors(512)
    vectors.put([str(n) for n in range(count)], rows)
    began = process_time()
    vectors.find(rows[0].astype(np.float32), 10)
    build = process_time() - began
    hits, times = 0, []
    for n in range(0, count, count // 50):
        query = rows[n].astype(np.float32) + 0.02 * draw.normal(size=512).astype(np.float32)
        exact = np.concatenate([rows[b : b + 50_000].astype(np.float32) @ query for b in range(0, count, 50_000)])
        best = {str(i) for i in np.argpartition(-exact, 10)[:10]}
        began = process_time()
        found = vectors.find(query, 10)
        times.append((process_time() - began) * 1e3)
        hits += len(best & {name for name, _ in found})
    return {"vectors": count, "build_cpu_s": round(build, 1), "recall@10": round(hits / (10 * len(times)), 3),
            "query_cpu_ms": {f"p{p}": round(float(np.percentile(times, p)), 2) for p in (50, 95)}}  # fmt: skip


PARTS = ("en", "zh", "million en", "million zh", "meaning")


def main() -> None:
    """Measure and write; a part alone leaves the others as they were."""
    options = argparse.ArgumentParser()
    options.add_argument("--part", choices=PARTS, action="append")
    given = options.parse_args()
    path = HERE / "results/search.json"
    out: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    head = ["git", "rev-parse", "--short", "HEAD"]
    out["commit"] = subprocess.run(head, capture_output=True, text=True, check=True).stdout.strip()
    out |= {"date": date.today().isoformat(), "seed": SEED}  # noqa: DTZ011
    engines = {"goodword (tantivy)": ours, "tantivy as it comes": tantivy, "bm25s": bm25s, "sqlite fts5": fts5}
    for part in given.part or PARTS:
        if part == "meaning":
            out[part] = meaning(100_000)
        else:
            million = part.startswith("million")
            texts, queries = passages(part[-2:], 1_000_000 if million else 100_000)
            chosen = {k: v for k, v in engines.items() if not million or k != "bm25s"}
            out[part] = {name: measured(make, texts, queries) for name, make in chosen.items()}
        print(part, out[part], flush=True)
    path.write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
