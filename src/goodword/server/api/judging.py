"""`/v1/check` and `/v1/screen`: judge a text against facts, and screen what comes from outside."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from goodword.app import Goodword
from goodword.guard import evidence
from goodword.jobs import shape
from goodword.jobs.draft import vouching
from goodword.jobs.guarding import HOME, Guard
from goodword.server import problems, words
from goodword.server.access import Who, need
from goodword.server.api_route import ApiRoute
from goodword.server.shapes.common import Json, findable
from goodword.server.shapes.judging import CheckIn, CheckOut, ChecksIn, ChecksOut, ScreenIn, ScreenOut
from goodword.server.shop import shop_of
from goodword.store import catalogue
from goodword.text.language import detect
from goodword.types import Fact

router = APIRouter(prefix="/v1", route_class=ApiRoute, tags=["judge"])
Shop = Annotated[Goodword, Depends(shop_of)]


@router.post("/check", response_model=None, responses={200: {"model": CheckOut}})
def check(request: Request, body: CheckIn, shop: Shop, who: Annotated[Who, Depends(need("viewer", "check"))]) -> Json:
    """Is every claim of a text supported by the facts and evidence given, and lawful where it is to be said?"""
    return Json(checked(request, shop, body))


@router.post("/check/batch", response_model=None, responses={200: {"model": ChecksOut}})
def check_batch(
    request: Request, body: ChecksIn, shop: Shop, who: Annotated[Who, Depends(need("viewer", "check"))]
) -> Json:
    """Judge up to 50 texts, in the order given."""
    return Json({"items": [checked(request, shop, item) for item in body.items]})


def checked(request: Request, shop: Goodword, body: CheckIn) -> dict[str, Any]:
    """The guard's view of one text.

    Raises:
        InputError: evidence that is none, or no such product.
    """
    evidence.read(body.evidence, "evidence")
    facts: Mapping[str, object] | Sequence[Fact] | None = body.facts
    product_class = body.product_class
    if body.product is not None:
        facts, product_class = _of_product(shop, body.product, product_class)
    lang = body.lang or detect(body.text)
    market = body.market or dict(shop.settings.market_pairs()).get(lang) or HOME[lang]
    guard = Guard(market=market, reader=body.reader or words.lang_of(request))
    ruling = guard.check(body.text, facts, evidence=body.evidence, lang=lang, channel=body.channel,
                         product_class=product_class)  # fmt: skip
    request.app.state.figures.rulings.labels(ruling.label).inc()
    return shape.checked(body.id, ruling)


def _of_product(shop: Goodword, sku: str, product_class: str) -> tuple[Sequence[Fact], str]:
    with shop.store.read() as conn:
        product = catalogue.get(conn, sku) if findable(sku) else None
    if product is None:
        raise problems.Missing(f"there is no product {sku!r}", where="product")
    return vouching(product), product.product_class if product_class == "general" else product_class


@router.post("/screen", response_model=None, responses={200: {"model": ScreenOut}})
def screen(body: ScreenIn, shop: Shop, who: Annotated[Who, Depends(need("viewer", "screen"))]) -> Json:
    """What stands in a text from outside: orders to a model, personal data, harm; and it with the data covered."""
    return Json(shape.screened(body.id, shop.screen(body.text, lang=body.lang)))
