"""What one server process bears: checks, streamed answers, open event streams, hours of work, being killed.

python -m benchmarks.speed.server [--minutes 1] [--checks 400] [--answers 200] [--streams 1000] [--parts checks …]

`goodword serve` runs as a process of its own over the sample shop; load comes over loopback from this one. Since other
work may share the machine, each part tells the server's own processor seconds (/proc) beside wall-clock times: a core
can do so many checks a second as one over the processor seconds of a check. The rival of checks is the same guard
called in this process on the same texts, in the same run: what HTTP, access and the record cost. Answers are streamed
in the words of a model served on loopback that waits 20 ms before each piece. Writes benchmarks/results/server.json.
"""

import argparse
import asyncio
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import as_file, files
from itertools import islice
from pathlib import Path
from time import monotonic, perf_counter, process_time, sleep
from typing import Any

from goodword.app import Goodword
from goodword.jobs.asking import shelf
from goodword.knowledge import documents
from goodword.server import people
from goodword.store import ledger, tasks

OUT = Path(__file__).parents[1] / "results" / "server.json"
PRODUCTS = 24
PARTS = ["checks", "answers", "streams", "memory", "killed"]
TICK = os.sysconf("SC_CLK_TCK")


# ---------------------------------------------------------------- the shop, its model, its server


def shop(folder: Path) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]]]:
    """A store with texts and passages; a key; bodies of checks; bodies of questions."""
    with (
        as_file(files("goodword.data").joinpath("shop")) as sample,
        Goodword(store=str(folder / "shop.db")) as goodword,
    ):
        products = list(islice(goodword.products(sample / "products.csv", rejects=folder / "r.csv"), PRODUCTS))
        made = list(goodword.describe(products))
        shelf.keep(goodword.store, documents.read([sample / "policies", sample / "faq.jsonl"]))
        checks = [
            {"id": str(n), "text": d.draft.text, "lang": d.draft.lang, "market": d.draft.market,
             "facts": {f.name: f.text for f in d.product.facts if f.lang == d.draft.lang}}
            for n, d in enumerate(made)
        ]  # fmt: skip
        key = people.make_key(goodword.store, "bench", roles=("admin",), scopes=("*",), actor="bench")
        goodword.answers()  # vectors of passages are kept for the server
    asked = [
        "How many days do I have to return it?",
        "多少天内可以退货？",
        "How long does delivery take?",
        "保修期多长？",
    ]
    return key, checks, [{"question": q} for q in asked]


class _Model(BaseHTTPRequestHandler):
    """Says the evidence it was shown again, piece by piece, as an OpenAI-compatible server does."""

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        shown = [
            line.split("] ", 1)[1] for line in request["messages"][-1]["content"].splitlines() if line.startswith("[")
        ]
        text = " ".join(shown)[:400] or "Yes."
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for at in range(0, len(text), 24):
            sleep(0.02)
            self._event({"choices": [{"index": 0, "delta": {"content": text[at : at + 24]}, "finish_reason": None}]})
        self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, data: dict[str, Any]) -> None:
        whole = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"} | data
        self.wfile.write(b"data: " + json.dumps(whole).encode() + b"\n\n")
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def model() -> Iterator[str]:
    """The address of the model."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 512
        daemon_threads = True

    with Server(("127.0.0.1", 0), _Model) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.shutdown()


@contextmanager
def serving(folder: Path, model_at: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """`goodword serve` as a process, once it is ready; its port."""
    env = os.environ | {"GOODWORD_TALK": "en", "OPENAI_API_KEY": "none", "GOODWORD_SERVER__TIMEOUT": "120"}
    env |= {"GOODWORD_MODEL__BACKEND": "openai", "GOODWORD_MODEL__NAME": "m", "GOODWORD_MODEL__BASE_URL": model_at}
    command = [sys.executable, "-m", "goodword", "serve", "--store", str(folder / "shop.db"), "--port", "0", "--no-log"]
    log = folder / "serve.log"
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=folder, env=env, stderr=out, text=True)
    try:
        until, port = monotonic() + 180, 0
        while not port or not asyncio.run(ready(port)):
            assert monotonic() < until and process.poll() is None, log.read_text()
            found = [line for line in log.read_text().splitlines() if line.startswith("Goodword is at")]
            port = int(found[0].rsplit(":", 1)[1]) if found else 0
            sleep(0.2)
        yield process, port
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)


async def ready(port: int) -> bool:
    """Whether the server says that it is ready."""
    try:
        async with connected(port, "") as line:
            status, _ = await line.ask("GET", "/readyz")
            return status == 200
    except OSError:
        return False


# ---------------------------------------------------------------- a client that costs little


class Line:
    """One HTTP/1.1 connection that is kept."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: str) -> None:
        self._reader, self._writer, self._key = reader, writer, key

    async def send(self, method: str, path: str, body: Any = None, *, more: str = "") -> tuple[int, dict[str, str]]:
        """Send a request and read the head of the answer."""
        raw = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self._key}\r\n{more}"
        head += f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
        self._writer.write(head.encode() + raw)
        await self._writer.drain()
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        return int(lines[0].split()[1]), {
            k.lower(): v.strip() for k, _, v in (r.partition(":") for r in lines[1:] if r)
        }

    async def ask(self, method: str, path: str, body: Any = None, *, more: str = "") -> tuple[int, Any]:
        """Send a request and read the whole answer."""
        status, headers = await self.send(method, path, body, more=more)
        if headers.get("transfer-encoding") == "chunked":
            raw = b"".join([c async for c in self.chunks()])
        else:
            raw = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return status, json.loads(raw) if "json" in headers.get("content-type", "") and raw else raw

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes."""
        while size := int(await self._reader.readline(), 16):
            yield (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readline()


@asynccontextmanager
async def connected(port: int, key: str) -> AsyncIterator[Line]:
    """A connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    try:
        yield Line(reader, writer, key)
    finally:
        writer.close()


