"""`goodword recall`: take back every text that rests on a fact which no longer holds, and write it anew."""

from collections import Counter
from typing import Annotated, Any

import typer

from goodword.app import Goodword
from goodword.cli import talk
from goodword.cli.options import Store
from goodword.jobs import recall as job
from goodword.jobs import shape
from goodword.jobs.recall import Recalled
from goodword.store import stale
from goodword.store.stale import Place

_SHOWN = 20


def recall(
    fact: Annotated[str | None, typer.Argument(help="id of the fact, SKU#NAME; nothing: list what waits")] = None,
    every: Annotated[
        bool, typer.Option("--every", help="the fact itself is wrong: also what rests on it as it is now")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="say what would be taken back, and change nothing")
    ] = False,
    rewrite: Annotated[bool, typer.Option("--rewrite", help="write anew at once what waits")] = False,
    reason: Annotated[str, typer.Option("--reason", help="why, for the ledger")] = "",
    who: Annotated[str, typer.Option("--by", help="who recalls; nothing: the actor that is set")] = "",
    store: Store = None,
    as_json: Annotated[bool, typer.Option("--json", help="the result as JSON on stdout")] = False,
) -> int:
    """Take back the texts that rest on a fact which changed or is wrong; they wait to be written anew."""
    with Goodword(store=store) as goodword:
        if fact is None:
            with goodword.store.read() as conn:
                places = stale.waiting(conn)
            if not (as_json and rewrite):  # then the texts themselves are the result
                _list(places, as_json=as_json)
        elif dry_run:
            with goodword.store.read() as conn:
                found = job.look(conn, fact, every=every)
            _tell(found, as_json=as_json)
            return 0
        else:
            with goodword.store.begin() as conn:
                found = job.recall(conn, fact, why=reason, actor=who or goodword.settings.actor, every=every)
            _tell(found, as_json=as_json)
            places = [p for p in found.places if p.waiting]
        return _rewrite(goodword, places, as_json=as_json) if rewrite else 0


def _tell(found: Recalled, *, as_json: bool) -> None:
    if as_json:
        talk.emit(shape.recalled(found))
        return
    live = sum(p.stale is None for p in found.places)
    if found.ledger is not None:
        talk.out(f"{found.taken} texts taken back, ledger {found.ledger}; {found.waiting} wait to be written anew")
    elif live:
        talk.out(f"{live} texts would be taken back")
    else:
        talk.out(f"No text that is shown rests on what no longer holds; {found.waiting} wait to be written anew")
    _rows(found.places)


def _list(places: list[Place], *, as_json: bool) -> None:
    if as_json:
        for place in places:
            talk.emit(shape.place(place))
        return
    if not places:
        talk.say("No text waits to be written anew.")
    _rows(places)


def _rows(places: Any) -> None:
    for place in places[:_SHOWN]:
        state = talk.put("waits to be written anew") if place.waiting else talk.put("written anew")
        since = (place.stale or "")[:16]
        head = (place.statement, since, state if place.stale else talk.put("shown"))
        typer.echo("  ".join(word for word in head if word))
    if len(places) > _SHOWN:
        talk.say(f"… and {len(places) - _SHOWN} more: --json shows all")


def _rewrite(goodword: Goodword, places: list[Place], *, as_json: bool) -> int:
    """Write anew; 3 where a text now waits for a person, else 1 where one was refused."""
    counts: Counter[str] = Counter()
    for result in job.rewritten(goodword.store, places, goodword.order(composer=True)):
        counts[result.outcome] += 1
        if as_json:
            talk.emit(shape.described(result))
    talk.say(f"{counts['released']} released, {counts['held']} held, {counts['refused']} refused")
    return 3 if counts["held"] else 1 if counts["refused"] else 0
