"""Why an item stands in a list, read off the computation: the score is the part that is the same for everybody plus
what each of the shopper's own events adds, so the reason is the largest of these, or the rule that placed it.

What may not be said is replaced by what is true and less: a reason that would give away a sensitive matter becomes
'from your activity', and the events behind it are not listed either.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from goodword.rankers.interactions import Doubles, History
from goodword.rankers.rerank.apply import Placed
from goodword.rankers.rerank.goods import Goods

Why = Literal[
    "bought", "carted", "looked", "took", "again", "again_bought", "basket", "viewing", "activity", "beside",
    "with_basket", "general", "exposure", "pin",
]  # fmt: skip
Kind = Literal["view", "cart", "purchase", "other", "basket", "viewing"]
_NAMED: Mapping[Kind, Why] = {
    "view": "looked", "cart": "carted", "purchase": "bought", "other": "took", "basket": "basket",
    "viewing": "viewing",
}  # fmt: skip
SHOWN = 3  # events listed one by one
NAMES_FROM = 0.25  # an event that is named makes at least this part of all that the shopper's events add


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What one product of the shopper's own history adds to a score."""

    item: int
    adds: float
    time: int
    kind: Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why an item stands there.

    `general` + the sum of `parts` + `rest` is the score, to rounding. `about` is the product the words name.
    """

    why: Why
    score: float
    general: float
    parts: tuple[Part, ...] = ()
    rest: float = 0.0
    about: int | None = None
    rule: str = ""
    covered: bool = False  # a sensitive matter was left unsaid


def reason(
    placed: Placed,
    prior: float,
    adds: Doubles,
    history: History | None,
    kinds: Sequence[Kind],
    goods: Goods,
    *,
    can_name: Callable[[int], bool],
) -> Reason:
    """The reason for one place.

    Args:
        prior: the part of the score that is the same for everybody.
        adds: what each event of the history adds to this item's score.
        kinds: of each event of the history.
        can_name: whether the shop holds a title of that item to say.
    """
    parts = _by_item(adds, history, kinds)
    total = float(adds.sum())
    covered = goods.topic[placed.item] >= 0 or any(goods.topic[p.item] >= 0 for p in parts if p.item < len(goods))
    shown = () if covered else parts[:SHOWN]
    rest = total - sum(p.adds for p in shown)
    base = Reason(why="general", score=placed.score, general=prior, parts=shown, rest=rest, covered=covered)
    if placed.how != "score":
        return _with(base, "pin" if placed.how == "pin" else "exposure", rule=placed.rule)
    positive = sum(p.adds for p in parts if p.adds > 0)
    if positive <= 0 or positive < prior:
        return base
    best = parts[0]
    enough = best.adds >= NAMES_FROM * positive and best.adds >= prior
    if covered or not enough:
        return _with(base, less(best.kind))
    if best.item == placed.item:
        return _with(base, "again_bought" if best.kind == "purchase" else "again")
    if not can_name(best.item):
        return _with(base, less(best.kind))
    return _with(base, _NAMED[best.kind], about=best.item)


def less(kind: Kind) -> Why:
    """What is as true of an event of that kind, and names nothing."""
    return "beside" if kind == "viewing" else "with_basket" if kind == "basket" else "activity"


def _with(base: Reason, why: Why, *, about: int | None = None, rule: str = "") -> Reason:
    return Reason(why=why, score=base.score, general=base.general, parts=base.parts, rest=base.rest, about=about,
                  rule=rule, covered=base.covered)  # fmt: skip


def _by_item(adds: Doubles, history: History | None, kinds: Sequence[Kind]) -> tuple[Part, ...]:
    """What each product of the history adds in all its events, the most first; its strongest event gives kind and time."""  # noqa: E501
    if history is None or not len(history):
        return ()
    items, which = np.unique(history.items, return_inverse=True)
    sums = np.bincount(which, adds)
    parts = []
    for n, item in enumerate(items.tolist()):
        rows = np.flatnonzero(which == n)
        at = int(rows[np.argmax(adds[rows])])
        parts.append(Part(item=item, adds=float(sums[n]), time=int(history.times[at]), kind=kinds[at]))
    return tuple(sorted(parts, key=lambda p: (-p.adds, p.item)))
