"""The catalogue in the console: looking through it, a product, a fact, and importing."""

import re
import time
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from starlette.testclient import TestClient
from tests.server.console.seeded import SignIn, said

from goodword.app import Goodword
from goodword.jobs.asking.nouns import Question
from goodword.server.console import uploads
from goodword.store import catalogue, shelf, statements, tasks
from goodword.store.tables import PRODUCTS


def test_products_are_found_by_number_title_and_value(sign_in: SignIn) -> None:
    client = sign_in("viewer")
    everything = said(client.get("/catalogue").text)
    assert "CL-001" in everything and "CL-004" in everything
    for words in ("cl-003", "merino jumper", "美利奴", "18.5 micron"):
        found = said(client.get("/catalogue", params={"find": words}).text)
        assert "CL-003" in found and "CL-001" not in found, words
    assert "Nothing fits" in said(client.get("/catalogue", params={"find": "no such words"}).text)
    assert "%" not in said(client.get("/catalogue", params={"find": "%"}).text).partition("Nothing fits")[2]


def test_a_page_of_the_list_goes_on_where_the_last_one_ended(goodword: Goodword) -> None:
    with goodword.store.read() as conn:
        first = shelf.page(conn, limit=3)
        second = shelf.page(conn, limit=3, after=first.after or "")
        back = shelf.page(conn, limit=3, before=second.before or "")
    assert [line.sku for line in (*first.lines, *second.lines)] == ["CL-001", "CL-002", "CL-003", "CL-004"]
    assert (first.before, second.after, back) == (None, None, first)


def test_a_product_shows_its_facts_with_their_cells_and_its_texts(sign_in: SignIn) -> None:
    page = said(sign_in("viewer").get("/catalogue/product", params={"sku": "CL-003"}).text)
    assert "100% merino wool, 18.5 micron" in page and "column Material" in page
    assert "Texts that may be shown" in page and "released by the guard" in page
    assert "It never pills" in page  # a text that waits is announced


def test_answers_to_customers_stand_apart_from_the_texts_of_a_product(sign_in: SignIn, goodword: Goodword) -> None:
    for n in range(25):
        goodword.ask(Question(text=f"What is the jumper made of{'?' * n}", product="CL-003"))
    page = said(sign_in("viewer").get("/catalogue/product", params={"sku": "CL-003"}).text)
    assert "Texts (2)" in page and "Answers to customers (20)" in page
    with goodword.store.read() as conn:
        assert statements.count_resting(conn, fact="CL-003#material")["CL-003#material"] > 20
        assert len(statements.of_product(conn, "CL-003", answers=False)) == 2


def test_a_fact_that_changed_shows_both_versions_and_the_texts_it_took_back(sign_in: SignIn) -> None:
    page = said(sign_in("viewer").get("/catalogue/fact", params={"id": "CL-001#colour"}).text)
    assert "white, sky blue, olive" in page and "holds now" in page
    assert "No text that is shown rests on this fact" in page and "rests on version 1" in page


def test_a_wrong_fact_is_recalled_by_an_approver_and_by_nobody_else(sign_in: SignIn, goodword: Goodword) -> None:
    body = {"id": "CL-003#material", "why": "the mill was wrong"}
    assert sign_in("writer").post("/catalogue/fact/recall", data=body).status_code == 403
    assert sign_in("approver").post("/catalogue/fact/recall", data=body).status_code == 303
    with goodword.store.read() as conn:
        assert all(s.stale for s in statements.resting_on(conn, body["id"], live=False))


def test_what_is_not_there_is_told_in_the_readers_language(sign_in: SignIn) -> None:
    client = sign_in("viewer")
    page = {"Accept": "text/html"}
    assert client.get("/catalogue/product?sku=none&lang=zh", headers=page).status_code == 404
    assert "没有商品“none”" in client.get("/catalogue/product?sku=none&lang=zh", headers=page).text
    assert client.get("/catalogue/fact?id=none", headers=page).status_code == 404


def test_what_a_feed_says_is_text_and_never_markup(sign_in: SignIn, goodword: Goodword) -> None:
    evil = "<img src=x onerror=alert(1)>\"'{{7*7}}"
    with goodword.store.begin() as conn:
        conn.execute(update(PRODUCTS).where(PRODUCTS.c.sku == "CL-004").values(title=evil, product_class=evil))
    client = sign_in("viewer")
    for path in ("/catalogue", "/catalogue/product?sku=CL-004", "/write", "/"):
        page = client.get(path).text
        assert "<img src=x" not in page, path
    assert "{{7*7}}" in said(client.get("/catalogue").text)


def brought(client: TestClient, body: bytes, name: str = "shop.csv") -> str:
    """Bring a file; the address of its preview."""
    answer = client.post("/catalogue/import", files={"file": (name, body)})
    assert answer.status_code == 303, said(answer.text)
    return str(answer.headers["location"])


def taken(client: TestClient, address: str, goodword: Goodword, **form: str) -> tasks.Task:
    """Import what was brought; the task when it has ended."""
    answer = client.post(address, data={**form, "then": "import"})
    assert answer.status_code == 303, said(answer.text)
    name = answer.headers["location"].rpartition("/")[2]
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with goodword.store.read() as conn:
            task = tasks.get(conn, name)
        assert task is not None
        if task.ended:
            return task
        time.sleep(0.05)
    raise AssertionError("the import does not end")


