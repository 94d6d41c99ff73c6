"""Importing a catalogue: bring a file, see how every column is understood, correct that, then take it in."""

import csv
import io
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData
from starlette.responses import Response

from goodword.app import Goodword
from goodword.catalogue.base import Role
from goodword.catalogue.delimited import harmless
from goodword.errors import InputError
from goodword.jobs import intake
from goodword.server import words
from goodword.server.access import Who, need
from goodword.server.console import uploads
from goodword.server.console.render import render
from goodword.server.problems import Missing
from goodword.server.shop import shop_of
from goodword.server.work.kinds import import_ as kind
from goodword.server.work.work import Work, work_of
from goodword.store import tasks

router = APIRouter(include_in_schema=False)
Shop = Annotated[Goodword, Depends(shop_of)]
Writer = Annotated[Who, Depends(need("writer", "catalogue"))]
_COLUMNS, _BAD = 2000, 100  # shown; more columns stand as guessed
_HEADING = ("row", "column", "problem", "cure", "raw")


async def _form(request: Request) -> FormData:
    """The form of a wide table; asked for first, it is what everyone after it is given."""
    return await request.form(max_fields=3 * _COLUMNS + 10)


@router.get("/catalogue/import")
def bring(request: Request, who: Writer) -> HTMLResponse:
    """Choose a file."""
    return render(request, who, "catalogue/import.html", error="")


@router.post("/catalogue/import")
def brought(request: Request, who: Writer, file: UploadFile | None = None) -> Response:
    """Keep the file for a day, and go to see how it is read."""
    if file is None or not file.filename:
        return render(request, who, "catalogue/import.html", status=422, error=words.of(request).put("Choose a file"))
    upload = uploads.keep(file.file, file.filename, who.name)
    try:
        intake.opened(upload.path, upload.name)
    except InputError as error:
        told = _told(request, error, upload)
        upload.drop()
        return render(request, who, "catalogue/import.html", status=422, error=told)
    return RedirectResponse(f"/catalogue/import/{upload.token}", 303)


@router.get("/catalogue/import/{token}")
def preview(request: Request, who: Writer, token: str) -> HTMLResponse:
    """How the file is read."""
    return _preview(request, who, uploads.get(token, who.name))


@router.post("/catalogue/import/{token}")
def go_on(
    request: Request, form: Annotated[FormData, Depends(_form)], who: Writer, token: str,
    work: Annotated[Work, Depends(work_of)],
) -> Response:  # fmt: skip
    """Look again with corrections, or take the file in."""
    upload, said = uploads.get(token, who.name), words.of(request)
    try:
        if changes := _changes(form):
            upload.correct(intake.correct(upload.path, changes, talk=said.lang))
        found = intake.look(upload.path, upload.name, mapping=upload.mapping, talk=said.lang)
    except InputError as error:
        return _preview(request, who, upload, error=_told(request, error, upload), form=form)
    if form.get("then") != "import":
        return RedirectResponse(f"/catalogue/import/{token}", 303)
    asked = {"name": upload.name, "talk": said.lang,
             "products": None if found.more else found.products + len(found.bad)}  # fmt: skip
    files = {kind.FILE: io.BytesIO(upload.path.read_bytes())}
    if upload.mapping:
        files[kind.MAPPING] = io.BytesIO(upload.mapping.read_bytes())
    task = work.take(kind.KIND, asked, who.name, files)
    upload.drop()
    return RedirectResponse(f"/catalogue/imported/{task.id}", 303)


@router.get("/catalogue/imported/{task}")
def imported(request: Request, shop: Shop, who: Writer, task: str) -> HTMLResponse:
    """How far it is, and what came of it."""
    with shop.store.read() as conn:
        found = tasks.get(conn, task)
        if found is None or found.kind != kind.KIND:
            raise Missing("there is no such import", cure="Look at the catalogue")
        bad = list(tasks.results(conn, task))
        steps = tasks.events(conn, task, kind="counts", limit=100_000)
    counts = found.result or (steps[-1].body if steps else {})
    return render(request, who, "catalogue/imported.html", task=found, bad=bad[:_BAD], counts=counts, told=len(bad))


@router.get("/catalogue/imported/{task}/rows.csv")
def rows(shop: Shop, who: Writer, task: str) -> Response:
    """The rows that could not be read, as a table to mend."""
    with shop.store.read() as conn:
        found = tasks.get(conn, task)
        if found is None or found.kind != kind.KIND:
            raise Missing("there is no such import", cure="Look at the catalogue")
        out = io.StringIO()
        table = csv.writer(out)
        table.writerow(_HEADING)
        for row in tasks.results(conn, task):
            table.writerow([harmless(str(row[name] or "")) for name in _HEADING])
    headers = {"Content-Disposition": 'attachment; filename="rows.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _preview(
    request: Request, who: Who, upload: uploads.Upload, *, error: str = "", form: FormData | None = None
) -> HTMLResponse:
    said = words.of(request)
    try:
        found = intake.look(upload.path, upload.name, mapping=upload.mapping, talk=said.lang)
    except InputError as problem:
        # A correction that does not fit is dropped, so that the page can be shown at all.
        (upload.folder / "mapping.toml").unlink(missing_ok=True)
        error = error or _told(request, problem, upload)
        try:
            found = intake.look(upload.path, upload.name, talk=said.lang)
        except InputError as hopeless:  # what the first bytes did not tell
            told = _told(request, hopeless, upload)
            upload.drop()
            return render(request, who, "catalogue/import.html", status=422, error=told)
    given = found.mapping.columns if found.mapping else ()
    columns = [_column(n, c.heading, c.role, c.lang or "", c.name, form) for n, c in enumerate(given[:_COLUMNS])]
    return render(
        request, who, "catalogue/preview.html", status=422 if error else 200, upload=upload, found=found, error=error,
        columns=columns, hidden=max(0, len(given) - _COLUMNS), roles=get_args(Role), bad=found.bad[:_BAD],
    )  # fmt: skip


def _column(n: int, heading: str, role: str, lang: str, name: str, form: FormData | None) -> dict[str, Any]:
    """A column as it is understood, or as a person just said."""
    given = {"role": role, "lang": lang, "name": name}
    if form is not None:
        given = {key: str(form.get(f"{key}-{n}", old)) for key, old in given.items()}
    return {"n": n, "heading": heading, **given}


def _changes(form: FormData) -> dict[int, dict[str, str]]:
    """What a person says of each column, by its place."""
    changes = {}
    for n in range(_COLUMNS):
        if form.get(f"role-{n}"):
            entry = {key: str(form.get(f"{key}-{n}", "")).strip() for key in ("role", "lang", "name")}
            changes[n] = {k: v for k, v in entry.items() if v or k == "name"}
    return changes


def _told(request: Request, error: InputError, upload: uploads.Upload) -> str:
    """An error with the file's own name in place of where it lies."""
    told = words.of(request).told(error)
    for path in (upload.path, upload.folder / "mapping.toml"):
        told = told.replace(str(path), upload.name)
    return told
