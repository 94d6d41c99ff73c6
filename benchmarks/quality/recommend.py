"""Recommending, full ranking over the whole catalogue, beside implicit and the best closed-form rows known.

    python -m benchmarks.quality.recommend --data FOLDER [--only beauty,retail-new,…] [--part valid|test]
    python -m benchmarks.quality.recommend --data FOLDER --only beauty --models goodword,sequence

The sets and splits are the published ones: beauty, beauty54k (leave-last-out, FOLDER/measure), retail-new, retail-all
(UCI Online Retail II by date, FOLDER/ship), ml1m (random fifth). Ours is one setting per kind of shop, from
data/rankers/shops.toml; settings were chosen on --part valid. Rivals: implicit's ALS and BM25 with the settings that
validation chose for them, EASE, item-kNN and own purchases with decay. NDCG@10 with a bootstrap interval over shoppers,
and the gain over the best rival with a paired one. Processor seconds of all threads; one shopper's list in wall ms.
Set OPENBLAS_NUM_THREADS=1, as implicit asks for: BLAS threads spin on a busy machine, in ours and in theirs.
Writes benchmarks/results/recommend.json; the second form, with the transformer, recommend_sequence.json.
"""

import argparse
import gzip
import hashlib
import json
import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from resource import getpagesize
from time import perf_counter, process_time, sleep
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from scipy import sparse

from goodword.rankers.base import open_ranker
from goodword.rankers.interactions import Ids, Interactions
from goodword.rankers.shops import shops

HERE = Path(__file__).parents[1]
SEED, TAKES = 42, 1000
FILES = {
    "beauty": "measure/recsys-beauty", "beauty54k": "measure/recsys-beauty54k", "ml1m": "measure/recsys-ml1m",
    "retail-new": "ship/online-retail-2", "retail-all": "ship/online-retail-2",
}  # fmt: skip
KIND = {"beauty": "next", "beauty54k": "next", "ml1m": "taste", "retail-new": "repeat", "retail-all": "repeat"}
BEST_ROW = {"beauty": 0.0474, "beauty54k": 0.0316, "ml1m": 0.4434, "retail-new": 0.0775, "retail-all": 0.3359}
ALS = {
    "beauty": {"factors": 128, "alpha": 10}, "retail-new": {"factors": 64, "alpha": 1},
    "retail-all": {"factors": 128, "alpha": 1}, "ml1m": {"factors": 64, "alpha": 10},
}  # fmt: skip
BM25 = {"retail-new": {"K": 50, "K1": 1.2, "B": 0.75}}
OLD_KNN = {"step": 0.3, "gap": 0.0, "window": 60, "direction": 0.0, "from_power": 0.5, "to_power": 0.5, "shrink": 10.0}
OWN = {"members": [{"name": "personal", "settings": {"half_life": 180}}], "popular": {"half_life": None}}
RIVALS: dict[str, dict[str, Any]] = {
    "beauty": {"knn_decay": OLD_KNN}, "beauty54k": {"knn_decay": OLD_KNN},
    "retail-new": {"ease": {"l2": 300}}, "retail-all": {"own_decay": OWN, "ease": {"l2": 300}},
    "ml1m": {"ease": {"l2": 1000}},
}  # fmt: skip
RANKER = {"knn_decay": "neighbours", "ease": "linear", "own_decay": "blend"}


class Split(NamedTuple):
    """What is known, and for each shopper in `users` (rows of `truth`) what came after."""

    known: Interactions
    truth: Any
    users: Any
    rebuy: bool


class Model(NamedTuple):
    """A fitted model as functions: lists of 20 for many shoppers, and a list of 10 for one."""

    lists: Callable[[Any], Any]
    one: Callable[[int], Any]


