"""`goodword describe`, `import` and `columns`: catalogues in, descriptions out."""

from collections import Counter
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from goodword.app import Goodword
from goodword.catalogue import read, write
from goodword.catalogue.base import BadRow, CopyText
from goodword.cli import talk
from goodword.errors import InputError
from goodword.jobs import outputs, shape
from goodword.jobs.describe import Described
from goodword.store import catalogue
from goodword.types import Lang

Source = Annotated[Path, typer.Argument(help="catalogue file of any known format", show_default=False)]
StoreOption = Annotated[str | None, typer.Option("--store", help="SQLite file or postgresql:// URL")]
Langs = Annotated[str | None, typer.Option("--lang", help="languages to write: en,zh")]
Markets = Annotated[str | None, typer.Option("--market", help="markets to write for: cn,eu,us,uk")]
ChannelOption = Annotated[str | None, typer.Option("--channel", help="listing, title, bullets, seo or social")]
VoiceOption = Annotated[str | None, typer.Option("--voice", help="plain, warm, technical, or a TOML file")]
Mapping = Annotated[Path | None, typer.Option("--mapping", help="corrected column mapping (see: goodword columns)")]
Rejects = Annotated[Path | None, typer.Option("--rejects", help="where bad rows are collected")]


def split(value: str | None) -> tuple[str, ...] | None:
    """'en,zh' as a tuple; None where not given."""
    return None if value is None else tuple(v.strip() for v in value.split(",") if v.strip())


def settings_of(
    store: str | None, lang: str | None, market: str | None, channel: str | None, voice: str | None
) -> dict[str, Any]:
    """Options as settings; None where not given."""
    return {"store": store, "langs": split(lang), "markets": split(market), "channel": channel, "voice": voice}


def describe(
    source: Source,
    out: Annotated[
        list[Path] | None, typer.Option("-o", "--out", help=".html, .csv or .jsonl; may be repeated")
    ] = None,
    fill: Annotated[
        Path | None, typer.Option("--fill", help="give the catalogue back in its own format, descriptions filled")
    ] = None,
    lang: Langs = None,
    market: Markets = None,
    channel: ChannelOption = None,
    voice: VoiceOption = None,
    store: StoreOption = None,
    mapping: Mapping = None,
    rejects: Rejects = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="at most this many products")] = None,
    only: Annotated[str | None, typer.Option("--only", help="these SKUs, comma between")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would be done, and do nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="results as JSONL on stdout")] = False,
) -> int:
    """Write descriptions for a catalogue, in English and Chinese, and release those the guard vouches for."""
    wanted = set(split(only) or ())
    with Goodword(**settings_of(store, lang, market, channel, voice)) as goodword:
        order = goodword.order()
        products = list(islice((p for p in goodword.products(source, mapping=mapping, rejects=rejects or _rejects(source))  # noqa: E501
                                if not wanted or p.sku in wanted), limit))  # fmt: skip
        if wanted and (missing := wanted - {p.sku for p in products}):
            raise InputError(f"no product {min(missing)!r}", where=str(source), cure="See the sku column")
        if not products:
            raise InputError("there is no product to describe", where=str(source), cure="See the rejects file")
        if dry_run:
            talk.say(f"{len(products)} products × {len(order.pairs)} texts = {len(products) * len(order.pairs)} texts by "  # noqa: E501
                     f"the composer: 0 model calls, 0 tokens, cost 0, about {len(products) * len(order.pairs) / 70:.0f} s")  # fmt: skip  # noqa: E501
            return 0
        began = monotonic()
        results = follow(goodword, products, len(order.pairs))
    for path in out or []:
        outputs.write(results, path, shop=source.stem)
    if fill:
        _fill(source, fill, mapping, results)
    if as_json or not (out or fill):
        for result in results:
            talk.emit(shape.described(result))
    return summary(results, monotonic() - began)


