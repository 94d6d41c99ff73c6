"""The sentences of a passage as they may be quoted: with what they lean on.

An item of a list leans on the line that introduces it, a row of a table on its head: 'Norway; 14 EUR' says nothing
without 'Place; Tracked'. Clauses parted by semicolons are one sentence: the second may hold the condition of the first.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from goodword.jobs.asking import remarks
from goodword.text import segment

_ENDS = re.compile(r"[。.!！?？]$")
_CELL = re.compile(r";\s")

_QUESTION = re.compile(
    r"[?？]$|^(?:how|do|does|is|are|can|what(?:'s| is| are| do| does)|which (?:is|are))\b[^:]{0,600}$", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A stretch of a text, and the stretch it leans on, if any."""

    start: int
    end: int
    lead: tuple[int, int] | None = None


@lru_cache(maxsize=16384)
def of(text: str) -> tuple[Unit, ...]:
    """The units of a text, in order."""
    spans = remarks.whole(text, segment.sentences(text))
    out: list[Unit] = []
    lead: tuple[int, int] | None = None
    cells = 0
    for n, (start, end) in enumerate(spans):
        said = text[start:end]
        own = len(_CELL.findall(said))
        after = spans[n + 1] if n + 1 < len(spans) else None
        if said.endswith((":", "：")):
            lead, cells = (start, end), 0
            out.append(Unit(start=start, end=end))
            continue
        if cells and own != cells:
            lead, cells = None, 0
        if lead and not cells and "\n" not in text[lead[1] : end] and n:
            lead = None  # the rest of the introducing line is no item
        if not lead and own and after and len(_CELL.findall(text[after[0] : after[1]])) == own and _alone(text, start):
            lead, cells = (start, end), own
            out.append(Unit(start=start, end=end))
            continue
        out.append(Unit(start=start, end=end, lead=lead))
        if lead and not cells and _ENDS.search(said) and text[: spans[n - 1][1]][-1] not in ":：":
            out[-1] = Unit(start=start, end=end)  # a finished sentence after the items is none of them
            lead = None
    return tuple(out)


def _alone(text: str, start: int) -> bool:
    """Whether a line begins here."""
    return start == 0 or text[start - 1] == "\n"


def told(text: str, unit: Unit) -> str:
    """A unit after what it leans on."""
    own = text[unit.start : unit.end]
    return f"{text[unit.lead[0] : unit.lead[1]]} {own}" if unit.lead else own


def asks(said: str) -> bool:
    """Whether a sentence asks, as lists of what customers ask do: it answers nothing."""
    return bool(_QUESTION.search(said.rstrip(".")))
