"""What can be seen of a server from outside: figures for Prometheus, and one line of JSON for each request.

Nothing of a person is in either: routes are told by their pattern, not by their path, and nobody by name.
"""

import json
import logging
import re
import secrets
import traceback
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("goodword.server.requests")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_QUIET = ("/healthz", "/readyz", "/metrics")


class Figures:
    """The figures of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        labels = ("method", "route", "status")
        self.requests = Counter("goodword_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram("goodword_request_seconds", "Seconds until the last byte of an answer",
                                 ("method", "route"), buckets=_SECONDS, registry=self.registry)  # fmt: skip
        self.running = Gauge("goodword_requests_running", "Requests being answered", registry=self.registry)
        self.tasks = Gauge("goodword_tasks", "Tasks by state", ("state",), registry=self.registry)
        self.desk = Gauge("goodword_desk_items", "Texts at the desk by state", ("state",), registry=self.registry)
        self.stale = Gauge("goodword_texts_waiting", "Texts taken back that wait to be written anew",
                           registry=self.registry)  # fmt: skip
        self.watchers = Gauge("goodword_event_streams", "Open streams of events", registry=self.registry)
        self.rulings = Counter("goodword_rulings", "Rulings of the guard by label", ("label",),
                               registry=self.registry)  # fmt: skip


class Watch:
    """Counts and logs every request, and gives it a name by which it is found in the log."""

    def __init__(self, app: ASGIApp, *, figures: Figures) -> None:
        self._app, self._figures = app, figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("X-Request-Id", "")
        name = given if _ID.fullmatch(given) else secrets.token_hex(8)
        began, status, size = perf_counter(), 0, 0

        async def sent(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).setdefault("X-Request-Id", name)
            size += len(message.get("body", b""))
            await send(message)

        self._figures.running.inc()
        try:
            await self._app(scope, receive, sent)
        finally:
            self._figures.running.dec()
            self._told(scope, name, status or 499, perf_counter() - began, size)

    def _told(self, scope: Scope, name: str, status: int, seconds: float, size: int) -> None:
        route = getattr(scope.get("route"), "path", "") or (
            "static" if scope["path"].startswith("/static/") else "none"
        )
        method = scope["method"] if scope["method"] in {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"} else "other"
        self._figures.requests.labels(method, route, str(status)).inc()
        self._figures.seconds.labels(method, route).observe(seconds)
        if route not in _QUIET:
            who = scope.get("state", {}).get("who")
            LOG.info("request", extra={"told": {
                "request": name, "method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1),
                "bytes": size, "by": getattr(who, "kind", "nobody"),
            }})  # fmt: skip


class Lines(logging.Formatter):
    """A record as one line of JSON. Of an error its kind and its place, not its words: they may be a person's."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line: dict[str, Any] = {"time": time, "level": record.levelname.lower(), "from": record.name,
                                "what": record.getMessage()}  # fmt: skip
        line |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error"] = type(error).__name__
            line["at"] = [f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}"
                          for f in traceback.extract_tb(error.__traceback__)[-8:]]  # fmt: skip
        return json.dumps(line, ensure_ascii=False, default=str)


def log_to(stream: Any, level: int = logging.INFO) -> None:
    """Have the server and its libraries log to a stream, a line of JSON each."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    for name in ("goodword", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler] if name != "uvicorn.error" else [], name == "uvicorn.error"
        logger.setLevel(level if name == "goodword" else logging.WARNING)
