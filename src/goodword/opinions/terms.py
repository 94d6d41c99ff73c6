"""The terms of a collection of texts: words and word pairs, or runs of Chinese characters that hold together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodword.text.pieces import HAN, LATIN, U64, Ints, Pieces, cut, joined
from goodword.types import Lang

_MOST = 900  # terms
_BATCH = 4096
_COHESION = 4.0  # how many times more often a run stands than its parts would have it, at least
_CONTAINED = 0.65  # a term that stands inside a longer one this often is the longer one
_SIZES: dict[Lang, tuple[int, ...]] = {"en": (1, 2), "zh": (2, 3, 4)}


@dataclass(frozen=True, slots=True)
class Term:
    """A term, its hash, and in how many texts it stands."""

    text: str
    key: int
    df: int


def gram(codes: U64, size: int) -> U64:
    """The hash of every run of `size` pieces."""
    count = max(0, len(codes) - size + 1)
    return joined(*(codes[n : n + count] for n in range(size)), salt=400 + size)


def found_in(pieces: Pieces, keys: U64, lang: Lang) -> tuple[Ints, Ints]:
    """(text, place in `keys`) of every known term, each once a text."""
    docs, places = [], []
    for size in _SIZES[lang]:
        grams, inside = _grams(pieces, size, lang)
        at = np.minimum(np.searchsorted(keys, grams), len(keys) - 1)
        hit = inside & (keys[at] == grams)
        docs.append(pieces.doc[: len(grams)][hit])
        places.append(at[hit])
    both = np.unique(np.concatenate(docs) * np.int64(len(keys)) + np.concatenate(places))
    return both // len(keys), both % len(keys)


def counted(texts: Sequence[str], lang: Lang, stop: Collection[int]) -> list[Term]:
    """The terms of some texts, in no more than a quarter and no fewer than three in a thousand of them."""
    least, largest = max(5, int(0.003 * len(texts))), int(0.25 * len(texts))
    tables: dict[int, dict[int, int]] = {size: {} for size in (1, *_SIZES[lang])}
    shown: dict[int, str] = {}
    for at in range(0, len(texts), _BATCH):
        _count(texts[at : at + _BATCH], lang, tables, shown)
    terms = [
        Term(shown[key], key, df)
        for size in _SIZES[lang]
        for key, df in tables[size].items()
        if least <= df <= largest and key in shown
    ]
    parts = _parts(terms, lang, stop, tables, len(texts))
    return _longest(sorted(parts, key=lambda t: -t.df)[: 3 * _MOST], lang)[:_MOST]


def _grams(pieces: Pieces, size: int, lang: Lang) -> tuple[U64, NDArray[np.bool_]]:
    """Every run of that size, and whether it lies in one text and is all of the language's letters."""
    kind = LATIN if lang == "en" else HAN
    grams = gram(pieces.code, size)
    count = len(grams)
    inside = np.ones(count, np.bool_)
    for n in range(size):
        inside &= (pieces.kind[n : n + count] == kind) & (pieces.doc[n : n + count] == pieces.doc[:count])
    return grams, inside


def _count(texts: Sequence[str], lang: Lang, tables: dict[int, dict[int, int]], shown: dict[int, str]) -> None:
    pieces = cut(texts)
    for size, table in tables.items():
        grams, inside = _grams(pieces, size, lang)
        where = np.flatnonzero(inside)
        doc, key = pieces.doc[where], grams[where]
        order = np.lexsort((doc, key))
        doc, key, where = doc[order], key[order], where[order]
        new = np.ones(len(key), np.bool_)
        new[1:] = (key[1:] != key[:-1]) | (doc[1:] != doc[:-1])
        keys, first, times = np.unique(key[new], return_index=True, return_counts=True)
        places = where[new][first]
        for k, n, i in zip(keys.tolist(), times.tolist(), places.tolist(), strict=True):
            known = table.get(k, 0)
            table[k] = known + n
            if k not in shown and known + n >= 2:
                last = i + size - 1
                shown[k] = texts[int(pieces.doc[i])][int(pieces.start[i]) : int(pieces.end[last])].lower()


def _parts(
    terms: Sequence[Term], lang: Lang, stop: Collection[int], tables: dict[int, dict[int, int]], texts: int
) -> list[Term]:
    """Terms without stop words, whose parts hold together."""
    out = []
    single = tables[1]
    for term in terms:
        pieces = cut([term.text])
        codes = pieces.code
        if lang == "en":
            if any(int(c) in stop for c in codes) or (len(codes) == 1 and len(term.text) < 3):
                continue
        elif term.key in stop or any(int(k) in stop for s in (2, 3) for k in gram(codes, s) if s < len(codes)):
            continue
        expected = float(texts)
        for code in codes:
            expected *= single.get(int(gram(np.array([code], np.uint64), 1)[0]), 1) / texts
        if len(codes) == 1 or term.df >= _COHESION ** (len(codes) - 1) * expected:
            out.append(term)
    return out


def _longest(terms: Sequence[Term], lang: Lang) -> list[Term]:
    """Terms that do not mostly stand inside a longer one."""
    inside: dict[str, int] = {}
    for term in terms:
        pieces = term.text.split() if lang == "en" else list(term.text)
        glue = " " if lang == "en" else ""
        for size in range(1, len(pieces)):
            for n in range(len(pieces) - size + 1):
                part = glue.join(pieces[n : n + size])
                inside[part] = max(inside.get(part, 0), term.df)
    return [t for t in terms if inside.get(t.text, 0) < _CONTAINED * t.df]
