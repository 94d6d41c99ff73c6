"""What the rules know of each item, as arrays by the item's dense number; what is not known says so."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.interactions import Codes, Doubles, Times


@dataclass(frozen=True, kw_only=True, eq=False)
class Goods:
    """Items by dense number.

    Attributes:
        category, kind, seller: numbers into `categories` ('Tea > Green tea'), `kinds` ('Tea'), `sellers`; -1 unknown.
        price: NaN unknown. The same for everybody: no rule sees a price that differs by shopper.
        stock: pieces on hand; NaN where nobody counts them.
        age: youngest age it may be shown to; 0 no limit.
        topic: number into `topics` of the sensitive topic it would give away; -1 none.
        first: when it was first seen, seconds since 1970; 0 unknown.
        held: whether the catalogue holds it. False for an item known from events only.
        features: scipy sparse (items, features) for variety; None where there are none.
    """

    skus: tuple[str, ...]
    category: Codes
    kind: Codes
    seller: Codes
    price: Doubles
    stock: Doubles
    age: Codes
    topic: Codes
    first: Times
    held: NDArray[np.bool_]
    categories: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sellers: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    features: Any = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.skus)


def bare(skus: tuple[str, ...]) -> Goods:
    """Items of which nothing is known but their names: a shop that gave events only."""
    n = len(skus)
    return Goods(
        skus=skus, category=np.full(n, -1, np.int32), kind=np.full(n, -1, np.int32),
        seller=np.full(n, -1, np.int32), price=np.full(n, np.nan),
        stock=np.full(n, np.nan), age=np.zeros(n, np.int32), topic=np.full(n, -1, np.int32),
        first=np.zeros(n, np.int64), held=np.zeros(n, np.bool_),
    )  # fmt: skip
