"""What a ranker is: one protocol, lists, and the registry.

A ranker is one file in `rankers/kinds/` (or an entry point `goodword.rankers.kinds`) that holds `RANKER`, its class.
It learns from sums over shoppers and keeps no vector of anyone: a shopper is served from the events they hand over,
so new ones need no refit, the last second counts, and forgetting is subtracting.

The score of an item is `prior()[item]`, which is the same for everybody, plus what each of the shopper's own events
contributes; `contributions` gives the latter one by one. So a reason is arithmetic:
`scores(h)[i] == prior()[i] + contributions(h, i).sum()` to float32 rounding.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self, cast, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from goodword.plugins import load
from goodword.plugins import names as plugin_names
from goodword.rankers.interactions import Codes, Doubles, Floats, Histories, History, Interactions, together

ROOM = "rankers.kinds"
FAR = 1 << 23  # scores held at once in batch work: 32 MB
NEAR = 1 << 19  # the same, 2 MB: they stay in the processor's cache; for rankers that read little for each shopper
_GROUPED, _FEW = 32, 8  # columns of a group; candidates for each of the k best from which ties are looked at
_LAST = np.iinfo(np.int64).max
_Places = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class State:
    """A fitted ranker as data: what `bundle` writes and reads."""

    arrays: Mapping[str, NDArray[Any]]
    config: Mapping[str, Any]  # settings and figures, JSON


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Lists:
    """Best items of many shoppers, best first. Where fewer than k items are left, items is -1 and scores -inf."""

    items: Codes  # shoppers × k
    scores: Floats


@runtime_checkable
class Ranker(Protocol):
    """See the module. Items are dense numbers; `items` is how many there are."""

    NAME: ClassVar[str]
    VERSION: ClassVar[str]

    @property
    def items(self) -> int:
        """How many items can be scored."""

    def fit(self, interactions: Interactions) -> Self:
        """Learn; replaces what was learnt before. Returns itself.

        Raises:
            InputError: there is nothing to learn from, or it does not fit into memory.
        """

    def prior(self) -> Floats:
        """The part of every score that is the same for everybody; [items]."""

    def scores(self, history: History) -> Floats:
        """Score of every item for one shopper; [items]. An empty history gives the prior."""

    def contributions(self, history: History, item: int) -> Doubles:
        """What each event of the history adds to the item's score, exactly; [len(history)]."""

    def top(
        self, histories: Histories, k: int, *, seen: bool = False, allowed: NDArray[np.bool_] | None = None
    ) -> Lists:
        """Best k items of many shoppers.

        Args:
            seen: whether items of a shopper's own history may be listed (re-buying).
            allowed: [items], false for what nobody may be shown; None: everything.
        """

    def add(self, histories: Histories, *, items: int | None = None) -> None:
        """Learn more shoppers without starting over.

        Args:
            items: how many items there are now, where new ones came.
        """

    def forget(self, histories: Histories) -> None:
        """Unlearn shoppers, given exactly what was learnt of them: the model is then the one fitted without them."""

    def state(self) -> State:
        """The fitted ranker as data."""

    @classmethod
    def restore(cls, state: State) -> Self:
        """A fitted ranker from its data."""


def names() -> list[str]:
    """The rankers there are."""
    return plugin_names(ROOM)


def open_ranker(name: str, **settings: Any) -> Ranker:
    """A new ranker, not yet fitted.

    Raises:
        UnknownPlugin: there is none of that name; the message lists what there is.
    """
    return cast("Ranker", kind(name)(**settings))


def kind(name: str) -> Callable[..., Any]:
    """The class of a ranker."""
    found = load(ROOM, name)
    return cast("Callable[..., Any]", getattr(found, "RANKER", found))


def restorer(name: str) -> Callable[[State], Any]:
    """What makes a fitted ranker of that kind from its data."""
    return cast("Callable[[State], Any]", kind(name).restore)  # type: ignore[attr-defined]


