"""What is spoken of, found in the words themselves: terms that keep company, in groups, the same on every run.

Terms are words and word pairs (in Chinese, runs of two to four characters that hold together). Terms that share reviews
more than chance would have them are near (positive pointwise mutual information, Bullinaria & Levy 2007); groups are
spherical k-means over its leading eigenvectors, begun at frequent terms far apart. A review belongs to the topic whose
terms it holds most of, or to none: those are counted as left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads

import numpy as np
from numpy.typing import NDArray

from goodword.opinions.terms import Term, counted, found_in
from goodword.text.pieces import U64, Ints, code_of, cut
from goodword.types import Lang

_DIMENSIONS = 64
_ROUNDS = 30
_SHOWN = 10
_COHERENT = 0.02  # mean NPMI of the first terms, below which a group is no topic
_LEAST_TERMS = 3
_FEWEST = 200  # texts
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Topic:
    """Terms that keep company, the most telling first, and how well they do (mean NPMI of the first ten)."""

    lang: Lang
    terms: tuple[str, ...]
    coherence: float


@dataclass(frozen=True)
class Topics:
    """The topics of one language, and what assigns a text to one."""

    lang: Lang
    topics: tuple[Topic, ...]
    keys: U64
    topic_of: Ints  # of each key
    weight: Floats  # of each key

    def assign(self, texts: Sequence[str]) -> Ints:
        """The topic of each text, -1 where none is spoken of clearly."""
        scores = np.zeros((len(texts), max(1, len(self.topics))))
        if self.topics and len(self.keys):
            doc, key = found_in(cut(texts), self.keys, self.lang)
            np.add.at(scores, (doc, self.topic_of[key]), self.weight[key])
        best = scores.argmax(axis=1)
        top = scores[np.arange(len(texts)), best]
        return np.where(top >= 1.0, best, -1)


def fit(texts: Sequence[str], lang: Lang, most: int = 12) -> Topics:
    """The topics of some texts of one language; at most `most`, none of fewer than 200 texts."""
    none = Topics(lang, (), np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0))
    if len(texts) < _FEWEST:
        return none
    terms = counted(texts, lang, _stop(lang))
    if len(terms) < 2 * _LEAST_TERMS:
        return none
    keys = np.array(sorted(t.key for t in terms), np.uint64)
    by_key = {t.key: t for t in terms}
    ordered = [by_key[int(k)] for k in keys]
    together, df = _together(texts, keys, lang)
    npmi, vectors = _near(together, df, len(texts))
    groups = _grouped(vectors, df, most)
    return _told(lang, ordered, keys, groups, npmi, df, len(texts), none)


def _together(texts: Sequence[str], keys: U64, lang: Lang) -> tuple[Floats, Floats]:
    """In how many texts two terms stand together, and each alone."""
    width = len(keys)
    together = np.zeros((width, width))
    for at in range(0, len(texts), 2048):
        part = texts[at : at + 2048]
        doc, key = found_in(cut(part), keys, lang)
        holds = np.zeros((len(part), width), np.float32)
        holds[doc, key] = 1
        together += holds.T @ holds
    return together, np.diag(together).copy()


def _near(together: Floats, df: Floats, texts: int) -> tuple[Floats, Floats]:
    """NPMI of every pair of terms, and the terms as unit vectors."""
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.log(together * texts / np.outer(df, df))
        npmi = np.where(together > 0, pmi / -np.log(np.minimum(together / texts, 1 - 1e-9)), -1.0)
    np.fill_diagonal(pmi, 0.0)
    positive = np.where(together >= 3, np.maximum(pmi, 0.0), 0.0)
    values, vectors = np.linalg.eigh(positive)
    keep = np.argsort(-values)[: min(_DIMENSIONS, len(values))]
    spread = vectors[:, keep] * np.sqrt(np.maximum(values[keep], 0.0))
    length = np.linalg.norm(spread, axis=1, keepdims=True)
    return npmi, spread / np.maximum(length, 1e-9)


def _grouped(vectors: Floats, df: Floats, most: int) -> Ints:
    """The group of each term."""
    weight = np.sqrt(df)
    chosen = [int(weight.argmax())]
    nearest = vectors @ vectors[chosen[0]]
    while len(chosen) < min(most, len(vectors)):
        chosen.append(int((weight * (1 - np.clip(nearest, 0, 1))).argmax()))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    centres = vectors[chosen]
    group = np.zeros(len(vectors), np.int64)
    for _ in range(_ROUNDS):
        new = (vectors @ centres.T).argmax(axis=1)
        if (new == group).all():
            break
        group = new
        for n in range(len(centres)):
            inside = group == n
            if inside.any():
                centre = (vectors[inside] * weight[inside, None]).sum(axis=0)
                centres[n] = centre / max(float(np.linalg.norm(centre)), 1e-9)
    return group


def _told(
    lang: Lang, terms: Sequence[Term], keys: U64, groups: Ints, npmi: Floats, df: Floats, texts: int, none: Topics
) -> Topics:
    """Groups that hold together, the most spoken of first; each term weighs by how it keeps its group's company."""
    kept: list[tuple[float, Ints, Floats, float]] = []
    for n in range(int(groups.max()) + 1):
        inside = np.flatnonzero(groups == n)
        if len(inside) < _LEAST_TERMS:
            continue
        company = (np.maximum(npmi[np.ix_(inside, inside)], 0).sum(axis=1) - 1) / max(1, len(inside) - 1)
        rank = np.argsort(-company * df[inside] ** 0.3, kind="stable")
        inside, company = inside[rank], company[rank]
        first = inside[:_SHOWN]
        pairs = npmi[np.ix_(first, first)][np.triu_indices(len(first), 1)]
        coherence = float(pairs.mean())
        if coherence >= _COHERENT:
            kept.append((float(df[inside[:_SHOWN]].sum()), inside, company, coherence))
    if not kept:
        return none
    kept.sort(key=lambda k: -k[0])
    topics, topic_of, weight = [], np.full(len(keys), -1), np.zeros(len(keys))
    for n, (_, inside, company, coherence) in enumerate(kept):
        topics.append(Topic(lang, tuple(terms[i].text for i in inside[:_SHOWN].tolist()), round(coherence, 3)))
        topic_of[inside] = n
        rarity = np.log(texts / df[inside]) / np.log(texts)
        telling = np.clip(company / max(float(company.max()), 1e-9), 0.2, 1)
        weight[inside] = 1.4 * np.sqrt(rarity) * telling
    used = topic_of >= 0
    return Topics(lang, tuple(topics), keys[used], topic_of[used], weight[used])


@cache
def _stop(lang: Lang) -> frozenset[int]:
    words = loads(files("goodword.data").joinpath("opinions/topics.toml").read_text("utf-8"))[f"stop_{lang}"].split()
    return frozenset(code_of(w) if lang == "en" else _run(w) for w in words)


def _run(word: str) -> int:
    from goodword.opinions.terms import gram  # here, for `terms` knows how runs are hashed

    return int(gram(cut([word]).code, len(word))[0])
