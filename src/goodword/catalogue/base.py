"""The nouns of reading and writing catalogues, and what a reader and a writer must offer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from goodword.catalogue.encoding import Survey
from goodword.types import Lang, Mark, Record, Source

Role = Literal[
    "sku", "title", "description", "brand", "category", "price", "stock", "language", "class", "fact", "ignore"
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class BadRow:
    """A row that could not be read: where, what is wrong, and what to do about it."""

    where: Source
    problem: str
    cure: str
    raw: str = ""  # the row as far as it can be shown, cut to 500 characters


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """What one column is for. `name` is what its facts are called where that differs from the heading."""

    heading: str
    role: Role
    lang: Lang | None = None
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnMap:
    """What every column of a table is for, in the table's order."""

    columns: tuple[Column, ...]
    heading_row: int = 1  # 0 where the format has none
    sheet: str = ""  # of a workbook

    def first(self, role: Role) -> int | None:
        """Position of the first column with that role."""
        return next((n for n, c in enumerate(self.columns) if c.role == role), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The beginning of a file, enough to tell its format by. `rows` is that beginning read as a table."""

    path: Path
    survey: Survey
    raw: bytes
    text: str
    delimiter: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def heading(self) -> tuple[str, ...]:
        """The first row that is not empty."""
        return next((r for r in self.rows if any(r)), ())


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadPlan:
    """Everything a reader needs to know besides the path."""

    source: Source  # uri, sha256 and seen of every source this file gives
    survey: Survey
    delimiter: str = ","
    columns: ColumnMap | None = None
    talk: Lang = "en"  # the language problems are told in
    counted: str = "row"  # what a place in this file is counted in: row, line or product


@dataclass(slots=True)
class Row:
    """One row as it stands in the file. `fault` is the code of a problem that keeps it from being read."""

    number: int
    cells: list[str]
    raw: bytes = b""
    fault: str = ""
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Step:
    """Rows that belong together, in the file's order; what came of them; and which are to carry the text."""

    rows: list[Row]
    outcomes: list[Record | BadRow] = field(default_factory=list)
    sku: str = ""
    fill: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CopyText:
    """A released text for one slot. `text` and `html` already end with the visible label of `mark`."""

    text: str
    html: str | None = None  # None: paragraphs are made from `text`, escaped
    mark: Mark | None = None


Texts = Callable[[str], Mapping[Lang, CopyText]]
"""The texts of a sku, in the order they are to stand where they share one slot; {} for none. May be asked twice."""


class Reader(Protocol):
    """A module in `catalogue.readers`, or an object another package offers."""

    NAME: str

    def recognises(self, head: Head) -> float:
        """How surely this is our format, 0 to 1, told from the content and never from the file's name."""

    def columns(self, head: Head, *, heading_row: int | None = None, sheet: str = "") -> ColumnMap | None:
        """The guessed use of the columns; None where the format fixes it."""

    def read(self, path: Path, plan: ReadPlan) -> Iterator[Record | BadRow]:
        """Every product and every bad row in file order, streaming."""


class Writer(Protocol):
    """A module in `catalogue.writers` of the same name as its reader."""

    NAME: str

    def write_back(self, original: Path, out: Path, texts: Texts, plan: ReadPlan) -> int:
        """Write `original` with the texts filled in to `out`, nothing else changed; return how many got one."""
