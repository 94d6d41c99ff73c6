"""Linear models of n-grams, scored with numpy alone: 20,000 to 100,000 reviews a second on one core.

`logit = (tf · idf / norm) · W + b` over the hashed n-grams of `models/ngrams.py`. A task with a second text (an aspect
in a review) sees more families: n-grams of the text, of the second text, and of what stands near it in the first.
Where the recipe says so, the first and the last words of a text count once more.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodword.models.bundle import Bundle, Floats
from goodword.models.ngrams import Grams, Ints, Vocabulary, counted, grams_of, hashed, tidy

WEIGHTS = "weights.npz"
_BATCH = 2048  # texts at once: what fits the cache of a core
_NEAR = re.compile(r"[\u3400-\u9fff]|\w+|[^\w\s]")
_WINDOW = 8  # words on either side of the aspect
_HEAD, _TAIL = 12, 20  # words at either end, five letters to an English word: reviews begin and end with the verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Linear:
    """`weights` has one column for two labels (the logit of the second over the first), else one for each."""

    grams: tuple[Grams, ...]
    vocabulary: Vocabulary
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: Floats

    def logits(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> Floats:
        """Shape (texts, labels)."""
        parts = [
            self._logits(texts[i : i + _BATCH], pairs[i : i + _BATCH] if pairs is not None else None)
            for i in range(0, len(texts), _BATCH)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, max(2, len(self.bias))))

    def _logits(self, texts: Sequence[str], pairs: Sequence[str] | None) -> Floats:
        docs, rows, values = weighed(texts, pairs, self.grams, self.vocabulary, self.idf)
        out = np.empty((len(texts), self.weights.shape[1]))
        for column in range(self.weights.shape[1]):
            picked = self.weights[:, column][rows]
            out[:, column] = np.bincount(docs, weights=values * picked, minlength=len(texts)) + self.bias[column]
        return np.hstack([-out / 2, out / 2]) if out.shape[1] == 1 else out

    def reasons(self, text: str, pair: str | None = None) -> list[tuple[str, float]]:
        """The words of a text by what they add to the logit of the second label, largest effect first (two labels).

        A word's share is measured by leaving it out, so it holds for all families of features at once.
        """
        words = list(dict.fromkeys(_NEAR.findall(text)))[:200]
        pairs = [pair] * (len(words) + 1) if pair is not None else None
        logits = self.logits([text, *(text.replace(w, " ") for w in words)], pairs)
        whole = logits[0, 1] - logits[0, 0]
        effects = whole - (logits[1:, 1] - logits[1:, 0])
        return sorted(zip(words, effects.tolist(), strict=True), key=lambda found: -abs(found[1]))


def weighed(
    texts: Sequence[str], pairs: Sequence[str] | None, grams: Sequence[Grams], vocabulary: Vocabulary,
    idf: NDArray[np.float32],
) -> tuple[Ints, Ints, Floats]:  # fmt: skip
    """Known features of each text as (text, feature, value): log counts times idf, each text of length one."""
    docs, rows = occurrences(texts, pairs, grams, vocabulary)
    docs, rows, counts = counted(docs, rows, len(vocabulary))
    values = (1 + np.log(counts)) * idf[rows]
    length = np.sqrt(np.bincount(docs, weights=values * values, minlength=len(texts)))
    return docs, rows, values / length[docs]


def occurrences(
    texts: Sequence[str], pairs: Sequence[str] | None, grams: Sequence[Grams], vocabulary: Vocabulary
) -> tuple[Ints, Ints]:
    """(text, feature) for every occurrence; -1 for unknown features."""
    found = [hashed(read, g) for g, read in readings(texts, pairs, grams)]
    return (
        np.concatenate([d for d, _ in found]),
        np.concatenate([vocabulary.find(h) for _, h in found]),
    )


def readings(
    texts: Sequence[str], pairs: Sequence[str] | None, grams: Sequence[Grams]
) -> list[tuple[Grams, list[str]]]:
    """What each family of features reads: the text, its second text, or what stands near that in the text."""
    tidied = [tidy(t) for t in texts]
    asked = [tidy(p) for p in pairs] if pairs is not None else [""] * len(texts)
    near = [_near(t, p) for t, p in zip(tidied, asked, strict=True)] if any(g.of == "near" for g in grams) else []
    wanted = {g.of for g in grams}
    head = [t[: _HEAD * (1 if not t.isascii() else 5)] for t in tidied] if "head" in wanted else []
    tail = [t[-_TAIL * (1 if not t.isascii() else 5) :] for t in tidied] if "tail" in wanted else []
    reads = {"text": tidied, "pair": asked, "near": near, "head": head, "tail": tail}
    return [(g, reads[g.of]) for g in grams]


def _near(text: str, asked: str) -> str:
    """The words around where `asked` stands in `text`, with a mark in its place; nothing where it does not."""
    at = text.find(asked) if asked else -1
    if at < 0:
        return ""
    left = _NEAR.findall(text[:at])[-_WINDOW:]
    right = _NEAR.findall(text[at + len(asked) :])[:_WINDOW]
    return " ".join([*left, "\ue000", *right])


def opened(bundle: Bundle) -> Linear:
    """The model of a verified bundle."""
    with np.load(bundle.folder / WEIGHTS, allow_pickle=False) as held:
        return Linear(
            grams=tuple(grams_of(g) for g in bundle.settings["grams"]),
            vocabulary=Vocabulary(held["keys"]),
            idf=held["idf"].astype(np.float32),
            weights=held["weights"].astype(np.float32),
            bias=held["bias"],
        )
