"""Many texts cut into pieces at once, with their offsets and hashes; numpy only.

A piece is a word of an alphabet, a run of digits, or one Chinese character, punctuation mark or emoji. Case and width
are folded one code point for one, so offsets are those of the text as given. White space is no piece.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

U64 = NDArray[np.uint64]
Ints = NDArray[np.int64]
Kinds = NDArray[np.uint8]

BLANK, LATIN, DIGITS, HAN, MARK, SIGN = range(6)
_TOP = 0x110000
_STEP = 0x9E3779B97F4A7C15
_BACK = pow(_STEP, -1, 1 << 64)
_TURN, _LAST = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_ALIKE = {"’": "'", "‘": "'", "“": '"', "”": '"', "。": ".", "，": ",", "、": ",", "；": ";", "：": ":", "！": "!", "？": "?"}  # fmt: skip # noqa: E501


@dataclass(frozen=True, slots=True)
class Pieces:
    """Arrays of one length, a place for each piece in order: the text it stands in, its span in it, what it is."""

    doc: Ints
    start: Ints
    end: Ints
    code: U64  # hash of the folded piece; all numbers are alike
    kind: Kinds
    tail: U64  # hash of its last three characters
    texts: int

    def bounds(self) -> tuple[Ints, Ints]:
        """First piece of each text, and the one after its last."""
        numbers = np.arange(self.texts)
        return np.searchsorted(self.doc, numbers), np.searchsorted(self.doc, numbers, side="right")


def cut(texts: Sequence[str]) -> Pieces:
    """The pieces of some texts; a few thousand at a time is fastest."""
    fold, kinds = _tables()
    raw = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = fold[raw]
    kind = kinds[codes]
    sizes = np.fromiter((len(t) for t in texts), np.int64, len(texts))
    begins = np.concatenate([[0], np.cumsum(sizes + 1)])[: len(texts)]
    if not len(codes):
        none = np.zeros(0, np.int64)
        return Pieces(
            none, none, none, none.astype(np.uint64), none.astype(np.uint8), none.astype(np.uint64), len(texts)
        )
    apostrophe = codes == ord("'")
    apostrophe[0] = apostrophe[-1] = False
    apostrophe[1:-1] &= (kind[:-2] == LATIN) & (kind[2:] == LATIN)
    kind = np.where(apostrophe, np.uint8(LATIN), kind)
    alone = kind >= HAN
    before, after = np.roll(kind, 1), np.roll(kind, -1)
    before[0] = after[-1] = BLANK
    start = np.flatnonzero((kind != BLANK) & ((kind != before) | alone))
    end = np.flatnonzero((kind != BLANK) & ((kind != after) | alone)) + 1
    doc = np.searchsorted(begins, start, side="right") - 1
    spans = _Spans(codes)
    code = np.where(kind[start] == DIGITS, np.uint64(1), spans.hashes(start, end))
    tail = spans.hashes(np.maximum(start, end - 3), end)
    return Pieces(doc, start - begins[doc], end - begins[doc], code, kind[start], tail, len(texts))


class _Spans:
    """Hash of any span of some code points, from one running polynomial (Rabin and Karp 1987) modulo 2**64."""

    def __init__(self, codes: NDArray[np.uint32]) -> None:
        steps, self._backs = _powers(1 << max(12, (len(codes) - 1).bit_length()))
        self._sums = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * steps[: len(codes)], out=self._sums[1:])

    def hashes(self, start: Ints, end: Ints) -> U64:
        return mixed((self._sums[end] - self._sums[start]) * self._backs[start], 5)


def joined(*codes: U64, salt: int) -> U64:
    """One hash for several, in order."""
    out = codes[0]
    for code in codes[1:]:
        out = out * np.uint64(_STEP) + code
    return mixed(out, salt)


def mixed(values: U64, salt: int) -> U64:
    """Splitmix64's finaliser: every bit of the input moves every bit of the output."""
    x = values + np.uint64(salt * _STEP % 2**64)
    x = (x ^ (x >> np.uint64(30))) * _TURN
    x = (x ^ (x >> np.uint64(27))) * _LAST
    return x ^ (x >> np.uint64(31))


def code_of(word: str) -> int:
    """The hash of one piece, as `cut` gives it."""
    return int(cut([word]).code[0])


@cache
def _powers(size: int) -> tuple[U64, U64]:
    steps, backs = np.full(size, _STEP, np.uint64), np.full(size, _BACK, np.uint64)
    steps[0] = backs[0] = 1
    return np.multiply.accumulate(steps), np.multiply.accumulate(backs)


@cache
def _tables() -> tuple[NDArray[np.uint32], Kinds]:
    """What each code point folds to, and its kind."""
    fold, kinds = np.arange(_TOP, dtype=np.uint32), np.full(_TOP, SIGN, np.uint8)
    for code in range(0x3000):
        if len(lower := chr(code).lower()) == 1:
            fold[code] = ord(lower)
    for code in range(0xFF01, 0xFF5F):
        fold[code] = ord(chr(code - 0xFEE0).lower())
    for char, plain in _ALIKE.items():
        fold[ord(char)] = ord(plain)
    for code in (*range(0x3400), *range(0xA000, 0xF900), *range(0xFB00, 0x10000)):
        kinds[code] = _kind(chr(code))
    kinds[0x3400:0xA000] = kinds[0xF900:0xFB00] = kinds[0x20000:0x32000] = HAN
    kinds[[0xFE0E, 0xFE0F, 0x200B, 0x200D, 0xFEFF]] = BLANK
    return fold, kinds


def _kind(char: str) -> int:
    if "\ud800" <= char <= "\udfff" or char.isspace() or not char.isprintable():
        return BLANK
    if char.isdigit():
        return DIGITS
    if char.isalpha():
        return LATIN
    return SIGN if 0x2190 <= ord(char) < 0x2C00 else MARK
