"""ROC and precision-recall curves as points, thinned for a drawing."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Points = list[tuple[float, float]]
_MOST = 120


def roc(truth: NDArray[np.bool_], score: Floats) -> Points:
    """(false alarms, found) as the threshold falls."""
    hits, alarms = _cumulated(truth, score)
    return _thinned(np.append(0, alarms / max(1, alarms[-1])), np.append(0, hits / max(1, hits[-1])))


def precision_recall(truth: NDArray[np.bool_], score: Floats) -> Points:
    """(recall, precision) as the threshold falls."""
    hits, alarms = _cumulated(truth, score)
    return _thinned(hits / max(1, hits[-1]), hits / np.maximum(1, hits + alarms))


def _cumulated(truth: NDArray[np.bool_], score: Floats) -> tuple[Floats, Floats]:
    order = np.argsort(-score, kind="stable")
    ranked, is_last = score[order], np.ones(len(score), bool)
    is_last[:-1] = ranked[1:] != ranked[:-1]  # ties are one step
    hits = np.cumsum(truth[order]).astype(float)
    return hits[is_last], (np.flatnonzero(is_last) + 1) - hits[is_last]


def _thinned(x: Floats, y: Floats) -> Points:
    keep = np.unique(np.linspace(0, len(x) - 1, _MOST).astype(int))
    return [(round(float(a), 4), round(float(b), 4)) for a, b in zip(x[keep], y[keep], strict=True)]