def follow(goodword: Goodword, products: list[Any], per_product: int) -> list[Described]:
    """Describe with a progress bar that shows rate and time left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
               TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())  # fmt: skip
    results: list[Described] = []
    with Progress(*columns, console=talk.err, transient=True) as bar:
        task = bar.add_task("Writing", total=len(products) * per_product, rate="")
        began = monotonic()
        for result in goodword.describe(products):
            results.append(result)
            bar.update(task, advance=1, rate=f"{len(results) / max(monotonic() - began, 0.01):.0f}/s")
    return results


def summary(results: list[Described], seconds: float) -> int:
    """Say what became of everything, and why; the exit code: 3 if anything waits for a person, else 1 if refused."""
    outcomes = Counter(r.outcome for r in results)
    cached = sum(r.cached for r in results)
    talk.say(f"{outcomes['released']} released, {outcomes['held']} held, {outcomes['refused']} refused of {len(results)} texts "  # noqa: E501
             f"in {seconds:.1f} s ({len(results) / max(seconds, 0.01):.0f}/s); {cached} unchanged; cost 0")  # fmt: skip
    for result in results:
        if result.outcome != "released":
            quotes = ", ".join(f"“{result.draft.text[f.start : f.end]}” {f.rule}" for f in result.ruling.findings[:3])
            where = f"; desk item {result.desk}" if result.desk else ""
            talk.say(f"  {result.outcome}: {result.product.sku} {result.draft.lang}: {quotes}{where}")
    for product in {r.product.sku: r.product for r in results}.values():
        for conflict in product.conflicts[:1]:
            talk.say(f"  contradiction: {product.sku} {conflict.key}: {conflict.reason}; left out of the text")
    return 3 if outcomes["held"] else 1 if outcomes["refused"] else 0


def _rejects(source: Path) -> Path:
    return source.with_name(f"{source.stem}.rejects.csv")


def _fill(source: Path, out: Path, mapping: Path | None, results: list[Described]) -> None:
    """The original with descriptions filled in and nothing else changed."""
    texts: dict[str, dict[Lang, CopyText]] = {}
    for r in results:
        if r.statement:
            space = "\n" if "\n" in r.draft.text else " " if r.draft.lang == "en" else ""
            texts.setdefault(r.product.sku, {})[r.draft.lang] = CopyText(
                text=f"{r.draft.text}{space}{r.statement.mark.text}", mark=r.statement.mark)  # fmt: skip
    filled = write.write_back(read.open_catalogue(source, mapping=mapping), out, lambda sku: texts.get(sku, {}))
    talk.say(f"{filled} products filled in {out}")


def import_(source: Source, store: StoreOption = None, mapping: Mapping = None, rejects: Rejects = None) -> int:
    """Take the products of a catalogue into the store; a changed value becomes a new version of its fact."""
    counts: Counter[str] = Counter()
    with Goodword(store=store) as goodword:
        products = goodword.products(source, mapping=mapping, rejects=rejects or _rejects(source))
        while batch := list(islice(products, 200)):
            with goodword.store.begin() as conn:
                for product in batch:
                    change = catalogue.put(conn, product)
                    counts.update(
                        products=1, new=len(change.new), changed=len(change.changed), conflicts=len(product.conflicts)
                    )
    talk.say(f"{counts['products']} products: {counts['new']} new facts, {counts['changed']} changed, "
             f"{counts['conflicts']} contradictions")  # fmt: skip
    return 0


def columns(source: Source, mapping: Mapping = None) -> int:
    """Show how the columns of a catalogue are understood, as TOML to correct and give back with --mapping."""
    found = read.open_catalogue(source, mapping=mapping)
    talk.say(f"{source}: read as {found.reader}")
    typer.echo(found.mapping_toml() or "# The columns of this format are fixed.")
    bad = [r for r in islice(found.records(), 1000) if isinstance(r, BadRow)]
    if bad:
        talk.say(f"{len(bad)} bad rows among the first 1,000")
    return 0
