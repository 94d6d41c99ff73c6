"""The application: routers found in their rooms, one gate before them, errors told in one place."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from threading import Lock
from types import ModuleType

from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from goodword.app import Goodword
from goodword.server import problems
from goodword.server.access import Gate, marked, routes_of
from goodword.server.console import told
from goodword.server.console.render import Pages
from goodword.server.headers import Headers
from goodword.server.limits import Limits
from goodword.server.warm import Warmth
from goodword.server.watch import Figures, Watch
from goodword.server.work.work import Work, lifespan

STREAMS = 256  # answers that may wait for a model at once
ROOMS = ("api", "console", "proxy", "widget")
_HERE = Path(__file__).parent


def create_app(goodword: Goodword) -> FastAPI:
    """The server of one shop. Whoever made `goodword` closes it.

    Raises:
        TypeError: a route does not say who may use it.
    """
    modules = tuple(modules_of_rooms())
    routers = [m.router for m in modules if isinstance(getattr(m, "router", None), APIRouter)]
    routes, s = routes_of(routers), goodword.settings.server
    marked(routes)
    figures = Figures()
    app = FastAPI(
        title="Goodword 言之有据",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        middleware=[
            Middleware(Watch, figures=figures),
            Middleware(Headers, secure=s.secure_cookies),
            Middleware(
                Limits,
                max_body=int(s.max_body_mb * (1 << 20)),
                seconds=s.timeout,
                answer=told.answer,
                longer=_longer(goodword),
            ),
            Middleware(Gate, routes=routes, goodword=goodword, answer=told.answer),
            Middleware(GZipMiddleware, minimum_size=1024),
        ],
    )
    app.state.goodword = goodword
    app.state.streams = CapacityLimiter(STREAMS)
    app.state.recommending, app.state.opening = {}, Lock()
    app.state.figures, app.state.work, app.state.warmth = figures, Work(goodword), Warmth(goodword)
    app.state.pages = Pages(modules)
    app.state.routers = routers
    problems.install(app, told.answer)
    for router in routers:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    return app


def _longer(goodword: Goodword) -> dict[str, float]:
    """Seconds that a model may take, by the paths on which one is asked."""
    s = goodword.settings
    asked = {} if s.model.backend == "composer" else dict.fromkeys(("/v1/ask", "/widget/"), s.model.timeout)
    return {**asked, "/openai/": s.proxy.timeout}


def modules_of_rooms() -> Iterator[ModuleType]:
    """Every module of the rooms that hold routes, by name."""
    for room in ROOMS:
        folder = _HERE / room
        for found in sorted(iter_modules([str(folder)]), key=lambda m: m.name):
            yield import_module(f"goodword.server.{room}.{found.name}")
