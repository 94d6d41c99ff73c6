"""Many calls at once, told one by one: an event loop in a thread of its own behind a plain iterator.

The loop's thread makes it usable from anywhere, a running event loop included; everything the caller gave
(`on_token`) runs in the caller's thread. When the iterator is closed, calls in flight are cancelled and awaited.
"""

import asyncio
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from goodword.llm.base import Completion, OnToken, Prompt

STOPPED = Completion(text="", finish="error", error="stopped by the caller")


@dataclass(slots=True)
class Line:
    """The way back from one call to the caller: `say` tells a piece, and whether to go on."""

    index: int
    out: "queue.SimpleQueue[_Event]"
    stopped: threading.Event = field(default_factory=threading.Event)
    wanted: bool = False

    def say(self, piece: str) -> bool:
        """Tell a piece of text; True if the caller wants no more of this prompt."""
        if self.wanted and piece:
            self.out.put(_Event(line=self, piece=piece))
        return self.stopped.is_set()


@dataclass(frozen=True, slots=True)
class _Event:
    line: Line | None = None
    piece: str = ""
    completion: Completion | None = None
    crash: BaseException | None = None


Ask = Callable[[Prompt, Line], Awaitable[Completion]]


def pump(
    prompts: Sequence[Prompt],
    ask: Ask,
    *,
    concurrency: int,
    on_token: OnToken | None = None,
    close: Callable[[], Awaitable[None]] | None = None,
) -> Iterator[tuple[int, Completion]]:
    """Yield each prompt's completion as it comes, at most `concurrency` calls in flight.

    `ask` gives failures as completions; what it raises is a fault of ours and is raised here. `close` is awaited
    in the loop when all is done or called off.
    """
    out: queue.SimpleQueue[_Event] = queue.SimpleQueue()
    loop = asyncio.new_event_loop()
    task = loop.create_task(_all(prompts, ask, concurrency, out, close, wanted=on_token is not None))
    thread = threading.Thread(target=_run, args=(loop, task, out), name="goodword-pump", daemon=True)
    thread.start()
    try:
        yield from _told(out, len(prompts), on_token)
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        loop.close()


def _told(out: "queue.SimpleQueue[_Event]", awaited: int, on_token: OnToken | None) -> Iterator[tuple[int, Completion]]:
    while awaited:
        event = out.get()
        if event.crash:
            raise event.crash
        assert event.line is not None
        if event.completion is None:
            if on_token and on_token(event.line.index, event.piece):
                event.line.stopped.set()
        else:
            awaited -= 1
            yield event.line.index, event.completion


def _run(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]", out: "queue.SimpleQueue[_Event]") -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(task)
    except asyncio.CancelledError:
        pass
    except BaseException as crash:  # noqa: BLE001  # carried to the caller's thread and raised there
        out.put(_Event(crash=crash.exceptions[0] if isinstance(crash, BaseExceptionGroup) else crash))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        asyncio.set_event_loop(None)


async def _all(
    prompts: Sequence[Prompt],
    ask: Ask,
    concurrency: int,
    out: "queue.SimpleQueue[_Event]",
    close: Callable[[], Awaitable[None]] | None,
    *,
    wanted: bool,
) -> None:
    todo = iter(enumerate(prompts))

    async def worker() -> None:
        for index, prompt in todo:
            line = Line(index, out, wanted=wanted)
            out.put(_Event(line=line, completion=await ask(prompt, line)))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(concurrency, len(prompts))):
                group.create_task(worker())
    finally:
        if close:
            await close()
