"""Conversations: kept with personal data covered until they expire, seen and erased by the customer they belong to.

Erasing a conversation erases its questions, the statements that answered it, and the bodies of their ledger entries;
the chain stays whole and says that something was erased.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from goodword.errors import InputError
from goodword.store import ledger
from goodword.store.codec import canonical, load, now, storable
from goodword.store.tables import CONVERSATIONS, DESK, HANDOVERS, STATEMENT_FACTS, STATEMENTS, TURNS
from goodword.types import Lang, Market

State = Literal["waiting", "answered", "closed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A question as kept: personal data covered, with what became of it."""

    id: int
    conversation: str
    time: str
    question: str
    lang: Lang
    outcome: str
    reason: str
    products: tuple[str, ...]
    missing: tuple[str, ...]
    statement: str | None
    ledger: int | None
    personal: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """Something handed to a person: the packet as it was made, and what became of it."""

    id: int
    conversation: str
    time: str
    reason: str
    packet: dict[str, object]
    state: State
    who: str | None = None
    passage: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unanswered:
    """A group of questions that had no answer: what was missing, for which products, how often, and examples."""

    missing: tuple[str, ...]
    reason: str
    product: str
    count: int
    examples: tuple[str, ...]
    last: str


def name_of(customer: str) -> str:
    """Under what a customer is kept: a hash of their id."""
    return hashlib.sha256(b"goodword-customer\0" + customer.encode()).hexdigest()


def start(conn: Connection, name: str, *, customer: str | None, lang: Lang, market: Market, days: int) -> None:
    """Begin a conversation, or lengthen one that is there. A customer who signs in later takes it over.

    Raises:
        InputError: it belongs to another customer.
    """
    storable(name, "a conversation's id")
    owner = name_of(customer) if customer else None
    ends = (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    there = conn.execute(select(CONVERSATIONS).where(CONVERSATIONS.c.id == name)).first()
    if there is None:
        conn.execute(
            insert(CONVERSATIONS).values(id=name, customer=owner, lang=lang, market=market, started=now(), expires=ends)
        )
        return
    if there.customer and there.customer != owner:
        raise InputError("this conversation is another's", cure="Start a new one")
    values = {"expires": ends} | ({"customer": owner} if owner else {})
    conn.execute(update(CONVERSATIONS).where(CONVERSATIONS.c.id == name).values(values))


def add(
    conn: Connection,
    conversation: str,
    question: str,
    *,
    lang: Lang,
    outcome: str,
    reason: str,
    products: Sequence[str] = (),
    missing: Sequence[str] = (),
    statement: str | None = None,
    position: int | None = None,
    personal: bool = False,
) -> int:
    """Keep one question, in the transaction that released its answer. The caller has covered personal data in it."""
    done = conn.execute(
        insert(TURNS).values(
            conversation=conversation,
            time=now(),
            question=question,
            lang=lang,
            outcome=outcome,
            reason=reason,
            products=canonical(list(products)).decode(),
            missing=canonical(list(missing)).decode(),
            statement=statement,
            ledger=position,
            personal=personal,
        )
    )
    number: int = done.inserted_primary_key[0]  # type: ignore[index]  # there is one: the table has a key
    return number


def turns(conn: Connection, conversation: str) -> list[Kept]:
    """The questions of a conversation, oldest first."""
    rows = conn.execute(select(TURNS).where(TURNS.c.conversation == conversation).order_by(TURNS.c.id))
    return [_kept(r) for r in rows]


def hand(conn: Connection, conversation: str, reason: str, packet: dict[str, object]) -> int:
    """Queue a hand-over."""
    done = conn.execute(
        insert(HANDOVERS).values(
            conversation=conversation, time=now(), reason=reason, packet=canonical(packet).decode(), state="waiting"
        )
    )
    number: int = done.inserted_primary_key[0]  # type: ignore[index]  # there is one: the table has a key
    return number


def handed(conn: Connection, state: State | None = "waiting", *, conversation: str = "") -> Iterator[Handed]:
    """Hand-overs, the longest waiting first; of one conversation, if it is named."""
    query = select(HANDOVERS) if state is None else select(HANDOVERS).where(HANDOVERS.c.state == state)
    query = query.where(HANDOVERS.c.conversation == conversation) if conversation else query
    for row in conn.execute(query.order_by(HANDOVERS.c.id)):
        yield _handed(row)


def decided(conn: Connection, limit: int) -> list[Handed]:
    """Hand-overs that wait no more, the newest first."""
    query = select(HANDOVERS).where(HANDOVERS.c.state != "waiting").order_by(HANDOVERS.c.id.desc()).limit(limit)
    return [_handed(row) for row in conn.execute(query)]


def handed_over(conn: Connection, number: int) -> Handed:
    """One hand-over.

    Raises:
        InputError: there is none of that number.
    """
    row = conn.execute(select(HANDOVERS).where(HANDOVERS.c.id == number)).first()
    if row is None:
        raise InputError(f"there is no hand-over {number}", cure="See: goodword asked handovers")
    return _handed(row)


def decide(conn: Connection, number: int, state: State, *, who: str, passage: str | None = None) -> None:
    """What a person made of a hand-over, once.

    Raises:
        InputError: no name, or it is decided already.
    """
    if not who.strip():
        raise InputError("a decision needs who decides", cure="Give --by NAME")
    waiting = (HANDOVERS.c.id == number) & (HANDOVERS.c.state == "waiting")
    done = conn.execute(update(HANDOVERS).where(waiting).values(state=state, decided=now(), who=who, passage=passage))
    if done.rowcount != 1:
        raise InputError(f"this hand-over is already {handed_over(conn, number).state}", where=f"hand-over {number}")


def of_customer(conn: Connection, customer: str) -> list[Kept]:
    """Everything kept of a customer's conversations, for them to see."""
    mine = select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.customer == name_of(customer))
    rows = conn.execute(select(TURNS).where(TURNS.c.conversation.in_(mine)).order_by(TURNS.c.id))
    return [_kept(r) for r in rows]