def test_a_file_is_shown_as_it_is_read_before_anything_is_kept(sign_in: SignIn, goodword: Goodword) -> None:
    client = sign_in("writer")
    body = "sku,title,材质\nN-1,Mug,陶瓷\n,Nameless,钢\nN-1,Twice,钢\n".encode()
    page = said(client.get(brought(client, body, "新货.csv")).text)
    assert "新货.csv" in page and "陶瓷" in page and "no product number" in page and "already stands in row 2" in page
    assert "goodword-uploads" not in page  # where it lies is nobody's business
    with goodword.store.read() as conn:
        assert catalogue.get(conn, "N-1") is None


def test_a_corrected_column_is_imported_as_corrected(app: FastAPI, sign_in: SignIn, goodword: Goodword) -> None:
    with TestClient(app):  # its workers run
        client = sign_in("writer")
        address = brought(client, b"sku,title,whatnot,junk\nN-1,Mug,ceramic,x\n")
        columns = {
            "role-2": "fact",
            "lang-2": "en",
            "name-2": "Material",
            "role-3": "ignore",
            "lang-3": "",
            "name-3": "",
        }
        assert 'value="Material"' in client.get(client.post(address, data=columns).headers["location"]).text
        task = taken(client, address, goodword, **columns)
    assert task.result and (task.result["products"], task.result["fresh"], task.result["bad"]) == (1, 1, 0)
    with goodword.store.read() as conn:
        product = catalogue.get(conn, "N-1")
    assert product is not None
    facts = {f.name: f for f in product.facts}
    assert facts["Material"].text == "ceramic" and facts["Material"].key == "material" and "junk" not in facts
    assert facts["Material"].source.uri == "shop.csv" and facts["Material"].source.row == 2


def test_two_product_numbers_are_refused_and_what_was_said_stays_in_the_form(sign_in: SignIn) -> None:
    client = sign_in("writer")
    address = brought(client, b"sku,title,other\nN-1,Mug,x\n")
    answer = client.post(address, data={"role-2": "sku", "lang-2": "", "name-2": "mine", "then": "look"})
    assert answer.status_code == 422 and "two columns have the role" in said(answer.text)
    assert 'value="mine"' in answer.text and client.get(address).status_code == 200


def test_an_import_takes_back_what_rests_on_what_changed(
    app: FastAPI, sign_in: SignIn, goodword: Goodword, shop_file: Path
) -> None:
    with TestClient(app):
        client = sign_in("writer")
        body = shop_file.read_text("utf-8").replace("100% merino wool", "90% merino wool")
        task = taken(client, brought(client, body.encode()), goodword)
    assert task.result and task.result["changed"] >= 1 and task.result["recalled"] == 2
    assert "texts taken back" in said(client.get(f"/catalogue/imported/{task.id}").text)
    page = said(client.get("/write/stale").text)
    assert "Women's Merino Wool V-Neck Jumper" in page and "a fact it rests on changed" in page


def test_rows_that_could_not_be_read_come_as_a_table_no_spreadsheet_runs(
    app: FastAPI, sign_in: SignIn, goodword: Goodword
) -> None:
    with TestClient(app):
        client = sign_in("writer")
        body = b"sku,title\nN-1,Mug\n,=cmd()\n"
        task = taken(client, brought(client, body), goodword)
        rows = client.get(f"/catalogue/imported/{task.id}/rows.csv")
    assert rows.content.startswith("\ufeff".encode()) and "no product number" in rows.text
    assert not re.search(r"(^|,)=", rows.text, re.MULTILINE)


@pytest.mark.parametrize("body", [b"", b"\x89PNG\r\n", b"just words\n", b"a,b\n1,2\n"])
def test_a_file_that_is_no_catalogue_is_refused_with_a_cure(sign_in: SignIn, body: bytes) -> None:
    answer = sign_in("writer").post("/catalogue/import", files={"file": ("../../etc/x.csv", body)})
    assert answer.status_code == 422
    assert "x.csv" in said(answer.text) and "/tmp" not in answer.text and ".." not in said(answer.text)


def test_a_file_belongs_to_who_brought_it(sign_in: SignIn) -> None:
    address = brought(sign_in("writer"), b"sku,title\nN-1,Mug\n")
    assert sign_in("writer", name="another").get(address).status_code == 404
    assert sign_in("viewer").get(address).status_code == 403


def test_a_table_with_five_hundred_columns_can_be_corrected(sign_in: SignIn, shop_file: Path) -> None:
    client = sign_in("writer")
    address = brought(client, shop_file.read_bytes())
    names = re.findall(r'name="((?:role|lang|name)-\d+)"', client.get(address).text)
    assert len(names) > 1500
    form = {n: "fact" if n.startswith("role") else "" for n in names}
    form |= {"role-0": "sku", "role-1": "title", "lang-1": "en", "role-2": "title", "lang-2": "zh"}
    assert client.post(address, data=form).status_code == 303


def test_files_are_let_go_after_a_day(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    with (tmp_path / "a.csv").open("wb+") as file:
        old = uploads.keep(file, "a.csv", "user:wen")
        now = time.time()
        monkeypatch.setattr("time.time", lambda: now + 90_000)
        new = uploads.keep(file, "b.csv", "user:wen")
    assert not old.folder.exists() and new.folder.exists()
    with pytest.raises(Exception, match="no longer here"):
        uploads.get("../" + new.token, "user:wen")
