"""What is like what in words: title, category, brand. Places items that nobody has bought yet.

TF-IDF over words and, in Chinese, pairs of characters; cosine.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

import numpy as np
from scipy import sparse

from goodword.rankers.base import State
from goodword.rankers.interactions import Histories, Ids, Interactions
from goodword.rankers.itemitem import ItemItem, strongest
from goodword.rankers.sums import csr_arrays, nothing

_WORD = re.compile(r"[^\W_\u3400-\u9fff]+|[\u3400-\u9fff]+")
_ROWS = 2048  # items compared with all others at once


class Content(ItemItem):
    """See `Ranker`. Nothing is learnt of shoppers: there is nothing to forget.

    Args:
        texts: words by item id; items without are like nothing.
        neighbours: similar items kept an item.
        step, half_life: see `weigh`.
    """

    NAME: ClassVar[str] = "content"
    VERSION: ClassVar[str] = "1"

    def __init__(
        self, *, texts: Mapping[str, str] | None = None, neighbours: int = 100, step: float = 0.3,
        half_life: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__(step=step, half_life=half_life)
        self._texts, self.neighbours = dict(texts or {}), neighbours
        self._ids = Ids()
        self.features: Any = None  # items × terms, rows of length 1 or 0

    def _clear(self, items: int) -> None:
        pass

    def _count(self, histories: Histories, sign: int) -> None:
        pass

    def _grow(self, items: int) -> None:
        self.features.resize((items, self.features.shape[1]))

    def fit(self, interactions: Interactions) -> Self:
        """See `Ranker`."""
        self.describe(interactions.item_ids, self._texts)
        super().fit(interactions)
        return self

    def describe(self, ids: Ids, texts: Mapping[str, str]) -> None:
        """Take the words of items, new ones included, by their numbers in `ids`; those of old ones are replaced."""
        self.features = features([texts.get(name, "") for name in ids])
        self._items, self._derived = len(ids), None

    def _derive(self) -> Any:
        if not self.features.nnz:
            return nothing(self._items)
        terms = self.features.T.tocsr()
        parts = []
        for first in range(0, self._items, _ROWS):
            part = (self.features[first : first + _ROWS] @ terms).tocoo()
            apart = part.row + first != part.col
            cells = (part.data[apart], (part.row[apart], part.col[apart]))
            parts.append(strongest(sparse.csr_matrix(cells, shape=part.shape), self.neighbours))
        return sparse.vstack(parts, format="csr")

    def state(self) -> State:
        """See `Ranker`."""
        settings = {"neighbours": self.neighbours, "step": self.step, "half_life": self.half_life}
        config = {"settings": settings, "items": self._items, "dated": self._dated, "terms": self.features.shape[1]}
        return State(arrays={**csr_arrays("features", self.features), **self._derived_arrays()}, config=config)

    @classmethod
    def restore(cls, state: State) -> Self:
        """See `Ranker`."""
        made, told = cls(**state.config["settings"]), state.config
        made._items, made._dated = told["items"], told["dated"]
        cells = tuple(state.arrays[f"features.{part}"] for part in ("data", "indices", "indptr"))
        made.features = sparse.csr_matrix(cells, shape=(made._items, told["terms"]))
        made._take_derived(state.arrays)
        return made


def terms_of(text: str) -> Iterable[str]:
    """Words in lower case; of Chinese, pairs of characters."""
    for run in _WORD.findall(text.lower()):
        if "\u3400" <= run[0] <= "\u9fff" and len(run) > 1:
            yield from (run[n : n + 2] for n in range(len(run) - 1))
        else:
            yield run


def features(texts: list[str]) -> Any:
    """TF-IDF rows of length 1; terms that stand in one text only or in over half of 20 and more tell nothing."""
    counted = [Counter(terms_of(t)) for t in texts]
    known = Counter(t for c in counted for t in c)
    kept = [t for t, n in known.items() if n > 1 and (len(texts) < 20 or n <= len(texts) / 2)]
    numbers = {t: n for n, t in enumerate(sorted(kept))}
    rows, columns, values = [], [], []
    for row, counts in enumerate(counted):
        for term, n in counts.items():
            if (column := numbers.get(term)) is not None:
                rows.append(row)
                columns.append(column)
                values.append((1 + np.log(n)) * np.log(1 + len(texts) / known[term]))
    shape = (len(texts), max(len(numbers), 1))
    made = sparse.csr_matrix((np.array(values, np.float64), (rows, columns)), shape=shape)
    length = np.sqrt(np.asarray(made.multiply(made).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.maximum(length, 1e-12)) @ made).tocsr()


RANKER = Content
