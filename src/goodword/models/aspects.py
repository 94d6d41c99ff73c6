"""The tagger of aspect terms: which words of a review name what it speaks of, with no fixed list; numpy only.

A linear-chain conditional random field (Lafferty et al. 2001) over the pieces of `text/pieces.py`, its features hashed
into buckets. One bundle a language, data/models/aspects_<lang>/: `weights.npz` (signed bytes), hashes and cards.
Trained by `scripts/train_aspects.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from goodword.models import bundle
from goodword.text.pieces import MARK, U64, Ints, Pieces, code_of, cut, joined
from goodword.types import Lang

BITS = 18
LABELS = ("O", "B", "I")
LEAN = 1.0  # measured best for F1 on sentences kept aside
_LONGEST = 48  # pieces of a stretch read at once
_BATCH = 512
_ENDS = tuple(".!?;~")


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A term in a text; `margin` is how much better the text reads with it than without."""

    start: int
    end: int
    margin: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Tagger:
    """Weights of each bucket for each label, and from each label to the next."""

    state: NDArray[np.int8]
    scale: float
    between: NDArray[np.float32]

    def tag(self, texts: Sequence[str], lean: float = LEAN) -> list[list[Span]]:
        """The terms of each text. `lean` is added to every beginning: more is found."""
        out: list[list[Span]] = []
        for at in range(0, len(texts), _BATCH):
            out += self._tag(texts[at : at + _BATCH], lean)
        return out

    def _tag(self, texts: Sequence[str], lean: float) -> list[list[Span]]:
        pieces = cut(texts)
        found: list[list[Span]] = [[] for _ in texts]
        if not len(pieces.doc):
            return found
        first = stretches(pieces)
        emitted = np.zeros((len(pieces.doc), len(LABELS)), np.float32)
        for column in features(pieces, first):
            emitted += self.state[column]
        emitted *= self.scale
        emitted[:, 1] += lean
        path = _viterbi(emitted, np.flatnonzero(first), self.between)
        begins = np.flatnonzero(path == 1)
        for i in begins.tolist():
            j = i + 1
            while j < len(path) and path[j] == 2 and not first[j]:
                j += 1
            margin = float((emitted[i:j].max(axis=1) - emitted[i:j, 0]).sum())
            span = Span(start=int(pieces.start[i]), end=int(pieces.end[j - 1]), margin=margin)
            found[int(pieces.doc[i])].append(span)
        return found


def stretches(pieces: Pieces) -> NDArray[np.bool_]:
    """Which pieces begin a sentence, or a part of one too long to be read at once."""
    ends = np.isin(pieces.code, _end_codes()) & (pieces.kind == MARK)
    first = np.ones(len(pieces.doc), np.bool_)
    first[1:] = (pieces.doc[1:] != pieces.doc[:-1]) | (ends[:-1] & ~ends[1:])
    starts = np.flatnonzero(first)
    place = np.arange(len(first)) - starts[np.cumsum(first) - 1]
    out: NDArray[np.bool_] = first | (place % _LONGEST == 0)
    return out


def features(pieces: Pieces, first: NDArray[np.bool_]) -> list[Ints]:
    """Buckets of every piece, one array a feature: itself, its neighbours, and pairs and triples of them."""
    group = np.cumsum(first, dtype=np.int64)
    at = {n: _shifted(pieces.code, group, n) for n in (-2, -1, 0, 1, 2)}
    tail = {n: _shifted(pieces.tail, group, n) for n in (-1, 0, 1)}
    made = [
        (at[0],), (at[-1],), (at[1],), (at[-2],), (at[2],), (at[-1], at[0]), (at[0], at[1]), (at[-2], at[-1]),
        (at[1], at[2]), (at[-1], at[1]), (at[-1], at[0], at[1]), (at[-2], at[-1], at[0]), (at[0], at[1], at[2]),
        (tail[0],), (tail[-1],), (tail[1],), (tail[-1], tail[0]), (tail[0], tail[1]), (tail[-1], tail[0], tail[1]),
    ]  # fmt: skip
    shift = np.uint64(64 - BITS)
    return [(joined(*codes, salt=100 + n) >> shift).astype(np.int64) for n, codes in enumerate(made)]


def _shifted(codes: U64, group: Ints, by: int) -> U64:
    """The code `by` places on, or that of an edge beyond the stretch."""
    out = np.full(len(codes), np.uint64(2 if by < 0 else 3))
    here, there = (slice(-by, None), slice(None, by)) if by < 0 else (slice(None, -by or None), slice(by, None))
    same = group[here] == group[there]
    out[here] = np.where(same, codes[there], out[here])
    return out


def _viterbi(emitted: NDArray[np.float32], starts: Ints, between: NDArray[np.float32]) -> NDArray[np.int8]:
    """The best labels of every stretch, all stretches side by side."""
    sizes = np.diff(np.append(starts, len(emitted)))
    order = np.argsort(-sizes, kind="stable")
    starts, sizes = starts[order], sizes[order]
    back = np.zeros((int(sizes[0]), len(starts), len(LABELS)), np.int8)
    best = emitted[starts].copy()
    best[:, 2] -= 1e6  # nothing begins inside a term
    final = best.copy()
    for step in range(1, int(sizes[0])):
        alive = int(np.searchsorted(-sizes, -step, side="left"))  # stretches longer than `step`
        reached = best[:alive, :, None] + between[None]
        back[step, :alive] = reached.argmax(axis=1)
        best = reached.max(axis=1) + emitted[starts[:alive] + step]
        final[:alive] = best
    path = np.zeros(len(emitted), np.int8)
    label = final.argmax(axis=1).astype(np.int8)
    for step in range(int(sizes[0]) - 1, -1, -1):
        alive = int(np.searchsorted(-sizes, -step, side="left"))
        path[starts[:alive] + step] = label[:alive]
        if step:
            label[:alive] = back[step, np.arange(alive), label[:alive]]
    return path


@cache
def _end_codes() -> U64:
    return np.array([code_of(c) for c in _ENDS], np.uint64)


@cache
def load(lang: Lang) -> Tagger:
    """The shipped tagger of a language.

    Raises:
        DataError: it is missing, or its weights are not those it was made with.
    """
    return opened(bundle.read(f"aspects_{lang}"))


def opened(held: bundle.Bundle) -> Tagger:
    """The tagger of a verified bundle."""
    with np.load(held.folder / "weights.npz", allow_pickle=False) as weights:
        return Tagger(state=weights["state"], scale=float(weights["scale"]), between=weights["between"])
