"""The embedded model for real: the small tier's weights, the engine, the socket, the key."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from goodword.errors import InputError
from goodword.llm import prompts, weights
from goodword.llm.backends.local import Local
from goodword.llm.base import BackendOptions, Prompt, installed, open_backend

SMALL = "qwen2.5-coder-0.5b"
Ask = Callable[..., Prompt]
here = pytest.mark.skipif(
    not (installed("xllamacpp") and weights.resolve(SMALL)), reason=f"goodword models pull {SMALL}"
)
PLAIN = ("The Oakrell lamp is made of solid oak.", "It weighs 1.3 kg and is 42 cm high.")


@pytest.fixture(scope="module")
def backend() -> Iterator[Local]:
    opened = cast(Local, open_backend("local", BackendOptions(model=SMALL, concurrency=2)))
    yield opened
    opened.close()


@here
@pytest.mark.slow
@pytest.mark.xdist_group("local")
def test_it_answers_in_both_languages_and_counts(backend: Local) -> None:
    asked = [prompts.rewrite("en", PLAIN), prompts.rewrite("zh", ("这款台灯采用橡木制成。", "重量为1.3千克。"))]
    answers = dict(backend.complete(asked))
    assert all(a.finish == "stop" and a.text and a.tokens_in > 40 and a.tokens_out > 4 for a in answers.values())
    assert "1.3" in answers[0].text and "1.3" in answers[1].text
    assert backend.memory > 300e6


@here
@pytest.mark.slow
@pytest.mark.xdist_group("local")
def test_the_same_prompt_is_answered_alike_and_its_prefix_is_read_once(backend: Local) -> None:
    ((_, first),) = backend.complete([prompts.rewrite("en", PLAIN)])
    ((_, again),) = backend.complete([prompts.rewrite("en", PLAIN)])
    assert first.text == again.text
    assert again.tokens_cached > again.tokens_in * 0.8


@here
@pytest.mark.slow
@pytest.mark.xdist_group("local")
def test_it_streams_and_stops_when_told(backend: Local) -> None:
    told: list[str] = []

    def hear(_: int, piece: str) -> bool:
        told.append(piece)
        return len(told) >= 3

    ((_, answer),) = backend.complete([prompts.rewrite("en", PLAIN)], on_token=hear)
    assert answer.error == "stopped by the caller"
    assert 3 <= len(told) < 10


@here
@pytest.mark.slow
@pytest.mark.xdist_group("local")
def test_closed_vocabulary_keeps_it_to_the_words_there_are(backend: Local) -> None:
    ((_, answer),) = backend.complete([prompts.rewrite("en", PLAIN, closed=True)])
    from goodword.llm.vocabulary import glue

    known = {w.strip(".,").lower() for s in PLAIN for w in s.split()} | set(glue("en"))
    assert answer.text
    assert {w.strip(".,;:").lower() for w in answer.text.split()} <= known


@here
@pytest.mark.slow
@pytest.mark.xdist_group("local")
def test_nothing_but_a_private_socket_is_open_and_it_asks_for_the_key(backend: Local) -> None:
    list(backend.complete([prompts.rewrite("en", PLAIN[:1])]))
    worker = backend._worker
    assert worker
    path = Path(worker.socket)
    assert path.parent.stat().st_mode & 0o077 == 0
    assert not _listening(worker._process.pid)
    assert _status(worker.socket, "/v1/chat/completions", "") == 401
    assert _status(worker.socket, "/slots", f"Authorization: Bearer {worker.key}\r\n") in {404, 501}


@here
@pytest.mark.slow
@pytest.mark.xdist_group("local")
def test_a_worker_that_dies_is_replaced(backend: Local) -> None:
    list(backend.complete([prompts.rewrite("en", PLAIN[:1])]))
    assert backend._worker
    os.kill(backend._worker._process.pid, signal.SIGKILL)
    backend._worker._process.wait()
    ((_, answer),) = backend.complete([prompts.rewrite("en", PLAIN[:1])])
    assert answer.finish == "stop"


@here
@pytest.mark.slow
@pytest.mark.xdist_group("local")
def test_no_worker_outlives_a_killed_parent() -> None:
    code = (
        "import os, signal\n"
        "from goodword.llm import prompts\n"
        "from goodword.llm.base import BackendOptions, open_backend\n"
        f"b = open_backend('local', BackendOptions(model='{SMALL}', concurrency=1))\n"
        "list(b.complete([prompts.rewrite('en', ('It is red.',))]))\n"
        "print(b._worker._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=200, check=False)
    pid = int(done.stdout)
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/status").read_text("ascii").split("State:")[1].split()[0] == "Z":
            return
        subprocess.run(["sleep", "0.1"], check=True)
    pytest.fail("the worker still runs")


def test_absent_weights_are_told_with_the_cure(tmp_path: Path) -> None:
    if not installed("xllamacpp"):
        pytest.skip("the engine is not installed")
    with pytest.raises(InputError, match="goodword models pull"):
        open_backend("local", BackendOptions(models_folder=tmp_path))


def test_a_broken_file_is_told_in_one_line(tmp_path: Path, ask: Any) -> None:
    if not installed("xllamacpp"):
        pytest.skip("the engine is not installed")
    from goodword.errors import BackendError

    file = tmp_path / "broken.gguf"
    file.write_bytes(b"GGUF" + b"\x00" * 100)
    broken = open_backend("local", BackendOptions(model=str(file)))
    with pytest.raises(BackendError, match="does not start"):
        list(broken.complete([ask("A mug.")]))


def _listening(pid: int) -> list[str]:
    """TCP ports a process listens on, by the kernel's own table."""
    inodes = {str(f.readlink()) for f in Path(f"/proc/{pid}/fd").iterdir() if f.is_symlink()}
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]
    ]
    return [r[1] for r in rows if r[3] == "0A" and f"socket:[{r[9]}]" in inodes]


def _status(path: str, page: str, header: str) -> int:
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(path)
        method = "GET" if page == "/slots" else "POST"
        s.sendall(f"{method} {page} HTTP/1.1\r\nHost: x\r\n{header}Content-Type: application/json\r\n"
                  "Content-Length: 2\r\nConnection: close\r\n\r\n{}".encode())  # fmt: skip
        return int(s.recv(200).split()[1])
