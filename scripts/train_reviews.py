"""Train the shipped models of sentiment through `goodword train`: `python scripts/train_reviews.py --data FOLDER`.

FOLDER is the collection of public data that the cards name. Each language's sets become one file of two columns and the
set's name, and `goodword train sentiment --recipe linear` does the rest. Rows are kept neither here nor in the weights.
"""

import argparse
import csv
import gzip
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from goodword.train import recipe, run, tasks
from goodword.types import Lang

ROOT = Path(__file__).parents[1] / "src" / "goodword" / "data" / "models"
Row = tuple[str, str, str]
WORDS = {"unit": "word", "low": 1, "high": 3, "of": "text"}
ENDS = WORDS | {"high": 2}
OPTIONS: dict[Lang, dict[str, object]] = {
    "en": {"grams": [WORDS, ENDS | {"of": "head"}, ENDS | {"of": "tail"}], "C": 0.5, "skew": 0.5},
    "zh": {"grams": [WORDS], "C": 0.2, "skew": 0.25},
}
LICENCE: dict[Lang, str] = {
    "en": "Women's Clothing E-Commerce Reviews: CC0. amazon-polarity sample (8,000 rows): licence of the text unclear; "
    "no row is shipped.",
    "zh": "online-shopping-10cats and waimai-10k: no licence stated; no row is shipped.",
}


def rows(data: Path, lang: Lang) -> Iterator[Row]:
    """(text, label, set); reviews of three stars are left out."""
    if lang == "zh":
        for name, path in (("osc", "online-shopping-10cats/train.csv.gz"), ("waimai", "waimai-10k/waimai_10k.csv.gz")):
            with gzip.open(data / "measure" / path, "rt", encoding="utf-8-sig") as file:
                for row in csv.DictReader(file):
                    yield row["review"].strip("\ufeff "), "positive" if row["label"] == "1" else "negative", name
        return
    with gzip.open(data / "ship/womens-clothing-reviews/reviews.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["Rating"] != "3" and row["Review Text"].strip():
                text = f"{row['Title']}. {row['Review Text']}".strip(". ")
                yield text, "positive" if int(row["Rating"]) > 3 else "negative", "clothing"
    with gzip.open(data / "measure/amazon-polarity-10k/train.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield row["text"], "positive" if row["label"] == "1" else "negative", "amazon"


def main() -> None:
    """Train and write both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=ROOT)
    parser.add_argument("--lang", choices=("en", "zh"), action="append")
    given = parser.parse_args()
    for lang in given.lang or ("en", "zh"):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"reviews_{lang}.csv"
            with file.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out)
                writer.writerow(("text", "label", "set"))
                writer.writerows(r for r in rows(given.data, lang) if r[0].strip())
            chosen = recipe.load("linear").with_options(OPTIONS[lang])
            done = run.run(run.Order(
                task=tasks.task("sentiment"), data=file, recipe=chosen, out=given.out / f"sentiment_{lang}",
                slices=("set",), licence=LICENCE[lang], test_share=0.1, valid_share=0.05,
            ))  # fmt: skip
        print(lang, done.manifest["metrics"]["accuracy"], done.manifest["cost"])


if __name__ == "__main__":
    main()