def cpu(pid: int) -> float:
    """Processor seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory(pid: int) -> float:
    """MiB a process holds."""
    rows = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(rows["VmRSS"].split()[0]) / 1024


def spread(seconds: list[float], scale: float = 1000.0) -> dict[str, float]:
    """Percentiles, in milliseconds."""
    ranked = sorted(seconds)
    at = {f"p{p}": ranked[min(len(ranked) - 1, int(len(ranked) * p / 100))] for p in (50, 95, 99)}
    return {name: round(value * scale, 1) for name, value in at.items()}


# ---------------------------------------------------------------- what is measured


async def checks(port: int, key: str, pid: int, bodies: list[dict[str, Any]], count: int, lines: int) -> dict[str, Any]:
    """Checks over so many connections at once."""
    left, took, bad = iter(range(count)), [], 0

    async def work() -> None:
        nonlocal bad
        async with connected(port, key) as line:
            for n in left:
                began = perf_counter()
                status, _ = await line.ask("POST", "/v1/check", bodies[n % len(bodies)])
                took.append(perf_counter() - began)
                bad += status != 200

    spent, began = cpu(pid), perf_counter()
    await asyncio.gather(*(work() for _ in range(lines)))
    wall, used = perf_counter() - began, cpu(pid) - spent
    return {"connections": lines, "checks": count, "failed": bad, "per_second_wall": round(count / wall, 1),
            "cpu_ms_each": round(1000 * used / count, 2), "per_second_and_core": round(count / used, 1),
            "wall_ms": spread(took)}  # fmt: skip


def in_process(bodies: list[dict[str, Any]], count: int) -> dict[str, Any]:
    """The rival: the same guard on the same texts, called directly."""
    with Goodword(store=str(Path(tempfile.mkdtemp()) / "x.db")) as goodword:
        for b in bodies:  # as warm as the server, which has seen each once
            goodword.check(b["text"], b["facts"], lang=b["lang"], market=b["market"])
        began = process_time()
        for n in range(count):
            b = bodies[n % len(bodies)]
            goodword.check(b["text"], b["facts"], lang=b["lang"], market=b["market"])
        used = process_time() - began
    return {
        "checks": count,
        "cpu_ms_each": round(1000 * used / count, 2),
        "per_second_and_core": round(count / used, 1),
    }


async def answers(port: int, key: str, pid: int, bodies: list[dict[str, Any]], count: int) -> dict[str, Any]:
    """So many streamed answers at the same time."""
    first, whole, told, worded = [], [], 0, 0

    async def one(n: int) -> None:
        nonlocal told, worded
        async with connected(port, key) as line:
            began, seen = perf_counter(), b""
            status, _ = await line.send("POST", "/v1/ask/stream", bodies[n % len(bodies)])
            async for chunk in line.chunks():
                if not seen:
                    first.append(perf_counter() - began)
                seen += chunk
            whole.append(perf_counter() - began)
            told += status == 200 and b"event: answer" in seen
            worded += b"event: sentence" in seen

    spent, began, before = cpu(pid), perf_counter(), memory(pid)
    await asyncio.gather(*(one(n) for n in range(count)))
    return {"at_once": count, "whole_answers": told, "with_sentences_before": worded,
            "wall_s": round(perf_counter() - began, 2),
            "cpu_ms_each": round(1000 * (cpu(pid) - spent) / count, 1), "first_event_ms": spread(first),
            "whole_ms": spread(whole), "memory_mib": [round(before), round(memory(pid))]}  # fmt: skip


async def streams(port: int, key: str, pid: int, count: int) -> dict[str, Any]:
    """So many open streams of one task's events, from its first to its last."""
    products = [{"sku": f"E{n:03}", "title": "Linen Shirt", "facts": {"Material": "100% linen"}} for n in range(120)]
    opened, ends, events = asyncio.Semaphore(0), [], 0

    async def watch(task: str) -> None:
        nonlocal events
        async with connected(port, key) as line:
            status, _ = await line.send("GET", f"/v1/tasks/{task}/events")
            assert status == 200
            opened.release()
            body = b"".join([c async for c in line.chunks()])
            events += body.count(b"event: ")
            assert b'"state": "done"' in body
            ends.append(perf_counter())

    async with connected(port, key) as line:
        body = {"products": products, "langs": ["en"], "markets": ["us"], "composer": True}
        blockers = [(await line.ask("POST", "/v1/describe", _other(body, n)))[1]["id"] for n in range(2)]
        _, task = await line.ask("POST", "/v1/describe", body)  # waits behind two others until all streams are open
        spent, before = cpu(pid), memory(pid)
        watching = [asyncio.ensure_future(watch(task["id"])) for _ in range(count)]
        for _ in range(count):
            await opened.acquire()
        held = memory(pid)
        began = perf_counter()
        async with connected(port, key) as other:
            health = []
            for _ in range(20):
                at = perf_counter()
                await other.ask("GET", "/healthz")
                health.append(perf_counter() - at)
        await asyncio.gather(*watching)
    return {"open": count, "whole": len(ends), "events": events, "blockers": len(blockers),
            "memory_mib": [round(before), round(held)], "kib_each": round(1024 * (held - before) / count, 1),
            "last_behind_first_ms": round(1000 * (max(ends) - min(ends)), 1), "healthz_meanwhile_ms": spread(health),
            "wall_s": round(perf_counter() - began, 2), "cpu_s": round(cpu(pid) - spent, 2)}  # fmt: skip


