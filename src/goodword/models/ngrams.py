"""Character and word n-grams of many texts at once, as 64-bit hashes, and the exact vocabulary over them; numpy only.

A word is a run of letters and digits of an alphabet; every Chinese character, punctuation mark and emoji is a word of
its own, so that word pairs are character pairs in Chinese and no segmenter is needed. Hashes of 64 bits do not collide
in practice (a million features: once in 37 million vocabularies), so a vocabulary is kept as its sorted hashes.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

U64 = NDArray[np.uint64]
Ints = NDArray[np.int64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_TURN = np.uint64(0xBF58476D1CE4E5B9)
_LAST = np.uint64(0x94D049BB133111EB)
_LONGEST_WORD = 64  # characters that count
_TABLE = 0x30000  # code points looked up; those above are rare ideographs and signs: a word of their own each
_SPACE, _LETTER, _ALONE = 0, 1, 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Grams:
    """One family of features: `low`- to `high`-grams of a unit. `within` keeps character grams inside words."""

    unit: Literal["char", "word"]
    low: int
    high: int
    within: bool = False
    of: Literal["text", "pair", "near", "head", "tail"] = "text"  # see models/linear.py


def tidy(text: str) -> str:
    """A text as the features see it: compatibility forms folded, lower case, white space as one blank."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.lower().split())


def hashed(texts: Sequence[str], grams: Grams) -> tuple[Ints, U64]:
    """The n-grams of tidy texts: for each occurrence the number of its text and its hash, in no particular order."""
    docs, codes = _codes(texts)
    salt = {"text": 1, "pair": 2, "near": 3, "head": 4, "tail": 5}[grams.of]
    if grams.unit == "char":
        parts = list(_char_grams(docs, codes, grams, salt))
    else:
        parts = list(_word_grams(docs, codes, grams, salt))
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.uint64)
    return np.concatenate([d for d, _ in parts]), np.concatenate([h for _, h in parts])


def _codes(texts: Sequence[str]) -> tuple[Ints, U64]:
    """Code points of all texts, a blank before and after each, and the text each belongs to."""
    padded = [f" {t} " for t in texts]
    raw = "".join(padded).encode("utf-32-le", "surrogatepass")
    lengths = np.fromiter((len(p) for p in padded), np.int64, len(padded))
    return np.repeat(np.arange(len(padded)), lengths), np.frombuffer(raw, np.uint32).astype(np.uint64)


def _char_grams(docs: Ints, codes: U64, grams: Grams, salt: int) -> Iterator[tuple[Ints, U64]]:
    blank = (codes == 32).astype(np.int64)
    before = np.concatenate([[0], np.cumsum(blank)])  # blanks before each place
    rolling = np.zeros(len(codes), np.uint64)
    for n in range(1, grams.high + 1):
        size = len(codes) - n + 1
        if size <= 0:
            return
        rolling = rolling[:size] * _STEP + codes[n - 1 :] + np.uint64(1)
        if n < grams.low:
            continue
        keep = docs[:size] == docs[n - 1 :]
        if grams.within and n > 1:  # a blank may stand at either end, not inside
            keep &= before[n - 1 : n - 1 + size] - before[1 : 1 + size] == 0
            keep &= (blank[:size] + blank[n - 1 :]) < 2
        elif n == 1:
            keep &= blank == 0
        yield docs[:size][keep], _mixed(rolling[keep], salt * 64 + n)


def _word_grams(docs: Ints, codes: U64, grams: Grams, salt: int) -> Iterator[tuple[Ints, U64]]:
    where, words = _words(docs, codes)
    gram = np.zeros(len(words), np.uint64)
    for n in range(1, grams.high + 1):
        size = len(words) - n + 1
        if size <= 0:
            return
        gram = _mixed(gram[:size] * _STEP + words[n - 1 :], 7)
        if n >= grams.low:
            keep = where[:size] == where[n - 1 :]
            yield where[:size][keep], _mixed(gram[keep], salt * 64 + 32 + n)


