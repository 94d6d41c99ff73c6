"""`goodword ask`: one question, a conversation, or a file of questions."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from goodword.app import Goodword
from goodword.catalogue.facts import facts_from_pairs
from goodword.cli import talk
from goodword.cli.options import model_of
from goodword.errors import InputError
from goodword.jobs.asking import shape
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.nouns import Answer, Question, Turn
from goodword.jobs.asking.service import Desk, history_of
from goodword.knowledge.base import Held
from goodword.knowledge.documents import given
from goodword.types import Product, Source

CODES = {"answered": 0, "declined": 1, "handed_over": 3}
_STYLE = {"answered": "green", "declined": "yellow", "handed_over": "magenta"}
_LONGEST = 5_000_000  # characters of a line of a batch


def ask(
    question: Annotated[
        str | None, typer.Argument(help="the question; - is stdin; without one, a conversation")
    ] = None,
    product: Annotated[str | None, typer.Option("--product", help="SKU the customer is looking at")] = None,
    passages: Annotated[
        list[Path] | None, typer.Option("--passages", help="policies, FAQ, manuals: files or folders")
    ] = None,
    products: Annotated[Path | None, typer.Option("--products", help="a catalogue beside the store's")] = None,
    reviews: Annotated[Path | None, typer.Option("--reviews", help="reviews to count")] = None,
    orders: Annotated[
        Path | None, typer.Option("--orders", help="CSV of orders, told only to whom they belong")
    ] = None,
    session: Annotated[str | None, typer.Option("--session", help="token that proves who asks")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="day on which policies are read: 2026-11-24")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="language of the answer: en or zh")] = None,
    market: Annotated[str | None, typer.Option("--market", help="market of the customer: cn, eu, us or uk")] = None,
    batch: Annotated[
        str | None, typer.Option("--batch", help="JSONL of {id, question, product?, history?, as_of?}; - is stdin")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="answers as JSON on stdout")] = False,
    store: Annotated[str | None, typer.Option("--store", help="SQLite file or postgresql:// URL")] = None,
    model: Annotated[str | None, typer.Option("--model", help="served model that words answers: BACKEND:NAME")] = None,
) -> int:
    """Answer customers' questions from what the shop holds, each sentence with its source, or decline."""
    about = Question(
        text="",
        product=product,
        session=session,
        as_of=_day(as_of),
        lang=_one(lang, ("en", "zh"), "lang"),
        market=_one(market, ("cn", "eu", "us", "uk"), "market"),
    )
    with Goodword(store=store, model=model_of(model)) as goodword:
        desk = goodword.answers(passages=passages or (), products=products, reviews=reviews, orders=orders)
        if batch is not None:
            return _batch(desk, batch, about)
        if question is None and sys.stdin.isatty():
            return _converse(desk, about)
        text = sys.stdin.read() if question in {None, "-"} else str(question)
        return _once(desk, replace(about, text=text), as_json=as_json)


def _once(desk: Desk, question: Question, *, as_json: bool) -> int:
    answer = desk.ask(question)
    if as_json:
        talk.emit(shape.answered(answer))
    else:
        _show(answer, first=True)
    return CODES[answer.outcome]


def _converse(desk: Desk, about: Question) -> int:
    """Turns until an empty line or the end of input."""
    turns: tuple[Turn, ...] = ()
    conversation = ""
    talk.say("Ask away; an empty line ends the conversation.")
    while True:
        try:
            text = input("> ")
        except EOFError:
            return 0
        if not text.strip():
            return 0
        answer = desk.ask(replace(about, text=text, history=turns, conversation=conversation))
        _show(answer, first=not turns)
        conversation = answer.conversation
        turns = (*turns, Turn(question=text, answer=answer.text, products=answer.products, outcome=answer.outcome))


def _batch(desk: Desk, file: str, about: Question) -> int:
    bad = 0
    for number, raw in _lines(file):
        where = f"{file}, line {number}"
        try:
            row = _row(raw, where)
            own = _holdings(row, desk, where)
            answer = (replace(desk, holdings=own) if own else desk).ask(_question(row, number, about, where, own))
        except InputError as error:
            bad += 1
            talk.say(f"goodword: {talk.told(error)}")
            continue
        talk.emit(shape.answered(answer))
    return 2 if bad else 0


