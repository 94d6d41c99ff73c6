"""Labelled texts in memory, and how a file of them is read: CSV, TSV (UTF-8, UTF-16, GB18030), JSONL, Parquet.

Every row keeps its number in the file, so that whatever is said later of a row can be found again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.errors import InputError
from goodword.train.tables import table
from goodword.train.tasks import Task, stars

LONGEST = 10_000  # characters of a text that are read; a longer one is cut
_LABELS_MOST = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Corpus:
    """Labelled texts: tuples of equal length, `rows` the row of each in its file (the heading is row 1)."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    rows: NDArray[np.int64]
    pairs: tuple[str, ...] | None = None
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # further columns by name
    source: str = ""
    sha256: str = ""

    def __len__(self) -> int:
        """How many rows."""
        return len(self.texts)

    def take(self, index: Sequence[int] | NDArray[np.int64] | NDArray[np.bool_]) -> "Corpus":
        """Some rows, in the order given."""
        places = np.arange(len(self))[np.asarray(index)].tolist() if len(self) else []
        return replace(
            self,
            texts=tuple(self.texts[i] for i in places),
            labels=tuple(self.labels[i] for i in places),
            rows=self.rows[places],
            pairs=None if self.pairs is None else tuple(self.pairs[i] for i in places),
            columns={k: tuple(v[i] for i in places) for k, v in self.columns.items()},
        )

    def plus(self, other: "Corpus") -> "Corpus":
        """The rows of both."""
        pairs = None if self.pairs is None or other.pairs is None else self.pairs + other.pairs
        columns = {k: v + other.columns[k] for k, v in self.columns.items() if k in other.columns}
        return replace(self, texts=self.texts + other.texts, labels=self.labels + other.labels, pairs=pairs,
                       rows=np.concatenate([self.rows, other.rows]), columns=columns)  # fmt: skip

    def codes(self, labels: Sequence[str]) -> NDArray[np.int64]:
        """Each row's label as its number in `labels`."""
        number = {label: i for i, label in enumerate(labels)}
        return np.fromiter((number[x] for x in self.labels), np.int64, len(self))


@dataclass(slots=True)
class Cleaning:
    """What was done to the rows on the way in; counts for the card and for the person."""

    read: int = 0
    faulty: int = 0
    first_fault: str = ""
    no_text: int = 0
    no_label: int = 0
    cut: int = 0
    stars: bool = False  # labels were star ratings


def read(
    path: Path, task: Task, *, text: str = "", label: str = "", pair: str = "", keep: Sequence[str] = (),
) -> tuple[Corpus, Cleaning]:  # fmt: skip
    """The labelled texts of a file.

    Args:
        text, label, pair: column names; '' lets the task's own names be looked for.
        keep: further columns that must be there (of groups, of time, of slices).

    Raises:
        InputError: no such file, no text file, an absent column, nothing usable in it.
    """
    found = table(path)
    names = found.names
    at_text = _column(path, names, text, task.text, "text")
    at_label = _column(path, names, label, task.label, "label")
    at_pair = _column(path, names, pair, task.pair, "second text") if task.pair or pair else -1
    for name in keep:
        _column(path, names, name, (), "column")
    told = Cleaning(read=found.rows_read, faulty=found.faulty, first_fault=found.first_fault)
    kept: list[tuple[int, str, str, str, Sequence[str]]] = []
    for number, cells in found.rows:
        body, tag = _clean(cells[at_text]), " ".join(cells[at_label].split())
        if not body:
            told.no_text += 1
        elif not tag:
            told.no_label += 1
        else:
            told.cut += len(body) > LONGEST
            kept.append((number, body[:LONGEST], tag, _clean(cells[at_pair])[:LONGEST] if at_pair >= 0 else "", cells))
    label_of = task.reading({k[2] for k in kept})
    told.stars = label_of is stars
    if not kept:
        raise InputError(
            "no row has both a text and a label",
            where=str(path),
            cure=f"Look at columns {names[at_text]!r} and {names[at_label]!r}",
        )
    others = [i for i, _ in enumerate(names) if i not in {at_text, at_label, at_pair}]
    corpus = Corpus(
        texts=tuple(k[1] for k in kept), labels=tuple(label_of(k[2]) for k in kept),
        rows=np.array([k[0] for k in kept], np.int64), pairs=tuple(k[3] for k in kept) if at_pair >= 0 else None,
        columns={names[i]: tuple(k[4][i].strip() for k in kept) for i in others}, source=path.name,
        sha256=found.sha256,
    )  # fmt: skip
    _look(corpus, path)
    return corpus, told


def _column(path: Path, names: Sequence[str], given: str, usual: Sequence[str], what: str) -> int:
    """The place of a column: the one named, or the first of the usual names that is there."""
    low = [n.strip().casefold() for n in names]
    wanted = [given] if given else list(usual)
    for name in wanted:
        if name.casefold() in low:
            return low.index(name.casefold())
    there = ", ".join(names[:20])
    if given:
        raise InputError(f"there is no column {given!r}", where=str(path), cure=f"There is: {there}")
    option = {"text": "--text", "label": "--label", "second text": "--pair"}.get(what, "")
    raise InputError(
        f"no column is known to hold the {what}", where=str(path), cure=f"Name it with {option}. There is: {there}"
    )


def _clean(text: str) -> str:
    """White space at the ends off, characters that are no text out."""
    if "\0" in text or not text.isprintable():
        text = "".join(c for c in text if c.isprintable() or c in "\n\t\u200d\ufe0f" or c.isspace())
    return text.strip()


def _look(corpus: Corpus, path: Path) -> None:
    """Refuse labels that cannot be learnt from.

    Raises:
        InputError: one label only, labels that differ in case only, or as many labels as texts.
    """
    counts = Counter(corpus.labels)
    low: dict[str, str] = {}
    for name in counts:
        if (other := low.setdefault(name.casefold(), name)) != name:
            raise InputError(
                f"labels {other!r} and {name!r} differ in capitals only", where=str(path), cure="Write them alike"
            )
    if len(counts) == 1:
        raise InputError(
            f"all rows have the label {corpus.labels[0]!r}", where=str(path), cure="Give texts of two labels or more"
        )
    if len(counts) > _LABELS_MOST or len(counts) > max(2, len(corpus) // 2):
        raise InputError(
            f"{len(counts)} different labels among {len(corpus)} rows",
            where=str(path),
            cure="Is this the column of labels? Name it with --label",
        )


def as_dict(told: Cleaning) -> dict[str, Any]:
    """For the bundle."""
    return {f.name: getattr(told, f.name) for f in fields(Cleaning) if f.name != "first_fault"}
