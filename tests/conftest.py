"""A real HTTP server that speaks the OpenAI protocol, and does to callers what such servers do."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import settings

from goodword.cli import talk
from goodword.llm.base import Message, Prompt

# No test is judged by the clock: a busy machine is no fault. On a build machine the same examples are drawn each time.
settings.register_profile("goodword", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("goodword")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Every test begins with the commands speaking English, whatever the one before it set."""
    talk.use("en")
    yield
    talk.use("en")


@dataclass
class Reply:
    """What the server does with one request."""

    pieces: tuple[str, ...] = ("Hello ", "there.")
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None  # instead of a well-formed one
    finish: str | None = "stop"  # None: the stream ends without saying so
    usage: bool = True
    refusal: bool = False
    before: float = 0.0  # seconds of silence before the first piece
    between: float = 0.0
    error: dict[str, Any] = field(default_factory=dict)


class ChatServer(ThreadingHTTPServer):
    """Answers with `replies` in turn, the last one again and again; remembers what it saw."""

    daemon_threads = True
    reply = Reply

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: list[Reply | Callable[[dict[str, Any]], Reply]] = [Reply()]
        self.seen: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.times: list[float] = []
        self.busy = self.busiest = self.broken = 0
        self.lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"

    def next(self, request: dict[str, Any]) -> Reply:
        with self.lock:
            self.seen.append(request)
            self.times.append(time.monotonic())
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply if isinstance(reply, Reply) else reply(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is counted, not printed."""
        self.broken += 1


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.busy += 1
            self.server.busiest = max(self.server.busiest, self.server.busy)
            self.server.keys.append(self.headers.get("Authorization", ""))
        self.served = False
        try:
            self.reply(self.server.next(request))
        finally:
            self.over()

    def over(self) -> None:
        """Count the call as served: before its last bytes, on which the caller may start the next one at once."""
        with self.server.lock:
            self.server.busy -= not self.served
        self.served = True

    def reply(self, reply: Reply) -> None:
        time.sleep(reply.before)
        if reply.body is not None or reply.status != 200:
            body = reply.body if reply.body is not None else json.dumps({"error": reply.error}).encode()
            self.over()
            self.head(reply, "application/json", len(body))
            self.wfile.write(body)
            return
        self.head(reply, "text/event-stream", None)
        for piece in reply.pieces:
            self.event({"choices": [choice({"refusal" if reply.refusal else "content": piece}, None)]})
            time.sleep(reply.between)
        if reply.finish is not None:
            self.event({"choices": [choice({}, reply.finish)]})
        if reply.usage:
            used = {"prompt_tokens": 100, "completion_tokens": 40, "total_tokens": 140,
                    "prompt_tokens_details": {"cached_tokens": 60}}  # fmt: skip
            self.event({"choices": [], "usage": used})
        self.over()
        if reply.finish is not None:
            self.wfile.write(b"data: [DONE]\n\n")

    def head(self, reply: Reply, kind: str, length: int | None) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def event(self, data: dict[str, Any]) -> None:
        whole = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"} | data
        self.wfile.write(b"data: " + json.dumps(whole).encode() + b"\n\n")
        self.wfile.flush()

    def log_message(self, *args: Any) -> None:
        """Quiet."""


def choice(delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish}


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """A chat server on a free port of this machine."""
    with ChatServer() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def ask() -> Callable[..., Prompt]:
    """A prompt about plain sentences."""

    def make(*plain: str, **more: Any) -> Prompt:
        said = " ".join(plain) or "The mug holds 300 ml."
        messages = (Message(role="system", content="You rewrite text."), Message(role="user", content=said))
        return Prompt(messages=messages, plain=plain or (said,), **more)

    return make
