"""A conversation the widget comes back to: what was said, what a person answered since, and its end for good."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from goodword.app import Goodword
from goodword.server.access import Who, storefront
from goodword.server.shop import shop_of
from goodword.server.widget.customers import customer_of
from goodword.server.widget.origins import sharing
from goodword.store import answers, conversations, statements
from goodword.store.answers import Answered
from goodword.store.conversations import Kept

router = APIRouter(prefix="/widget/v1", tags=["widget"])
Shop = Annotated[Goodword, Depends(shop_of)]
Asker = Annotated[Who, Depends(storefront())]
_LAST = 20  # questions shown again


class Mine(BaseModel):
    """A conversation of the visitor's own."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"conversation": "c0ffee0123456789"}})

    conversation: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$", description="as an answer gave it")
    session: str | None = Field(None, max_length=1024, description="token of a customer who has signed in at the shop")


@router.post("/conversation", summary="What was said before in this conversation")
def conversation(request: Request, shop: Shop, who: Asker, mine: Mine) -> Response:
    """The last questions with their answers, and what a person answered; `turns` is empty where it is not theirs."""
    told: dict[str, Any] = {"turns": [], "waiting": False, "answered": 0}
    with shop.store.read() as conn:
        if conversations.open_to(conn, mine.conversation, customer_of(shop, mine.session)):
            kept = conversations.turns(conn, mine.conversation)[-_LAST:]
            found = answers.of_conversation(conn, mine.conversation)
            newest = conversations.waits(conn, mine.conversation)
            told = {"turns": _turns(conn, kept, found), "waiting": newest is not None and newest.state == "waiting",
                    "answered": max((a.id for a in found if a.text), default=0)}  # fmt: skip
    return JSONResponse(told, headers={**sharing(request, who), "Cache-Control": "no-store"})


@router.post("/erase", summary="Erase this conversation")
def erase(request: Request, shop: Shop, who: Asker, mine: Mine) -> Response:
    """Erase a conversation of the visitor's own for good: questions, answers, and what the ledger holds of them."""
    with shop.store.begin() as conn:
        own = conversations.open_to(conn, mine.conversation, customer_of(shop, mine.session))
        erased = conversations.erase(conn, mine.conversation, "the customer asked", who.name) if own else 0
    return JSONResponse({"erased": erased}, headers=sharing(request, who))


def _turns(conn: Connection, kept: Sequence[Kept], found: Sequence[Answered]) -> list[dict[str, Any]]:
    """Each question with its answer, and under the one that was handed over what a person answered."""
    out: list[dict[str, Any]] = []
    left = [a for a in found if a.text]
    for n, turn in enumerate(kept):
        out.append({"by": "shop", "question": turn.question, **_answer(conn, turn)})
        until = kept[n + 1].time if n + 1 < len(kept) else ""
        while left and (not until or left[0].asked < until):
            one = left.pop(0)
            out.append({"by": "person", "answer": one.text, "id": one.id})
    return out


def _answer(conn: Connection, turn: Kept) -> dict[str, Any]:
    saved = statements.get(conn, turn.statement) if turn.statement else None
    if saved is None:
        return {"answer": "", "label": "", "lang": turn.lang, "quotes": []}
    said = saved.statement
    quotes = [e.quote for v in said.ruling.verdicts if v.stance == "supported" for e in v.evidence if e.quote]
    return {"answer": said.draft.text, "label": said.mark.text, "lang": said.draft.lang,
            "quotes": list(dict.fromkeys(quotes))}  # fmt: skip
