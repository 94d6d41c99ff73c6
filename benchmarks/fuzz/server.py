"""Every operation of the interface, with all phases of Schemathesis, against a running server.

    python -m benchmarks.fuzz.server [--examples 200] [--path REGEX] [--phases examples,coverage,fuzzing,stateful]

A shop with texts is served on this machine; Schemathesis draws good and bad requests from the description, an example
of each kind of fault (coverage), many at random (fuzzing), and chains of them (stateful, where it has links). Streams
of events that end with their task are left out. What the server logs as unforeseen is counted too. Prints what failed;
writes benchmarks/results/fuzz_server.json.
"""

import argparse
import json
import logging
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from benchmarks.quality.injection import commit
from goodword.app import Goodword
from goodword.server import people
from goodword.server.app import create_app

HERE = Path(__file__).parents[1]
SHOP = "sku,title,Material\nA1,Cotton T-shirt,100% cotton\nA2,Steel Flask,steel\n"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance"
)


class Unforeseen(logging.Handler):
    """Counts what the server logs as errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.told.append(record.getMessage())


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """The application on a free port."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)


def main() -> int:
    """Fuzz, count, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=200, help="most test cases of an operation in each phase")
    parser.add_argument("--path", default="", help="only operations whose path matches")
    parser.add_argument("--phases", default="examples,coverage,fuzzing,stateful")
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    heard = Unforeseen()
    logging.getLogger("goodword").addHandler(heard)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "shop.csv").write_text(SHOP, "utf-8")
        with Goodword(store=str(folder / "shop.db"), recommender=str(folder / "recommender")) as goodword:
            list(goodword.describe(folder / "shop.csv"))
            token = people.make_key(goodword.store, "fuzz", roles=("admin",), scopes=("*",), actor="bench")
            with running(create_app(goodword)) as address:
                ended, report = _run(address, token, given, folder)
    told = {"schemathesis": _summary(report), "errors the server logged": len(heard.told), "exit": ended,
            "examples": given.examples, "phases": given.phases, "seed": given.seed, "commit": commit()}  # fmt: skip
    print(json.dumps(told, indent=1), *sorted(set(heard.told))[:20], sep="\n")
    if not given.path:
        (HERE / "results" / "fuzz_server.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return ended


def _run(address: str, token: str, given: argparse.Namespace, folder: Path) -> tuple[int, dict[str, Any]]:
    report = folder / "report.json"
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "run", f"{address}/v1/openapi.json",
        "-H", f"Authorization: Bearer {token}", "--phases", given.phases, "-n", str(given.examples),
        "--checks", CHECKS, "--continue-on-failure", "--no-shrink", "--seed", str(given.seed),
        "--suppress-health-check", "all", "--request-timeout", "60", "--warnings", "off", "--report", "json",
        "--report-json-path", str(report), "--exclude-path-regex", "/events$",
        *(("--include-path-regex", given.path) if given.path else ()),
    ]  # fmt: skip
    ended = subprocess.run(command, cwd=folder, check=False).returncode
    return ended, json.loads(report.read_text("utf-8")) if report.exists() else {}


def _summary(report: dict[str, Any]) -> dict[str, Any]:
    """What of a report is a figure."""
    return {k: v for k, v in report.items() if k in {"summary", "stats", "statistic", "totals", "phases"}} or {
        k: v for k, v in report.items() if isinstance(v, int | float | str)
    }  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
