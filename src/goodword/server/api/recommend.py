"""`/v1/recommend`: lists that say why, and a shopper's rights over what is held of them."""

from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any, cast

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile

from goodword.app import Goodword
from goodword.server import uploads, words
from goodword.server.access import Who, need
from goodword.server.api_route import ApiRoute
from goodword.server.shapes.common import Json
from goodword.server.shapes.tasks import TaskOut, accepted
from goodword.server.shapes.taste import (
    BasketIn,
    DoneOut,
    ForIn,
    History,
    ListIn,
    ListOut,
    ObjectIn,
    Parameters,
    ShopperIn,
    SimilarIn,
    StrikeIn,
)
from goodword.server.shop import shop_of
from goodword.server.work.work import Work, work_of
from goodword.types import Lang

if TYPE_CHECKING:
    from goodword.jobs.recommend import Ask, Recommended
    from goodword.jobs.recommend_entry import Recommending

router = APIRouter(prefix="/v1/recommend", route_class=ApiRoute, tags=["recommend"])
Shop = Annotated[Goodword, Depends(shop_of)]
Viewer = Annotated[Who, Depends(need("viewer", "recommend"))]
Writer = Annotated[Who, Depends(need("writer", "recommend"))]


def recommending(request: Request, lang: Lang | None = None) -> "Recommending":
    """The shop's recommender for a language, held by the application: opening it anew takes long."""
    shop: Goodword = request.app.state.goodword
    spoken = lang or _spoken(request, shop)
    with request.app.state.opening:
        held = cast("dict[str, Recommending]", request.app.state.recommending)
        if spoken not in held:
            held[spoken] = shop.recommend(lang=spoken)
        return held[spoken]


def _spoken(request: Request, shop: Goodword) -> Lang:
    asked = words.lang_of(request)
    return asked if asked in shop.settings.langs else shop.settings.langs[0]


@router.post("/for", response_model=None, responses={200: {"model": ListOut}})
def for_shopper(request: Request, body: ForIn, who: Viewer) -> Json:
    """A list for one shopper; `personal: false` gives the one that is the same for everyone."""
    told = recommending(request, body.lang).recommender
    from goodword.jobs.recommend import Seen

    ask = _ask(body, personal=body.personal, consent=body.consent, extra=tuple(Seen(sku=s) for s in body.seen))
    return _list(told.for_shopper(body.shopper, ask), told.fitted.goods.skus)


@router.post("/similar", response_model=None, responses={200: {"model": ListOut}})
def similar(request: Request, body: SimilarIn, who: Viewer) -> Json:
    """What goes with a product; the same for everyone."""
    told = recommending(request, body.lang).recommender
    return _list(told.similar(body.sku, _ask(body)), told.fitted.goods.skus)


@router.post("/basket", response_model=None, responses={200: {"model": ListOut}})
def basket(request: Request, body: BasketIn, who: Viewer) -> Json:
    """What goes with what is in a basket; nothing else is known of the shopper."""
    told = recommending(request, body.lang).recommender
    return _list(told.basket(body.skus, _ask(body, consent=body.consent)), told.fitted.goods.skus)


@router.get("/parameters", response_model=None, responses={200: {"model": Parameters}})
def parameters(request: Request, who: Viewer) -> Json:
    """What decides what is shown, in plain words (Regulation (EU) 2022/2065 Art. 27)."""
    return Json({lang: list(recommending(request, lang).parameters()) for lang in ("en", "zh")})


@router.get("/history", response_model=None, responses={200: {"model": History}})
def history(
    request: Request, who: Viewer,
    shopper: Annotated[str, Query(min_length=1, max_length=300, pattern="^[^\x00-\x1f]*$")],
) -> Json:  # fmt: skip
    """What is held of a shopper, for them to see, and what the ledger says was done for them."""
    from goodword.jobs import recommend_shape

    told = recommending(request)
    return Json(recommend_shape.history(shopper, told.see(shopper), told.prove(shopper)))


@router.post("/history/delete", response_model=None, responses={200: {"model": DoneOut}})
def delete(request: Request, body: ShopperIn, who: Writer) -> Json:
    """Forget a shopper, with effect at once."""
    return _done(partial(_rights(request, who).delete, body.shopper))


@router.post("/history/strike", response_model=None, responses={200: {"model": DoneOut}})
def strike(request: Request, body: StrikeIn, who: Writer) -> Json:
    """Take products out of a shopper's history."""
    return _done(partial(_rights(request, who).strike, body.shopper, body.skus))


@router.post("/history/object", response_model=None, responses={200: {"model": DoneOut}})
def object_(request: Request, body: ObjectIn, who: Writer) -> Json:
    """Make no list for a shopper from now on, or again."""
    return _done(partial(_rights(request, who).object_, body.shopper, withdraw=body.withdraw))


@router.post("/fit", response_model=None, status_code=202, responses={202: {"model": TaskOut}})
def fit(
    shop: Shop, work: Annotated[Work, Depends(work_of)], who: Writer,
    events: Annotated[UploadFile, File(description="events or orders: CSV, TSV, Parquet or JSONL")],
    stock: Annotated[UploadFile | None, File(description="CSV of sku, on_hand and reserved")] = None,
    ranker: Annotated[str, Form(pattern="^[a-z][a-z_]{0,40}$")] = "auto",
) -> Response:  # fmt: skip
    """Learn from events, as a task."""
    shop.recommend().ranker(ranker)  # an unknown one is told at once
    name = uploads.name_of(events)
    files = {f"events-{name}" if name.startswith("stock.") else name: uploads.stream_of(events)}
    files |= {"stock.csv": uploads.stream_of(stock)} if stock is not None else {}
    return accepted(work.take("fit", {"ranker": ranker}, who.name, files))


def _rights(request: Request, who: Who) -> "Recommending":
    """A recommender that acts in the name of who asks."""
    from dataclasses import replace

    told = recommending(request)
    return replace(told, voice=replace(told.voice, actor=who.name), _open=None, _opening=Lock())


def _done(act: Any) -> Json:
    from goodword.jobs import recommend_shape

    return Json(recommend_shape.done(act()))


def _ask(body: ListIn, **more: Any) -> "Ask":
    from goodword.jobs.recommend import Ask

    return Ask(k=body.k, age=body.age, low=body.low, high=body.high, categories=tuple(body.categories), **more)


def _list(found: "Recommended", skus: tuple[str, ...]) -> Json:
    from goodword.jobs import recommend_shape

    return Json(recommend_shape.recommended(found, skus))
