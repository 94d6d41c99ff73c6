"""Files on their way into the catalogue: kept for a day in a folder of our own, under names nobody can guess.

Each belongs to who brought it. What a browser calls its file is only told to people, never used as a path.
"""

import json
import os
import re
import secrets
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from goodword.server.problems import Missing

_DAY = 86_400
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\<>:\"|?*]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file that was brought; `name` is what its owner calls it."""

    token: str
    name: str
    folder: Path

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.folder / "file"

    @property
    def mapping(self) -> Path | None:
        """The corrected use of its columns; None where the guess stands."""
        path = self.folder / "mapping.toml"
        return path if path.is_file() else None

    def correct(self, toml: str) -> None:
        """Keep a correction."""
        (self.folder / "mapping.toml").write_text(toml, "utf-8")

    def drop(self) -> None:
        """Let it go."""
        shutil.rmtree(self.folder, ignore_errors=True)


def keep(stream: BinaryIO, name: str, owner: str) -> Upload:
    """Keep a file; those older than a day go."""
    _tidy()
    token = secrets.token_urlsafe(16)
    folder = _home() / token
    folder.mkdir(mode=0o700)
    called = _UNSAFE.sub(" ", Path(name.replace("\\", "/")).name).strip()[:120] or "catalogue"
    with (folder / "file").open("wb") as file:
        shutil.copyfileobj(stream, file)
    (folder / "about.json").write_text(json.dumps({"name": called, "owner": owner}), "utf-8")
    return Upload(token=token, name=called, folder=folder)


def get(token: str, owner: str) -> Upload:
    """A file that this one brought.

    Raises:
        Missing: there is none, it is another's, or its day is over.
    """
    folder = _home() / token
    if _TOKEN.fullmatch(token) and (folder / "about.json").is_file():
        about = json.loads((folder / "about.json").read_text("utf-8"))
        if about["owner"] == owner:
            return Upload(token=token, name=about["name"], folder=folder)
    raise Missing("this file is no longer here", cure="Bring it again: files are kept for a day")


def _home() -> Path:
    home = Path(tempfile.gettempdir()) / f"goodword-uploads-{os.getuid() if hasattr(os, 'getuid') else 0}"
    home.mkdir(mode=0o700, exist_ok=True)
    return home


def _tidy() -> None:
    for folder in _home().iterdir():
        if folder.is_dir() and time.time() - folder.stat().st_mtime > _DAY:
            shutil.rmtree(folder, ignore_errors=True)
