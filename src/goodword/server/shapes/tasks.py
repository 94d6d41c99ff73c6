"""Long work as it is told: a task, its results, its events."""

from typing import Any, Literal

from pydantic import Field

from goodword.server.shapes.common import Json, Page, Told
from goodword.server.words import Words
from goodword.store.tasks import Event, Task

STATE = Literal["queued", "running", "done", "failed", "cancelled"]


class TaskOut(Told):
    """A piece of long work."""

    id: str = Field(examples=["20261124T120000123456-1a2b3c4d"])
    kind: str = Field(examples=["describe"])
    state: STATE
    made: str
    started: str | None
    finished: str | None
    by: str
    done: int
    total: int | None
    attempts: int
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    cancelling: bool
    links: dict[str, str]


class TaskPage(Page):
    """Tasks, the newest first."""

    items: list[TaskOut]


class ResultPage(Page):
    """Results of a task in the order in which they came; `state` says whether more may come."""

    items: list[dict[str, Any]]
    state: STATE


def task(found: Task, said: Words) -> dict[str, Any]:
    """A task as plain data; its error in the reader's language."""
    at = f"/v1/tasks/{found.id}"
    return {
        "id": found.id, "kind": found.kind, "state": found.state, "made": found.made, "started": found.started,
        "finished": found.finished, "by": found.actor, "done": found.done, "total": found.total,
        "attempts": found.attempts, "result": found.result, "error": error(found.error, said),
        "cancelling": found.wish == "cancel" and not found.ended,
        "links": {"self": at, "events": f"{at}/events", "results": f"{at}/results"},
    }  # fmt: skip


def error(kept: dict[str, Any] | None, said: Words) -> dict[str, Any] | None:
    """What went wrong, in the reader's language."""
    if kept is None:
        return None
    told = {"detail": said.put(str(kept.get("what", "")))}
    told |= {"where": said.place(str(kept["where"]))} if kept.get("where") else {}
    return told | ({"cure": said.put(str(kept["cure"]))} if kept.get("cure") else {})


def event(found: Event, said: Words) -> dict[str, Any]:
    """What an event carries."""
    body = dict(found.body)
    if found.kind == "state" and body.get("error"):
        body["error"] = error(body["error"], said)
    return body


def accepted(found: Task) -> Json:
    """202, and where the task is."""
    return Json(task(found, Words("en")), 202, headers={"Location": f"/v1/tasks/{found.id}"})
