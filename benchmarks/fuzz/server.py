"""Every operation of the interface, with all phases of Schemathesis, against a running server.

    python -m benchmarks.fuzz.server [--examples 200] [--path REGEX] [--phases examples,coverage,fuzzing] [--minutes 6]

A shop with texts is served on this machine; Schemathesis draws good and bad requests from the description, an example
of each kind of fault (coverage), and many at random (fuzzing). Streams of events that end with their task are left
out. What the server logs as unforeseen is counted too. One operation after the other: what passed is written to
benchmarks/results/fuzz_server.json at once and not tried again by the next run, unless more examples are asked for or
`--again` is given. Prints what failed.
"""

import argparse
import json
import logging
import re
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
from goodword.server.api.meta import described
from goodword.server.app import create_app

RESULTS = Path(__file__).parents[1] / "results" / "fuzz_server.json"
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
    parser.add_argument("--phases", default="examples,coverage,fuzzing")
    parser.add_argument("--minutes", type=float, default=0.0, help="begin no operation after so many; 0: all")
    parser.add_argument("--again", action="store_true", help="also what has passed before")
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    heard = Unforeseen()
    logging.getLogger("goodword").addHandler(heard)
    kept: dict[str, Any] = {} if given.again or not RESULTS.exists() else json.loads(RESULTS.read_text("utf-8"))
    done: dict[str, Any] = kept.get("operations", {})
    until = time.monotonic() + given.minutes * 60 if given.minutes else float("inf")
    left = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "shop.csv").write_text(SHOP, "utf-8")
        with Goodword(store=str(folder / "shop.db"), recommender=str(folder / "recommender")) as goodword:
            list(goodword.describe(folder / "shop.csv"))
            token = people.make_key(goodword.store, "fuzz", roles=("admin",), scopes=("*",), actor="bench")
            app = create_app(goodword)
            wanted = [one for one in _operations(app, given.path) if not _passed(done.get(" ".join(one)), given)]
            with running(app) as address:
                app.state.warmth.ready.wait(120)  # before that /readyz says 503, as it must
                for method, path in wanted:
                    if time.monotonic() > until:
                        left += 1
                        continue
                    heard.told.clear()
                    told = _tried(address, token, given, folder, method, path)
                    done[f"{method} {path}"] = told | {"logged": sorted(set(heard.told))[:20]}
                    RESULTS.write_text(json.dumps(_whole(done), indent=1) + "\n", "utf-8")
                    print(f"{method} {path}: {told['cases']} cases, {told['seconds']} s,",
                          told["failures"] or "passed", *sorted(set(heard.told)), flush=True)  # fmt: skip
    print({k: v for k, v in _whole(done).items() if k != "operations"}, f"{left} operations left for the next run")
    return 1 if any(o["failures"] or o["logged"] for o in done.values()) else 0


def _operations(app: FastAPI, path: str) -> list[tuple[str, str]]:
    return [(method.upper(), at) for at, methods in described(app)["paths"].items() for method in methods
            if not at.endswith("/events") and re.search(path, at)]  # fmt: skip


def _passed(told: dict[str, Any] | None, given: argparse.Namespace) -> bool:
    """Whether a run before has tried as much of it, and found nothing."""
    if told is None or told["failures"] or told["logged"] or told["examples"] < given.examples:
        return False
    return set(given.phases.split(",")) <= set(told["phases"].split(","))


def _tried(
    address: str, token: str, given: argparse.Namespace, folder: Path, method: str, path: str
) -> dict[str, Any]:  # fmt: skip
    began, report = time.monotonic(), folder / "report.json"
    report.unlink(missing_ok=True)
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "run", f"{address}/v1/openapi.json",
        "-H", f"Authorization: Bearer {token}", "--phases", given.phases, "-n", str(given.examples),
        "--checks", CHECKS, "--continue-on-failure", "--no-shrink", "--seed", str(given.seed),
        "--suppress-health-check", "all", "--request-timeout", "60", "--warnings", "off", "--report", "json",
        "--report-json-path", str(report), "--include-name", f"{method} {path}",
    ]  # fmt: skip
    ended = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    found = json.loads(report.read_text("utf-8")) if report.exists() else {}
    wrong = [str(f.get("title") or f.get("message") or f)[:400] for f in found.get("failures", [])]
    wrong += [str(e)[:400] for e in found.get("errors", [])]
    if ended.returncode and not wrong:
        wrong = [(ended.stdout + ended.stderr)[-400:]]
    if wrong:
        print(ended.stdout[-6000:])
    return {"cases": found.get("test_cases", {}).get("generated", 0), "failures": wrong, "examples": given.examples,
            "phases": given.phases, "seed": given.seed, "seconds": round(time.monotonic() - began, 1),
            "commit": commit()}  # fmt: skip


def _whole(done: dict[str, Any]) -> dict[str, Any]:
    return {
        "tried": len(done), "cases": sum(o["cases"] for o in done.values()),
        "failed": sorted(name for name, o in done.items() if o["failures"]),
        "logged": sorted(name for name, o in done.items() if o["logged"]), "operations": dict(sorted(done.items())),
    }  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
