"""Texts that may not be shown any more: which rest on a fact, and which of them wait to be written anew.

A stale text waits until a newer one is live in its place (product, language, market, channel). Answers, reasons of
recommendations and digests of reviews do not wait: they are made when they are asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, exists, func, literal, or_, select, true, update

from goodword.store.codec import now
from goodword.store.tables import FACTS, PASSAGES, STATEMENT_FACTS, STATEMENTS
from goodword.types import Channel, Lang, Market

SUPERSEDED = "superseded"
CHANGED = "a fact it rests on changed"
WRONG = "a fact it rests on was recalled"
_CHUNK = 500
# Whose texts are made when they are asked for, by the model that their drafts name.
_ASKED_FOR = ("reasons-", "digest", "ask-")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A statement, where it stands, what it begins with, since when and why it is stale, and whether it waits."""

    statement: str
    sku: str
    lang: Lang
    market: Market
    channel: Channel
    ledger: int
    version: int | None = None  # of the fact that was asked about
    stale: str | None = None
    why: str | None = None
    waiting: bool = False


def resting_on(conn: Connection, fact: str, *, every: bool = False) -> Iterator[Place]:
    """Statements that rest on a fact or a passage and must not be shown for it, in the order of their release.

    Live ones that rest on a version which no longer holds, and those taken back before; superseded ones are left out.

    Args:
        every: also live ones that rest on the version that holds now.
    """
    rests, facts, own = STATEMENT_FACTS.c, FACTS.c, STATEMENTS.c
    over = true() if every else or_(facts.valid_until.is_not(None), own.stale_why == WRONG)
    shown = or_(own.stale.is_(None), own.stale_why != SUPERSEDED)
    query = (
        select(*_columns(), rests.version)
        .select_from(STATEMENT_FACTS)
        .join(FACTS, and_(facts.id == rests.fact_id, facts.version == rests.version))
        .join(STATEMENTS, own.id == rests.statement_id)
        .where(rests.fact_id == fact, shown, over)
    )
    for row in conn.execute(query.order_by(own.ledger)).all():
        yield _place(row)
    over = true() if every else or_(PASSAGES.c.ended.is_not(None), own.stale_why == WRONG)
    answers = (
        select(*_columns(), rests.version)
        .select_from(STATEMENT_FACTS)
        .join(PASSAGES, and_(PASSAGES.c.id == rests.fact_id, PASSAGES.c.version == rests.version))
        .join(STATEMENTS, own.id == rests.statement_id)
        .where(rests.fact_id == fact, shown, over)
    )
    for row in conn.execute(answers.order_by(own.ledger)).all():
        yield _place(row)


def mark(conn: Connection, statements: Sequence[str], why: str) -> int:
    """Mark live statements stale; how many there were."""
    count, time = 0, now()
    for start in range(0, len(statements), _CHUNK):
        live = STATEMENTS.c.id.in_(statements[start : start + _CHUNK]) & STATEMENTS.c.stale.is_(None)
        count += conn.execute(update(STATEMENTS).where(live).values(stale=time, stale_why=why)).rowcount
    return count


def waiting(conn: Connection, *, after: int = 0, limit: int | None = None) -> list[Place]:
    """Places that wait to be written anew, each once by its newest stale statement, in the order of release.

    Args:
        after: only statements released behind this position of the ledger.
    """
    query = _queue().where(STATEMENTS.c.ledger > after).order_by(STATEMENTS.c.ledger)
    rows = conn.execute(query if limit is None else query.limit(limit)).all()
    return [_place(row) for row in rows]


def count_waiting(conn: Connection) -> int:
    """How many places wait to be written anew."""
    return conn.execute(select(func.count()).select_from(_queue().subquery())).scalar_one()


def _queue() -> Select[Any]:
    newer = STATEMENTS.alias("newer")
    same = _same_place(newer)
    later = exists(
        select(literal(1)).select_from(newer).where(same, newer.c.ledger > STATEMENTS.c.ledger,
                                                    or_(newer.c.stale.is_(None), newer.c.stale_why != SUPERSEDED))
    )  # fmt: skip
    old = STATEMENTS.c.stale.is_not(None) & (STATEMENTS.c.stale_why != SUPERSEDED)
    return select(*_columns()).where(old, _written(), ~_live(), ~later)


def _columns() -> list[Any]:
    own = STATEMENTS.c
    stands = and_(own.stale.is_not(None), own.stale_why != SUPERSEDED, _written(), ~_live())
    return [own.id, own.sku, own.lang, own.market, own.channel, own.ledger, own.stale, own.stale_why,
            case((stands, 1), else_=0).label("waits")]  # fmt: skip


def _live() -> Any:
    newer = STATEMENTS.alias("live")
    return exists(select(literal(1)).select_from(newer).where(_same_place(newer), newer.c.stale.is_(None)))


def _same_place(other: Any) -> Any:
    own = STATEMENTS.c
    return and_(other.c.sku == own.sku, other.c.lang == own.lang, other.c.market == own.market,
                other.c.channel == own.channel)  # fmt: skip


def _written() -> Any:
    """Whether a text is one that is written for its place, and not when it is asked for."""
    made = [STATEMENTS.c.body.not_like(f'%"model":"{name}%') for name in _ASKED_FOR]
    return and_(STATEMENTS.c.channel != "answer", *made)


def _place(row: Row[*tuple[Any, ...]]) -> Place:
    return Place(
        statement=row.id, sku=row.sku, lang=row.lang, market=row.market, channel=row.channel, ledger=row.ledger,
        version=getattr(row, "version", None), stale=row.stale, why=row.stale_why, waiting=bool(row.waits),
    )  # fmt: skip
