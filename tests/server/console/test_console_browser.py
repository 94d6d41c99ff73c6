"""The console in a real browser: by mouse, by keyboard and without script, on a desktop and on a phone."""

import csv
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from goodword.app import Goodword
from goodword.store import desk, statements

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
BOTH = pytest.mark.parametrize(("lang", "phone"), [("en", False), ("zh", True)])


def sound(page: Any) -> None:
    """Nothing an assistive technology trips over, nothing wider than the screen, and nothing left untranslated."""
    page.evaluate("Promise.allSettled(document.getAnimations().map(a => a.finished))")  # what fades in is pale at first
    found = Axe().run(page).response["violations"]
    serious = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in {"serious", "critical"}]
    assert serious == [], page.url
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the screen"
    assert page.evaluate("document.querySelectorAll('[style]:not(.pop), [onclick]').length") == 0


@BOTH
def test_every_page_is_accessible_and_fits_the_screen(browse: Any, goodword: Goodword, lang: str, phone: bool) -> None:
    page = browse("ana", lang=lang, phone=phone)
    with goodword.store.read() as conn:
        text = next(s.statement.id for s in statements.of_product(conn, "CL-003") if s.stale is None)
        item = next(i.id for i in desk.items(conn) if i.draft.sku == "CL-003")
    for path in (
        "/", "/catalogue", "/catalogue?find=zzz", "/catalogue/product?sku=CL-001", "/catalogue/product?sku=CL-003",
        "/catalogue/fact?id=CL-001%23colour", "/catalogue/fact?id=CL-003%23material", "/catalogue/import", "/write",
        "/write/stale", f"/write/text?id={text}", f"/write/edit?statement={text}", "/desk", f"/desk/{item}",
        "/desk/decided",
    ):  # fmt: skip
        page.goto(path)
        sound(page)
        assert page.title().endswith("Goodword") and page.locator("h1").count() == 1


def test_every_page_is_readable_in_the_dark(browse: Any) -> None:
    page = browse("ana", color_scheme="dark")
    for path in ("/", "/catalogue/product?sku=CL-003", "/write", "/desk", "/desk/1"):
        page.goto(path)
        sound(page)


def narrow(file: Path) -> None:
    """Four products with the columns they fill, one of them changed, and one row twice."""
    rows = list(csv.reader(file.read_text("utf-8").replace("100% merino wool", "90% merino wool").splitlines()))[:5]
    used = [n for n in range(len(rows[0])) if n < 8 or any(row[n] for row in rows[1:])]
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([row[n] for n in used] for row in (*rows, rows[1]))


@BOTH
def test_a_manager_imports_a_file_and_sees_what_it_changed(
    browse: Any, shop_file: Path, lang: str, phone: bool
) -> None:
    page = browse("wen", lang=lang, phone=phone)
    said = {"en": ("texts taken back", "Rows that could not be read"), "zh": ("篇文案被撤回", "未能读取的行")}[lang]
    narrow(shop_file)
    page.goto("/catalogue/import")
    page.set_input_files("#file", shop_file)
    page.click("main form button.primary")
    page.wait_for_selector("#columns")
    assert page.get_by_label("title_zh").first.input_value() == "title"
    page.locator("details.fold summary").first.click()
    sound(page)
    page.click("button[value=import]")
    page.wait_for_selector(".steps li.done >> nth=2")
    assert said[0] in page.inner_text("main") and said[1] in page.inner_text("main")
    sound(page)


@BOTH
def test_a_marketer_writes_watches_and_points_at_a_sentence(browse: Any, lang: str, phone: bool) -> None:
    page = browse("wen", lang=lang, phone=phone)
    page.goto("/catalogue/product?sku=CL-004")
    page.click(".head .button.primary")
    assert page.input_value("#only") == "CL-004"
    page.locator("input[name=channel][value=social]").check()
    page.wait_for_selector("#estimate .figure")
    page.locator("form[data-wish] button.primary").click()
    page.wait_for_url("**/write/run/*")
    page.wait_for_selector("a[href$='texts.jsonl']", timeout=120_000)
    claim = page.locator(".judged .claim").first
    claim.click()
    assert page.locator(".pop .from").first.inner_text().startswith("products.csv")
    sound(page)
    page.keyboard.press("Escape")
    page.locator(".pop").wait_for(state="detached")


