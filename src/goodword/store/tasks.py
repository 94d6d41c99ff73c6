"""Long work kept in the store: what was asked, how far it is, what came of it; and the files it works on.

A task is in the hands of one worker at a time, which says again and again that it lives. One whose worker died is
taken up by another and goes on; what it did is in its events, so nothing is lost and nothing told twice.
"""

import os
import secrets
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Literal

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from goodword.errors import InputError
from goodword.store.codec import dump, load, now
from goodword.store.tables import TASK_EVENTS, TASK_FILES, TASKS

State = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")
LEASE = timedelta(seconds=30)  # a worker that has not been heard of for so long is taken for dead
_PART = 1 << 20
_PAGE = 500
Body = dict[str, Any]
RESULT = "result"  # kind of an event that carries a result
_FILE, _WORK = "result/", "work/"  # before the names of files that came of a task, or are of use to it alone
_MADE = TASK_FILES.c.name.startswith(_FILE)
_GIVEN = ~_MADE & (TASK_FILES.c.name != _WORK)
_PROCESS = secrets.token_hex(4)  # numbers of processes come again, in a container after every start


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One piece of long work. `total` is None while it is not known; `error` is for a person."""

    id: str
    kind: str
    state: State
    made: str
    actor: str
    request: Body
    started: str | None = None
    finished: str | None = None
    result: Body | None = None
    error: Body | None = None
    done: int = 0
    total: int | None = None
    attempts: int = 0
    worker: str | None = None
    wish: str | None = None  # 'cancel' where a person wants it ended

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened to a task; `number` counts from 1 without gaps."""

    task: str
    number: int
    time: str
    kind: str
    body: Body


class Lost(Exception):
    """The task is no longer in this worker's hands: another has it, or a person ended it."""


def worker_name() -> str:
    """A name no other worker has: machine, process by number and by lot, and the worker's own lot."""
    host = socket.gethostname().replace(":", "-")
    return f"{host}:{os.getpid()}:{_PROCESS}:{secrets.token_hex(4)}"


def put(
    conn: Connection, kind: str, request: Mapping[str, Any], actor: str, *, files: Mapping[str, BinaryIO] | None = None
) -> Task:
    """Queue a task with the files it works on, all in the caller's transaction: accepted is what is committed."""
    time = now()
    name = f"{time[:19].translate(_PLAIN)}{time[20:26]}-{secrets.token_hex(4)}"
    task = Task(id=name, kind=kind, state="queued", made=time, actor=actor, request=dict(request))
    conn.execute(
        insert(TASKS).values(id=name, kind=kind, state="queued", made=time, actor=actor,
                             request=dump(Body, dict(request)), done=0, attempts=0)
    )  # fmt: skip
    for file_name, stream in (files or {}).items():
        _keep(conn, name, file_name, stream)
    _add(conn, name, [("state", {"state": "queued"})])
    return task


_PLAIN = str.maketrans("", "", "-:")


def _keep(conn: Connection, task: str, name: str, stream: BinaryIO) -> None:
    part = 0
    while body := stream.read(_PART):
        conn.execute(insert(TASK_FILES).values(task=task, name=name, part=part, body=body))
        part += 1


def files(conn: Connection, task: str, folder: Path) -> list[Path]:
    """The files a task works on, written into a folder under names of their own, in order of name."""
    out: list[Path] = []
    rows = conn.execute(
        select(TASK_FILES).where(TASK_FILES.c.task == task, _GIVEN).order_by(TASK_FILES.c.name, TASK_FILES.c.part)
    )
    for row in rows:
        path = folder / Path(row.name).name
        with path.open("wb" if row.part == 0 else "ab") as file:
            file.write(bytes(row.body))
        if row.part == 0:
            out.append(path)
    return out


def get(conn: Connection, task: str) -> Task | None:
    """One task; None where there is none of that id."""
    row = conn.execute(select(TASKS).where(TASKS.c.id == task)).first()
    return _task(row) if row else None


def newest(
    conn: Connection, *, state: State | None = None, kinds: Sequence[str] = (), before: str = "", limit: int = 50
) -> list[Task]:
    """Tasks, the newest first.

    Args:
        before: only tasks made earlier than the one of this id.
    """
    query = select(TASKS)
    query = query.where(TASKS.c.state == state) if state else query
    query = query.where(TASKS.c.kind.in_(kinds)) if kinds else query
    query = query.where(TASKS.c.id < before) if before else query
    return [_task(r) for r in conn.execute(query.order_by(TASKS.c.id.desc()).limit(limit))]


def count(conn: Connection) -> dict[str, int]:
    """How many tasks there are in each state."""
    rows = conn.execute(select(TASKS.c.state, func.count().label("n")).group_by(TASKS.c.state))
    return {row.state: row.n for row in rows}


# ---------------------------------------------------------------- in a worker's hands


