"""The second half of the console in a browser: both languages, phone and desktop, by keyboard, without barriers."""

from typing import Any

import pytest

from goodword.app import Goodword
from goodword.store import conversations, ledger

pytestmark = pytest.mark.slow
PAGES = (
    "/questions", "/questions/conversation?id=two", "/questions/handovers", "/questions/unanswered",
    "/questions/passages", "/questions/write", "/reviews", "/recommendations", "/recommendations?shopper=u0002",
    "/recommendations?shopper=u0002&variety=0.5", "/ledger", "/ledger/verify", "/ledger/export",
    "/ledger/person?shopper=u0002", "/rules?market=cn",
    "/rules/rule?id=CN-ABS-01", "/rules/try", "/rules/models", "/rules/model?name=sentiment_zh", "/rules/fairness",
    "/people", "/people/keys",
)  # fmt: skip


def barriers(page: Any) -> list[str]:
    """What axe finds that is serious."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("Promise.allSettled(document.getAnimations().map(a => a.finished))")  # what fades in is pale at first
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found if v["impact"] in {"serious", "critical"}]


@pytest.mark.parametrize(("lang", "phone"), [("en", False), ("zh", True)], ids=["desktop", "phone"])
def test_every_page_fits_its_screen_and_has_no_barrier(browse: Any, lang: str, phone: bool) -> None:
    page = browse("ana", lang=lang, phone=phone)
    for path in PAGES:
        answer = page.goto(path)
        assert answer.status == 200, path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (path, wide)
        assert barriers(page) == [], path
        assert page.evaluate("document.documentElement.lang") == ("zh-CN" if lang == "zh" else "en"), path


def test_pages_have_no_barrier_in_the_dark(browse: Any) -> None:
    page = browse("ana", color_scheme="dark")
    for path in PAGES[::4]:
        page.goto(path)
        assert barriers(page) == [], path


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_person_answers_by_keyboard_and_sees_doubts_while_writing(browse: Any, goodword: Goodword, lang: str) -> None:
    with goodword.store.read() as conn:
        number = next(h.id for h in conversations.handed(conn) if h.conversation == "five")
    page = browse("wen", lang=lang)
    page.goto(f"/questions/handover?id={number}")
    page.focus("#text")
    page.keyboard.type("Call me: 138-0013-8000")
    page.wait_for_selector("#doubts .notice.bad")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("枕头请通风两天；如仍有异味，我们为您换新。")
    page.wait_for_selector("#doubts .badge.ok")
    page.keyboard.press("Tab")  # the last day
    while page.evaluate("document.activeElement.tagName") != "BUTTON":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=answer-")
    assert "枕头请通风两天" in page.inner_text("main")
    with goodword.store.read() as conn:
        assert ledger.head(conn).actor == "user:wen"  # type: ignore[union-attr]


def test_a_dial_tells_its_cost_at_once_and_the_list_follows(browse: Any) -> None:
    page = browse("ana")
    page.goto("/recommendations?shopper=u0002")
    page.fill("#name", "small sellers")
    page.fill("#value", "3")
    page.click("button[form=measure]")
    page.wait_for_selector("svg.curve")
    page.goto("/recommendations?shopper=u0002")
    page.focus("#variety")
    cost = page.inner_text(".dial:has(#variety) [data-cost]")
    dial = page.locator("#variety")
    dial.evaluate("e => { e.value = 0.6; e.dispatchEvent(new Event('input', { bubbles: true })) }")
    assert page.inner_text(".dial:has(#variety) [data-cost]") != cost
    assert page.inner_text("output[for=variety]") == "0.60"
    with page.expect_navigation():
        dial.evaluate("e => e.dispatchEvent(new Event('change', { bubbles: true }))")
    page.wait_for_selector("text=As tried")
    assert "variety=0.6" in page.url and page.is_visible("button[form=apply]")


def test_a_report_is_made_while_one_watches(browse: Any) -> None:
    page = browse("wen", lang="zh", phone=True)
    page.goto("/reviews")
    page.click("form:has(input[name=own]) button")
    page.wait_for_selector("#aspects")
    assert "顾客怎么说" in page.inner_text("h1")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.click("#products tbody th a")
    page.wait_for_selector("text=全店")
    assert barriers(page) == []


def test_the_ledger_is_verified_and_handed_over_with_two_clicks(browse: Any) -> None:
    page = browse("otto")
    page.goto("/ledger/verify")
    page.click("text=Verify now")
    page.wait_for_selector("text=The chain holds")
    assert barriers(page) == []
    page.goto("/ledger/export")
    with page.expect_download() as download:
        page.click("text=Make the file")
    assert download.value.suggested_filename.startswith("goodword-ledger-")


def test_a_key_is_copied_and_taken_back_after_a_question(browse: Any, goodword: Goodword) -> None:
    page = browse("ana", permissions=["clipboard-read", "clipboard-write"])
    page.goto("/people/keys")
    page.fill("#name", "erp")
    assert not page.is_visible("#origins")
    page.check("input[name=scopes][value=check]")
    page.click("text=Make the key")
    page.click("[data-copy]")
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#secret")
    assert barriers(page) == []
    page.once("dialog", lambda d: d.dismiss())
    page.click("text=Revoke")
    page.wait_for_selector("text=gw_")
    page.once("dialog", lambda d: d.accept())
    page.click("text=Revoke")
    page.wait_for_selector("summary:has-text('Revoked')")


def test_a_text_is_tried_and_its_rule_is_one_click_away(browse: Any) -> None:
    page = browse("vic", lang="zh")
    page.goto("/rules/try")
    page.fill("#text", "全网最佳的保温杯，国家级品质。")
    page.click("main form button")
    page.wait_for_selector(".notice.bad")
    assert barriers(page) == []
    page.click("a.mono[href*='CN-ABS-01']")
    assert "广告法" in page.inner_text("main")
