"""What shoppers have told the shop to heed from now on: objections, deletions and corrections, by hash of their id.

It outlives every fit: what was deleted does not come back with the next export of the same events.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.interactions import Interactions


def token(shopper: str) -> str:
    """The name under which a shopper stands here and in the ledger."""
    return hashlib.sha256(f"goodword shopper\x1f{shopper}".encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Times are seconds since 1970: what came later is new and counts again.

    Attributes:
        objections: who wants no list of their own.
        deleted: who had their history deleted, and when.
        struck: which products were taken out of whose history, and when.
    """

    objections: frozenset[str] = frozenset()
    deleted: Mapping[str, int] = field(default_factory=dict)
    struck: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def objected(self, shopper: str, *, withdraw: bool = False) -> "Standing":
        """With an objection, or without it."""
        one = frozenset({token(shopper)})
        return replace(self, objections=self.objections - one if withdraw else self.objections | one)

    def without(self, shopper: str, time: int) -> "Standing":
        """With a deletion."""
        return replace(self, deleted={**self.deleted, token(shopper): time})

    def striking(self, shopper: str, skus: Sequence[str], time: int) -> "Standing":
        """With a correction."""
        name = token(shopper)
        return replace(self, struck={**self.struck, name: {**self.struck.get(name, {}), **dict.fromkeys(skus, time)}})

    def heeded(self, events: Interactions) -> NDArray[np.bool_]:
        """Which events of a new export may be learnt from."""
        keep = np.ones(len(events), np.bool_)
        if not self.deleted and not self.struck:
            return keep
        for code, name in enumerate(events.user_ids):
            told = token(name)
            if told not in self.deleted and told not in self.struck:
                continue
            rows = slice(int(events.starts[code]), int(events.starts[code + 1]))
            keep[rows] &= events.times[rows] > self.deleted.get(told, -(1 << 62))
            for sku, time in self.struck.get(told, {}).items():
                item = events.item_ids.code(sku)
                keep[rows] &= (events.items[rows] != item) | (events.times[rows] > time)
        return keep

    def plain(self) -> dict[str, Any]:
        """As data."""
        return {"objections": sorted(self.objections), "deleted": dict(self.deleted),
                "struck": {k: dict(v) for k, v in self.struck.items()}}  # fmt: skip


def standing_from(told: Mapping[str, Any]) -> Standing:
    """From data."""
    return Standing(objections=frozenset(told["objections"]), deleted=told["deleted"], struck=told["struck"])
