"""Who may do what: every route names the role it needs, and one gate asks before anything of a request is read.

A person comes with a session cookie, a program with a key in `Authorization: Bearer`. The gate stands in front of the
routes, so that a request which may not pass costs no parsing and tells nothing. A route that names nothing is refused.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

from anyio import to_thread
from fastapi import Request
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from goodword.app import Goodword
from goodword.server import people, problems
from goodword.store import people as kept

Role = Literal["viewer", "writer", "approver", "auditor", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
SCOPES: Final = (
    "ask", "catalogue", "check", "describe", "desk", "ledger", "metrics", "people", "proxy", "recall", "recommend",
    "reviews", "screen", "tasks",
)  # fmt: skip
COOKIE, SAFE = "gw_session", frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """Who is asking. `name` is what the ledger records; `csrf` is the session's token, '' for programs."""

    name: str
    kind: Literal["person", "key", "storefront", "nobody"]
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    csrf: str = ""
    key: kept.Key | None = None

    def may(self, role: Role, scope: str = "") -> bool:
        """Whether this one has the role, and for a program the scope too. Every role may look; an admin may all."""
        if self.kind not in {"person", "key"}:
            return False
        has = role in self.roles or "admin" in self.roles or (role == "viewer" and bool(self.roles))
        reaches = self.kind == "person" or "*" in self.scopes or (scope != "" and scope in self.scopes)
        return has and reaches


NOBODY = Who(name="nobody", kind="nobody")


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """What a route needs."""

    kind: Literal["role", "anyone", "storefront"]
    role: Role = "viewer"
    scope: str = ""


Dependency = Callable[[Request], Awaitable[Who]]


def need(role: Role, scope: str = "") -> Dependency:
    """Only for those with this role; programs also need the scope. One without a scope is for persons alone."""
    return _marked(Access(kind="role", role=role, scope=scope))


def anyone() -> Dependency:
    """Open to everybody."""
    return _marked(Access(kind="anyone"))


def storefront() -> Dependency:
    """For shop pages: a publishable key from an origin it is made for, or a person who may look."""
    return _marked(Access(kind="storefront"))


def _marked(access: Access) -> Dependency:
    async def who(request: Request) -> Who:
        found: Who = request.scope["state"]["who"]
        if found.kind == "person" and request.method not in SAFE:
            await _csrf(request, found)
        return found

    who.access = access  # type: ignore[attr-defined]  # read by `access_of`
    return who


async def _csrf(request: Request, who: Who) -> None:
    """A person's unsafe request carries the token of their session, in a header or a form."""
    given = request.headers.get("X-CSRF-Token", "")
    kind = request.headers.get("Content-Type", "")
    if not given and kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        given = str((await request.form()).get("csrf", ""))
    if not people.same(given, who.csrf):
        raise problems.Refused("this form is too old or comes from elsewhere", cure="Load the page again")


def access_of(route: APIRoute) -> Access | None:
    """What a route needs; None where it does not say, or says it more than once."""
    found = [a for d in route.dependant.dependencies if (a := getattr(d.call, "access", None))]
    return found[0] if len(found) == 1 else None


def marked(routes: Sequence[APIRoute]) -> list[tuple[APIRoute, Access]]:
    """Every route with what it needs.

    Raises:
        TypeError: a route does not say.
    """
    found = [(route, access_of(route)) for route in routes]
    for route, access in found:
        if access is None:
            raise TypeError(f"{route.path} must name who may use it, once: need(), anyone() or storefront()")
    return [(route, access) for route, access in found if access]


class Gate:
    """Asks who comes and whether they may, before a byte of the body is read."""

    def __init__(
        self, app: ASGIApp, *, routes: Sequence[APIRoute], goodword: Goodword, answer: problems.Answer
    ) -> None:
        self._app, self._goodword, self._answer = app, goodword, answer
        self._routes = marked(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass, or answer 401 or 403."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        who = await to_thread.run_sync(self._who, headers)
        scope.setdefault("state", {})["who"] = who
        refusal = self._refusal(scope, headers, who)
        if refusal is not None:
            await self._answer(Request(scope), refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers, who: Who) -> problems.Problem | None:
        access = self._needed(scope)
        shop_page = access is not None and access.kind == "storefront"
        by_browser = who.kind in {"person", "nobody"} and not (shop_page and who.kind == "nobody")
        if by_browser and scope["method"] not in SAFE and not _own_page(headers):
            return problems.Problem(403, "this request comes from another site")
        if access is None or access.kind == "anyone":
            return None  # no such route: the router says so
        if access.kind == "storefront":
            return _storefront(headers, who, preflight=scope["method"] == "OPTIONS")
        if who.may(access.role, access.scope):
            return None
        if who.kind == "nobody":
            return problems.Problem(401, "sign in first")
        return problems.Problem(403, "your role does not allow this", cure="Ask an administrator")

    def _needed(self, scope: Scope) -> Access | None:
        partial: Access | None = None
        for route, access in self._routes:
            match, _ = route.matches(scope)
            if match == Match.FULL:
                return access
            if match == Match.PARTIAL and partial is None:
                partial = access
        return partial

    def _who(self, headers: Headers) -> Who:
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            key = people.key_of(self._goodword.store, token.strip())
            if key is None:
                return NOBODY
            kind: Literal["key", "storefront"] = "storefront" if key.kind == "storefront" else "key"
            return Who(name=f"key:{key.name}", kind=kind, roles=frozenset(key.roles), scopes=frozenset(key.scopes),
                       key=key)  # fmt: skip
        cookie = _cookies(headers).get(COOKIE, "")
        session = people.session_of(self._goodword, cookie) if cookie else None
        if session is None:
            return NOBODY
        return Who(name=f"user:{session.user.name}", kind="person", roles=frozenset(session.user.roles),
                   scopes=frozenset({"*"}), csrf=session.csrf)  # fmt: skip


def _cookies(headers: Headers) -> dict[str, str]:
    pairs = (part.strip().partition("=") for line in headers.getlist("Cookie") for part in line.split(";"))
    return {name: value for name, _, value in pairs}


def _own_page(headers: Headers) -> bool:
    """Whether the browser says that one of our own pages asks. Old browsers say it by `Origin` alone."""
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == headers.get("Host", "")


def _storefront(headers: Headers, who: Who, *, preflight: bool) -> problems.Problem | None:
    if preflight or who.may("viewer", "ask"):
        return None
    if who.kind != "storefront" or who.key is None:
        return problems.Problem(401, "this needs a storefront key")
    origin = headers.get("Origin")
    if origin is not None and origin not in who.key.origins and urlsplit(origin).netloc != headers.get("Host", ""):
        return problems.Problem(403, "this key is not made for this site")
    return None


def routes_of(routers: Sequence[Any]) -> list[APIRoute]:
    """The routes of all routers."""
    return [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
