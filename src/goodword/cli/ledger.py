"""`goodword ledger`: show and verify the record of everything released, held, refused and decided."""

from pathlib import Path
from typing import Annotated

import typer

from goodword.app import Goodword
from goodword.catalogue.atomic import replacing
from goodword.cli import talk
from goodword.cli.options import Store
from goodword.errors import InputError, LedgerError
from goodword.jobs import dossier
from goodword.store import ledger as book

app = typer.Typer(help="Show and verify the ledger.", no_args_is_help=True)


@app.command("verify")
def verify(store: Store = None) -> int:
    """Check every link of the hash chain; a broken one is named."""
    with Goodword(store=store) as goodword, goodword.store.read() as conn:
        found = book.verify(conn)
    if not found.ok:
        raise LedgerError(
            f"the ledger is broken at position {found.broken}: {found.reason}", position=found.broken or 0
        )
    talk.out(f"ok: {found.length} entries, head {found.head}")
    return 0


@app.command("show")
def show(
    store: Store = None,
    subject: Annotated[str | None, typer.Option(help="'sku/lang/market/channel'")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 20,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> int:
    """List entries, oldest first."""
    with Goodword(store=store) as goodword, goodword.store.read() as conn:
        for entry in book.entries(conn, subject=subject, limit=limit):
            if as_json:
                talk.emit({"position": entry.position, "time": entry.time, "kind": entry.kind, "subject": entry.subject,
                           "actor": entry.actor, "hash": entry.hash, "body": entry.body})  # fmt: skip
            else:
                typer.echo(
                    f"{entry.position:>6}  {entry.time[:19]}  {entry.kind:<9} {entry.subject}  {entry.actor}  {entry.hash[:12]}"  # noqa: E501
                )
    return 0


@app.command("export")
def export(
    out: Annotated[Path, typer.Option("-o", "--out", help="the file to write: .zip")] = Path("ledger.zip"),
    subject: Annotated[str, typer.Option(help="only bodies of this subject; * at its end: all that begin so")] = "",
    since: Annotated[str, typer.Option("--since", help="and only from this day on")] = "",
    until: Annotated[str, typer.Option("--until", help="and only before this day")] = "",
    who: Annotated[str, typer.Option("--by", help="who hands it over")] = "",
    store: Store = None,
) -> int:
    """Write the ledger as one file that proves itself without Goodword; it is recorded that it was handed over."""
    if out.suffix != ".zip":
        raise InputError(f"cannot write {out.suffix or 'a file without suffix'}", where=str(out), cure="Name it .zip")
    wanted = dossier.Wanted(subject=subject, since=since, until=until)
    with Goodword(store=store) as goodword, replacing(out) as part, part.open("wb") as file:
        made = dossier.write(goodword.store, file, actor=who or goodword.settings.actor, wanted=wanted)
    talk.out(f"{made.bodies} of {made.entries} bodies in {out}; recorded at {made.ledger}")
    return 0


@app.command("erase")
def erase(
    position: Annotated[int, typer.Argument(help="position of the entry whose body is to go")],
    reason: Annotated[str, typer.Option("--reason", help="why, as the erasure's own entry records it")],
    who: Annotated[str, typer.Option("--by", help="who erases")],
    store: Store = None,
) -> int:
    """Erase the body of an entry; the chain stays whole and shows that it was erased, when and why."""
    with Goodword(store=store) as goodword, goodword.store.begin() as conn:
        entry = book.erase(conn, position, reason, who)
    talk.out(f"erased the body of {position}; recorded at {entry.position}")
    return 0
