"""Signing in and out, the one-time link that sets a password, and one's own account."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.server import people, problems, words
from goodword.server.access import COOKIE, Who, anyone, need
from goodword.server.console.render import render
from goodword.server.shop import shop_of

router = APIRouter(include_in_schema=False)
Shop = Annotated[Goodword, Depends(shop_of)]
Anyone = Annotated[Who, Depends(anyone())]


@router.get("/sign-in")
def page(request: Request, who: Anyone, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """The page to sign in."""
    if who.kind == "person":
        return RedirectResponse(inside(next), 303)
    return render(request, who, "sign_in.html", next=inside(next), name="", error="")


@router.post("/sign-in")
def enter(
    request: Request, shop: Shop, who: Anyone, name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:  # fmt: skip
    """Sign in, and go where one wanted to go."""
    try:
        signed = people.sign_in(shop, name, password)
    except problems.Refused as error:
        told = words.of(request).told(error)
        return render(request, who, "sign_in.html", status=403, next=inside(next), name=name, error=told)
    return _signed_in(shop, signed, inside(next))


@router.post("/sign-out")
def leave(request: Request, shop: Shop, who: Anyone) -> Response:
    """End the session."""
    people.sign_out(shop.store, request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@router.get("/welcome")
def welcome(request: Request, shop: Shop, who: Anyone, token: str = "") -> Response:
    """The page behind a one-time link: choose a name and a password."""
    found = people.invitation(shop.store, token)
    if found is None:
        raise problems.Missing("this link was used or is too old", cure="Ask for a new one")
    return render(request, who, "welcome.html", token=token, name=found.user, error="")


@router.post("/welcome")
def accept(
    request: Request, shop: Shop, who: Anyone, token: Annotated[str, Form()] = "", name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Set the password of the link's user, and sign in."""
    try:
        chosen = people.accept(shop.store, token, name, password)
    except InputError as error:
        told = words.of(request).told(error)
        return render(request, who, "welcome.html", status=422, token=token, name=name, error=told)
    return _signed_in(shop, people.sign_in(shop, chosen, password), "/")


@router.get("/account")
def account(request: Request, who: Annotated[Who, Depends(need("viewer"))]) -> Response:
    """One's own account."""
    return render(request, who, "account.html", error="", done=False)


@router.post("/account")
def change(
    request: Request, shop: Shop, who: Annotated[Who, Depends(need("viewer"))], old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Change one's own password; other sessions end."""
    name = who.name.removeprefix("user:")
    try:
        people.change_password(shop, name, old, new)
    except InputError as error:
        return render(request, who, "account.html", status=422, error=words.of(request).told(error), done=False)
    return _signed_in(shop, people.sign_in(shop, name, new), "/account")


def inside(path: str) -> str:
    """A path of this server, whatever was asked for: never another site."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if plain and not path.startswith("/sign-") else "/"


def _signed_in(shop: Goodword, signed: people.Signed, to: str) -> Response:
    response = RedirectResponse(to, 303)
    secure = shop.settings.server.secure_cookies
    response.set_cookie(COOKIE, signed.token, httponly=True, samesite="lax", secure=secure, path="/")
    return response
