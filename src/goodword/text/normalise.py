"""Folding: full-width to half-width, compatibility forms, case; with a map back to the original offsets."""

import unicodedata
from dataclasses import dataclass


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
    if text.isascii():
        return Folded(text=text.lower(), origin=tuple(range(len(text))), length=len(text))
    out: list[str] = []
    origin: list[int] = []
    for i, char in enumerate(text):
        for folded in _folded(char, out):
            out.append(folded)
            origin.append(i)
    return Folded(text="".join(out), origin=tuple(origin), length=len(text))


def _folded(char: str, before: list[str]) -> str:
    """One character folded. 3½ is 3 1/2, not 31⁄2, and ″ is an inch, not two feet."""
    if char == "″":
        return '"'
    written = unicodedata.normalize("NFKC", char).casefold()
    if "\u2044" in written:
        written = written.replace("\u2044", "/")
        return f" {written}" if before and before[-1].isdigit() else written
    return written
