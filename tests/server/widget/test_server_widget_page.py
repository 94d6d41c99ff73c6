"""The widget in a real browser: on another site under a strict policy, by keyboard, in both languages, on a phone."""

from typing import Any

import pytest

pytestmark = pytest.mark.slow
STRICT = (
    "default-src 'none'; script-src {server}; connect-src {server}; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Earbuds</h1><p>Text.</p>
<div data-goodword="recommend" data-link="/p/%s" data-count="3"></div></main>
<script src="{server}/widget.js" data-key="{key}" data-product="EL-002" data-poll="1" async></script></body></html>"""


def opened(chromium: Any, site: Any, served: str, key: str, *, lang: str = "en", **context: Any) -> Any:
    """The page on the shop's site; `heard` on it collects requests, errors and policy violations."""
    site.page, site.policy = PAGE.format(lang=lang, server=served, key=key), STRICT.format(server=served)
    page = chromium.new_context(**context).new_page()
    page.heard, page.wrong = [], []
    page.on("request", lambda r: page.heard.append(r.url))
    page.on("console", lambda m: page.wrong.append(m.text) if m.type == "error" and "favicon" not in m.text else None)
    page.on("pageerror", lambda e: page.wrong.append(str(e)))
    page.goto(site.url)
    page.wait_for_selector("goodword-recommendations li")
    return page


def serious(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("Promise.allSettled(document.getAnimations().map(a => a.finished))")  # what fades in is pale at first
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in {"serious", "critical"}]


@pytest.mark.parametrize(("lang", "open_", "question", "said"), [
    ("en", "Ask about our products", "Is it waterproof?", "IPX4"), ("zh-CN", "咨询商品问题", "防水吗？", "IPX4"),
])  # fmt: skip
def test_a_shop_page_with_a_strict_policy_asks_and_is_answered(
    chromium: Any, site: Any, served: str, key: str, lang: str, open_: str, question: str, said: str
) -> None:
    page = opened(chromium, site, served, key, lang=lang)
    page.get_by_role("button", name=open_).click()
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn.it .label")
    assert said in page.locator(".turn.it .say").inner_text()
    assert "AI" in page.locator(".ai").inner_text()
    assert {u.split("/")[2] for u in page.heard} == {site.url.split("/")[2], served.split("/")[2]}
    assert page.wrong == []


def test_it_is_worked_by_keyboard_and_gives_the_focus_back(chromium: Any, site: Any, served: str, key: str) -> None:
    page = opened(chromium, site, served, key)
    page.locator(".fab").focus()
    page.keyboard.press("Enter")
    focused = "document.querySelector('goodword-assistant').shadowRoot.activeElement"
    assert page.evaluate(f"{focused}.tagName") == "TEXTAREA"
    for name in ("Send", "Talk to a person", "Start over"):
        page.keyboard.press("Tab")
        assert page.evaluate(f"{focused}.textContent") == name
    page.keyboard.press("Escape")
    assert page.evaluate(f"{focused}.className") == "fab" and page.locator(".panel").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 390, "height": 844}, {"width": 1440, "height": 900}])
def test_axe_finds_nothing_serious_on_phone_and_desktop(
    chromium: Any, site: Any, served: str, key: str, scheme: str, size: dict[str, int]
) -> None:
    page = chromium.new_context(viewport=size, color_scheme=scheme).new_page()
    page.goto(f"{served}/demo-shop/EL-002")
    page.wait_for_selector("goodword-recommendations li")
    page.locator("goodword-recommendations summary").first.click()
    assert serious(page) == []
    page.locator(".fab").click()
    page.locator("textarea").fill("Is it waterproof?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn.it .label")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(f"{served}/demo-shop?lang=zh")
    page.wait_for_selector("goodword-recommendations li")
    assert serious(page) == []


def test_a_person_is_asked_for_and_their_answer_appears(
    chromium: Any, site: Any, served: str, key: str, sample: Any
) -> None:
    from datetime import UTC, datetime

    from goodword.jobs.asking import shelf
    from goodword.store import conversations

    page = opened(chromium, site, served, key)
    page.locator(".fab").click()
    page.get_by_role("button", name="Talk to a person").click()
    page.wait_for_selector(".log > .note")
    with sample.store.read() as conn:
        waiting = list(conversations.handed(conn))[-1]
    shelf.answered(sample.store, waiting.id, "Yes, until <b>nine</b>.", who="user:li", today=datetime.now(UTC).date())
    page.get_by_text("Yes, until <b>nine</b>.").wait_for()
    assert page.locator(".turn b").count() == 0  # words, never markup


