"""`/v1/ask`: customers' questions, answered whole or sentence by sentence; hand-overs, and what is kept."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from threading import Thread
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.responses import StreamingResponse

from goodword.app import Goodword
from goodword.errors import GoodwordError, InputError
from goodword.jobs.asking import shape, shelf
from goodword.jobs.asking.nouns import Answer, Question, Turn
from goodword.server import problems
from goodword.server.access import Who, need
from goodword.server.api_route import ApiRoute
from goodword.server.shapes.asking import (
    AnswerIn,
    AskIn,
    AskOut,
    Erased,
    HandOver,
    HandOvers,
    Kept,
    PassageOut,
    Unanswered,
)
from goodword.server.shapes.common import EVENT_STREAM, EVENTS, NOT_STORED, Cursor, Json, Limit, at, findable, page, sse
from goodword.server.shop import shop_of
from goodword.store import conversations
from goodword.store.conversations import State

router = APIRouter(prefix="/v1/ask", route_class=ApiRoute, tags=["ask"])
Shop = Annotated[Goodword, Depends(shop_of)]
Number = Annotated[int, Path(ge=1, lt=2**62)]
Customer = Annotated[str, Query(min_length=1, max_length=300, description="the shop's id of the customer")]


@router.post("", response_model=None, responses={200: {"model": AskOut}})
def ask(body: AskIn, shop: Shop, who: Annotated[Who, Depends(need("viewer", "ask"))]) -> Json:
    """Answer a question from facts, dated passages and counted reviews; or decline, or hand it to a person."""
    return Json(shape.answered(shop.ask(question(body))))


@router.post(
    "/stream",
    response_model=None,
    responses=EVENTS,
)
async def stream(
    request: Request, body: AskIn, shop: Shop, who: Annotated[Who, Depends(need("viewer", "ask"))]
) -> Response:
    """The answer as it grows: `sentence` events, each ruled on before it leaves; then `answer`, whole and on record."""
    answers = streamed(request, shop.ask_stream(question(body)))
    return StreamingResponse(answers, media_type=EVENT_STREAM, headers=NOT_STORED)


async def streamed(request: Request, answers: Iterator[Answer]) -> AsyncIterator[bytes]:
    """Server-sent events of an answer that grows. Threads that wait for a model are apart from those of requests."""
    limiter: CapacityLimiter = request.app.state.streams
    ended = False
    try:
        while (found := await to_thread.run_sync(next, answers, None, limiter=limiter)) is not None:
            whole = found.ledger is not None
            yield sse("answer", shape.answered(found)) if whole else sse("sentence", _growing(found))
        ended = True
    except GoodwordError as error:
        ended = True
        problem = problems.of(error)
        yield sse("error", {"status": problem.status, "detail": problem.said, "cure": problem.cure})
    finally:
        if not ended:  # the caller went away: what was said to them goes on record all the same
            Thread(target=_finish, args=(answers,), name="goodword-finish", daemon=True).start()


def _finish(answers: Iterator[Answer]) -> None:
    with suppress(GoodwordError):
        for _ in answers:
            pass


def _growing(answer: Answer) -> dict[str, Any]:
    told = shape.answered(answer)
    return {k: told[k] for k in ("id", "answer", "lang", "sentences", "disclosure", "conversation")}


def question(body: AskIn) -> Question:
    """A question as the job takes it."""
    return Question(
        text=body.question, id=body.id, lang=body.lang, product=body.product, market=body.market, as_of=body.as_of,
        session=body.session, conversation=body.conversation,
        history=tuple(Turn(question=t.question, answer=t.answer, products=(t.product,) if t.product else ())
                      for t in body.history),
    )  # fmt: skip


# ---------------------------------------------------------------- what persons see of it


@router.get("/handovers", response_model=None, responses={200: {"model": HandOvers}})
def handovers(
    shop: Shop, who: Annotated[Who, Depends(need("viewer", "ask"))], state: State | None = "waiting",
    cursor: Cursor = "", limit: Limit = 50,
) -> Json:  # fmt: skip
    """What was handed to a person, the longest waiting first."""
    after = at(cursor, "after", 0)
    with shop.store.read() as conn:
        found = [h for h in conversations.handed(conn, state) if h.id > after][: limit + 1]
    more = {"after": found[limit - 1].id} if len(found) > limit else None
    return page([_handed(h) for h in found[:limit]], more)


@router.get("/handovers/{number}", response_model=None, responses={200: {"model": HandOver}})
def handover(number: Number, shop: Shop, who: Annotated[Who, Depends(need("viewer", "ask"))]) -> Json:
    """One hand-over with its packet."""
    return Json(_handed(_handover(shop, number)))


@router.post("/handovers/{number}/answer", response_model=None, responses={200: {"model": PassageOut}})
def answer(number: Number, body: AnswerIn, shop: Shop, who: Annotated[Who, Depends(need("writer", "ask"))]) -> Json:
    """Answer as a person; the answer becomes a passage that holds from today and is found the next time."""
    if _handover(shop, number).state != "waiting":
        raise problems.Conflict("this hand-over was answered or closed meanwhile", where=f"hand-over {number}")
    until = body.until.isoformat() if body.until else None
    held = shelf.answered(shop.store, number, body.text, who=who.name, today=datetime.now(UTC).date(), until=until)
    return Json({"passage": held.passage.id})


@router.get("/unanswered", response_model=None, responses={200: {"model": Unanswered}})
def unanswered(
    shop: Shop, who: Annotated[Who, Depends(need("viewer", "ask"))],
    since: Annotated[str, Query(max_length=40, pattern="^[0-9TZ:.-]*$", description="ISO 8601, UTC")] = "",
    cursor: Cursor = "", limit: Limit = 50,
) -> Json:  # fmt: skip
    """What customers ask that nothing answers, the most frequent first."""
    after = at(cursor, "after", 0)
    with shop.store.read() as conn:
        found = conversations.unanswered(conn, since=since)
    rows = [{"missing": list(u.missing), "reason": u.reason, "product": u.product, "count": u.count,
             "examples": list(u.examples), "last": u.last} for u in found[after : after + limit]]  # fmt: skip
    return page(rows, {"after": after + limit} if len(found) > after + limit else None)


@router.get("/conversations/{name}", response_model=None, responses={200: {"model": Kept}})
def conversation(
    name: Annotated[str, Path(max_length=120)], shop: Shop, who: Annotated[Who, Depends(need("viewer", "ask"))]
) -> Json:
    """The questions of a conversation, oldest first, personal data covered."""
    with shop.store.read() as conn:
        found = conversations.turns(conn, name) if findable(name) else []
    if not found:
        raise problems.Missing("there is no such conversation")
    return Json({"items": [_kept(k) for k in found]})


@router.get("/customers", response_model=None, responses={200: {"model": Kept}})
def customer(customer: Customer, shop: Shop, who: Annotated[Who, Depends(need("auditor", "ask"))]) -> Json:
    """Everything kept of a customer's conversations, for them to see."""
    with shop.store.read() as conn:
        found = conversations.of_customer(conn, customer.encode("utf-8", "replace").decode())
    return Json({"items": [_kept(k) for k in found]})


