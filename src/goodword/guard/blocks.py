"""Long texts: how long one may be to be judged at all, and the parts it is judged in, so that time grows with length.

Whole sentences are kept together; a sentence longer than a part is cut at its last pause or space.
"""

import re

from goodword.errors import InputError
from goodword.text import segment

LONGEST = 50_000  # characters of a text that is judged; copy and answers are a tenth of it
SCREENED = 200_000  # and of one from outside that is screened: a long letter, some pages of a manual
SIZE = 2_000
# No number of a shop is so long.
_FLOOD = re.compile(
    r"[\d零〇一二两三四五六七八九十百千万亿半幺壹贰叁肆伍陆柒捌玖拾]{25,}"
)  # no number of a shop is so long
_PAUSES = ",，;；、 \n\t"


def admit(text: str, most: int) -> None:
    """Refuse what would keep the guard busy for too long.

    Raises:
        InputError: the text is longer than `most` characters.
    """
    if len(text) > most:
        raise InputError(f"{len(text)} characters are too long to be judged at once", cure=f"At most {most}: split it")


def parts(text: str, size: int = SIZE) -> list[tuple[int, int]]:
    """Spans that hold every sentence of a text in order, none longer than `size`."""
    if len(text) <= size:
        return [(0, len(text))]
    out: list[tuple[int, int]] = []
    for start, end in segment.sentences(text):
        if out and end - out[-1][0] <= size:
            out[-1] = (out[-1][0], end)
        else:
            out += cut(text, start, end, size)
    return out


def tamed(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with runs of digits too long to be a number blotted out, and their spans: nobody can vouch for them."""
    floods = [m.span() for m in _FLOOD.finditer(text)]
    return (_FLOOD.sub(lambda m: "#" * len(m.group()), text) if floods else text), floods


def cut(text: str, start: int, end: int, size: int = SIZE) -> list[tuple[int, int]]:
    """A sentence in pieces no longer than `size`."""
    out: list[tuple[int, int]] = []
    while end - start > size:
        pause = max(text.rfind(mark, start + size // 2, start + size) for mark in _PAUSES)
        at = pause + 1 if pause > start else start + size
        out.append((start, at))
        start = at
    return [*out, (start, end)]
