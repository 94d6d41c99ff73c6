"""`goodword desk`: what waits for a person, and the person's decision."""

from typing import Annotated

import typer

from goodword.app import Goodword
from goodword.cli import talk
from goodword.cli.options import Store
from goodword.store import desk as queue

app = typer.Typer(help="Decide on held texts.", no_args_is_help=True)
Item = Annotated[int, typer.Argument(help="number of the item")]
By = Annotated[str, typer.Option("--by", help="who decides")]
Reason = Annotated[str, typer.Option("--reason", help="why")]


@app.command("list")
def list_(store: Store = None, as_json: Annotated[bool, typer.Option("--json")] = False) -> int:
    """List what waits, the longest waiting first."""
    number = 0
    with Goodword(store=store) as goodword, goodword.store.read() as conn:
        for item in queue.items(conn):
            number += 1
            rules = ", ".join(dict.fromkeys(f.rule for f in item.ruling.findings))
            if as_json:
                talk.emit(
                    {"id": item.id, "sku": item.draft.sku, "lang": item.draft.lang, "age": item.age, "rules": rules}
                )
            else:
                age = talk.put(f"{item.age / 3600:.1f} h")
                typer.echo(f"{item.id:>5}  {item.draft.sku}  {item.draft.lang}  {age}  {rules}")
    if not number:
        talk.say("Nothing waits.")
    return 0


@app.command("show")
def show(item: Item, store: Store = None) -> int:
    """Show a held text with what was found in it."""
    with Goodword(store=store) as goodword, goodword.store.read() as conn:
        found = queue.get(conn, item)
    head = (found.draft.sku, found.draft.lang, found.draft.market, talk.put(found.state))
    typer.echo(f"{' · '.join(head)}\n\n{found.draft.text}\n")
    for f in found.ruling.findings:
        quote = found.draft.text[f.start : f.end]
        typer.echo(talk.pair(talk.put(f.severity), f"“{quote}” {f.rule}: {f.advice} [{f.authority}]"))
    return 0


@app.command("approve")
def approve(item: Item, who: By, reason: Reason, store: Store = None) -> int:
    """Release a held text on your word; a text a fact contradicts cannot be approved."""
    with Goodword(store=store) as goodword:
        passed = goodword.decide(item, "approved", who=who, reason=reason)
    talk.out(f"released {passed.statement.id if passed.statement else ''}, ledger {passed.ledger}")
    return 0


@app.command("reject")
def reject(item: Item, who: By, reason: Reason, store: Store = None) -> int:
    """Refuse a held text."""
    with Goodword(store=store) as goodword:
        passed = goodword.decide(item, "rejected", who=who, reason=reason)
    talk.out(f"rejected, ledger {passed.ledger}")
    return 0
