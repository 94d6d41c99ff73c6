"""The `linear` recipe: n-grams, scaled by how unevenly they fall on the labels, and a linear classifier.

Scaling follows the naive Bayes log-count ratio of Wang & Manning (ACL 2012), mixed with one ('skew') and folded into
the weights, so that the model on disk is a plain linear one. The solver is scikit-learn's liblinear.
"""

import warnings
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.errors import InputError, MissingExtra
from goodword.models.linear import WEIGHTS, Linear, readings, weighed
from goodword.models.ngrams import Grams, Vocabulary, grams_of, hashed
from goodword.train.base import Job, Step, Trained
from goodword.train.corpus import Corpus
from goodword.train.stop import validation

Floats = NDArray[np.float64]
_BATCH = 4096
_AS_GOOD = 0.0025  # of macro-F1: a stronger penalty is kept where it costs no more


def fit(job: Job) -> Trained:
    """Train with each penalty the recipe names, keep the strongest of those that do best on the validation rows, note
    what it says of these, then learn from them too.

    Deterministic by the seed; so a run that was killed is simply run again.
    """
    if job.options["loss"] not in {"hinge", "logistic"}:
        raise InputError(f"loss {job.options['loss']!r} is not known", where="recipe", cure="Write hinge or logistic")
    held = _Rows(job)
    strengths = _strengths(job)
    models = [held.solved(c) for c in strengths]
    checked = [m.logits(job.valid.texts, job.valid.pairs) for m in models]
    truth = job.valid.codes(job.labels)
    scores = [_score(c, truth, job) for c in checked] if len(truth) else [0.0]
    best = next(i for i, score in enumerate(scores) if score >= max(scores) - _AS_GOOD)
    job.watch(Step(done=1, total=2, unit="step"))
    model = models[best]
    if job.options["refit"] and len(truth):
        model = _Rows(replace(job, train=job.train.plus(job.valid))).solved(strengths[best])
    job.watch(Step(done=2, total=2, unit="step"))

    def save(folder: Path) -> None:
        with (folder / WEIGHTS).open("wb") as file:
            np.savez_compressed(file, keys=model.vocabulary.keys, idf=model.idf.astype(np.float16),
                                weights=model.weights.astype(np.float16), bias=model.bias)  # fmt: skip

    return Trained(
        kind="linear", classifier=model, save=save, settings={"grams": [asdict(g) for g in model.grams]},
        about={"features": len(model.vocabulary), "parameters": int(model.weights.size), "C": strengths[best]},
        checked=checked[best] if len(truth) else None,
    )  # fmt: skip


def _strengths(job: Job) -> list[float]:
    """The values of C, smallest first, so that of equals the simpler model is kept."""
    given = job.options["C"]
    found = sorted(float(c) for c in (given if isinstance(given, list) else [given]))
    if not found or not found[0] > 0:
        raise InputError("C must be above 0", where="recipe", cure="Set C=0.3")
    return found


def _score(logits: Floats, truth: NDArray[np.int64], job: Job) -> float:
    return round(validation(logits, truth, job.labels)["valid_macro_f1"], 6)


class _Rows:
    """The training rows as a matrix of weighed features, scaled by their skew."""

    def __init__(self, job: Job) -> None:
        try:
            from scipy.sparse import csr_array
        except ImportError:
            raise MissingExtra("train", "training") from None
        options, corpus = job.options, job.train
        self._job = job
        self._grams = tuple(grams_of(dict(g)) for g in options["grams"])
        if corpus.pairs is not None:
            self._grams += tuple(grams_of(dict(g)) for g in options["pair_grams"])
        least = int(options["min_count"])
        self._vocabulary, self._idf = learnt(corpus, self._grams, least, int(options["most_features"]))
        if not len(self._vocabulary):
            raise InputError(f"no word stands in {least} texts", where=corpus.source,
                             cure="Give more texts, or set min_count=1")  # fmt: skip
        docs, rows, values = weighed(corpus.texts, corpus.pairs, self._grams, self._vocabulary, self._idf)
        matrix = csr_array((values, (docs, rows)), shape=(len(corpus), len(self._vocabulary)))
        matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
        self._codes = corpus.codes(job.labels)
        self._scale = _skewed(matrix, self._codes, len(job.labels), float(options["skew"]))
        matrix.data *= self._scale[matrix.indices]
        self._matrix = matrix

    def solved(self, strength: float) -> Linear:
        """The model of one penalty; features without weight are left out."""
        weights, bias = _solved(self._matrix, self._codes, strength, self._job)
        weights *= self._scale[:, None]
        kept = np.abs(weights).max(axis=1) > 0
        return Linear(
            grams=self._grams, vocabulary=Vocabulary(self._vocabulary.keys[kept]), idf=self._idf[kept],
            weights=weights[kept].astype(np.float16).astype(np.float32), bias=bias,
        )  # fmt: skip


