"""A task in a worker's hands: what it works with, how it tells what it does, and when it must stop."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from time import monotonic
from typing import Any, Protocol

from sqlalchemy import Connection

from goodword.app import Goodword
from goodword.store import tasks
from goodword.store.tasks import RESULT, Body, Task

_EVERY = 0.5  # seconds at most before something told is in the store
_PART = 1 << 20  # bytes of a file in one transaction
_MOST = 64  # events of one transaction


class Cancelled(Exception):
    """A person wants the task ended."""


class Interrupted(Exception):
    """The server stops; the task goes on at the next start."""


class Kind(Protocol):
    """A module of `server/work/kinds`: one kind of long work."""

    KIND: str
    ROLE: str  # who may ask for it and see it
    SCOPE: str

    @staticmethod
    def run(hand: "Hand") -> Body:
        """Do it, going on from what was done before; what came of it."""
        ...


@dataclass(kw_only=True, eq=False)
class Hand:
    """What a kind of work is given.

    Attributes:
        folder: its own, gone when the work ends; the files that came with the task lie in it.
        files: those files, by name.
    """

    goodword: Goodword
    task: Task
    folder: Path
    files: list[Path]
    told: Any  # called with the task's id when something of it is new in the store
    stopping: Event
    lost: Event = field(default_factory=Event)
    _waiting: list[tuple[str, Body]] = field(default_factory=list)
    _done: int = 0
    _total: int | None = None
    _last: float = field(default_factory=monotonic)
    _progressed: float = field(default_factory=monotonic)
    _lock: Any = field(default_factory=Lock)

    @property
    def actor(self) -> str:
        """Who asked for it: recorded with all it does."""
        return self.task.actor

    def results(self) -> Iterator[Body]:
        """What an earlier attempt has told."""
        with self.goodword.store.read() as conn:
            yield from tasks.results(conn, self.task.id)

    def result(self, body: Body) -> None:
        """One of many results; it may not be told twice, so look at `results` first."""
        self.tell(RESULT, body)

    def tell(self, kind: str, body: Body) -> None:
        """Something happened.

        Raises:
            Cancelled, Interrupted, tasks.Lost: the work must stop.
        """
        self._waiting.append((kind, body))
        if len(self._waiting) >= _MOST or monotonic() - self._last >= _EVERY:
            self.flush()

    def progress(self, done: int, total: int | None = None) -> None:
        """How far it is.

        Raises:
            Cancelled, Interrupted, tasks.Lost: the work must stop.
        """
        self._done, self._total = done, total if total is not None else self._total
        if monotonic() - self._progressed >= _EVERY:  # its own clock: results alone must not keep it silent
            self._progressed = monotonic()
            self.tell("progress", {"done": done, "total": self._total})
            self.flush()

    def flush(self) -> None:
        """Have what was told in the store, and stop if it must.

        Raises:
            Cancelled, Interrupted, tasks.Lost: the work must stop.
        """
        if self.keep():
            raise Cancelled
        if self.stopping.is_set():
            raise Interrupted

    def tell_within(self, conn: Connection, *told: tuple[str, Body]) -> None:
        """Tell in a transaction of the work's own, so that what was done and that it was done are one.

        Raises:
            tasks.Lost: the task is in other hands.
        """
        tasks.tell(conn, self.task.id, str(self.task.worker), told)

    def last(self, kind: str) -> Body | None:
        """What an earlier attempt told last of a kind."""
        with self.goodword.store.read() as conn:
            found = tasks.last_event(conn, self.task.id, kind)
        return found.body if found else None

    def kept(self, part: int) -> bytes | None:
        """What an earlier attempt kept by `keep_part`."""
        with self.goodword.store.read() as conn:
            return tasks.kept_work(conn, self.task.id, part)

    def keep_part(self, part: int, body: bytes) -> None:
        """Keep a part of what was done, for an attempt that comes after this one.

        Raises:
            tasks.Lost: the task is in other hands.
        """
        with self.goodword.store.begin() as conn:
            tasks.keep_work(conn, self.task.id, str(self.task.worker), part, body)

    def deliver(self, name: str, path: Path) -> int:
        """Keep a file that came of the work, for whoever asked for it; its size in bytes.

        In parts, each in a transaction of its own: a large one holds up no other writer.

        Raises:
            Cancelled, Interrupted, tasks.Lost: the work must stop.
        """
        part = 0
        with path.open("rb") as file:
            while (body := file.read(_PART)) or part == 0:
                with self.goodword.store.begin() as conn:
                    tasks.made_part(conn, self.task.id, str(self.task.worker), name, part, body)
                part += 1
                self.flush()
        return path.stat().st_size

    def keep(self) -> bool:
        """Have what was told in the store; whether a person wants it ended."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
            self._last = monotonic()
            with self.goodword.store.begin() as conn:
                cancelled = tasks.tell(conn, self.task.id, str(self.task.worker), waiting, done=self._done,
                                       total=self._total)  # fmt: skip
        if waiting:
            self.told(self.task.id)
        return cancelled

    def beat(self) -> None:
        """Say that the worker lives, from a thread beside it.

        Raises:
            tasks.Lost: the task is in other hands.
        """
        with self._lock, self.goodword.store.begin() as conn:
            tasks.tell(conn, self.task.id, str(self.task.worker))
