"""Folding: full-width to half-width, compatibility forms, case; with a map back to the original offsets."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_LONGEST_KEPT = 60  # headings and words of cells come again and again, longer texts only while they are judged
_LONGEST_RECENT = 4000


@dataclass(frozen=True, kw_only=True, slots=True)
class Folded:
    """A folded text and, for each of its characters, the index of the original character it came from."""

    text: str
    origin: tuple[int, ...]
    length: int  # of the original

    def home(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that a span of the folded text came from."""
        if start >= end:
            at = self.origin[start] if start < len(self.origin) else self.length
            return at, at
        return self.origin[start], self.origin[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold character by character (NFKC, then casefold), so that every folded character has one home."""
    if len(text) > _LONGEST_RECENT:
        return _fold(text)
    return _kept(text) if len(text) <= _LONGEST_KEPT else _recent(text)


@lru_cache(maxsize=64)
def _recent(text: str) -> Folded:
    return _fold(text)


@lru_cache(maxsize=8192)
def _kept(text: str) -> Folded:
    return _fold(text)


def _fold(text: str) -> Folded:
    if text.isascii():
        return Folded(text=text.lower(), origin=tuple(range(len(text))), length=len(text))
    pieces = [_folded(char) for char in text]
    out = "".join(pieces)
    if len(out) == len(text):
        return Folded(text=out, origin=tuple(range(len(text))), length=len(text))
    origin: list[int] = []
    for i, folded in enumerate(pieces):
        if len(folded) > 1 and "/" in folded and i and pieces[i - 1][-1:].isdigit():  # 3½ is 3 1/2, not 31/2
            pieces[i] = f" {folded}"
        origin += [i] * len(pieces[i])
    out = "".join(pieces)
    return Folded(text=out, origin=tuple(origin), length=len(text))


@lru_cache(maxsize=8192)
def _folded(char: str) -> str:
    """One character folded. ½ is 1/2, and ″ is an inch, not two feet."""
    return '"' if char == "″" else unicodedata.normalize("NFKC", char).casefold().replace("\u2044", "/")
