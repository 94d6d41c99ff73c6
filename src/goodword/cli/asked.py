"""`goodword asked`: what customers asked, what waits for a person, what could not be answered; and passages."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from goodword.app import Goodword
from goodword.cli import talk
from goodword.errors import InputError
from goodword.jobs import recall
from goodword.jobs.asking import identity, shelf
from goodword.knowledge import documents
from goodword.store import conversations, passages

app = typer.Typer(help="What customers asked: hand-overs, gaps, passages, erasure.", no_args_is_help=True)
StoreOption = Annotated[str | None, typer.Option("--store", help="SQLite file or postgresql:// URL")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON lines on stdout")]


@app.command("learn")
def learn(
    files: Annotated[
        list[Path], typer.Argument(help="policies, FAQ, manuals: Markdown, HTML, Word, PDF, JSONL, folders")
    ],
    store: StoreOption = None,
) -> int:
    """Take documents into the store as passages to answer from; a changed one becomes a new version."""
    held = documents.read(files)
    with Goodword(store=store) as goodword:
        fresh, changed = shelf.keep(goodword.store, held, actor=goodword.settings.actor)
    talk.say(f"{len(held)} passages: {fresh} new, {changed} changed")
    return 0


@app.command("passages")
def list_passages(store: StoreOption = None, as_json: JsonOption = False) -> int:
    """Show the passages of the store with the days between which they hold."""
    with Goodword(store=store) as goodword:
        held = shelf.kept(goodword.store)
    if as_json:
        for one in held:
            p = one.passage
            talk.emit(
                {
                    "id": p.id,
                    "lang": p.lang,
                    "text": p.text,
                    "valid_from": p.valid_from,
                    "valid_until": p.valid_until,
                    "heading": one.heading,
                    "question": one.question,
                    "sku": one.sku,
                }
            )
        return 0
    table = Table(*(talk.put(h) for h in ("passage", "from", "until", "text")))
    for one in held:
        p = one.passage
        table.add_row(p.id, p.valid_from or "", p.valid_until or "", p.text[:60])
    Console().print(table)
    return 0


@app.command("forget")
def forget(ids: Annotated[list[str], typer.Argument(help="ids of passages")], store: StoreOption = None) -> int:
    """Answer no more from these passages; their versions stay."""
    with Goodword(store=store) as goodword, goodword.store.begin() as conn:
        ended = passages.end(conn, ids)
        recall.taken_of(conn, ids, actor=goodword.settings.actor)
    talk.say(f"{ended} passages hold no more")
    return 0


@app.command("unanswered")
def unanswered(
    since: Annotated[str, typer.Option("--since", help="only from this day on")] = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> int:
    """What customers ask that the shop cannot answer: the facts and passages that are missing, most wanted first."""
    with Goodword(store=store) as goodword, goodword.store.read() as conn:
        found = conversations.unanswered(conn, since=since)
    if as_json:
        for u in found:
            talk.emit(
                {
                    "missing": list(u.missing),
                    "reason": u.reason,
                    "product": u.product,
                    "count": u.count,
                    "examples": list(u.examples),
                    "last": u.last,
                }
            )
        return 0
    table = Table(*(talk.put(h) for h in ("count", "product", "missing", "reason", "example")))
    for u in found:
        table.add_row(str(u.count), u.product, ", ".join(u.missing), u.reason, u.examples[0] if u.examples else "")
    Console().print(table)
    return 0


@app.command("handovers")
def handovers(
    every: Annotated[bool, typer.Option("--all", help="those decided too")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> int:
    """What waits for a person, with what they need to know."""
    with Goodword(store=store) as goodword, goodword.store.read() as conn:
        found = list(conversations.handed(conn, None if every else "waiting"))
    if as_json:
        for h in found:
            talk.emit(
                {
                    "id": h.id,
                    "conversation": h.conversation,
                    "time": h.time,
                    "reason": h.reason,
                    "state": h.state,
                    "packet": h.packet,
                    "who": h.who,
                    "passage": h.passage,
                }
            )
        return 0
    table = Table(*(talk.put(h) for h in ("number", "since", "reason", "mood", "question")))
    for h in found:
        table.add_row(
            str(h.id),
            h.time[:16],
            h.reason,
            str(h.packet.get("mood")),
            str(h.packet.get("question")),
        )
    Console().print(table)
    return 0


@app.command("answer")
def answer(
    number: Annotated[int, typer.Argument(help="number of the hand-over")],
    text: Annotated[str, typer.Option("--text", help="the answer")],
    by: Annotated[str, typer.Option("--by", help="who answers")],
    until: Annotated[str | None, typer.Option("--until", help="last day on which it holds")] = None,
    store: StoreOption = None,
) -> int:
    """Answer a hand-over; the answer becomes a passage that holds from today and is found the next time."""
    try:
        last = date.fromisoformat(until).isoformat() if until else None
    except ValueError:
        raise InputError(f"{until!r} is no day", where="--until", cure="Write days as 2026-11-24") from None
    with Goodword(store=store) as goodword:
        held = shelf.answered(goodword.store, number, text, who=by, today=datetime.now(UTC).date(), until=last)
    talk.say(f"The answer is kept as {held.passage.id}")
    return 0


@app.command("see")
def see(customer: Annotated[str, typer.Argument(help="id of the customer")], store: StoreOption = None) -> int:
    """Everything kept of a customer's conversations, as JSON lines."""
    with Goodword(store=store) as goodword, goodword.store.read() as conn:
        for kept in conversations.of_customer(conn, customer):
            talk.emit(
                {
                    "time": kept.time,
                    "question": kept.question,
                    "outcome": kept.outcome,
                    "reason": kept.reason,
                    "products": list(kept.products),
                    "statement": kept.statement,
                }
            )
    return 0


@app.command("erase")
def erase(customer: Annotated[str, typer.Argument(help="id of the customer")], store: StoreOption = None) -> int:
    """Erase a customer's conversations and all that answered them; the ledger's chain stays whole."""
    with Goodword(store=store) as goodword, goodword.store.begin() as conn:
        count = conversations.erase_customer(conn, customer, goodword.settings.actor)
    talk.say(f"{count} questions erased")
    return 0


@app.command("expire")
def expire(store: StoreOption = None) -> int:
    """Erase the conversations whose time is over."""
    with Goodword(store=store) as goodword, goodword.store.begin() as conn:
        count = conversations.expire(conn, goodword.settings.actor)
    talk.say(f"{count} conversations erased")
    return 0


@app.command("session")
def session(
    customer: Annotated[str, typer.Argument(help="id of the customer, who has signed in")],
    seconds: Annotated[int, typer.Option("--seconds", help="how long it is good for")] = 1800,
) -> int:
    """Make the token that proves to `goodword ask` who asks; for the shop's own sign-in and for tests."""
    with Goodword() as goodword:
        secret = goodword.session_secret()
    typer.echo(identity.issue(secret, customer, seconds=seconds))
    return 0
