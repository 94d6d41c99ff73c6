"""Events of tasks to all who watch them: read from the store once, however many watch.

A worker of this process says when something is new; for what other processes write, the store is asked once a second.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

from anyio import CapacityLimiter, to_thread

from goodword.errors import GoodwordError
from goodword.store import tasks
from goodword.store.engine import Store
from goodword.store.tasks import Event

_LOOK, _SILENCE = 1.0, 15.0
_KEPT = 500


@dataclass(eq=False)
class _Topic:
    """One watched task: its last events, and what wakes those who watch."""

    last: int = 0
    recent: "deque[Event]" = field(default_factory=lambda: deque(maxlen=_KEPT))
    news: asyncio.Event = field(default_factory=asyncio.Event)
    watchers: int = 0
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class Hub:
    """One for the process; lives on its event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._topics: dict[str, _Topic] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._looking: asyncio.Task[None] | None = None
        self._ended = False
        self._few = CapacityLimiter(4)  # threads that read for watchers, apart from those of requests

    def start(self) -> None:
        """Begin, on the event loop of the server."""
        self._loop = asyncio.get_running_loop()
        self._looking = self._loop.create_task(self._look())

    async def stop(self) -> None:
        """End, and end every watch."""
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking
        self._end()

    def end(self) -> None:
        """End every watch; from any thread, or where a signal has come."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        self._ended = True
        for topic in self._topics.values():
            topic.news.set()

    def told(self, task: str) -> None:
        """Something of a task is new; from any thread."""
        if self._loop is not None and not self._loop.is_closed() and task in self._topics:
            with suppress(RuntimeError):  # the loop has just ended
                self._loop.call_soon_threadsafe(self._fetch_soon, task)

    @property
    def watchers(self) -> int:
        """How many watch."""
        return sum(t.watchers for t in self._topics.values())

    async def watch(self, task: str, after: int = 0) -> AsyncIterator[Event | None]:
        """Events of a task behind a number: those there are, then each as it comes; ends when the task has ended.

        None after some silence, so that who listens can tell it from a broken line.
        """
        topic = self._topics.setdefault(task, _Topic(last=after))
        topic.watchers += 1
        try:
            while True:
                news = topic.news
                new = await self._behind(task, topic, after)
                for event in new:
                    after = event.number
                    yield event
                    if event.kind == "state" and event.body["state"] in tasks.ENDED:
                        return
                if not new:
                    if self._ended:
                        return
                    try:
                        await asyncio.wait_for(news.wait(), _SILENCE)
                    except TimeoutError:
                        yield None
        finally:
            topic.watchers -= 1
            if not topic.watchers:
                self._topics.pop(task, None)

    async def _behind(self, task: str, topic: _Topic, after: int) -> list[Event]:
        if topic.recent and topic.recent[0].number <= after + 1:
            return [e for e in topic.recent if e.number > after]
        return await to_thread.run_sync(self._read, task, after, limiter=self._few)

    def _read(self, task: str, after: int) -> list[Event]:
        with self._store.read() as conn:
            return tasks.events(conn, task, after=after)

    def _fetch_soon(self, task: str) -> None:
        if task in self._topics:
            running = asyncio.ensure_future(self._fetch(task))
            running.add_done_callback(lambda done: None if done.cancelled() else done.exception())

    async def _fetch(self, task: str) -> None:
        """Read what is new once, and wake all who watch."""
        topic = self._topics.get(task)
        if topic is None:
            return
        async with topic.reading:
            while new := await to_thread.run_sync(self._read, task, topic.last, limiter=self._few):
                topic.recent.extend(new)
                topic.last = new[-1].number
            topic.news.set()
            topic.news = asyncio.Event()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            watched = list(self._topics)
            if not watched:
                continue
            with suppress(GoodwordError):
                last = await to_thread.run_sync(self._numbers, watched, limiter=self._few)
                for task, number in last.items():
                    topic = self._topics.get(task)
                    if topic is not None and number > topic.last:
                        await self._fetch(task)

    def _numbers(self, watched: list[str]) -> dict[str, int]:
        with self._store.read() as conn:
            return tasks.last_numbers(conn, watched)
