"""Replies kept under the key a program gave its request, so that a request sent twice acts once.

Idempotency-Key as in the IETF draft 'The Idempotency-Key HTTP Header Field': the first request with a key is acted
on; the same request with the same key gets the same reply; another request with that key is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from goodword.store.codec import canonical, load, now, storable
from goodword.store.tables import REPLIES

KEPT = timedelta(hours=24)
_ABANDONED = timedelta(minutes=10)  # a request without a reply for so long died with its process


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What was answered; `status` None while the first request is still being acted on."""

    request: str  # hash of what was asked
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def take(conn: Connection, actor: str, key: str, request: str) -> Reply | None:
    """Claim a key for a request; None if it is now this caller's to act on, else what is known of the first one."""
    storable(key, "an idempotency key")
    abandoned = (datetime.now(UTC) - _ABANDONED).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    mine = (REPLIES.c.actor == actor) & (REPLIES.c.key == key)
    conn.execute(delete(REPLIES).where(mine, REPLIES.c.status.is_(None), REPLIES.c.made < abandoned))
    into = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    row = into(REPLIES).values(actor=actor, key=key, request=request, made=now()).on_conflict_do_nothing()
    if conn.execute(row, execution_options={"preserve_rowcount": True}).rowcount == 1:
        return None
    found = conn.execute(select(REPLIES).where(mine)).one()
    return Reply(
        request=found.request, status=found.status, body=bytes(found.body or b""),
        headers=load(dict[str, str], found.headers) if found.headers else {},
    )  # fmt: skip


def keep(conn: Connection, actor: str, key: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Keep the reply to a request whose key was claimed."""
    mine = (REPLIES.c.actor == actor) & (REPLIES.c.key == key)
    told = canonical(dict(headers)).decode()
    conn.execute(update(REPLIES).where(mine).values(status=status, headers=told, body=body))


def drop(conn: Connection, actor: str, key: str) -> None:
    """Let a key go: its request failed and may be tried again."""
    conn.execute(delete(REPLIES).where(REPLIES.c.actor == actor, REPLIES.c.key == key))


def forget(conn: Connection) -> int:
    """Drop replies whose time is over; how many."""
    over = (datetime.now(UTC) - KEPT).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return conn.execute(delete(REPLIES).where(REPLIES.c.made < over)).rowcount