def test_an_approver_empties_the_desk_by_keyboard(browse: Any, goodword: Goodword) -> None:
    page = browse("ada")
    page.goto("/desk")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_selector("form[data-decide]")
    for key, outcome in (("a", "approved"), ("r", "rejected"), ("r", "rejected")):
        page.wait_for_selector("form[data-decide]")
        page.wait_for_load_state("load")  # the form is there before the script that listens
        number = int(page.url.partition("/desk/")[2].partition("?")[0])
        page.keyboard.press(key)
        page.keyboard.type("seen the papers")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        with goodword.store.read() as conn:
            found = desk.get(conn, number)
        assert (found.state, found.who, found.reason) == (outcome, "user:ada", "seen the papers")
    assert page.url.endswith("/desk?done=rejected-" + str(number))
    assert "Nothing waits" in page.inner_text("main")


def test_enter_in_the_reason_decides_nothing_by_itself(browse: Any, goodword: Goodword) -> None:
    page = browse("ada")
    page.goto("/desk/1")
    page.fill("#reason", "hm")
    page.press("#reason", "Enter")
    page.wait_for_timeout(300)
    with goodword.store.read() as conn:
        assert desk.get(conn, 1).state == "waiting"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_guard_reads_along_while_one_writes(browse: Any, lang: str) -> None:
    page = browse("wen", lang=lang)
    held, released = {"en": ("Held", "Released"), "zh": ("待审", "发布")}[lang]
    page.goto("/desk/3")
    page.click("[data-edit]")
    page.wait_for_selector("#judged .badge.held")
    assert held in page.inner_text("#judged")
    page.fill("#text", "Made of 100% cotton.")
    page.wait_for_selector("#judged .badge.refused")
    page.fill("#text", "Made of 100% merino wool.")
    page.wait_for_selector("#judged .badge.released")
    assert released in page.inner_text("#judged")
    sound(page)
    page.click("form[data-editor] button.primary")
    page.wait_for_url("**/write/text?*")


def test_without_script_one_still_writes_checks_and_decides(browse: Any, goodword: Goodword) -> None:
    page = browse("ana", script=False)
    page.goto("/write?only=CL-003")
    page.click("button[name=estimate]")
    assert "texts" in page.inner_text("#estimate")
    page.goto("/write/edit?item=3")
    page.fill("#text", "Made of 100% merino wool.")
    page.click("button[name=whole_page]")
    assert "released at once" in page.inner_text("#judged")
    page.goto("/desk/1")
    page.locator(".judged .claim").first.click()
    assert "#s-" in page.url  # the link leads to what the sentence rests on
    page.fill("#reason", "no paper")
    page.click("button[value=rejected]")
    page.wait_for_url("**done=rejected*")
    with goodword.store.read() as conn:
        assert desk.get(conn, 1).state == "rejected"


def test_the_menu_of_a_phone_opens_and_closes(browse: Any) -> None:
    page = browse("ana", phone=True)
    assert not page.locator("#nav").is_visible()
    page.click(".bar")
    assert page.get_by_role("link", name="Catalogue").is_visible()
    sound(page)
    page.keyboard.press("Escape")
    assert not page.locator("#nav").is_visible()


def test_the_language_is_changed_in_place(browse: Any) -> None:
    page = browse("vic")
    page.goto("/catalogue?find=merino")
    page.click("a[hreflang=zh]")
    assert "女士美利奴羊毛V领毛衣" in page.inner_text("main") and page.input_value("#find") == "merino"
    page.goto("/desk")
    assert page.inner_text("h1") == "待办台"
