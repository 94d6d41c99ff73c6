"""Signs that a review is not a shopper's own: copies, bursts, sprees, ratings that belie the words, tell-tale phrases.

Each review keeps a sketch of 32 numbers (MinHash, Broder 1997) and a few columns, so that a million reviews need some
250 MB. A sign has a weight; weights join as one less the product of what they leave. The result is a suspicion with
reasons, never a verdict: honest shoppers copy themselves, and a good day brings a crowd.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.opinions.base import Opinion, Reason, Suspicion
from goodword.opinions.crowds import bursts, sprees
from goodword.text.pieces import LATIN, MARK, Ints, Pieces, joined
from goodword.types import Lang

HASHES, BAND = 32, 3
_LEAST_SHINGLES = 10  # shorter reviews are alike by chance: 'does what it says'
_ALIKE = 0.55  # of the sketches
_VERBATIM, _CLOSE = 0.9, 14  # of the sketches; days
_SAMPLE, _MOST_COMPARED = 3, 64  # ids named in a reason; members of a group each is compared with
_AUTHOR, _PRODUCT = 0, 1
_UP, _DOWN = 4.0, 2.0
_SURE = 0.08


@cache
def _data() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("opinions/suspicion.toml").read_text("utf-8"))


def flag() -> float:
    """The score from which on a review is counted apart."""
    return float(_data()["flag"])


def told(reason: Reason, lang: Lang) -> str:
    """A reason in words."""
    text: str = _data()["reason"][reason.code][lang]
    return text.format_map(dict(pair.split("=", 1) for pair in reason.detail.split(";") if pair))


@cache
def _phrases() -> dict[str, re.Pattern[str]]:
    return {code: re.compile("|".join(found), re.IGNORECASE) for code, found in _data()["phrases"].items()}


class Watch:
    """Takes reviews batch by batch, and says at the end which look suspicious."""

    def __init__(self) -> None:
        self._sketches: list[NDArray[np.uint32]] = []
        self._shingles: list[NDArray[np.int32]] = []
        self._ids: list[str] = []
        self._names: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._columns: list[tuple[int, int, int, float]] = []  # author, product, day, rating; -1 and nan where unknown
        self._own: dict[int, list[tuple[str, str]]] = defaultdict(list)

    def add(self, opinions: Sequence[Opinion], pieces: Pieces, scores: Sequence[float]) -> None:
        """Take a batch.

        Args:
            pieces: the batch's texts, cut.
            scores: probability that each is content, as `models.sentiment` gives it.
        """
        first = len(self._ids)
        sketches, counts = _sketch(pieces)
        self._sketches.append(sketches)
        self._shingles.append(counts)
        stuffed = _stuffed(pieces)
        for n, (opinion, score) in enumerate(zip(opinions, scores, strict=True)):
            self._ids.append(opinion.id)
            self._columns.append((
                self._number(_AUTHOR, opinion.author), self._number(_PRODUCT, opinion.product),
                -1 if opinion.day is None else opinion.day, float("nan") if opinion.rating is None else opinion.rating,
            ))  # fmt: skip
            for code, detail in _signs(opinion, score, int(counts[n]), stuffed=bool(stuffed[n])):
                self._own[first + n].append((code, detail))

    @property
    def seen(self) -> int:
        """How many reviews were taken."""
        return len(self._ids)

    def mark(self, place: int, code: str, detail: str = "") -> None:
        """Add a sign somebody else saw (orders to a model, say) to the review added `place`-th."""
        self._own[place].append((code, detail))

    def _number(self, of: int, name: str) -> int:
        return self._names[of].setdefault(name, len(self._names[of])) if name else -1

    def finish(self) -> dict[int, Suspicion]:
        """The suspicion of every review that has a sign against it, by its place."""
        signs: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for place, found in self._own.items():
            signs[place] += found
        if self._ids:
            table = np.array(self._columns, np.float64)
            author, product, day = (table[:, n].astype(np.int64) for n in range(3))
            self._copies(author, product, day, signs)
            for place, code, detail in (*bursts(product, day, table[:, 3]), *sprees(author, product, day, table[:, 3])):
                signs[place].append((code, detail))
        return {place: _suspicion(found) for place, found in signs.items()}

    def _copies(self, author: Ints, product: Ints, day: Ints, signs: dict[int, list[tuple[str, str]]]) -> None:
        sketches, counts = np.concatenate(self._sketches), np.concatenate(self._shingles)
        for group in groups(sketches, counts):
            compared = np.array(group[:_MOST_COMPARED])
            for place in group:
                others = compared[compared != place]
                foreign = others[(author[others] < 0) | (author[others] != author[place])]
                if not len(foreign) and (product[others] == product[place]).all():
                    continue  # sent twice by accident
                told = foreign if len(foreign) else others
                verbatim = (sketches[told] == sketches[place]).mean(axis=1) >= _VERBATIM
                close = (day[told] >= 0) & (day[place] >= 0) & (abs(day[told] - day[place]) <= _CLOSE)
                strong = bool((verbatim | close).any())
                code = "same_author_copy" if not len(foreign) else "near_duplicate" if strong else "like_another"
                named = ", ".join(self._ids[o] for o in told[:_SAMPLE].tolist())
                signs[place].append((code, f"n={len(group) - 1};ids={named.replace(';', ' ')}"))


def _suspicion(signs: Sequence[tuple[str, str]]) -> Suspicion:
    weights: Mapping[str, float] = _data()["weight"]
    best: dict[str, Reason] = {}
    for code, detail in signs:
        best.setdefault(code, Reason(code=code, weight=weights[code], detail=detail))
    for strong, weak in (("burst_one_sided", "burst"), ("author_spree_one_sided", "author_spree")):
        if strong in best:
            best.pop(weak, None)
    reasons = sorted(best.values(), key=lambda r: -r.weight)
    left = 1.0
    for reason in reasons:
        left *= 1 - reason.weight
    return Suspicion(score=round(1 - left, 3), reasons=tuple(reasons))


# ---------------------------------------------------------------- signs of one review


def _signs(opinion: Opinion, score: float, shingles: int, *, stuffed: bool) -> Iterator[tuple[str, str]]:
    if stuffed:
        yield "repetition", ""
    rating = opinion.rating
    if rating is not None and shingles >= 5 and _belied(rating, score):
        yield "rating_mismatch", f"stars={rating:g}"
    phrases = _phrases()
    content = score >= 0.5 if rating is None else rating >= _UP
    if content and phrases["incentive"].search(opinion.text):  # who complains of being asked for praise is honest
        yield "incentive", ""
    if phrases["rival"].search(opinion.text):
        yield "rival", ""
    if rating is not None and content and phrases["unused"].search(opinion.text):
        yield "unused", ""


def _belied(rating: float, score: float) -> bool:
    return (rating >= _UP and score < _SURE) or (rating <= _DOWN and score > 1 - _SURE)


def _stuffed(pieces: Pieces) -> NDArray[np.bool_]:
    """Texts that say the same few words over and over: eight words or more, fewer than a third of them different."""
    kept = pieces.kind != MARK
    doc, code, kind = pieces.doc[kept], pieces.code[kept], pieces.kind[kept]
    size = np.bincount(doc, minlength=pieces.texts)
    pairs = np.unique(np.stack([doc.astype(np.uint64), code]), axis=1)[0].astype(np.int64)
    different = np.bincount(pairs, minlength=pieces.texts)
    latin = np.bincount(doc, weights=kind == LATIN, minlength=pieces.texts) * 2 > size
    return (size >= np.where(latin, 8, 12)) & (different * np.where(latin, 2, 3) <= size) & (size < 80)


# ---------------------------------------------------------------- copies


def _sketch(pieces: Pieces) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """MinHash of each text's pairs of neighbouring words, and how many pairs there are. Texts without one: all ones."""
    kept = pieces.kind != MARK
    doc, code = pieces.doc[kept], pieces.code[kept]
    sketches = np.full((pieces.texts, HASHES), np.uint32(2**32 - 1))
    counts = np.zeros(pieces.texts, np.int32)
    if len(doc) < 2:
        return sketches, counts
    same = doc[1:] == doc[:-1]
    shingle, where = joined(code[:-1], code[1:], salt=300)[same], doc[1:][same]
    counts[:] = np.bincount(where, minlength=pieces.texts)
    if not len(where):
        return sketches, counts
    starts = np.flatnonzero(np.append(True, where[1:] != where[:-1]))
    shift = np.uint64(32)
    for n, (a, b) in enumerate(_multipliers()):
        sketches[where[starts], n] = np.minimum.reduceat((shingle * a + b) >> shift, starts).astype(np.uint32)
    return sketches, counts


