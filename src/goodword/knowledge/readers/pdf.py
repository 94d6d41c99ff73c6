"""PDF documents, read by pypdf: the text of each page, paragraphs joined over line ends. A scan has no text."""

import re
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from goodword.errors import MissingExtra
from goodword.knowledge.base import Section, unreadable

SUFFIXES = (".pdf",)
_SHORT = 60  # characters: a line that short, with no stop, before a longer one is a heading
_STOP = re.compile(r"[.。!！?？;；:：,，)）]$")


def sections(path: Path) -> tuple[Mapping[str, object], Iterator[Section]]:
    """The title, and the text under each line that looks like a heading."""
    if find_spec("pypdf") is None:
        raise MissingExtra("documents", "A PDF")
    import pypdf

    try:
        reader = pypdf.PdfReader(str(path))
        pages = [page.extract_text() or "" for page in reader.pages]
        title = str(reader.metadata.title or "").strip() if reader.metadata else ""
    except Exception as error:  # noqa: BLE001 - the library lets much of what a broken file causes through
        raise unreadable(path, str(error) or type(error).__name__) from None
    if not any(p.strip() for p in pages):
        raise unreadable(path, "it holds no text; it may be a scan", "Give it as text")
    return {"title": title} if title else {}, iter(list(_sections(pages)))


def _sections(pages: list[str]) -> Iterator[Section]:
    heading: tuple[str, ...] = ()
    for number, page in enumerate(pages, 1):
        block = ""
        lines = [" ".join(line.split()) for line in page.split("\n")]
        for n, line in enumerate(lines):
            following = lines[n + 1] if n + 1 < len(lines) else ""
            fresh = not block or bool(_STOP.search(block))
            if (
                line
                and len(line) < _SHORT
                and not _STOP.search(line)
                and fresh
                and following
                and following[:1].isupper() | (following[:1] >= "\u4e00")
            ):
                if block:
                    yield Section(text=block, path=heading, locator=f"page {number}")
                heading, block = (line,), ""
            elif line:
                block += ("" if not block or block[-1] >= "\u4e00" else " ") + line
        if block:
            yield Section(text=block, path=heading, locator=f"page {number}")
