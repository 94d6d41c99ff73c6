"""Writing in the console: what it will take, a run from beginning to end, and what comes out of it."""

import csv
import html
import io
import json
import re
import time
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.server.console.seeded import SignIn, said

from goodword.app import Goodword
from goodword.store import shelf, stale, tasks
from goodword.store.tables import FACTS, PRODUCTS, STATEMENT_FACTS


def ran(client: TestClient, goodword: Goodword, path: str = "/write", **form: object) -> tasks.Task:
    """Begin a run and wait for its end."""
    answer = client.post(path, data=form)
    assert answer.status_code == 303, said(answer.text)
    name = answer.headers["location"].rpartition("/")[2]
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with goodword.store.read() as conn:
            task = tasks.get(conn, name)
        assert task is not None
        if task.ended:
            return task
        time.sleep(0.1)
    raise AssertionError("the run does not end")


def test_the_form_offers_what_the_shop_can_write(sign_in: SignIn) -> None:
    page = sign_in("writer").get("/write?lang=zh")
    assert "服装 (4)" in page.text and "英国" in page.text and "亲切" in page.text
    assert 'value="en" checked' in page.text and "CL-001" in sign_in("viewer").get("/write?only=CL-001").text


def test_an_estimate_counts_texts_and_asks_no_model(sign_in: SignIn, goodword: Goodword) -> None:
    client = sign_in("viewer")
    page = said(client.get("/write/estimate?only=CL-003,CL-004&langs=en&langs=zh").text)
    assert page.startswith("0 texts") and "about 4" in page and "Products 2" in page and "none is asked" in page
    assert "about 4, at no cost" in page  # they are written already
    for wrong, told in (("only=nothing", "no product"), ("find=no+such", "no product fits"), ("voice=../x", "choice")):
        assert told in said(client.get(f"/write/estimate?{wrong}").text)
    assert "Products 4" in said(client.get("/write?estimate=true").text)  # the way without script


def test_a_run_writes_releases_and_gives_its_texts(app: FastAPI, sign_in: SignIn, goodword: Goodword) -> None:
    with TestClient(app):
        client = sign_in("writer", name="wei")
        task = ran(client, goodword, only="CL-004", langs=["en", "zh"], markets=["uk"], channel="bullets")
        assert task.state == "done" and task.result and task.result["texts"] == 2
        here = f"/write/run/{task.id}"
        page = said(client.get(here).text)
        assert "Rain Jacket" in page and "Released (2)" in page and "United Kingdom" in page and "wei" in page
        assert "No texts here" in said(client.get(f"{here}?outcome=held").text)
        assert "<html" not in client.get(f"{here}?part=true").text
        table = list(csv.DictReader(io.StringIO(client.get(f"{here}/texts.csv").text.removeprefix("\ufeff"))))
        lines = [json.loads(line) for line in client.get(f"{here}/texts.jsonl").text.splitlines()]
        assert [r["lang"] for r in table] == ["en", "zh"] == [r["lang"] for r in lines]
        assert all(json.loads(r["aigc"])["AIGC"]["Label"] == "1" for r in table)
        assert "wei" in said(client.get("/write").text)  # among the latest runs


def test_what_was_taken_back_is_written_anew_on_demand(app: FastAPI, sign_in: SignIn, goodword: Goodword) -> None:
    with TestClient(app):
        client = sign_in("writer")
        assert "Write them anew (2)" in said(client.get("/write/stale").text)
        task = ran(client, goodword, "/write/stale")
    with goodword.store.read() as conn:
        assert stale.count_waiting(conn) == 0
        texts = [s.draft.text for s in shelf.live(conn) if s.draft.sku == "CL-001"]
    assert task.state == "done" and len(texts) == 2 and not any("olive" in t for t in texts)


def test_every_live_text_comes_as_one_table(sign_in: SignIn, goodword: Goodword) -> None:
    table = sign_in("viewer").get("/write/texts/texts.csv")
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert table.headers["content-disposition"] == 'attachment; filename="texts.csv"'
    assert {r["sku"] for r in rows} == {"CL-002", "CL-003", "CL-004"} and len(rows) == 6


