"""How a model fares on parts of the test set (language, length, any column), and a fair reading of the gaps.

For each part: accuracy and macro-F1 with intervals, and the recall of each label (equal opportunity, Hardt et al. 2016)
and how often it is said (demographic parity). A gap is told as real only where the interval of the difference between
a part and all the others leaves out zero, at a level shared among the parts (Bonferroni).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.text.language import detect
from goodword.train import metrics
from goodword.train.corpus import Corpus

Ints = NDArray[np.int64]
FEWEST = 30  # rows of a part that is judged
_MOST = 20  # parts of one column, the largest


def columns_of(corpus: Corpus, asked: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Language and length of every text, and the columns asked for."""
    sizes = np.array([len(t) for t in corpus.texts])
    cuts = np.unique(np.quantile(sizes, [0.25, 0.5, 0.75]).astype(int)) if len(sizes) else np.zeros(0, int)
    names = [f"≤ {c}" for c in cuts] + [f"> {cuts[-1]}" if len(cuts) else "all"]
    out = {
        "language": tuple(detect(t) for t in corpus.texts),
        "length": tuple(names[int(np.searchsorted(cuts, n))] for n in sizes),
    }
    return out | {name: corpus.columns[name] for name in asked if name in corpus.columns}


def judged(
    truth: Ints, said: Ints, labels: Sequence[str], columns: Mapping[str, Sequence[str]], *, seed: int = 0
) -> list[dict[str, Any]]:
    """One entry for each column that has two parts or more: its parts, and the widest gap."""
    out = []
    for name, values in columns.items():
        parts = _parts(values)
        if len(parts) < 2:
            continue
        rows = [_part(truth[p], said[p], labels, value, seed) for value, p in parts]
        out.append({"column": name, "parts": rows, "gap": _gap(truth, said, len(labels), parts, seed)})
    return out


def _parts(values: Sequence[str]) -> list[tuple[str, Ints]]:
    found, number = np.unique(np.array([v or "–" for v in values]), return_inverse=True)
    counts = np.bincount(number, minlength=len(found))
    big = [i for i in np.argsort(-counts, kind="stable")[:_MOST].tolist() if counts[i] >= FEWEST]
    return [(str(found[i]), np.flatnonzero(number == i)) for i in big]


def _part(truth: Ints, said: Ints, labels: Sequence[str], value: str, seed: int) -> dict[str, Any]:
    size = len(labels)
    found = metrics.scores(metrics.table(truth, said, size))
    drawn = metrics.scores(metrics.drawn_tables(truth, said, size, None, seed=seed))
    return {
        "value": value, "rows": len(truth),
        **{k: metrics.as_list(metrics.interval(found[k].item(), drawn[k])) for k in ("accuracy", "macro_f1")},
        "recall": {x: round(float(found["recall"][i]), 4) for i, x in enumerate(labels) if (truth == i).any()},
        "said": {x: round(float((said == i).mean()), 4) for i, x in enumerate(labels)},
    }  # fmt: skip


def _gap(truth: Ints, said: Ints, labels: int, parts: list[tuple[str, Ints]], seed: int) -> dict[str, Any]:
    """The part furthest below the others in accuracy, with the interval of the difference."""
    right = truth == said
    level = 0.05 / len(parts)
    gaps = []
    rng = np.random.default_rng(seed)
    for value, places in parts:
        others = np.setdiff1d(np.concatenate([p for _, p in parts]), places)
        inside, outside = right[places].mean(), right[others].mean()
        drawn = rng.binomial(len(others), outside, metrics.DRAWS) / len(others) - rng.binomial(
            len(places), inside, metrics.DRAWS
        ) / len(places)
        low, high = np.quantile(drawn, [level / 2, 1 - level / 2])
        gaps.append({"value": value, "behind": float(outside - inside), "low": float(low), "high": float(high)})
    worst = max(gaps, key=lambda g: float(str(g["behind"])))
    return {**worst, "real": bool(float(str(worst["low"])) > 0)}
