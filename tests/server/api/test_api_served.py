"""A real server process: streams end with it, what it accepted outlives it, however it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from goodword.app import Goodword
from goodword.server import people
from goodword.store import ledger, tasks

pytestmark = pytest.mark.slow
SHIRT = {"title": "Linen Shirt", "lang": "en", "facts": {"Material": "100% linen", "Weight": "210 g"}}
EN = {"langs": ["en"], "markets": ["us"], "composer": True}


@pytest.fixture
def key(goodword: Goodword) -> str:
    """What a program signs in with."""
    return people.make_key(goodword.store, "program", roles=("writer",), scopes=("*",), actor="test")


@contextmanager
def served(goodword: Goodword, folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str, Path]]:
    """`goodword serve` as a process of its own; its address, and the file its log goes to."""
    log = folder / f"log-{time.monotonic_ns()}"
    env = {k: v for k, v in os.environ.items() if not k.startswith("GOODWORD_")} | {"GOODWORD_TALK": "en"}
    command = [sys.executable, "-m", "goodword", "serve", "--store", goodword.settings.store, "--port", "0", "--log"]
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=folder, env=env, stderr=out, text=True)
    try:
        until = time.monotonic() + 60
        address = ""
        while not address or not _lives(address):
            assert time.monotonic() < until and process.poll() is None, log.read_text()
            found = [line.split()[-1] for line in log.read_text().splitlines() if line.startswith("Goodword is at")]
            address = found[0] if found else ""
            time.sleep(0.1)
        yield process, address, log
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _lives(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/healthz").status_code == 200
    except httpx2.TransportError:
        return False


def client(address: str, key: str) -> httpx2.Client:
    return httpx2.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=60)


def put(told: httpx2.Client, count: int, name: str = "P") -> str:
    products = [SHIRT | {"sku": f"{name}{n:04}"} for n in range(count)]
    answer = told.post("/v1/describe", json={"products": products, **EN}, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def wait(told: httpx2.Client, task: str) -> dict[str, Any]:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        found: dict[str, Any] = told.get(f"/v1/tasks/{task}").json()
        if found["state"] in {"done", "failed", "cancelled"}:
            return found
        time.sleep(0.2)
    raise AssertionError(found)


def test_events_come_while_it_works_and_a_stop_ends_streams_and_keeps_work(
    goodword: Goodword, tmp_path: Path, key: str
) -> None:
    with served(goodword, tmp_path) as (process, address, log), client(address, key) as told:
        task = put(told, 900)
        kinds = []
        with told.stream("GET", f"/v1/tasks/{task}/events") as stream:
            for line in stream.iter_lines():
                if line.startswith("event: "):
                    kinds.append(line.removeprefix("event: "))
                if kinds.count("result") >= 40 and "progress" in kinds and "stopped" not in kinds:
                    process.send_signal(signal.SIGTERM)
                    kinds.append("stopped")
        assert process.wait(60) == 0 and "stopped" in kinds
        requests = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
        assert {"/v1/describe", "/v1/tasks/{task}/events"} <= {r["route"] for r in requests if "route" in r}
    with goodword.store.read() as conn:
        found = tasks.get(conn, task)
        assert found and found.state == "queued" and 0 < found.done < 900
    with served(goodword, tmp_path) as (_, address, _), client(address, key) as told:
        assert wait(told, task)["result"]["texts"] == 900
    with goodword.store.read() as conn:
        assert len({r["sku"] for r in tasks.results(conn, task)}) == 900 == sum(1 for _ in tasks.results(conn, task))
        assert ledger.verify(conn).ok


def test_a_server_that_is_killed_in_the_middle_loses_nothing_it_accepted(
    goodword: Goodword, tmp_path: Path, key: str
) -> None:
    with served(goodword, tmp_path) as (process, address, _), client(address, key) as told:
        accepted = [put(told, 60, name=f"K{n}-") for n in range(6)]
        answer = told.post("/v1/ask", json={"question": "I want to speak to a person"}).json()
        until = time.monotonic() + 90
        while told.get(f"/v1/tasks/{accepted[0]}").json()["done"] == 0:
            assert time.monotonic() < until
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with served(goodword, tmp_path) as (_, address, _), client(address, key) as told:
        for task in accepted:
            found = wait(told, task)
            assert (found["state"], found["result"]["texts"]) == ("done", 60)
        assert told.get(f"/v1/ask/conversations/{answer['conversation']}").status_code == 200
    with goodword.store.read() as conn:
        for task in accepted:
            skus = [r["sku"] for r in tasks.results(conn, task)]
            assert len(skus) == len(set(skus)) == 60
        texts = {e.subject for e in ledger.entries(conn) if e.subject.endswith("/listing")}
        assert len(texts) == 360
        assert ledger.verify(conn).ok


def test_a_port_that_is_taken_is_told(goodword: Goodword, tmp_path: Path, key: str) -> None:
    with served(goodword, tmp_path) as (_, address, _):
        port = address.rsplit(":", 1)[1]
        command = [sys.executable, "-m", "goodword", "serve", "--store", "x.db", "--port", port]
        second = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 2 and "cannot listen here" in second.stderr
