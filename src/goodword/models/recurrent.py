"""Embedding → LSTM → dense, and embedding → mean → dense, scored with numpy alone: what Keras trained needs no Keras.

The LSTM is Keras's (Hochreiter & Schmidhuber 1997 with forget gates; gates in the order input, forget, cell, output).
Rows are padded on the left without a mask, as in the reference model; since padding is the same for every text, the
state after it is worked out once, and each text starts at its first word. That is exact, and several times faster.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodword.models.bundle import Bundle, Floats
from goodword.models.words import PAD, Words

WEIGHTS, KNOWN = "weights.npz", "words.json"
_BATCH = 512
F32 = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Net:
    """Weights by their Keras names: `embedding`, (`kernel`, `recurrent`, `gates`), `dense`, `bias`."""

    words: Words
    weights: dict[str, F32]

    def logits(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> Floats:
        """Shape (texts, labels)."""
        rows = self.words.numbers(texts, pairs)
        read = self._mean if "kernel" not in self.weights else self._last_state
        parts = [read(rows[i : i + _BATCH]) for i in range(0, len(rows), _BATCH)]
        state: F32 = np.concatenate(parts) if parts else np.zeros((0, self.weights["dense"].shape[0]), np.float32)
        out = (state @ self.weights["dense"] + self.weights["bias"]).astype(np.float64)
        return np.hstack([-out / 2, out / 2]) if out.shape[1] == 1 else out

    def _mean(self, rows: NDArray[np.int32]) -> F32:
        there = (rows != PAD).astype(np.float32)
        vectors = self.weights["embedding"][rows]
        total: F32 = (vectors * there[:, :, None]).sum(axis=1) / np.maximum(there.sum(axis=1), 1)[:, None]
        return total

    def _last_state(self, rows: NDArray[np.int32]) -> F32:
        """The hidden state after the last word."""
        length = rows.shape[1]
        first = np.where((rows != PAD).any(axis=1), (rows != PAD).argmax(axis=1), length)
        order = np.argsort(first, kind="stable")
        rows, first = rows[order], first[order]
        hidden, cell = self._padded(length)  # after 0 … length paddings
        h, c = hidden[first].copy(), cell[first].copy()
        for step in range(int(first[0]) if len(first) else length, length):
            active = int(np.searchsorted(first, step, side="right"))
            h[:active], c[:active] = self._step(rows[:active, step], h[:active], c[:active])
        out: F32 = np.empty_like(h)
        out[order] = h
        return out

    def _padded(self, length: int) -> tuple[F32, F32]:
        units = self.weights["recurrent"].shape[0]
        hidden, cell = np.zeros((length + 1, units), np.float32), np.zeros((length + 1, units), np.float32)
        pad = np.array([PAD], np.int32)
        for i in range(length):
            hidden[i + 1 : i + 2], cell[i + 1 : i + 2] = self._step(pad, hidden[i : i + 1], cell[i : i + 1])
        return hidden, cell

    def _step(self, words: NDArray[np.int32], h: F32, c: F32) -> tuple[F32, F32]:
        w = self.weights
        gates = w["embedding"][words] @ w["kernel"] + h @ w["recurrent"] + w["gates"]
        units = h.shape[1]
        enter, forget, out = (_sigmoid(gates[:, k * units : (k + 1) * units]) for k in (0, 1, 3))
        c = forget * c + enter * np.tanh(gates[:, 2 * units : 3 * units])
        return out * np.tanh(c), c


def _sigmoid(x: F32) -> F32:
    out: F32 = 0.5 * (1 + np.tanh(0.5 * x))
    return out


def opened(bundle: Bundle) -> Net:
    """The model of a verified bundle."""
    about = bundle.settings
    known = tuple(json.loads((bundle.folder / KNOWN).read_text("utf-8")))
    with np.load(bundle.folder / WEIGHTS, allow_pickle=False) as held:
        weights = {name: held[name].astype(np.float32) for name in held.files}
    return Net(words=Words(known=known, length=about["length"], pairs=about["pairs"]), weights=weights)
