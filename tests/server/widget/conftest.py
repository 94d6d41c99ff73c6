"""The sample shop behind a real server, and another site that carries the widget under a strict policy."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from running import running  # type: ignore[import-not-found]  # beside the conftest above

from goodword.app import Goodword
from goodword.jobs.asking import shelf
from goodword.knowledge import documents
from goodword.server import people
from goodword.server.app import create_app

SECRET = "a secret of more than sixteen bytes"
SECRET_ENV = "GOODWORDS_WIDGET_TEST_SECRET"  # of its own: the fixture lives as long as the session
SHOP = Path(str(files("goodword.data").joinpath("shop")))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Goodword]:
    """The sample shop: products, policies, and a fitted recommender."""
    folder = tmp_path_factory.mktemp("widget")
    own = {
        "store": str(folder / "shop.db"), "recommender": str(folder / "recommender"), "ask": {"secret_env": SECRET_ENV},
        "server": {"demo_shop": True, "widget_per_minute": 6000},
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch, Goodword(**own) as shop:
        patch.setenv(SECRET_ENV, SECRET)
        events = folder / "events.csv"
        events.write_text("\n".join((SHOP / "events.csv").read_text("utf-8").splitlines()[:1500]), "utf-8")
        shop.recommend().fit([events], goods=SHOP / "products.csv")
        shelf.keep(shop.store, documents.read([SHOP / "policies"]))
        for _ in shop.describe(SHOP / "products.csv", only=("EL-002",)):
            pass
        yield shop


@pytest.fixture(scope="session")
def served(sample: Goodword) -> Iterator[str]:
    """Where the sample shop's Goodword listens."""
    with running(create_app(sample)) as url:
        yield url


@dataclass
class Site:
    """A shop's own site, elsewhere: its address, the page it shows, and the policy it shows it under."""

    url: str
    page: str = ""
    policy: str = ""


@pytest.fixture
def site() -> Iterator[Site]:
    """A site of another origin than Goodword's."""
    made = Site("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = made.page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", made.policy)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield made
        server.shutdown()


@pytest.fixture
def key(sample: Goodword, site: Site) -> str:
    """A publishable key for that site."""
    return people.make_key(sample.store, f"site {site.url[-5:]}", kind="storefront", origins=(site.url,), actor="test")
