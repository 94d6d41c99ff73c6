"""Answers that grow, sent line by line: in threads of their own, so that whoever waits for a model holds up nobody."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeVar

from anyio import CancelScope, CapacityLimiter, to_thread
from fastapi import Request

T = TypeVar("T")


async def in_own_thread(request: Request, work: Callable[[], T]) -> T:
    """Do what may wait long."""
    limiter: CapacityLimiter = request.app.state.streams
    return await to_thread.run_sync(work, limiter=limiter)


async def sent(request: Request, lines: Iterator[str], end: Callable[[], None]) -> AsyncIterator[str]:
    """Lines as they come; `end` is called whether or not the caller stayed to the last one."""
    limiter: CapacityLimiter = request.app.state.streams
    try:
        while (line := await to_thread.run_sync(next, lines, None, limiter=limiter)) is not None:
            yield line
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(end, limiter=limiter)
