"""The recipes side by side: quality with intervals, CPU-seconds of training, size, texts a CPU-second.

    python -m benchmarks.quality.train --data FOLDER [--sets waimai,osc12k] [--recipes linear,keras-lstm] [--base MODEL]

FOLDER holds the public sets (see its own index). Every recipe gets the same rows, split and seed; where processor time
demands, a stratified sample (named …12k). Also prints VADER's and SnowNLP's figures where they are installed.
Results go to benchmarks/results/train.json, one entry a set and recipe, kept when others are run again.
"""

import argparse
import csv
import gzip
import io
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from goodword.train import metrics, run, tasks
from goodword.train.recipe import load as recipe_of

HERE = Path(__file__).parents[1]
OUT = HERE / "results" / "train.json"
SEED = 2026
SAMPLE = 12_000
Rows = list[tuple[str, str]]
BATCH = ("linear", "static-embedding", "keras-lstm")


def main() -> None:
    """Train, judge, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", default="waimai,ap10k,wc12k,osc12k,osc")
    parser.add_argument("--recipes", default=",".join(BATCH))
    parser.add_argument("--base", default="", help="folder or hub id for the transformer recipe")
    parser.add_argument("--set", action="append", default=[], help="options of the recipe, NAME=VALUE")
    given = parser.parse_args()
    results: dict[str, Any] = json.loads(OUT.read_text("utf-8")) if OUT.is_file() else {}
    with tempfile.TemporaryDirectory() as folder:
        for name in given.sets.split(","):
            file = Path(folder) / f"{name}.csv"
            written(file, rows_of(name, given.data))
            held = results.setdefault(name, {})
            for recipe in given.recipes.split(","):
                options = list(given.set) + ([f"base={given.base}"] if recipe == "transformer" else [])
                key = f"{recipe} ({Path(given.base).name})" if recipe == "transformer" else recipe
                held[key] = trained(file, recipe, options, Path(folder) / recipe)
                print(name, key, json.dumps(held[key]), flush=True)
            held.update(lexicons(file, name))
            OUT.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")


def trained(file: Path, recipe: str, options: list[str], out: Path) -> dict[str, Any]:
    """One run in a process of its own, by the command a user gives."""
    command = [sys.executable, "-m", "goodword", "train", "sentiment", "--data", str(file), "--recipe", recipe, "--out",
               str(out), "--seed", str(SEED), "--json", *(x for o in options for x in ("--set", o))]  # fmt: skip
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    m = json.loads(done.stdout)
    script = "import sys, time; from pathlib import Path; from goodword.evaluate import models; from goodword.models import bundle; " \
        "m = bundle.load(sys.argv[1]); c = models.on_file([sys.argv[1]], Path(sys.argv[2]))[0].corpus; t = time.process_time(); " \
        "m.probabilities(c.texts, c.pairs); print(len(c) / (time.process_time() - t))"  # fmt: skip  # noqa: E501
    command, one_core = [sys.executable, "-c", script, str(out), str(file)], {**os.environ, "OMP_NUM_THREADS": "1"}
    speed = subprocess.run(command, check=True, capture_output=True, text=True,  # waiting threads would count as busy
                           env=one_core)  # fmt: skip
    size = sum(p.stat().st_size for p in out.iterdir() if p.suffix in {".npz", ".safetensors", ".json"} and
               p.name not in {"test.npz", "bundle.json"})  # fmt: skip
    return {
        "accuracy": m["metrics"]["accuracy"], "macro_f1": m["metrics"]["macro_f1"],
        "calibration_error": round(m["metrics"]["calibration_error"], 4), "test": m["metrics"]["rows"],
        "train": m["data"]["split"]["train"], "train_cpu_seconds": round(m["cost"]["cpu_seconds"], 1),
        "train_wall_seconds": round(m["cost"]["wall_seconds"], 1), "megabytes": round(size / 1e6, 2),
        "texts_per_cpu_second": round(float(speed.stdout)),
        "epochs": len(m["history"]) or None, "data_sha256": m["data"]["sha256"][:16], "seed": SEED,
    }  # fmt: skip


def lexicons(file: Path, name: str) -> dict[str, Any]:
    """Ready models on the same test rows, where they are installed."""
    order = run.Order(task=tasks.task("sentiment"), data=file, recipe=recipe_of("linear"), out=Path("-"), seed=SEED)
    parts, _ = run.corpora(order)
    truth = parts.test.codes(parts.labels)
    out = {}
    for rival in ("vader",) if name.startswith(("ap", "wc")) else ("snownlp",):
        try:
            score = rival_of(rival)
        except ImportError:
            continue
        few = list(range(min(len(truth), 1500)))
        used = process_time()
        said = np.array([score(parts.test.texts[i]) for i in few], np.int64)
        seconds = process_time() - used
        found = metrics.scores(metrics.table(truth[few], said, 2))
        drawn = metrics.scores(metrics.drawn_tables(truth[few], said, 2, None, seed=SEED))
        out[f"ready: {rival}"] = {
            **{k: metrics.as_list(metrics.interval(found[k].item(), drawn[k])) for k in ("accuracy", "macro_f1")},
            "test": len(few), "texts_per_cpu_second": round(len(few) / seconds),
        }  # fmt: skip
    return out


def rival_of(name: str) -> Any:
    """A function from a text to 0 or 1."""
    if name == "vader":
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        reader = SentimentIntensityAnalyzer()
        return lambda text: int(reader.polarity_scores(text)["compound"] >= 0)
    from snownlp import SnowNLP

    return lambda text: int(SnowNLP(text).sentiments >= 0.5)


def rows_of(name: str, data: Path) -> Rows:
    """Texts and labels of a set; …12k is a sample."""
    sets = {"waimai": waimai, "ap10k": polarity, "wc": clothing, "osc": shopping}
    sampled = name.endswith("12k")
    rows = sets[name.removesuffix("12k")](data)
    return random.Random(SEED).sample(rows, min(SAMPLE, len(rows))) if sampled else rows


def waimai(data: Path) -> Rows:
    return [(r["review"], r["label"]) for r in sheet(data / "measure/waimai-10k/waimai_10k.csv.gz")]


def shopping(data: Path) -> Rows:
    return [(r["review"], r["label"]) for r in sheet(data / "measure/online-shopping-10cats/train.csv.gz")]


def clothing(data: Path) -> Rows:
    """Title and review; three stars are left out."""
    rows = sheet(data / "ship/womens-clothing-reviews/reviews.csv.gz")
    return [(f"{r['Title']} {r['Review Text']}".strip(), str(int(int(r["Rating"]) > 3))) for r in rows
            if r["Rating"] != "3" and r["Review Text"].strip()]  # fmt: skip


def polarity(data: Path) -> Rows:
    folder = data / "measure/amazon-polarity-10k"
    parts = [gzip.decompress((folder / f"{part}.jsonl.gz").read_bytes()) for part in ("train", "test")]
    lines = [json.loads(x) for part in parts for x in part.decode().splitlines()]
    return [(r["text"], str(r["label"])) for r in lines]


def sheet(path: Path) -> list[dict[str, str]]:
    """Rows of a compressed CSV."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(io.StringIO(file.read())))


def written(path: Path, rows: Rows) -> None:
    """As a file that the command reads."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["text", "label"])
        out.writerows(rows)


if __name__ == "__main__":
    main()
