"""`goodword demo`: the sample shop, described in both languages, ending in something to look at.

The composer writes every text in seconds; then the embedded model rewords as many as fit the time. Stopped at any
moment, nothing is lost, and the next demo goes on: what is written and reworded is found in its store.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib.resources import as_file, files
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from goodword.app import Goodword
from goodword.cli import models, serve, talk
from goodword.cli.tally import Tally, follow, progress
from goodword.errors import BackendError, GoodwordError
from goodword.jobs import outputs
from goodword.jobs.asking import shelf
from goodword.jobs.describe import Described
from goodword.knowledge import documents
from goodword.llm import weights
from goodword.types import Product

_SHOWN, _TOLD = 8, 12
_Results = dict[tuple[str, str], Described]


class _TooSlow(Exception):
    """The weights do not come in the time there is."""


def demo(
    out: Annotated[Path, typer.Option("-o", "--out", help="folder for the results")] = Path("out"),
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=0, help="time for all of it; 0: no model; default 4.5")
    ] = None,
    model: Annotated[str, typer.Option("--model", help="which embedded model; nothing: the best")] = "",
    served: Annotated[bool, typer.Option("--serve", help="then open the sample shop in the console")] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="with --serve: port to listen at")] = 8080,
) -> int:
    """Describe every product of the sample shop in English and Chinese."""
    out.mkdir(parents=True, exist_ok=True)
    minutes = minutes if minutes is not None else 0.0 if served else 4.5
    deadline = monotonic() + minutes * 60
    store, tally = str(out / "demo.db"), Tally()
    results: _Results = {}
    with as_file(files("goodword.data").joinpath("shop/products.csv")) as shop, \
            Goodword(store=store, langs=("en", "zh"), model={"backend": "composer"}) as goodword:  # fmt: skip
        products = list(goodword.products(shop, rejects=out / "rejects.csv"))
        talk.say(f"Sample shop: {len(products)} products, {sum(len(p.facts) for p in products)} facts")
        for r in follow(goodword.describe(products), len(products) * len(goodword.settings.market_pairs()), tally):
            results[r.product.sku, r.draft.lang] = r
    _show(results, out)
    tally.tell()
    try:
        if minutes and _have_weights(model, deadline):
            _reword(_interleaved(products), results, store, model, deadline)
    finally:  # Ctrl-C included: what has been reworded is shown
        _files(results, out)
    talk.show("")
    talk.say(f"Look at it: open {out / 'descriptions.html'} and point at a sentence to see the fact and its cell.")
    talk.say(f"The same as data: {out / 'descriptions.csv'}, {out / 'descriptions.jsonl'}. "
             f"What waits for a person: goodword desk list --store {store}")  # fmt: skip
    if served:
        _serve(store, out, port)
    else:
        talk.say("See it as people work with it, with questions and recommendations: goodword demo --serve")
    return 0


def _serve(store: str, out: Path, port: int) -> None:
    """The sample shop in the console: with its policies, its reviews, and what its shoppers bought."""
    folder = str(out / "recommender")
    with as_file(files("goodword.data").joinpath("shop")) as shop:
        settings: dict[str, Any] = {
            "ask": {"reviews": shop / "reviews.jsonl", "orders": shop / "orders.csv"},
            "server": {"port": port, "demo_shop": True}, "recommender": folder,
        }  # fmt: skip
        with Goodword(store=store, langs=("en", "zh"), model={"backend": "composer"}, **settings) as goodword:
            shelf.keep(goodword.store, documents.read([shop / "policies", shop / "faq.jsonl"]))
            if not Path(folder).exists():
                _fit(goodword, shop)
            serve.run(goodword)


def _fit(goodword: Goodword, shop: Path) -> None:
    try:
        goodword.recommend().fit(shop / "events.csv", stock=shop / "stock.csv")
    except GoodwordError as error:  # its libraries are an extra
        talk.say(f"No recommendations: {talk.told(error)}")


def _have_weights(name: str, deadline: float) -> bool:
    """Whether the embedded model is here, fetching it if there is time; why not, if not, is said."""
    try:
        if weights.resolve(name) is None:
            entry = weights.entry(name)
            talk.say(f"Fetching the embedded language model once: {entry.title}, {entry.download / 1e6:,.0f} MB, "
                     f"licence {entry.licence}, to {weights.folder()}")  # fmt: skip
            with models.bar("Fetching") as shown:
                weights.pull(name, progress=lambda done, total: _in_time(shown, done, total, deadline))
    except _TooSlow:
        talk.say("The model did not come in the time there is; the next demo goes on fetching. No text is reworded.")
        return False
    except GoodwordError as error:
        talk.say(f"No language model, so no text is reworded: {talk.told(error)}")
        return False
    return True


def _in_time(shown: models.Told, done: int, total: int, deadline: float) -> None:
    shown(done, total)
    if monotonic() > deadline and done < total:
        raise _TooSlow


def _reword(products: Sequence[Product], results: _Results, store: str, name: str, deadline: float) -> None:
    """Reword until the time is up; replace what the composer wrote, and say what the verifier sent back."""
    tally, done = Tally(), 0
    settings = {"backend": "local", "name": name, "repair": False}
    try:
        with Goodword(store=store, langs=("en", "zh"), model=settings) as goodword, \
                progress("Rewording", len(results)) as shown, \
                closing(goodword.describe(products)) as reworded:  # fmt: skip
            for r in _until(reworded, deadline):
                results[r.product.sku, r.draft.lang] = r
                tally.add(r)
                done += 1
                shown(done)
    except BackendError as error:
        talk.say(f"The embedded model stopped: {talk.told(error)}. The composer's words stand.")
    asked = [r for r in results.values() if r.draft.made_by.backend == "local"]
    whole = [r for r in asked if r.draft.made_by.reworded]
    talk.say(f"The embedded model was asked about {len(asked)} of {len(results)} texts ({tally.cached} of them in an "
             f"earlier run); {len(whole)} were reworded in whole or part, the others stand as composed.")  # fmt: skip
    for failure, times in tally.failures.most_common(3):
        talk.say(f"  the model failed on {times} texts: {talk.put(failure)}")
    back = [r for r in asked if ":" in r.draft.made_by.note or "：" in r.draft.made_by.note]
    for r in back[:_TOLD]:
        talk.show(f"  {r.product.sku} {r.draft.lang}: {r.draft.made_by.note}")
    if len(back) > _TOLD:
        talk.say(f"  … and {len(back) - _TOLD} more, in descriptions.csv, column note")


def _until(results: Iterator[Described], deadline: float) -> Iterator[Described]:
    for result in results:
        yield result
        if monotonic() > deadline:
            return


def _interleaved(products: Sequence[Product]) -> list[Product]:
    """One product of each class, then the next of each: whatever fits the time shows the breadth of the shop."""
    seen: dict[str, int] = {}
    turns = []
    for n, p in enumerate(products):
        seen[p.product_class] = seen.get(p.product_class, 0) + 1
        turns.append((seen[p.product_class], n))
    return [products[n] for _, n in sorted(turns)]


def _files(results: _Results, out: Path) -> None:
    for suffix in ("html", "csv", "jsonl"):
        outputs.write(results.values(), out / f"descriptions.{suffix}", shop="Sample shop 示例店铺")


def _show(results: _Results, out: Path) -> None:
    _files(results, out)
    Console().print(_table(list(results.values())))


def _table(results: list[Described]) -> Table:
    """The first products of different classes, both languages side by side."""
    table = Table(title="Goodword 言之有据", show_lines=True, expand=True)
    table.add_column("SKU", no_wrap=True)
    table.add_column("English", ratio=3, overflow="fold")
    table.add_column("中文", ratio=2, overflow="fold")
    seen: set[str] = set()
    texts: dict[str, dict[str, str]] = {}
    for r in results:
        if r.outcome == "released":
            texts.setdefault(r.product.sku, {})[r.draft.lang] = r.draft.text
    for r in results:
        both = texts.get(r.product.sku, {})
        if r.product.product_class not in seen and len(both) == 2 and len(seen) < _SHOWN:
            seen.add(r.product.product_class)
            table.add_row(r.product.sku, both["en"], both["zh"])
    return table
