"""What persons answered, for the customers who asked: in a conversation, and in order for a mailer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from goodword.store import passages
from goodword.store.codec import load
from goodword.store.conversations import name_of
from goodword.store.tables import CONVERSATIONS, HANDOVERS
from goodword.types import Lang


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """A hand-over that a person answered. `text` is '' where the answer was taken back since."""

    id: int
    conversation: str
    question: str
    lang: Lang  # of the conversation
    asked: str
    answered: str
    text: str
    signed_in: bool  # whether the customer was


def of_conversation(conn: Connection, name: str) -> list[Answered]:
    """What persons answered in one conversation, oldest question first."""
    return list(_told(conn, _query().where(HANDOVERS.c.conversation == name).order_by(HANDOVERS.c.id)))


def since(
    conn: Connection, answered: str = "", number: int = 0, *, customer: str = "", limit: int = 50
) -> list[Answered]:
    """What was answered behind that moment and hand-over, in the order of the answers.

    Args:
        customer: only what this customer asked, by the shop's own id.
    """
    at = HANDOVERS.c.decided
    query = _query().where(or_(at > answered, and_(at == answered, HANDOVERS.c.id > number)))
    query = query.where(CONVERSATIONS.c.customer == name_of(customer)) if customer else query
    return list(_told(conn, query.order_by(at, HANDOVERS.c.id).limit(limit)))


def _query() -> Select[Any]:
    return (
        select(HANDOVERS, CONVERSATIONS.c.lang, CONVERSATIONS.c.customer)
        .join(CONVERSATIONS, CONVERSATIONS.c.id == HANDOVERS.c.conversation)
        .where(HANDOVERS.c.state == "answered")
    )


def _told(conn: Connection, query: Select[Any]) -> Iterator[Answered]:
    for row in conn.execute(query).all():
        packet = load(dict[str, object], row.packet)
        yield Answered(
            id=row.id, conversation=row.conversation, question=str(packet.get("question") or ""), lang=row.lang,
            asked=row.time, answered=row.decided, text=_text(conn, row), signed_in=row.customer is not None,
        )  # fmt: skip


def _text(conn: Connection, row: Row[Any]) -> str:
    """The answer as it holds now."""
    if not row.passage:
        return ""
    held = [body for _, _, ended, body in passages.versions(conn, row.passage) if ended is None]
    inner = held[-1].get("passage") if held else None
    return str(inner.get("text", "")) if isinstance(inner, dict) else ""
