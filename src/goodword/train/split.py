"""Training, validation and test rows: no text, near-copy or group stands on two sides, and leaks are counted.

The same corpus, seed and options give the same split to every recipe.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.errors import InputError
from goodword.models.ngrams import Grams, hashed, tidy
from goodword.train.corpus import Corpus

Ints = NDArray[np.int64]
FEWEST = 20  # rows in all
FEWEST_OF_LABEL = 5
_TEMPLATED = 0.2  # share of rows in one cluster from which near-copies are no accident
_MARKS = re.compile(r"[\W_]+")
_SHINGLE = Grams(unit="char", low=3, high=3)
_BANDS, _ROWS = 12, 3  # of min-hashes: copies alike to 0.7 share a band with probability 0.99
_ALIKE = 0.7  # Jaccard similarity of shingles from which two texts are near-copies


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """The three parts, the labels in order, and what a careless split would have leaked."""

    train: Corpus
    valid: Corpus
    test: Corpus
    labels: tuple[str, ...]
    groups: Ints  # of the test rows: rows that stand or fall together
    about: dict[str, Any]


def deduplicated(corpus: Corpus) -> tuple[Corpus, dict[str, int]]:
    """Each text once. Copies with one label lose all but the first; copies whose labels disagree all go."""
    keys: dict[tuple[str, str], list[int]] = {}
    pairs = corpus.pairs or ("",) * len(corpus)
    for i, (text, pair) in enumerate(zip(corpus.texts, pairs, strict=True)):
        keys.setdefault((fingerprint(text), pair.casefold()), []).append(i)
    keep, copies, torn = [], 0, 0
    for places in keys.values():
        if len({corpus.labels[i] for i in places}) > 1:
            torn += len(places)
            continue
        keep.append(places[0])
        copies += len(places) - 1
    return corpus.take(sorted(keep)), {"copies_removed": copies, "conflicting_copies_removed": torn}


def fingerprint(text: str) -> str:
    """A text without case, marks and spacing; texts of marks alone stay as they are."""
    return _MARKS.sub("", tidy(text)) or text


def clusters(texts: Sequence[str]) -> Ints:
    """The cluster of near-copies each text belongs to, by min-hash bands of character 3-grams, verified by Jaccard."""
    prints = [fingerprint(t)[:2000] for t in texts]
    parent = np.arange(len(texts))
    docs, grams = hashed(prints, _SHINGLE)
    order = np.argsort(docs, kind="stable")
    docs, grams = docs[order], grams[order]
    have, starts = np.unique(docs, return_index=True)
    if not len(have):
        return parent
    ends = np.append(starts[1:], len(docs))
    rng = np.random.default_rng(2026)
    odd = rng.integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    shift = np.uint64(29)
    for band in range(_BANDS):
        sketch = np.zeros(len(have), np.uint64)
        for row in range(_ROWS):
            mixed = grams * odd[band * _ROWS + row]
            lowest = np.minimum.reduceat(mixed ^ (mixed >> shift), starts)
            sketch = sketch * np.uint64(0x9E3779B97F4A7C15) + lowest
        _join(sketch, have, (starts, ends, grams), parent)
    return np.array([_root(parent, i) for i in range(len(parent))])


def _join(sketch: NDArray[np.uint64], have: Ints, held: tuple[Ints, Ints, NDArray[np.uint64]], parent: Ints) -> None:
    """Put texts with the same sketch, where they are truly alike, into one cluster."""
    starts, ends, grams = held
    order = np.argsort(sketch, kind="stable")
    same = np.flatnonzero(sketch[order][1:] == sketch[order][:-1])
    for at in same.tolist():
        a, b = int(order[at]), int(order[at + 1])
        if _root(parent, int(have[a])) == _root(parent, int(have[b])):
            continue
        left, right = (np.unique(grams[starts[i] : ends[i]]) for i in (a, b))
        both = len(np.intersect1d(left, right, assume_unique=True))
        if both >= _ALIKE * (len(left) + len(right) - both):
            parent[_root(parent, int(have[b]))] = _root(parent, int(have[a]))


def _root(parent: Ints, i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = int(parent[i])
    return i


def split(
    corpus: Corpus, *, seed: int, test: float = 0.2, valid: float = 0.16, group: str = "", time: str = "",
    given_test: Corpus | None = None,
) -> Split:  # fmt: skip
    """Part a corpus: by group (all rows of a product or author on one side), by time (the latest are the test), or
    by near-copy clusters, in each case with the shares of the labels kept as far as they can be.

    Args:
        test, valid: shares of all rows.
        group, time: column names; '' for none.
        given_test: a test set of its own; training rows that stand in it too are removed and counted.

    Raises:
        InputError: too few rows, or too few of a label.
    """
    corpus, counts = deduplicated(corpus)
    about: dict[str, Any] = dict(counts)
    _enough(corpus)
    near = clusters(corpus.texts)
    if np.bincount(near).max() > _TEMPLATED * len(corpus):  # all of one mould: only whole copies can be told apart
        near = np.arange(len(corpus))
        about["templated"] = True
    together = _factors(corpus.columns[group]) if group else near
    rng = np.random.default_rng(seed)
    labels = tuple(sorted(set(corpus.labels) | set(given_test.labels if given_test else ())))
    if given_test is not None:
        held, _ = deduplicated(given_test)
        corpus, leaked = _without(corpus, held)
        about |= {"leaks_removed": leaked}
        part = _drawn(corpus, _factors(corpus.columns[group]) if group else clusters(corpus.texts), valid, rng)
        train_at, valid_at, test_corpus = ~part, part, held
        groups = _factors(held.columns[group]) if group else np.arange(len(held))
    else:
        chosen = _latest(corpus, time, test) if time else _drawn(corpus, together, test, rng)
        about |= {"leaks_prevented": _would_leak(near, test, seed), "near_copies": int(len(near) - len(set(near)))}
        if time:  # a copy of a test text may not be trained on
            chosen_groups = set(near[chosen].tolist())
            stray = ~chosen & np.isin(near, list(chosen_groups))
            about["leaks_removed"] = int(stray.sum())
        rest = ~chosen & ~stray if time else ~chosen
        part = np.zeros(len(corpus), bool)
        left = np.flatnonzero(rest)
        part[left[_drawn(corpus.take(left), together[left], valid / (1 - test), rng)]] = True
        train_at, valid_at, test_corpus, groups = rest & ~part, part, corpus.take(chosen), together[chosen]
    train, checked = corpus.take(train_at), corpus.take(valid_at)
    _all_labels(train, test_corpus, labels)
    about |= {
        "train": len(train), "valid": len(checked), "test": len(test_corpus), "seed": seed,
        "by": f"group {group}" if group else f"time {time}" if time else "near-copy cluster",
        "balance": dict(sorted(Counter(corpus.labels).items())),
    }  # fmt: skip
    return Split(train=train, valid=checked, test=test_corpus, labels=labels, groups=groups, about=about)


def _enough(corpus: Corpus) -> None:
    """Refuse what no split can be made of."""
    if len(corpus) < FEWEST:
        raise InputError(
            f"{len(corpus)} different texts are too few to learn from and to test on",
            where=corpus.source,
            cure=f"Give at least {FEWEST}, better some hundreds",
        )
    counts = Counter(corpus.labels)
    few = [f"{label} ({n})" for label, n in sorted(counts.items()) if n < FEWEST_OF_LABEL]
    if len(counts) < 2:
        raise InputError("one label only is left once copies are removed", where=corpus.source,
                         cure="Give texts of two labels or more")  # fmt: skip
    if few:
        raise InputError(
            f"too few texts have the label {', '.join(few[:5])}",
            where=corpus.source,
            cure=f"Give at least {FEWEST_OF_LABEL} of each, or drop or join the label",
        )


def _all_labels(train: Corpus, test: Corpus, labels: Sequence[str]) -> None:
    for part, where in ((train, "training"), (test, "test")):
        if missing := sorted(set(labels) - set(part.labels)) if part is train else []:
            raise InputError(f"no {where} text has the label {missing[0]!r}", where=part.source,
                             cure="Give more texts of it, or fewer, larger groups")  # fmt: skip
        if len(set(part.labels)) < 2:
            raise InputError(f"all {where} texts have one label", where=part.source,
                             cure="Split by another column, or give more texts")  # fmt: skip


def _factors(values: Sequence[str]) -> Ints:
    """A number for each different value; an empty cell is a group of its own."""
    number: dict[str, int] = {}
    return np.array([number.setdefault(v or f"\0{i}", len(number)) for i, v in enumerate(values)], np.int64)


def _drawn(corpus: Corpus, together: Ints, share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Whole groups drawn until each label has its share."""
    labels = sorted(set(corpus.labels))
    codes = corpus.codes(labels)
    wanted = np.bincount(codes, minlength=len(labels)) * share
    held = np.zeros(len(labels))
    order = np.argsort(together, kind="stable")
    cuts = np.flatnonzero(np.diff(together[order])) + 1
    groups = np.split(order, cuts)
    chosen = np.zeros(len(corpus), bool)
    for i in rng.permutation(len(groups)).tolist():
        places = groups[i]
        counts = np.bincount(codes[places], minlength=len(labels))
        main = int(counts.argmax())
        if held[main] + counts[main] <= wanted[main] + 0.5 or (
            held[main] == 0 and counts[main] <= 2 * wanted[main] + 1
        ):
            held += counts
            chosen[places] = True
    return chosen


