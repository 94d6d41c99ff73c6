"""What questions are answered from: passages with their days; what could not be answered; and filling the gap."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs.asking import lexis, persons, shelf
from goodword.server import words
from goodword.server.access import Who, need
from goodword.server.console.links import link
from goodword.server.console.questions import Text, last_day, looked_over
from goodword.server.console.render import render
from goodword.server.problems import Missing
from goodword.server.shop import shop_of
from goodword.store import conversation_list, conversations
from goodword.store import passages as kept
from goodword.store import shelf as titles

router = APIRouter(include_in_schema=False)
Shop = Annotated[Goodword, Depends(shop_of)]
Viewer = Annotated[Who, Depends(need("viewer", "ask"))]
Writer = Annotated[Who, Depends(need("writer", "ask"))]
_MOST, _SHOWN = 100, 300


@router.get("/questions/unanswered")
def unanswered(request: Request, shop: Shop, who: Viewer, since: str = "") -> HTMLResponse:
    """What customers ask that the shop cannot answer, the most wanted first."""
    with shop.store.read() as conn:
        found = conversations.unanswered(conn, since=since)
        names = titles.names(conn, sorted({u.product for u in found if u.product}))
        counts = conversation_list.counts(conn)
    return render(request, who, "questions/unanswered.html", found=found[:_MOST], more=max(0, len(found) - _MOST),
                  names=names, counts=counts, since=since, topic=lexis.called,
                  most=max([u.count for u in found], default=1))  # fmt: skip


@router.get("/questions/passages")
def passages(request: Request, shop: Shop, who: Viewer, find: str = "") -> HTMLResponse:
    """The passages, those that hold today apart from those that do not."""
    today = datetime.now(UTC).date()
    wanted = find.strip().lower()[:200]
    every = shelf.kept(shop.store)
    found = [h for h in every if wanted in f"{h.passage.id} {h.context} {h.passage.text}".lower()]
    with shop.store.read() as conn:
        counts = conversation_list.counts(conn)
    return render(
        request, who, "questions/passages.html", find=find, counts=counts, total=len(every),
        holding=[h for h in found if h.holds(today)][:_SHOWN], over=[h for h in found if not h.holds(today)][:_SHOWN],
        shown=len(found),
    )  # fmt: skip


@router.get("/questions/passage")
def passage(request: Request, shop: Shop, who: Viewer, id: str) -> HTMLResponse:  # noqa: A002 - in the address
    """One passage with every version it had."""
    with shop.store.read() as conn:
        versions = kept.versions(conn, id)
        counts = conversation_list.counts(conn)
    if not versions:
        raise Missing(f"there is no passage {id!r}", cure="See the list of passages")
    held = [(number, saved, ended, shelf.held_of(body)) for number, saved, ended, body in reversed(versions)]
    return render(request, who, "questions/passage.html", versions=held, last=held[0], counts=counts)


@router.post("/questions/passage/end")
def end(shop: Shop, who: Writer, id: Annotated[str, Form()]) -> RedirectResponse:  # noqa: A002
    """Answer no more from a passage."""
    persons.ended(shop.store, id, who=who.name)
    return RedirectResponse(link("/questions/passage", id=id), 303)


@router.get("/questions/write")
def write(request: Request, shop: Shop, who: Writer, question: str = "", product: str = "") -> HTMLResponse:
    """Where an answer is written once for all who ask."""
    return _form(request, shop, who, question=question[:2000], product=product)


@router.post("/questions/write")
def put(
    request: Request, shop: Shop, who: Writer, question: Text = "", text: Text = "", until: Annotated[str, Form()] = "",
    product: Annotated[str, Form()] = "", sure: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Keep an answer as a passage that holds from today."""
    said = words.of(request)
    try:
        found = looked_over(shop, text, said, sure=bool(sure), question=question)
        if not found:
            today = datetime.now(UTC).date()
            held = persons.written(shop.store, question, text, who=who.name, today=today, until=last_day(until),
                                   sku=product.strip())  # fmt: skip
            return RedirectResponse(link("/questions/passage", id=held.passage.id), 303)
        return _form(request, shop, who, question=question, text=text, until=until, product=product, doubts=found)
    except InputError as error:
        return _form(request, shop, who, question=question, text=text, until=until, product=product,
                     error=said.told(error))  # fmt: skip


def _form(
    request: Request, shop: Goodword, who: Who, *, question: str = "", text: str = "", until: str = "",
    product: str = "", doubts: tuple[persons.Doubt, ...] = (), error: str = "",
) -> HTMLResponse:  # fmt: skip
    with shop.store.read() as conn:
        names, counts = titles.names(conn, [product] if product else []), conversation_list.counts(conn)
    return render(
        request, who, "questions/write.html", status=422 if doubts or error else 200, question=question, text=text,
        until=until, product=product, names=names, doubts=doubts, error=error, counts=counts,
        grave=any(d.grave for d in doubts), today=datetime.now(UTC).date().isoformat(),
    )  # fmt: skip
