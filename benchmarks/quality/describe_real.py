"""Describe real catalogues with the composer and report releases, facts kept and speed.

    python -m benchmarks.quality.describe_real --data FOLDER [--show N] [--dump FILE]

FOLDER holds `retail-demo-store-products` and `tau-bench-retail`; the 200 Chinese products and the bilingual sample
shop come with the project. Writes benchmarks/results/describe_real.json, per language. 'Needed facts kept' is the
share of the facts a buyer needs (`needs` of the product class), among those the shop holds, that released texts
state; 'facts kept' the share of all facts fit for copy (no price, stock, identifiers). `--dump` writes every text.
"""

import argparse
import gzip
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from goodword import Goodword
from goodword.catalogue import read
from goodword.catalogue.facts import product_from
from goodword.jobs.describe import Described
from goodword.text import classes, lexicon
from goodword.types import Field, Lang, Product, Record, Source

HERE = Path(__file__).parents[1]


def main() -> None:
    """Run every set and write the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--dump", type=Path)
    given = parser.parse_args()
    sets: dict[str, tuple[tuple[Lang, ...], Iterator[Product]]] = {
        "retail-demo-store": (("en",), retail(given.data / "retail-demo-store-products" / "products.yaml.gz")),
        "tau-bench-retail": (("en",), tau(given.data / "tau-bench-retail" / "products.json")),
        "zh-200": (("zh",), chinese(HERE / "data" / "zh_products.jsonl")),
        "sample-shop": (("en", "zh"), sample(Path(str(files("goodword.data").joinpath("shop/products.csv"))))),
    }
    texts: list[str] = []
    figures = {name: measure(langs, list(products), given.show, texts) for name, (langs, products) in sets.items()}
    if given.dump:
        given.dump.write_text("\n".join(texts) + "\n", "utf-8")
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "describe_real.json").write_text(
        json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
    print(json.dumps(figures, indent=1, ensure_ascii=False))


def measure(langs: tuple[Lang, ...], products: list[Product], show: int, texts: list[str]) -> dict[str, object]:
    """Describe products and count, per language."""
    with tempfile.TemporaryDirectory() as folder, Goodword(store=f"{folder}/b.db", langs=langs) as goodword:
        began = time.perf_counter()
        results = list(goodword.describe(products))
        seconds = time.perf_counter() - began
    for n, result in enumerate(results):
        texts.append(f"{result.product.sku}\t{result.draft.lang}\t{result.outcome}\t{result.draft.text}")
        if show and n % max(1, len(results) // show) == 0:
            print(result.outcome, result.draft.text)
    figures: dict[str, object] = {
        lang: _counts([r for r in results if r.draft.lang == lang]) for lang in langs
    }  # fmt: skip
    return {"products": len(products), **figures, "texts_per_minute": round(60 * len(results) / seconds),
            "model_calls": 0, "cost": 0}  # fmt: skip


def _counts(results: list[Described]) -> dict[str, object]:
    """Outcomes, what was found fault with, and how many of the facts released texts state."""
    outcomes = Counter(str(r.outcome) for r in results)
    rules = Counter(f.rule for r in results for f in r.ruling.findings)
    needed = needed_kept = fit = fit_kept = 0
    for result in (r for r in results if r.outcome == "released"):
        needs = set(classes.load(result.product.product_class).needs)
        stated = {f for s in result.draft.sentences for f in s.facts}
        keys = {f.split("#")[1].split(".")[0] for f in stated}
        if "title" in keys:  # what the title names is stated by saying the title
            keys |= {f.key for f in result.product.facts if f.derived}
        held = {f.key for f in result.product.facts if f.key in needs}
        needed += len(held)
        needed_kept += len(held & keys)
        copy = {f.key for f in result.product.facts if _for_copy(f.key)}
        fit += len(copy)
        fit_kept += len(copy & keys)
    return {
        **outcomes, "findings": dict(rules), "needed_facts_held": needed,
        "needed_facts_kept": round(needed_kept / max(1, needed), 4), "facts_fit_for_copy": fit,
        "facts_kept": round(fit_kept / max(1, fit), 4),
    }  # fmt: skip


def _for_copy(key: str) -> bool:
    attribute = lexicon.load().by_key(key)
    return attribute is None or not (attribute.hidden or attribute.kind in {"name", "identifier"})


def sample(path: Path) -> Iterator[Product]:
    """The bilingual shop that comes with the project."""
    for record in read.open_catalogue(path).records():
        if isinstance(record, Record):
            yield product_from(record)


def _product(sku: str, title: str, values: dict[str, str], lang: Lang, uri: str) -> Product:
    source = Source(uri=uri, locator=sku)
    fields = tuple(Field(name=k, value=v, source=source, lang=lang) for k, v in values.items() if v)
    return product_from(Record(sku=sku, title=title, fields=fields, source=source, lang=lang))


def retail(path: Path) -> Iterator[Product]:
    """The demo catalogue: YAML records of flat `key: value` lines, descriptions left out (they are the slot)."""
    row: dict[str, str] = {}
    key = ""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in [*file, "- end:"]:
            if line.startswith("- "):
                if "name" in row:
                    keep = {
                        k: row[k]
                        for k in ("category", "style", "price", "gender_affinity", "current_stock")
                        if k in row
                    }
                    yield _product(row["id"], row["name"], keep, "en", path.name)
                row = {}
            if line[2:3] not in {" ", ""} and ":" in line:
                key, _, value = line[2:].partition(":")
                row[key.strip()] = value.strip().strip("'\"")
            elif key:
                row[key] += " " + line.strip()


def tau(path: Path) -> Iterator[Product]:
    """Every variant is a product of its own: its options are its facts."""
    for product in json.loads(path.read_text("utf-8")).values():
        for sku, variant in product["variants"].items():
            yield _product(sku, product["name"], variant["options"], "en", path.name)


def chinese(path: Path) -> Iterator[Product]:
    """The 200 Chinese products of the project."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield _product(str(row.pop("sku")), str(row.pop("title")), {k: str(v) for k, v in row.items()}, "zh", path.name)


if __name__ == "__main__":
    main()
