"""The desk, the ledger, the catalogue and questions over HTTP; and what holds of every route."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from goodword.app import Goodword
from goodword.server.limits import Limits
from goodword.server.watch import Lines
from goodword.store import desk, tasks
from goodword.types import Draft, Finding, MadeBy, Ruling, Sentence

Client = Callable[..., TestClient]


@pytest.fixture
def held(goodword: Goodword) -> list[int]:
    """Three texts that wait at the desk, the last of which contradicts a fact."""
    from goodword.jobs import release

    numbers = []
    for n in range(3):
        text = f"It keeps drinks warm for {n} hours."
        draft = Draft(sku="A1", text=text, lang="en", market="us", channel="listing", made_by=MadeBy(backend="x"),
                      sentences=(Sentence(start=0, end=len(text), facts=()),))  # fmt: skip
        finding = Finding(rule="grounding", severity="block" if n == 2 else "needs_evidence", start=0, end=5,
                          authority="facts", advice="Leave it out")  # fmt: skip
        ruling = Ruling(outcome="held", label="needs_evidence", verdicts=(), findings=(finding,), checks=())
        with goodword.store.begin() as conn:
            passed = release.release(conn, draft, ruling, key=str(n), producer="x", actor="user:writer")
        numbers.append(passed.desk or 0)
    return numbers


def test_the_queue_comes_in_pages_and_a_decision_is_made_once(key_for: Client, held: list[int]) -> None:
    client = key_for("approver", scopes=("desk",))
    first = client.get("/v1/desk", params={"limit": 2}).json()
    rest = client.get("/v1/desk", params={"limit": 2, "cursor": first["next"]}).json()
    assert [i["id"] for i in first["items"] + rest["items"]] == held and rest["next"] is None
    assert first["counts"] == {"waiting": 3} and rest["items"][0]["risk"] == "block"
    item = client.get(f"/v1/desk/{held[0]}")
    assert item.json()["text"].startswith("It keeps")
    decision = {"reason": "measured"}
    stale = client.post(f"/v1/desk/{held[0]}/approve", json=decision, headers={"If-Match": '"old"'})
    assert stale.status_code == 412
    done = client.post(f"/v1/desk/{held[0]}/approve", json=decision, headers={"If-Match": item.headers["ETag"]}).json()
    assert done["outcome"] == "released" and done["statement"]
    assert client.post(f"/v1/desk/{held[0]}/reject", json=decision).status_code == 409
    assert client.post(f"/v1/desk/{held[1]}/reject", json=decision).json()["outcome"] == "refused"
    assert client.post(f"/v1/desk/{held[2]}/approve", json=decision).status_code == 422
    assert client.get("/v1/desk/999").status_code == 404


def test_the_ledger_is_shown_verified_exported_and_erased_from(
    key_for: Client, held: list[int], goodword: Goodword
) -> None:
    client = key_for("admin", "auditor", scopes=("ledger",))
    every = client.get("/v1/ledger", params={"limit": 200}).json()["items"]
    pages, cursor = [], ""
    while cursor is not None:
        page = client.get("/v1/ledger", params={"limit": 2, "newest": True, "cursor": cursor}).json()
        pages += page["items"]
        cursor = page["next"]
    assert [e["position"] for e in pages] == [e["position"] for e in every][::-1]
    assert {e["kind"] for e in client.get("/v1/ledger", params={"kind": "held"}).json()["items"]} == {"held"}
    assert client.get("/v1/ledger", params={"subject": "A1/*"}).json()["items"][0]["actor"] == "user:writer"
    anchor = json.dumps(client.get("/v1/ledger/anchor").json())
    assert client.get("/v1/ledger/verify", params={"anchor": anchor}).json()["ok"] is True
    lines = client.get("/v1/ledger/export").text.splitlines()
    assert [json.loads(line)["position"] for line in lines] == [e["position"] for e in every]
    position = next(e["position"] for e in every if e["kind"] == "held")
    assert client.delete(f"/v1/ledger/{position}/body", params={"reason": "asked"}).json()["kind"] == "erased"
    assert client.get(f"/v1/ledger/{position}").json()["body"] is None
    assert client.delete(f"/v1/ledger/{position}/body", params={"reason": "asked"}).status_code == 409
    assert client.get("/v1/ledger/verify").json()["erased"] == 1
    assert client.get("/v1/ledger/9999").status_code == 404


def test_products_facts_and_statements_are_told(key_for: Client, described: None) -> None:
    client = key_for("viewer", scopes=("catalogue",))
    page = client.get("/v1/catalogue/products", params={"limit": 1}).json()
    rest = client.get("/v1/catalogue/products", params={"limit": 1, "cursor": page["next"]}).json()
    assert [p["sku"] for p in page["items"] + rest["items"]] == ["A1", "A2"] and page["count"] == 2
    assert [p["sku"] for p in client.get("/v1/catalogue/products", params={"search": "flask"}).json()["items"]] == [
        "A2"
    ]
    said = client.get("/v1/catalogue/statements", params={"sku": "A1"}).json()["items"]
    assert {s["lang"] for s in said} == {"en", "zh"}
    fact = client.get("/v1/catalogue/facts", params={"id": "A1#material"}).json()
    assert fact["versions"][0]["text"] == "100% cotton" and fact["statements"]
    for path in ("/v1/catalogue/products/x", "/v1/catalogue/statements?sku=x", "/v1/catalogue/facts?id=x"):
        assert client.get(path).status_code == 404


def test_questions_are_answered_handed_over_and_answered_by_a_person(key_for: Client, described: None) -> None:
    client = key_for("writer", "auditor", "admin", scopes=("ask",))
    told = client.post("/v1/ask", json={"question": "What is it made of?", "product": "A1", "lang": "en"}).json()
    assert told["outcome"] == "answered" and "cotton" in told["answer"] and told["sentences"][0]["evidence"]
    events = client.post("/v1/ask/stream", json={"question": "What is it made of?", "product": "A1"}).text
    last = [b for b in events.split("\n\n") if b][-1].splitlines()
    assert last[0] == "event: answer" and "cotton" in json.loads(last[1].removeprefix("data: "))["answer"]
    client.post("/v1/ask", json={"question": "I want to speak to a person please", "product": "A1"})
    (waiting,) = client.get("/v1/ask/handovers").json()["items"]
    body = {"text": "You can wash it at 30 degrees.", "until": "2099-01-01"}
    assert client.post(f"/v1/ask/handovers/{waiting['id']}/answer", json=body).json()["passage"]
    assert client.post(f"/v1/ask/handovers/{waiting['id']}/answer", json=body).status_code == 409
    assert client.get("/v1/ask/handovers").json()["items"] == []
    kept = client.get(f"/v1/ask/conversations/{told['conversation']}").json()["items"]
    assert kept[0]["question"] == "What is it made of?"
    assert client.get("/v1/ask/conversations/none").status_code == 404
    assert client.get("/v1/ask/customers", params={"customer": "c1"}).json() == {"items": []}
    assert client.request("DELETE", "/v1/ask/customers", params={"customer": "c1"}).json() == {"erased": 0}
    assert client.get("/v1/ask/unanswered").status_code == 200


def test_what_is_imported_is_known_to_the_next_question(
    key_for: Client, goodword: Goodword, described: None, shop_file: Path
) -> None:
    client = key_for("viewer", scopes=("ask",))
    asked = {"question": "What is it made of?", "product": "A1", "lang": "en"}
    assert "cotton" in client.post("/v1/ask", json=asked).json()["answer"]
    shop_file.write_text(shop_file.read_text("utf-8").replace("100% cotton,100%棉", "100% linen,100%亚麻"), "utf-8")
    list(goodword.describe(shop_file))
    assert "linen" in client.post("/v1/ask", json=asked).json()["answer"]


# ---------------------------------------------------------------- what holds of every route


def test_a_request_sent_twice_with_a_key_acts_once(key_for: Client, goodword: Goodword) -> None:
    client = key_for("writer", scopes=("describe",))
    body = {"products": [{"sku": "B1", "facts": {"Material": "linen"}}]}
    headers = {"Idempotency-Key": "k1", "Prefer": "respond-async"}
    one = client.post("/v1/describe", json=body, headers=headers)
    two = client.post("/v1/describe", json=body, headers=headers)
    assert (one.status_code, two.status_code, one.json()["id"]) == (202, 202, two.json()["id"])
    assert two.headers["Idempotency-Replayed"] == "true" and two.headers["Location"] == one.headers["Location"]
    with goodword.store.read() as conn:
        assert tasks.count(conn) == {"queued": 1}
    assert client.post("/v1/describe", json=body | {"channel": "title"}, headers=headers).status_code == 422
    other = key_for("writer", scopes=("describe",), name="other")
    assert other.post("/v1/describe", json=body, headers=headers).json()["id"] != one.json()["id"]


def test_bad_input_may_be_mended_under_the_same_key(key_for: Client) -> None:
    client = key_for("viewer", scopes=("check",))
    headers = {"Idempotency-Key": "k1"}
    assert client.post("/v1/check", json={"text": 1}, headers=headers).status_code == 422
    assert client.post("/v1/check", json={"text": "x"}, headers=headers).status_code == 200


def test_what_the_caller_has_is_not_sent_again(key_for: Client, described: None) -> None:
    client = key_for("viewer", scopes=("catalogue",))
    first = client.get("/v1/catalogue/products/A1")
    again = client.get("/v1/catalogue/products/A1", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/v1/catalogue/products/A2", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_a_strange_cursor_is_refused(key_for: Client) -> None:
    client = key_for("viewer", scopes=("desk", "catalogue"))
    for cursor in ("x", "e30", "eyJhZnRlciI6Ii0xIn0", "bnVsbA", "W10"):
        assert client.get("/v1/desk", params={"cursor": cursor}).status_code == 422, cursor


def test_a_request_with_nul_is_refused(key_for: Client) -> None:
    client = key_for("viewer", scopes=("catalogue", "check", "tasks"))
    for path in ("/v1/catalogue/products/%00", "/v1/catalogue/facts?id=%00", "/v1/tasks?kind=a%00"):
        assert client.get(path).status_code == 422, path
    assert client.post("/v1/check", json={"text": "a\0b"}).status_code == 422


def test_a_body_that_is_too_large_is_refused_unread(goodword: Goodword, key_for: Client) -> None:
    client = key_for("viewer", scopes=("check",))
    big = b'{"text": "' + b"x" * (33 << 20) + b'"}'
    for headers in ({}, {"Transfer-Encoding": "chunked"}):
        content: Any = big if not headers else iter([big[n : n + (1 << 20)] for n in range(0, len(big), 1 << 20)])
        told = client.post("/v1/check", content=content, headers={"Content-Type": "application/json"})
        assert (told.status_code, told.json()["status"]) == (413, 413)


def test_what_takes_too_long_is_answered_all_the_same(app: FastAPI) -> None:
    from goodword.server.console import told

    went_on = Event()

    def slow(_: Request) -> JSONResponse:
        time.sleep(0.3)
        went_on.set()
        return JSONResponse({})

    inner = Starlette(routes=[Route("/v1/slow", slow)])
    inner.state.goodword = app.state.goodword
    limited = Limits(inner, max_body=1, seconds=0.05, answer=told.answer)
    with TestClient(limited) as client:
        found = client.get("/v1/slow")
        assert (found.status_code, found.json()["status"]) == (504, 504)
        assert went_on.wait(60)


def test_it_says_whether_it_lives_and_is_ready_and_how_busy_it_is(
    client: TestClient, key_for: Client, app: FastAPI
) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    app.state.warmth.ready.wait(120)
    assert client.get("/readyz").status_code == 200
    app.state.work.closing = True
    assert client.get("/readyz").status_code == 503
    assert client.get("/metrics").status_code == 401
    figures = key_for("viewer", scopes=("metrics",)).get("/metrics").text
    assert 'goodword_requests_total{method="GET",route="/healthz",status="200"} 1.0' in figures
    assert 'goodword_tasks{state="queued"} 0.0' in figures


def test_a_line_of_the_log_names_no_person(key_for: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "goodword.server.requests"):
        client = key_for("viewer", "auditor", scopes=("ask", "check"))
        client.get("/v1/ask/customers", params={"customer": "bob@example.com"}, headers={"X-Request-Id": "abc"})
        client.post("/v1/check", json={"text": "Bob lives at 12 Elm Street, bob@example.com"})
    lines = [Lines().format(r) for r in caplog.records if r.name == "goodword.server.requests"]
    told = [json.loads(line) for line in lines]
    assert [(t["route"], t["status"], t["by"]) for t in told] == [
        ("/v1/ask/customers", 200, "key"),
        ("/v1/check", 200, "key"),
    ]
    assert told[0]["request"] == "abc"
    assert "bob" not in "".join(lines).lower()


def test_errors_speak_the_readers_language(key_for: Client) -> None:
    told = key_for("viewer", scopes=("desk",)).get("/v1/desk/999", headers={"Accept-Language": "zh"}).json()
    assert any("\u4e00" <= c <= "\u9fff" for c in told["detail"])


def test_the_desk_is_counted_in_the_store(goodword: Goodword, held: list[int]) -> None:
    with goodword.store.read() as conn:
        assert [i.id for i in desk.items(conn, after=held[0])] == held[1:]
