"""Search by meaning: exact inner products while there are few vectors, cells of neighbours when there are many.

The cells are an inverted file (Jegou, Douze, Schmid 2011): k-means on a sample, each vector in the cell of its nearest
centre, the few cells nearest to the query searched exactly. It needs no library and no hours of building.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Halves = NDArray[np.float16]
Floats = NDArray[np.float32]
CELLS_FROM = 50_000
_SAMPLE, _ROUNDS, _SEED = 40_000, 6, 11


class Vectors:
    """Rows of unit length under ids. Kept as halves: half the memory, the same order."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._rows: Halves = np.zeros((0, width), np.float16)
        self._ids: list[str] = []
        self._place: dict[str, int] = {}
        self._dead: set[int] = set()
        self._cells: _Cells | None = None

    def put(self, ids: Sequence[str], rows: Halves | Floats) -> None:
        """Add or replace by id."""
        self.drop(i for i in ids if i in self._place)
        start = len(self._ids)
        self._rows = np.concatenate([self._rows, rows.astype(np.float16)])
        self._ids += ids
        self._place |= {name: start + n for n, name in enumerate(ids)}
        self._cells = None

    def drop(self, ids: Iterable[str]) -> None:
        """Remove by id; the room is taken back when half of it is free."""
        for name in list(ids):
            if (at := self._place.pop(name, None)) is not None:
                self._dead.add(at)
        if len(self._dead) > 1000 and len(self._dead) * 2 > len(self._ids):
            live = sorted(self._place.values())
            self._rows, self._ids, self._dead = self._rows[live], [self._ids[n] for n in live], set()
            self._place = {name: n for n, name in enumerate(self._ids)}
            self._cells = None

    def get(self, name: str) -> Floats | None:
        """The vector of an id."""
        at = self._place.get(name)
        return None if at is None else self._rows[at].astype(np.float32)

    def find(self, query: Floats, k: int, *, probes: int = 24) -> list[tuple[str, float]]:
        """Ids with their cosines, best first; of equal ones the earlier.

        Args:
            probes: how many cells are searched where there are cells.
        """
        if not self._place:
            return []
        if len(self._ids) < CELLS_FROM:
            at, scores = np.arange(len(self._ids)), _product(self._rows, query)
        else:
            self._cells = self._cells or _Cells(self._rows)
            at = self._cells.near(query, probes)
            scores = _product(self._rows[at], query)
        take = min(k + min(len(self._dead), 1000), len(at))
        top = np.argpartition(-scores, take - 1)[:take]
        order = top[np.lexsort((at[top], -scores[top]))]
        found = [(self._ids[at[n]], float(scores[n])) for n in order if int(at[n]) not in self._dead]
        return found[:k]

    def __len__(self) -> int:
        return len(self._place)


class _Cells:
    """K-means cells over rows."""

    def __init__(self, rows: Halves) -> None:
        draw = np.random.default_rng(_SEED)
        count = int(4 * len(rows) ** 0.5)
        sample = rows[draw.choice(len(rows), min(_SAMPLE, len(rows)), replace=False)].astype(np.float32)
        centres = sample[draw.choice(len(sample), min(count, len(sample)), replace=False)]
        for _ in range(_ROUNDS):
            nearest = np.argmax(sample @ centres.T, axis=1)
            sums = np.zeros_like(centres)
            np.add.at(sums, nearest, sample)
            size = np.linalg.norm(sums, axis=1, keepdims=True)
            centres = np.where(size > 0, sums / np.maximum(size, 1e-9), centres)
        self._centres: Floats = centres.astype(np.float32)
        of = np.concatenate(
            [
                np.argmax(rows[n : n + 20_000].astype(np.float32) @ self._centres.T, axis=1)
                for n in range(0, len(rows), 20_000)
            ]
        )
        self._order = np.argsort(of, kind="stable")
        self._starts = np.searchsorted(of[self._order], np.arange(len(centres) + 1))

    def near(self, query: Floats, probes: int) -> NDArray[np.int64]:
        """Places of the rows in the cells nearest to a query."""
        probes = min(probes, len(self._centres))
        cells = np.argpartition(-(self._centres @ query), probes - 1)[:probes]
        found = np.concatenate([self._order[self._starts[c] : self._starts[c + 1]] for c in cells])
        return found if len(found) else self._order


def _product(rows: Halves, query: Floats) -> Floats:
    """Inner products in blocks: numpy has no fast product of halves."""
    out = np.empty(len(rows), np.float32)
    for n in range(0, len(rows), 8192):
        out[n : n + 8192] = rows[n : n + 8192].astype(np.float32) @ query
    return out
