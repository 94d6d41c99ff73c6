"""The forward pass of the ranker `sequence`, in numpy: a causal transformer over a history, a begin sign before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.interactions import Floats

EPSILON = 1e-5  # of layer normalisation
PARTS = (
    "norm1.scale", "norm1.shift", "query", "key", "value", "out", "norm2.scale", "norm2.shift", "wide", "wide.bias",
    "narrow", "narrow.bias",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Net:
    """Weights by name: `items` [items + 2, width] (0 is padding, 1 the begin sign, n + 2 item n), `places`
    [length + 1, width], `last.scale`, `last.shift`, and `<block>.<part>` for each of PARTS."""

    weights: Mapping[str, NDArray[Any]]
    heads: int

    @property
    def items(self) -> int:
        """How many items can be scored."""
        return len(self.weights["items"]) - 2

    @property
    def vectors(self) -> Floats:
        """Of the items; [items, width]."""
        return np.asarray(self.weights["items"][2:], np.float32)

    def scores(self, states: Floats) -> Floats:
        """Score of every item from states; [rows, width] to [rows, items]."""
        return np.asarray(states @ self.vectors.T, np.float32)

    def states(self, items: NDArray[np.int32]) -> Floats:
        """The state before the first event and after each; [rows, events] to [rows, events + 1, width]."""
        w = self.weights
        begin = np.ones((len(items), 1), np.int64)
        numbers = np.concatenate([begin, items.astype(np.int64) + 2], axis=1)
        x = w["items"][numbers] * np.sqrt(w["items"].shape[1], dtype=np.float32) + w["places"][: numbers.shape[1]]
        ahead = np.triu(np.full((numbers.shape[1],) * 2, -1e9, np.float32), 1)
        for block in range(sum(name.endswith(".query") for name in w)):
            own = {part: w[f"{block}.{part}"] for part in PARTS}
            x = x + self._attention(_normal(x, own["norm1.scale"], own["norm1.shift"]), own, ahead)
            h = _normal(x, own["norm2.scale"], own["norm2.shift"]) @ own["wide"] + own["wide.bias"]
            x = x + np.maximum(h, 0) @ own["narrow"] + own["narrow.bias"]
        return np.asarray(_normal(x, w["last.scale"], w["last.shift"]), np.float32)

    def _attention(self, x: Floats, own: Mapping[str, NDArray[Any]], ahead: Floats) -> Floats:
        rows, events, width = x.shape
        each = width // self.heads

        def split(name: str) -> Floats:
            told: Floats = (x @ own[name]).reshape(rows, events, self.heads, each).transpose(0, 2, 1, 3)
            return told

        looks = split("query") @ split("key").transpose(0, 1, 3, 2) / np.sqrt(each, dtype=np.float32) + ahead
        looks = np.exp(looks - looks.max(axis=-1, keepdims=True))
        looks /= looks.sum(axis=-1, keepdims=True)
        met = (looks @ split("value")).transpose(0, 2, 1, 3).reshape(rows, events, width)
        return np.asarray(met @ own["out"], np.float32)


def _normal(x: Floats, scale: Floats, shift: Floats) -> Floats:
    mean, spread = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return np.asarray((x - mean) / np.sqrt(spread + np.float32(EPSILON)) * scale + shift, np.float32)
