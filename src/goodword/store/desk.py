"""The desk: held drafts wait here for a person, who decides once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, insert, select, update

from goodword.errors import InputError
from goodword.store.codec import dump, load, now
from goodword.store.tables import DESK
from goodword.types import Draft, Ruling

State = Literal["waiting", "approved", "rejected", "superseded"]
Decision = Literal["approved", "rejected"]
_PAGE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A held draft. `age` is seconds from when it was put here until its decision, or until now."""

    id: int
    key: str
    ledger: int  # position of the entry that says it was held
    draft: Draft
    ruling: Ruling
    state: State
    since: str
    age: float
    decided: str | None = None
    who: str | None = None
    reason: str | None = None


def put(conn: Connection, draft: Draft, ruling: Ruling, ledger_position: int, key: str) -> int:
    """Queue a held draft, in the transaction that wrote its ledger entry; its number.

    An older draft of the same content key that still waits is superseded: one question, one item.
    """
    supersede(conn, key)
    done = conn.execute(
        insert(DESK).values(
            key=key, ledger=ledger_position, sku=draft.sku, draft=dump(Draft, draft), ruling=dump(Ruling, ruling),
            state="waiting", since=now(),
        )
    )  # fmt: skip
    number: int = done.inserted_primary_key[0]  # type: ignore[index]  # there is one: the table has a key
    return number


def supersede(conn: Connection, key: str) -> int:
    """Let items of a content key wait no longer, because a newer text has taken their place; how many did."""
    waiting = (DESK.c.key == key) & (DESK.c.state == "waiting")
    return conn.execute(update(DESK).where(waiting).values(state="superseded", decided=now())).rowcount


def get(conn: Connection, item_id: int) -> Item:
    """One item.

    Raises:
        InputError: no such item.
    """
    row = conn.execute(select(DESK).where(DESK.c.id == item_id)).first()
    if row is None:
        raise InputError(f"the desk has no item {item_id}", cure="See: goodword desk list")
    return _item(row)


def by_key(conn: Connection, key: str) -> Item | None:
    """The newest item of a content key, whatever became of it."""
    row = conn.execute(select(DESK).where(DESK.c.key == key).order_by(DESK.c.id.desc()).limit(1)).first()
    return _item(row) if row else None


def items(
    conn: Connection, state: State | None = "waiting", *, limit: int | None = None, after: int = 0
) -> Iterator[Item]:
    """Items, the longest waiting first, streamed; `state` None for all, `after` only those behind that number."""
    query = select(DESK) if state is None else select(DESK).where(DESK.c.state == state)
    last, left = after, limit
    while left is None or left > 0:
        size = _PAGE if left is None else min(_PAGE, left)
        rows = conn.execute(query.where(DESK.c.id > last).order_by(DESK.c.id).limit(size)).all()
        yield from map(_item, rows)
        if len(rows) < size:
            return
        last, left = rows[-1].id, None if left is None else left - size


def of_product(conn: Connection, sku: str) -> list[Item]:
    """What waits about one product, the longest waiting first."""
    query = select(DESK).where(DESK.c.sku == sku, DESK.c.state == "waiting").order_by(DESK.c.id)
    return [_item(r) for r in conn.execute(query)]


def decided(conn: Connection, *, before: int | None = None, limit: int = 50) -> list[Item]:
    """Items that no longer wait, the newest first.

    Args:
        before: go on behind this item.
    """
    query = select(DESK).where(DESK.c.state != "waiting").order_by(DESK.c.id.desc()).limit(limit)
    return [_item(r) for r in conn.execute(query if before is None else query.where(DESK.c.id < before))]


def count(conn: Connection) -> dict[str, int]:
    """How many items there are in each state."""
    rows = conn.execute(select(DESK.c.state, func.count().label("n")).group_by(DESK.c.state))
    return {row.state: row.n for row in rows}


def decide(conn: Connection, item_id: int, decision: Decision, who: str, reason: str) -> None:
    """Record a person's decision. What follows from it is the release door's.

    Raises:
        InputError: no such item, or it no longer waits; says who decided what.
    """
    waiting = (DESK.c.id == item_id) & (DESK.c.state == "waiting")
    done = conn.execute(update(DESK).where(waiting).values(state=decision, decided=now(), who=who, reason=reason))
    if done.rowcount == 1:
        return
    item = get(conn, item_id)
    by = f" by {item.who}" if item.who else ""
    raise InputError(f"this item is already {item.state}{by}", where=f"desk item {item_id}")


def _item(row: Row[Any]) -> Item:
    end = datetime.fromisoformat(row.decided) if row.decided else datetime.now(UTC)
    return Item(
        id=row.id, key=row.key, ledger=row.ledger, draft=load(Draft, row.draft), ruling=load(Ruling, row.ruling),
        state=row.state, since=row.since, age=(end - datetime.fromisoformat(row.since)).total_seconds(),
        decided=row.decided, who=row.who, reason=row.reason,
    )  # fmt: skip
