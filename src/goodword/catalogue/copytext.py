"""Released texts on their way into a slot: as plain text, as HTML, and their labels for machines."""

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence

from goodword.catalogue.base import CopyText
from goodword.types import Lang

MARK = "goodword_aigc"


def plain(copies: Iterable[CopyText]) -> str:
    """The texts one after another, a blank line between."""
    return "\n\n".join(c.text for c in copies)


def as_html(copies: Iterable[CopyText]) -> str:
    """The texts as HTML: theirs where they bring it, else escaped paragraphs, one for each line."""
    return "\n".join(c.html if c.html is not None else paragraphs(c.text) for c in copies)


def paragraphs(text: str) -> str:
    """Escaped text in paragraphs."""
    lines = (html.escape(line.strip(), quote=False) for line in text.splitlines())
    return "".join(f"<p>{line}</p>" for line in lines if line)


def metadata(copies: Mapping[Lang, CopyText]) -> str:
    """The machine-readable labels: the one there is, or an object with one for each language; '' for none."""
    marks = {lang: c.mark.metadata for lang, c in copies.items() if c.mark}
    if len(marks) == 1:
        return next(iter(marks.values()))
    return json.dumps({lang: _loaded(m) for lang, m in marks.items()}) if marks else ""


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def shared_out(slots: Sequence[Lang | None], copies: Mapping[Lang, CopyText]) -> dict[int, list[CopyText]]:
    """Which texts stand in which slot: each language in its own; what has none in the slot of no language."""
    open_slot = next((n for n, lang in enumerate(slots) if lang is None), None)
    out: dict[int, list[CopyText]] = {}
    for lang, copy in copies.items():
        place = slots.index(lang) if lang in slots else open_slot
        if place is None and len(slots) == 1:
            place = 0  # the only column there is takes what is asked for, whatever its heading says
        if place is not None:
            out.setdefault(place, []).append(copy)
    return out


def one_line(text: str) -> str:
    """A text without line breaks and tabs."""
    return re.sub(r"\s*[\r\n\t]+\s*", " ", text).strip()
