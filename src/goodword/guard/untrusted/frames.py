"""Frames: the shapes of sentences that give orders to a model. Data in data/untrusted/, one subject a file.

In a pattern, {name} is a list of words.toml in the frame's language, a space is one to four marks or blanks, a space
with a question mark none to four, and ~3 is up to three free words. `needs` and `unless` are looked for in and around
the match. Gaps are bounded, so a frame takes time linear in the text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from goodword.errors import DataError
from goodword.guard.untrusted.reading import Reading, pieces, table

SUBJECTS = ("override", "persona", "leak", "addressed", "requests", "pressure", "demands")
PIECE, OVERLAP, AROUND = 4000, 500, 40
_BLANK = r"[\s,;'\"“”‘’*_–—-]"
_SPACE, _MAYBE = _BLANK + "{1,4}", _BLANK + "{0,4}"
_WORD = r"[\w'’.@/:$%&-]{1,40}"
_GAP = re.compile(r"~(\d{1,2}) ")
_NAME = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One shape. `weight` is its evidence: 4 is enough alone, 2 is half, 1 is a hint."""

    name: str
    family: str
    lang: str
    weight: float
    pattern: re.Pattern[str]
    needs: re.Pattern[str] | None
    unless: re.Pattern[str] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a text is suspected: which rule, where in the text as given, how weighty, in which reading."""

    rule: str
    start: int
    end: int
    weight: float
    how: str = "plain"


@cache
def load() -> tuple[Frame, ...]:
    """All frames.

    Raises:
        DataError: a frame does not compile or names no such list of words.
    """
    frames = []
    for subject in SUBJECTS:
        rows = table(subject)
        for row in rows["frame"]:
            try:
                frames.append(Frame(
                    name=row["name"], family=rows["family"], lang=row["lang"], weight=float(row["weight"]),
                    pattern=compiled(row["pattern"], row["lang"]),
                    needs=compiled(row["needs"], row["lang"]) if "needs" in row else None,
                    unless=compiled(row["unless"], row["lang"]) if "unless" in row else None,
                ))  # fmt: skip
            except (KeyError, re.error) as wrong:
                raise DataError(
                    f"untrusted/{subject}.toml: the frame {row.get('name')!r} does not compile: {wrong}"
                ) from wrong
    return tuple(frames)


def compiled(pattern: str, lang: str) -> re.Pattern[str]:
    """A pattern of this room with its words filled in."""
    return expanded(pattern, lang, table("words")["zh" if lang == "zh" else "en"])


def expanded(pattern: str, lang: str, words: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern with lists of words, spaces and gaps written out."""
    filled = _NAME.sub(lambda m: f"(?:{words[m.group(1)]})".replace("\n", ""), pattern)
    if lang != "zh":
        filled = _GAP.sub(lambda m: f"(?:{_WORD}\x00){{0,{m.group(1)}}}?", filled)
        filled = filled.replace(" ?", _MAYBE).replace(" ", _SPACE).replace("\x00", _SPACE)
    return re.compile(filled)


def find(read: Reading) -> Iterator[Reason]:
    """Every frame that fires in a reading, once per piece of the text."""
    for start, end in pieces(read.text, PIECE, OVERLAP):
        said = read.text[start:end]
        han = not said.isascii()
        latin = re.search("[a-z]{3}", said) is not None
        for frame in load():
            if (frame.lang == "zh" and not han) or (frame.lang == "en" and not latin):
                continue
            found = _first(frame, said)
            if found:
                first, last = read.home(start + found[0], start + found[1])
                yield Reason(
                    rule=f"{frame.family}.{frame.name}", start=first, end=last, weight=frame.weight, how=read.how
                )


def _first(frame: Frame, said: str) -> tuple[int, int] | None:
    for n, m in enumerate(frame.pattern.finditer(said)):
        around = said[max(0, m.start() - AROUND) : m.end() + AROUND]
        needed = m.end() > m.start() and (not frame.needs or frame.needs.search(around))
        if needed and not (frame.unless and frame.unless.search(around)):
            return m.span()
        if n > 50:
            break
    return None
