"""A model server in a process of its own: started, spoken to over a private socket, and never left behind.

A process of its own can crash, grow or hang without harm to the run, and its threads' waiting can be told to be
passive before any library of ours has begun. It listens on a unix socket in a folder only we may enter and asks
for a key made for this one start; both reach it by its standard input, whose end is its end.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from goodword.errors import BackendError

# The OpenMP library waits by spinning, which on shared cores costs nine tenths of the speed; see benchmarks/LOG.md.
QUIET = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
_PATIENCE = 10.0  # seconds to end by itself
_PATH_MAX = 90  # bytes a socket's path may have, with room to spare


class Worker:
    """One server process. `socket` and `key` are how to speak to it."""

    def __init__(self, module: str, settings: Mapping[str, object]) -> None:
        """Start `python -m module` and wait until it is ready.

        Raises:
            BackendError: it does not start; the message ends with the last line it said.
        """
        room = tempfile.gettempdir()
        self._folder = tempfile.TemporaryDirectory(
            prefix="goodword-",
            dir=room if len(room.encode()) < _PATH_MAX - 30 else "/tmp",  # noqa: S108
        )  # mode 0700
        self.socket = str(Path(self._folder.name) / "llm.sock")  # the engine knows a socket by this ending
        self.key = secrets.token_hex(32)
        self._log = (Path(self._folder.name) / "log").open("w+b")
        self._process = subprocess.Popen(
            [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log,
            env={**os.environ, **QUIET}, start_new_session=True,  # Ctrl-C is ours to handle
        )  # fmt: skip
        try:
            self._greet({**settings, "socket": self.socket, "key": self.key})
        except BaseException:
            self.close()
            raise

    def _greet(self, settings: Mapping[str, object]) -> None:
        assert self._process.stdin and self._process.stdout
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(settings).encode() + b"\n")
            self._process.stdin.flush()
        if self._process.stdout.readline().strip() != b"ready":
            self._process.wait()
            raise BackendError(f"the embedded model does not start: {self._last_words()}")

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    @property
    def memory(self) -> int:
        """Bytes of memory it holds; 0 where the system does not tell."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        except OSError:
            return 0
        return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0)

    def close(self) -> None:
        """End it, by force if it does not end by itself; twice does no harm."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        self._folder.cleanup()

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").splitlines()
        return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "it says nothing")
