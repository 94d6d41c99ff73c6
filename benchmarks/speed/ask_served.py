"""An answer worded by a served model: when its first sentence may be shown, and when all of it.

    python -m benchmarks.speed.ask_served [--count N]

The model is a local HTTP server that speaks the OpenAI protocol and streams a sentence of the evidence at a set pace
(first token after 150 ms, then 20 ms each): what is measured above that pace is ours, from screening to ledger.
"""

import argparse
import json
import os
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import numpy as np
from benchmarks.quality.ask_dev import DATA, read
from benchmarks.quality.ask_shop import shop

from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.nouns import Question
from goodword.jobs.asking.service import Desk
from goodword.llm.backends.openai import open_backend
from goodword.llm.base import BackendOptions
from goodword.store.engine import open_store

FIRST, EACH = 0.150, 0.020
OUT = Path(__file__).parents[1] / "results/ask_served.json"


class Model(BaseHTTPRequestHandler):
    """Says the first piece of evidence again, word by word."""

    spent = 0.0  # seconds the last answer was paced over

    def do_POST(self) -> None:
        """One streamed completion."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = re.search(r"^\[1\] (.*)$", body["messages"][-1]["content"], re.MULTILINE)
        pieces = re.findall(r"[\u4e00-\u9fff]{1,2}|\s*[^\s\u4e00-\u9fff]+", said[1] if said else "I do not know.")
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        time.sleep(FIRST)
        for piece in pieces:
            self._send({"index": 0, "delta": {"content": piece}, "finish_reason": None})
            time.sleep(EACH)
        self._send({"index": 0, "delta": {}, "finish_reason": "stop"})
        self.wfile.write(b"data: [DONE]\n\n")
        Model.spent = FIRST + EACH * len(pieces)

    def _send(self, choice: dict[str, Any]) -> None:
        row = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(row)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Nothing."""


def main() -> None:
    """Measure, print and write."""
    options = argparse.ArgumentParser()
    options.add_argument("--count", type=int, default=60)
    count = options.parse_args().count
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    Thread(target=server.serve_forever, daemon=True).start()
    os.environ["GOODWORD_BENCH_KEY"] = "k"
    address = f"http://127.0.0.1:{server.server_port}/v1"
    backend = open_backend(BackendOptions(model="m", base_url=address, api_key_env="GOODWORD_BENCH_KEY", retries=0))
    known, times = shop(), []
    with TemporaryDirectory() as folder, open_store(Path(folder) / "b.db") as store:
        desk = Desk(store=store, holdings=Holdings(known.products, known.held, known.counts), backend=backend)
        for lang in ("en", "zh"):
            rows = [r for r in read(DATA / f"ask_dev_{lang}.txt") if r.answerable and not r.earlier]
            for row in islice(rows, 0, None, max(1, len(rows) // (count // 2))):
                question = Question(text=row.question, lang=row.lang, product=row.product, as_of=known.today)
                began, used, first = time.perf_counter(), time.process_time(), 0.0
                for answer in desk.stream(question):
                    first = first or time.perf_counter() - began
                    last = answer
                if any(s.origin == "worded" for s in last.sentences):
                    times.append((first, time.perf_counter() - began, Model.spent, time.process_time() - used))
    server.shutdown()
    made = np.array(times[2:]) * 1e3  # the first two open the models
    names = ("first sentence", "whole answer", "of it the model's pace", "cpu of it all")
    out = {"answers": len(made)} | {
        name: {f"p{p}": round(float(np.percentile(made[:, n], p))) for p in (50, 95)} for n, name in enumerate(names)
    }
    print(json.dumps(out))
    OUT.write_text(json.dumps(out | {"unit": "ms", "load": os.getloadavg()[0]}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
