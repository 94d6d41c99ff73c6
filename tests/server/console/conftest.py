"""A small described shop, made once and copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.server.console.seeded import PASSWORD, seed
from tests.server.running import running

from goodword.app import Goodword
from goodword.server.app import create_app


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the shop: its store and the file it was imported from."""
    folder = tmp_path_factory.mktemp("console")
    seed(folder, count=4).close()
    return folder


@pytest.fixture
def goodword(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Goodword]:
    """The shop, for this test alone."""
    shutil.copytree(seeded, tmp_path / "shop")
    monkeypatch.chdir(tmp_path)
    with Goodword(store=str(tmp_path / "shop" / "shop.db"), langs=("en", "zh"), model={"backend": "composer"}) as shop:
        yield shop


@pytest.fixture
def shop_file(tmp_path: Path, goodword: Goodword) -> Path:
    """The catalogue as it was last imported."""
    return tmp_path / "shop" / "products.csv"


Open = Callable[..., Any]


@pytest.fixture
def browse(chromium: Any, goodword: Goodword) -> Iterator[Open]:
    """`browse("wen", lang="zh", phone=True)` signs somebody in and gives the page; it fails on any script error."""
    pages: list[Any] = []
    with running(create_app(goodword)) as address:

        def opened(
            name: str = "ana", *, lang: str = "en", phone: bool = False, script: bool = True, **more: Any
        ) -> Any:
            size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 860}
            locale = "zh-CN" if lang == "zh" else "en-GB"
            context = chromium.new_context(base_url=address, viewport=size, locale=locale, has_touch=phone,
                                           java_script_enabled=script, **more)  # fmt: skip
            page = context.new_page()
            page.wrong = []
            page.on("pageerror", lambda e: page.wrong.append(str(e)))
            page.on("console", lambda m: page.wrong.append(m.text) if m.type == "error" else None)
            page.goto("/sign-in")
            page.fill("#name", name)
            page.fill("#password", PASSWORD)
            page.click("main form button")
            pages.append(page)
            return page

        yield opened
        for page in pages:
            page.context.close()
    assert [w for page in pages for w in page.wrong] == []
