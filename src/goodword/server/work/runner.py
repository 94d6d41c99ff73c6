"""The workers of a server: they take tasks from the store one by one, and give back what they cannot finish."""

import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import Any

from goodword.app import Goodword
from goodword.errors import GoodwordError, InputError
from goodword.server.work.hand import Cancelled, Hand, Interrupted
from goodword.store import replies, tasks
from goodword.store.tasks import Body, Task

LOG = logging.getLogger("goodword.server.work")
FILES_KEPT = timedelta(days=7)  # files that came of tasks; what a task told is kept
ATTEMPTS = 10  # a task that has brought down its server so often is not taken up again
_LOOK, _BEAT, _TIDY = 1.0, 5.0, 3600.0


def kinds() -> dict[str, Any]:
    """The kinds of long work by name: each a file of `server/work/kinds`."""
    folder = Path(__file__).parent / "kinds"
    found = [import_module(f"goodword.server.work.kinds.{m.name}") for m in iter_modules([str(folder)])]
    return {str(module.KIND): module for module in found}


class Runner:
    """The workers of one process.

    Args:
        told: called with a task's id, from a worker's thread, when something of it is new in the store.
    """

    def __init__(self, goodword: Goodword, told: Callable[[str], None], workers: int = 2) -> None:
        self._goodword, self._told = goodword, told
        self._kinds: Mapping[str, Any] = kinds()
        self._stop, self._wake = Event(), Event()
        self._hands: dict[str, Hand] = {}
        self._lock = Lock()
        names = [f"goodword-work-{n}" for n in range(workers)]
        self._threads = [Thread(target=self._work, name=name, daemon=True) for name in names]
        self._threads.append(Thread(target=self._live, name="goodword-beat", daemon=True))

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There is something to do."""
        self._wake.set()

    def stop(self, seconds: float = 20.0) -> None:
        """Give back what is in hand and end; what does not come to a halt in time is taken up at the next start."""
        self._stop.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=seconds)

    @property
    def busy(self) -> int:
        """How many tasks are in hand."""
        return len(self._hands)

    def _work(self) -> None:
        worker = tasks.worker_name()
        while not self._stop.is_set():
            try:
                with self._goodword.store.begin() as conn:
                    task = tasks.claim(conn, worker, list(self._kinds))
                if task is None:
                    self._wake.wait(_LOOK)
                    self._wake.clear()
                    continue
                self._told(task.id)
                self._take(task)
            except Exception:  # the store is away or damaged: the server says so at /readyz, and the worker tries again
                LOG.exception("a worker failed")
                self._stop.wait(_LOOK)

    def _take(self, task: Task) -> None:
        with TemporaryDirectory(prefix="goodword-") as name, suppress(tasks.Lost):
            hand = Hand(goodword=self._goodword, task=task, folder=Path(name), files=[], told=self._told,
                        stopping=self._stop)  # fmt: skip
            with self._lock:
                self._hands[task.id] = hand
            try:
                with self._goodword.store.read() as conn:
                    hand.files = tasks.files(conn, task.id, hand.folder)
                self._done(hand)
            finally:
                with self._lock:
                    del self._hands[task.id]
                self._told(task.id)

    def _done(self, hand: Hand) -> None:
        task, worker = hand.task, str(hand.task.worker)
        state, result, error = "done", None, None
        try:
            if task.attempts > ATTEMPTS:
                raise InputError("it was begun time after time and never ended", cure="Ask for less at once")
            result = self._kinds[task.kind].run(hand)
            hand.keep()
        except Cancelled:
            state = "cancelled"
        except Interrupted:
            with self._goodword.store.begin() as conn:
                tasks.give_back(conn, task.id, worker)
            return
        except GoodwordError as failure:
            state, error = "failed", told(failure, hand.folder)
        except tasks.Lost:
            raise
        except Exception:
            LOG.exception("task %s failed", task.id)
            state, error = "failed", {"what": "something went wrong here; it was logged"}
        if state != "done":
            with suppress(tasks.Lost):
                hand.keep()
        with self._goodword.store.begin() as conn:
            tasks.finish(conn, task.id, worker, state, result=result, error=error)  # type: ignore[arg-type]

    def _live(self) -> None:
        """Say again and again that the tasks in hand are in hand; drop what is old."""
        rounds = 0
        while not self._stop.wait(_BEAT):
            with self._lock:
                hands = list(self._hands.values())
            for hand in hands:
                try:
                    hand.beat()
                except tasks.Lost:
                    hand.lost.set()
                except GoodwordError:
                    LOG.exception("a worker's sign of life failed")
            if rounds % int(_TIDY / _BEAT) == 0:
                with suppress(GoodwordError), self._goodword.store.begin() as conn:
                    replies.forget(conn)
                    tasks.forget_made(conn, (datetime.now(UTC) - FILES_KEPT).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
            rounds += 1


def told(error: GoodwordError, folder: Path) -> Body:
    """An error as a task keeps it, in English; the reader's language comes when it is told.

    Args:
        folder: where the task's files lie: of no use to whoever reads it.
    """
    if isinstance(error, InputError):
        return {"what": error.what, "where": error.where.replace(f"{folder}{os.sep}", ""), "cure": error.cure}
    return {"what": str(error)}
