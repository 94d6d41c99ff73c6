"""Calibration: is a shopper who buys two thirds tea and one third books shown two thirds tea and one third books?"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from goodword.evaluate.ranking_metrics import Lists, PerUser

SMOOTH = 0.01


def miscalibration(
    lists: Lists, history: csr_array, categories: NDArray[np.int64], k: int, *, smooth: float = SMOOTH
) -> PerUser:
    """How far the categories of a list are from those of the shopper's history: 0 the same, larger is worse.

    Kullback-Leibler divergence KL(p || (1-a) q + a p), in nats, p of the history and q of the first k of the list
    (Steck, Calibrated Recommendations, RecSys 2018). NaN where there is no history or no list.

    Args:
        history: (users, items), what each shopper has; weights count.
        categories: the category of each item, 0-based; -1 where none is known: such items do not count.
        smooth: a, which keeps a category that the list leaves out from costing infinity.
    """
    kinds = int(categories.max(initial=-1)) + 1
    if kinds < 1:
        return np.full(len(lists), np.nan)
    named = np.flatnonzero(categories >= 0)
    member = csr_array((np.ones(len(named)), (named, categories[named])), shape=(len(categories), kinds))
    wanted = _shares((history @ member).toarray())
    shown = np.zeros((len(lists), kinds))
    top = lists[:, :k]
    rows, places = np.nonzero(top >= 0)
    kind = categories[top[rows, places]]
    np.add.at(shown, (rows[kind >= 0], kind[kind >= 0]), 1.0)
    given = _shares(shown)
    mixed = (1 - smooth) * given + smooth * wanted
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(wanted > 0, wanted * np.log(wanted / mixed), 0.0)
    return np.where(np.isnan(wanted).any(1) | np.isnan(given).any(1), np.nan, terms.sum(1))


def _shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    total = counts.sum(1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.where(total > 0, counts / np.where(total > 0, total, 1), np.nan)
