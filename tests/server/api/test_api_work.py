"""Long work over HTTP: accepted is kept, told as it happens, ended when a person wants, and gone on with."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from awaiting import ended  # type: ignore[import-not-found]  # beside this file; pytest finds it there
from fastapi import FastAPI
from starlette.testclient import TestClient

from goodword.app import Goodword
from goodword.server.work.runner import Runner
from goodword.server.work.work import Work
from goodword.store import ledger, tasks

Client = Callable[..., TestClient]
SHIRT = {"sku": "B1", "title": "Linen Shirt", "lang": "en", "facts": {"Material": "100% linen", "Weight": "210 g"}}
EN = {"langs": ["en"], "markets": ["us"], "composer": True}
SCOPES = ("describe", "tasks", "recall", "catalogue", "reviews", "recommend")


@pytest.fixture
def writer(client: TestClient, key_for: Client) -> TestClient:
    """A program that may write, at a server that works."""
    return key_for("writer", scopes=SCOPES)


def events_of(client: TestClient, task: str, after: int = 0) -> list[tuple[int, str, dict[str, Any]]]:
    """The events of a task that has ended."""
    headers = {"Last-Event-ID": str(after)} if after else {}
    told = client.get(f"/v1/tasks/{task}/events", headers=headers)
    assert told.headers["Content-Type"].startswith("text/event-stream")
    out = []
    for block in told.text.replace("\r\n", "\n").split("\n\n"):
        rows = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if rows:
            out.append((int(rows["id"]), rows["event"], json.loads(rows["data"])))
    return out


def test_a_few_products_are_described_while_the_caller_waits(writer: TestClient) -> None:
    told = writer.post("/v1/describe", json={"products": [SHIRT], **EN})
    assert told.status_code == 200
    (text,) = told.json()["items"]
    assert text["ruling"] == "released" and "linen" in text["text"]
    assert all(s["evidence"] for s in text["sentences"])
    assert writer.post("/v1/describe", json={"products": [SHIRT], **EN}).json()["items"][0]["cached"] is True


def test_many_become_a_task_with_results_and_events(writer: TestClient, goodword: Goodword) -> None:
    products = [SHIRT | {"sku": f"B{n}"} for n in range(25)]
    told = writer.post("/v1/describe", json={"products": products, **EN})
    assert told.status_code == 202
    task = told.json()["id"]
    assert told.headers["Location"] == f"/v1/tasks/{task}"
    found = ended(writer, task)
    assert (found["state"], found["done"], found["total"], found["result"]["released"]) == ("done", 25, 25, 25)
    first = writer.get(f"/v1/tasks/{task}/results", params={"limit": 20}).json()
    rest = writer.get(f"/v1/tasks/{task}/results", params={"limit": 20, "cursor": first["next"]}).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (20, 5, None)
    assert {r["sku"] for r in first["items"] + rest["items"]} == {p["sku"] for p in products}
    events = events_of(writer, task)
    assert [n for n, _, _ in events] == list(range(1, len(events) + 1))
    assert events[-1][1:] == ("state", {"state": "done"})
    assert events_of(writer, task, after=events[-2][0]) == events[-1:]
    with goodword.store.read() as conn:
        assert {e.actor for e in ledger.entries(conn, kind="released")} == {"key:program"}


def test_respond_async_makes_a_task_of_a_few(writer: TestClient) -> None:
    told = writer.post("/v1/describe", json={"products": [SHIRT], **EN}, headers={"Prefer": "respond-async"})
    assert told.status_code == 202 and ended(writer, told.json()["id"])["state"] == "done"


def test_what_is_wrong_is_told_before_anything_is_accepted(writer: TestClient, goodword: Goodword) -> None:
    for body in (
        {"skus": ["nothing"]},
        {"products": [SHIRT], "voice": "nothing"},
        {"products": [SHIRT], "channel": "answer"},
        {"products": [SHIRT], "skus": ["A"]},
    ):
        assert writer.post("/v1/describe", json=body).status_code == 422, body
    with goodword.store.read() as conn:
        assert tasks.count(conn) == {}


def test_an_estimate_writes_nothing(writer: TestClient, described: None, goodword: Goodword) -> None:
    with goodword.store.read() as conn:
        before = ledger.head(conn)
    told = writer.post("/v1/describe/estimate", json={}).json()
    assert (told["products"], told["texts"], told["unchanged"], told["calls"]) == (2, 4, 4, 0)
    with goodword.store.read() as conn:
        assert ledger.head(conn) == before


def test_a_waiting_task_is_cancelled_at_once_and_an_ended_one_not_again(app: FastAPI, key_for: Client) -> None:
    writer = key_for("writer", scopes=SCOPES)  # nobody works here
    task = writer.post("/v1/describe", json={"products": [SHIRT]}, headers={"Prefer": "respond-async"}).json()["id"]
    assert writer.post(f"/v1/tasks/{task}/cancel").json()["state"] == "cancelled"
    assert writer.post(f"/v1/tasks/{task}/cancel").status_code == 409
    assert writer.get("/v1/tasks/nothing").status_code == 404
    assert events_of(writer, task)[-1][2] == {"state": "cancelled"}


def test_a_running_task_stops_when_a_person_wants_it(writer: TestClient) -> None:
    products = [SHIRT | {"sku": f"C{n}"} for n in range(900)]
    task = writer.post("/v1/describe", json={"products": products, **EN}).json()["id"]
    while writer.get(f"/v1/tasks/{task}").json()["done"] == 0:
        time.sleep(0.01)
    writer.post(f"/v1/tasks/{task}/cancel")
    found = ended(writer, task)
    assert found["state"] == "cancelled" and 0 < found["done"] < 900


def test_a_task_goes_on_where_a_stopped_server_left_it(goodword: Goodword) -> None:
    """The first server is stopped in the middle; the second tells the rest, nothing twice and nothing lost."""
    products = [SHIRT | {"sku": f"D{n:03}"} for n in range(300)]
    task = Work(goodword).take("describe", {"products": products, **EN}, "key:x")
    told: list[str] = []
    first = Runner(goodword, told.append)
    first.start()
    while len(told) < 3:
        time.sleep(0.01)
    first.stop()
    with goodword.store.read() as conn:
        found = tasks.get(conn, task.id)
        assert found and found.state == "queued"
        assert 0 < len(list(tasks.results(conn, task.id))) < 300
    second = Runner(goodword, told.append)
    second.start()
    while not (found and found.ended):
        time.sleep(0.05)
        with goodword.store.read() as conn:
            found = tasks.get(conn, task.id)
    second.stop()
    with goodword.store.read() as conn:
        skus = [r["sku"] for r in tasks.results(conn, task.id)]
        assert found.state == "done" and sorted(skus) == [p["sku"] for p in products]
        assert sum(1 for _ in ledger.entries(conn, kind="released")) == 300
        assert ledger.verify(conn).ok


def test_a_catalogue_is_previewed_and_taken_in(writer: TestClient, shop_file: Path) -> None:
    body = shop_file.read_bytes() + b",No number,x,,,\n"
    look = writer.post("/v1/catalogue/preview", files={"file": ("../shop.csv", body)}).json()
    assert {c["heading"]: c["role"] for c in look["columns"]}["sku"] == "sku"
    assert [p["sku"] for p in look["products"]] == ["A1", "A2"] and len(look["bad"]) == 1
    told = writer.post("/v1/catalogue/import", files={"file": ("../shop.csv", body)})
    assert told.status_code == 202
    found = ended(writer, told.json()["id"])
    assert (found["state"], found["result"]["products"], found["result"]["bad"]) == ("done", 2, 1)
    assert writer.get(f"/v1/tasks/{found['id']}/results").json()["items"][0]["problem"]
    facts = writer.get("/v1/catalogue/products/A1").json()["facts"]
    assert {f["source"] for f in facts} == {"shop.csv"}


def test_a_file_that_is_no_catalogue_is_told_at_once(writer: TestClient) -> None:
    told = writer.post("/v1/catalogue/import", files={"file": ("x.csv", b"\x00\x01\x02")})
    assert told.status_code == 422 and told.json()["cure"]
    assert writer.post("/v1/catalogue/import", files={"file": ("x.csv", b"")}).status_code == 422


def test_a_changed_fact_is_recalled_and_written_anew(writer: TestClient, shop_file: Path, described: None) -> None:
    shop_file.write_text(shop_file.read_text("utf-8").replace("100% cotton,100%棉", "100% linen,100%亚麻"), "utf-8")
    task = writer.post("/v1/catalogue/import", files={"file": ("shop.csv", shop_file.read_bytes())}).json()["id"]
    taken = ended(writer, task)["result"]["recalled"]
    assert taken > 0
    look = writer.get("/v1/recall", params={"fact": "A1#material"}).json()
    assert look["waiting"] > 0 and [v["text"] for v in look["versions"]] == ["100% cotton", "100% linen"]
    assert writer.get("/v1/recall/waiting").json()["count"] == taken
    task = writer.post("/v1/recall/rewrite", json={}).json()["id"]
    assert ended(writer, task)["result"]["texts"] == taken
    assert writer.get("/v1/recall/waiting").json()["count"] == 0
    wrong = writer.post(
        "/v1/recall", json={"fact": "A2#material", "every": True, "reason": "x", "rewrite": True}
    ).json()
    assert wrong["taken_back"] > 0 and ended(writer, wrong["task"])["state"] == "done"
    assert writer.post("/v1/recall", json={"fact": "A2#nothing"}).status_code == 404


def test_reviews_are_scored_and_reported(writer: TestClient) -> None:
    rows = [{"id": str(n), "text": "Soft and warm, but it shrank in the wash."} for n in range(3)]
    told = writer.post("/v1/reviews/score", json={"reviews": rows}).json()["items"]
    assert [t["id"] for t in told] == ["0", "1", "2"] and told[0]["aspects"]
    csv = "id,text,product\n" + "".join(f"{n},It is soft and it shrank {n} times.,A1\n" for n in range(12))
    task = writer.post("/v1/reviews/report", files={"file": ("r.csv", csv.encode())}, data={"lang": "zh"}).json()["id"]
    assert ended(writer, task)["state"] == "done"
    reports = writer.get(f"/v1/tasks/{task}/results").json()["items"]
    assert [r["lang"] for r in reports] == ["zh", "en"] and reports[0]["report"]["overview"]["reviews"] == 12


def test_recommendations_are_learnt_and_told_with_reasons(
    writer: TestClient, described: None, goodword: Goodword
) -> None:
    before = writer.post("/v1/recommend/for", json={"shopper": "u1"})
    assert before.status_code == 422 and before.json()["cure"]
    events = "user,item,time\n" + "".join(
        f"u{n},A{1 + n % 2},2026-11-{1 + n % 20:02}\nu{n},A1,2026-11-21\n" for n in range(40)
    )
    told = writer.post(
        "/v1/recommend/fit", files={"events": ("events.csv", events.encode())}, data={"ranker": "popular"}
    )
    found = ended(writer, told.json()["id"])
    assert found["state"] == "done", found
    told = writer.post("/v1/recommend/for", json={"shopper": "u1", "k": 2, "personal": False}).json()
    assert told["items"] and not told["personalised"]
    assert writer.get("/v1/recommend/parameters").json()["zh"]
    assert writer.get("/v1/recommend/history", params={"shopper": "u1"}).json()["held"] == 2
    done = writer.post("/v1/recommend/history/delete", json={"shopper": "u1"}).json()
    assert done["act"] == "deleted"
    assert writer.get("/v1/recommend/history", params={"shopper": "u1"}).json()["held"] == 0
    with goodword.store.read() as conn:
        assert ledger.get(conn, done["ledger"]).actor == "key:program"
