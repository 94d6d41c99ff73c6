"""`/v1/recall`: a fact changed or is wrong; what rests on it, what was taken back, what waits to be written anew."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs import recall as job
from goodword.jobs import shape
from goodword.server import problems
from goodword.server.access import Who, need
from goodword.server.api_route import ApiRoute
from goodword.server.shapes.common import Cursor, Json, Limit, at, findable, page
from goodword.server.shapes.records import PlacePage, RecalledOut, RecallIn, RewriteIn
from goodword.server.shapes.tasks import TaskOut, accepted
from goodword.server.shop import shop_of
from goodword.server.work.work import Work, work_of
from goodword.store import stale

router = APIRouter(prefix="/v1/recall", route_class=ApiRoute, tags=["recall"])
Shop = Annotated[Goodword, Depends(shop_of)]


@router.get("", response_model=None, responses={200: {"model": RecalledOut}})
def look(
    shop: Shop, who: Annotated[Who, Depends(need("viewer", "recall"))],
    fact: Annotated[str, Query(min_length=1, max_length=600)], every: bool = False,
) -> Json:  # fmt: skip
    """What a recall of this fact would take back, and what was taken back before; nothing is changed."""
    _known(fact)
    with shop.store.read() as conn:
        try:
            return Json(shape.recalled(job.look(conn, fact, every=every)))
        except InputError as error:
            raise problems.Missing(error.what, cure=error.cure) from None


@router.get("/waiting", response_model=None, responses={200: {"model": PlacePage}})
def waiting(
    shop: Shop, who: Annotated[Who, Depends(need("viewer", "recall"))], cursor: Cursor = "", limit: Limit = 50
) -> Json:
    """Texts that were taken back and wait to be written anew."""
    with shop.store.read() as conn:
        found = stale.waiting(conn, after=at(cursor, "after", 0), limit=limit + 1)
        count = stale.count_waiting(conn)
    more = {"after": found[limit - 1].ledger} if len(found) > limit else None
    return page([shape.place(p) for p in found[:limit]], more, count=count)


@router.post("", response_model=None, responses={200: {"model": RecalledOut}})
def recall(
    body: RecallIn, shop: Shop, work: Annotated[Work, Depends(work_of)],
    who: Annotated[Who, Depends(need("writer", "recall"))],
) -> Json:  # fmt: skip
    """Take back every text that rests on a version of the fact that no longer holds, on the record."""
    _known(body.fact)
    with shop.store.begin() as conn:
        try:
            found = job.recall(conn, body.fact, why=body.reason, actor=who.name, every=body.every)
        except InputError as error:
            raise problems.Missing(error.what, cure=error.cure) from None
    task = None
    if body.rewrite and found.waiting:
        skus = list(dict.fromkeys(p.sku for p in found.places if p.waiting))
        task = work.take("rewrite", {"skus": skus}, who.name).id
    return Json(shape.recalled(found) | {"task": task})


@router.post("/rewrite", response_model=None, status_code=202, responses={202: {"model": TaskOut}})
def rewrite(
    body: RewriteIn, work: Annotated[Work, Depends(work_of)], who: Annotated[Who, Depends(need("writer", "recall"))]
) -> Response:
    """Have what waits written anew, as a task."""
    return accepted(work.take("rewrite", body.model_dump(mode="json"), who.name))


def _known(fact: str) -> None:
    if not findable(fact):
        raise problems.Missing(f"there is no fact {fact!r}", cure="Write it as SKU#NAME")
