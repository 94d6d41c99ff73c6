"""Writing: what to write and what it will take; all texts as a file; and those to be written anew."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import Connection
from starlette.responses import Response

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs import forecast
from goodword.llm.estimate import pace
from goodword.server import words
from goodword.server.access import Who, need
from goodword.server.console import exports, runs
from goodword.server.console.render import Nav, render
from goodword.server.shapes.writing import DescribeIn
from goodword.server.shop import shop_of
from goodword.server.work import describing
from goodword.server.work.work import Work, work_of
from goodword.store import shelf, stale, tasks
from goodword.writing import voice as voices

router = APIRouter(include_in_schema=False)
NAV = Nav(order=30, path="/write", label="Write")
Shop = Annotated[Goodword, Depends(shop_of)]
AtWork = Annotated[Work, Depends(work_of)]
Viewer = Annotated[Who, Depends(need("viewer", "describe"))]
Writer = Annotated[Who, Depends(need("writer", "describe"))]
_RUNS, _MOST = 8, 10_000
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


@router.get("/write/texts/{file}")
def all_texts(shop: Shop, who: Viewer, file: exports.Name) -> Response:
    """Every text that may be shown now."""

    def rows() -> Iterator[dict[str, Any]]:
        with shop.store.read() as conn:
            for s in shelf.live(conn):
                d, label = s.draft, {"text": s.mark.text, "metadata": s.mark.metadata}
                yield {"sku": d.sku, "lang": d.lang, "market": d.market, "channel": d.channel, "text": d.text,
                       "label": label, "ledger": s.ledger}  # fmt: skip

    return exports.file(rows(), file)


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
        latest = tasks.newest(conn, kinds=runs.KINDS, limit=_RUNS)
    s = shop.settings
    return render(
        request, who, "write/form.html", status=422 if error else 200, wish=wish, classes=classes, told=told,
        error=error, runs=latest, langs=wish.langs or list(s.langs), markets=wish.markets or list(s.markets),
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
        sample = describing.sample(shop, asked)
        backend = order.writer.backend.name if order.writer else "composer"
        with shop.store.read() as conn:
            found = forecast.forecast(conn, sample, count, order, pace(backend, shop.backend_options))
    except InputError as error:
        return {"error": words.of(request).told(error), "found": None}
    return {"error": "", "found": found, "pairs": order.pairs}