def erase_customer(conn: Connection, customer: str, actor: str) -> int:
    """Erase every conversation of a customer; how many questions that were."""
    ids = [r.id for r in conn.execute(select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.customer == name_of(customer)))]
    return sum(erase(conn, name, "the customer asked", actor) for name in ids)


def expire(conn: Connection, actor: str) -> int:
    """Erase the conversations whose time is over; how many there were."""
    ids = [r.id for r in conn.execute(select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.expires <= now()))]
    for name in ids:
        erase(conn, name, "its time is over", actor)
    return len(ids)


def erase(conn: Connection, conversation: str, why: str, actor: str) -> int:
    """Erase one conversation with all that answered it; how many questions that were."""
    kept = turns(conn, conversation)
    for turn in kept:
        if turn.statement:
            conn.execute(delete(STATEMENT_FACTS).where(STATEMENT_FACTS.c.statement_id == turn.statement))
            conn.execute(delete(STATEMENTS).where(STATEMENTS.c.id == turn.statement))
        if turn.ledger:
            conn.execute(delete(DESK).where(DESK.c.ledger == turn.ledger))
            if ledger.get(conn, turn.ledger).body is not None:
                ledger.erase(conn, turn.ledger, why, actor)
    conn.execute(delete(HANDOVERS).where(HANDOVERS.c.conversation == conversation))
    conn.execute(delete(TURNS).where(TURNS.c.conversation == conversation))
    conn.execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation))
    return len(kept)


def unanswered(conn: Connection, *, since: str = "") -> list[Unanswered]:
    """What customers asked that could not be answered, grouped by what was missing, the most frequent first."""
    open_ = or_(TURNS.c.outcome == "declined", TURNS.c.outcome == "handed_over")
    wanted = TURNS.c.reason.in_(["no_evidence", "expired", "conflict", "gone", "which_product"])
    rows = conn.execute(select(TURNS).where(open_, wanted, TURNS.c.time >= since).order_by(TURNS.c.id.desc()))
    groups: dict[tuple[tuple[str, ...], str, str], list[Kept]] = {}
    for row in rows:
        kept = _kept(row)
        product = kept.products[0] if kept.products else ""
        groups.setdefault((kept.missing, kept.reason, product), []).append(kept)
    out = [
        Unanswered(
            missing=missing,
            reason=reason,
            product=product,
            count=len(found),
            examples=tuple(dict.fromkeys(k.question for k in found))[:3],
            last=found[0].time,
        )
        for (missing, reason, product), found in groups.items()
    ]
    return sorted(out, key=lambda u: (-u.count, u.product, u.missing))


def outcomes(conn: Connection) -> dict[tuple[str, str], int]:
    """How many questions ended in each outcome for each reason."""
    rows = conn.execute(
        select(TURNS.c.outcome, TURNS.c.reason, func.count().label("n")).group_by(TURNS.c.outcome, TURNS.c.reason)
    )
    return {(r.outcome, r.reason): r.n for r in rows}


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        id=row.id,
        conversation=row.conversation,
        time=row.time,
        question=row.question,
        lang=row.lang,
        outcome=row.outcome,
        reason=row.reason,
        products=tuple(load(list[str], row.products)),
        missing=tuple(load(list[str], row.missing)),
        statement=row.statement,
        ledger=row.ledger,
        personal=bool(row.personal),
    )


def _handed(row: Row[Any]) -> Handed:
    return Handed(
        id=row.id,
        conversation=row.conversation,
        time=row.time,
        reason=row.reason,
        packet=load(dict[str, object], row.packet),
        state=row.state,
        who=row.who,
        passage=row.passage,
    )


def open_to(conn: Connection, name: str, customer: str | None) -> bool:
    """Whether a conversation is there and whoever asks may go on with it: nobody's, or their own."""
    row = conn.execute(select(CONVERSATIONS.c.customer).where(CONVERSATIONS.c.id == name)).first()
    return row is not None and (row.customer is None or (customer is not None and row.customer == name_of(customer)))


def waits(conn: Connection, conversation: str) -> Handed | None:
    """The newest hand-over of a conversation."""
    query = select(HANDOVERS).where(HANDOVERS.c.conversation == conversation).order_by(HANDOVERS.c.id.desc()).limit(1)
    row = conn.execute(query).first()
    return _handed(row) if row else None
