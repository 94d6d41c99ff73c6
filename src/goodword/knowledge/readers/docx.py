"""Word documents (.docx), read by python-docx: paragraphs and tables under headings."""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from goodword.errors import MissingExtra
from goodword.knowledge.base import Section, unreadable

SUFFIXES = (".docx",)


def sections(path: Path) -> tuple[Mapping[str, object], Iterator[Section]]:
    """The title, and the text under each heading."""
    if find_spec("docx") is None:
        raise MissingExtra("documents", "A Word document")
    import docx

    try:
        document = docx.Document(str(path))
        meta = {"title": document.core_properties.title} if document.core_properties.title else {}
        return meta, iter(list(_sections(document)))
    except Exception as error:  # noqa: BLE001 - the library lets whatever its zip and XML parsers raise through
        raise unreadable(path, str(error) or type(error).__name__) from None


def _sections(document: Any) -> Iterator[Section]:
    path: list[str] = []
    blocks: list[str] = []
    for block in document.iter_inner_content():
        style = getattr(getattr(block, "style", None), "name", "") or ""
        if hasattr(block, "rows"):
            blocks += [
                "; ".join(dict.fromkeys(c.text.strip() for c in row.cells if c.text.strip())) for row in block.rows
            ]
        elif style == "Title" or style.startswith("Heading"):
            if any(blocks):
                yield Section(text="\n".join(b for b in blocks if b), path=tuple(path))
            level = 1 if style == "Title" else int(style.rpartition(" ")[2]) if style[-1:].isdigit() else 1
            path, blocks = [*path[: max(level - 1, 0)], block.text.strip()], []
        else:
            blocks.append(" ".join(block.text.split()))
    if any(blocks):
        yield Section(text="\n".join(b for b in blocks if b), path=tuple(path))
