"""People: who may use Goodword and as what; the keys of programs, each shown once. For administrators."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.server import people, words
from goodword.server.access import ROLES, SCOPES, Who, need
from goodword.server.console.render import Nav, render
from goodword.server.problems import Missing
from goodword.server.shop import shop_of
from goodword.store import people as kept
from goodword.store.codec import now

router = APIRouter(include_in_schema=False)
NAV = Nav(order=100, path="/people", label="People", role="admin")
Shop = Annotated[Goodword, Depends(shop_of)]
Admin = Annotated[Who, Depends(need("admin", "people"))]
Many = Annotated[list[str] | None, Form()]
_POLICIES = ("", "block", "hold", "rewrite", "annotate")


@router.get("/people")
def users(request: Request, shop: Shop, who: Admin) -> HTMLResponse:
    """Everybody, with their roles."""
    return _people(request, shop, who)


@router.post("/people/invite")
def invite(
    request: Request, shop: Shop, who: Admin, name: Annotated[str, Form(max_length=64)] = "", roles: Many = None
) -> HTMLResponse:
    """Make a one-time link for somebody new; it is shown on this page and nowhere again."""
    said = words.of(request)
    try:
        if not name.strip():
            raise InputError("a user needs a name of up to 64 letters", cure="Give another name")
        with shop.store.read() as conn:
            if kept.user(conn, name.strip()):
                raise InputError("this name is taken", cure="Choose another one")
        token = people.invite(shop.store, name, _roles(roles), actor=who.name)
    except InputError as error:
        return _people(request, shop, who, error=said.told(error), name=name, status=422)
    return _people(request, shop, who, link=_link(request, shop, token), of=name.strip())


@router.post("/people/reset")
def reset(request: Request, shop: Shop, who: Admin, name: Annotated[str, Form()]) -> HTMLResponse:
    """Make a one-time link with which somebody sets a new password."""
    found = _user(shop, name)
    token = people.invite(shop.store, found.name, found.roles, actor=who.name)
    return _people(request, shop, who, link=_link(request, shop, token), of=found.name)


@router.post("/people/change")
def change(
    request: Request, shop: Shop, who: Admin, name: Annotated[str, Form()], roles: Many = None,
    state: Annotated[str, Form(pattern="^(active|disabled)$")] = "active",
) -> Response:  # fmt: skip
    """Give somebody other roles, or close their account; their sessions end."""
    try:
        with shop.store.begin() as conn:
            kept.change_user(conn, _user(shop, name).name, roles=_roles(roles),
                             state="disabled" if state == "disabled" else "active", actor=who.name)  # fmt: skip
    except InputError as error:
        return _people(request, shop, who, error=words.of(request).told(error), status=422)
    return RedirectResponse("/people", 303)


@router.get("/people/keys")
def keys(request: Request, shop: Shop, who: Admin) -> HTMLResponse:
    """The keys of programs and of shop pages."""
    return _keys(request, shop, who)


@router.post("/people/keys")
def make_key(
    request: Request, shop: Shop, who: Admin, name: Annotated[str, Form(max_length=64)] = "",
    kind: Annotated[str, Form(pattern="^(api|storefront)$")] = "api", roles: Many = None, scopes: Many = None,
    origins: Annotated[str, Form(max_length=2000)] = "", policy: Annotated[str, Form(max_length=20)] = "",
) -> HTMLResponse:  # fmt: skip
    """Make a key; it is shown on this page and can never be read again."""
    said = words.of(request)
    try:
        token = _made(shop, who, name, kind, roles, scopes, origins, policy)
    except InputError as error:
        return _keys(request, shop, who, error=said.told(error), name=name, status=422)
    return _keys(request, shop, who, token=token, of=name.strip(), made=kind)


@router.post("/people/keys/revoke")
def revoke(shop: Shop, who: Admin, id: Annotated[str, Form()]) -> RedirectResponse:  # noqa: A002 - the name in the form
    """Take a key back for good."""
    with shop.store.begin() as conn:
        kept.revoke(conn, id, actor=who.name)
    return RedirectResponse("/people/keys", 303)


def _made(
    shop: Goodword, who: Who, name: str, kind: str, roles: list[str] | None, scopes: list[str] | None, origins: str,
    policy: str,
) -> str:  # fmt: skip
    if kind == "storefront":
        pages = [origin_of(line) for line in origins.split() if line.strip()]
        if not pages:
            raise InputError("a key for shop pages needs their address", cure="Write it like https://shop.example")
        return people.make_key(shop.store, name, kind="storefront", origins=pages, actor=who.name)
    reach = [s for s in scopes or () if s in SCOPES or s == "*"]
    if not reach:
        raise InputError("a key needs something it may be used for", cure="Choose at least one")
    if policy not in _POLICIES:
        raise InputError(f"there is no policy {policy!r}", cure="One of: block, hold, rewrite, annotate")
    return people.make_key(shop.store, name, roles=_roles(roles), scopes=reach, actor=who.name,
                           policy={"policy": policy} if policy else {})  # fmt: skip


_LOCAL = {"localhost", "127.0.0.1", "::1"}
_PORTS = {"https": 443, "http": 80}


def origin_of(address: str) -> str:
    """The origin of a shop page, as a browser says it: scheme, host, and a port that is not the usual one.

    Raises:
        InputError: it is no address, or not over TLS and not this machine.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL)
    if not safe or not host or parts.username or parts.path.strip("/") or parts.query or parts.fragment:
        raise InputError(f"{address!r} is no address of a shop", cure="Write it like https://shop.example")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != _PORTS[parts.scheme] else "")


def _roles(given: list[str] | None) -> list[str]:
    """The roles of a form.

    Raises:
        InputError: none, or one that there is not.
    """
    found: list[str] = [r for r in ROLES if r in (given or ())]
    if not found or len(found) != len(set(given or ())):
        raise InputError("at least one role is needed", cure="Choose what this one may do")
    return found


def _user(shop: Goodword, name: str) -> kept.User:
    with shop.store.read() as conn:
        found = kept.user(conn, name)
    if found is None:
        raise Missing(f"there is no user {name!r}", cure="See the list of people")
    return found


def _link(request: Request, shop: Goodword, token: str) -> str:
    base = shop.settings.server.url.rstrip("/") or str(request.base_url).rstrip("/")
    return f"{base}/welcome?token={token}"


def _people(
    request: Request, shop: Goodword, who: Who, *, error: str = "", link: str = "", of: str = "", name: str = "",
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    with shop.store.read() as conn:
        found = kept.users(conn)
    response = render(request, who, "people/list.html", status=status, users=found, roles=ROLES, error=error, link=link,
                      of=of, name=name, now=now())  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


def _keys(
    request: Request, shop: Goodword, who: Who, *, error: str = "", token: str = "", of: str = "", name: str = "",
    made: str = "api", status: int = 200,
) -> HTMLResponse:  # fmt: skip
    with shop.store.read() as conn:
        found = kept.keys(conn)
    response = render(
        request, who, "people/keys.html", status=status, keys=[k for k in found if not k.revoked], error=error,
        gone=[k for k in found if k.revoked], roles=ROLES, scopes=SCOPES, token=token, of=of, name=name, made=made,
        policies=_POLICIES, base=shop.settings.server.url.rstrip("/") or str(request.base_url).rstrip("/"),
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response
