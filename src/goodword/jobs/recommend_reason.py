"""Why an item stands in a list, read off the computation: the score is the part that is the same for everybody plus
what each of the shopper's own events adds, so the reason is the largest of these, or the rule that placed it.

What may not be said is replaced by what is true and less: a reason that would give away a sensitive matter becomes
'from your activity', and the events behind it are not listed either.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

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
    if history is None or not len(history):
        base = Reason(why="general", score=placed.score, general=prior, covered=bool(goods.topic[placed.item] >= 0))
        return base if placed.how == "score" else _placed_by(base, placed)
    items, which = np.unique(history.items, return_inverse=True)
    sums = np.bincount(which, adds)
    order = np.argsort(-sums, kind="stable")
    tells = np.array([n < len(goods) and goods.topic[n] >= 0 for n in items.tolist()])
    covered = bool(goods.topic[placed.item] >= 0 or tells[order[0]])
    best, *others = [
        _part(int(items[n]), float(sums[n]), np.flatnonzero(which == n), adds, history, kinds)
        for n in [order[0], *[n for n in order[1:] if not tells[n]][: SHOWN - 1]]
    ]
    shown = () if covered else (best, *others)
    rest = float(adds.sum()) - sum(p.adds for p in shown)
    base = Reason(why="general", score=placed.score, general=prior, parts=shown, rest=rest, covered=covered)
    if placed.how != "score":
        return _placed_by(base, placed)
    positive = float(sums[sums > 0].sum())
    if positive <= 0 or positive < prior:
        return base
    if covered or best.adds < NAMES_FROM * positive or best.adds < prior:
        return _with(base, less(best.kind))
    if best.item == placed.item:
        return _with(base, "again_bought" if best.kind == "purchase" else "again")
    if not can_name(best.item):
        return _with(base, less(best.kind))
    return _with(base, _NAMED[best.kind], about=best.item)


def _placed_by(base: Reason, placed: Placed) -> Reason:
    return _with(base, "pin" if placed.how == "pin" else "exposure", rule=placed.rule)


def less(kind: Kind) -> Why:
    """What is as true of an event of that kind, and names nothing."""
    return "beside" if kind == "viewing" else "with_basket" if kind == "basket" else "activity"


def _with(base: Reason, why: Why, *, about: int | None = None, rule: str = "") -> Reason:
    return Reason(why=why, score=base.score, general=base.general, parts=base.parts, rest=base.rest, about=about,
                  rule=rule, covered=base.covered)  # fmt: skip


def _part(
    item: int, total: float, rows: NDArray[np.int64], adds: Doubles, history: History, kinds: Sequence[Kind]
) -> Part:
    """What one product adds in all its events; the strongest of them gives kind and time."""
    at = int(rows[np.argmax(adds[rows])])
    return Part(item=item, adds=total, time=int(history.times[at]), kind=kinds[at])
