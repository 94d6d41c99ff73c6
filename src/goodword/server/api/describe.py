"""`/v1/describe`: descriptions while the caller waits, or as a task where there are many."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs import forecast, shape
from goodword.llm.estimate import pace
from goodword.server.access import Who, need
from goodword.server.api_route import ApiRoute
from goodword.server.shapes.common import Json
from goodword.server.shapes.tasks import TaskOut, accepted
from goodword.server.shapes.writing import AT_ONCE, DescribeIn, Descriptions, Estimate
from goodword.server.shop import shop_of
from goodword.server.work import describing
from goodword.server.work.work import Work, work_of

router = APIRouter(prefix="/v1", route_class=ApiRoute, tags=["describe"])
Shop = Annotated[Goodword, Depends(shop_of)]
Prefer = Annotated[str, Header(alias="Prefer", max_length=200, description="`respond-async`: as a task (RFC 7240)")]


@router.post(
    "/describe",
    response_model=None,
    responses={200: {"model": Descriptions}, 202: {"model": TaskOut, "description": "Accepted as a task"}},
)
def describe(
    body: DescribeIn, shop: Shop, work: Annotated[Work, Depends(work_of)],
    who: Annotated[Who, Depends(need("writer", "describe"))], prefer: Prefer = "",
) -> Response:  # fmt: skip
    """Write, judge and release descriptions.

    Up to 20 products are written while the caller waits, where no model words them; more, or with
    `Prefer: respond-async`, become a task.
    """
    if body.products and body.skus:
        raise InputError("products or skus, not both", cure="Ask twice")
    order = describing.order_of(shop, body, actor=who.name)  # a wrong voice or an absent model is told at once
    if body.skus:
        describing.found(shop, body.skus)
    many = describing.count(shop, body)
    if many > AT_ONCE or order.writer is not None or "respond-async" in prefer:
        return accepted(work.take("describe", body.model_dump(mode="json"), who.name))
    products = list(describing.products_of(shop, body))
    return Json({"items": [shape.described(r) for r in shop.describe(products, order=order)]})


@router.post("/describe/estimate", response_model=None, responses={200: {"model": Estimate}})
def estimate(body: DescribeIn, shop: Shop, who: Annotated[Who, Depends(need("viewer", "describe"))]) -> Json:
    """What a run would take, from its first few products; nothing is written and no model is asked."""
    order = describing.order_of(shop, body, actor=who.name)
    many = describing.count(shop, body)
    sample = describing.sample(shop, body)
    backend = order.writer.backend.name if order.writer else "composer"
    with shop.store.read() as conn:
        told = forecast.forecast(conn, sample, many, order, pace(backend, shop.backend_options))
    m = told.model
    return Json({"products": told.products, "texts": told.texts, "unchanged": told.unchanged, "sampled": told.sampled,
                 "seconds": told.seconds, "calls": m.calls, "tokens_in": m.tokens_in, "tokens_out": m.tokens_out,
                 "cost": f"{m.cost:f}", "currency": m.currency})  # fmt: skip
