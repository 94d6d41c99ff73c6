"""The one door: a Draft and its Ruling go in; a Statement comes out, or a desk item, or a refusal.

Everything that passes is recorded in the ledger in the same transaction, so that a text exists if and
only if its record does. A person's approval comes back through here too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection

from goodword.errors import InputError
from goodword.jobs import label
from goodword.store import desk, ledger, statements
from goodword.types import Draft, Outcome, Ruling, Statement

_DRAFT = TypeAdapter(Draft)
_RULING = TypeAdapter(Ruling)


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """What became of a draft: its outcome and ledger position, and the statement or desk item if there is one."""

    outcome: Outcome
    ledger: int
    statement: Statement | None = None
    desk: int | None = None


def release(conn: Connection, draft: Draft, ruling: Ruling, *, key: str, producer: str, actor: str) -> Passage:
    """Record the ruling; make a Statement if it says released, queue the draft if it says held.

    Args:
        conn: an open write transaction; the caller commits.
        key: content key of the draft, the name under which an unchanged product finds it again.
        producer: provider code of the machine-readable label.
        actor: who ran the job.
    """
    body = {"draft": _DRAFT.dump_python(draft, mode="json"), "ruling": _RULING.dump_python(ruling, mode="json")}
    entry = ledger.append(conn, ruling.outcome, _subject(draft), body, actor)
    if ruling.outcome == "released":
        statement = _statement(draft, ruling, position=entry.position, producer=producer)
        statements.save(conn, statement, key)
        return Passage(outcome="released", ledger=entry.position, statement=statement)
    if ruling.outcome == "held":
        item = desk.put(conn, draft, ruling, entry.position, key)
        return Passage(outcome="held", ledger=entry.position, desk=item)
    return Passage(outcome="refused", ledger=entry.position)


def approve(
    conn: Connection, item_id: int, *, who: str, reason: str, producer: str, four_eyes: bool = False
) -> Passage:
    """Release a held draft on a person's word.

    Args:
        four_eyes: whether it must be another than had it written.

    Raises:
        InputError: no such item, already decided, no name or no reason given, or a claim in it is refuted by a fact:
            a person may vouch for what the shop's facts leave open, not for what they contradict; or `who` wrote it.
    """
    _need(who, "who approves", "--by NAME")
    _need(reason, "a reason", "--reason TEXT")
    item = desk.get(conn, item_id)
    if any(f.severity == "block" for f in item.ruling.findings):
        raise InputError("this text contradicts a fact or breaks a law and cannot be approved",
                         where=f"desk item {item_id}",
                         cure="Reject it; correct the fact or the words, and write it again")  # fmt: skip
    if four_eyes and ledger.get(conn, item.ledger).actor == who:
        raise InputError("who wrote a text may not approve it", where=f"desk item {item_id}",
                         cure="Another person must decide")  # fmt: skip
    desk.decide(conn, item_id, "approved", who, reason)
    today = datetime.now(UTC).date().isoformat()
    body = {"item": item_id, "reason": reason, "held_at": item.ledger,
            "draft": _DRAFT.dump_python(item.draft, mode="json")}  # fmt: skip
    entry = ledger.append(conn, "approved", _subject(item.draft), body, who)
    statement = _statement(
        item.draft, item.ruling, position=entry.position, producer=producer, reviewer=who, date=today
    )
    statements.save(conn, statement, item.key)
    return Passage(outcome="released", ledger=entry.position, statement=statement, desk=item_id)


def reject(conn: Connection, item_id: int, *, who: str, reason: str) -> Passage:
    """Refuse a held draft on a person's word.

    Raises:
        InputError: no such item, already decided, or no name or reason given.
    """
    _need(who, "who rejects", "--by NAME")
    _need(reason, "a reason", "--reason TEXT")
    item = desk.get(conn, item_id)
    desk.decide(conn, item_id, "rejected", who, reason)
    body: Mapping[str, object] = {"item": item_id, "reason": reason, "held_at": item.ledger}
    entry = ledger.append(conn, "rejected", _subject(item.draft), body, who)
    return Passage(outcome="refused", ledger=entry.position, desk=item_id)


def _statement(
    draft: Draft, ruling: Ruling, *, position: int, producer: str, reviewer: str = "", date: str = ""
) -> Statement:
    name = f"{draft.sku}/{draft.lang}/{draft.market}/{draft.channel}/{position}"
    return Statement(
        id=name,
        draft=draft,
        ruling=ruling,
        mark=label.mark(draft, producer=producer, produce_id=name, reviewer=reviewer, date=date),
        ledger=position,
        released_by=reviewer or "guard",
    )


def _subject(draft: Draft) -> str:
    return f"{draft.sku}/{draft.lang}/{draft.market}/{draft.channel}"


def _need(value: str, what: str, option: str) -> None:
    if not value.strip():
        raise InputError(f"a decision needs {what}", cure=f"Give {option}")
