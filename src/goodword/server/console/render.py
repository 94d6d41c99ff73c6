"""Pages from templates, in the reader's language, for the role of whoever looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse

from goodword.app import Goodword
from goodword.errors import GoodwordError
from goodword.server import words
from goodword.server.access import NOBODY, Role, Who
from goodword.server.console.tongues import marked
from goodword.store import desk

_FOLDER = Path(__file__).parents[1] / "templates"
_YEAR = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Nav:
    """One entry of the navigation: a page's module names it `NAV`."""

    order: int
    path: str
    label: str  # English; a message
    role: Role = "viewer"


class Pages:
    """The templates of one application."""

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self._nav = sorted((n for m in modules if isinstance(n := getattr(m, "NAV", None), Nav)), key=lambda n: n.order)

    @cached_property
    def templates(self) -> jinja2.Environment:
        """Everything is escaped; a name that is not given is an error, not an empty place."""
        made = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, undefined=jinja2.StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        made.filters["marked"] = marked
        return made

    def nav(self, who: Who) -> list[Nav]:
        """What this one may open."""
        return [n for n in self._nav if who.may(n.role)]


def render(request: Request, who: Who, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page.

    Every template has `_` (a message in the reader's language, slots filled after it), `lang`, `who`, `csrf`, `nav`,
    `path` (where the reader is), `waiting` (counts beside entries of the navigation), `same` (the query of the same
    page in each language), and the values given.
    """
    pages: Pages = request.app.state.pages
    said = words.of(request)
    same = {other: request.url.include_query_params(lang=other).query for other in ("en", "zh")}
    given: dict[str, Any] = {"path": request.url.path, "waiting": _waiting(request, who), "same": same, **values}
    text = pages.templates.get_template(template).render(
        _=said.put, lang=said.lang, who=who, csrf=who.csrf, nav=pages.nav(who), **given
    )
    response = HTMLResponse(text, status)
    response.headers["Content-Language"] = said.lang
    response.headers["Vary"] = "Cookie, Accept-Language"
    if "lang" in request.query_params:
        secure = request.app.state.goodword.settings.server.secure_cookies
        response.set_cookie(words.COOKIE, said.lang, max_age=_YEAR, httponly=True, samesite="lax", secure=secure)
    return response


def _waiting(request: Request, who: Who) -> dict[str, int]:
    """How many texts wait at the desk; {} where none does, or where the store cannot say: no page fails for that."""
    if not who.may("viewer", "desk"):
        return {}
    goodword: Goodword = request.app.state.goodword
    try:
        with goodword.store.read() as conn:
            count = desk.count(conn).get("waiting", 0)
    except GoodwordError:
        return {}
    return {"/desk": count} if count else {}


def who_of(request: Request) -> Who:
    """Who asks, where no route has said so: on the page of an error."""
    found: Who = request.scope.get("state", {}).get("who", NOBODY)
    return found
