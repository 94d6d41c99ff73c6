"""`/v1/ledger`: the record of everything released, held, refused and decided."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from starlette.responses import StreamingResponse

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.server import problems
from goodword.server.access import Who, need
from goodword.server.api_route import ApiRoute
from goodword.server.shapes.common import Cursor, Json, Limit, at, findable, page
from goodword.server.shapes.records import Anchor, EntryOut, EntryPage, Verified, Why
from goodword.server.shop import shop_of
from goodword.store import ledger
from goodword.store.chain import anchor_line, read_anchor
from goodword.store.ledger import Entry

router = APIRouter(prefix="/v1/ledger", route_class=ApiRoute, tags=["ledger"])
Shop = Annotated[Goodword, Depends(shop_of)]
Position = Annotated[int, Path(ge=1, lt=2**62)]
Word = Annotated[str | None, Query(max_length=300)]
Time = Annotated[str | None, Query(max_length=40, pattern="^[0-9TZ:.-]*$", description="ISO 8601, UTC")]


@router.get("", response_model=None, responses={200: {"model": EntryPage}})
def entries(
    shop: Shop, who: Annotated[Who, Depends(need("auditor", "ledger"))], kind: Word = None,
    subject: Annotated[str | None, Query(max_length=300, description="'SKU-1/*': all that begin so")] = None,
    actor: Word = None, since: Time = None, until: Time = None, newest: bool = False, cursor: Cursor = "",
    limit: Limit = 50,
) -> Json:  # fmt: skip
    """Entries in order."""
    if not all(findable(word or "") for word in (kind, subject, actor)):
        return page([], None)
    begin = at(cursor, "at", 0)
    with shop.store.read() as conn:
        found = list(
            ledger.entries(conn, kind=kind, subject=subject, actor=actor, since=since, until=until, newest=newest,
                           after=0 if newest else begin, before=begin or None if newest else None, limit=limit + 1)
        )  # fmt: skip
    more = {"at": found[limit - 1].position} if len(found) > limit else None
    return page([_entry(e) for e in found[:limit]], more)


@router.get("/verify", response_model=None, responses={200: {"model": Verified}})
def verify(
    shop: Shop, who: Annotated[Who, Depends(need("auditor", "ledger"))],
    anchor: Annotated[str | None, Query(max_length=400, description="an anchor kept elsewhere, as JSON")] = None,
) -> Json:  # fmt: skip
    """Check every link of the hash chain; the first broken one is named."""
    known = read_anchor(anchor) if anchor else None
    with shop.store.read() as conn:
        return Json(asdict(ledger.verify(conn, anchor=known)))


@router.get("/anchor", response_model=None, responses={200: {"model": Anchor}})
def anchor(shop: Shop, who: Annotated[Who, Depends(need("auditor", "ledger"))]) -> Json:
    """The present head, to be kept outside: nobody can then cut off the tail unseen."""
    with shop.store.read() as conn:
        return Json(json.loads(anchor_line(ledger.anchor(conn))))


@router.get(
    "/export",
    response_model=None,
    responses={200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}},
)
def export(shop: Shop, who: Annotated[Who, Depends(need("auditor", "ledger"))]) -> Response:
    """Every entry as a line of JSON, with all that is needed to verify it elsewhere."""
    return StreamingResponse(_lines(shop), media_type="application/x-ndjson",
                             headers={"Content-Disposition": 'attachment; filename="ledger.jsonl"'})  # fmt: skip


def _lines(shop: Goodword) -> Iterator[str]:
    with shop.store.read() as conn:
        for line in ledger.export(conn):
            yield line + "\n"


@router.get("/{position}", response_model=None, responses={200: {"model": EntryOut}})
def entry(position: Position, shop: Shop, who: Annotated[Who, Depends(need("auditor", "ledger"))]) -> Json:
    """One entry."""
    return Json(_entry(_found(shop, position)))


@router.delete("/{position}/body", response_model=None, responses={200: {"model": EntryOut}})
def erase(
    position: Position, shop: Shop, who: Annotated[Who, Depends(need("admin", "ledger"))],
    reason: Annotated[Why, Query()],
) -> Json:  # fmt: skip
    """Erase the body of an entry; the chain stays whole and says that it was erased, when and why."""
    if _found(shop, position).body is None:
        raise problems.Conflict("its body is already erased", where=f"ledger entry {position}")
    with shop.store.begin() as conn:
        return Json(_entry(ledger.erase(conn, position, reason, who.name)))


def _found(shop: Goodword, position: int) -> Entry:
    try:
        with shop.store.read() as conn:
            return ledger.get(conn, position)
    except InputError as error:
        raise problems.Missing(error.what) from None


def _entry(entry: Entry) -> dict[str, Any]:
    return asdict(entry)
