"""The desk: what waits for a person, the gravest first; the decision, and what came of it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection
from starlette.responses import Response

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs import queue
from goodword.server import problems, words
from goodword.server.access import Who, need
from goodword.server.console.judged import sentences, whole
from goodword.server.console.links import link
from goodword.server.console.render import Nav, render
from goodword.server.shop import shop_of
from goodword.store import catalogue, desk, ledger, shelf, statements
from goodword.store.desk import Item
from goodword.store.statements import Saved

router = APIRouter(include_in_schema=False)
NAV = Nav(order=40, path="/desk", label="Desk")
Shop = Annotated[Goodword, Depends(shop_of)]
Viewer = Annotated[Who, Depends(need("viewer", "desk"))]
Order = Literal["risk", "age"]
MOST, _PAGE = 2000, 50  # those that wait longest are looked at; decided ones by the page


def waiting(conn: Connection, order: Order = "risk", risk: str = "", text: str = "") -> list[queue.Waiting]:
    """The queue in order.

    Args:
        risk: only this one.
        text: only texts in this language.
    """
    items = [i for i in desk.items(conn, limit=MOST) if not text or i.draft.lang == text]
    names = shelf.names(conn, sorted({i.draft.sku for i in items}))
    rated = queue.queue(items, {sku: n.product_class for sku, n in names.items()}, by_age=order == "age")
    return [w for w in rated if not risk or w.risk == risk]


@router.get("/desk")
def queued(
    request: Request, shop: Shop, who: Viewer, order: Order = "risk", risk: str = "", text: str = "", done: str = ""
) -> HTMLResponse:
    """What waits."""
    with shop.store.read() as conn:
        found = waiting(conn, order, risk, text)
        names = shelf.names(conn, sorted({w.item.draft.sku for w in found}))
        count = desk.count(conn)
    return render(request, who, "desk/list.html", found=found, names=names, count=count, order=order, risk=risk,
                  text=text, done=done, asked=_asked(order, risk, text))  # fmt: skip


@router.get("/desk/decided")
def decided(request: Request, shop: Shop, who: Viewer, before: int | None = None) -> HTMLResponse:
    """What was decided, by whom and why, and what came of it."""
    with shop.store.read() as conn:
        items = desk.decided(conn, before=before, limit=_PAGE)
        names = shelf.names(conn, sorted({i.draft.sku for i in items}))
        count = desk.count(conn)
    older = link("/desk/decided", before=items[-1].id) if len(items) == _PAGE else ""
    return render(request, who, "desk/decided.html", items=items, names=names, count=count, older=older)


@router.get("/desk/{number}")
def item(
    request: Request, shop: Shop, who: Viewer, number: int, order: Order = "risk", risk: str = "", text: str = "",
    done: str = "",
) -> HTMLResponse:  # fmt: skip
    """One text that waits, or waited, with its source."""
    return _page(request, shop, who, number, order=order, risk=risk, text=text, done=done)


@router.post("/desk/{number}")
def decide(
    request: Request, shop: Shop, who: Annotated[Who, Depends(need("approver", "desk"))], number: int,
    decision: Annotated[Literal["approved", "rejected"], Form()], reason: Annotated[str, Form(max_length=2000)] = "",
    order: Annotated[Order, Form()] = "risk", risk: Annotated[str, Form()] = "", text: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Approve or reject, and go on with the next."""
    with shop.store.read() as conn:
        before, after = _neighbours(waiting(conn, order, risk, text), number)
    if not reason.strip():
        told = words.of(request).put("a decision needs a reason")
        return _page(request, shop, who, number, order=order, risk=risk, text=text, error=told)
    try:
        shop.decide(number, decision, who=who.name, reason=reason)
    except InputError as error:
        said = words.of(request).told(error)
        return _page(request, shop, who, number, order=order, risk=risk, text=text, error=said, reason=reason)
    asked = {"order": order if order != "risk" else "", "risk": risk, "text": text, "done": f"{decision}-{number}"}
    following = after or before
    return RedirectResponse(link(f"/desk/{following}" if following else "/desk", **asked), 303)


def _page(
    request: Request, shop: Goodword, who: Who, number: int, *, order: Order, risk: str, text: str, done: str = "",
    error: str = "", reason: str = "",
) -> HTMLResponse:  # fmt: skip
    said = words.of(request)
    with shop.store.read() as conn:
        found = _get(conn, number)
        product = catalogue.get(conn, found.draft.sku)
        line = waiting(conn, order, risk, text)
        wrote = ledger.get(conn, found.ledger).actor
        saved = _made(conn, found) if found.state == "approved" else None
    mine = next((w for w in line if w.item.id == number), None)
    rated = mine or queue.rate(found, product.product_class if product else "general")
    before, after = _neighbours(line, number)
    blocked = any(f.severity == "block" for f in found.ruling.findings)
    asked = _asked(order, risk, text)
    return render(
        request, who, "desk/item.html", status=422 if error else 200, item=found, rated=rated, product=product,
        titles={f.lang: f.text for f in reversed(product.facts) if f.key == "title"} if product else {},
        sentences=sentences(found.draft, found.ruling, product.facts if product else (), said),
        whole=whole(found.draft, found.ruling, said), wrote=wrote, saved=saved, error=error, reason=reason, done=done,
        place=[w.item.id for w in line].index(number) + 1 if mine else 0, total=len(line),
        before=f"/desk/{before}{asked}" if before else "", after=f"/desk/{after}{asked}" if after else "", asked=asked,
        order=order, risk=risk, text=text, blocked=blocked,
        own=shop.settings.server.four_eyes and wrote == who.name,
    )  # fmt: skip


def _asked(order: str, risk: str, text: str) -> str:
    return link("", order=order if order != "risk" else "", risk=risk, text=text)


def _neighbours(line: list[queue.Waiting], number: int) -> tuple[int | None, int | None]:
    """The items before and behind one in the queue."""
    ids = [w.item.id for w in line]
    at = ids.index(number) if number in ids else -1
    before = ids[at - 1] if at > 0 else None
    after = ids[at + 1] if 0 <= at < len(ids) - 1 else None
    return before, after


def _get(conn: Connection, number: int) -> Item:
    try:
        return desk.get(conn, number)
    except InputError as error:
        raise problems.Missing(f"the desk has no item {number}", cure="Look at what waits") from error


def _made(conn: Connection, item: Item) -> Saved | None:
    """The statement that an approval made."""
    return next((s for s in statements.of_product(conn, item.draft.sku) if s.key == item.key), None)
