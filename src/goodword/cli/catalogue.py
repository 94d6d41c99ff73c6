"""`goodword import` and `columns`: a catalogue into the store, and how its columns are understood."""

from collections import Counter
from itertools import islice

import typer

from goodword.app import Goodword
from goodword.catalogue import read
from goodword.catalogue.base import BadRow
from goodword.cli import talk
from goodword.cli.options import Mapping, Rejects, Source, Store, rejects_of
from goodword.jobs import recall
from goodword.store import catalogue

_BATCH = 200


def import_(source: Source, store: Store = None, mapping: Mapping = None, rejects: Rejects = None) -> int:
    """Take the products of a catalogue into the store; a changed value becomes a new version of its fact."""
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
    return 0


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
