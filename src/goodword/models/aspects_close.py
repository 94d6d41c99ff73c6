"""A closer reading of how an aspect is spoken of: what the bilingual encoder makes of the term and its sentence.

The encoder of `models/entailment.py` reads the sentence; the vectors of the term, of the words beside it and of the
whole, each averaged, go through one linear layer, and its logits are added to those of `models/aspects_polarity.py`.
Some 200 sentences a second on one core, where the linear model alone reads a thousand: for reports, not for streams.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodword.models import entailment
from goodword.models.bundle import Floats
from goodword.text.segment import sentences

WIDTH, _BESIDE = 384, 4  # numbers of a token, tokens on either side of the term
POOLS = 3
_AROUND = 160  # characters on either side of the term, where a sentence is longer
Query = tuple[int, int, int]  # which text, start and end of the term in it


@dataclass(frozen=True, kw_only=True, slots=True)
class Close:
    """One linear layer: (POOLS * WIDTH, labels) and (labels,)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, texts: Sequence[str], queries: Sequence[Query]) -> Floats:
        """What to add to the logits of each query, shape (queries, labels).

        Raises:
            DataError: the encoder is missing or altered.
        """
        return np.asarray(pools(texts, queries) @ self.weights + self.bias, np.float64)


def pools(texts: Sequence[str], queries: Sequence[Query]) -> NDArray[np.float32]:
    """Mean vectors of each term, of the tokens beside it, and of its sentence: (queries, POOLS * WIDTH)."""
    out = np.zeros((len(queries), POOLS * WIDTH), np.float32)
    read = entailment.load().encoder.read
    known: dict[str, tuple[NDArray[np.float32], list[tuple[int, int]]]] = {}
    for n, (doc, start, end) in enumerate(queries):
        a, b = _sentence(texts[doc], start, end)
        part = texts[doc][a:b]
        if part not in known:
            known[part] = read(part)
        vectors, spans = known[part]
        if len(vectors):
            term = [i for i, (x, y) in enumerate(spans) if x < end - a and start - a < y] or [0]
            beside = [*range(max(0, term[0] - _BESIDE), term[0]), *range(term[-1] + 1, term[-1] + 1 + _BESIDE)]
            beside = [i for i in beside if i < len(spans)] or term
            means = [vectors[term].mean(0), vectors[beside].mean(0), vectors.mean(0)]
            out[n] = np.concatenate(means)
    return out


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the sentence a term stands in, cut where it is very long."""
    a, b = next(((a, b) for a, b in sentences(text) if a <= start < b), (0, len(text)))
    return max(a, start - _AROUND), max(min(b, end + _AROUND), end)
