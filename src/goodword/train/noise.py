"""Rows whose label is likely wrong, by cross-validated confident learning (Northcutt, Jiang & Chuang, JAIR 2021).

Each row is judged by a model that has not seen it nor its near-copies. A row is suspected where another label is as
likely as it usually is for rows of that label, and likelier than the row's own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodword.models.bundle import Floats, softmax
from goodword.train import metrics
from goodword.train.base import Job, Learner
from goodword.train.corpus import Corpus
from goodword.train.split import clusters

_FOLDS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspect:
    """A row, its label, the label it looks like, and how much likelier that is (0 to 1)."""

    row: int
    text: str
    label: str
    looks_like: str
    margin: float


def audit(corpus: Corpus, learner: Learner, job: Job) -> list[Suspect]:
    """Suspected rows of a corpus, the surest first. `job` gives options, labels and seed."""
    chances = cross_validated(corpus, learner, job)
    given = corpus.codes(job.labels)
    usual = np.array([chances[given == i, i].mean() if (given == i).any() else 1.0 for i in range(len(job.labels))])
    likely = np.where(chances >= usual, chances, -1.0)
    likely[np.arange(len(given)), given] = -1.0
    other = likely.argmax(axis=1)
    margin = chances[np.arange(len(given)), other] - chances[np.arange(len(given)), given]
    suspected = np.flatnonzero((likely.max(axis=1) > 0) & (margin > 0))
    order = suspected[np.argsort(-margin[suspected], kind="stable")].tolist()
    return [
        Suspect(row=int(corpus.rows[i]), text=corpus.texts[i], label=corpus.labels[i],
                looks_like=job.labels[int(other[i])], margin=round(float(margin[i]), 4))
        for i in order
    ]  # fmt: skip


def cross_validated(corpus: Corpus, learner: Learner, job: Job) -> Floats:
    """Probabilities of every row from a model fitted on the other folds; near-copies share a fold."""
    near = clusters(corpus.texts)
    _, number = np.unique(near, return_inverse=True)
    rng = np.random.default_rng(job.seed)
    fold: NDArray[np.int64] = rng.permutation(int(number.max()) + 1)[number] % _FOLDS
    out = np.zeros((len(corpus), len(job.labels)))
    for i in range(_FOLDS):
        here = fold == i
        part = Job(train=corpus.take(~here), valid=corpus.take(here), labels=job.labels, seed=job.seed,
                   options={**job.options, **({"refit": False} if "refit" in job.options else {})},
                   work=job.work / f"fold{i}", watch=job.watch)  # fmt: skip
        logits = learner.fit(part).classifier.logits(part.valid.texts, part.valid.pairs)
        heat = metrics.temperature(logits, part.valid.codes(job.labels))
        out[here] = softmax(logits / heat)
    return out