@pytest.mark.parametrize(
    "form", [{"only": "nothing"}, {"voice": "../../x"}, {"langs": "fr"}, {"kind": "no such class"}]
)
def test_a_wish_that_cannot_be_met_is_told_beside_the_form(sign_in: SignIn, form: dict[str, str]) -> None:
    answer = sign_in("writer").post("/write", data=form)
    assert answer.status_code == 422 and 'role="alert"' in answer.text and "<form" in answer.text


def test_a_run_that_is_none_is_not_found(sign_in: SignIn) -> None:
    client = sign_in("writer")
    for path in ("/write/run/none", "/write/run/none/texts.csv", "/catalogue/imported/none"):
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 404


def test_home_says_what_wants_somebody(sign_in: SignIn) -> None:
    page = said(sign_in("viewer").get("/").text)
    assert "Desk 3" in page  # the navigation says so on every page
    assert "Texts to decide on 3" in page and "Texts to write anew 2" in page and "On the record" in page


def test_an_empty_shop_begins_with_the_first_step(sign_in: SignIn, goodword: Goodword) -> None:
    with goodword.store.begin() as conn:
        for table in (STATEMENT_FACTS, FACTS, PRODUCTS):
            conn.execute(table.delete())
    client = sign_in("writer")
    assert "Begin here" in said(client.get("/").text)
    assert "No products yet" in said(client.get("/catalogue").text) and "No products yet" in said(
        client.get("/write").text
    )


def test_a_shops_own_file_comes_back_filled_and_otherwise_as_it_was(
    sign_in: SignIn, goodword: Goodword, shop_file: Path
) -> None:
    client = sign_in("viewer")
    lines = shop_file.read_text("utf-8").splitlines(keepends=True)
    table = list(csv.reader("".join(lines[:5]).splitlines()))
    used = [n for n in range(len(table[0])) if n < 3 or any(row[n] for row in table[1:])]
    small = io.StringIO()
    csv.writer(small).writerows([[row[n] for n in used] + ["keep me"] for row in table])
    answer = client.post("/write/fill", files={"file": ("新品.csv", small.getvalue().encode())})
    assert answer.status_code == 200 and "%E6%96%B0%E5%93%81.csv" in answer.headers["content-disposition"]
    with goodword.store.read() as conn:
        told = {s.draft.sku: s for s in shelf.live(conn) if s.draft.lang == "en"}
    rows = {r[0]: " ".join(r) for r in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert told["CL-003"].draft.text in rows["CL-003"] and told["CL-003"].mark.text in rows["CL-003"]
    assert "keep me" in rows["CL-003"] and "This Wenmoor" not in rows["CL-001"]  # its texts were taken back
    wrong = client.post("/write/fill", files={"file": ("x.csv", b"sku,title\nnone,Nothing\n")})
    assert wrong.status_code == 422 and "no product of this file" in said(wrong.text)
    assert client.post("/write/fill", files={"file": ("x.csv", b"")}).status_code == 422


def test_every_link_of_these_pages_leads_somewhere(sign_in: SignIn) -> None:
    client, seen = sign_in("admin"), set[str]()
    ours = ("/", "/catalogue", "/write", "/desk", "/ledger", "/questions", "/people", "/static")
    todo = ["/", "/write", "/write/text?id=x"]
    while todo and len(seen) < 150:
        path = todo.pop()
        if path in seen or not path.startswith(ours):
            continue
        seen.add(path)
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == (404 if path == "/write/text?id=x" else 200), path
        if path.split("?")[0] in {"/", "/catalogue", "/catalogue/product", "/desk", "/write/stale", "/write"}:
            links = (html.unescape(href) for href in re.findall(r'href="([^"#]+)"', page.text))
            todo += [href for href in links if not href.startswith("?") and "/texts/" not in href]
    assert len(seen) > 40


def test_home_tells_texts_of_one_product_apart_and_what_became_of_them_in_chinese(sign_in: SignIn) -> None:
    english = said(sign_in("viewer").get("/").text)
    chinese = said(sign_in("viewer", name="vi").get("/?lang=zh").text)
    assert english.count("English · ") >= 1 and english.count("Chinese · ") >= 1
    assert "待审" in chinese and "已发布" in chinese and "中文 · 中国" in chinese
