"""Home: how the shop stands, what wants somebody, and what happened last."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from goodword.app import Goodword
from goodword.server.access import Who, need
from goodword.server.console.about import About, about
from goodword.server.console.links import fact_page, link, text_page
from goodword.server.console.render import Nav, render
from goodword.server.shop import shop_of
from goodword.store import catalogue, conversations, desk, ledger, shelf, stale, statements
from goodword.store.ledger import Entry

router = APIRouter(include_in_schema=False)
NAV = Nav(order=10, path="/", label="Home")
_LAST, _LOOKED = 8, 400
_SHOWN = ("released", "held", "refused", "approved", "rejected", "recalled")


@router.get("/")
def home(
    request: Request, shop: Annotated[Goodword, Depends(shop_of)], who: Annotated[Who, Depends(need("viewer"))]
) -> HTMLResponse:
    """The first page."""
    with shop.store.read() as conn:
        texts = shelf.texts(conn)
        decisions = desk.count(conn)
        values: dict[str, Any] = {
            "products": catalogue.count(conn), "released": texts["released"], "held": decisions.get("waiting", 0),
            "anew": stale.count_waiting(conn), "clashes": shelf.page(conn, clash=True, limit=1).total,
            "handed": sum(1 for _ in conversations.handed(conn)), "missing": len(conversations.unanswered(conn)),
            "last": _timeline(conn),
        }  # fmt: skip
    return render(request, who, "home.html", **values, four_eyes=shop.settings.server.four_eyes)


def _last(conn: Connection) -> Iterator[Entry]:
    """The newest entries about texts."""
    return islice((e for e in ledger.entries(conn, newest=True, limit=_LOOKED) if e.kind in _SHOWN), _LAST)


def _timeline(conn: Connection) -> list[dict[str, Any]]:
    last = list(_last(conn))
    known = about(conn, (e.subject for e in last))
    return [_told(conn, e, known[e.subject]) for e in last]


def _told(conn: Connection, entry: Entry, known: About) -> dict[str, Any]:
    """An entry of the ledger in a line, with what it is about."""
    href = link("/ledger/entry", position=entry.position)
    if entry.kind == "recalled":
        href = fact_page(entry.subject)
    elif entry.kind in {"released", "approved"} and known.channel:
        made = f"{entry.subject}/{entry.position}"
        href = text_page(made) if statements.get(conn, made) else href
    return {"entry": entry, "about": known, "href": href}
