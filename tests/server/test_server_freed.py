"""Free memory goes back while the server is open, and what gives it back ends with it."""

import sys
import threading
from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient

from goodword.app import Goodword
from goodword.server import freed
from goodword.server.app import create_app


def givers() -> int:
    """Threads of this process that give memory back; other servers of the same tests may have one too."""
    return sum(thread.name == "goodword-freed" for thread in threading.enumerate())


def test_it_gives_memory_back_again_and_again() -> None:
    given, enough, before = [], Event(), givers()

    def give() -> None:
        given.append(1)
        if len(given) == 3:
            enough.set()

    with freed.kept(0.001, give):
        assert enough.wait(10)
    count = len(given)
    assert givers() == before
    assert len(given) == count


@pytest.mark.skipif(sys.platform != "linux", reason="glibc")
def test_what_was_freed_in_pieces_leaves_the_process() -> None:
    def held() -> int:
        rows = Path("/proc/self/status").read_text().splitlines()
        return next(int(row.split()[1]) for row in rows if row.startswith("VmRSS:"))

    give = freed._of_the_library()
    assert give is not None
    pieces = [bytearray(20_000) for _ in range(4_000)]  # 80 MB, below the size that is mapped by itself
    kept = pieces[::400]
    before = held()
    del pieces
    give()
    assert held() < before - 40_000
    assert len(kept) == 10


def test_a_library_that_cannot_is_gone_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("goodword.server.freed.ctypes.CDLL", lambda _: object())
    before = givers()
    with freed.kept(0.001):
        assert givers() == before


def test_the_server_has_it_while_it_is_open(goodword: Goodword) -> None:
    before = givers()
    with TestClient(create_app(goodword)):
        assert givers() == before + 1
    assert givers() == before
