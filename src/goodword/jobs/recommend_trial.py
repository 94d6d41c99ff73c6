"""The same shopper under other rules: what a list would be before a rule is on, and putting it on.

Trying changes nothing; reasons pass the door as ever. Putting a rule on writes a new version of the recommender.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from goodword.errors import InputError
from goodword.jobs import recommend_folder as folders
from goodword.jobs import recommend_rights as rights
from goodword.jobs.recommend import Item, Recommended
from goodword.rankers.rerank import variety
from goodword.rankers.rerank.goods import Goods
from goodword.rankers.rerank.rules import Rules, made
from goodword.store.engine import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One part of a score, for drawing: whose it is and what it adds."""

    kind: str  # general, an event's kind, or rest
    sku: str
    adds: float
    time: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Width:
    """How varied a list is: mean unlikeness of two items (0: alike, 1: nothing in common), and how many categories."""

    unlike: float | None
    categories: int


def bars(item: Item, skus: Sequence[str]) -> tuple[Bar, ...]:
    """The parts of an item's score, largest first; they add up to the score, to rounding.

    Args:
        skus: of the goods, by number.
    """
    why = item.why
    parts = [Bar(kind=p.kind, sku=skus[p.item], adds=p.adds, time=p.time) for p in why.parts]
    parts += [Bar(kind="general", sku="", adds=why.general), Bar(kind="rest", sku="", adds=why.rest)]
    return tuple(sorted((b for b in parts if abs(b.adds) > 1e-9), key=lambda b: -abs(b.adds)))


def width(found: Recommended, goods: Goods) -> Width:
    """How varied a list is."""
    items = np.array([i.placed.item for i in found.items], np.int32)
    known = {goods.kinds[n] for n in goods.kind[items].tolist() if n >= 0}
    if goods.features is None or len(items) < 2:
        return Width(unlike=None, categories=len(known))
    alike = variety.likeness(goods.features, items)
    pairs = alike[np.triu_indices(len(items), 1)]
    return Width(unlike=float(1 - pairs.mean()), categories=len(known))


def changed(rules: Rules, *, variety_weight: float | None = None, shares: Mapping[str, float] | None = None) -> Rules:
    """Rules with other weights.

    Args:
        variety_weight: 0 to below 1.
        shares: of the places, by name of exposure rule; 0 takes the rule out.

    Raises:
        InputError: a value out of range, or no exposure rule of that name.
    """
    told = rules.model_dump()
    if variety_weight is not None:
        method = rules.variety.method if rules.variety.method != "none" else "mmr"
        told["variety"] = {"method": method if variety_weight else "none", "weight": variety_weight}
    for name, share in (shares or {}).items():
        if name not in {r.name for r in rules.exposure}:
            raise InputError(f"there is no exposure rule {name!r}", cure="See the list of rules")
        told["exposure"] = [
            {**r, "share": share} if r["name"] == name else r
            for r in told["exposure"] if r["name"] != name or share > 0
        ]  # fmt: skip
    return made(told, "rules")


def exposing(rules: Rules, rule: Mapping[str, Any]) -> Rules:
    """Rules with one exposure rule more, or another in the place of the one of that name.

    Raises:
        InputError: a wrong value, or for nobody.
    """
    told = rules.model_dump()
    told["exposure"] = [*(r for r in told["exposure"] if r["name"] != rule.get("name")), dict(rule)]
    return made(told, "rules")


def apply(folder: Path, store: Store, rules: Rules, *, actor: str, cost: Mapping[str, float]) -> int:
    """Put rules on from now on, and record it with what they were measured to cost; the position in the ledger.

    Args:
        cost: loss of NDCG as a share by rule ('variety', name of an exposure rule), as it was measured.

    Raises:
        InputError: an exposure rule whose cost was not measured.
    """
    for rule in rules.exposure:
        if rule.accepted_cost is None and rule.name not in cost:
            raise InputError(f"exposure rule {rule.name!r}: nobody has accepted what it costs", cure="Measure it first")
    told = rules.model_dump()
    told["exposure"] = [{**r, "accepted_cost": min(1.0, max(0.0, cost.get(r["name"], r["accepted_cost"] or 0.0)))}
                        for r in told["exposure"]]  # fmt: skip
    with folders.locked(folder):
        fitted, plain, before = folders.read(folder)
        body = {"act": "ruled", "before": before, "rules": made(told).model_dump(mode="json"), "cost": dict(cost)}
        _, position = rights.keep(folder, store, replace(fitted, rules=made(told)), plain, body, actor=actor)
    return position
