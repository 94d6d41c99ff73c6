"""Figures of a classifier on a test set, each with its interval.

Intervals are of the 95 % percentile bootstrap (Efron & Tibshirani 1993): groups of rows that stand or fall together are
drawn with replacement. Counts are all that accuracy and F1 need, so drawing groups is drawing weights of their tables.
Calibration error is the expected one over bins of equal mass (Naeini et al., AAAI 2015).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DRAWS = 1000
_BINS, _IN_BIN = 15, 25  # at most so many bins, of at least so many rows
_AT_ONCE = 2_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """As a person reads it: '0.937 [0.933, 0.941]'."""
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def table(truth: Ints, said: Ints, labels: int) -> Floats:
    """Confusion counts, true label by row."""
    return np.bincount(truth * labels + said, minlength=labels * labels).reshape(labels, labels).astype(float)


def scores(confusion: Floats) -> dict[str, Floats]:
    """Accuracy, macro-F1 and per label precision, recall and F1 of tables of shape (…, labels, labels).

    What cannot be told (nothing of that label was there or was said) counts as zero, as is usual.
    """
    right = np.einsum("...ii->...i", confusion)
    said, there = confusion.sum(axis=-2), confusion.sum(axis=-1)
    precision = np.divide(right, said, out=np.zeros_like(right), where=said > 0)
    recall = np.divide(right, there, out=np.zeros_like(right), where=there > 0)
    both = said + there
    f1 = np.divide(2 * right, both, out=np.zeros_like(right), where=both > 0)
    present = both > 0
    macro = f1.sum(axis=-1) / np.maximum(1, present.sum(axis=-1))
    total = confusion.sum(axis=(-1, -2))
    accuracy = np.divide(right.sum(axis=-1), total, out=np.zeros_like(total), where=total > 0)
    return {"accuracy": accuracy, "macro_f1": macro, "precision": precision, "recall": recall, "f1": f1}


def drawn_tables(truth: Ints, said: Ints, labels: int, groups: Ints | None, *, seed: int, draws: int = DRAWS) -> Floats:
    """Confusion tables of `draws` resamples, shape (draws, labels, labels)."""
    rng = np.random.default_rng(seed)
    cells = labels * labels
    whole = table(truth, said, labels).ravel()
    if groups is None or len(np.unique(groups)) == len(groups):
        drawn = rng.multinomial(len(truth), whole / len(truth), size=draws).astype(float)
        return drawn.reshape(draws, labels, labels)
    _, number = np.unique(groups, return_inverse=True)
    size = int(number.max()) + 1
    key, counts = np.unique(number * cells + truth * labels + said, return_counts=True)
    out = np.zeros((draws, cells))
    step = max(1, _AT_ONCE // size)
    for at in range(0, draws, step):
        weights = rng.multinomial(size, np.full(size, 1 / size), size=min(step, draws - at))
        part = weights[:, key // cells] * counts
        for cell in np.unique(key % cells):
            out[at : at + step, cell] = part[:, key % cells == cell].sum(axis=1)
    return out.reshape(draws, labels, labels)


def interval(value: float, drawn: Floats) -> Figure:
    """A value with the middle 95 % of its resamples."""
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(value=float(value), low=float(low), high=float(high))


def auc(truth: NDArray[np.bool_], score: Floats) -> float:
    """Area under the ROC curve: how often a true one is scored above a false one, ties half."""
    _, ranks = np.unique(score, return_inverse=True)
    counts = np.bincount(ranks)
    middle = np.cumsum(counts) - (counts - 1) / 2  # mean rank of ties
    yes, no = int(truth.sum()), int((~truth).sum())
    if not yes or not no:
        return float("nan")
    return float((middle[ranks][truth].sum() - yes * (yes + 1) / 2) / (yes * no))


def average_precision(truth: NDArray[np.bool_], score: Floats) -> float:
    """Area under the precision-recall curve, by steps."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(truth[order])
    if not truth.any():
        return float("nan")
    return float((hits / np.arange(1, len(score) + 1))[truth[order]].mean())


def calibration(truth: Ints, chances: Floats) -> tuple[float, list[dict[str, float]]]:
    """Expected calibration error of the likeliest label, and its bins (mean chance, share right, rows)."""
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    bins = np.array_split(np.argsort(sure, kind="stable"), max(1, min(_BINS, len(sure) // _IN_BIN)))
    rows = [{"chance": float(sure[b].mean()), "right": float(right[b].mean()), "rows": float(len(b))} for b in bins]
    error = sum(r["rows"] * abs(r["chance"] - r["right"]) for r in rows) / max(1, len(sure))
    return float(error), rows


def temperature(logits: Floats, truth: Ints) -> float:
    """The temperature that makes probabilities honest on held-out rows (Guo et al., ICML 2017)."""
    if len(truth) < 10:
        return 1.0
    low, high = -3.0, 3.0  # of the logarithm; the loss has one minimum
    for _ in range(60):
        third = (high - low) / 3
        if _loss(logits, truth, low + third) < _loss(logits, truth, high - third):
            high -= third
        else:
            low += third
    return float(np.exp((low + high) / 2))


def _loss(logits: Floats, truth: Ints, log_temperature: float) -> float:
    scaled = logits / np.exp(log_temperature)
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    return float((np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(len(truth)), truth]).mean())


def report(
    truth: Ints, chances: Floats, labels: Sequence[str], *, groups: Ints | None = None, seed: int = 0
) -> dict[str, Any]:
    """All figures of one model on one test set, as the bundle keeps them."""
    said = chances.argmax(axis=1)
    size = len(labels)
    confusion = table(truth, said, size)
    found, drawn = scores(confusion), scores(drawn_tables(truth, said, size, groups, seed=seed))
    error, bins = calibration(truth, chances)
    out: dict[str, Any] = {
        "rows": len(truth),
        "accuracy": as_list(interval(found["accuracy"].item(), drawn["accuracy"])),
        "macro_f1": as_list(interval(found["macro_f1"].item(), drawn["macro_f1"])),
        "majority": float(np.bincount(truth, minlength=size).max() / len(truth)),
        "calibration_error": error,
        "calibration": bins,
        "confusion": confusion.astype(int).tolist(),
        "labels": {},
    }
    for i, label in enumerate(labels):
        each: dict[str, Any] = {
            k: as_list(interval(found[k][i], drawn[k][:, i])) for k in ("precision", "recall", "f1")
        }
        is_it = truth == i
        each |= {"rows": int(is_it.sum()), "auc": auc(is_it, chances[:, i]),
                 "average_precision": average_precision(is_it, chances[:, i])}  # fmt: skip
        out["labels"][label] = each
    return out


def as_list(figure: Figure) -> list[float]:
    """[value, low, high], rounded for a file."""
    return [round(figure.value, 6), round(figure.low, 6), round(figure.high, 6)]


def said(kept: Sequence[float]) -> str:
    """A figure of a file as a person reads it."""
    value, low, high = kept
    return str(Figure(value=value, low=low, high=high))