class Peak(threading.Thread):
    """Peak resident memory in MiB while it runs."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.base, self.most, self.going = resident(), 0.0, True

    def run(self) -> None:
        """Look every 20 ms."""
        while self.going:
            self.most = max(self.most, resident())
            sleep(0.02)


def resident() -> float:
    """Resident memory in MiB."""
    return int(Path("/proc/self/statm").read_text("utf-8").split()[1]) * getpagesize() / 2**20


def load(folder: Path, name: str, part: str) -> Split:
    """One split: known before, truth after."""
    with gzip.open(folder / FILES[name] / "inter.csv.gz") as file:
        table = pl.read_csv(file.read(), schema_overrides={"user": pl.String, "item": pl.String})
    table = table.with_row_index("n").sort(["user", "t", "n"])
    users, user_names = coded(table["user"])
    items, item_names = coded(table["item"])
    times = table["t"].to_numpy().astype(np.int64)
    counts = np.bincount(users)
    starts = np.concatenate([[0], np.cumsum(counts)])
    before, after = cuts(name, part, users, times, counts, starts)
    until = int(times[after].min()) if name.startswith("retail") else None
    known = Interactions(
        user_ids=Ids(user_names), item_ids=Ids(item_names), users=users[before], items=items[before],
        times=times[before], weights=np.ones(int(before.sum()), np.float32), until=until,
    )  # fmt: skip
    rebuy = name == "retail-all"
    shape = (len(user_names), len(item_names))
    truth = sparse.csr_matrix((np.ones(int(after.sum())), (users[after], items[after])), shape=shape)
    had = known.matrix()
    truth.data[:], had.data[:] = 1, 1
    if not rebuy:
        truth = (truth - truth.multiply(had)).tocsr()
        truth.eliminate_zeros()
    asked = np.flatnonzero((np.diff(truth.indptr) > 0) & (np.diff(known.starts) > 0))
    return Split(known, truth, asked, rebuy)


def cuts(name: str, part: str, users: Any, times: Any, counts: Any, starts: Any) -> tuple[Any, Any]:
    """Which rows are known and which come after, for validation or test."""
    if name.startswith("beauty"):
        left = starts[users + 1] - 1 - np.arange(len(users))
        train, valid, test = left >= 2, left == 1, left == 0
    elif name == "ml1m":
        drawn = np.random.default_rng(SEED).random(len(users))
        order = np.lexsort((drawn, users))
        place = np.empty(len(users))
        place[order] = (np.arange(len(users)) - starts[users[order]] + 1) / counts[users[order]]
        train, valid, test = place <= 0.72, (place > 0.72) & (place <= 0.8), place > 0.8
    else:
        one, two = (datetime(2011, m, d, tzinfo=UTC).timestamp() for m, d in ((10, 10), (11, 9)))
        train, valid, test = times < one, (times >= one) & (times < two), times >= two
    return (train, valid) if part == "valid" else (train | valid, test)


def coded(ids: pl.Series) -> tuple[Any, list[str]]:
    """Numbers by first appearance, and the names."""
    names = ids.unique(maintain_order=True)
    numbers = np.arange(len(names), dtype=np.int32)
    return ids.replace_strict(names, numbers, return_dtype=pl.Int32).to_numpy().astype(np.int32), names.to_list()


def ours(split: Split, ranker: Any, *, once: bool = False) -> Model:
    """A ranker of Goodword. `once`: of repeats only one is known, as plain EASE has it."""
    known = split.known
    if once:
        pairs = known.users.astype(np.int64) * len(known.item_ids) + known.items
        keep = np.zeros(len(pairs), bool)
        keep[np.unique(pairs, return_index=True)[1]] = True
        known = known.where(keep)
    now = split.known.until
    ranker.fit(known)
    return Model(
        lists=lambda users: ranker.top(known.histories(users, now=now), 20, seen=split.rebuy).items,
        one=lambda user: ranker.top(known.histories([user], now=now), 10, seen=split.rebuy).items[0],
    )


def implicits(split: Split, model: Any, *, alpha: float = 1.0, transposed: bool = False) -> Model:
    """A model of implicit, asked through its own `recommend`."""
    known = split.known.matrix().tocsr()
    known.data[:] = 1
    model.fit(known * np.float32(alpha), show_progress=False)

    def lists(users: Any, number: int = 20) -> Any:
        return model.recommend(users, known[users], N=number, filter_already_liked_items=not split.rebuy)[0]

    return Model(lists=lists, one=lambda user: lists(np.array([user]), 10)[0])


def models(name: str, split: Split) -> dict[str, Callable[[], Model]]:
    """Everything that is compared on a set, each made and fitted when called."""
    out: dict[str, Callable[[], Model]] = {"goodword": lambda: ours(split, shops()[KIND[name]].blend())}
    for rival, settings in RIVALS[name].items():
        out[rival] = lambda rival=rival, s=settings: ours(  # type: ignore[misc]
            split, open_ranker(RANKER[rival], **s), once=rival == "ease"
        )

    def als() -> Model:
        from implicit.als import AlternatingLeastSquares

        s = ALS[name]
        model = AlternatingLeastSquares(factors=s["factors"], regularization=0.01, random_state=SEED, num_threads=2)
        return implicits(split, model, alpha=s["alpha"])

    def bm25() -> Model:
        from implicit.nearest_neighbours import BM25Recommender

        return implicits(split, BM25Recommender(**BM25.get(name, {"K": 200, "K1": 100, "B": 0.2}), num_threads=2))

    out["sequence"] = lambda: ours(split, open_ranker("sequence"))
    out["implicit_bm25"] = bm25
    if name in ALS:
        out["implicit_als"] = als
    return out


def figures(lists: Any, split: Split) -> tuple[dict[str, float], Any]:
    """All metrics of lists of 20, and NDCG@10 of each shopper."""
    truth, n = split.truth[split.users], split.truth.shape[1]
    rows = np.arange(len(split.users), dtype=np.int64)[:, None]
    wanted = np.repeat(rows.ravel(), np.diff(truth.indptr)) * n + truth.indices
    hits = np.isin(rows * n + lists, wanted) & (lists >= 0)
    size = np.diff(truth.indptr)
    worth = 1 / np.log2(np.arange(2, 12))
    each = (hits[:, :10] * worth).sum(1) / np.cumsum(worth)[np.minimum(size, 10) - 1]
    precision = np.cumsum(hits[:, :10], 1) / np.arange(1, 11)
    known = split.known.matrix()
    buyers = np.bincount(known.indices, minlength=n)
    shown = lists[:, :10][lists[:, :10] >= 0]
    exposure = np.sort(np.bincount(shown, minlength=n))
    gini = 1 - 2 * (exposure.cumsum() / exposure.sum()).sum() / n + 1 / n
    tail = np.argsort(-buyers, kind="stable")[int(0.2 * n) :]
    share = np.maximum(buyers[shown], 1) / len(split.known.user_ids)
    told = {
        "ndcg10": each.mean(), "hit10": hits[:, :10].any(1).mean(), "recall20": (hits.sum(1) / size).mean(),
        "map10": ((hits[:, :10] * precision).sum(1) / np.minimum(size, 10)).mean(),
        "coverage10": len(np.unique(shown)) / n, "novelty": -np.log2(share).mean(), "gini": gini,
        "tail_share": np.isin(shown, tail).mean(),
    }  # fmt: skip
    return {k: round(float(v), 5) for k, v in told.items()}, each


def interval(each: Any) -> list[float]:
    """95 % by the bootstrap over shoppers."""
    rng = np.random.default_rng(SEED)
    takes = [each[rng.integers(0, len(each), len(each))].mean() for _ in range(TAKES)]
    return [round(float(v), 5) for v in np.percentile(takes, [2.5, 97.5])]


def measured(make: Callable[[], Model], split: Split) -> tuple[dict[str, Any], Any]:
    """Fit, list everyone, list some one by one."""
    peak = Peak()
    peak.start()
    began = process_time()
    model = make()
    fit = process_time() - began
    peak.going = False
    peak.join()
    began = process_time()
    lists = model.lists(split.users)
    batch = process_time() - began
    told, each = figures(np.asarray(lists), split)
    waits, costs = [], []
    for user in np.random.default_rng(7).choice(split.users, 300):
        wall, cpu = perf_counter(), process_time()
        model.one(int(user))
        waits.append((perf_counter() - wall) * 1e3)
        costs.append((process_time() - cpu) * 1e3)
    p50, p99 = np.percentile(waits, [50, 99])
    return {
        **told, "interval": interval(each), "fit_cpu_s": round(fit, 2), "lists_per_cpu_s": round(len(lists) / batch),
        "one_ms_p50": round(float(p50), 2), "one_ms_p99": round(float(p99), 2),
        "one_cpu_ms_p50": round(float(np.median(costs)), 2), "fit_extra_mib": round(peak.most - peak.base),
    }, each  # fmt: skip


def main() -> None:
    """Measure, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default=",".join(FILES))
    parser.add_argument("--part", choices=("valid", "test"), default="test")
    parser.add_argument("--models", default="")
    given = parser.parse_args()
    whole = not given.models
    path = HERE / "results" / ("recommend.json" if whole else "recommend_sequence.json")
    out: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for name in given.only.split(","):
        split = load(given.data, name, given.part)
        told: dict[str, Any] = {}
        per: dict[str, Any] = {}
        for model, make in models(name, split).items():
            if model not in given.models.split(",") if given.models else model == "sequence":
                continue
            told[model], per[model] = measured(make, split)
            print(name, model, told[model], flush=True)
        rivals = {k: v["ndcg10"] for k, v in told.items() if k != "goodword"}
        if rivals and "goodword" in told:
            best = max(rivals, key=lambda k: rivals[k])
            gain = per["goodword"] - per[best]
            told["gain"] = {
                "over": best, "relative": round(told["goodword"]["ndcg10"] / rivals[best] - 1, 4),
                "interval_absolute": interval(gain), "best_row_known": BEST_ROW[name],
                "over_best_row": round(told["goodword"]["ndcg10"] / BEST_ROW[name] - 1, 4),
            }  # fmt: skip
            print(name, told["gain"], flush=True)
        about = {"shop": KIND[name], "settings": dict(shops()[KIND[name]].settings), "commit": commit(),
                 "data_sha256": digest(given.data / FILES[name] / "inter.csv.gz"), "seed": SEED,
                 "shoppers": len(split.users)}  # fmt: skip
        if given.part == "test" and (whole or "sequence" in told):
            out[name] = {"about": about, **told}
            path.write_text(json.dumps(out, indent=1) + "\n", "utf-8")


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def commit() -> str:
    """Of this tree."""
    return subprocess.check_output(["git", "rev-parse", "--short", "HEAD"], text=True).strip()


if __name__ == "__main__":
    main()
