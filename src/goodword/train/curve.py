"""How much data is enough: errors at growing sizes, a power law through them, and how sure its continuation is.

error(n) = floor + scale · n^(-rate) (Hestness et al. 2017). Uncertainty is by resampling the test rows, the same for
all sizes, refitting each time; what it extrapolates beyond ten times the data is not told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from goodword.errors import MissingExtra
from goodword.train.base import Job, Learner, Step
from goodword.train.corpus import Corpus
from goodword.train.metrics import Figure

Floats = NDArray[np.float64]
_DRAWS = 200
_FEWEST = 40  # rows of the smallest size


@dataclass(frozen=True, kw_only=True, slots=True)
class Law:
    """error(n) = floor + scale · n^(-rate)."""

    floor: float
    scale: float
    rate: float

    def error(self, rows: Floats | float) -> Floats:
        """At so many rows."""
        return np.asarray(self.floor + self.scale * np.asarray(rows, float) ** -self.rate)

    def rows(self, error: float) -> float:
        """How many rows for that error; infinite where it lies below the floor."""
        return float((self.scale / (error - self.floor)) ** (1 / self.rate)) if error > self.floor else float("inf")


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """Measured errors, the law through them, the laws of the resamples, and what they say of more data."""

    sizes: tuple[int, ...]
    errors: tuple[Figure, ...]
    law: Law
    laws: tuple[Law, ...]

    def at(self, rows: float) -> Figure:
        """The error to be expected at so many rows."""
        return _spread(float(self.law.error(rows)), [float(x.error(rows)) for x in self.laws])

    def needed(self, accuracy: float) -> Figure:
        """Rows for that accuracy; infinite where it is out of reach."""
        return _spread(self.law.rows(1 - accuracy), [x.rows(1 - accuracy) for x in self.laws])


def _spread(value: float, drawn: list[float]) -> Figure:
    ranked = sorted(drawn)
    low, high = ranked[int(0.025 * len(ranked))], ranked[min(len(ranked) - 1, int(0.975 * len(ranked)))]
    return Figure(value=value, low=low, high=high)


def measured(learner: Learner, job: Job, test: Corpus, *, steps: int = 6) -> Curve:
    """Fit at `steps` sizes up to all training rows, each twice as large as the one before, and fit the law.

    Raises:
        MissingExtra: scipy is not installed.
    """
    sizes = _sizes(len(job.train), steps)
    truth = test.codes(job.labels)
    order = _order(job)
    wrong = []
    for number, size in enumerate(sizes, 1):
        rows = job.train.take(np.sort(order[:size]))
        options = {**job.options, **({"refit": False} if "refit" in job.options else {})}
        part = replace(job, train=rows, options=options, work=job.work / f"curve{size}", watch=lambda step: None)
        said = learner.fit(part).classifier.logits(test.texts, test.pairs).argmax(axis=1)
        wrong.append(said != truth)
        job.watch(Step(done=number, total=len(sizes), unit="size", metric=1 - float(wrong[-1].mean())))
    return fitted(sizes, np.array(wrong), seed=job.seed)


def fitted(sizes: Sequence[int], wrong: NDArray[np.bool_], *, seed: int) -> Curve:
    """The law through errors. `wrong` has shape (sizes, test rows)."""
    rng = np.random.default_rng(seed)
    rows = wrong.shape[1]
    errors = wrong.mean(axis=1)
    drawn = np.array([wrong[:, rng.integers(rows, size=rows)].mean(axis=1) for _ in range(_DRAWS)])
    laws = tuple(_law(sizes, d) for d in drawn)
    figures = tuple(_spread(float(e), drawn[:, i].tolist()) for i, e in enumerate(errors))
    return Curve(sizes=tuple(sizes), errors=figures, law=_law(sizes, errors), laws=laws)


def _law(sizes: Sequence[int], errors: Floats) -> Law:
    """Least squares on the logarithm of the error, larger sizes weighing more."""
    try:
        from scipy.optimize import least_squares
    except ImportError:
        raise MissingExtra("train", "fitting a learning curve") from None
    n, e = np.array(sizes, float), np.maximum(np.asarray(errors, float), 1e-4)
    weight = np.sqrt(n / n.max())

    def misfit(x: Floats) -> Floats:
        out: Floats = (np.log(x[0] + np.exp(x[1]) * n ** -x[2]) - np.log(e)) * weight
        return out

    start = [0.5 * float(e.min()), float(np.log(e.max())) + 0.3 * float(np.log(n[0])), 0.3]
    found = least_squares(misfit, start, bounds=([0.0, -10.0, 0.02], [float(e.min()), 10.0, 2.0]))
    return Law(floor=float(found.x[0]), scale=float(np.exp(found.x[1])), rate=float(found.x[2]))


def _sizes(rows: int, steps: int) -> list[int]:
    sizes = [rows]
    while len(sizes) < steps and sizes[-1] // 2 >= _FEWEST:
        sizes.append(sizes[-1] // 2)
    return sizes[::-1]


def _order(job: Job) -> NDArray[np.int64]:
    """Rows in an order whose every beginning holds each label in its share."""
    codes = job.train.codes(job.labels)
    rng = np.random.default_rng([job.seed, 3])
    place = np.empty(len(codes))
    for label in range(len(job.labels)):
        rows = rng.permutation(np.flatnonzero(codes == label))
        place[rows] = (np.arange(len(rows)) + rng.random()) / max(1, len(rows))
    return np.argsort(place, kind="stable")