def best(scores: Floats, k: int) -> tuple[Codes, Floats]:
    """Numbers and scores of the k best of each row, best first; equal scores by number. -inf is never listed.

    Args:
        scores: [rows, items].
    """
    rows, n = scores.shape
    items, found = np.full((rows, k), -1, np.int32), np.full((rows, k), -np.inf, np.float32)
    few = min(k, n)
    if not few or not rows:
        return items, found
    at, columns, crowded = _candidates(scores, few)
    counts = np.bincount(at, minlength=rows)
    keys = np.full((rows, max(few, int(counts.max(initial=0)))), _LAST, np.int64)
    keys[at, np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)] = _key(scores[at, columns], columns)
    keys.sort(axis=1)
    some, values = _read(keys[:, :few])
    items[:, :few], found[:, :few] = some, values
    for row, among in crowded:
        some, values = _read(np.sort(_key(scores[row, among], among))[:few])
        items[row, : len(some)], found[row, : len(some)] = some, values
    return items, found


def _key(scores: Floats, columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers that sort as (best score, lowest column): the bits of a float are in order but for those below zero."""
    bits = (scores + np.float32(0.0)).view(np.int32)  # -0.0 becomes 0.0
    ordered = bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))
    return (~ordered).astype(np.int64) << 32 | columns


def _read(keys: NDArray[np.int64]) -> tuple[Codes, Floats]:
    """Columns and scores of keys; -1 and -inf where there is none or its score is -inf."""
    ordered = ~(keys >> 32).astype(np.int32)
    values = (ordered ^ ((ordered >> 31) & np.int32(0x7FFFFFFF))).view(np.float32)
    real = (keys != _LAST) & (values > -np.inf)
    return np.where(real, keys & 0xFFFFFFFF, -1).astype(np.int32), np.where(real, values, np.float32(-np.inf))


def _candidates(scores: Floats, k: int) -> tuple[_Places, _Places, list[tuple[int, _Places]]]:
    """Rows and columns among which the k best of every row are: all that reach the k-th best of the row's groups.

    A group is every `wide`-th column, so its best is found without sorting; at least k columns reach the k-th of them.
    Rows where very many reach it, since most scores are equal, come apart, each with its columns.
    """
    rows, n = scores.shape
    wide = n // _GROUPED if n // _GROUPED > 2 * k else 0
    if not wide:
        return np.repeat(np.arange(rows), n), np.tile(np.arange(n), rows), []
    tops = scores[:, : wide * _GROUPED].reshape(rows, _GROUPED, wide).max(axis=1)
    least = np.partition(tops, wide - k, axis=1)[:, wide - k]
    reach = scores >= least[:, None]
    crowded = []
    if np.count_nonzero(reach) > 2 * k * rows:
        for row in np.flatnonzero(reach.sum(axis=1) > _FEW * k).tolist():
            above = np.flatnonzero(scores[row] > least[row])
            ties = np.flatnonzero(scores[row] == least[row])[:k]
            crowded.append((row, np.concatenate([above, ties])))
            reach[row] = False
    flat = np.flatnonzero(reach.ravel())
    at = flat // n
    return at, flat - at * n, crowded


def top_lists(
    score: Callable[[Histories], Floats],
    histories: Histories,
    k: int,
    *,
    items: int,
    seen: bool = False,
    allowed: NDArray[np.bool_] | None = None,
    cells: int = FAR,
) -> Lists:
    """Lists of many shoppers from a function that scores some of them at once ([some, items], which it may give away).

    Works through them in parts of so many `cells` of scores, so memory stays bounded whatever their number.
    """
    at_once = max(1, min(1024, cells // max(items, 1)))
    out_items, out_scores = np.empty((len(histories), k), np.int32), np.empty((len(histories), k), np.float32)
    barred = None if allowed is None else ~allowed
    for first in range(0, len(histories), at_once):
        last = min(first + at_once, len(histories))
        some = histories.part(first, last)
        scores = score(some)
        if not seen:
            known = some.within(items)
            scores[known.rows, known.items] = -np.inf
        if barred is not None:
            scores[:, barred] = -np.inf
        out_items[first:last], out_scores[first:last] = best(scores, k)
    return Lists(items=out_items, scores=out_scores)


def as_histories(given: Histories | Iterable[History] | History) -> Histories:
    """One or many histories as a set."""
    if isinstance(given, Histories):
        return given
    return together([given] if isinstance(given, History) else given)


def named(lists: Lists, names_of_items: Sequence[str]) -> list[list[tuple[str, float]]]:
    """Lists with ids instead of numbers."""
    return [
        [(names_of_items[i], float(s)) for i, s in zip(items, scores, strict=True) if i >= 0]
        for items, scores in zip(lists.items.tolist(), lists.scores.tolist(), strict=True)
    ]
