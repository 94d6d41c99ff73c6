"""Categories of what shoppers speak of: the shipped ones or a shop's own TOML file, and which category a term is in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import Any

import numpy as np

from goodword.errors import InputError
from goodword.text.pieces import U64, Ints, Pieces, cut, joined
from goodword.types import Lang

OTHER = "other"
_LONGEST = 6  # pieces of a term
_NAMES: dict[Lang, str] = {"en": "Other", "zh": "其他"}


@dataclass(frozen=True, slots=True)
class Hits:
    """Where listed terms stand: text, span and category (its place in `Taxonomy.ids`), longest match first."""

    doc: Ints
    start: Ints
    end: Ints
    category: Ints


@dataclass(frozen=True)
class Taxonomy:
    """Categories in the file's order, then 'other'."""

    names: Mapping[str, Mapping[Lang, str]]
    terms: Mapping[str, tuple[str, ...]]
    classes: Mapping[str, frozenset[str]]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids; 'other' is last."""
        return (*self.terms, OTHER)

    def name(self, category: str, lang: Lang) -> str:
        """What a category is called in a language."""
        return self.names[category][lang] if category in self.names else _NAMES[lang]

    def suits(self, category: str, product_class: str) -> bool:
        """Whether a category is for products of that class ('' is any)."""
        wanted = self.classes.get(category, frozenset())
        return not wanted or not product_class or product_class in wanted

    @cached_property
    def _table(self) -> tuple[U64, Ints]:
        codes, of = [], []
        for number, words in enumerate(self.terms.values()):
            for word in words:
                pieces = cut([word])
                if 0 < len(pieces.code) <= _LONGEST:
                    codes.append(_gram(pieces.code, len(pieces.code))[0])
                    of.append(number)
        keys, first = np.unique(np.array(codes, np.uint64), return_index=True)
        return keys, np.array(of, np.int64)[first]

    def find(self, pieces: Pieces) -> Hits:
        """Every listed term; where several overlap, the longest."""
        keys, of = self._table
        taken = np.zeros(len(pieces.doc) + _LONGEST, np.bool_)
        found: list[tuple[int, int, int]] = []
        for size in range(min(_LONGEST, len(pieces.code)), 0, -1):
            grams = _gram(pieces.code, size)
            at = np.minimum(np.searchsorted(keys, grams), len(keys) - 1)
            same = pieces.doc[: len(grams)] == pieces.doc[size - 1 :]
            for i in np.flatnonzero((keys[at] == grams) & same).tolist():
                if not taken[i : i + size].any():
                    taken[i : i + size] = True
                    found.append((i, i + size - 1, int(of[at[i]])))
        found.sort()
        first, last, category = (
            (np.array(c, np.int64) for c in zip(*found, strict=True)) if found else (np.zeros(0, np.int64),) * 3
        )
        return Hits(pieces.doc[first], pieces.start[first], pieces.end[last], category)

    def of(self, terms: Sequence[str]) -> list[str]:
        """The category of each term: by the last listed word it holds (English nouns end in what they are)."""
        pieces = cut(terms)
        out = [OTHER] * len(terms)
        hits = self.find(pieces)
        for doc, category in zip(hits.doc.tolist(), hits.category.tolist(), strict=True):
            out[doc] = self.ids[category]
        return out


def _gram(codes: U64, size: int) -> U64:
    count = len(codes) - size + 1
    return joined(*(codes[n : n + count] for n in range(size)), salt=200 + size)


@cache
def shipped() -> Taxonomy:
    """The categories of data/opinions/aspects.toml."""
    return _taxonomy(loads(files("goodword.data").joinpath("opinions/aspects.toml").read_text("utf-8")), "aspects.toml")


def load(path: Path | None) -> Taxonomy:
    """A shop's own categories, or the shipped ones.

    Raises:
        InputError: the file cannot be read, is not TOML, or a category lacks names or terms.
    """
    if path is None:
        return shipped()
    try:
        return _taxonomy(loads(path.read_text("utf-8")), str(path))
    except (OSError, UnicodeDecodeError):
        raise InputError("this taxonomy cannot be read", where=str(path), cure="Give a TOML file in UTF-8") from None
    except TOMLDecodeError as problem:
        raise InputError(f"this is not TOML: {problem}", where=str(path)) from None


def _taxonomy(table: Mapping[str, Any], where: str) -> Taxonomy:
    rows = table.get("aspect")
    if not isinstance(rows, dict) or not rows:
        raise InputError("there is no [aspect.NAME] in this taxonomy", where=where,
                         cure='Give [aspect.fit] en = "Fit" zh = "版型" terms_en = […] terms_zh = […]')  # fmt: skip
    names: dict[str, Mapping[Lang, str]] = {}
    terms: dict[str, tuple[str, ...]] = {}
    for name, row in rows.items():
        words = [*_words(row, "terms_en"), *_words(row, "terms_zh")] if isinstance(row, dict) else []
        if name == OTHER or not words:
            raise InputError(f"the category {name!r} has no terms", where=where, cure="Give terms_en or terms_zh")
        names[name] = {
            "en": str(row.get("en") or row.get("zh") or name),
            "zh": str(row.get("zh") or row.get("en") or name),
        }
        terms[name] = tuple(words)
    return Taxonomy(names, terms, {n: frozenset(map(str, r.get("classes", ()))) for n, r in rows.items()})


def _words(row: Mapping[str, Any], key: str) -> Collection[str]:
    found = row.get(key, [])
    return [w for w in found if isinstance(w, str) and w.strip()] if isinstance(found, list) else []