@router.delete("/customers", response_model=None, responses={200: {"model": Erased}})
def erase_customer(customer: Customer, shop: Shop, who: Annotated[Who, Depends(need("admin", "ask"))]) -> Json:
    """Erase a customer's conversations and all that answered them; the ledger's chain stays whole."""
    with shop.store.begin() as conn:
        return Json(
            {"erased": conversations.erase_customer(conn, customer.encode("utf-8", "replace").decode(), who.name)}
        )


def _handover(shop: Goodword, number: int) -> conversations.Handed:
    with shop.store.read() as conn:
        try:
            return conversations.handed_over(conn, number)
        except InputError as error:
            raise problems.Missing(error.what) from None


def _handed(h: conversations.Handed) -> dict[str, Any]:
    return {"id": h.id, "conversation": h.conversation, "time": h.time, "reason": h.reason, "state": h.state,
            "packet": h.packet, "who": h.who, "passage": h.passage}  # fmt: skip


def _kept(k: conversations.Kept) -> dict[str, Any]:
    return {"time": k.time, "question": k.question, "lang": k.lang, "outcome": k.outcome, "reason": k.reason,
            "products": list(k.products), "missing": list(k.missing), "statement": k.statement, "ledger": k.ledger}  # fmt: skip  # noqa: E501
