"""Questions: what customers asked and what they were told; what was handed to a person, who answers it here."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection
from starlette.responses import Response

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs.asking import lexis, persons, shelf
from goodword.server import words
from goodword.server.access import Who, need
from goodword.server.console.judged import Said, sentences
from goodword.server.console.links import link
from goodword.server.console.render import Nav, render
from goodword.server.problems import Missing
from goodword.server.shop import shop_of
from goodword.store import catalogue, conversation_list, conversations, statements
from goodword.store import shelf as titles
from goodword.store.conversations import Handed, Kept
from goodword.text.language import detect
from goodword.types import Statement

router = APIRouter(include_in_schema=False)
NAV = Nav(order=50, path="/questions", label="Questions")
Shop = Annotated[Goodword, Depends(shop_of)]
Viewer = Annotated[Who, Depends(need("viewer", "ask"))]
Writer = Annotated[Who, Depends(need("writer", "ask"))]
Text = Annotated[str, Form(max_length=10_000)]
_PAGE, _DECIDED = 30, 200


@router.get("/questions")
def asked(
    request: Request, shop: Shop, who: Viewer, find: str = "", outcome: str = "", before: int | None = None
) -> HTMLResponse:
    """The conversations, newest first."""
    with shop.store.read() as conn:
        found = conversation_list.listed(conn, outcome=outcome, text=find.strip()[:200], before=before, limit=_PAGE + 1)
        counts = conversation_list.counts(conn)
    older = link("/questions", find=find, outcome=outcome, before=found[_PAGE - 1].last) if len(found) > _PAGE else ""
    return render(request, who, "questions/list.html", found=found[:_PAGE], counts=counts, find=find, outcome=outcome,
                  older=older, first=before is None)  # fmt: skip


@router.get("/questions/conversation")
def conversation(request: Request, shop: Shop, who: Viewer, id: str) -> HTMLResponse:  # noqa: A002 - in the address
    """One conversation: each question with its answer and what the answer rests on."""
    with shop.store.read() as conn:
        found = conversation_list.one(conn, id)
        if found is None:
            raise Missing(f"there is no conversation {id!r}", cure="It may have been erased; see the list")
        told = _told(conn, conversations.turns(conn, id), words.of(request))
        handed = list(conversations.handed(conn, None, conversation=id))
        counts = conversation_list.counts(conn)
        names = titles.names(conn, sorted({sku for t in told for sku in t["kept"].products}))
    return render(request, who, "questions/conversation.html", found=found, told=told, handed=handed, counts=counts,
                  names=names)  # fmt: skip


@router.get("/questions/handovers")
def handovers(request: Request, shop: Shop, who: Viewer, state: str = "waiting") -> HTMLResponse:
    """What waits for a person, the angry first, then the longest waiting."""
    moods = {"angry": 0, "pressed": 1}
    with shop.store.read() as conn:
        if state == "waiting":
            found = sorted(conversations.handed(conn), key=lambda h: (moods.get(str(h.packet.get("mood")), 2), h.id))
        else:
            found = conversations.decided(conn, _DECIDED)
        counts = conversation_list.counts(conn)
    ages = {h.id: _age(h.time) for h in found}
    return render(request, who, "questions/handovers.html", found=found, state=state, counts=counts, ages=ages)


@router.get("/questions/handover")
def handover(request: Request, shop: Shop, who: Viewer, id: int) -> HTMLResponse:  # noqa: A002 - in the address
    """One hand-over: its packet, the conversation so far, and where to answer."""
    return _packet(request, shop, who, id)


@router.post("/questions/handover")
def answer(
    request: Request, shop: Shop, who: Writer, id: Annotated[int, Form()], text: Text = "",  # noqa: A002
    until: Annotated[str, Form()] = "", sure: Annotated[str, Form()] = "", question: Text = "",
) -> Response:  # fmt: skip
    """Answer as a person: the answer becomes a passage that holds from today."""
    said = words.of(request)
    form: dict[str, Any] = {"text": text, "until": until, "question": question}
    try:
        found = looked_over(shop, text, said, sure=bool(sure), question=question)
        if found:
            return _packet(request, shop, who, id, doubts=found, status=422, **form)
        shelf.answered(shop.store, id, text, who=who.name, today=datetime.now(UTC).date(), until=last_day(until),
                       question=question)  # fmt: skip
    except InputError as error:
        return _packet(request, shop, who, id, error=said.told(error), status=422, **form)
    return RedirectResponse(link("/questions/handover", id=id), 303)


@router.post("/questions/handover/close")
def close(shop: Shop, who: Writer, id: Annotated[int, Form()], why: Text = "") -> RedirectResponse:  # noqa: A002
    """End a hand-over that wants no passage."""
    persons.closed(shop.store, id, who=who.name, reason=why)
    return RedirectResponse("/questions/handovers", 303)


@router.post("/questions/doubts")
def doubts(request: Request, shop: Shop, who: Writer, text: Text = "", question: Text = "") -> HTMLResponse:
    """What stands against an answer that is being written; nothing is kept."""
    found = persons.doubts(text, reader=words.of(request).lang, contacts=shop.settings.contacts) if text.strip() else ()
    found = (*found, *_foreign(question, text))
    return render(request, who, "questions/doubts.html", doubts=found, empty=not text.strip())


def looked_over(
    shop: Goodword, text: str, said: words.Words, *, sure: bool, question: str = ""
) -> tuple[persons.Doubt, ...]:
    """Why an answer is not kept yet; lesser doubts are passed by a person who is sure.

    Args:
        question: what it answers; the customer's own words, which are not the shop's, but nobody's data either.
    """
    if not text.strip():
        return ()
    found = persons.doubts(text, reader=said.lang, contacts=shop.settings.contacts)
    if question.strip():
        asked = persons.doubts(question, reader=said.lang, contacts=shop.settings.contacts)
        found = (*(d for d in asked if d.kind == "personal"), *found, *_foreign(question, text))
    return found if any(d.grave for d in found) or not sure else ()


def _foreign(question: str, text: str) -> tuple[persons.Doubt, ...]:
    """Whether an answer is in another language than its question: the next customer who asks so would not find it."""
    if not question.strip() or not text.strip() or detect(question) == detect(text):
        return ()
    return (persons.Doubt(kind="language", quote="", grave=False),)


def last_day(until: str) -> str | None:
    """The last day an answer holds, as a form gives it.

    Raises:
        InputError: it is no day, or it is over.
    """
    if not until.strip():
        return None
    try:
        day = date.fromisoformat(until.strip())
    except ValueError:
        raise InputError(f"{until!r} is no day", cure="Write days as 2026-11-24") from None
    if day < datetime.now(UTC).date():
        raise InputError("this day is over", cure="Choose a later one, or none")
    return day.isoformat()


def _packet(
    request: Request, shop: Goodword, who: Who, number: int, *, text: str = "", until: str = "",
    question: str = "", doubts: tuple[persons.Doubt, ...] = (), error: str = "", status: int = 200,
) -> HTMLResponse:  # fmt: skip
    said = words.of(request)
    with shop.store.read() as conn:
        found = _handed(conn, number)
        told = _told(conn, conversations.turns(conn, found.conversation), said)
        raw = found.packet.get("products")
        skus = [str(s) for s in raw] if isinstance(raw, list) else []
        names, counts = titles.names(conn, skus), conversation_list.counts(conn)
        passage = next((h for h in shelf.kept(shop.store) if h.passage.id == found.passage), None)
    return render(
        request, who, "questions/handover.html", status=status, handed=found, told=told, skus=skus, names=names,
        counts=counts, text=text, until=until, question=question or str(found.packet.get("question") or ""),
        doubts=doubts, error=error, passage=passage, topic=lexis.called,
        today=datetime.now(UTC).date().isoformat(), age=_age(found.time),
        grave=any(d.grave for d in doubts),
    )  # fmt: skip


def _handed(conn: Connection, number: int) -> Handed:
    try:
        return conversations.handed_over(conn, number)
    except InputError:
        raise Missing(f"there is no hand-over {number}", cure="See the list of hand-overs") from None


def _told(conn: Connection, kept: Iterable[Kept], said: words.Words) -> list[dict[str, Any]]:
    """Each question with its answer as it was released, sentence by sentence with its ground."""
    out = []
    for turn in kept:
        saved = statements.get(conn, turn.statement) if turn.statement else None
        answer: Statement | None = None
        ruled: tuple[Said, ...] = ()
        if saved is not None:
            answer = saved.statement
            facts = [f for p in catalogue.products(conn, list(turn.products)) for f in p.facts] if turn.products else []
            ruled = sentences(answer.draft, answer.ruling, facts, said)
        out.append({"kept": turn, "answer": answer, "sentences": ruled})
    return out


def _age(time: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(time)).total_seconds()
