"""Frames: the phenomena that laws speak of (a superlative, a health promise, a struck-through price), as data.

Laws of different markets judge the same frames differently; data/packs/frames/ says how a frame is recognised in both
languages, and what is none (`not`). Contexts are recognised the same way and tell in which company a claim stands.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from tomllib import TOMLDecodeError, loads
from typing import Any, get_args

from goodword.errors import DataError
from goodword.guard.law.patterns import Index, Pattern, compile_line
from goodword.types import ClaimKind

_AROUND = 24  # how far a mask may reach beyond what it masks
_PARTS = ("zh", "en", "not", "kind", "polarity", "hidden", "doctor")


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One phenomenon.

    `polarity`: a denied, asked or merely mentioned one does not count. `hidden`: also sought behind masked spelling.
    `doctor`: does not count where the sentence sends the reader to a doctor.
    """

    id: str
    kind: ClaimKind
    lines: tuple[Pattern, ...]
    masks: tuple[Pattern, ...] = ()
    polarity: bool = True
    hidden: bool = False
    doctor: bool = False

    @cached_property
    def _any_mask(self) -> re.Pattern[str] | None:
        return re.compile("|".join(p.expression for p in self.masks)) if self.masks else None

    @cached_property
    def _any_line(self) -> re.Pattern[str]:
        return re.compile("|".join(p.expression for p in self.lines))

    def open(self) -> None:
        """Compile what it is recognised by."""
        _ = self._any_mask, self._any_line, [line.compiled for line in self.lines]

    def masked(self, text: str, start: int, end: int) -> bool:
        """Whether the words of a match belong to something that is none of this frame."""
        if self._any_mask is None:
            return False
        around = self._any_mask.finditer(text, max(0, start - _AROUND), min(len(text), end + _AROUND))
        return any(m.start() < end and start < m.end() for m in around)

    def within(self, text: str, start: int, end: int) -> bool:
        """Whether the frame stands between two places of a text."""
        return any(
            not self.masked(text, *m.span()) for m in self._any_line.finditer(text, max(0, start), min(len(text), end))
        )


@dataclass(frozen=True, kw_only=True)
class Frames:
    """All frames and contexts, and one index over the lines of the frames."""

    frames: Mapping[str, Frame]
    contexts: Mapping[str, Frame]

    @cached_property
    def _lines(self) -> tuple[tuple[str, Pattern], ...]:
        return tuple((f.id, line) for f in self.frames.values() for line in f.lines)

    @cached_property
    def _index(self) -> Index:
        return Index({n: line for n, (_, line) in enumerate(self._lines)})

    def open(self) -> None:
        """Compile every expression now, as a process does that judges many texts: later none of them waits for it."""
        for frame in (*self.frames.values(), *self.contexts.values()):
            frame.open()
        _ = self._index

    def find(self, text: str) -> Iterator[tuple[Frame, int, int]]:
        """Every unmasked match of every frame; of matches of one frame that overlap, the longest."""
        found: dict[str, list[tuple[int, int]]] = {}
        for n, start, end in self._index.matches(text):
            found.setdefault(self._lines[n][0], []).append((start, end))
        for frame_id, spans in found.items():
            frame = self.frames[frame_id]
            for start, end in _longest(spans):
                if not frame.masked(text, start, end):
                    yield frame, start, end


def _longest(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that do not overlap, longer ones first among those that do."""
    last = -1
    for start, end in sorted(set(spans), key=lambda s: (s[0], -s[1])):
        if start >= last:
            yield start, end
            last = end


@cache
def load() -> Frames:
    """The packaged frames.

    Raises:
        DataError: a file of them is malformed; the message names file and frame.
    """
    return read(files("goodword.data").joinpath("packs/frames"))


def read(folder: Traversable) -> Frames:
    """The frames of a folder; `sets` of all its files are shared."""
    tables = [(f.name, _table(f)) for f in sorted(folder.iterdir(), key=lambda f: f.name) if f.name.endswith(".toml")]
    tables = [(name, table) for name, table in tables if "frame" in table or "context" in table or "sets" in table]
    sets = {key: _split(words) for _, table in tables for key, words in table.get("sets", {}).items()}
    return Frames(
        frames={k: _frame(name, k, row, sets) for name, table in tables for k, row in table.get("frame", {}).items()},
        contexts={
            k: _frame(name, k, {"kind": "attribute", **row}, sets, anchored=False)
            for name, table in tables
            for k, row in table.get("context", {}).items()
        },
    )


def _table(file: Traversable) -> dict[str, Any]:
    try:
        return loads(file.read_text("utf-8"))
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{file.name}: {error}") from None


def _split(words: str) -> tuple[str, ...]:
    """Words with bars or line ends between; of words of several scripts spaces part nothing."""
    return tuple(dict.fromkeys(w.strip() for w in re.split(r"[|\n]", words) if w.strip()))


def _frame(
    file: str, name: str, row: dict[str, Any], sets: Mapping[str, tuple[str, ...]], *, anchored: bool = True
) -> Frame:
    where = f"{file}: frame {name!r}"
    if unknown := set(row) - set(_PARTS):
        raise DataError(f"{where} has unknown parts {sorted(unknown)}")
    if row.get("kind") not in get_args(ClaimKind):
        raise DataError(f"{where} has no known kind")
    try:
        lines = tuple(
            compile_line(line, sets, anchored=anchored) for part in ("zh", "en") for line in row.get(part, ())
        )
        masks = tuple(compile_line(line, sets, anchored=False) for line in row.get("not", ()))
    except DataError as error:
        raise DataError(f"{where}: {error}") from None
    if not lines:
        raise DataError(f"{where} recognises nothing")
    return Frame(id=name, kind=row["kind"], lines=lines, masks=masks, polarity=row.get("polarity", True),
                 hidden=row.get("hidden", False), doctor=row.get("doctor", False))  # fmt: skip
