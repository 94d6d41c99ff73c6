"""A minimum of exposure: a share of the places for new goods, small sellers or whoever a rule names."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.rerank.goods import Goods
from goodword.rankers.rerank.rules import Exposure


def members(rule: Exposure, goods: Goods, *, now: int) -> NDArray[np.bool_]:
    """Which items a rule is for; [items]."""
    inside = np.zeros(len(goods), np.bool_)
    if rule.newer_than_days:
        inside |= (goods.first > 0) & (goods.first > now - rule.newer_than_days * 86400)
    if rule.sellers:
        wanted = [n for n, name in enumerate(goods.sellers) if name in rule.sellers]
        inside |= np.isin(goods.seller, wanted)
    if rule.sellers_smaller_than:
        sizes = np.bincount(goods.seller[goods.seller >= 0], minlength=len(goods.sellers))
        small = np.flatnonzero((sizes > 0) & (sizes < rule.sellers_smaller_than))
        inside |= np.isin(goods.seller, small)
    if rule.skus:
        inside |= np.isin(np.array(goods.skus, dtype=object), list(rule.skus))
    return inside


def places(share: float, k: int, draw: float) -> int:
    """How many of k places a share is: the whole part, and one more for as large a part of the lists as is left over.

    Args:
        draw: in [0, 1), of the list (see `lot`), so that the share holds over many lists.
    """
    return int(np.floor(share * k + draw + 1e-9))


def lot(*of: object) -> float:
    """A number in [0, 1) that is always the same for the same things: who is shown what can be done again and checked."""  # noqa: E501
    digest = hashlib.sha256("\x1f".join(map(str, of)).encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56