def _other(body: dict[str, Any], n: int) -> dict[str, Any]:
    return body | {"products": [p | {"sku": f"{p['sku']}-{n}-{k}"} for p in body["products"] for k in range(3)]}


async def hours(port: int, key: str, pid: int, given: tuple[list[Any], list[Any]], minutes: float) -> dict[str, Any]:
    """Mixed work on four connections for so long; the memory of the server, sampled."""
    until, samples, done = monotonic() + 60 * minutes, [], 0
    bodies, questions = given

    async def work(n: int) -> None:
        nonlocal done
        async with connected(port, key) as line:
            while monotonic() < until:
                turn = done % 8
                if turn == 0:
                    await line.ask("POST", "/v1/ask", questions[done % len(questions)])
                elif turn == 1:
                    await line.ask("GET", "/v1/catalogue/products?limit=50")
                elif turn == 2:
                    await line.ask(
                        "POST", "/v1/screen", {"text": f"Call me on 212 555 01{done % 90 + 10} about the order"}
                    )
                else:
                    await line.ask("POST", "/v1/check", bodies[done % len(bodies)] | {"id": str(done)})
                done += 1

    async def sample() -> None:
        began = monotonic()
        while monotonic() < until:
            samples.append((monotonic() - began, memory(pid)))
            await asyncio.sleep(max(0.5, minutes))

    await asyncio.gather(sample(), *(work(n) for n in range(4)))
    later = samples[len(samples) // 2 :]
    mean_t, mean_m = (sum(c) / len(later) for c in zip(*later, strict=True))
    slope = sum((t - mean_t) * (m - mean_m) for t, m in later) / max(1e-9, sum((t - mean_t) ** 2 for t, _ in later))
    held = {"begin": round(samples[0][1]), "half": round(later[0][1]), "end": round(later[-1][1]),
            "each_tenth": [round(samples[len(samples) * n // 10][1]) for n in range(10)]}  # fmt: skip
    return {"minutes": minutes, "requests": done, "memory_mib": held,
            "second_half_mib_per_minute": round(60 * slope, 3)}  # fmt: skip


def killed(folder: Path, model_at: str, key: str) -> dict[str, Any]:
    """Tasks accepted until the server is killed with -9; after the next start all of them are done, none twice."""
    accepted: list[str] = []
    with serving(folder, model_at) as (process, port):

        async def load() -> None:
            async with connected(port, key) as line:
                for n in range(400):
                    products = [
                        {"sku": f"R{n}-{k}", "title": "Linen Shirt", "facts": {"Material": "linen"}} for k in range(3)
                    ]
                    body = {"products": products, "langs": ["en"], "markets": ["us"], "composer": True}
                    status, told = await line.ask("POST", "/v1/describe", body, more="Prefer: respond-async\r\n")
                    if status == 202:
                        accepted.append(told["id"])

        threading.Timer(3.0, lambda: process.send_signal(signal.SIGKILL)).start()
        with suppress(OSError, asyncio.IncompleteReadError):
            asyncio.run(load())
        process.wait(30)
    began = perf_counter()
    with serving(folder, model_at), Goodword(store=str(folder / "shop.db")) as goodword:
        until = monotonic() + 240
        left = set(accepted)
        while left and monotonic() < until:
            sleep(0.5)
            with goodword.store.read() as conn:
                left = {t for t in left if not ((found := tasks.get(conn, t)) and found.state == "done")}
        with goodword.store.read() as conn:
            skus = [r["sku"] for t in accepted for r in tasks.results(conn, t)]
            whole = ledger.verify(conn).ok
    return {"accepted": len(accepted), "lost": len(left), "results": len(skus), "twice": len(skus) - len(set(skus)),
            "ledger_whole": whole, "done_after_s": round(perf_counter() - began, 1)}  # fmt: skip


def main() -> None:
    """All of it; JSON to the file and to stdout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0, help="of mixed work, for the memory")
    parser.add_argument("--checks", type=int, default=400)
    parser.add_argument("--answers", type=int, default=200)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, default=PARTS, help="the others stay as they are in the file"
    )
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    told: dict[str, Any] = json.loads(given.out.read_text()) if given.parts != PARTS and given.out.exists() else {}
    told["commits"] = {**told.get("commits", {}), **dict.fromkeys(given.parts, commit)}
    told |= {"cores": os.cpu_count(), "python": platform.python_version(),
             "load_before": round(os.getloadavg()[0], 1)}  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="gw-server-") as name, model() as model_at:
        folder = Path(name)
        key, bodies, questions = shop(folder)
        if set(given.parts) - {"killed"}:
            with serving(folder, model_at) as (process, port):
                _alive(told, given, (port, key, process.pid), bodies, questions)
        if "killed" in given.parts:
            told["killed"] = killed(folder, model_at, key)
    given.out.write_text(json.dumps(told, indent=1) + "\n")
    print(json.dumps(told, indent=1))


def _alive(
    told: dict[str, Any], given: argparse.Namespace, at: tuple[int, str, int], bodies: list[Any], questions: list[Any]
) -> None:
    """The parts for which the server lives."""
    if "checks" in given.parts:
        told["rival_in_process"] = in_process(bodies, given.checks // 4)
        asyncio.run(checks(*at, bodies, len(bodies), 2))
        told["check_alone"] = asyncio.run(checks(*at, bodies, given.checks // 4, 1))
        told["check_many"] = asyncio.run(checks(*at, bodies, given.checks, 8))
        one, two = told["check_alone"]["cpu_ms_each"], told["rival_in_process"]["cpu_ms_each"]
        told["http_costs_times"] = round(one / two, 3)
    if "answers" in given.parts:
        told["answers"] = asyncio.run(answers(*at, questions, given.answers))
    if "streams" in given.parts:
        told["event_streams"] = asyncio.run(streams(*at, given.streams))
    if "memory" in given.parts:
        told["memory"] = asyncio.run(hours(*at, (bodies, questions), given.minutes))


if __name__ == "__main__":
    main()
