"""Conversations as a list to look through: newest first, searched, by outcome, a page at a time."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from goodword.store.tables import CONVERSATIONS, HANDOVERS, TURNS
from goodword.types import Lang, Market


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """A conversation in one line. `last` is the number of its latest question, by which pages are turned."""

    id: str
    lang: Lang
    market: Market
    started: str
    signed_in: bool
    questions: int
    question: str  # the latest
    outcome: str
    reason: str
    time: str
    last: int


def listed(
    conn: Connection, *, outcome: str = "", text: str = "", before: int | None = None, limit: int = 50
) -> list[Summary]:
    """Conversations by their latest question, newest first.

    Args:
        outcome: only those whose latest question ended so.
        text: only those in which a question holds these words, whatever their case.
        before: only those whose latest question has a smaller number: the next page.
    """
    query = _summaries()
    query = query.where(TURNS.c.outcome == outcome) if outcome else query
    query = query.where(TURNS.c.id < before) if before is not None else query
    if text:
        saying = select(TURNS.c.conversation).where(TURNS.c.question.icontains(text, autoescape=True))
        query = query.where(TURNS.c.conversation.in_(saying))
    return [_summary(r) for r in conn.execute(query.order_by(TURNS.c.id.desc()).limit(limit))]


def one(conn: Connection, name: str) -> Summary | None:
    """One conversation in a line; None where it is not there or erased."""
    row = conn.execute(_summaries().where(TURNS.c.conversation == name)).first()
    return _summary(row) if row else None


def counts(conn: Connection) -> dict[str, int]:
    """How many questions ended in each outcome, and how many hand-overs wait ('waiting')."""
    rows = conn.execute(select(TURNS.c.outcome, func.count().label("n")).group_by(TURNS.c.outcome))
    waiting = select(func.count()).select_from(HANDOVERS).where(HANDOVERS.c.state == "waiting")
    return {r.outcome: r.n for r in rows} | {"waiting": conn.execute(waiting).scalar() or 0}


def _summaries() -> Select[Any]:
    latest = (
        select(TURNS.c.conversation, func.max(TURNS.c.id).label("last"), func.count().label("questions"))
        .group_by(TURNS.c.conversation)
        .subquery()
    )
    return (
        select(TURNS, latest.c.questions, CONVERSATIONS.c.market, CONVERSATIONS.c.started, CONVERSATIONS.c.customer)
        .join(latest, latest.c.last == TURNS.c.id)
        .join(CONVERSATIONS, CONVERSATIONS.c.id == TURNS.c.conversation)
    )


def _summary(row: Row[Any]) -> Summary:
    return Summary(
        id=row.conversation, lang=row.lang, market=row.market, started=row.started,
        signed_in=row.customer is not None, questions=row.questions, question=row.question, outcome=row.outcome,
        reason=row.reason, time=row.time, last=row.id,
    )  # fmt: skip
