"""Released texts: found by content key (an unchanged product costs nothing), by product, and by fact.

At most one statement per key is live. One that rests on a fact that has changed, or that was written anew,
is stale: kept, never shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, distinct, func, insert, select, update

from goodword.store.codec import dump, load, now, storable
from goodword.store.tables import FACTS, STATEMENT_FACTS, STATEMENTS
from goodword.types import Channel, Lang, Market, Statement

_CHUNK = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """A statement as kept: its content key, and since when and why it is stale."""

    statement: Statement
    key: str
    saved: str
    stale: str | None = None
    stale_why: str | None = None


def save(conn: Connection, statement: Statement, key: str, facts: Mapping[str, int] | None = None) -> None:
    """Keep a statement, in the transaction that wrote its ledger entry. An older live one of that key goes stale.

    Args:
        key: hash of everything the text depends on; made by the caller.
        facts: id and version of each fact it rests on. None: those it names, in the version that is current now,
            which is only right if the product cannot have changed since the text was written.
    """
    draft = statement.draft
    storable(statement.id, "a statement's id")
    live = (STATEMENTS.c.key == key) & STATEMENTS.c.stale.is_(None)
    conn.execute(update(STATEMENTS).where(live).values(stale=now(), stale_why="superseded"))
    conn.execute(
        insert(STATEMENTS).values(
            id=statement.id, key=key, sku=draft.sku, lang=draft.lang, market=draft.market, channel=draft.channel,
            ledger=statement.ledger, body=dump(Statement, statement), saved=now(),
        )
    )  # fmt: skip
    rests = _current(conn, rests_on(statement)) if facts is None else facts
    if rests:
        rows = [{"fact_id": name, "version": number, "statement_id": statement.id} for name, number in rests.items()]
        conn.execute(insert(STATEMENT_FACTS), rows)


def rests_on(statement: Statement) -> tuple[str, ...]:
    """Ids of everything a statement names as its ground: facts of its sentences, evidence of its verdicts."""
    told = [name for s in statement.draft.sentences for name in s.facts]
    told += [e.ref for v in statement.ruling.verdicts for e in v.evidence]
    return tuple(dict.fromkeys(told))


def _current(conn: Connection, ids: Sequence[str]) -> dict[str, int]:
    found = select(FACTS.c.id, FACTS.c.version).where(FACTS.c.id.in_(ids), FACTS.c.valid_until.is_(None))
    return {row.id: row.version for row in conn.execute(found)} if ids else {}


def get(conn: Connection, statement_id: str) -> Saved | None:
    """One statement, live or stale."""
    row = conn.execute(select(STATEMENTS).where(STATEMENTS.c.id == statement_id)).first()
    return _saved(row) if row else None


def by_key(conn: Connection, key: str) -> Statement | None:
    """The live statement of a content key: the cache."""
    live = (STATEMENTS.c.key == key) & STATEMENTS.c.stale.is_(None)
    body = conn.execute(select(STATEMENTS.c.body).where(live)).scalar()
    return load(Statement, body) if body else None


def by_keys(conn: Connection, keys: Sequence[str]) -> dict[str, Statement]:
    """Live statements of many content keys at once."""
    found: dict[str, Statement] = {}
    for start in range(0, len(keys), _CHUNK):
        live = STATEMENTS.c.key.in_(keys[start : start + _CHUNK]) & STATEMENTS.c.stale.is_(None)
        rows = conn.execute(select(STATEMENTS.c.key, STATEMENTS.c.body).where(live))
        found |= {row.key: load(Statement, row.body) for row in rows}
    return found


def latest(conn: Connection, sku: str, lang: Lang, market: Market, channel: Channel) -> Statement | None:
    """The newest live statement about a product for that place."""
    t = STATEMENTS.c
    place = (t.sku == sku) & (t.lang == lang) & (t.market == market) & (t.channel == channel) & t.stale.is_(None)
    body = conn.execute(select(t.body).where(place).order_by(t.ledger.desc()).limit(1)).scalar()
    return load(Statement, body) if body else None


def of_product(
    conn: Connection, sku: str, *, answers: bool | None = None, limit: int | None = None
) -> tuple[Saved, ...]:  # fmt: skip
    """Every statement ever released about a product, newest first.

    Args:
        answers: whether those that answer customers, of which there may be thousands, or the others; None: both.
        limit: at most so many.
    """
    query = select(STATEMENTS).where(STATEMENTS.c.sku == sku).order_by(STATEMENTS.c.ledger.desc()).limit(limit)
    if answers is not None:
        query = query.where((STATEMENTS.c.channel == "answer") == answers)
    return tuple(map(_saved, conn.execute(query)))


def count_resting(conn: Connection, *, sku: str = "", fact: str = "") -> dict[str, int]:
    """How many live statements rest on each fact of a product, or on one fact; facts of none are left out."""
    rests, own = STATEMENT_FACTS.c, STATEMENTS.c
    query = (
        select(rests.fact_id, func.count(distinct(rests.statement_id)).label("n"))
        .join(STATEMENTS, own.id == rests.statement_id)
        .where(own.stale.is_(None), own.sku == sku if sku else rests.fact_id == fact)
        .group_by(rests.fact_id)
    )
    return {row.fact_id: row.n for row in conn.execute(query)}


def resting_on(conn: Connection, fact_id: str, version: int | None = None, *, live: bool = True) -> Iterator[Saved]:
    """Statements that rest on a fact, oldest first, streamed.

    Args:
        version: of the fact; None for any.
        live: leave out those already stale.
    """
    rests = select(STATEMENT_FACTS.c.statement_id).where(STATEMENT_FACTS.c.fact_id == fact_id)
    rests = rests if version is None else rests.where(STATEMENT_FACTS.c.version == version)
    query = select(STATEMENTS).where(STATEMENTS.c.id.in_(rests))
    query = query.where(STATEMENTS.c.stale.is_(None)) if live else query
    last = 0
    while rows := conn.execute(
        query.where(STATEMENTS.c.ledger > last).order_by(STATEMENTS.c.ledger).limit(_CHUNK)
    ).all():
        yield from map(_saved, rows)
        last = rows[-1].ledger


def versions_of(conn: Connection, statement_id: str) -> dict[str, int]:
    """The facts a statement rests on, and in which version."""
    rests = STATEMENT_FACTS.c.statement_id == statement_id
    rows = conn.execute(select(STATEMENT_FACTS.c.fact_id, STATEMENT_FACTS.c.version).where(rests))
    return {row.fact_id: row.version for row in rows}


def mark_stale(conn: Connection, fact_ids: Sequence[str], why: str) -> tuple[str, ...]:
    """Mark every live statement that rests on a version of these facts that no longer holds; their ids.

    Call it with what `catalogue.put` reports as changed and removed, in the same transaction.
    """
    marked: list[str] = []
    rests, facts = STATEMENT_FACTS.c, FACTS.c
    for start in range(0, len(fact_ids), _CHUNK):
        over = (
            select(rests.statement_id)
            .join(FACTS, (facts.id == rests.fact_id) & (facts.version == rests.version))
            .where(rests.fact_id.in_(fact_ids[start : start + _CHUNK]), facts.valid_until.is_not(None))
        )
        live = STATEMENTS.c.id.in_(over) & STATEMENTS.c.stale.is_(None)
        ids = conn.execute(select(STATEMENTS.c.id).where(live).order_by(STATEMENTS.c.ledger)).scalars().all()
        conn.execute(update(STATEMENTS).where(live).values(stale=now(), stale_why=why))
        marked += ids
    return tuple(marked)


def _saved(row: Row[Any]) -> Saved:
    return Saved(
        statement=load(Statement, row.body), key=row.key, saved=row.saved, stale=row.stale, stale_why=row.stale_why
    )
