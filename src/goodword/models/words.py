"""Texts as rows of word numbers, as recurrent and embedding models read them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from goodword.models.ngrams import tidy

_WORD = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]|[^\W_]+(?:['’][^\W_]+)*|[^\w\s]")
PAD, UNKNOWN, BETWEEN = 0, 1, 2
Numbers = NDArray[np.int32]


def words(text: str) -> list[str]:
    """Words of an alphabet, single Chinese characters, and marks."""
    return _WORD.findall(tidy(text))


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Known words in the order of their numbers (the first three numbers are none's), and the length of a row."""

    known: tuple[str, ...]
    length: int
    pairs: bool = False  # neighbouring words together are words too

    def numbers(self, texts: Sequence[str], seconds: Sequence[str] | None = None) -> Numbers:
        """One row for each text, padded on the left; of a longer text the last `length` words are read."""
        index = {word: i for i, word in enumerate(self.known, 3)}
        out = np.full((len(texts), self.length), PAD, np.int32)
        for row, units in enumerate(self.units(texts, seconds)):
            found = [BETWEEN if u == "\0" else index.get(u, UNKNOWN) for u in units]
            if self.pairs:
                found = [f for f in found if f != UNKNOWN] or [UNKNOWN]  # the mean of nothing is no number
            if found := found[-self.length :]:
                out[row, -len(found) :] = found
        return out

    def units(self, texts: Sequence[str], seconds: Sequence[str] | None) -> Iterable[list[str]]:
        """The words of each text; those of its second text first, with a mark between."""
        for i, text in enumerate(texts):
            found = words(text)
            if self.pairs:
                found = found + [f"{a} {b}" for a, b in pairwise(found)]
            yield [*words(seconds[i]), "\0", *found] if seconds is not None else found


def learnt(texts: Sequence[str], seconds: Sequence[str] | None, *, most: int, length: int, pairs: bool) -> Words:
    """The commonest words of texts."""
    empty = Words(known=(), length=length, pairs=pairs)
    counts = Counter(u for units in empty.units(texts, seconds) for u in units if u != "\0")
    ranked = sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:most]
    return Words(known=tuple(w for w, n in ranked if n > 1 or not pairs), length=length, pairs=pairs)
