"""`/v1/ask/answers`: what persons answered, for the shop's own mailer to send to whoever asked."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from goodword.app import Goodword
from goodword.server.access import Who, need
from goodword.server.api_route import ApiRoute
from goodword.server.shapes.common import Cursor, Json, Limit, Page, Told, at, cursor, findable
from goodword.server.shop import shop_of
from goodword.store import answers
from goodword.types import Lang

router = APIRouter(prefix="/v1/ask", route_class=ApiRoute, tags=["ask"])


class AnsweredOut(Told):
    """A person's answer, and the question it answers. `text` is empty where the answer was taken back since."""

    id: int = Field(examples=[3])
    conversation: str = Field(examples=["c0ffee0123456789"])
    question: str
    lang: Lang
    asked: str
    answered: str
    text: str
    signed_in: bool = Field(description="whether the customer had signed in: then `customer` finds it, too")


class AnsweredPage(Page):
    """Answers in the order they were given. `next` is there at the end, too: keep it, and ask again with it."""

    items: list[AnsweredOut]


@router.get("/answers", response_model=None, responses={200: {"model": AnsweredPage}})
def answered(
    shop: Annotated[Goodword, Depends(shop_of)], who: Annotated[Who, Depends(need("viewer", "ask"))],
    cursor_: Annotated[Cursor, Query(alias="cursor")] = "",
    customer: Annotated[str, Query(max_length=300, description="only this customer's, by the shop's id")] = "",
    limit: Limit = 50,
) -> Json:  # fmt: skip
    """What persons answered, oldest answer first; ask again with `next` every minute or so, and mail what is new."""
    moment, number = at(cursor_, "answered", ""), at(cursor_, "id", 0)
    if not (findable(customer) and findable(moment)):
        return Json({"items": [], "next": None})
    with shop.store.read() as conn:
        found = answers.since(conn, moment, number, customer=customer, limit=limit)
    last = {"answered": found[-1].answered, "id": found[-1].id} if found else None
    return Json({"items": [_shown(a) for a in found], "next": cursor(last) if last else cursor_ or None})


def _shown(a: answers.Answered) -> dict[str, Any]:
    return {"id": a.id, "conversation": a.conversation, "question": a.question, "lang": a.lang, "asked": a.asked,
            "answered": a.answered, "text": a.text, "signed_in": a.signed_in}  # fmt: skip