def _lines(file: str) -> Iterator[tuple[int, bytes]]:
    try:
        source = sys.stdin.buffer if file == "-" else Path(file).open("rb")  # noqa: SIM115
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=file) from None
    with source:
        yield from ((n, raw) for n, raw in enumerate(source, 1) if raw.strip())


def _row(raw: bytes, where: str) -> dict[str, Any]:
    cure = 'A line is {"id": …, "question": …}'
    if len(raw) > _LONGEST:
        raise InputError("this line is too long", where=where, cure="Split the text")
    try:
        row = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError("this line is not UTF-8", where=where, cure="Save the file as UTF-8") from None
    except (ValueError, RecursionError):
        raise InputError("this line is not JSON", where=where, cure=cure) from None
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        raise InputError("there is no question", where=where, cure=cure)
    return row


def _question(row: dict[str, Any], number: int, about: Question, where: str, own: Holdings | None) -> Question:
    turns = row.get("history") or []
    if not isinstance(turns, list) or not all(isinstance(t, dict | str) for t in turns):
        raise InputError("history must be a list of turns", where=where, cure='A turn is {"question": …, "answer": …}')
    history = history_of([t if isinstance(t, dict) else {"question": t} for t in turns])
    product = row.get("product") or about.product or (_GIVEN if own and own.products else None)
    return replace(
        about,
        id=str(row.get("id", number)),
        text=row["question"],
        history=history,
        product=str(product) if product else None,
        session=row.get("session") or about.session,
        lang=_one(row.get("lang"), ("en", "zh"), "lang", where) or about.lang,
        market=_one(row.get("market"), ("cn", "eu", "us", "uk"), "market", where) or about.market,
        as_of=_day(row.get("as_of"), where) or about.as_of,
        conversation=str(row.get("conversation") or ""),
    )


_GIVEN = "given"


def _holdings(row: dict[str, Any], desk: Desk, where: str) -> Holdings | None:
    """What a line brings with it, in place of the shop's: passages, and facts of one product."""
    texts, facts = row.get("passages") or row.get("evidence"), row.get("facts")
    if texts is None and facts is None:
        return None
    items = [texts] if isinstance(texts, str | dict) else texts or []
    if not isinstance(items, list) or (facts is not None and not isinstance(facts, dict)):
        raise InputError("passages must be a list, facts an object", where=where)
    held: list[Held] = [given(item, n, where) for n, item in enumerate(items, 1)]
    product = [_product(facts, row)] if facts else []
    return Holdings(product, held, encoder=desk.holdings.encoder)


def _product(facts: dict[str, Any], row: dict[str, Any]) -> Product:
    typed = facts_from_pairs(facts)
    sku = str(row.get("product") or _GIVEN)
    own = tuple(replace(f, sku=sku) for f in typed)
    title = next((f.text for f in own if f.key == "title"), "")
    lang = own[0].lang if own else "en"
    return Product(sku=sku, title=title, lang=lang, product_class="general", facts=own, source=Source(uri="given"))


def _one(value: str | None, allowed: tuple[str, ...], what: str, where: str = "") -> Any:
    if value is None or value in allowed:
        return value
    raise InputError(f"{what} {value!r} is not known", where=where, cure=f"One of: {', '.join(sorted(allowed))}")


def _day(value: object, where: str = "") -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise InputError(f"{str(value)!r} is no day", where=where, cure="Write days as 2026-11-24") from None


def _show(answer: Answer, *, first: bool) -> None:
    """The answer as a customer sees it, and under it what each sentence rests on."""
    console = Console(highlight=False, soft_wrap=True)
    if first and answer.disclosure:
        console.print(Text(answer.disclosure, style="dim"))
    console.print(Text(answer.text, style=_STYLE[answer.outcome]))
    shown = dict.fromkeys((e.ref, e.count) for s in answer.sentences for e in s.evidence)
    for ref, _ in shown:
        console.print(Text(f"  ← {ref}", style="dim"))
    if answer.outcome != "answered":
        console.print(Text(f"  {talk.pair(answer.outcome, answer.reason)}", style="dim"))
