"""What the shop has written down and may be quoted from: passages with the headings they stand under."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from goodword.errors import InputError
from goodword.types import Market, Passage


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A stretch of a document under one heading, as a reader read it. `path`: the headings from the top down."""

    text: str
    path: tuple[str, ...] = ()
    locator: str = ""
    meta: Mapping[str, object] = field(default_factory=dict)  # only where each section has its own (FAQ)


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A passage in its surroundings. `question` is what an FAQ entry answers; `sku` '' is the whole shop."""

    passage: Passage
    document: str
    title: str = ""
    heading: str = ""
    question: str = ""
    sku: str = ""
    markets: tuple[Market, ...] = ()  # () is every market
    superseded_by: str = ""  # the document that took its place

    def holds(self, on: date, market: Market | None = None) -> bool:
        """Whether it holds on that day (the last day of validity counts) in that market."""
        day = on.isoformat()
        begun = not self.passage.valid_from or self.passage.valid_from <= day
        ended = bool(self.passage.valid_until) and str(self.passage.valid_until) < day
        return begun and not ended and (not self.markets or market is None or market in self.markets)

    @property
    def context(self) -> str:
        """What it stands under, in words: title, heading, question."""
        return "\n".join(dict.fromkeys(t for t in (self.title, self.heading, self.question) if t))


class Reader(Protocol):
    """One file in knowledge/readers/ with `SUFFIXES` and `sections`."""

    SUFFIXES: tuple[str, ...]
    sections: Callable[[Path], tuple[Mapping[str, object], Iterator[Section]]]


def unreadable(path: Path, why: str, cure: str = "Open it, save it again, or give it as Markdown") -> InputError:
    """The error for a document that cannot be read."""
    return InputError(f"this document cannot be read: {why}", where=str(path), cure=cure)


def decoded(path: Path) -> str:
    """The text of a text file: UTF-8, or the usual encoding of Chinese Windows.

    Raises:
        InputError: it is neither, or cannot be opened.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(path, str(error.strerror), "Check the name and the permissions") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise unreadable(path, "it is no text", "Save it as UTF-8")
