"""Writing: what to write and what it will take, the run as it goes, its texts, and those to be written anew."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import Connection
from starlette.responses import Response

from goodword.app import Goodword
from goodword.catalogue.delimited import harmless
from goodword.errors import InputError
from goodword.jobs import forecast
from goodword.llm.estimate import pace
from goodword.server import words
from goodword.server.access import Who, need
from goodword.server.console.judged import sentences
from goodword.server.console.links import link
from goodword.server.console.render import Nav, render
from goodword.server.problems import Missing
from goodword.server.shapes.writing import DescribeIn
from goodword.server.shop import shop_of
from goodword.server.work import describing
from goodword.server.work.work import Work, work_of
from goodword.store import catalogue, desk, shelf, stale, statements, tasks
from goodword.store.tasks import Task
from goodword.types import Draft, Ruling
from goodword.writing import voice as voices

router = APIRouter(include_in_schema=False)
NAV = Nav(order=30, path="/write", label="Write")
Shop = Annotated[Goodword, Depends(shop_of)]
AtWork = Annotated[Work, Depends(work_of)]
Viewer = Annotated[Who, Depends(need("viewer", "describe"))]
Writer = Annotated[Who, Depends(need("writer", "describe"))]
KINDS = ("describe", "rewrite")
_SAMPLE, _PAGE, _RUNS, _MOST = 4, 12, 8, 10_000
CHANNELS = ("listing", "title", "bullets", "seo", "social")
MARKETS = ("cn", "us", "uk", "eu")


class Wish(BaseModel):
    """What the form asks for, whichever way it is sent. `by` is 'composer' where no model is to word it."""

    find: str = Field("", max_length=200)
    kind: str = Field("", max_length=60)
    only: str = Field("", max_length=200_000)
    langs: list[str] = Field([], max_length=2)
    markets: list[str] = Field([], max_length=4)
    channel: str = ""
    voice: str = ""
    by: str = ""
    estimate: bool = False

    def skus(self, conn: Connection) -> list[str]:
        """The products by number; [] for the whole catalogue.

        Raises:
            InputError: none fits, or too many to name.
        """
        if named := self.only.replace(",", " ").replace("，", " ").split():
            return named
        if not (self.find or self.kind):
            return []
        found = shelf.skus(conn, find=self.find, product_class=self.kind)
        if not found:
            raise InputError("no product fits", cure="Look at the catalogue")
        if len(found) > _MOST:
            raise InputError("too many products for one choice", cure="Choose a class, or write all")
        return found

    def asked(self, conn: Connection) -> DescribeIn:
        """As the task takes it.

        Raises:
            InputError: something in it does not exist.
        """
        try:
            return DescribeIn.model_validate({
                "skus": self.skus(conn), "langs": self.langs, "markets": self.markets,
                "channel": self.channel or None, "voice": self.voice or None, "composer": self.by == "composer",
            })  # fmt: skip
        except ValidationError as error:
            place = ".".join(map(str, error.errors()[0]["loc"]))
            raise InputError("this choice does not exist", where=place, cure="Choose again") from None


Queried = Annotated[Wish, Query()]
Posted = Annotated[Wish, Form()]


@router.get("/write")
def choose(request: Request, shop: Shop, who: Viewer, wish: Queried) -> HTMLResponse:
    """What to write."""
    return _form(request, shop, who, wish, told=_estimate(request, shop, wish, who) if wish.estimate else None)


@router.get("/write/estimate")
def estimated(request: Request, shop: Shop, who: Viewer, wish: Queried) -> HTMLResponse:
    """What it will take: a part of the page, fetched as one chooses."""
    return render(request, who, "write/estimate.html", told=_estimate(request, shop, wish, who))


@router.post("/write")
def begin(request: Request, shop: Shop, work: AtWork, who: Writer, wish: Posted) -> Response:
    """Begin a run."""
    try:
        with shop.store.read() as conn:
            asked = wish.asked(conn)
        describing.order_of(shop, asked, actor=who.name)  # a wrong voice or an absent model is told at once
        if asked.skus:
            describing.found(shop, asked.skus)
        elif not describing.count(shop, asked):
            raise InputError("there is no product to describe", cure="Import a catalogue first")
    except InputError as error:
        return _form(request, shop, who, wish, error=words.of(request).told(error))
    task = work.take("describe", asked.model_dump(mode="json"), who.name)
    return RedirectResponse(f"/write/run/{task.id}", 303)


@router.get("/write/run/{task}")
def run(
    request: Request, shop: Shop, who: Viewer, task: str, part: bool = False, page: int = 1, outcome: str = ""
) -> HTMLResponse:
    """A run: how far it is, and its texts side by side."""
    said = words.of(request)
    with shop.store.read() as conn:
        found = _task(conn, task)
        results = list(tasks.results(conn, task))
        counts = _counts(results)
        groups: dict[str, list[dict[str, Any]]] = {}
        for r in results:
            if not outcome or r["ruling"] == outcome:
                groups.setdefault(r["sku"], []).append(r)
        skus = list(groups)[(page - 1) * _PAGE : page * _PAGE]
        names = shelf.names(conn, skus)
        cards = [(sku, names.get(sku), [_card(conn, r, said) for r in groups[sku]]) for sku in skus]
    here = f"/write/run/{task}"
    return render(
        request, who, "write/results.html" if part else "write/run.html", task=found, counts=counts, cards=cards,
        outcome=outcome, here=here, total=len(groups),
        newer=link(here, outcome=outcome, page=page - 1) if page > 1 else "",
        older=link(here, outcome=outcome, page=page + 1) if page * _PAGE < len(groups) else "",
    )  # fmt: skip


@router.post("/write/run/{task}/cancel")
def cancel(shop: Shop, work: AtWork, who: Writer, task: str) -> RedirectResponse:
    """End a run; what was written stays."""
    with shop.store.read() as conn:
        found = _task(conn, task)
    if not found.ended:
        work.cancel(task)
    return RedirectResponse(f"/write/run/{task}", 303)


@router.get("/write/run/{task}/{file}")
def exported(shop: Shop, who: Viewer, task: str, file: Literal["texts.csv", "texts.jsonl"]) -> Response:
    """The texts of a run as a table or as lines of JSON; only released ones are texts."""
    with shop.store.read() as conn:
        _task(conn, task)
        rows = [r for r in tasks.results(conn, task) if r["ruling"] == "released"]
    return _file(rows, file)


@router.get("/write/texts/{file}")
def all_texts(shop: Shop, who: Viewer, file: Literal["texts.csv", "texts.jsonl"]) -> Response:
    """Every text that may be shown now."""

    def rows() -> Iterator[dict[str, Any]]:
        with shop.store.read() as conn:
            for s in shelf.live(conn):
                d, label = s.draft, {"text": s.mark.text, "metadata": s.mark.metadata}
                yield {"sku": d.sku, "lang": d.lang, "market": d.market, "channel": d.channel, "text": d.text,
                       "label": label, "ledger": s.ledger}  # fmt: skip

    return _file(rows(), file)


@router.get("/write/stale")
def taken_back(request: Request, shop: Shop, who: Viewer) -> HTMLResponse:
    """Texts that were taken back and wait to be written anew."""
    with shop.store.read() as conn:
        places = stale.waiting(conn, limit=200)
        count = stale.count_waiting(conn)
        names = shelf.names(conn, sorted({p.sku for p in places}))
    return render(request, who, "write/stale.html", places=places, names=names, count=count)


@router.post("/write/stale")
def anew(work: AtWork, who: Annotated[Who, Depends(need("writer", "recall"))]) -> RedirectResponse:
    """Write all of them anew."""
    task = work.take("rewrite", {"skus": []}, who.name)
    return RedirectResponse(f"/write/run/{task.id}", 303)


def _form(request: Request, shop: Goodword, who: Who, wish: Wish, *, told: Any = None, error: str = "") -> HTMLResponse:
    with shop.store.read() as conn:
        classes = shelf.classes(conn)
        runs = tasks.newest(conn, kinds=KINDS, limit=_RUNS)
    s = shop.settings
    return render(
        request, who, "write/form.html", status=422 if error else 200, wish=wish, classes=classes, told=told,
        error=error, runs=runs, langs=wish.langs or list(s.langs), markets=wish.markets or list(s.markets),
        channels=CHANNELS, all_markets=MARKETS, channel=wish.channel or s.channel, voices=voices.packaged(),
        voice=wish.voice or s.voice, model=s.model.backend if s.model.backend != "composer" else "",
        held=sum(classes.values()),
    )  # fmt: skip


def _estimate(request: Request, shop: Goodword, wish: Wish, who: Who) -> dict[str, Any]:
    """Products, texts, time and cost, from the first few; nothing is written and no model is asked."""
    try:
        with shop.store.read() as conn:
            asked = wish.asked(conn)
        order = describing.order_of(shop, asked, actor=who.name)
        count = describing.count(shop, asked)
        sample = list(islice(describing.products_of(shop, asked), _SAMPLE))
        backend = order.writer.backend.name if order.writer else "composer"
        with shop.store.read() as conn:
            found = forecast.forecast(conn, sample, count, order, pace(backend, shop.backend_options))
    except InputError as error:
        return {"error": words.of(request).told(error), "found": None}
    return {"error": "", "found": found, "pairs": order.pairs}


def _task(conn: Connection, task: str) -> Task:
    found = tasks.get(conn, task) if task.isascii() and task.isprintable() else None
    if found is None or found.kind not in KINDS:
        raise Missing("there is no such run", cure="Look at the latest ones under Write")
    return found


def _counts(results: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    counts = {"released": 0, "held": 0, "refused": 0}
    for r in results:
        counts[r["ruling"]] += 1
    return counts


def _card(conn: Connection, result: Mapping[str, Any], said: words.Words) -> dict[str, Any]:
    """A text of a run with its sentences: from the statement or the desk, where it is kept."""
    name = f"{result['sku']}/{result['lang']}/{result['market']}/{result['channel']}/{result['ledger']}"
    draft: Draft | None = None
    ruling: Ruling | None = None
    href = ""
    if result["ruling"] == "released" and (saved := statements.get(conn, name)):
        draft, ruling, href = saved.statement.draft, saved.statement.ruling, link("/write/text", id=name)
    elif result["desk"] is not None:
        item = desk.get(conn, result["desk"])
        draft, ruling, href = item.draft, item.ruling, f"/desk/{item.id}"
    product = catalogue.get(conn, result["sku"])
    cut = sentences(draft, ruling, product.facts if product else (), said) if draft and ruling else ()
    return {"result": result, "sentences": cut, "href": href}


def _file(rows: Iterable[Mapping[str, Any]], file: str) -> Response:
    kind = "text/csv; charset=utf-8" if file.endswith(".csv") else "application/x-ndjson"
    lines = _csv(rows) if file.endswith(".csv") else (json.dumps(r, ensure_ascii=False) + "\n" for r in rows)
    return StreamingResponse(lines, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{file}"'})


def _csv(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """With a byte-order mark, since spreadsheets read Chinese from no other CSV."""
    yield "\ufeff" + _line(("sku", "lang", "market", "channel", "text", "label", "aigc", "ledger"))
    for r in rows:
        mark = r["label"] or {"text": "", "metadata": ""}
        yield _line((r["sku"], r["lang"], r["market"], r["channel"], r["text"], mark["text"], mark["metadata"],
                     r["ledger"]))  # fmt: skip


def _line(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(str(c)) for c in cells])
    return out.getvalue()
