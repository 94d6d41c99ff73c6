"""`/v1/desk`: what waits for a person, and the person's decision."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs import shape
from goodword.server import problems
from goodword.server.access import Who, need
from goodword.server.api_route import ApiRoute
from goodword.server.shapes.common import Cursor, Json, Limit, at, page
from goodword.server.shapes.records import Decided, DecisionIn, DeskItem, DeskPage
from goodword.server.shop import shop_of
from goodword.store import desk
from goodword.store.desk import Item, State

router = APIRouter(prefix="/v1/desk", route_class=ApiRoute, tags=["desk"])
Shop = Annotated[Goodword, Depends(shop_of)]
Number = Annotated[int, Path(ge=1, lt=2**62)]
IfMatch = Annotated[str, Header(alias="If-Match", max_length=200, description="the ETag of what you decide on")]
_GRAVITY = ("block", "needs_evidence", "warn")


@router.get("", response_model=None, responses={200: {"model": DeskPage}})
def queue(
    shop: Shop, who: Annotated[Who, Depends(need("viewer", "desk"))], state: State = "waiting", cursor: Cursor = "",
    limit: Limit = 50,
) -> Json:  # fmt: skip
    """Held texts, the longest waiting first."""
    with shop.store.read() as conn:
        found = list(desk.items(conn, state, limit=limit + 1, after=at(cursor, "after", 0)))
        counts = desk.count(conn)
    more = {"after": found[limit - 1].id} if len(found) > limit else None
    return page([row(i) for i in found[:limit]], more, counts=counts)


@router.get("/{number}", response_model=None, responses={200: {"model": DeskItem}})
def item(number: Number, shop: Shop, who: Annotated[Who, Depends(need("viewer", "desk"))]) -> Json:
    """One held text with what was found in it; its ETag goes with the decision."""
    found = _found(shop, number)
    return Json(_whole(found), headers={"ETag": tag(found)})


@router.post("/{number}/approve", response_model=None, responses={200: {"model": Decided}})
def approve(
    number: Number, body: DecisionIn, shop: Shop, who: Annotated[Who, Depends(need("approver", "desk"))],
    if_match: IfMatch = "",
) -> Json:  # fmt: skip
    """Release a held text on your word; one that a fact contradicts cannot be approved."""
    return _decided(shop, number, "approved", body.reason, who, if_match)


@router.post("/{number}/reject", response_model=None, responses={200: {"model": Decided}})
def reject(
    number: Number, body: DecisionIn, shop: Shop, who: Annotated[Who, Depends(need("approver", "desk"))],
    if_match: IfMatch = "",
) -> Json:  # fmt: skip
    """Refuse a held text."""
    return _decided(shop, number, "rejected", body.reason, who, if_match)


def _decided(shop: Goodword, number: int, decision: str, reason: str, who: Who, if_match: str) -> Json:
    found = _found(shop, number)
    if if_match.strip() not in {"", "*", tag(found)}:
        raise problems.Stale("this is no longer as you saw it", where=f"desk item {number}", cure="Load it again")
    try:
        out = shop.decide(number, decision, who=who.name, reason=reason)
    except InputError:
        if _found(shop, number).state != "waiting":
            state = _found(shop, number).state
            raise problems.Conflict(f"this item is already {state}", where=f"desk item {number}") from None
        raise
    statement = out.statement.id if out.statement else None
    return Json({"outcome": out.outcome, "statement": statement, "ledger": out.ledger, "desk": out.desk})


def tag(item: Item) -> str:
    """What changes when the item does."""
    return f'"{item.id}-{item.state}"'


def _found(shop: Goodword, number: int) -> Item:
    try:
        with shop.store.read() as conn:
            return desk.get(conn, number)
    except InputError as error:
        raise problems.Missing(error.what) from None


def row(item: Item) -> dict[str, Any]:
    """An item in a list."""
    d, found = item.draft, item.ruling.findings
    risk = next((s for s in _GRAVITY if any(f.severity == s for f in found)), "none")
    return {"id": item.id, "sku": d.sku, "lang": d.lang, "market": d.market, "channel": d.channel, "state": item.state,
            "since": item.since, "age": round(item.age, 1), "rules": list(dict.fromkeys(f.rule for f in found)),
            "risk": risk, "by": item.who}  # fmt: skip


def _whole(item: Item) -> dict[str, Any]:
    judged = shape.checked("", item.ruling)
    return row(item) | {"text": item.draft.text, "ledger": item.ledger, "findings": judged["findings"],
                        "claims": judged["claims"], "decided": item.decided, "reason": item.reason}  # fmt: skip
