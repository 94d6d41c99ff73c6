"""The ledger as a whole: its chain checked, its head kept elsewhere, and all of it handed over.

A short ledger is checked and written while its reader waits; a longer one beside the requests, as a task one may watch
or come back to.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from time import perf_counter
from typing import IO, Annotated, Any, BinaryIO, cast

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from sqlalchemy import Connection
from starlette.background import BackgroundTask
from starlette.responses import Response

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs import dossier
from goodword.server import words
from goodword.server.access import Who, need
from goodword.server.console.ledger import begins
from goodword.server.console.links import link
from goodword.server.console.render import render
from goodword.server.problems import Missing
from goodword.server.shop import shop_of
from goodword.server.work.kinds import ledger_export, ledger_verify
from goodword.server.work.work import Work, work_of
from goodword.store import chain, ledger, tasks
from goodword.store.tasks import Task

router = APIRouter(include_in_schema=False)
Shop = Annotated[Goodword, Depends(shop_of)]
Auditor = Annotated[Who, Depends(need("auditor", "ledger"))]
Working = Annotated[Work, Depends(work_of)]
Named = Annotated[str, Query(max_length=60)]
_IN_MEMORY, _BLOCK, _LISTED = 4 << 20, 1 << 16, 5


@router.get("/ledger/verify")
def verify_page(request: Request, shop: Shop, who: Auditor, task: Named = "") -> HTMLResponse:
    """Where the chain is checked; how far a long check is, and what it found."""
    if not task:
        return _verify(request, shop, who)
    found = _task(shop, task, ledger_verify.KIND)
    if found.state != "done" or found.result is None:
        return _verify(request, shop, who, task=found)
    return _verify(request, shop, who, found=found.result, seconds=_lasted(found), compared=found.result["compared"],
                   at=found.finished)  # fmt: skip


@router.post("/ledger/verify")
def verify(
    request: Request, shop: Shop, who: Auditor, work: Working, anchor: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    """Check every link of the chain, and name the one that is broken."""
    said = words.of(request)
    try:
        point = chain.read_anchor(anchor.strip()) if anchor.strip() else None
    except InputError as error:
        return _verify(request, shop, who, error=said.told(error), anchor=anchor, status=422)
    if _long(shop):
        task = work.take(ledger_verify.KIND, {"anchor": asdict(point) if point else None}, who.name)
        return RedirectResponse(link("/ledger/verify", task=task.id), 303)
    began = perf_counter()
    with shop.store.read() as conn:
        found = asdict(ledger.verify(conn, anchor=point))
    return _verify(request, shop, who, found=found, seconds=perf_counter() - began, anchor=anchor,
                   compared=point is not None)  # fmt: skip


@router.get("/ledger/anchor")
def anchor(shop: Shop, who: Auditor) -> Response:
    """The present head of the chain, to be kept elsewhere."""
    with shop.store.read() as conn:
        point = ledger.anchor(conn)
    name = f"goodword-anchor-{point.position}.json"
    return Response(chain.anchor_line(point) + "\n", media_type="application/json",
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})  # fmt: skip


@router.get("/ledger/export")
def export_page(request: Request, shop: Shop, who: Auditor, task: Named = "") -> HTMLResponse:
    """Where an export is asked for; how far a long one is, and its file."""
    found = _task(shop, task, ledger_export.KIND) if task else None
    with shop.store.read() as conn:
        kinds = ledger.kinds(conn)
        kept = found is not None and tasks.made_file(conn, found.id) is not None
        made = _latest(conn, ledger_export.KIND, besides=found)
    return render(request, who, "ledger/export.html", kinds=kinds, task=found, kept=kept, made=made)


@router.post("/ledger/export")
def export(
    shop: Shop, who: Auditor, work: Working, subject: Annotated[str, Form(max_length=200)] = "",
    kind: Annotated[str, Form(max_length=80)] = "", since: Annotated[str, Form(max_length=30)] = "",
    until: Annotated[str, Form(max_length=30)] = "",
) -> Response:  # fmt: skip
    """The ledger as one file that proves itself; that it was handed over is recorded."""
    wanted = dossier.Wanted(subject=begins(subject.strip()) or "", kind=kind, since=since,
                            until=f"{until}T24" if until else "")  # fmt: skip
    if _long(shop):
        task = work.take(ledger_export.KIND, asdict(wanted), who.name)
        return RedirectResponse(link("/ledger/export", task=task.id), 303)
    file = cast("IO[bytes]", SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - closed when it was sent
    dossier.write(shop.store, cast("BinaryIO", file), actor=who.name, wanted=wanted)
    file.seek(0, SEEK_END)
    size = file.tell()
    file.seek(0)
    name = f"goodword-ledger-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip"
    return StreamingResponse(
        iter(lambda: file.read(_BLOCK), b""), media_type="application/zip", background=BackgroundTask(file.close),
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(size)},
    )  # fmt: skip


def _long(shop: Goodword) -> bool:
    """Whether the ledger is too long to be read while somebody waits."""
    with shop.store.read() as conn:
        return ledger.length(conn) > ledger_verify.AT_ONCE


def _verify(
    request: Request, shop: Goodword, who: Who, *, found: Mapping[str, Any] | None = None, task: Task | None = None,
    status: int = 200, **values: Any,
) -> HTMLResponse:  # fmt: skip
    at = found["broken"] if found else None
    with shop.store.read() as conn:
        head = ledger.head(conn)
        broken = next(iter(ledger.entries(conn, after=at - 1, limit=1)), None) if at else None
        made = _latest(conn, ledger_verify.KIND, besides=task)
    given = {"seconds": 0.0, "anchor": "", "error": "", "compared": False, "at": None, **values}
    return render(request, who, "ledger/verify.html", status=status, found=found, task=task, broken=broken, head=head,
                  made=made, **given)  # fmt: skip


def _task(shop: Goodword, name: str, kind: str) -> Task:
    found = None
    if name.isascii() and name.isprintable():
        with shop.store.read() as conn:
            found = tasks.get(conn, name)
    if found is None or found.kind != kind:
        raise Missing("there is no such work", cure="Ask for it again")
    return found


def _latest(conn: Connection, kind: str, *, besides: Task | None) -> list[Task]:
    """What was asked for last, to come back to."""
    return [t for t in tasks.newest(conn, kinds=[kind], limit=_LISTED) if besides is None or t.id != besides.id]


def _lasted(task: Task) -> float:
    """Seconds from the last beginning to the end."""
    began, ended = (datetime.fromisoformat(str(time)) for time in (task.started, task.finished))
    return (ended - began).total_seconds()
