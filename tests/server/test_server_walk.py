"""Every page for those who hear it, work it by keyboard, or magnify it: in both languages, beyond what axe finds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from office.asked_shop import PASSWORD, seed, settings  # type: ignore[import-not-found]  # beside this file
from running import running  # type: ignore[import-not-found]  # beside this file
from walked import moving, overflowing, rules, tabbed, unnamed  # type: ignore[import-not-found]  # beside this file

from goodword.app import Goodword
from goodword.jobs import release
from goodword.jobs.draft import judged
from goodword.server.app import create_app
from goodword.store import catalogue
from goodword.types import Draft, MadeBy

pytestmark = pytest.mark.slow
HELD = (("CL-001", "en", "us", "It keeps you cool on the hottest days of the year."), ("CL-002", "zh", "cn", "亲肤透气，穿着舒适一整天。"))  # fmt: skip  # noqa: E501
PAGES = (
    "/", "/account", "/catalogue", "/catalogue?find=zzz", "/catalogue/fact?id=CL-001%23material", "/catalogue/import",
    "/catalogue/product?sku=CL-001", "/catalogue/product?sku=EL-002", "/desk", "/desk/1", "/desk/2", "/desk/decided",
    "/ledger", "/ledger?text=LINEN", "/ledger/entry?position=2", "/ledger/export", "/ledger/verify",
    "/ledger/person?customer=1&shopper=u0142", "/people", "/people/keys", "/questions", "/questions?outcome=declined",
    "/questions/conversation?id=one", "/questions/conversation?id=six", "/questions/handover?id=1",
    "/questions/handovers", "/questions/passages", "/questions/unanswered", "/questions/write", "/recommendations",
    "/recommendations?shopper=u0142&k=5", "/reviews", "/rules", "/rules/fairness", "/rules/models",
    "/rules/rule?id=CN-ABS-01", "/rules/try", "/write", "/write/edit?item=1", "/write/fill", "/write/stale", "/none",
)  # fmt: skip


@pytest.fixture(scope="module")
def shop_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A shop with something on every page."""
    folder: Path = tmp_path_factory.mktemp("walk")
    seed(folder)
    with Goodword(**settings(folder)) as shop:
        for sku, lang, market, text in HELD:
            draft = Draft(sku=sku, text=text, lang=lang, market=market, channel="social", sentences=(),  # type: ignore[arg-type]
                          made_by=MadeBy(backend="local"))  # fmt: skip
            with shop.store.begin() as conn:
                product = catalogue.get(conn, sku)
                assert product is not None
                release.release(
                    conn, draft, judged(product, draft), key=f"{sku}-{lang}", producer="p", actor="user:wen"
                )
        with running(create_app(shop)) as url:
            yield url


def entered(chromium: Any, url: str, lang: str, **more: Any) -> Any:
    locale = "zh-CN" if lang == "zh" else "en-GB"
    page = chromium.new_context(base_url=url, locale=locale, viewport={"width": 1280, "height": 860}, **more).new_page()
    page.goto("/sign-in")
    page.fill("#name", "ana")
    page.fill("#password", PASSWORD)
    page.click("main form button")
    page.wait_for_load_state()
    return page


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_page_can_be_heard_and_magnified(chromium: Any, shop_url: str, lang: str) -> None:
    page = entered(chromium, shop_url, lang, reduced_motion="reduce")
    wrong = []
    for path in PAGES:
        page.set_viewport_size({"width": 1280, "height": 860})
        page.goto(path)
        found = [*rules(page), *unnamed(page), *moving(page)]
        for width, height in ((640, 430), (320, 256)):  # 1280 pixels at 200 % and at 400 %
            page.set_viewport_size({"width": width, "height": height})
            found += overflowing(page)
        wrong += [f"{path}: {one}" for one in found]
    page.context.close()
    assert wrong == []


def test_every_page_is_worked_by_keyboard_alone(chromium: Any, shop_url: str) -> None:
    page = entered(chromium, shop_url, "en")
    wrong = []
    for path in PAGES:
        page.goto(path)
        wrong += [f"{path}: {one}" for one in tabbed(page)]
    page.goto("/ledger")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.context.close()
    assert wrong == []


def test_what_was_done_and_what_went_wrong_has_the_focus(chromium: Any, shop_url: str) -> None:
    page = entered(chromium, shop_url, "en")
    page.goto("/desk/1")
    page.keyboard.press("a")  # the key leads to the reason, which is still to be given
    assert page.evaluate("document.activeElement.id") == "reason"
    page.keyboard.type("seen")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=approved*")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "status"
    page.goto("/ledger/verify")
    page.fill("#anchor", "no anchor")
    page.get_by_role("button", name="Verify now").click()
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.context.close()


def test_colours_forced_by_the_reader_leave_states_and_focus_visible(chromium: Any, shop_url: str) -> None:
    page = entered(chromium, shop_url, "en", forced_colors="active")
    for path in ("/desk", "/catalogue/product?sku=CL-001", "/people/keys"):
        page.goto(path)
        bare = page.evaluate("""() => [...document.querySelectorAll(".badge, .tag, .choice, .button")].filter(
            (n) => n.checkVisibility() && getComputedStyle(n).borderTopStyle === "none").map((n) => n.outerHTML)""")
        here = page.evaluate("getComputedStyle(document.querySelector('#nav [aria-current]')).outlineStyle")
        assert bare == [] and here == "solid", path
    page.context.close()
