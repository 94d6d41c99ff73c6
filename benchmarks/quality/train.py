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
from collections.abc import Sequence
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
    with tempfile.TemporaryDirectory() as folder:
        for name in given.sets.split(","):
            file = Path(folder) / f"{name}.csv"
            written(file, rows_of(name, given.data))
            held: dict[str, Any] = {}
            for recipe in given.recipes.split(","):
                options = list(given.set) + ([f"base={given.base}"] if recipe == "transformer" else [])
                key = f"{recipe} ({Path(given.base).name})" if recipe == "transformer" else recipe
                held[key] = trained(file, recipe, options, Path(folder) / recipe)
                print(name, key, json.dumps(held[key]), flush=True)
            held.update(rivals(file, name))
            kept: dict[str, Any] = json.loads(OUT.read_text("utf-8")) if OUT.is_file() else {}
            kept.setdefault(name, {}).update(held)
            OUT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


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


def rivals(file: Path, name: str) -> dict[str, Any]:
    """On the same split: scikit-learn's usual pipelines, and ready lexicon models where they are installed."""
    order = run.Order(task=tasks.task("sentiment"), data=file, recipe=recipe_of("linear"), out=Path("-"), seed=SEED)
    parts, _ = run.corpora(order)
    learn = parts.train.plus(parts.valid)
    out = {}
    for rival in ("sklearn char12+svc", "sklearn word12+svc", "vader" if name.startswith(("ap", "wc")) else "snownlp"):
        try:
            used = process_time()
            score, most = rival_of(rival, learn.texts, learn.codes(parts.labels))
        except ImportError:
            continue
        fitted = process_time() - used
        texts = parts.test.texts[:most]
        truth = parts.test.codes(parts.labels)[:most]
        used = process_time()
        said = np.asarray(score(texts), np.int64)
        seconds = process_time() - used
        found = metrics.scores(metrics.table(truth, said, 2))
        drawn = metrics.scores(metrics.drawn_tables(truth, said, 2, None, seed=SEED))
        out[f"rival: {rival}"] = {
            **{k: metrics.as_list(metrics.interval(found[k].item(), drawn[k])) for k in ("accuracy", "macro_f1")},
            "test": len(texts), "train_cpu_seconds": round(fitted, 1),
            "texts_per_cpu_second": round(len(texts) / seconds),
        }  # fmt: skip
    return out


def rival_of(name: str, texts: Sequence[str], codes: Any) -> tuple[Any, int]:
    """A function from texts to 0 or 1, and how many texts it is worth waiting for."""
    if name.startswith("sklearn"):
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline
        from sklearn.svm import LinearSVC

        unit = "char" if "char" in name else "word"
        token = r"(?u)[\u4e00-\u9fff]|\b\w+\b"
        made = make_pipeline(
            TfidfVectorizer(analyzer=unit, ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=token),
            LinearSVC(C=0.5),
        )
        return made.fit(texts, codes).predict, len(texts)
    if name == "vader":
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        reader = SentimentIntensityAnalyzer()
        return lambda found: [int(reader.polarity_scores(t)["compound"] >= 0) for t in found], 3000
    from snownlp import SnowNLP

    return lambda found: [int(SnowNLP(t).sentiments >= 0.5) for t in found], 500


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
