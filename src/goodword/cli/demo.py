"""`goodword demo`: the sample shop, described in both languages, ending in something to look at."""

from importlib.resources import as_file, files
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from goodword.app import Goodword
from goodword.cli import talk
from goodword.cli.describe import follow, summary
from goodword.jobs import outputs
from goodword.jobs.describe import Described

SHOWN = 8


def demo(out: Annotated[Path, typer.Option("-o", "--out", help="folder for the results")] = Path("out")) -> int:
    """Describe every product of the sample shop in English and Chinese."""
    out.mkdir(parents=True, exist_ok=True)
    began = monotonic()
    with as_file(files("goodword.data").joinpath("shop/products.csv")) as shop, \
            Goodword(store=str(out / "demo.db"), langs=("en", "zh"), markets=None) as goodword:  # fmt: skip
        products = list(goodword.products(shop, rejects=out / "rejects.csv"))
        talk.say(f"Sample shop: {len(products)} products, {sum(len(p.facts) for p in products)} facts")
        results = follow(goodword, products, len(goodword.settings.market_pairs()))
    for suffix in ("html", "csv", "jsonl"):
        outputs.write(results, out / f"descriptions.{suffix}", shop="Sample shop 示例店铺")
    Console().print(_table(results))
    summary(results, monotonic() - began)
    talk.say("")
    talk.say(f"Look at it: open {out / 'descriptions.html'} and point at a sentence to see the fact and its cell.")
    talk.say(f"The same as data: {out / 'descriptions.csv'}, {out / 'descriptions.jsonl'}. "
             f"What waits for a person: goodword desk list --store {out / 'demo.db'}")  # fmt: skip
    return 0


def _table(results: list[Described]) -> Table:
    """The first products of different classes, both languages side by side."""
    table = Table(title="Goodword 言之有据", show_lines=True, expand=True)
    table.add_column("SKU", no_wrap=True)
    table.add_column("English", ratio=3)
    table.add_column("中文", ratio=2)
    seen: set[str] = set()
    texts: dict[str, dict[str, str]] = {}
    for r in results:
        if r.outcome == "released":
            texts.setdefault(r.product.sku, {})[r.draft.lang] = r.draft.text
    for r in results:
        both = texts.get(r.product.sku, {})
        if r.product.product_class not in seen and len(both) == 2 and len(seen) < SHOWN:
            seen.add(r.product.product_class)
            table.add_row(r.product.sku, both["en"], both["zh"])
    return table