def _latest(corpus: Corpus, time: str, share: float) -> NDArray[np.bool_]:
    """The last rows by time (ISO 8601 or numbers); those without a time count as the earliest."""
    values = corpus.columns[time]
    try:
        keys: list[Any] = [float(v) if v else float("-inf") for v in values]
    except ValueError:
        keys = list(values)
    order = sorted(range(len(keys)), key=lambda i: (keys[i], i))
    chosen = np.zeros(len(keys), bool)
    chosen[order[len(order) - round(len(order) * share) :]] = True
    return chosen


def _would_leak(near: Ints, share: float, seed: int) -> int:
    """Test rows that would have a near-copy in training, were rows drawn one by one."""
    drawn = np.random.default_rng(seed).random(len(near)) < share
    return int(np.isin(near[drawn], near[~drawn]).sum())


def _without(corpus: Corpus, held: Corpus) -> tuple[Corpus, int]:
    """Training rows that are no near-copy of a test row, and how many were."""
    both = clusters([*held.texts, *corpus.texts])
    same = {fingerprint(t) for t in held.texts}
    stray = np.isin(both[len(held) :], both[: len(held)])
    stray |= np.array([fingerprint(t) in same for t in corpus.texts])
    if corpus.pairs is not None:  # a sentence with another aspect is another question
        keys = {(fingerprint(t), p) for t, p in zip(held.texts, held.pairs or (), strict=True)}
        stray = np.array([(fingerprint(t), p) in keys for t, p in zip(corpus.texts, corpus.pairs, strict=True)])
    return corpus.take(~stray), int(stray.sum())
