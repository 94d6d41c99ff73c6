"""`goodword recommend history` and `audit`: what a shopper may ask for, and proof that prices differ for nobody."""

from pathlib import Path
from typing import Annotated

import typer

from goodword.app import Goodword
from goodword.cli import talk
from goodword.cli.options import Store, settings_of, split
from goodword.errors import InputError


def history(
    shopper: Annotated[str, typer.Argument(help="id of the shopper")],
    delete: Annotated[bool, typer.Option("--delete", help="delete the whole history, model and all")] = False,
    strike: Annotated[str | None, typer.Option("--strike", help="take these products out of it, comma between")] = None,
    no_list: Annotated[bool, typer.Option("--no-list", help="make no list for this shopper from now on")] = False,
    list_again: Annotated[bool, typer.Option("--list-again", help="take that back")] = False,
    folder: Annotated[Path | None, typer.Option("--folder", help="where the fitted recommender lies")] = None,
    store: Store = None,
    as_json: Annotated[bool, typer.Option("--json", help="the result as JSON on stdout")] = False,
) -> int:
    """Show, correct or delete what is held of a shopper; it takes effect at once and is recorded in the ledger."""
    if sum((delete, strike is not None, no_list, list_again)) > 1:
        raise InputError("one thing at a time", cure="Give one of --delete, --strike, --no-list, --list-again")
    with Goodword(**settings_of(store=store)) as goodword:
        recommending = goodword.recommend(folder)
        from goodword.jobs import recommend_shape as shape

        done = None
        if delete:
            done = recommending.delete(shopper)
        elif strike is not None:
            done = recommending.strike(shopper, split(strike) or ())
        elif no_list or list_again:
            done = recommending.object_(shopper, withdraw=list_again)
        if done:
            if as_json:
                talk.emit(shape.done(done))
            else:
                talk.out(f"{done.events} events taken out; recorded at {done.ledger} in the ledger")
            return 0
        rows, proof = recommending.see(shopper), recommending.prove(shopper)
    if as_json:
        talk.emit(shape.history(shopper, rows, proof))
        return 0
    for row in rows:
        typer.echo(f"{shape.moment(row.time)}  {row.kind:<9} {row.sku}")
    if not rows:
        talk.say("Nothing is held of this shopper.")
    for entry in proof.entries:
        typer.echo(f"{entry['position']:>6}  {str(entry['time'])[:19]}  {entry['act']}")
    if not proof.agrees:
        talk.say("The recommender on disk is not the one the ledger recorded last.")
    return 0 if proof.agrees else 1


def audit(
    events: Annotated[Path, typer.Argument(help="events with user, item, time and price")],
    prices: Annotated[Path | None, typer.Option("--prices", help="CSV of sku, valid_from, valid_until, price")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the result as JSON on stdout")] = False,
) -> int:
    """Prove that the same item had the same price for everyone; 1 if it had not."""
    from dataclasses import asdict

    from goodword.rankers.extra import need

    need()
    from goodword.jobs.recommend_audit import audit as run

    found = run(events, prices=prices)
    if as_json:
        talk.emit({**asdict(found), "clean": found.clean})
        return 0 if found.clean else 1
    talk.out(f"{found.events:,} events, {found.compared:,} items on days on which several shoppers saw a price")
    talk.out(f"{found.changed:,} changed price for everyone, {found.differing:,} differed between shoppers")
    if found.off_list is not None:
        talk.out(f"{found.off_list:,} events at a price that is not the listed one")
    if found.unpriced:
        talk.say(f"{found.unpriced:,} events without a price")
    for case in found.cases:
        typer.echo(f"{case.day}  {case.item}  {', '.join(f'{p:g}' for p in case.prices)}  ({case.shoppers})")
    for off in found.off_cases:
        typer.echo(f"{off.time}  {off.item}  {off.price:g} ≠ {off.listed:g}")
    return 0 if found.clean else 1
