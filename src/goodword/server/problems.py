"""Errors at the edge of HTTP: one table from our errors to status codes, told as problem+json or as a page.

Source: RFC 9457. No traceback leaves the server; what nobody foresaw is logged whole and told in one line.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from goodword.errors import BackendError, DataError, GoodwordError, InputError, LedgerError, MissingExtra
from goodword.server import words

LOG = logging.getLogger("goodword.server")
SAID = {
    400: "this request cannot be read",
    401: "sign in first",
    403: "your role does not allow this",
    404: "there is no such page or thing",
    405: "this cannot be done here",
    406: "this cannot be told in the form asked for",
    409: "this was changed or decided meanwhile",
    412: "this is no longer as you saw it",
    413: "this is too large",
    415: "this kind of data is not taken here",
    422: "the input is wrong",
    429: "too many requests",
    500: "something went wrong here; it was logged",
    502: "the language model failed",
    503: "this cannot be done just now; try again",
    504: "this took too long",
}
PAGES_OF_PROGRAMS = ("/v1/", "/openai/", "/widget/", "/healthz", "/readyz", "/metrics", "/static/")


class Missing(InputError):
    """There is no such thing: 404."""


class Refused(InputError):
    """Not allowed, whatever the role: 403."""


class Conflict(InputError):
    """It was changed or decided meanwhile: 409."""


class Stale(InputError):
    """It is no longer as the caller saw it: 412."""


class Unsupported(InputError):
    """This kind of data is not taken here: 415."""


STATUS: tuple[tuple[type[GoodwordError], int], ...] = (
    (Missing, 404),
    (Refused, 403),
    (Conflict, 409),
    (Stale, 412),
    (Unsupported, 415),
    (MissingExtra, 503),
    (InputError, 422),
    (LedgerError, 500),
    (DataError, 500),
    (BackendError, 502),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, where, and how to mend it; in English, put into the reader's language when it is told."""

    status: int
    what: str = ""
    where: str = ""
    cure: str = ""
    headers: Mapping[str, str] | None = None

    @property
    def said(self) -> str:
        """The clause that is told."""
        return self.what or SAID.get(self.status, SAID[400 if self.status < 500 else 500])


def of(error: GoodwordError) -> Problem:
    """A problem of one of our errors."""
    if isinstance(error, BackendError) and error.retryable:
        return Problem(503, str(error), headers={"Retry-After": "10"})
    status = next((code for kind, code in STATUS if isinstance(error, kind)), 500)
    if isinstance(error, InputError):
        return Problem(status, error.what, error.where, error.cure)
    return Problem(status, str(error))


def as_json(request: Request, problem: Problem) -> Response:
    """problem+json in the reader's language."""
    put = words.of(request).put
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": put(SAID.get(problem.status, SAID[500])),
        "status": problem.status,
        "detail": put(problem.said),
        "instance": request.url.path,
    }
    if problem.where:
        body["where"] = words.of(request).place(problem.where)
    if problem.cure:
        body["cure"] = put(problem.cure)
    headers = dict(problem.headers or {})
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, problem.status, headers, media_type="application/problem+json")


def for_programs(request: Request) -> bool:
    """Whether a program asks rather than a person at a page."""
    return request.url.path.startswith(PAGES_OF_PROGRAMS) or "text/html" not in request.headers.get("Accept", "")


# Of a request these are said in words of its own: the same errors of the settings file are told otherwise.
WRONG = {
    "extra_forbidden": "nothing of this name is taken here",
    "model_type": "this must be an object of names and values",
    "model_attributes_type": "this must be an object of names and values",
}


def _wrong(request: Request, error: Mapping[str, Any]) -> str:
    """A library's word for what is wrong; a general one where its own is not known in the reader's language."""
    said, what = words.of(request), WRONG.get(error["type"], words.lowered(str(error["msg"])))
    known = said.lang == "en" or said.put(what) != what
    return what if known else "this value is not as it must be here"


Answer = Callable[[Request, Problem], Response]


def install(app: FastAPI, answer: Answer) -> None:
    """Have every error told by `answer`."""

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, GoodwordError)
        found = of(error)
        if found.status >= 500:
            LOG.error("failed: %s", error)
        return answer(request, found)

    async def wrong(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        if first["type"] == "json_invalid":
            return answer(request, Problem(400, "the body is not JSON", where, cure="Send JSON as UTF-8"))
        return answer(request, Problem(422, _wrong(request, first), where))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(request, Problem(error.status_code, headers=error.headers))

    async def gone(request: Request, error: Exception) -> Response:
        """Whoever asked has hung up before the whole request came: nobody is there to be told."""
        return Response(status_code=499)

    async def unforeseen(request: Request, error: Exception) -> Response:
        route = getattr(request.scope.get("route"), "path", "")  # its pattern: a path may name a person
        LOG.exception("unforeseen at %s", route, exc_info=error)
        return answer(request, Problem(500))

    app.add_exception_handler(GoodwordError, ours)
    app.add_exception_handler(RequestValidationError, wrong)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(Exception, unforeseen)
