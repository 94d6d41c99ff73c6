"""Batch runs, and what each has done, so that a run killed at any moment goes on with nothing lost or doubled.

The caller writes the work row, the ledger entry and the statement of one text in one transaction.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from goodword.errors import InputError
from goodword.store.codec import canonical, load, now
from goodword.store.tables import RUNS, WORK
from goodword.types import Channel, Lang, Market

_CHUNK = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One batch. The hashes say of which settings and which input it is."""

    id: str
    started: str
    settings_hash: str
    input_hash: str
    finished: str | None = None
    counts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """One text to be made."""

    sku: str
    lang: Lang
    market: Market
    channel: Channel


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What a run has done so far: texts by outcome, and by outcome and note; what it cost."""

    run: Run
    outcomes: Mapping[str, int]
    notes: Mapping[tuple[str, str], int]
    cost: Decimal


def start(conn: Connection, settings_hash: str, input_hash: str) -> Run:
    """Open a new run."""
    time = now()
    name = f"{time[:19].translate(_PLAIN)}-{secrets.token_hex(3)}"
    run = Run(id=name, started=time, settings_hash=settings_hash, input_hash=input_hash)
    conn.execute(insert(RUNS).values(id=name, started=time, settings_hash=settings_hash, input_hash=input_hash))
    return run


_PLAIN = str.maketrans("", "", "-:")


def resume(conn: Connection, settings_hash: str, input_hash: str) -> Run | None:
    """The newest unfinished run of the same settings and input, if there is one."""
    same = (RUNS.c.settings_hash == settings_hash) & (RUNS.c.input_hash == input_hash) & RUNS.c.finished.is_(None)
    row = conn.execute(select(RUNS).where(same).order_by(RUNS.c.started.desc(), RUNS.c.id.desc()).limit(1)).first()
    return _run(row) if row else None


def get(conn: Connection, run_id: str) -> Run:
    """One run.

    Raises:
        InputError: no such run.
    """
    row = conn.execute(select(RUNS).where(RUNS.c.id == run_id)).first()
    if row is None:
        raise InputError(f"there is no run {run_id!r}")
    return _run(row)


def take(conn: Connection, run_id: str, work: Work) -> bool:
    """Claim one text in this transaction; False if it is done, by this process or another.

    Call it first. On PostgreSQL it waits while another process has the same text in hand.
    """
    into = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    row = into(WORK).values(run_id=run_id, **_key(work), cost="0", note="").on_conflict_do_nothing()
    return conn.execute(row, execution_options={"preserve_rowcount": True}).rowcount == 1


def done(
    conn: Connection,
    run_id: str,
    work: Work,
    outcome: str,
    *,
    ledger: int | None = None,
    cost: Decimal = Decimal(0),
    note: str = "",
) -> None:
    """Say what became of a text that was taken in this transaction.

    Args:
        outcome: of the ruling, or a word of the caller's ('cached', 'failed').
        ledger: position of its entry, if it has one.
        note: why, in few words: counted in the summary.

    Raises:
        InputError: it was not taken, or is done already.
    """
    t = WORK.c
    mine = (t.run_id == run_id) & t.outcome.is_(None)
    for name, value in _key(work).items():
        mine &= t[name] == value
    values = {"outcome": outcome, "ledger": ledger, "cost": str(cost), "note": note, "done": now()}
    if conn.execute(update(WORK).where(mine).values(values)).rowcount != 1:
        raise InputError(
            f"{work.sku} ({work.lang}, {work.market}, {work.channel}) is not in hand", where=f"run {run_id}"
        )


def finished(conn: Connection, run_id: str, skus: Sequence[str]) -> frozenset[Work]:
    """The texts of these products that the run has done: what to skip when going on."""
    found: set[Work] = set()
    t = WORK.c
    for first in range(0, len(skus), _CHUNK):
        some = (t.run_id == run_id) & t.sku.in_(skus[first : first + _CHUNK]) & t.outcome.is_not(None)
        rows = conn.execute(select(t.sku, t.lang, t.market, t.channel).where(some))
        found |= {Work(sku=r.sku, lang=r.lang, market=r.market, channel=r.channel) for r in rows}
    return frozenset(found)


def finish(conn: Connection, run_id: str, counts: Mapping[str, object] | None = None) -> None:
    """Close a run: `resume` will not find it again.

    Raises:
        InputError: no such run, or it is closed.
    """
    told = canonical(dict(counts or {})).decode()
    still = (RUNS.c.id == run_id) & RUNS.c.finished.is_(None)
    if conn.execute(update(RUNS).where(still).values(finished=now(), counts=told)).rowcount != 1:
        get(conn, run_id)
        raise InputError("this run is already finished", where=f"run {run_id}")


def summary(conn: Connection, run_id: str) -> Summary:
    """What the run has done so far.

    Raises:
        InputError: no such run.
    """
    outcomes: dict[str, int] = {}
    notes: dict[tuple[str, str], int] = {}
    cost = Decimal(0)
    t = WORK.c
    # Summed here and not in SQL: SQLite would add money up as floats.
    rows = conn.execute(select(t.outcome, t.note, t.cost).where(t.run_id == run_id, t.outcome.is_not(None)))
    for outcome, note, price in rows:
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        notes[outcome, note] = notes.get((outcome, note), 0) + 1
        cost += Decimal(price)
    return Summary(run=get(conn, run_id), outcomes=outcomes, notes=notes, cost=cost)


def _key(work: Work) -> dict[str, str]:
    return {"sku": work.sku, "lang": work.lang, "market": work.market, "channel": work.channel}


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id, started=row.started, settings_hash=row.settings_hash, input_hash=row.input_hash,
        finished=row.finished, counts=load(dict[str, object], row.counts) if row.counts else {},
    )  # fmt: skip
