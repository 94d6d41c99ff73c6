"""What was bought next: items that follow each other closely in many shoppers' histories.

Two events of one shopper bind their items the more, the fewer events lie between, and more forwards than backwards; the
bond is then weighed against how popular both are. A shopper's last events count most.

Sources: item-item neighbourhoods (Sarwar et al., WWW 2001) with shrinkage (Bell and Koren 2007); distance and direction
as in sequential rules (Kamehkhosh, Jannach, Ludewig 2017); a power of popularity as in RP3beta (Paudel et al. 2017).
"""

from typing import Any, ClassVar, Self

import numpy as np
from scipy import sparse

from goodword.errors import InputError
from goodword.rankers.base import State
from goodword.rankers.interactions import Codes, Doubles, Histories, Interactions
from goodword.rankers.itemitem import ItemItem, strongest
from goodword.rankers.sums import buyers, csr_arrays, csr_from, parts
from goodword.rankers.weighing import in_grains

_PAIRS = 1 << 25  # pairs counted at once


class Neighbours(ItemItem):
    """See `Ranker`.

    Args:
        step: each later event of the shopper takes the factor exp(-step) at serving.
        half_life: days, likewise; None: age does not matter.
        gap: each event between two takes the factor exp(-gap) from their bond.
        window: pairs further apart are not counted.
        direction: 0 what came before counts as much as what came after, 1 it does not count.
        from_power, to_power: powers of the popularity of the item held and of the item offered that divide the bond.
        shrink: added to the divisor, so that a few chance meetings make no bond.
        neighbours: bonds kept an item when the matrix is derived.
        most_cells: above so many counted pairs the weakest are dropped for good. Memory is then bounded, but what was
            dropped cannot be taken back, so `forget` refuses.
    """

    NAME: ClassVar[str] = "neighbours"
    VERSION: ClassVar[str] = "1"

    def __init__(
        self, *, step: float = 0.7, half_life: float | None = None, gap: float = 0.2, window: int = 20,
        direction: float = 0.8, from_power: float = 0.7, to_power: float = 0.1, shrink: float = 40.0,
        neighbours: int = 200, most_cells: int = 60_000_000,
    ) -> None:  # fmt: skip
        super().__init__(step=step, half_life=half_life)
        self.gap, self.window, self.direction = gap, window, direction
        self.from_power, self.to_power, self.shrink = from_power, to_power, shrink
        self.neighbours, self.most_cells = neighbours, most_cells
        self.bonds: Any = None  # items × items, CSR of doubles
        self.popularity: Doubles = np.zeros(0)
        self.exact = True

    def _clear(self, items: int) -> None:
        self.bonds, self.popularity, self.exact = sparse.csr_matrix((items, items)), np.zeros(items), True

    def _grow(self, items: int) -> None:
        self.bonds.resize((items, items))
        self.popularity = np.concatenate([self.popularity, np.zeros(items - len(self.popularity))])

    def _count(self, histories: Histories, sign: int) -> None:
        if sign < 0 and not self.exact:
            raise InputError(
                "this model dropped rare pairs to save memory and cannot forget one shopper exactly",
                cure="Run: goodword recommend fit EVENTS, without the shopper",
            )
        for some in parts(histories, max(1, _PAIRS // self.window)):
            self.popularity += sign * buyers(some, self._items)
            self.bonds = self.bonds + sign * self._bonds(some)
            if self.bonds.nnz > self.most_cells:
                self.exact = False
                self.bonds = strongest(self.bonds, self.most_cells // (2 * self._items) + 1).astype(np.float64)
        if sign < 0:
            self.bonds.eliminate_zeros()

    def _bonds(self, some: Histories) -> Any:
        rows: list[Codes] = []
        columns: list[Codes] = []
        values: list[Doubles] = []
        steps = some.steps
        for distance in range(1, self.window + 1):
            first = np.flatnonzero(steps >= distance)
            if not len(first):
                break
            second = first + distance
            differ = some.items[first] != some.items[second]
            first, second = first[differ], second[differ]
            told = np.exp(-self.gap * (distance - 1)) * some.weights[first] * some.weights[second]
            half = np.where(some.times[first] == some.times[second], self.direction / 2, 0.0)  # one basket: no order
            rows += [some.items[first], some.items[second]]
            columns += [some.items[second], some.items[first]]
            values += [in_grains(told * (1 - half)), in_grains(told * (1 - self.direction + half))]
        shape = (self._items, self._items)
        if not rows:
            return sparse.csr_matrix(shape)
        cells = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
        return sparse.coo_matrix(cells, shape=shape).tocsr()

    def _derive(self) -> Any:
        held = np.maximum(self.popularity, 1.0) ** self.from_power
        offered = np.maximum(self.popularity, 1.0) ** self.to_power
        made = self.bonds.copy()
        rows = np.repeat(np.arange(self._items, dtype=np.int32), np.diff(made.indptr))
        made.data /= held[rows] * offered[made.indices] + self.shrink
        return strongest(made, self.neighbours)

    def fit(self, interactions: Interactions) -> Self:
        """See `Ranker`."""
        super().fit(interactions)
        return self

    def state(self) -> State:
        """See `Ranker`."""
        config = {name: getattr(self, name) for name in _SETTINGS}
        arrays = {"popularity": self.popularity, **csr_arrays("bonds", self.bonds), **self._derived_arrays()}
        return State(arrays=arrays, config={"settings": config, "dated": self._dated, "exact": self.exact})

    @classmethod
    def restore(cls, state: State) -> Self:
        """See `Ranker`."""
        made = cls(**state.config["settings"])
        made._dated, made.exact = state.config["dated"], state.config["exact"]
        made.popularity = np.asarray(state.arrays["popularity"], np.float64)
        made._items = len(made.popularity)
        made.bonds = csr_from("bonds", state.arrays, made._items)
        made._take_derived(state.arrays)
        return made


_SETTINGS = (
    "step", "half_life", "gap", "window", "direction", "from_power", "to_power", "shrink", "neighbours", "most_cells",
)  # fmt: skip


RANKER = Neighbours
