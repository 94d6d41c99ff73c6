"""Readings of an untrusted text: as written, and as meant. Each maps its spans home to the text as given.

The plain reading is folded, simplified, without invisible characters, look-alike letters put right. Further readings
come from `masks` (spaced, starred, misspelt, homophones, pinyin) and `encoded` (base64, hex, escapes, rot13, reversed).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from tomllib import loads
from typing import Any

from goodword.text.normalise import fold

# Soft hyphen, fillers, zero-width, direction marks, variation selectors, and the tag block.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff\u0300-\u036f\u20dd-\u20e3]"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One way to read a text. `origin[i]` and `ends[i]` bound the original characters behind character i."""

    text: str
    origin: Sequence[int]
    ends: Sequence[int]
    how: str = "plain"

    def home(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text behind a span of this reading."""
        if not self.origin or start >= end:
            return 0, 0
        last = min(end, len(self.origin)) - 1
        first = min(start, last)
        return min(self.origin[first], self.origin[last]), max(self.ends[first], self.ends[last])


@cache
def table(name: str) -> dict[str, Any]:
    """One file of data/untrusted/."""
    return loads(files("goodword.data").joinpath(f"untrusted/{name}.toml").read_text("utf-8"))


@cache
def _letters() -> dict[int, str]:
    """Look-alike letters and traditional characters, each to what it is read as."""
    rows = table("masks")
    pairs = zip(rows["lookalike"]["from"], rows["lookalike"]["to"], strict=True)
    return {ord(a): b for a, b in pairs} | {ord(p[0]): p[1] for p in rows["simplified"]["pairs"].split()}


def plain(text: str) -> Reading:
    """The text as a reader sees it."""
    folded = fold(text)
    out = folded.text if folded.text.isascii() else folded.text.translate(_letters())
    whole = Reading(text=out, origin=folded.origin, ends=[i + 1 for i in folded.origin])
    if out.isascii():
        return whole
    return without(whole, [m.span() for m in INVISIBLE.finditer(out)], how="plain")


def without(read: Reading, spans: Sequence[tuple[int, int]], *, how: str) -> Reading:
    """A reading with spans left out; they must be in order and apart."""
    return edited(read, [(a, b, "") for a, b in spans], how=how) if spans else read


def edited(read: Reading, edits: Sequence[tuple[int, int, str]], *, how: str) -> Reading:
    """A reading with spans replaced; every new character has the whole replaced span as its home."""
    pieces: list[str] = []
    origin: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end, new in edits:
        if start < at:
            continue
        pieces += (read.text[at:start], new)
        origin += read.origin[at:start]
        ends += read.ends[at:start]
        if new:
            first, last = read.home(start, end)
            origin += [first] * len(new)
            ends += [last] * len(new)
        at = end
    pieces.append(read.text[at:])
    origin += read.origin[at:]
    ends += read.ends[at:]
    return Reading(text="".join(pieces), origin=origin, ends=ends, how=how)


def part(read: Reading, start: int, end: int, text: str, *, how: str) -> Reading:
    """What a span of a reading holds once decoded: all of it has that span as its home."""
    first, last = read.home(start, end)
    return Reading(text=text, origin=[first] * len(text), ends=[last] * len(text), how=how)


def pieces(text: str, size: int, overlap: int) -> list[tuple[int, int]]:
    """Bounds of overlapping pieces of a long text."""
    if len(text) <= size:
        return [(0, len(text))]
    step = size - overlap
    starts = accumulate([step] * ((len(text) - overlap - 1) // step), initial=0)
    return [(s, min(s + size, len(text))) for s in starts]
