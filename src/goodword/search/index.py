"""One search over words and meaning: two ranked lists, fused by rank.

Reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009; k = 60) needs neither tuning nor comparable scores.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from goodword.search.encode import WIDTH, Encoder
from goodword.search.lexical import Doc, Lexical
from goodword.search.vectors import Vectors

_FUSION = 60
_DEEP = 60  # how far down each list is read
_BATCH = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """Something found: its id, its fused score, and its place (from 1) and score in each list, if it is there."""

    id: str
    score: float
    words: int | None = None
    meaning: int | None = None
    bm25: float = 0.0
    cosine: float = 0.0


class Index:
    """What is searched. `encoder` None: by words alone."""

    def __init__(self, encoder: Encoder | None = None, folder: Path | None = None) -> None:
        self._encoder = encoder
        self._words = Lexical(folder)
        self._vectors = Vectors(WIDTH)
        self._group: dict[str, str] = {}

    def put(self, docs: Iterable[Doc], *, meaning: bool = True) -> None:
        """Add or replace by id, and make it found at once.

        Args:
            meaning: whether to search these by meaning too; encoding is what takes time.
        """
        source = iter(docs)
        while batch := list(islice(source, _BATCH)):
            known = [d for d in batch if d.id in self._group]
            self._words.drop(d.id for d in known)
            self._words.add(batch)
            self._group |= {d.id: d.group for d in batch}
            if self._encoder is not None and meaning:
                self._vectors.put([d.id for d in batch], self._encoder.encode([d.text for d in batch]))
        self._words.commit()

    def drop(self, ids: Sequence[str]) -> None:
        """Remove by id."""
        self._words.drop(ids)
        self._vectors.drop(ids)
        for name in ids:
            self._group.pop(name, None)
        self._words.commit()

    def find(self, query: str, k: int = 10, groups: Sequence[str] | None = None) -> list[Hit]:
        """The best `k`, best first.

        Args:
            groups: only documents of these groups; None: of all.
        """
        words = self._words.find(query, _DEEP, groups)
        meaning: list[tuple[str, float]] = []
        if self._encoder is not None and len(self._vectors):
            wide = self._vectors.find(self._encoder.encode([query])[0], _DEEP if groups is None else _DEEP * 8)
            meaning = [f for f in wide if groups is None or self._group[f[0]] in groups][:_DEEP]
        return _fused(words, meaning)[:k]

    def __len__(self) -> int:
        return len(self._group)


def _fused(words: Sequence[tuple[str, float]], meaning: Sequence[tuple[str, float]]) -> list[Hit]:
    by_words = {name: (n, s) for n, (name, s) in enumerate(words, 1)}
    by_meaning = {name: (n, s) for n, (name, s) in enumerate(meaning, 1)}
    hits = []
    for name in by_words.keys() | by_meaning.keys():
        one, two = by_words.get(name), by_meaning.get(name)
        score = sum(1 / (_FUSION + place[0]) for place in (one, two) if place)
        hits.append(
            Hit(
                id=name,
                score=score,
                words=one and one[0],
                meaning=two and two[0],
                bm25=one[1] if one else 0.0,
                cosine=two[1] if two else 0.0,
            )
        )
    return sorted(hits, key=lambda h: (-h.score, h.id))
