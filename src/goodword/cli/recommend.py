"""`goodword recommend`: lists that say why, for one shopper, beside a product, for a basket, or for everyone."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from goodword.app import Goodword
from goodword.cli import recommend_judge, recommend_rights, talk
from goodword.cli.options import Langs, Markets, Store, settings_of, split
from goodword.errors import InputError

if TYPE_CHECKING:
    from goodword.jobs.recommend import Ask, Recommended, Recommender
    from goodword.jobs.recommend_fit import Report

_SHOWN = 10  # rows and shoppers told one by one

app = typer.Typer(help="Recommend products, and say truly why.", no_args_is_help=True)
Folder = Annotated[Path | None, typer.Option("--folder", help="where the fitted recommender lies")]
Places = Annotated[int, typer.Option("-k", help="how many places")]
Json = Annotated[bool, typer.Option("--json", help="the result as JSON on stdout")]
Age = Annotated[int | None, typer.Option("--age", help="age of the shopper in years, where it is known")]
Consent = Annotated[bool, typer.Option("--consent", help="the shopper agreed to the use of sensitive events")]
Price = Annotated[str | None, typer.Option("--price", help="a price band the shopper chose: LOW-HIGH")]
Category = Annotated[str | None, typer.Option("--category", help="only these categories, comma between")]
Mail = Annotated[
    str | None, typer.Option("--mail", help="blocks for an e-mail; the link of an item, with %s for its number")
]


@app.command("fit")
def fit(
    events: Annotated[list[Path], typer.Argument(help="events or orders: CSV, TSV, Parquet or JSONL")],
    catalogue: Annotated[Path | None, typer.Option("--catalogue", help="catalogue file of any known format")] = None,
    stock: Annotated[Path | None, typer.Option("--stock", help="CSV of sku, on_hand and reserved")] = None,
    ranker: Annotated[str, typer.Option("--ranker", help="auto, or the name of a ranker")] = "auto",
    rules: Annotated[Path | None, typer.Option("--rules", help="the shop's own rules, a TOML file")] = None,
    everyone: Annotated[
        bool, typer.Option("--everyone/--no-unusual", help="whether to learn from programs and resellers, too")
    ] = True,
    folder: Folder = None,
    store: Store = None,
    market: Markets = None,
    as_json: Json = False,
) -> int:
    """Learn from events; what shoppers had deleted stays deleted."""
    status = talk.err.status(talk.put("Learning from the events"))
    with Goodword(**settings_of(store=store, market=market)) as goodword, status:
        report = goodword.recommend(folder).fit(events, goods=catalogue, stock=stock, ranker=ranker, rules=rules,
                                                everyone=everyone)  # fmt: skip
    card = report.card
    if as_json:
        talk.emit({**card, "hash": report.hash, "ledger": report.ledger, "left_out": dict(report.left_out),
                   "unusual": [{"shopper": who, "why": odd.code, **odd.figures} for who, odd in report.unusual],
                   "why": dict(report.why)})  # fmt: skip
        return 0
    talk.out(f"{card['ranker']} learnt from {card['events']:,} events of {card['shoppers']:,} shoppers with "
             f"{card['items']:,} items in {card['fit_cpu_seconds']:.1f} processor seconds")  # fmt: skip
    for line in report.why.get(talk.lang(), ()):
        typer.echo(line)
    _tell_left_out(report)
    return 0


@app.command("for")
def for_(
    shopper: Annotated[str | None, typer.Argument(help="id of the shopper")] = None,
    k: Places = 10,
    everyone: Annotated[bool, typer.Option("--all", help="a list for every shopper the events know")] = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="with --all: .parquet or .jsonl")] = None,
    personal: Annotated[
        bool, typer.Option("--personal/--no-personal", help="a list for this shopper, or the one for everyone")
    ] = True,
    seen: Annotated[str | None, typer.Option("--seen", help="products looked at since, comma between")] = None,
    age: Age = None,
    consent: Consent = False,
    price: Price = None,
    category: Category = None,
    mail: Mail = None,
    folder: Folder = None,
    store: Store = None,
    lang: Langs = None,
    market: Markets = None,
    as_json: Json = False,
) -> int:
    """Recommend to a shopper; --no-personal gives the list that is the same for everyone."""
    if everyone == (shopper is not None):
        raise InputError("name a shopper, or ask for all", cure="Give SHOPPER, or --all")
    with Goodword(**settings_of(store=store, lang=lang, market=market)) as goodword:
        told = goodword.recommend(folder).recommender
        ask = _ask(k=k, personal=personal, age=age, consent=consent, price=price, category=category, seen=seen)
        if everyone:
            return _all(told, ask, out, mail)
        found = told.for_shopper(str(shopper), ask)
    _show(told, found, as_json=as_json, mail=mail)
    return 0


@app.command("similar")
def similar(
    sku: Annotated[str, typer.Argument(help="product number")],
    k: Places = 10,
    age: Age = None,
    price: Price = None,
    category: Category = None,
    mail: Mail = None,
    folder: Folder = None,
    store: Store = None,
    lang: Langs = None,
    market: Markets = None,
    as_json: Json = False,
) -> int:
    """Recommend what goes with a product; the same for everyone."""
    with Goodword(**settings_of(store=store, lang=lang, market=market)) as goodword:
        told = goodword.recommend(folder).recommender
        found = told.similar(sku, _ask(k=k, age=age, price=price, category=category))
    _show(told, found, as_json=as_json, mail=mail)
    return 0


@app.command("basket")
def basket(
    skus: Annotated[list[str], typer.Argument(help="product numbers in the basket")],
    k: Places = 10,
    age: Age = None,
    consent: Consent = False,
    price: Price = None,
    category: Category = None,
    mail: Mail = None,
    folder: Folder = None,
    store: Store = None,
    lang: Langs = None,
    market: Markets = None,
    as_json: Json = False,
) -> int:
    """Recommend what goes with what is in a basket; nothing else is known of the shopper."""
    with Goodword(**settings_of(store=store, lang=lang, market=market)) as goodword:
        told = goodword.recommend(folder).recommender
        found = told.basket(skus, _ask(k=k, age=age, consent=consent, price=price, category=category))
    _show(told, found, as_json=as_json, mail=mail)
    return 0


@app.command("parameters")
def parameters(folder: Folder = None, store: Store = None, lang: Langs = None, as_json: Json = False) -> int:
    """Say in plain words what decides what is shown."""
    with Goodword(**settings_of(store=store, lang=lang)) as goodword:
        lines = {one: goodword.recommend(folder, lang=one).parameters() for one in goodword.settings.langs}
    if as_json:
        talk.emit(lines)
        return 0
    for head, *rest in lines.values():
        typer.echo(head)
        for line in rest:
            typer.echo(f"- {line}")
    return 0


def _tell_left_out(report: "Report") -> None:
    gone = report.left_out
    if gone.get("deleted"):
        talk.say(f"{gone['deleted']:,} events left out: their shoppers had them deleted")
    if gone.get("future"):
        talk.say(f"{gone['future']:,} events left out: they lie in the future")
    if gone.get("returned") or gone.get("undone"):
        talk.say(f"{gone.get('returned', 0) + gone.get('undone', 0):,} events left out: returned or cancelled")
    for bad in report.bad[:_SHOWN]:
        problem, cure = bad.told(talk.lang())
        place = f"{bad.file}:{bad.row}"
        talk.show(talk.pair(place, f"{problem} · {cure}"))
    for shopper, odd in report.unusual[:_SHOWN]:
        talk.show(talk.pair(shopper, odd.told(talk.lang())))
    if report.unusual and not gone.get("unusual"):
        talk.say("They were learnt from, too; --no-unusual leaves them out")


app.command("evaluate")(recommend_judge.evaluate)
app.command("report")(recommend_judge.report)
app.command("history")(recommend_rights.history)
app.command("audit")(recommend_rights.audit)


def _ask(
    *, k: int, personal: bool = True, age: int | None = None, consent: bool = False, price: str | None = None,
    category: str | None = None, seen: str | None = None,
) -> "Ask":  # fmt: skip
    from goodword.jobs.recommend import Ask, Seen

    low, high = _band(price)
    return Ask(k=k, personal=personal, age=age, consent=consent, low=low, high=high,
               categories=split(category) or (), extra=tuple(Seen(sku=s) for s in split(seen) or ()))  # fmt: skip


def _band(price: str | None) -> tuple[float | None, float | None]:
    if price is None:
        return None, None
    low, dash, high = price.partition("-")
    try:
        return (float(low) if low.strip() else None), (float(high) if dash and high.strip() else None)
    except ValueError:
        raise InputError(f"{price!r} is no price band", cure="Write it like 50-200, 50- or -200") from None


def _show(told: "Recommender", found: "Recommended", *, as_json: bool, mail: str | None) -> None:
    from goodword.jobs import recommend_shape as shape

    for missing in found.unknown:
        talk.say(f"no product {missing!r} in the events or the catalogue")
    if mail is not None:
        _linked(mail)
        talk.emit(shape.block(found, mail))
        return
    if as_json:
        talk.emit(shape.recommended(found, told.fitted.goods.skus))
        return
    if found.general:
        talk.say(_why_general(found.general))
    if not found.items:
        talk.say("There is nothing to recommend: the rules leave nothing, or everything is owned")
    for number, item in enumerate(found.items, 1):
        reason = item.said.draft.text if item.said else ""
        typer.echo(f"{number:>3}  {item.sku}  {item.title}")
        typer.echo(f"       {reason}")


def _why_general(general: str) -> str:
    if general == "asked":
        return "The list is the same for everyone, as asked for"
    if general == "objection":
        return "The list is the same for everyone: the shopper wants none of their own"
    if general == "minor":
        return "The list is the same for everyone: the shopper is a minor"
    if general == "unknown":
        return "The list is the same for everyone: this shopper is not known"
    return "The list is the same for everyone: there is nothing else to go by"


def _linked(mail: str) -> None:
    if "%s" not in mail:
        raise InputError("the link has no %s", cure="Write it like https://shop.example/p/%s")


def _all(told: "Recommender", ask: "Ask", out: Path | None, mail: str | None) -> int:
    """Lists for everyone, to a file or as JSONL on stdout, with progress."""
    from goodword.jobs import recommend_files as files

    if mail is not None:
        _linked(mail)
    lists = _followed(told.everyone(ask), len(told.fitted.events.user_ids))
    if out is None:
        for one in lists:
            talk.emit(files.line(one, told.fitted.goods.skus, mail))
        return 0
    number = files.write(lists, out, skus=told.fitted.goods.skus, mail=mail)
    talk.say(f"{number:,} lists in {out}")
    return 0


def _followed(lists: Iterable[Any], total: int) -> Iterator[Any]:
    from rich.progress import track

    yield from track(lists, description="", total=total, console=talk.err, transient=True)
