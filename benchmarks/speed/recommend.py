"""One request in a shop of 50,000 items: list, reasons, a forgotten shopper; and whether reasons add up.

    python -m benchmarks.speed.recommend [--items 50000] [--users 100000] [--events 1000000] [--shops next,repeat]

Both dated kinds of shop on synthetic events (as in recommend_scale). A request is scoring all items for one shopper,
the best 10, and the contribution of every event to each of the 10. Explanations: for 10,000 random pairs of shopper and
item, the largest gap between the score and prior plus contributions, relative to the shopper's best score.
Writes benchmarks/results/recommend_speed.json.
"""

import argparse
import json
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from benchmarks.quality.recommend import Peak, commit
from benchmarks.speed.recommend_scale import write

from goodword.rankers.base import best
from goodword.rankers.events import read_events
from goodword.rankers.interactions import Interactions
from goodword.rankers.shops import shops

HERE = Path(__file__).parents[1]
CASES, ASKED = 10_000, 1_000


def requests(ranker: Any, events: Interactions) -> dict[str, float]:
    """Wall and processor milliseconds of one list with its reasons."""
    waits, costs = [], []
    for user in np.random.default_rng(7).choice(len(events.user_ids), ASKED):
        wall, cpu = perf_counter(), process_time()
        past = events.history(int(user), now=events.now)
        scores = ranker.scores(past)
        scores[past.items] = -np.inf
        items, _ = best(scores[None], 10)
        for item in items[0]:
            ranker.contributions(past, int(item))
        waits.append((perf_counter() - wall) * 1e3)
        costs.append((process_time() - cpu) * 1e3)
    p50, p99 = np.percentile(waits, [50, 99])
    c50, c99 = np.percentile(costs, [50, 99])
    told = {"one_ms_p50": p50, "one_ms_p99": p99, "one_cpu_ms_p50": c50, "one_cpu_ms_p99": c99}
    return {k: round(float(v), 2) for k, v in told.items()}


def gap(ranker: Any, events: Interactions) -> float:
    """How far scores and the sums of their parts are apart at most, over CASES random pairs."""
    rng = np.random.default_rng(11)
    most, prior = 0.0, ranker.prior().astype(np.float64)
    for user in rng.choice(len(events.user_ids), CASES // 10):
        past = events.history(int(user), now=events.now)
        scores = ranker.scores(past)
        likely = rng.choice(np.argsort(-scores)[:200], 5)
        for item in [*likely.tolist(), *rng.integers(0, ranker.items, 5).tolist()]:
            told = prior[item] + ranker.contributions(past, item).sum()
            most = max(most, abs(told - float(scores[item])) / max(float(scores.max()), 1e-9))
    return most


def main() -> None:
    """Fit both kinds, ask, explain, forget."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("items", 50_000), ("users", 100_000), ("events", 1_000_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--shops", default="next,repeat")
    given = parser.parse_args()
    path = HERE / "results" / "recommend_speed.json"
    out: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    with tempfile.TemporaryDirectory() as place:
        events = read_events(write(Path(place), given.events, given.users, given.items)).events
    for name in given.shops.split(","):
        peak = Peak()
        peak.start()
        cpu = process_time()
        ranker = shops()[name].blend().fit(events)
        told: dict[str, Any] = {"fit_cpu_s": round(process_time() - cpu, 1)}
        told |= requests(ranker, events)
        told["explanation_gap"] = float(f"{gap(ranker, events):.2e}")
        cpu = process_time()
        gone = events.histories([5], now=events.now)
        ranker.forget(gone)
        ranker.scores(events.history(7, now=events.now))  # what follows from the sums is derived anew here
        told["forget_cpu_s"] = round(process_time() - cpu, 2)
        peak.going = False
        told["extra_mib"] = round(peak.most - peak.base)
        out[f"{name}, {given.items} items"] = {
            "users": given.users, "events": given.events, "commit": commit(), **told,
        }  # fmt: skip
        print(name, told, flush=True)
    path.write_text(json.dumps(out, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