def claim(conn: Connection, worker: str, kinds: Sequence[str]) -> Task | None:
    """Take the oldest task that waits, or whose worker is dead, into this worker's hands; None where there is none."""
    rows = conn.execute(
        select(TASKS).where(TASKS.c.state.in_(("queued", "running")), TASKS.c.kind.in_(kinds)).order_by(TASKS.c.id)
    ).all()
    for row in rows:
        if row.state == "running" and not _dead(row.worker, row.beat, worker):
            continue
        mine = (TASKS.c.id == row.id) & (TASKS.c.state == row.state) & (TASKS.c.attempts == row.attempts)
        values = {"state": "running", "worker": worker, "beat": now(), "attempts": row.attempts + 1,
                  "started": row.started or now()}  # fmt: skip
        if conn.execute(update(TASKS).where(mine).values(values)).rowcount == 1:
            _add(conn, row.id, [("state", {"state": "running", "attempt": row.attempts + 1})])
            return get(conn, row.id)
    return None


def _dead(worker: str | None, beat: str | None, me: str) -> bool:
    if not worker or not beat or datetime.fromisoformat(beat) < datetime.now(UTC) - LEASE:
        return True
    (host, pid, process, _), own = worker.split(":"), me.split(":")
    if host != own[0]:
        return False
    if pid == own[1]:  # of this number there is only one process: ours, or an earlier one
        return process != own[2]
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def tell(
    conn: Connection, task: str, worker: str, events: Iterable[tuple[str, Body]] = (), *, done: int | None = None,
    total: int | None = None,
) -> bool:  # fmt: skip
    """Say that the worker lives, how far it is, and what happened; whether a person wants the task ended.

    Raises:
        Lost: the task is in other hands.
    """
    values: dict[str, Any] = {"beat": now()}
    values |= {"done": done} if done is not None else {}
    values |= {"total": total} if total is not None else {}
    _mine(conn, task, worker, values)
    _add(conn, task, list(events))
    return conn.execute(select(TASKS.c.wish).where(TASKS.c.id == task)).scalar() == "cancel"


def finish(
    conn: Connection, task: str, worker: str, state: State, *, result: Body | None = None, error: Body | None = None
) -> None:
    """Say what came of it; the files it worked on are let go, and where it is not done, those it made.

    Raises:
        Lost: the task is in other hands.
    """
    values = {"state": state, "finished": now(), "result": None if result is None else dump(Body, result),
              "error": None if error is None else dump(Body, error)}  # fmt: skip
    _mine(conn, task, worker, values)
    gone = TASK_FILES.c.task == task
    conn.execute(delete(TASK_FILES).where(gone & ~_MADE if state == "done" else gone))
    _add(conn, task, [("state", {"state": state} | ({"error": error} if error else {}))])


def give_back(conn: Connection, task: str, worker: str) -> None:
    """Put a task back in the queue: the worker stops, another goes on where it was. That is no failed attempt.

    Raises:
        Lost: the task is in other hands.
    """
    again = {"state": "queued", "worker": None, "beat": None, "attempts": TASKS.c.attempts - 1}
    _mine(conn, task, worker, again)
    _add(conn, task, [("state", {"state": "queued"})])


def _mine(conn: Connection, task: str, worker: str, values: Mapping[str, Any]) -> None:
    mine = (TASKS.c.id == task) & (TASKS.c.worker == worker) & (TASKS.c.state == "running")
    if conn.execute(update(TASKS).where(mine).values(values)).rowcount != 1:
        raise Lost(task)


def cancel(conn: Connection, task: str) -> Task:
    """End a task: at once where it waits, else as soon as its worker looks.

    Raises:
        InputError: no such task, or it has ended.
    """
    waiting = (TASKS.c.id == task) & (TASKS.c.state == "queued")
    if conn.execute(update(TASKS).where(waiting).values(state="cancelled", finished=now())).rowcount == 1:
        conn.execute(delete(TASK_FILES).where(TASK_FILES.c.task == task))
        _add(conn, task, [("state", {"state": "cancelled"})])
    else:
        running = (TASKS.c.id == task) & (TASKS.c.state == "running")
        if conn.execute(update(TASKS).where(running).values(wish="cancel")).rowcount != 1:
            found = get(conn, task)
            what = f"there is no task {task!r}" if found is None else f"this task is already {found.state}"
            raise InputError(what, where="" if found is None else f"task {task}")
    found = get(conn, task)
    assert found is not None
    return found


# ---------------------------------------------------------------- events


def events(conn: Connection, task: str, *, after: int = 0, kind: str | None = None, limit: int = _PAGE) -> list[Event]:
    """Events behind a number, in order."""
    query = select(TASK_EVENTS).where(TASK_EVENTS.c.task == task, TASK_EVENTS.c.number > after)
    query = query.where(TASK_EVENTS.c.kind == kind) if kind else query
    rows = conn.execute(query.order_by(TASK_EVENTS.c.number).limit(limit))
    return [Event(task=r.task, number=r.number, time=r.time, kind=r.kind, body=load(Body, r.body)) for r in rows]


def results(conn: Connection, task: str) -> Iterator[Body]:
    """Every result so far, streamed."""
    last = 0
    while page := events(conn, task, after=last, kind=RESULT):
        yield from (e.body for e in page)
        last = page[-1].number


