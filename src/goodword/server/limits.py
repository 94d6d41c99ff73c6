"""Limits of every request: how large its body may be, and how long it may go without an answer.

A thread cannot be stopped in Python: what takes too long is answered 504 and runs on unheard.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from goodword.server import problems
from goodword.server.problems import Answer, Problem


class Limits:
    """Counts the bytes that come and the seconds until an answer begins."""

    def __init__(
        self, app: ASGIApp, *, max_body: int, seconds: float, answer: Answer, longer: Mapping[str, float] | None = None
    ) -> None:
        """Args:
        longer: seconds that come on top for paths that begin so: those on which a model is asked.
        """
        self._app, self._most, self._seconds, self._answer = app, max_body, seconds, answer
        self._longer = longer or {}
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; 413 for a body that is too large, 504 where no answer has begun in time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("Content-Length", "")
        if length.isdigit() and int(length) > self._most:
            await self._answer(Request(scope), Problem(413, headers={"Connection": "close"}))(scope, receive, send)
            return
        await self._timed(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self._most:
                raise HTTPException(413)
            return message

        return counted

    async def _timed(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun, late = asyncio.Event(), False
        seconds = self._seconds + max((s for p, s in self._longer.items() if scope["path"].startswith(p)), default=0.0)

        async def sent(message: Message) -> None:
            if not late:
                begun.set()
                await send(message)

        running = asyncio.ensure_future(self._app(scope, receive, sent))
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        waiting = asyncio.ensure_future(begun.wait())
        try:
            await asyncio.wait({running, waiting}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if not running.done() and not begun.is_set():
                late = True
                running.add_done_callback(_unheard)
                await self._answer(Request(scope), Problem(504))(scope, receive, send)
                return
            await running
        except asyncio.CancelledError:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            raise
        finally:
            waiting.cancel()


def _unheard(done: "asyncio.Task[None]") -> None:
    """What came of a request whose caller was told that it took too long."""
    if not done.cancelled() and (error := done.exception()) is not None:
        problems.LOG.error("a request that took too long failed in the end: %s", type(error).__name__)
