"""Recall: a fact changes or proves wrong; every text that rests on what no longer holds is taken back and queued.

A statement that is taken back is stale: kept, never shown. It waits to be written anew until a newer one of the same
product, language, market and channel is live; so the queue is a question to the store, not a list that could go wrong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from goodword.errors import InputError
from goodword.jobs.describe import Described, Noted, Order, describe, unnoted
from goodword.store import catalogue, ledger, passages, runs, stale
from goodword.store.catalogue import Change, FactVersion
from goodword.store.engine import Store
from goodword.store.stale import CHANGED, WRONG, Place
from goodword.types import Channel, Lang, Market


@dataclass(frozen=True, kw_only=True, slots=True)
class Recalled:
    """What a recall found and did.

    `places` are the texts that rest on the fact and may not be shown any more, those just taken back first. `ledger` is
    the position of its entry; None where nothing was taken back.
    """

    fact: str
    versions: tuple[FactVersion, ...]
    places: tuple[Place, ...]
    taken: int = 0
    ledger: int | None = None

    @property
    def waiting(self) -> int:
        """How many of them wait to be written anew."""
        return sum(p.waiting for p in self.places)


def look(conn: Connection, fact: str, *, every: bool = False) -> Recalled:
    """What a recall of this fact would take back; nothing is changed.

    Args:
        fact: its id, '<sku>#<key>'.
        every: also what rests on the version that holds now: the fact itself is wrong.

    Raises:
        InputError: there never was such a fact; says which ones the product has.
    """
    versions = _versions(conn, fact)
    return Recalled(fact=fact, versions=versions, places=tuple(stale.resting_on(conn, fact, every=every)))


def recall(conn: Connection, fact: str, *, why: str, actor: str, every: bool = False) -> Recalled:
    """Take back every live statement that rests on a version of the fact that no longer holds, on the record.

    Args:
        why: for the ledger.
        every: also what rests on the version that holds now.

    Raises:
        InputError: there never was such a fact.
    """
    versions = _versions(conn, fact)
    found = tuple(stale.resting_on(conn, fact, every=every))
    live = [p for p in found if p.stale is None]
    if not live:
        return Recalled(fact=fact, versions=versions, places=found)
    stale.mark(conn, [p.statement for p in live], WRONG if every else CHANGED)
    position = _recorded(conn, fact, [p.statement for p in live], why or (WRONG if every else CHANGED), actor)
    after = {p.statement: p for p in stale.resting_on(conn, fact, every=every)}
    order = [*live, *(p for p in found if p.stale is not None)]
    places = tuple(after[p.statement] for p in order)
    return Recalled(fact=fact, versions=versions, places=places, taken=len(live), ledger=position)


def taken_in(conn: Connection, change: Change, *, actor: str) -> tuple[str, ...]:
    """Take back what rests on facts that an import changed or removed, in its transaction; ids of the statements.

    One entry of the ledger for each fact whose texts were taken back.
    """
    return taken_of(conn, (*change.changed, *change.removed), actor=actor)


def taken_of(conn: Connection, names: Sequence[str], *, actor: str) -> tuple[str, ...]:
    """As `taken_in`, for facts or passages by id: answers that rest on a passage that changed are taken back too."""
    taken: list[str] = []
    for fact in names:
        ids = [p.statement for p in stale.resting_on(conn, fact) if p.stale is None]
        if ids:
            stale.mark(conn, ids, CHANGED)
            _recorded(conn, fact, ids, CHANGED, actor)
            taken += ids
    return tuple(taken)


def rewrite(
    store: Store, places: Sequence[Place], order: Order, *, run: str, noted: Noted = unnoted
) -> Iterator[Described]:
    """Write anew, with the composer, the texts that wait among these places; yields as batches commit.

    Args:
        order: whose voice, producer and actor; languages, markets and channel are those of each place.
        run: id of the run, as `jobs.describe` takes it; `noted` as well.
    """
    wanted: dict[tuple[Channel, tuple[tuple[Lang, Market], ...]], list[str]] = {}
    pairs: dict[tuple[str, Channel], dict[tuple[Lang, Market], None]] = {}
    for place in places:
        if place.waiting:
            pairs.setdefault((place.sku, place.channel), {})[place.lang, place.market] = None
    for (sku, channel), found in pairs.items():
        wanted.setdefault((channel, tuple(found)), []).append(sku)
    for (channel, said), skus in wanted.items():
        with store.read() as conn:
            products = list(catalogue.products(conn, skus))
        composed = replace(order, pairs=said, channel=channel, writer=None)
        yield from describe(store, products, composed, run=run, noted=noted)


def rewritten(store: Store, places: Sequence[Place], order: Order, *, noted: Noted = unnoted) -> Iterator[Described]:
    """As `rewrite`, in a run of its own, closed at the end."""
    with store.begin() as conn:
        run = runs.start(conn, "recall", "recall")
    yield from rewrite(store, places, order, run=run.id, noted=noted)
    with store.begin() as conn:
        runs.finish(conn, run.id)


def _versions(conn: Connection, fact: str) -> tuple[FactVersion, ...]:
    found = catalogue.versions(conn, fact)
    if found:
        return found
    if passages.versions(conn, fact):
        return ()
    product = catalogue.get(conn, fact.partition("#")[0])
    if product is None:
        raise InputError(f"there is no fact {fact!r}", cure="Write it as SKU#NAME")
    names = ", ".join(f.id for f in product.facts)
    raise InputError(f"there is no fact {fact!r}", cure=f"This product has: {names}")


def _recorded(conn: Connection, fact: str, statements: Sequence[str], why: str, actor: str) -> int:
    body = {"fact": fact, "why": why, "statements": list(statements)}
    return ledger.append(conn, "recalled", fact, body, actor).position
