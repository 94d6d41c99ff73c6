"""The long work of a server: its workers and those who watch them, begun and ended with the application."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, BinaryIO

from anyio import to_thread
from fastapi import FastAPI, Request

from goodword.app import Goodword
from goodword.server import freed
from goodword.server.work.hub import Hub
from goodword.server.work.runner import Runner
from goodword.store import tasks
from goodword.store.tasks import Task


class Work:
    """Takes tasks in, and tells what becomes of them. One for the application, in `app.state.work`."""

    def __init__(self, goodword: Goodword) -> None:
        self._goodword = goodword
        self.hub = Hub(goodword.store)
        self.runner = Runner(goodword, self.hub.told)
        self.closing = False

    def take(
        self, kind: str, request: Mapping[str, Any], actor: str, files: Mapping[str, BinaryIO] | None = None
    ) -> Task:
        """Accept a task: what is accepted is in the store, whatever happens to this process."""
        with self._goodword.store.begin() as conn:
            task = tasks.put(conn, kind, request, actor, files=files)
        self.runner.wake()
        return task

    def cancel(self, task: str) -> Task:
        """End a task.

        Raises:
            InputError: there is none, or it has ended.
        """
        with self._goodword.store.begin() as conn:
            found = tasks.cancel(conn, task)
        self.hub.told(task)
        return found

    def leave(self) -> None:
        """The server is about to stop: say so at /readyz, and end the streams of events, which would never end."""
        self.closing = True
        self.hub.end()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """At work from here to there."""
        self.hub.start()
        self.runner.start()
        try:
            yield
        finally:
            self.closing = True
            await self.hub.stop()
            await to_thread.run_sync(self.runner.stop)


def work_of(request: Request) -> Work:
    """The application's work: a dependency."""
    work: Work = request.app.state.work
    return work


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Work begins and ends with the application."""
    with freed.kept():
        app.state.warmth.start()
        try:
            async with app.state.work.open():
                yield
        finally:
            app.state.warmth.leave()
