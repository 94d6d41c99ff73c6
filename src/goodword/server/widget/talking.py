"""What the widget asks: questions, answered sentence by sentence; what became of a hand-over."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response, StreamingResponse

from goodword.app import Goodword
from goodword.errors import GoodwordError
from goodword.jobs.asking.nouns import Answer, Outcome, Question, Turn
from goodword.jobs.asking.shape import evidence
from goodword.server import problems
from goodword.server.access import Who, storefront
from goodword.server.shop import shop_of
from goodword.server.streaming import sent
from goodword.server.widget.customers import customer_of
from goodword.server.widget.origins import sharing
from goodword.server.widget.pace import Pace
from goodword.store import answers, conversations, statements
from goodword.types import Lang

router = APIRouter(prefix="/widget/v1", tags=["widget"])
Shop = Annotated[Goodword, Depends(shop_of)]
Asker = Annotated[Who, Depends(storefront())]
_HISTORY = 8


class Asked(BaseModel):
    """A customer's question."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"question": "Is it waterproof?", "product": "EL-002"}}
    )

    question: str = Field(min_length=1, max_length=2000)
    product: str | None = Field(None, max_length=200, description="SKU of the product the customer looks at")
    lang: Lang | None = None
    conversation: str | None = Field(None, pattern=r"^[A-Za-z0-9_-]{8,64}$", description="as an earlier answer gave it")
    session: str | None = Field(None, max_length=1024, description="token of a customer who has signed in at the shop")


class Waiting(BaseModel):
    """A conversation that was handed to a person."""

    model_config = ConfigDict(extra="forbid")

    conversation: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    session: str | None = Field(None, max_length=1024)


@router.post("/ask", summary="Ask the shop; the answer grows as events")
def ask(request: Request, shop: Shop, who: Asker, asked: Asked) -> Response:
    """The answer as server-sent events: `answer` with what may be said so far, then `done` with all of it."""
    wait = _pace(request, shop).wait(f"{who.name}\0{request.client.host if request.client else ''}")
    if wait > 0:
        problem = problems.Problem(429, headers={"Retry-After": str(int(wait) + 1)})
        refused = problems.as_json(request, problem)
        refused.headers.update(sharing(request, who))
        return refused
    answers = shop.ask_stream(_question(shop, asked))
    lines = _events(request, answers)
    headers = {**sharing(request, who), "X-Accel-Buffering": "no"}
    body = sent(request, lines, partial(_end, answers))
    return StreamingResponse(body, media_type="text/event-stream", headers=headers)


def _end(answers: Iterator[Answer]) -> None:
    """Of a visitor who left early: what was said to them goes on record all the same."""
    try:
        for _ in answers:
            pass
    except Exception:  # noqa: BLE001 - nobody is there to be told
        problems.LOG.exception("a question failed after its visitor had left")


@router.post("/handed", summary="What became of a hand-over")
def handed(request: Request, shop: Shop, who: Asker, waiting: Waiting) -> Response:
    """Whether a person of the shop has answered, and what."""
    with shop.store.read() as conn:
        mine = conversations.open_to(conn, waiting.conversation, customer_of(shop, waiting.session))
        found = conversations.waits(conn, waiting.conversation) if mine else None
        answered = answers.of_conversation(conn, waiting.conversation) if found and found.state == "answered" else []
    answer = next((a.text for a in answered if found and a.id == found.id), "")
    told = {"state": found.state if found else "none", "answer": answer, "id": found.id if found else 0}
    return JSONResponse(told, headers=sharing(request, who))


def _pace(request: Request, shop: Goodword) -> Pace:
    kept: Pace | None = getattr(request.app.state, "widget_pace", None)
    if kept is None:
        kept = request.app.state.widget_pace = Pace(shop.settings.server.widget_per_minute)
    return kept


def _question(shop: Goodword, asked: Asked) -> Question:
    """The question with what was said before, as the store kept it: a page cannot make history up."""
    history: tuple[Turn, ...] = ()
    conversation = ""
    if asked.conversation:
        with shop.store.read() as conn:
            if conversations.open_to(conn, asked.conversation, customer_of(shop, asked.session)):
                conversation = asked.conversation
                kept = conversations.turns(conn, conversation)[-_HISTORY:]
                history = tuple(_turn(k, statements.get(conn, k.statement) if k.statement else None) for k in kept)
    return Question(text=asked.question, product=asked.product, lang=asked.lang, session=asked.session,
                    conversation=conversation, history=history)  # fmt: skip


def _turn(kept: conversations.Kept, said: statements.Saved | None) -> Turn:
    known: dict[str, Outcome] = {"answered": "answered", "declined": "declined", "handed_over": "handed_over"}
    return Turn(question=kept.question, answer=said.statement.draft.text if said else "", products=kept.products,
                outcome=known.get(kept.outcome, "declined"))  # fmt: skip


def _events(request: Request, answers: Iterator[Answer]) -> Iterator[str]:
    try:
        last: Answer | None = None
        for answer in answers:
            if last is not None:
                yield _event("answer", shown(last))
            last = answer
        if last is not None:
            yield _event("done", shown(last))
    except GoodwordError as error:
        problems.LOG.warning("a question failed: %s", error)
        yield _event("error", json.loads(bytes(problems.as_json(request, problems.of(error)).body)))
    except Exception:  # noqa: BLE001 - whatever it was, the visitor is told that it failed
        problems.LOG.exception("a question failed")
        yield _event("error", json.loads(bytes(problems.as_json(request, problems.Problem(500)).body)))


def _event(name: str, body: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n"


def shown(answer: Answer) -> dict[str, Any]:
    """An answer as a customer may see it: no packet of the hand-over, no scores, only what was said and why."""
    return {
        "outcome": answer.outcome,
        "reason": answer.reason,
        "answer": answer.text,
        "lang": answer.lang,
        "sentences": [
            {"start": s.start, "end": s.end, "origin": s.origin, "evidence": [evidence(e) for e in s.evidence]}
            for s in answer.sentences
        ],
        "products": list(answer.products),
        "disclosure": answer.disclosure,
        "label": answer.label,
        "conversation": answer.conversation,
        "statement": answer.statement,
    }
