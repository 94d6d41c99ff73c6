"""A ledger of any length over HTTP: checked and handed over as tasks, which survive a stop and a kill."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from awaiting import ended, killed_in_the_middle  # type: ignore[import-not-found]  # beside this file; pytest finds it there
from sqlalchemy import insert, text
from starlette.testclient import TestClient

from goodword.app import Goodword
from goodword.server.work.work import Work
from goodword.store import chain, ledger, tasks
from goodword.store.codec import canonical
from goodword.store.tables import BODIES, LEDGER

Client = Callable[..., TestClient]


@pytest.fixture
def auditor(client: TestClient, key_for: Client) -> TestClient:
    return key_for("auditor", scopes=("ledger", "tasks"))


def filled(goodword: Goodword, many: int) -> None:
    """Entries as `ledger.append` makes them, in one go."""
    with goodword.store.begin() as conn:
        last, prev = ledger.length(conn), bytes.fromhex(ledger.anchor(conn).hash)
        heads, bodies = [], []
        for n in range(many):
            position, subject, salt = last + n + 1, f"S{n % 7}/en/us/listing", n.to_bytes(32)
            time, raw = "2026-11-24T12:00:00.000000Z", canonical({"text": f"said {n}"})
            digest = hashlib.sha256(salt + raw).digest()
            head = chain.header(position, time.encode(), b"noted", subject.encode(), b"user:li", digest, prev)
            own = hashlib.sha256(head).digest()
            heads.append({"position": position, "time": time, "kind": "noted", "subject": subject, "actor": "user:li",
                          "body_digest": digest, "prev_hash": prev, "hash": own})  # fmt: skip
            bodies.append({"position": position, "salt": salt, "body": raw})
            prev = own
        conn.execute(insert(LEDGER), heads)
        conn.execute(insert(BODIES), bodies)


def test_a_long_ledger_is_checked_as_a_task_and_a_broken_link_is_named(auditor: TestClient, goodword: Goodword) -> None:
    filled(goodword, 4500)
    at_once = auditor.post("/v1/ledger/verify", json={})
    assert at_once.status_code == 200 and at_once.json()["ok"] and at_once.json()["length"] >= 4500
    anchor = json.dumps(auditor.get("/v1/ledger/anchor").json())
    told = auditor.post("/v1/ledger/verify", json={"anchor": anchor}, headers={"Prefer": "respond-async"})
    assert told.status_code == 202
    found = ended(auditor, told.json()["id"])
    assert found["result"] == {**at_once.json(), "compared": True} and found["done"] == found["total"]
    with goodword.store.begin() as conn:
        conn.execute(text("UPDATE ledger_bodies SET body = :b WHERE position = 4001"), {"b": b'{"text":"forged"}'})
    told = auditor.post("/v1/ledger/verify", json={}, headers={"Prefer": "respond-async"})
    result = ended(auditor, told.json()["id"])["result"]
    assert (result["ok"], result["broken"]) == (False, 4001)
    assert auditor.post("/v1/ledger/verify", json={"anchor": "x"}).status_code == 422


def test_a_ledger_beyond_what_is_checked_at_once_becomes_a_task_by_itself(
    auditor: TestClient, goodword: Goodword, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goodword.server.work.kinds import ledger_verify

    filled(goodword, 12)
    monkeypatch.setattr(ledger_verify, "AT_ONCE", 10)
    told = auditor.post("/v1/ledger/verify", json={})
    assert told.status_code == 202 and ended(auditor, told.json()["id"])["result"]["ok"]


def test_an_export_is_made_beside_the_requests_and_proves_itself(auditor: TestClient, goodword: Goodword) -> None:
    filled(goodword, 2500)
    task = auditor.post("/v1/ledger/export", json={"subject": "S1/*"}).json()["id"]
    found = ended(auditor, task)
    assert found["state"] == "done" and found["done"] == found["total"], found
    told = auditor.get(found["result"]["file"])
    assert told.status_code == 200 and len(told.content) == found["result"]["bytes"]
    assert found["result"]["name"] in told.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(told.content)) as bundle:
        lines = bundle.read("ledger.jsonl").decode().splitlines()
        table = bundle.read("entries.csv").decode("utf-8-sig").splitlines()
    held = [json.loads(line) for line in lines]
    assert {e["subject"] for e in held if "body" in e} == {"S1/en/us/listing"}
    assert len(table) - 1 == found["result"]["bodies"] == sum("body" in e for e in held) > 300
    position = found["result"]["ledger"]
    entry = auditor.get(f"/v1/ledger/{position}").json()
    assert (entry["kind"], entry["actor"]) == ("exported", "key:program")
    assert auditor.get("/v1/ledger/export/nothing").status_code == 404
    with goodword.store.begin() as conn:
        assert tasks.forget_made(conn, "2999") >= 1
    assert auditor.get(found["result"]["file"]).status_code == 404
    assert auditor.get(f"/v1/tasks/{task}").json()["state"] == "done"


def test_what_is_still_made_is_not_there_yet_and_only_for_auditors(app: Any, key_for: Client) -> None:
    auditor = key_for("auditor", scopes=("ledger",))  # nobody works here
    task = auditor.post("/v1/ledger/export", json={}).json()["id"]
    assert auditor.get(f"/v1/ledger/export/{task}").status_code == 409
    viewer = key_for("viewer", scopes=("ledger", "tasks"), name="another")
    assert viewer.get(f"/v1/ledger/export/{task}").status_code == 403
    assert viewer.post("/v1/ledger/export", json={}).status_code == 403


@pytest.mark.slow
def test_an_export_whose_server_is_killed_is_made_by_the_next_and_recorded_once(goodword: Goodword) -> None:
    filled(goodword, 16_000)
    task = Work(goodword).take("ledger-export", {"subject": "S2/*"}, "user:li").id
    found = killed_in_the_middle(goodword, task, lambda t: t.done > 0)
    with goodword.store.read() as conn:
        assert len(list(ledger.entries(conn, kind="exported"))) == 1
        made = tasks.made_file(conn, task)
        assert made is not None
        parts = [tasks.made_bytes(conn, task, n) or b"" for n in range(made[1] // (1 << 20) + 1)]
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as bundle:
        assert bundle.testzip() is None
        assert chain.verify_export(bundle.read("ledger.jsonl").decode().splitlines()).length == found.result["entries"]
