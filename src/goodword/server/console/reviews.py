"""Reviews: the report, made over a file that is brought or the one the shop has set; and each product by itself."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs import reviews_charts, reviews_page
from goodword.jobs.reviews_read import Reviews
from goodword.opinions import points
from goodword.server import words
from goodword.server.access import Who, need
from goodword.server.console.links import link
from goodword.server.console.render import Nav, render
from goodword.server.problems import Missing
from goodword.server.shop import shop_of
from goodword.server.work.kinds.review_report import KIND
from goodword.server.work.work import Work, work_of
from goodword.store import shelf, tasks
from goodword.store.tasks import Task
from goodword.types import Lang

router = APIRouter(include_in_schema=False)
NAV = Nav(order=60, path="/reviews", label="Reviews")
Shop = Annotated[Goodword, Depends(shop_of)]
Viewer = Annotated[Who, Depends(need("viewer", "reviews"))]
Writer = Annotated[Who, Depends(need("writer", "reviews"))]
_LISTED, _BLOCK = 20, 1 << 20


@router.get("/reviews")
def reports(request: Request, shop: Shop, who: Viewer, error: str = "") -> HTMLResponse:
    """The reports there are, and where a new one begins."""
    return _list(request, shop, who)


@router.post("/reviews")
def begin(
    request: Request, shop: Shop, who: Writer, work: Annotated[Work, Depends(work_of)], file: UploadFile | None = None,
    own: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Have a report made over a file that is brought, or over the shop's own."""
    said = words.of(request)
    try:
        if own:
            path = _own(shop)
            with path.open("rb") as stream:
                task = _queued(work, stream, path.name, said.lang, who)
        elif file is None or not file.filename:
            raise InputError("no file was chosen", cure="Choose a file with one review a row")
        else:
            task = _queued(work, file.file, file.filename, said.lang, who)
    except InputError as wrong:
        return _list(request, shop, who, error=said.told(wrong), status=422)
    return RedirectResponse(link("/reviews/report", task=task.id), 303)


@router.get("/reviews/report")
def report(request: Request, shop: Shop, who: Viewer, task: str) -> HTMLResponse:
    """One report; while it is being made, how far it is."""
    found = _task(shop, task)
    told = _report(shop, found, words.of(request).lang)
    if told is None:
        return render(request, who, "reviews/progress.html", task=found)
    with shop.store.read() as conn:
        goods = shelf.names(conn, [p["id"] for p in told["products"]])
    return render(request, who, "reviews/report.html", task=found, goods=goods, **_values(told))


@router.get("/reviews/product")
def product(request: Request, shop: Shop, who: Viewer, task: str, sku: str) -> HTMLResponse:
    """What customers say of one product, beside the rest."""
    found = _task(shop, task)
    told = _report(shop, found, words.of(request).lang)
    own = next((p for p in told["products"] if p["id"] == sku), None) if told else None
    if told is None or own is None:
        raise Missing(f"this report says nothing of product {sku!r}", cure="See the list of products in the report")
    with shop.store.read() as conn:
        goods = shelf.names(conn, [sku])
    values = _values(told)
    w, over_time = values["w"], own["over_time"]
    shares = [{k: values["pct"](c[k]["share"]) for k in ("before", "after")} for c in over_time["changes"]]
    changes = [w["change_at"].format(when=c["when"], **s) for c, s in zip(over_time["changes"], shares, strict=True)]
    course = reviews_charts.course(over_time, w["over_time"], changes)
    return render(
        request, who, "reviews/product.html", task=found, p=own, goods=goods, own_course=values["markup"](course),
        stands_out=[d for d in told["differences"] if d["kind"] == "product" and d["name"] == sku],
        said_of=[p for p in told["points"] if any(x["product"] == sku for x in p["products"])], **values,
    )  # fmt: skip


@router.get("/reviews/report.json")
def as_json(request: Request, shop: Shop, who: Viewer, task: str) -> Response:
    """The whole report as JSON."""
    told = _there(shop, task, words.of(request).lang)
    body = json.dumps(told, ensure_ascii=False, indent=1)
    return Response(body, media_type="application/json",
                    headers={"Content-Disposition": 'attachment; filename="reviews.json"'})  # fmt: skip


@router.get("/reviews/report.csv")
def as_csv(request: Request, shop: Shop, who: Viewer, task: str) -> Response:
    """Every counted thing as a row of a table."""
    told = _there(shop, task, words.of(request).lang)
    return Response("\ufeff" + reviews_page.table(told), media_type="text/csv; charset=utf-8",
                    headers={"Content-Disposition": 'attachment; filename="reviews.csv"'})  # fmt: skip


def _list(request: Request, shop: Goodword, who: Who, *, error: str = "", status: int = 200) -> HTMLResponse:
    with shop.store.read() as conn:
        made = tasks.newest(conn, kinds=[KIND], limit=_LISTED)
    own = shop.settings.ask.reviews
    there = own is not None and own.is_file()
    last = next((t for t in made if t.result and own is not None and t.request.get("name") == own.name), None)
    changed = bool(there and own and last and last.result and last.result["sha256"] != _digest(own))
    return render(request, who, "reviews/list.html", status=status, made=made, own=own.name if there and own else "",
                  last=last, changed=changed, error=error, pct=reviews_charts.percent)  # fmt: skip


def _own(shop: Goodword) -> Path:
    own = shop.settings.ask.reviews
    if own is None or not own.is_file():
        raise InputError("the shop has no file of reviews", cure="Set ask.reviews, or bring a file")
    return own


def _queued(work: Work, stream: BinaryIO, name: str, lang: Lang, who: Who) -> Task:
    """Look at the file before it is taken, so that what cannot be read is told at once."""
    plain = PurePath(name.replace("\\", "/")).name[:120] or "reviews"
    with TemporaryDirectory(prefix="goodword-") as folder:
        path = Path(folder) / f"reviews{PurePath(plain).suffix[:10].lower()}"
        with path.open("wb") as out:
            while block := stream.read(_BLOCK):
                out.write(block)
        try:
            rows = sum(1 for _ in Reviews(path))
        except InputError as wrong:
            wrong.where = plain  # the name the file came with, not the one it lies under here
            raise
        with path.open("rb") as whole:
            return work.take(KIND, {"name": plain, "lang": lang, "rows": rows}, who.name, {path.name: whole})


def _task(shop: Goodword, name: str) -> Task:
    with shop.store.read() as conn:
        found = tasks.get(conn, name)
    if found is None or found.kind != KIND:
        raise Missing("there is no such report", cure="See the list of reports")
    return found


def _report(shop: Goodword, task: Task, lang: Lang) -> dict[str, Any] | None:
    """The report in the reader's language, else in the one there is; None where there is none yet."""
    with shop.store.read() as conn:
        told = {str(r["lang"]): r["report"] for r in tasks.results(conn, task.id)}
    found: dict[str, Any] | None = told.get(lang) or next(iter(told.values()), None)
    return found


def _there(shop: Goodword, task: str, lang: Lang) -> dict[str, Any]:
    found = _report(shop, _task(shop, task), lang)
    if found is None:
        raise Missing("there is no such report", cure="See the list of reports")
    return found


def _values(told: Mapping[str, Any]) -> dict[str, Any]:
    """What the templates show, and how many points and aspects of a product stand in a row."""
    values = reviews_page.values(told, str(told["source"]["file"]))
    return {**values, "markup": reviews_page.markup, "known": points.all_points()}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