def _words(docs: Ints, codes: U64) -> tuple[Ints, U64]:
    """Text and hash of every word, in order."""
    kinds = _kinds()[np.minimum(codes, _TABLE - 1).astype(np.int64)]
    letters = kinds == _LETTER
    start = kinds == _ALONE
    start[0:1] |= letters[0:1]
    start[1:] |= letters[1:] & ~letters[:-1]
    starts = np.flatnonzero(start)
    if not len(starts):
        return np.zeros(0, np.int64), np.zeros(0, np.uint64)
    index = np.cumsum(start) - 1  # of the word each place belongs to or follows
    place = np.arange(len(codes)) - starts[np.maximum(index, 0)]
    belongs = (letters | start) & (place < _LONGEST_WORD) & (index >= 0)
    terms = np.where(belongs, (codes + np.uint64(1)) * _powers()[np.clip(place, 0, _LONGEST_WORD - 1)], np.uint64(0))
    return docs[starts], _mixed(np.add.reduceat(terms, starts), 5)


def _mixed(values: U64, salt: int) -> U64:
    """Splitmix64's finaliser: every bit of the input moves every bit of the output."""
    x = values + np.uint64(salt * int(_STEP) % 2**64)
    x = (x ^ (x >> np.uint64(30))) * _TURN
    x = (x ^ (x >> np.uint64(27))) * _LAST
    return x ^ (x >> np.uint64(31))


@cache
def _powers() -> U64:
    return np.multiply.accumulate(np.full(_LONGEST_WORD, _STEP, np.uint64))


@cache
def _kinds() -> NDArray[np.uint8]:
    """What each code point is: blank, letter or digit of an alphabet, or a word of its own."""
    kinds = np.full(_TABLE, _ALONE, np.uint8)
    for code in range(_TABLE):
        if 0x2E80 <= code < 0xA000 or 0xF900 <= code < 0xFB00 or code >= 0x20000:
            continue
        char = chr(code)
        if char.isalnum():
            kinds[code] = _LETTER
        elif char.isspace() or not char.isprintable():
            kinds[code] = _SPACE
    kinds[ord("'")] = kinds[ord("’")] = _LETTER
    for code in range(0x3000, 0x3001):
        kinds[code] = _SPACE
    return kinds


# ---------------------------------------------------------------- vocabulary


class Vocabulary:
    """Which hashes are known, and the number of each. Exact: an unknown hash is never taken for a known one."""

    def __init__(self, keys: U64) -> None:
        """Args: keys: the known hashes, sorted, none twice."""
        self.keys = keys
        bits = max(4, int(np.ceil(np.log2(max(1, len(keys))))) + 1)
        self._shift = np.uint64(64 - bits)
        tops = (keys >> self._shift).astype(np.int64)
        self._first = np.searchsorted(tops, np.arange(1 << bits)).astype(np.int32)
        self._most = int(np.bincount(tops).max()) if len(keys) else 0
        self._padded = np.concatenate([keys, np.full(1, np.uint64(2**64 - 1))])

    def __len__(self) -> int:
        """How many features are known."""
        return len(self.keys)

    def find(self, hashes: U64) -> Ints:
        """The number of each hash, -1 where it is unknown."""
        rows = self._first[(hashes >> self._shift).astype(np.int64)].astype(np.int64)
        found = self._padded[rows]
        open_ = np.flatnonzero(found < hashes)
        for _ in range(self._most):
            if not len(open_):
                break
            rows[open_] += 1
            found[open_] = self._padded[rows[open_]]
            open_ = open_[found[open_] < hashes[open_]]
        rows[found != hashes] = -1
        return np.where(rows < len(self.keys), rows, -1)


def counted(docs: Ints, rows: Ints, width: int) -> tuple[Ints, Ints, Ints]:
    """Occurrences as (text, feature, count), sorted by text then feature; unknown features (-1) left out."""
    known = rows >= 0
    keys, counts = np.unique(docs[known] * np.int64(max(1, width)) + rows[known], return_counts=True)
    return keys // max(1, width), keys % max(1, width), counts


def grams_of(table: dict[str, Any]) -> Grams:
    """A family of features from a recipe or a bundle."""
    return Grams(**table)
