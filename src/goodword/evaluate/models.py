"""A trained model judged on a file of labelled texts, or two of them compared on the same texts.

Comparison is paired: McNemar's exact test on the texts that one model gets right and the other wrong (McNemar 1947;
Dietterich 1998), and the bootstrap of the differences in accuracy and macro-F1 over the same draws of rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, erfc, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.errors import InputError
from goodword.models import bundle
from goodword.models.bundle import Bundle, Floats, TextModel
from goodword.train import metrics, slices
from goodword.train.corpus import Corpus, read
from goodword.train.run import PREDICTIONS
from goodword.train.split import deduplicated
from goodword.train.tasks import task

Ints = NDArray[np.int64]
_SURE = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What a model says of texts whose labels are known."""

    bundle: Bundle
    truth: Ints
    chances: Floats
    groups: Ints | None
    rows: Ints  # their numbers in the file
    corpus: Corpus | None  # None where the predictions were kept from training

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the model."""
        return self.bundle.labels


def on_file(names: Sequence[str], data: Path, *, text: str = "", label: str = "", pair: str = "") -> list[Judged]:
    """Score a file with one model or several, all on the same rows.

    Rows that one of them has learnt from are left out, where the file is the one it was trained on.

    Raises:
        InputError: no such model or file, or labels that a model does not know.
    """
    loaded = [bundle.load(name) for name in names]
    corpus, _ = read(data, task(loaded[0].bundle.task), text=text, label=label, pair=pair)
    corpus, _ = deduplicated(corpus)
    for model in loaded:
        if model.bundle.manifest["data"]["sha256"] == corpus.sha256:
            own = kept(str(model.bundle.folder))
            corpus = corpus.take(np.isin(corpus.rows, own.rows))
    return [_judged(model, corpus, data) for model in loaded]


def _judged(model: TextModel, corpus: Corpus, data: Path) -> Judged:
    if unknown := sorted(set(corpus.labels) - set(model.labels)):
        raise InputError(
            f"the model does not know the label {unknown[0]!r}",
            where=str(data),
            cure=f"Its labels are: {', '.join(model.labels)}",
        )
    truth = corpus.codes(model.labels)
    chances = model.probabilities(corpus.texts, corpus.pairs)
    return Judged(bundle=model.bundle, truth=truth, chances=chances, groups=None, corpus=corpus, rows=corpus.rows)


def kept(name: str) -> Judged:
    """What a model said of its own test rows, kept since training.

    Raises:
        InputError: no such model, or it keeps none.
    """
    held = bundle.read(name)
    path = held.folder / PREDICTIONS
    if not path.is_file():
        raise InputError("this model keeps no test rows", where=str(name), cure="Name a file: --data")
    with np.load(path, allow_pickle=False) as arrays:
        return Judged(
            bundle=held,
            truth=arrays["truth"].astype(np.int64),
            chances=arrays["chances"].astype(float),
            groups=arrays["groups"].astype(np.int64),
            rows=arrays["rows"],
            corpus=None,
        )


def figures(found: Judged, by: Sequence[str] = ()) -> dict[str, Any]:
    """Figures with intervals, and parts of the rows where their texts are at hand."""
    out = metrics.report(found.truth, found.chances, found.labels, groups=found.groups)
    if found.corpus is not None:
        if missing := [c for c in by if c not in found.corpus.columns]:
            raise InputError(f"there is no column {missing[0]!r}", cure=f"There is: {', '.join(found.corpus.columns)}")
        columns = slices.columns_of(found.corpus, by)
        out["slices"] = slices.judged(found.truth, found.chances.argmax(axis=1), found.labels, columns)
    return out


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """Two models on the same rows. Differences are the second's figure less the first's."""

    rows: int
    first_only: int  # rows that the first alone gets right
    second_only: int
    p: float  # of McNemar's exact test
    accuracy: metrics.Figure
    macro_f1: metrics.Figure

    @property
    def verdict(self) -> str:
        """'first', 'second', or 'open' where chance would do as well."""
        if self.p >= _SURE:
            return "open"
        return "second" if self.second_only > self.first_only else "first"


def compared(a: Judged, b: Judged, *, seed: int = 0) -> Compared:
    """Which of two models is better on rows that both were judged on.

    Raises:
        InputError: the rows or labels are not the same.
    """
    same = a.labels == b.labels and np.array_equal(a.rows, b.rows) and np.array_equal(a.truth, b.truth)
    if not same or (a.corpus is None and _file(a) != _file(b)):
        raise InputError(
            "the two models were not tested on the same texts",
            cure="Train both on one file with one seed, or name a file: --data",
        )
    said_a, said_b = a.chances.argmax(axis=1), b.chances.argmax(axis=1)
    first, second = int(((said_a == a.truth) & (said_b != a.truth)).sum()), int(
        ((said_b == a.truth) & (said_a != a.truth)).sum()
    )  # fmt: skip
    size = len(a.labels)
    joint = (a.truth * size + said_a) * size + said_b
    drawn = _drawn(joint, size, a.groups, seed)
    now = np.bincount(joint, minlength=size**3).reshape(1, size, size, size).astype(float)
    left, right = (metrics.scores(now.sum(axis=axis)) for axis in (3, 2))
    many_left, many_right = (metrics.scores(drawn.sum(axis=axis)) for axis in (3, 2))
    accuracy, macro_f1 = (
        metrics.interval((right[k] - left[k]).item(), many_right[k] - many_left[k]) for k in ("accuracy", "macro_f1")
    )
    return Compared(rows=len(a.truth), first_only=first, second_only=second, p=mcnemar(first, second),
                    accuracy=accuracy, macro_f1=macro_f1)  # fmt: skip


def mcnemar(first: int, second: int) -> float:
    """Two-sided exact p-value: how likely so uneven a split of the disagreements is by a fair coin."""
    total, few = first + second, min(first, second)
    if total == 0:
        return 1.0
    if total > 2000:  # the binomial as a normal curve, with continuity correction
        z = max(0.0, abs(first - second) - 1) / sqrt(total)
        return float(erfc(z / sqrt(2)))
    tail = sum(comb(total, k) for k in range(few + 1))
    return min(1.0, float(2 * tail / 2**total))


def _drawn(joint: Ints, size: int, groups: Ints | None, seed: int) -> Floats:
    """Resampled tables (draws, truth, said by the first, said by the second), groups drawn whole."""
    rng = np.random.default_rng(seed)
    cells = size**3
    if groups is None or len(np.unique(groups)) == len(groups):
        counts = np.bincount(joint, minlength=cells)
        drawn = rng.multinomial(len(joint), counts / len(joint), size=metrics.DRAWS).astype(float)
        return drawn.reshape(-1, size, size, size)
    number = np.unique(groups, return_inverse=True)[1]
    many = int(number.max()) + 1
    out = np.zeros((metrics.DRAWS, cells))
    for draw in range(metrics.DRAWS):
        weights = np.bincount(rng.integers(many, size=many), minlength=many)
        out[draw] = np.bincount(joint, weights=weights[number], minlength=cells)
    return out.reshape(-1, size, size, size)


def _file(found: Judged) -> str:
    """The hash of the file a model was trained on."""
    return str(found.bundle.manifest["data"]["sha256"])
