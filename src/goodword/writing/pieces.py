"""Pieces of text with the facts they rest on, and how they become one text with spans."""

from collections.abc import Sequence
from dataclasses import dataclass

from goodword.types import Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A sentence or line and the facts it was written from."""

    text: str
    facts: tuple[str, ...]
    locked: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Composed:
    """A composed text and the facts of each of its sentences."""

    text: str
    sentences: tuple[Sentence, ...]


def join(pieces: Sequence[Piece], between: str) -> Composed:
    """Pieces as one text with their spans."""
    text, sentences = "", []
    for piece in pieces:
        text += between if text else ""
        start = len(text)
        text += piece.text
        sentences.append(Sentence(start=start, end=len(text), facts=piece.facts, locked=piece.locked))
    return Composed(text=text, sentences=tuple(sentences))


def once(facts: Sequence[str]) -> tuple[str, ...]:
    """Fact ids in order, each once."""
    return tuple(dict.fromkeys(facts))