@cache
def _multipliers() -> tuple[tuple[np.uint64, np.uint64], ...]:
    chance = np.random.default_rng(20261124)
    drawn = chance.integers(1, 2**63, size=(HASHES, 2), dtype=np.uint64)
    return tuple((a | np.uint64(1), b) for a, b in drawn)


def groups(sketches: NDArray[np.uint32], counts: NDArray[np.int32]) -> list[list[int]]:
    """Places of reviews with nearly the same words, by the group.

    Candidates share a band of three hashes; members of a group are alike to its first by at least `_ALIKE`.
    """
    long = np.flatnonzero(counts >= _LEAST_SHINGLES)
    parent: dict[int, int] = {}

    def root(place: int) -> int:
        while parent.get(place, place) != place:
            parent[place] = parent.get(parent[place], parent[place])
            place = parent[place]
        return place

    for band in range(HASHES // BAND):
        part = sketches[long, band * BAND : (band + 1) * BAND].astype(np.uint64)
        keys = (part[:, 0] * np.uint64(0x9E3779B97F4A7C15) + part[:, 1]) * np.uint64(0xBF58476D1CE4E5B9) + part[:, 2]
        order = np.argsort(keys, kind="stable")
        same = np.flatnonzero(keys[order][1:] == keys[order][:-1])
        for run in np.split(same, np.flatnonzero(np.diff(same) > 1) + 1) if len(same) else ():
            members = long[order[run[0] : run[-1] + 2]]
            alike = (sketches[members] == sketches[members[0]]).mean(axis=1) >= _ALIKE
            first = root(int(members[0]))
            for other in members[alike][1:].tolist():
                parent[root(other)] = first
                parent.setdefault(first, first)
    found: dict[int, list[int]] = defaultdict(list)
    for place in parent:
        found[root(place)].append(place)
    return [sorted(set(g) | {k}) for k, g in found.items() if len(set(g) | {k}) > 1]
