"""A run of writing: how far it is, its texts side by side as they come, and the file of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import Connection
from starlette.responses import Response

from goodword.app import Goodword
from goodword.server import words
from goodword.server.access import Who, need
from goodword.server.console import exports
from goodword.server.console.judged import sentences
from goodword.server.console.links import link
from goodword.server.console.render import render
from goodword.server.problems import Missing
from goodword.server.shop import shop_of
from goodword.server.work.work import Work, work_of
from goodword.store import catalogue, desk, shelf, statements, tasks
from goodword.store.tasks import RESULT, Task
from goodword.types import Draft, Ruling

router = APIRouter(include_in_schema=False)
Shop = Annotated[Goodword, Depends(shop_of)]
Viewer = Annotated[Who, Depends(need("viewer", "describe"))]
KINDS = ("describe", "rewrite")
Outcome = Literal["", "released", "held", "refused"]
_PRODUCTS, _READ = 12, 100  # of a page; results read at a time
_COUNTED = 1000  # texts of a run whose outcomes are counted while it goes on


@dataclass(slots=True)
class Sheet:
    """One page of a run: results by product; `after` is where the next one begins, None at the end."""

    groups: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    after: int | None = None


@router.get("/write/run/{task}")
def run(
    request: Request, shop: Shop, who: Viewer, task: str, part: bool = False,
    after: Annotated[int, Query(ge=0)] = 0, outcome: Outcome = "",
) -> HTMLResponse:  # fmt: skip
    """A run."""
    said, here = words.of(request), f"/write/run/{task}"
    with shop.store.read() as conn:
        found = _task(conn, task)
        sheet = _sheet(conn, task, after, outcome)
        names = shelf.names(conn, list(sheet.groups))
        cards = [(sku, names.get(sku), [_card(conn, r, said) for r in group]) for sku, group in sheet.groups.items()]
        counts = _counts(conn, found)
    return render(
        request, who, "write/results.html" if part else "write/run.html", task=found, counts=counts, cards=cards,
        outcome=outcome, here=here, first=link(here, outcome=outcome) if after else "",
        older=link(here, outcome=outcome, after=sheet.after) if sheet.after is not None else "",
    )  # fmt: skip


@router.post("/write/run/{task}/cancel")
def cancel(
    shop: Shop, work: Annotated[Work, Depends(work_of)], who: Annotated[Who, Depends(need("writer", "describe"))],
    task: str,
) -> RedirectResponse:  # fmt: skip
    """End a run; what was written stays."""
    with shop.store.read() as conn:
        found = _task(conn, task)
    if not found.ended:
        work.cancel(task)
    return RedirectResponse(f"/write/run/{task}", 303)


@router.get("/write/run/{task}/{file}")
def exported(shop: Shop, who: Viewer, task: str, file: exports.Name) -> Response:
    """The texts of a run as a table or as lines of JSON; only released ones are texts."""
    with shop.store.read() as conn:
        _task(conn, task)

    def rows() -> Iterator[dict[str, Any]]:
        with shop.store.read() as conn:
            yield from (r for r in tasks.results(conn, task) if r["ruling"] == "released")

    return exports.file(rows(), file)


def _task(conn: Connection, task: str) -> Task:
    found = tasks.get(conn, task) if task.isascii() and task.isprintable() else None
    if found is None or found.kind not in KINDS:
        raise Missing("there is no such run", cure="Look at the latest ones under Write")
    return found


def _sheet(conn: Connection, task: str, after: int, outcome: str) -> Sheet:
    """Results behind a number, product by product, until the page is full."""
    sheet = Sheet()
    while events := tasks.events(conn, task, after=after, kind=RESULT, limit=_READ):
        for event in events:
            result = event.body
            if outcome and result["ruling"] != outcome:
                after = event.number
                continue
            if result["sku"] not in sheet.groups and len(sheet.groups) == _PRODUCTS:
                sheet.after = after
                return sheet
            sheet.groups.setdefault(result["sku"], []).append(result)
            after = event.number
    return sheet


def _counts(conn: Connection, task: Task) -> dict[str, int]:
    """How many texts had which outcome; {} where that is told only at the end of a long run."""
    if task.result and "released" in task.result:
        return {name: int(task.result.get(name, 0)) for name in ("released", "held", "refused")}
    if task.done > _COUNTED:
        return {}
    counts = {"released": 0, "held": 0, "refused": 0}
    for r in tasks.results(conn, task.id):
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
    named = {f.id: f.name for f in product.facts} if product else {}
    left: dict[str, list[str]] = {}
    for one in result["left_out"]:
        left.setdefault(one["reason"], []).append(named.get(one["fact"], one["fact"].partition("#")[2]))
    return {"result": result, "sentences": cut, "href": href, "left": left}
