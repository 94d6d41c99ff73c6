"""Waiting for a task, and workers in processes of their own that can be killed."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from starlette.testclient import TestClient

from goodword.app import Goodword
from goodword.server.work.runner import Runner
from goodword.store import tasks

_WORKER = """
import sys, time
from goodword.app import Goodword
from goodword.server.work.runner import Runner
exec(sys.argv[2])
with Goodword(store=sys.argv[1]) as goodword:
    Runner(goodword, lambda task: None, workers=1).start()
    time.sleep(300)
"""


def ended(client: TestClient, task: str, seconds: float = 120) -> dict[str, Any]:
    """A task when it has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found: dict[str, Any] = client.get(f"/v1/tasks/{task}").json()
        if found["state"] in {"done", "failed", "cancelled"}:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not ended: {found}")


@contextmanager
def worker(goodword: Goodword) -> Iterator[None]:
    """A worker of this process."""
    runner = Runner(goodword, lambda task: None, workers=1)
    runner.start()
    try:
        yield
    finally:
        runner.stop()


@contextmanager
def killed(goodword: Goodword, first: str = "") -> Iterator[None]:
    """A worker in a process of its own, killed with -9 at the end.

    Args:
        first: what it runs before it works: a way to have it killed at a point of its own.
    """
    process = subprocess.Popen([sys.executable, "-c", _WORKER, goodword.settings.store, first])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def waited(goodword: Goodword, task: str, until: Callable[[tasks.Task], bool], seconds: float = 120) -> tasks.Task:
    """A task as soon as something holds of it."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        with goodword.store.read() as conn:
            found = tasks.get(conn, task)
        if found is not None and until(found):
            return found
        time.sleep(0.01)
    raise AssertionError(found)


def killed_in_the_middle(
    goodword: Goodword, task: str, at: Callable[[tasks.Task], bool], *, first: str = ""
) -> tasks.Task:
    """The task done by two workers, of which the first was killed as soon as `at` held."""
    with killed(goodword, first):
        waited(goodword, task, at)
    with goodword.store.read() as conn:
        left = tasks.get(conn, task)
    assert left is not None and left.state == "running", left
    with worker(goodword):
        done = waited(goodword, task, lambda t: t.ended)
    assert (done.state, done.attempts) == ("done", 2), done
    return done
