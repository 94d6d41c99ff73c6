"""Neighbours on co-occurrence counts that hide any one shopper: differential privacy, epsilon stated, cost measured.

Every shopper's items become a vector of length at most 1, so that adding or taking away a shopper, whatever they did,
moves the upper triangle of the Gram matrix by at most 1; Gaussian noise made for that is added to every cell before
anything is derived. Whoever sees all the lists learns of a shopper no more than (epsilon, delta) allows; the prior
comes from the same noisy matrix. The shopper's own events, which they bring along, are their own affair.
Cells that the noise may have made are set to zero, and the more noise there is, the more the list leans on what is
popular, which many shoppers make together and noise hardly touches.
Sources: Dwork et al., "Analyze Gauss", STOC 2014; Balle and Wang, "Improving the Gaussian Mechanism", ICML 2018.
"""

import secrets
from typing import Any, ClassVar, Self

import numpy as np
from scipy import sparse
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr

from goodword.errors import InputError
from goodword.rankers.base import State
from goodword.rankers.gram import Gram
from goodword.rankers.interactions import Floats, Histories, History, Interactions
from goodword.rankers.kinds.linear import Linear
from goodword.rankers.sums import csr_from, parts

_SETTINGS = ("epsilon", "delta", "most", "dense", "step", "half_life")
_CLEAR = 2.5  # standard deviations of noise that a cell must stand above
_LEAN, _LEAN_NOISE = 0.02, 0.1  # weight of what is popular: without noise, and by its standard deviation
_CELL_GRAIN = 2.0**-30
_EVENTS = 1 << 20  # counted at once


class Private(Linear):
    """See `Ranker`.

    Args:
        epsilon, delta: of one derivation of the matrix; each later one (after `add` or `forget`) draws new noise and
            spends as much again: `spent`.
        most: items of one shopper that count, the latest.
        dense: the most items there may be: the noise fills the whole matrix.
    """

    NAME: ClassVar[str] = "private"
    VERSION: ClassVar[str] = "1"

    def __init__(
        self, *, epsilon: float = 8.0, delta: float = 1e-6, most: int = 100, dense: int = 12_500, step: float = 0.0,
        half_life: float | None = None,
    ) -> None:  # fmt: skip
        if not epsilon > 0 or not 0 < delta < 1:
            raise InputError("differential privacy needs epsilon above 0 and delta between 0 and 1",
                             cure="Write: epsilon = 4.0, delta = 1e-6")  # fmt: skip
        super().__init__(dense=dense, step=step, half_life=half_life)
        self.epsilon, self.delta, self.most = epsilon, delta, most
        self.releases = 0
        self._popular: Floats = np.zeros(0, np.float32)

    @property
    def sigma(self) -> float:
        """Standard deviation of the noise of a cell."""
        return noise(self.epsilon, self.delta)

    @property
    def spent(self) -> tuple[float, float]:
        """Epsilon and delta spent so far: those of one derivation times their number."""
        return self.epsilon * self.releases, self.delta * self.releases

    def _count(self, histories: Histories, sign: int) -> None:
        for some in parts(histories, _EVENTS):
            self.gram.add(sign * gram_of(some, self._items, self.most))

    def _derive(self) -> Any:
        if self._items > self.dense:
            raise InputError(f"{self._items} items are too many for private counts, which fill a whole matrix",
                             cure=f"Use at most {self.dense} items, or another ranker")  # fmt: skip
        self.releases += 1
        return self._noisy()

    def _noisy(self) -> Any:
        n, sigma = self._items, self.sigma
        rng = np.random.default_rng(secrets.randbits(128))  # nobody may draw it again
        drawn = np.triu(rng.normal(0, sigma, (n, n)))
        told = self.gram.whole() + drawn + np.triu(drawn, 1).T
        own = np.maximum(np.diag(told), max(3 * sigma, 1e-9))
        self._popular = (np.maximum(np.diag(told), 0) * (_LEAN + _LEAN_NOISE * sigma)).astype(np.float32)
        told[told < max(_CLEAR * sigma, 1e-9)] = 0
        np.fill_diagonal(told, 0)
        cells = sparse.csr_matrix(told)
        scale = sparse.diags(1 / np.sqrt(own))
        made = (scale @ cells @ scale).tocsr().astype(np.float32)
        made.sort_indices()
        return made

    def prior(self) -> Floats:
        """See `Ranker`: what is popular, from the same noisy counts."""
        self.matrix  # noqa: B018 - derives it where it was not
        return self._popular

    def scores(self, history: History) -> Floats:
        """See `Ranker`."""
        return super().scores(history) + self.prior()

    def score_many(self, histories: Histories) -> Floats:
        """Scores of many shoppers; [histories, items]."""
        return super().score_many(histories) + self.prior()[None, :]

    def fit(self, interactions: Interactions) -> Self:
        """See `Ranker`."""
        self.releases = 0
        super().fit(interactions)
        return self

    def state(self) -> State:
        """See `Ranker`."""
        held = super().state()
        settings = {name: getattr(self, name) for name in _SETTINGS}
        return State(
            arrays={**held.arrays, "popular": self._popular},
            config={**held.config, "settings": settings, "releases": self.releases},
        )

    @classmethod
    def restore(cls, state: State) -> Self:
        """See `Ranker`. The matrix that was given out is the one that comes back: restoring spends nothing."""
        made = cls(**state.config["settings"])
        made._dated, made._items = state.config["dated"], state.config["items"]
        made.releases = state.config["releases"]
        made.gram = Gram.restore(csr_from("gram", state.arrays, made._items))
        made._take_derived(state.arrays)
        made._popular = state.arrays["popular"]
        return made


def gram_of(some: Histories, items: int, most: int) -> Any:
    """The sum of x x' over shoppers, x their items as a vector of length at most 1, cells rounded down to a grain."""
    recent = _latest(some, most)
    have = sparse.csr_matrix(
        (some.weights[recent].astype(np.float64), (some.rows[recent], some.items[recent])), shape=(len(some), items)
    )
    have.data = np.minimum(have.data, 1.0)
    length = np.sqrt(np.asarray(have.multiply(have).sum(1)).ravel())
    unit = sparse.diags(1 / np.maximum(length, 1e-12)) @ have
    made = (unit.T @ unit).tocsr()
    made.data = np.rint(made.data / _CELL_GRAIN) * _CELL_GRAIN
    return made


def _latest(some: Histories, most: int) -> Any:
    """Which events are among the shopper's latest."""
    left = np.repeat(some.starts[1:], np.diff(some.starts)) - np.arange(len(some.items))
    return left <= most


def noise(epsilon: float, delta: float) -> float:
    """The least standard deviation that gives (epsilon, delta) at sensitivity 1: the analytic Gaussian mechanism.

    Balle and Wang, ICML 2018, theorem 8: delta = F(1/2s - es) - exp(e) F(-1/2s - es), F the normal distribution.
    """

    def over(sigma: float) -> float:
        gone = ndtr(0.5 / sigma - epsilon * sigma)
        return float(gone - np.exp(epsilon + log_ndtr(-0.5 / sigma - epsilon * sigma)) - delta)

    high = 1.0
    while over(high) > 0:
        high *= 2
    low = high / 2
    while over(low) < 0:
        low /= 2
    return float(brentq(over, low, high, xtol=1e-12))


RANKER = Private
