"""Whether the server lives and is ready, its figures, and the description of its interface."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from prometheus_client import generate_latest

from goodword.app import Goodword
from goodword.errors import GoodwordError
from goodword.server.access import Who, anyone, need
from goodword.server.api_route import ApiRoute
from goodword.server.shapes.common import Json, Problem
from goodword.server.shop import shop_of
from goodword.store import desk, stale, tasks

router = APIRouter(route_class=ApiRoute, tags=["server"])
Shop = Annotated[Goodword, Depends(shop_of)]
_ABOUT = "Every sentence said in a shop's name rests on a fact the shop holds."
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


@router.get("/healthz", response_model=None)
async def health(who: Annotated[Who, Depends(anyone())]) -> Json:
    """The process lives."""
    return Json({"status": "ok"})


@router.get("/readyz", response_model=None, responses={503: {"description": "Not yet, or no more"}})
def ready(request: Request, shop: Shop, who: Annotated[Who, Depends(anyone())]) -> Json:
    """The models are open, the store answers, and the server is not about to stop."""
    try:
        with shop.store.read() as conn:
            tasks.count(conn)
        store = True
    except GoodwordError:
        store = False
    found = {"store": store, "models": request.app.state.warmth.ready.is_set(),
             "open": not request.app.state.work.closing}  # fmt: skip
    return Json({"status": "ok" if all(found.values()) else "not ready", **found}, 200 if all(found.values()) else 503)


@router.get(
    "/metrics", response_model=None, responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
)
def metrics(request: Request, shop: Shop, who: Annotated[Who, Depends(need("viewer", "metrics"))]) -> Response:
    """Figures for Prometheus."""
    figures = request.app.state.figures
    with shop.store.read() as conn:
        for state, count in {**dict.fromkeys(("queued", "running", "done", "failed"), 0), **tasks.count(conn)}.items():
            figures.tasks.labels(state).set(count)
        for state, count in {"waiting": 0, **desk.count(conn)}.items():
            figures.desk.labels(state).set(count)
        figures.stale.set(stale.count_waiting(conn))
    figures.watchers.set(request.app.state.work.hub.watchers)
    return Response(generate_latest(figures.registry), media_type=_TEXT)


@router.get("/v1/openapi.json", response_model=None)
def openapi(request: Request, who: Annotated[Who, Depends(anyone())]) -> Json:
    """This interface as OpenAPI 3.1."""
    return Json(described(request.app))


def described(app: FastAPI) -> dict[str, Any]:
    """The interface for programs: the routes under /v1, and those that tell of the server."""
    if not app.openapi_schema:
        programs = ("/v1/", "/healthz", "/readyz", "/metrics")
        routes = [r for router in app.state.routers for r in router.routes if r.path.startswith(programs)]
        found = get_openapi(title=app.title, version=app.version, routes=routes, openapi_version="3.1.0",
                            description=_ABOUT)  # fmt: skip
        app.openapi_schema = _completed(found)
    return app.openapi_schema


def _completed(found: dict[str, Any]) -> dict[str, Any]:
    """With what holds of every route: how one signs in, and that errors are problem+json."""
    parts = found.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": "an API key, gw_…"}}
    told = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    keyed = {"name": "Idempotency-Key", "in": "header", "required": False,
             "description": "sent again with the same key, a request acts once",
             "schema": {"type": "string", "minLength": 1, "maxLength": 200}}  # fmt: skip
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            responses = operation["responses"]
            responses.pop("422", None)
            responses["4XX"] = {"description": "What is wrong with the request", "content": told}
            responses["5XX"] = {"description": "What went wrong here", "content": told}
            if path not in {"/healthz", "/readyz", "/v1/openapi.json"}:
                operation["security"] = [{"key": []}]
            if method == "post":
                operation.setdefault("parameters", []).append(keyed)
            if method == "get":
                responses["304"] = {"description": "As the caller has it already"}
    return found
