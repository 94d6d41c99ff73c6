"""What is kept of every review while a file streams by: numbers in columns, no text; some 100 bytes a review."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from goodword.jobs.reviews_score import Scored
from goodword.opinions import needs, points
from goodword.opinions.base import FEELINGS
from goodword.opinions.taxonomy import Taxonomy
from goodword.types import Lang

POLES = ("negative", "neutral", "positive")
SAMPLE = 12_000  # texts a language that topics are found in
KEPT_ASKS = 50_000
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass
class Names:
    """Names by number."""

    of: dict[str, int] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """The number of a name; -1 of none."""
        return self.of.setdefault(name, len(self.of)) if name else -1

    @property
    def all(self) -> list[str]:
        """The names in order of their numbers."""
        return list(self.of)


class Columns:
    """Takes scored reviews; gives arrays."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.products, self.segments = Names(), Names()
        self._product, self._segment, self._day, self._lang, self._feeling = (array("i") for _ in range(5))
        self._score, self._rating = array("f"), array("f")
        self._mention = {name: array("i") for name in ("review", "category", "pole", "start", "end", "sure")}
        self._point = {name: array("i") for name in ("review", "point", "start", "end")}
        self.terms: dict[int, dict[str, int]] = {}
        self.asks: dict[str, list[tuple[int, str, int, int]]] = {"wish": [], "use": []}
        self.texts: dict[Lang, list[tuple[int, str]]] = {"en": [], "zh": []}
        self._every: dict[Lang, int] = {"en": 1, "zh": 1}
        self._seen: dict[Lang, int] = {"en": 0, "zh": 0}
        self._categories = {name: n for n, name in enumerate(taxonomy.ids)}
        self.points = list(points.all_points())
        self._points = {name: n for n, name in enumerate(self.points)}

    def __len__(self) -> int:
        return len(self._day)

    def add(self, batch: Sequence[Scored]) -> None:
        """Take a batch."""
        for scored in batch:
            place = len(self._day)
            opinion = scored.opinion
            self._product.append(self.products.number(opinion.product))
            self._segment.append(self.segments.number(opinion.segment))
            self._day.append(-1 if opinion.day is None else opinion.day)
            self._lang.append(0 if opinion.lang == "en" else 1)
            self._feeling.append(FEELINGS.index(scored.sentiment.label))
            self._score.append(scored.sentiment.score)
            self._rating.append(float("nan") if opinion.rating is None else opinion.rating)
            self._mentions(place, scored)
            for found in scored.points:
                _push(self._point, place, self._points[found.point], found.start, found.end)
            for ask in needs.find(opinion.text):
                if len(self.asks[ask.kind]) < KEPT_ASKS:
                    self.asks[ask.kind].append((place, ask.what, ask.start, ask.end))
            self._sample(place, opinion.lang, opinion.text)

    def _mentions(self, place: int, scored: Scored) -> None:
        for mention in scored.mentions:
            category = self._categories.get(mention.category, len(self._categories) - 1)
            sure = int(mention.confidence * 1000)
            _push(self._mention, place, category, POLES.index(mention.polarity), mention.start, mention.end, sure)
            counted = self.terms.setdefault(category, {})
            term = mention.term.lower()
            if term in counted or len(counted) < 2000:
                counted[term] = counted.get(term, 0) + 1

    def _sample(self, place: int, lang: Lang, text: str) -> None:
        """Every n-th text, n doubling as the file grows: the same texts on every run."""
        if self._seen[lang] % self._every[lang] == 0:
            self.texts[lang].append((place, text))
            if len(self.texts[lang]) >= 2 * SAMPLE:
                self.texts[lang] = self.texts[lang][::2]
                self._every[lang] *= 2
        self._seen[lang] += 1

    def arrays(self) -> "Arrays":
        """Everything as arrays."""

        def ints(column: "array[int]") -> Ints:
            return np.array(column, np.int64)

        return Arrays(
            product=ints(self._product), segment=ints(self._segment), day=ints(self._day), lang=ints(self._lang),
            feeling=ints(self._feeling), score=np.array(self._score, np.float64),
            rating=np.array(self._rating, np.float64), mention={k: ints(v) for k, v in self._mention.items()},
            point={k: ints(v) for k, v in self._point.items()},
        )  # fmt: skip


@dataclass(frozen=True)
class Arrays:
    """One place for each review; `mention` and `point` one for each of those."""

    product: Ints
    segment: Ints
    day: Ints
    lang: Ints
    feeling: Ints
    score: Floats
    rating: Floats
    mention: dict[str, Ints]
    point: dict[str, Ints]

    @property
    def content(self) -> NDArray[np.bool_]:
        """Reviews of content customers: by their stars (four and five) where given, else by the words."""
        out: NDArray[np.bool_] = np.where(np.isnan(self.rating), self.score >= 0.5, self.rating >= 4)
        return out


def _push(columns: dict[str, "array[int]"], *values: int) -> None:
    for column, value in zip(columns.values(), values, strict=True):
        column.append(value)
