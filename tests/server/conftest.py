"""A server over a real store, and people who sign in to it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from goodword.app import Goodword
from goodword.server import people
from goodword.server.access import Role
from goodword.server.app import create_app

PASSWORD = "four words are long"
_PATIENCE = 90_000  # milliseconds a browser waits for anything: on a machine that does other work, too
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """The hasher of passwords as shipped; in all other tests the same one at a hundredth of its cost."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        real = people._hasher()
        patch.setattr(people, "_hasher", lambda: cheap)
        yield real


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The one browser of all tests: two at once in a process do not go."""
    if BROWSER is None:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
        browser = play.chromium.launch(executable_path=BROWSER, args=flags)
        made = browser.new_context

        def patient(**given: Any) -> Any:
            context = made(**given)
            context.set_default_timeout(_PATIENCE)
            return context

        browser.new_context = patient  # type: ignore[method-assign]
        yield browser
        browser.close()


@pytest.fixture
def goodword(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Goodword]:
    """A shop with an empty store."""
    monkeypatch.chdir(tmp_path)
    with Goodword(store=str(tmp_path / "shop.db")) as shop:
        yield shop


@pytest.fixture
def app(goodword: Goodword) -> FastAPI:
    """The application over it."""
    return create_app(goodword)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Somebody who is not signed in."""
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as made:
        yield made


SignIn = Callable[..., TestClient]


@pytest.fixture
def sign_in(app: FastAPI, goodword: Goodword) -> SignIn:
    """`sign_in("writer")` gives a client of a person with these roles, whose `csrf` header is set."""

    def made(*roles: Role, name: str = "") -> TestClient:
        who = name or "-".join(roles) or "none"
        token = people.invite(goodword.store, who, roles, actor="test")
        people.accept(goodword.store, token, who, PASSWORD)
        signed = people.sign_in(goodword, who, PASSWORD)
        client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        client.cookies.set("gw_session", signed.token)
        client.headers["X-CSRF-Token"] = signed.csrf
        return client

    return made


@pytest.fixture
def key_for(app: FastAPI, goodword: Goodword) -> SignIn:
    """`key_for("writer", scopes=("describe",))` gives a client of a program with such a key."""

    def made(*roles: Role, scopes: tuple[str, ...] = ("*",), name: str = "program") -> TestClient:
        token = people.make_key(goodword.store, name, roles=roles, scopes=scopes, actor="test")
        client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    return made
