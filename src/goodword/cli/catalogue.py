"""`goodword import` and `columns`: a catalogue into the store, and how its columns are understood."""

from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from goodword.app import Goodword
from goodword.catalogue import read
from goodword.catalogue.base import BadRow
from goodword.cli import talk
from goodword.cli.asked import learn
from goodword.cli.options import Mapping, Rejects, Source, Store, rejects_of
from goodword.errors import InputError
from goodword.jobs import recall
from goodword.store import catalogue

_BATCH = 200
_ELSEWHERE = {"reviews", "events", "orders"}


def import_(
    what: Annotated[
        list[str], typer.Argument(help="a catalogue; or 'products' or 'policies' and files", show_default=False)
    ],
    store: Store = None,
    mapping: Mapping = None,
    rejects: Rejects = None,
) -> int:
    """Take the products of a catalogue into the store; a changed value becomes a new version of its fact."""
    kind, files = (what[0], what[1:]) if what[0] in {"products", "policies"} | _ELSEWHERE else ("products", what)
    if not files and Path(kind).exists():
        kind, files = "products", [kind]
    if kind in _ELSEWHERE:
        cure = {
            "reviews": "goodword reviews score FILE, or --reviews FILE with ask",
            "events": "goodword recommend fit FILE",
            "orders": "--orders FILE with goodword ask",
        }[kind]
        raise InputError(f"{kind} are read from their file where they are used", cure=cure)
    if not files:
        raise InputError("no file is given", cure=f"goodword import {kind} FILE")
    if kind == "policies":
        return learn([Path(f) for f in files], store)
    for file in files:
        _import(Path(file), store, mapping, rejects)
    return 0


def _import(source: Path, store: str | None, mapping: Path | None, rejects: Path | None) -> None:
    counts: Counter[str] = Counter()
    with Goodword(store=store) as goodword:
        products = goodword.products(source, mapping=mapping, rejects=rejects or rejects_of(source))
        while batch := list(islice(products, _BATCH)):
            with goodword.store.begin() as conn:
                for product in batch:
                    change = catalogue.put(conn, product)
                    taken = recall.taken_in(conn, change, actor=goodword.settings.actor)
                    counts.update(products=1, new=len(change.new), changed=len(change.changed),
                                  conflicts=len(product.conflicts), taken=len(taken))  # fmt: skip
    talk.say(f"{counts['products']} products: {counts['new']} new facts, {counts['changed']} changed, "
             f"{counts['conflicts']} contradictions")  # fmt: skip
    if counts["taken"]:
        talk.say(f"{counts['taken']} texts rest on what changed and are taken back. Write them anew: "
                 "goodword recall --rewrite")  # fmt: skip


def columns(source: Source, mapping: Mapping = None) -> int:
    """Show how the columns of a catalogue are understood, as TOML to correct and give back with --mapping."""
    found = read.open_catalogue(source, mapping=mapping, talk=talk.lang())
    talk.say(f"{source}: read as {found.reader}")
    said = found.mapping_toml() or "# The columns of this format are fixed."
    typer.echo("\n".join(talk.put(line) if line.startswith("#") else line for line in said.split("\n")))
    bad = [r for r in islice(found.records(), 1000) if isinstance(r, BadRow)]
    if bad:
        talk.say(f"{len(bad)} bad rows among the first 1,000")
    return 0