def learnt(
    corpus: Corpus, grams: tuple[Grams, ...], min_count: int, most: int
) -> tuple[Vocabulary, NDArray[np.float32]]:
    """The features that stand in at least `min_count` texts, at most `most` of them, and their idf."""
    keys, counts = np.zeros(0, np.uint64), np.zeros(0, np.int64)
    for at in range(0, len(corpus), _BATCH):
        pairs = corpus.pairs[at : at + _BATCH] if corpus.pairs is not None else None
        found = []
        for family, read in readings(corpus.texts[at : at + _BATCH], pairs, grams):
            docs, hashes = hashed(read, family)
            order = np.lexsort((docs, hashes))
            docs, hashes = docs[order], hashes[order]
            new = np.ones(len(docs), bool)
            new[1:] = (docs[1:] != docs[:-1]) | (hashes[1:] != hashes[:-1])
            found.append(hashes[new])
        fresh, times = np.unique(np.concatenate(found), return_counts=True)
        keys, back = np.unique(np.concatenate([keys, fresh]), return_inverse=True)
        counts = np.bincount(back, weights=np.concatenate([counts, times]), minlength=len(keys)).astype(np.int64)
    keep = counts >= min_count
    keys, counts = keys[keep], counts[keep]
    if len(keys) > most:
        top = np.sort(np.argsort(-counts, kind="stable")[:most])
        keys, counts = keys[top], counts[top]
    idf = (np.log((1 + len(corpus)) / (1 + counts)) + 1).astype(np.float16).astype(np.float32)
    return Vocabulary(keys), idf


def _solved(matrix: Any, codes: NDArray[np.int64], strength: float, job: Job) -> tuple[Floats, Floats]:
    """Weights of shape (features, columns) and biases; one column for two labels."""
    try:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier
        from sklearn.svm import LinearSVC
    except ImportError:
        raise MissingExtra("train", "training") from None
    balance = "balanced" if job.options["class_weight"] == "balanced" else None
    if job.options["loss"] == "hinge":
        solver: Any = LinearSVC(C=strength, class_weight=balance, random_state=job.seed)
    else:
        solver = LogisticRegression(C=10 * strength, class_weight=balance, solver="liblinear", dual=True,
                                    random_state=job.seed)  # fmt: skip
        solver = OneVsRestClassifier(solver) if len(job.labels) > 2 else solver
    with (
        warnings.catch_warnings()
    ):  # a weak penalty ends at the last iteration; what that costs, the validation rows tell
        warnings.simplefilter("ignore", ConvergenceWarning)
        solver.fit(matrix, codes)
    if isinstance(solver, OneVsRestClassifier):
        weights = np.vstack([e.coef_ for e in solver.estimators_])
        bias = np.concatenate([e.intercept_ for e in solver.estimators_])
    else:
        weights, bias = solver.coef_, solver.intercept_
    return np.array(weights.T), np.asarray(bias, float)


def _skewed(matrix: Any, codes: NDArray[np.int64], labels: int, skew: float) -> Floats:
    """How much each feature counts: one, mixed with the size of its log ratio between a label and the others."""
    total = np.asarray(matrix.sum(axis=0)).ravel() + 2.0
    largest = np.zeros(matrix.shape[1])
    for label in range(labels):
        inside = np.asarray(matrix[codes == label].sum(axis=0)).ravel() + 1.0
        outside = total - inside
        ratio = np.abs(np.log((inside / inside.sum()) / (outside / outside.sum())))
        largest = np.maximum(largest, ratio)
    return (1 - skew) + skew * largest / max(float(largest.mean()), 1e-9)
