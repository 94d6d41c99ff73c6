"""Reviews a second on one core, and a large file: time and peak memory.

    python -m benchmarks.speed.reviews --data FOLDER [--rows 1000000]

Sentiment alone and the whole of `reviews score`, in CPU seconds, beside VADER and SnowNLP where installed; then a
report on a file of so many rows, each two sentences drawn from two reviews of the collection, in its own process.
Writes benchmarks/results/reviews_speed.json.
"""

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.quality.reviews import reviews_of

from goodword.jobs.reviews_score import Scorer
from goodword.models import sentiment
from goodword.opinions import taxonomy
from goodword.opinions.base import Opinion
from goodword.text.segment import sentences
from goodword.types import Lang

OUT = Path(__file__).parents[1] / "results" / "reviews_speed.json"
SEED = 2026


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--child", type=Path)
    given = parser.parse_args()
    if given.child:
        child(given.child)
        return
    figures: dict[str, Any] = json.loads(OUT.read_text("utf-8")) if OUT.is_file() else {}
    for lang in ("en", "zh"):
        figures[lang] = pace([t for t, _, _ in reviews_of(given.data, lang)][:6000], lang)
    if given.rows:
        figures["report"] = large(given.data, given.rows)
    OUT.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))


def pace(texts: list[str], lang: Lang) -> dict[str, float]:
    """Texts a CPU second."""
    sentiment.content(texts[:10], lang)
    scorer = Scorer(taxonomy=taxonomy.shipped())
    opinions = [Opinion(id=str(n), text=t, lang=lang) for n, t in enumerate(texts)]
    scorer.score(opinions[:10])
    out = {"sentiment": rate(lambda: sentiment.content(texts, lang), len(texts)),
           "everything": rate(lambda: [scorer.score(opinions[i : i + 1024]) for i in range(0, 3072, 1024)], 3072),
           "mean characters": sum(map(len, texts)) / len(texts)}  # fmt: skip
    try:
        if lang == "en":
            from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

            vader = SentimentIntensityAnalyzer()
            out["vader"] = rate(lambda: [vader.polarity_scores(t) for t in texts[:1000]], 1000)
        else:
            from snownlp import SnowNLP

            out["snownlp"] = rate(lambda: [SnowNLP(t).sentiments for t in texts[:150]], 150)
    except ImportError:
        pass
    return {k: round(v, 1) for k, v in out.items()}


def rate(call: Any, count: int) -> float:
    """Texts a CPU second of one call."""
    began = time.process_time()
    call()
    return count / (time.process_time() - began)


def large(data: Path, rows: int) -> dict[str, Any]:
    """A report on a large file in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "large.csv"
        draw = random.Random(SEED)
        pool = [t[a:b] for lang in ("en", "zh") for t, _, _ in reviews_of(data, lang) for a, b in sentences(t)[:3]]
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(("id", "text", "product", "author", "date", "rating"))
            for n in range(rows):
                text = f"{draw.choice(pool)} {draw.choice(pool)}"
                day = f"202{draw.randint(3, 5)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
                writer.writerow((n, text, f"P{int(draw.paretovariate(0.8)) % 2000}", f"a{draw.randrange(rows)}", day,
                                 draw.choice("1234555")))  # fmt: skip
        size = file.stat().st_size
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "benchmarks.speed.reviews", "--data", str(data),
                               "--child", str(file)],
                              check=True, capture_output=True, text=True)  # fmt: skip
        return {"rows": rows, "megabytes": round(size / 1e6, 1), "wall_s": round(time.monotonic() - began, 1),
                **json.loads(done.stdout.splitlines()[-1])}  # fmt: skip


def child(file: Path) -> None:
    """Report on a file and tell what it took."""
    from goodword.jobs.reviews_read import Reviews
    from goodword.jobs.reviews_report import report

    began = time.process_time()
    found = report(Reviews(file), Scorer(taxonomy=taxonomy.shipped()), "en")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu_s": round(time.process_time() - began, 1), "peak_mib": round(peak),
                      "counted": found["overview"]["counted"]}))  # fmt: skip


if __name__ == "__main__":
    main()
