"""`/v1/ledger`: the record of everything released, held, refused and decided."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from starlette.responses import StreamingResponse

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.server import problems
from goodword.server.access import Who, need
from goodword.server.api_route import ApiRoute
from goodword.server.shapes.common import NOT_STORED, Cursor, Json, Limit, at, findable, page
from goodword.server.shapes.records import Anchor, EntryOut, EntryPage, ExportIn, Verified, VerifyIn, Why
from goodword.server.shapes.tasks import TaskOut, accepted
from goodword.server.shop import shop_of
from goodword.server.work.kinds import ledger_export, ledger_verify
from goodword.server.work.work import Work, work_of
from goodword.store import ledger, tasks
from goodword.store.chain import anchor_line, read_anchor
from goodword.store.ledger import Entry
from goodword.store.tasks import Task

router = APIRouter(prefix="/v1/ledger", route_class=ApiRoute, tags=["ledger"])
Shop = Annotated[Goodword, Depends(shop_of)]
Prefer = Annotated[str, Header(alias="Prefer", max_length=200, description="`respond-async`: as a task (RFC 7240)")]
Position = Annotated[int, Path(ge=1, lt=2**62)]
Word = Annotated[str | None, Query(max_length=300)]
Time = Annotated[str | None, Query(max_length=40, pattern="^[0-9TZ:.-]*$", description="ISO 8601, UTC")]


@router.get("", response_model=None, responses={200: {"model": EntryPage}})
def entries(
    shop: Shop, who: Annotated[Who, Depends(need("auditor", "ledger"))], kind: Word = None,
    subject: Annotated[str | None, Query(max_length=300, description="'SKU-1/*': all that begin so")] = None,
    actor: Word = None, since: Time = None, until: Time = None, newest: bool = False, cursor: Cursor = "",
    limit: Limit = 50,
) -> Json:  # fmt: skip
    """Entries in order."""
    if not all(findable(word or "") for word in (kind, subject, actor)):
        return page([], None)
    begin = at(cursor, "at", 0)
    with shop.store.read() as conn:
        found = list(
            ledger.entries(conn, kind=kind, subject=subject, actor=actor, since=since, until=until, newest=newest,
                           after=0 if newest else begin, before=begin or None if newest else None, limit=limit + 1)
        )  # fmt: skip
    more = {"at": found[limit - 1].position} if len(found) > limit else None
    return page([_entry(e) for e in found[:limit]], more)


@router.get("/verify", response_model=None, responses={200: {"model": Verified}})
def verify(
    shop: Shop, who: Annotated[Who, Depends(need("auditor", "ledger"))],
    anchor: Annotated[str | None, Query(max_length=400, description="an anchor kept elsewhere, as JSON")] = None,
) -> Json:  # fmt: skip
    """Check every link of the hash chain; the first broken one is named."""
    known = read_anchor(anchor) if anchor else None
    with shop.store.read() as conn:
        return Json(asdict(ledger.verify(conn, anchor=known)))


@router.post(
    "/verify",
    response_model=None,
    responses={200: {"model": Verified}, 202: {"model": TaskOut, "description": "Accepted as a task"}},
)
def verify_any(
    body: VerifyIn, shop: Shop, work: Annotated[Work, Depends(work_of)],
    who: Annotated[Who, Depends(need("auditor", "ledger"))], prefer: Prefer = "",
) -> Response:  # fmt: skip
    """The same for a ledger of any length: up to 20,000 entries while the caller waits, else as a task.

    The task's `result` is what is told here at once.
    """
    known = read_anchor(body.anchor) if body.anchor else None
    with shop.store.read() as conn:
        if ledger.length(conn) <= ledger_verify.AT_ONCE and "respond-async" not in prefer:
            return Json(asdict(ledger.verify(conn, anchor=known)))
    return accepted(work.take(ledger_verify.KIND, {"anchor": asdict(known) if known else None}, who.name))


@router.get("/anchor", response_model=None, responses={200: {"model": Anchor}})
def anchor(shop: Shop, who: Annotated[Who, Depends(need("auditor", "ledger"))]) -> Json:
    """The present head, to be kept outside: nobody can then cut off the tail unseen."""
    with shop.store.read() as conn:
        return Json(json.loads(anchor_line(ledger.anchor(conn))))


@router.get(
    "/export",
    response_model=None,
    responses={200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}},
)
def export(shop: Shop, who: Annotated[Who, Depends(need("auditor", "ledger"))]) -> Response:
    """Every entry as a line of JSON, with all that is needed to verify it elsewhere."""
    return StreamingResponse(_lines(shop), media_type="application/x-ndjson",
                             headers={"Content-Disposition": 'attachment; filename="ledger.jsonl"'})  # fmt: skip


def _lines(shop: Goodword) -> Iterator[str]:
    with shop.store.read() as conn:
        for line in ledger.export(conn):
            yield line + "\n"


@router.post("/export", response_model=None, status_code=202, responses={202: {"model": TaskOut}})
def export_file(
    body: ExportIn, work: Annotated[Work, Depends(work_of)],
    who: Annotated[Who, Depends(need("auditor", "ledger"))],
) -> Response:  # fmt: skip
    """One ZIP file that proves itself, for whoever asks by law, as a task; its `result` says where the file is.

    Other bodies than those asked for are left out. That it was handed over is recorded. The file is kept a week.
    """
    return accepted(work.take(ledger_export.KIND, body.model_dump(), who.name))


@router.get(
    "/export/{task}",
    response_model=None,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
)
def exported(
    task: Annotated[str, Path(max_length=60)], shop: Shop, who: Annotated[Who, Depends(need("auditor", "ledger"))]
) -> Response:
    """The file that came of an export."""
    found = _exporting(shop, task)
    if not found.ended:
        raise problems.Conflict("this file is still being made", where=f"task {task}", cure="Wait for the task to end")
    with shop.store.read() as conn:
        made = tasks.made_file(conn, task)
    if made is None:
        raise problems.Missing("this file is no longer kept", where=f"task {task}", cure="Ask for it again")
    name, size = made
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(size), **NOT_STORED}
    return StreamingResponse(_parts(shop, task), media_type="application/zip", headers=headers)


def _exporting(shop: Goodword, task: str) -> Task:
    found = None
    if task.isascii() and task.isprintable():
        with shop.store.read() as conn:
            found = tasks.get(conn, task)
    if found is None or found.kind != ledger_export.KIND:
        raise problems.Missing(f"there is no export {task!r}")
    return found


def _parts(shop: Goodword, task: str) -> Iterator[bytes]:
    part = 0
    while True:
        with shop.store.read() as conn:
            body = tasks.made_bytes(conn, task, part)
        if body is None:
            return
        yield body
        part += 1


@router.get("/{position}", response_model=None, responses={200: {"model": EntryOut}})
def entry(position: Position, shop: Shop, who: Annotated[Who, Depends(need("auditor", "ledger"))]) -> Json:
    """One entry."""
    return Json(_entry(_found(shop, position)))


@router.delete("/{position}/body", response_model=None, responses={200: {"model": EntryOut}})
def erase(
    position: Position, shop: Shop, who: Annotated[Who, Depends(need("admin", "ledger"))],
    reason: Annotated[Why, Query()],
) -> Json:  # fmt: skip
    """Erase the body of an entry; the chain stays whole and says that it was erased, when and why."""
    if _found(shop, position).body is None:
        raise problems.Conflict("its body is already erased", where=f"ledger entry {position}")
    with shop.store.begin() as conn:
        return Json(_entry(ledger.erase(conn, position, reason, who.name)))


def _found(shop: Goodword, position: int) -> Entry:
    try:
        with shop.store.read() as conn:
            return ledger.get(conn, position)
    except InputError as error:
        raise problems.Missing(error.what) from None


def _entry(entry: Entry) -> dict[str, Any]:
    return asdict(entry)
