"""The shop that was asked questions, made once and copied for each test."""

import html
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from asked_shop import PASSWORD, seed, settings  # type: ignore[import-not-found]  # beside this file
from running import running  # type: ignore[import-not-found]  # beside the conftest above
from starlette.testclient import TestClient

from goodword.app import Goodword
from goodword.server import people
from goodword.server.app import create_app


@pytest.fixture(scope="session")
def asked_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder."""
    folder: Path = tmp_path_factory.mktemp("office")
    seed(folder)
    return folder


@pytest.fixture
def goodword(asked_shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Goodword]:
    """The shop, for this test alone."""
    shutil.copytree(asked_shop, tmp_path / "shop")
    monkeypatch.chdir(tmp_path)
    with Goodword(**settings(tmp_path / "shop")) as shop:
        yield shop


class Person(TestClient):
    """Somebody signed in, who reads pages."""

    def read(self, path: str, **asked: Any) -> str:
        """What a page says, without its marks; it must be there."""
        answer = self.get(path, params=asked or None, headers={"Accept": "text/html"})
        assert answer.status_code == 200, (path, answer.status_code)
        return said(answer.text)

    def submit(self, path: str, **form: Any) -> Any:
        """A form sent."""
        return self.post(path, data=form, headers={"Accept": "text/html"})


def said(page: str) -> str:
    """What a page says, without its marks."""
    return html.unescape(" ".join(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL).split()))


Signed = Callable[[str], Person]


@pytest.fixture
def signed(goodword: Goodword) -> Iterator[Signed]:
    """`signed("wen")` is the writer; the workers of the server are at work."""
    app = create_app(goodword)
    with TestClient(app):

        def made(name: str) -> Person:
            token = people.sign_in(goodword, name, PASSWORD)
            person = Person(app, follow_redirects=False, raise_server_exceptions=False)
            person.cookies.set("gw_session", token.token)
            person.headers["X-CSRF-Token"] = token.csrf
            return person

        yield made


Open = Callable[..., Any]


@pytest.fixture
def browse(chromium: Any, goodword: Goodword) -> Iterator[Open]:
    """`browse("wen", lang="zh", phone=True)` signs somebody in and gives the page; any script error fails the test."""
    pages: list[Any] = []
    with running(create_app(goodword)) as address:

        def opened(name: str = "ana", *, lang: str = "en", phone: bool = False, **more: Any) -> Any:
            size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 860}
            context = chromium.new_context(base_url=address, viewport=size, has_touch=phone,
                                           locale="zh-CN" if lang == "zh" else "en-GB", **more)  # fmt: skip
            page = context.new_page()
            page.wrong = []
            page.on("pageerror", lambda e: page.wrong.append(str(e)))
            page.on("console", lambda m: page.wrong.append(m.text) if m.type == "error" else None)
            page.goto("/sign-in")
            page.fill("#name", name)
            page.fill("#password", PASSWORD)
            page.click("main form button")
            page.wait_for_load_state()
            pages.append(page)
            return page

        yield opened
        for page in pages:
            page.context.close()
    assert [w for page in pages for w in page.wrong] == []
