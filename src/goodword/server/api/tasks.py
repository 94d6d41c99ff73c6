"""`/v1/tasks`: long work, its results, and its events as they happen."""

from collections.abc import AsyncIterator
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from starlette.responses import StreamingResponse

from goodword.app import Goodword
from goodword.server import problems, words
from goodword.server.access import Who, need
from goodword.server.api_route import ApiRoute
from goodword.server.shapes import tasks as shape
from goodword.server.shapes.common import EVENT_STREAM, EVENTS, NOT_STORED, Cursor, Json, Limit, at, page, sse
from goodword.server.shapes.tasks import ResultPage, TaskOut, TaskPage
from goodword.server.shop import shop_of
from goodword.server.work.work import Work, work_of
from goodword.store import tasks
from goodword.store.tasks import RESULT, State, Task

router = APIRouter(prefix="/v1/tasks", route_class=ApiRoute, tags=["tasks"])
Shop = Annotated[Goodword, Depends(shop_of)]
_PING = b": still here\n\n"


@router.get("", response_model=None, responses={200: {"model": TaskPage}})
def list_tasks(
    request: Request, shop: Shop, who: Annotated[Who, Depends(need("viewer", "tasks"))], state: State | None = None,
    kind: Annotated[str | None, Query(max_length=40)] = None, cursor: Cursor = "", limit: Limit = 50,
) -> Json:  # fmt: skip
    """Tasks, the newest first."""
    with shop.store.read() as conn:
        found = tasks.newest(conn, state=state, kinds=[kind] if kind else [], before=at(cursor, "before", ""),
                             limit=limit + 1)  # fmt: skip
    said = words.of(request)
    more = {"before": found[limit - 1].id} if len(found) > limit else None
    return page([shape.task(t, said) for t in found[:limit]], more)


@router.get("/{task}", response_model=None, responses={200: {"model": TaskOut}})
def get_task(request: Request, task: str, shop: Shop, who: Annotated[Who, Depends(need("viewer", "tasks"))]) -> Json:
    """One task."""
    return Json(shape.task(_found(shop, task), words.of(request)))


@router.get("/{task}/results", response_model=None, responses={200: {"model": ResultPage}})
def results(
    task: str, shop: Shop, who: Annotated[Who, Depends(need("viewer", "tasks"))], cursor: Cursor = "",
    limit: Limit = 50,
) -> Json:  # fmt: skip
    """What has come of it so far, each in the shape of the command line's JSON."""
    found = _found(shop, task)
    with shop.store.read() as conn:
        rows = tasks.events(conn, task, after=at(cursor, "after", 0), kind=RESULT, limit=limit + 1)
    more = {"after": rows[limit - 1].number} if len(rows) > limit else None
    return page([e.body for e in rows[:limit]], more, state=found.state)


@router.get(
    "/{task}/events",
    response_model=None,
    responses=EVENTS,
)
async def events(
    request: Request, task: str, shop: Shop, work: Annotated[Work, Depends(work_of)],
    who: Annotated[Who, Depends(need("viewer", "tasks"))],
    last: Annotated[str, Header(alias="Last-Event-ID", max_length=18, pattern="^[0-9]*$")] = "",
) -> Response:  # fmt: skip
    """Events as they happen: `state`, `progress`, `result`; ends with the task. A client that comes again goes on."""
    await to_thread.run_sync(_found, shop, task)
    said = words.of(request)

    async def told() -> AsyncIterator[bytes]:
        async for event in work.hub.watch(task, int(last or 0)):
            yield _PING if event is None else sse(event.kind, shape.event(event, said), number=event.number)

    return StreamingResponse(told(), media_type=EVENT_STREAM, headers=NOT_STORED)


@router.post("/{task}/cancel", response_model=None, responses={200: {"model": TaskOut}})
def cancel(
    request: Request, task: str, shop: Shop, work: Annotated[Work, Depends(work_of)],
    who: Annotated[Who, Depends(need("writer", "tasks"))],
) -> Json:  # fmt: skip
    """End a task: at once where it waits, else as soon as its worker looks. What it did stays."""
    if _found(shop, task).ended:
        raise problems.Conflict("this task has ended", where=f"task {task}")
    return Json(shape.task(work.cancel(task), words.of(request)))


def _found(shop: Goodword, task: str) -> Task:
    found = None
    if task.isascii() and task.isprintable():
        with shop.store.read() as conn:
            found = tasks.get(conn, task)
    if found is None:
        raise problems.Missing(f"there is no task {task!r}")
    return found