def last_numbers(conn: Connection, wanted: Sequence[str]) -> dict[str, int]:
    """The number of the last event of each of these tasks."""
    found: dict[str, int] = {}
    number = func.max(TASK_EVENTS.c.number).label("last")
    for start in range(0, len(wanted), _PAGE):
        some = TASK_EVENTS.c.task.in_(wanted[start : start + _PAGE])
        rows = conn.execute(select(TASK_EVENTS.c.task, number).where(some).group_by(TASK_EVENTS.c.task))
        found |= {r.task: r.last for r in rows}
    return found


def forget(conn: Connection, before: str) -> int:
    """Drop tasks that ended before a time, with their events; how many."""
    old = select(TASKS.c.id).where(TASKS.c.state.in_(ENDED), TASKS.c.finished < before)
    conn.execute(delete(TASK_EVENTS).where(TASK_EVENTS.c.task.in_(old)))
    conn.execute(delete(TASK_FILES).where(TASK_FILES.c.task.in_(old)))
    return conn.execute(delete(TASKS).where(TASKS.c.state.in_(ENDED), TASKS.c.finished < before)).rowcount


# ---------------------------------------------------------------- files that come of a task


def made_part(conn: Connection, task: str, worker: str, name: str, part: int, body: bytes) -> None:
    """Keep a part of a file that came of a task; part 0 takes the place of what an earlier attempt made.

    Raises:
        Lost: the task is in other hands.
    """
    _mine(conn, task, worker, {"beat": now()})
    if part == 0:
        conn.execute(delete(TASK_FILES).where(TASK_FILES.c.task == task, _MADE))
    conn.execute(insert(TASK_FILES).values(task=task, name=_FILE + name, part=part, body=body))


def keep_work(conn: Connection, task: str, worker: str, part: int, body: bytes) -> None:
    """Keep a part of what a worker has done, for whoever goes on after it; gone when the task ends.

    Raises:
        Lost: the task is in other hands.
    """
    _mine(conn, task, worker, {"beat": now()})
    conn.execute(insert(TASK_FILES).values(task=task, name=_WORK, part=part, body=body))


def kept_work(conn: Connection, task: str, part: int) -> bytes | None:
    """A part of what was done before; None where it was not."""
    one = select(TASK_FILES.c.body).where(
        TASK_FILES.c.task == task, TASK_FILES.c.name == _WORK, TASK_FILES.c.part == part
    )
    body = conn.execute(one).scalar()
    return None if body is None else bytes(body)


def last_event(conn: Connection, task: str, kind: str) -> Event | None:
    """The last event of a kind."""
    query = select(TASK_EVENTS).where(TASK_EVENTS.c.task == task, TASK_EVENTS.c.kind == kind)
    row = conn.execute(query.order_by(TASK_EVENTS.c.number.desc()).limit(1)).first()
    return (
        Event(task=row.task, number=row.number, time=row.time, kind=row.kind, body=load(Body, row.body))
        if row
        else None
    )


def made_file(conn: Connection, task: str) -> tuple[str, int] | None:
    """Name and size in bytes of the file that came of a task; None where there is none, or none any more."""
    size = func.sum(func.length(TASK_FILES.c.body)).label("size")
    of_task = select(TASK_FILES.c.name, size).where(TASK_FILES.c.task == task, _MADE).group_by(TASK_FILES.c.name)
    row = conn.execute(of_task).first()
    return (row.name.removeprefix(_FILE), int(row.size)) if row else None


def made_bytes(conn: Connection, task: str, part: int) -> bytes | None:
    """A part of the file that came of a task; None behind its end."""
    one = select(TASK_FILES.c.body).where(TASK_FILES.c.task == task, TASK_FILES.c.part == part, _MADE)
    body = conn.execute(one).scalar()
    return None if body is None else bytes(body)


def forget_made(conn: Connection, before: str) -> int:
    """Drop files that came of tasks which ended before a time; the tasks stay. How many parts."""
    old = select(TASKS.c.id).where(TASKS.c.finished < before)
    return conn.execute(delete(TASK_FILES).where(_MADE, TASK_FILES.c.task.in_(old))).rowcount


# ---------------------------------------------------------------- parts


def _add(conn: Connection, task: str, told: Sequence[tuple[str, Body]]) -> None:
    if not told:
        return
    last = conn.execute(select(func.max(TASK_EVENTS.c.number)).where(TASK_EVENTS.c.task == task)).scalar() or 0
    time = now()
    rows = [{"task": task, "number": last + n, "time": time, "kind": kind, "body": dump(Body, body)}
            for n, (kind, body) in enumerate(told, 1)]  # fmt: skip
    conn.execute(insert(TASK_EVENTS), rows)


def _task(row: Row[Any]) -> Task:
    return Task(
        id=row.id, kind=row.kind, state=row.state, made=row.made, actor=row.actor, request=load(Body, row.request),
        started=row.started, finished=row.finished, result=load(Body, row.result) if row.result else None,
        error=load(Body, row.error) if row.error else None, done=row.done, total=row.total, attempts=row.attempts,
        worker=row.worker, wish=row.wish,
    )  # fmt: skip
