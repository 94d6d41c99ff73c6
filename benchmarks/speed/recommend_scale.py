"""A big shop: 1,000,000 shoppers × 200,000 items × 50,000,000 synthetic events, in bounded memory.

    python -m benchmarks.speed.recommend_scale [--events 50000000] [--users 1000000] [--items 200000] [--folder F]

Events are drawn with a popularity that falls as a power and tastes in clusters, written as Parquet, and read as a
shop's would be. Memory is the peak of the process while it reads, learns and serves.
Writes benchmarks/results/recommend_scale.json.
"""

import argparse
import json
import tempfile
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any

import numpy as np
import polars as pl
from benchmarks.quality.recommend import Peak, commit

from goodword.rankers.events import read_events
from goodword.rankers.interactions import Interactions
from goodword.rankers.shops import shops

HERE = Path(__file__).parents[1]
SEED, CLUSTERS, BLOCK, YEAR = 42, 500, 5_000_000, 365 * 86_400
START = 1_730_000_000


def write(folder: Path, events: int, users: int, items: int) -> list[Path]:
    """Draw the events, a block a file."""
    rng = np.random.default_rng(SEED)
    paths = []
    for first in range(0, events, BLOCK):
        number = min(BLOCK, events - first)
        who = (rng.random(number) ** 2 * users).astype(np.int64)  # some come far more often than others
        size = items // CLUSTERS
        place = np.minimum((rng.pareto(1.1, number) * size / 50).astype(np.int64), size - 1)
        cluster = np.where(rng.random(number) < 0.8, who % CLUSTERS, rng.integers(0, CLUSTERS, number))
        what = (cluster * size + place) % items
        when = START + (rng.random(number) * YEAR).astype(np.int64)
        table = pl.DataFrame({"user": who, "item": what, "time": when}).with_columns(
            ("u" + pl.col("user").cast(pl.String)).alias("user"), ("i" + pl.col("item").cast(pl.String)).alias("item")
        )
        paths.append(folder / f"events{first // BLOCK:03d}.parquet")
        table.write_parquet(paths[-1])
    return paths


def served(ranker: Any, events: Interactions) -> dict[str, float]:
    """Lists of many and of one."""
    rng = np.random.default_rng(7)
    some = np.sort(rng.choice(len(events.user_ids), min(20_000, len(events.user_ids)), replace=False))
    began = process_time()
    ranker.top(events.histories(some, now=events.now), 20)
    lists = len(some) / (process_time() - began)
    waits = []
    for user in rng.choice(len(events.user_ids), 500):
        wall = perf_counter()
        ranker.top(events.histories([user], now=events.now), 10)
        waits.append((perf_counter() - wall) * 1e3)
    p50, p99 = np.percentile(waits, [50, 99])
    return {"lists_per_cpu_s": round(lists), "one_ms_p50": round(float(p50), 2), "one_ms_p99": round(float(p99), 2)}


def main() -> None:
    """Write, read, fit, serve, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("events", 50_000_000), ("users", 1_000_000), ("items", 200_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    told: dict[str, Any] = {"events": given.events, "commit": commit(), "seed": SEED, "shop": "next"}
    with tempfile.TemporaryDirectory(dir=given.folder) as place:
        paths = write(Path(place), given.events, given.users, given.items)
        told["parquet_mib"] = round(sum(p.stat().st_size for p in paths) / 2**20)
        peak = Peak()
        peak.start()
        cpu, wall = process_time(), perf_counter()
        events = read_events(paths).events
        told["read_cpu_s"], told["read_s"] = round(process_time() - cpu, 1), round(perf_counter() - wall, 1)
        told["read_peak_mib"] = round(peak.most)
    print(told, flush=True)
    told["users"], told["items"], told["learnt"] = len(events.user_ids), len(events.item_ids), len(events)
    cpu, wall = process_time(), perf_counter()
    ranker = shops()["next"].blend().fit(events)
    told["fit_cpu_s"], told["fit_s"] = round(process_time() - cpu, 1), round(perf_counter() - wall, 1)
    print(told, flush=True)
    told |= served(ranker, events)
    peak.going = False
    told["peak_mib"], told["max_rss_mib"] = round(peak.most), round(getrusage(RUSAGE_SELF).ru_maxrss / 1024)
    print(told, flush=True)
    if given.events >= 10_000_000:
        path = HERE / "results" / "recommend_scale.json"
        path.write_text(json.dumps(told, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
