"""A person's data: what is kept of a customer or shopper, for their request to see it, and its erasure.

个人信息保护法 44-47; Regulation (EU) 2016/679 Art. 15 and 17.
"""

from dataclasses import replace
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from goodword.app import Goodword
from goodword.errors import InputError, MissingExtra
from goodword.server.access import Who, need
from goodword.server.api.recommend import recommending
from goodword.server.console.links import link
from goodword.server.console.render import render
from goodword.server.shop import shop_of
from goodword.store import conversations

router = APIRouter(include_in_schema=False)
PATH = "/ledger/person"
Shop = Annotated[Goodword, Depends(shop_of)]
Name = Annotated[str, Query(max_length=300, pattern="^[^\x00-\x1f]*$")]


@router.get(PATH)
def person(
    request: Request, shop: Shop, who: Annotated[Who, Depends(need("auditor", "ledger"))], customer: Name = "",
    shopper: Name = "", done: str = "",
) -> HTMLResponse:  # fmt: skip
    """What is kept of one person: questions by their customer number, events by their shopper number."""
    customer, shopper = customer.strip(), shopper.strip()
    with shop.store.read() as conn:
        asked = conversations.of_customer(conn, customer) if customer else []
    return render(request, who, "ledger/person.html", customer=customer, shopper=shopper, asked=asked, done=done,
                  **_history(request, shopper))  # fmt: skip


@router.post(f"{PATH}/erase")
def erase(
    request: Request, shop: Shop, who: Annotated[Who, Depends(need("admin", "ledger"))],
    customer: Annotated[str, Form(max_length=300)] = "", shopper: Annotated[str, Form(max_length=300)] = "",
) -> RedirectResponse:  # fmt: skip
    """Erase what is kept of them: conversations with their answers, or a history with what was learnt from it."""
    if customer.strip():
        with shop.store.begin() as conn:
            conversations.erase_customer(conn, customer.strip(), who.name)
    elif shopper.strip():
        told = recommending(request)
        mine = replace(told, voice=replace(told.voice, actor=who.name), _open=None, _opening=Lock())
        mine.delete(shopper.strip())
    else:
        raise InputError("nobody was named", cure="Give a customer's or a shopper's number")
    return RedirectResponse(link(PATH, customer=customer, shopper=shopper, done="yes"), 303)


def _history(request: Request, shopper: str) -> dict[str, Any]:
    """A shopper's events, newest first, and what the ledger says was done with them."""
    if not shopper:
        return {"rows": [], "proof": None}
    try:
        told = recommending(request)
        rows, proof = told.see(shopper), told.prove(shopper)
    except (InputError, MissingExtra):  # there is no recommender, so nothing is kept
        return {"rows": [], "proof": None}
    from goodword.jobs.recommend_shape import moment

    return {"rows": [{"sku": r.sku, "kind": r.kind, "time": str(moment(r.time))} for r in reversed(rows)],
            "proof": proof}  # fmt: skip
