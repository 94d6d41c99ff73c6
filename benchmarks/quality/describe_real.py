"""Describe real catalogues with the composer and report releases, facts kept and speed.

    python -m benchmarks.quality.describe_real --data FOLDER

FOLDER holds `retail-demo-store-products` and `tau-bench-retail`; the 200 Chinese products come with the project.
Writes benchmarks/results/describe_real.json. 'Facts kept' is the share of the facts a buyer needs (`needs` of the
product class), among those the shop holds, that released texts state.
"""

import argparse
import gzip
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from goodword import Goodword
from goodword.catalogue.facts import product_from
from goodword.text import classes
from goodword.types import Field, Lang, Product, Record, Source

HERE = Path(__file__).parents[1]


def main() -> None:
    """Run every set and write the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", type=int, default=0)
    given = parser.parse_args()
    sets: dict[str, tuple[Lang, Iterator[Product]]] = {
        "retail-demo-store": ("en", retail(given.data / "retail-demo-store-products" / "products.yaml.gz")),
        "tau-bench-retail": ("en", tau(given.data / "tau-bench-retail" / "products.json")),
        "zh-200": ("zh", chinese(HERE / "data" / "zh_products.jsonl")),
    }
    figures = {name: measure(lang, list(products), given.show) for name, (lang, products) in sets.items()}
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "describe_real.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(figures, indent=1, ensure_ascii=False))


def measure(lang: Lang, products: list[Product], show: int) -> dict[str, object]:
    """Describe products and count."""
    outcomes: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    held_facts = stated_facts = 0
    with tempfile.TemporaryDirectory() as folder, Goodword(store=f"{folder}/b.db", langs=(lang,)) as goodword:
        began = time.perf_counter()
        results = list(goodword.describe(products))
        seconds = time.perf_counter() - began
    for n, result in enumerate(results):
        outcomes[result.outcome] += 1
        rules.update({f.rule for f in result.ruling.findings})
        if n % max(1, len(results) // max(show, 1)) == 0 and show:
            print(result.outcome, result.draft.text)
        if result.outcome == "released":
            needs = set(classes.load(result.product.product_class).needs)
            wanted = {f.key: f.id for f in result.product.facts if f.key in needs}
            stated = {f.split("#")[1].split(".")[0] for s in result.draft.sentences for f in s.facts}
            if "title" in stated:  # what the title names is stated by saying the title
                stated |= {f.key for f in result.product.facts if f.derived}
            held_facts += len(wanted)
            stated_facts += len(set(wanted) & stated)
    return {
        "products": len(products), **outcomes, "findings": dict(rules), "texts_per_minute": round(60 * len(results) / seconds),  # noqa: E501
        "needed_facts_held": held_facts, "needed_facts_kept": round(stated_facts / max(1, held_facts), 4),
        "model_calls": 0, "cost": 0,
    }  # fmt: skip


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