def test_the_list_for_everyone_is_one_button_away_and_why_this_adds_up(
    chromium: Any, site: Any, served: str, key: str
) -> None:
    page = opened(chromium, site, served, key)
    block = page.locator("goodword-recommendations section")
    assert block.locator("ol > li").count() == 3 and "Because you are looking at" in block.inner_text()
    block.locator("summary").first.click()
    assert block.locator("meter").first.is_visible() and "%" in block.locator("li li").first.inner_text()
    assert block.locator("a").first.get_attribute("href").startswith("/p/")
    block.get_by_role("button").click()
    page.get_by_text("From our general list").first.wait_for()
    held = "document.querySelector('goodword-recommendations').shadowRoot.activeElement.tagName"
    assert page.evaluate(held) == "BUTTON"


def test_neither_page_nor_widget_reaches_into_the_other(chromium: Any, site: Any, served: str, key: str) -> None:
    page = opened(chromium, site, served, key)
    before = page.evaluate(
        "[getComputedStyle(document.body).font, Object.keys(window).filter(k => /goodword/i.test(k))]"
    )
    page.locator(".fab").click()
    assert before[1] == ["goodwordWidget"]
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    assert page.evaluate("document.querySelectorAll('textarea, form, dialog').length") == 0
    assert page.context.cookies() == []


def test_a_key_of_another_site_says_so_and_the_page_goes_on(chromium: Any, site: Any, served: str, sample: Any) -> None:
    site.page = PAGE.format(lang="en", server=served, key="gw_pub_no_no")
    site.policy = STRICT.format(server=served)
    page = chromium.new_context().new_page()
    page.goto(site.url)
    page.locator(".fab").click()
    page.locator("textarea").fill("Hi")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert page.locator("goodword-recommendations li").count() == 0


def handed_over(page: Any, sample: Any) -> int:
    """The visitor asks for a person; the number of the hand-over."""
    from goodword.store import conversations

    page.locator(".fab").click()
    page.get_by_role("button", name="Talk to a person").click()
    page.wait_for_selector(".log > .note")
    with sample.store.read() as conn:
        return list(conversations.handed(conn))[-1].id


def answered(sample: Any, number: int, text: str) -> None:
    from datetime import UTC, datetime

    from goodword.jobs.asking import shelf

    shelf.answered(sample.store, number, text, who="user:li", today=datetime.now(UTC).date())


def test_what_was_said_is_there_after_a_reload_and_can_be_erased(
    chromium: Any, site: Any, served: str, key: str, sample: Any
) -> None:
    from goodword.store import conversations

    page = opened(chromium, site, served, key)
    page.locator(".fab").click()
    page.locator("textarea").fill("Is it waterproof?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn.it .label")
    first = page.locator(".log").inner_text()
    page.reload()
    page.locator(".fab").click()
    page.wait_for_selector(".turn.it .label")
    assert page.locator(".log").inner_text() == first and page.locator(".turn details").count() == 1
    name = page.evaluate("sessionStorage.getItem('goodword-conversation')")
    page.get_by_role("button", name="Delete this chat").click()
    with sample.store.read() as conn:
        assert conversations.turns(conn, name)  # asked once more first
    page.get_by_role("button", name="Delete for good?").click()
    page.get_by_text("Deleted, here and at the shop.").wait_for()
    with sample.store.read() as conn:
        assert conversations.turns(conn, name) == []
    assert page.locator(".turn").count() == 0 and page.evaluate("sessionStorage.length") == 0
    assert page.wrong == []


def test_an_answer_given_while_the_visitor_was_away_is_marked_unread_on_any_page(
    chromium: Any, site: Any, served: str, key: str, sample: Any
) -> None:
    page = opened(chromium, site, served, key)
    number = handed_over(page, sample)
    answered(sample, number, "Yes, a repair kit is inside.")
    later = page.context.new_page()  # another tab, another page of the shop
    later.goto(f"{site.url}/other")
    later.locator(".fab .new").wait_for()
    assert later.get_by_role("button", name="A person of the shop has answered").is_visible()
    assert "A person of the shop has answered" in later.locator("[role=status]").inner_text()
    later.locator(".fab").click()
    later.get_by_text("Yes, a repair kit is inside.").wait_for()
    assert later.locator(".turn.it .who").last.inner_text() == "Shop team"
    later.reload()
    later.wait_for_selector("goodword-recommendations li")
    assert later.locator(".fab .new").is_hidden() and later.evaluate("localStorage.getItem('goodword-waiting')") is None
