"""Routes of the HTTP interface: a request sent twice acts once, and what has not changed is not sent again.

Idempotency-Key: IETF draft of that name. ETag and If-None-Match: RFC 9110 sections 8.8.3 and 13.1.2.
"""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from anyio import to_thread
from fastapi import Request, Response
from fastapi.routing import APIRoute

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.server import problems
from goodword.server.access import Who
from goodword.store import replies
from goodword.store.replies import Reply

HEADER = "Idempotency-Key"
_LONGEST = 200
_NOT_KEPT = {"content-length", "date", "server"}
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ApiRoute(APIRoute):
    """The route class of every router in `server/api`."""

    def get_route_handler(self) -> Handler:
        """The handler, with keys on what changes something and tags on what is read."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            await _readable(request)
            if request.method == "GET":
                return _tagged(request, await inner(request))
            key = request.headers.get(HEADER)
            if request.method == "POST" and key is not None:
                return await _once(request, inner, key)
            return await inner(request)

        return handler


async def _readable(request: Request) -> None:
    """A database cannot look for NUL, and no text of a shop holds it."""
    found = "\0" in request.url.path or "%00" in request.url.query
    if request.headers.get("Content-Type", "").startswith("application/json"):
        found = found or b"\\u0000" in await request.body()
    if found:
        raise InputError("the request holds a NUL character", cure="Remove it")


def _tagged(request: Request, response: Response) -> Response:
    """With a tag; 304 and no body where the caller has it already."""
    body = getattr(response, "body", None)
    if response.status_code != 200 or not isinstance(body, bytes) or not body:
        return response
    tag = response.headers.get("ETag") or f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    response.headers["ETag"] = tag
    response.headers.setdefault("Cache-Control", "private, no-cache")
    known = [t.strip().removeprefix("W/") for t in request.headers.get("If-None-Match", "").split(",")]
    if tag.removeprefix("W/") in known or "*" in known:
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": response.headers["Cache-Control"]})
    return response


async def _once(request: Request, inner: Handler, key: str) -> Response:
    """Act on a request with a key once; the same reply to the same request, a refusal to another."""
    if not key.strip() or len(key) > _LONGEST:
        raise InputError("an idempotency key has 1 to 200 characters", where=HEADER)
    goodword: Goodword = request.app.state.goodword
    who: Who = request.scope["state"]["who"]
    body = await request.body()
    asked = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode() + body).hexdigest()
    first = await to_thread.run_sync(_taken, goodword, who.name, key, asked)
    if first is not None:
        return _again(first, asked)
    try:
        response = await inner(request)
    except BaseException:  # it acted on nothing, so it may be mended and sent again under the same key
        await to_thread.run_sync(_dropped, goodword, who.name, key)
        raise
    whole = getattr(response, "body", None)
    if response.status_code < 500 and isinstance(whole, bytes):
        headers = {k: v for k, v in response.headers.items() if k.lower() not in _NOT_KEPT}
        await to_thread.run_sync(_kept, goodword, who.name, key, response.status_code, headers, whole)
    else:
        await to_thread.run_sync(_dropped, goodword, who.name, key)
    return response


def _again(first: Reply, asked: str) -> Response:
    if first.request != asked:
        raise InputError("this idempotency key came with another request", where=HEADER, cure="Give a new key")
    if first.status is None:
        raise problems.Conflict("the first request with this idempotency key is still at work", cure="Wait, try again")
    return Response(first.body, first.status, {**first.headers, "Idempotency-Replayed": "true"})


def _taken(goodword: Goodword, actor: str, key: str, asked: str) -> Reply | None:
    with goodword.store.begin() as conn:
        return replies.take(conn, actor, key, asked)


def _kept(goodword: Goodword, actor: str, key: str, status: int, headers: dict[str, str], body: bytes) -> None:
    with goodword.store.begin() as conn:
        replies.keep(conn, actor, key, status, headers, body)


def _dropped(goodword: Goodword, actor: str, key: str) -> None:
    with goodword.store.begin() as conn:
        replies.drop(conn, actor, key)
