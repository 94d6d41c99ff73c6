"""Taking a catalogue in: first a look at how it is read, then its products into the store, with what that changes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from goodword.catalogue import facts, read
from goodword.catalogue.base import BadRow, ColumnMap
from goodword.catalogue.head import head_of
from goodword.catalogue.mapping import corrected, to_toml, unique_headings
from goodword.catalogue.read import Catalogue
from goodword.jobs import recall
from goodword.store import catalogue
from goodword.store.engine import Store
from goodword.types import Lang, Product, Record

_LOOKED = 2000  # products and bad rows of a preview
_SHOWN, _SAMPLES = 5, 3
_BATCH = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """How a file is read: its format, the use of its columns with values from them, and what comes out.

    `products` counts what was looked at; `more` says that the file goes on behind it.
    """

    reader: str
    mapping: ColumnMap | None
    samples: dict[str, tuple[str, ...]]
    first: tuple[Product, ...]
    products: int
    bad: tuple[BadRow, ...]
    more: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What one batch brought: counts of products and facts, texts taken back, and rows that could not be read."""

    products: int
    fresh: int
    new: int
    changed: int
    removed: int
    conflicts: int
    recalled: tuple[str, ...]
    bad: tuple[BadRow, ...]


def opened(path: Path, name: str, *, mapping: Path | None = None, talk: Lang = "en") -> Catalogue:
    """A catalogue whose sources carry its own name and not the place where it lies for now.

    Raises:
        InputError: as `catalogue.read.open_catalogue`.
    """
    found = read.open_catalogue(path, mapping=mapping, talk=talk)
    return replace(found, plan=replace(found.plan, source=replace(found.plan.source, uri=name)))


def look(path: Path, name: str, *, mapping: Path | None = None, talk: Lang = "en") -> Preview:
    """How the file is read; nothing is kept.

    Raises:
        InputError: it cannot be read, or the mapping does not fit it.
    """
    found = opened(path, name, mapping=mapping, talk=talk)
    records: list[Record] = []
    bad: list[BadRow] = []
    source = found.records()
    for one in islice(source, _LOOKED):
        if isinstance(one, BadRow):
            bad.append(one)
        else:
            records.append(one)
    return Preview(
        reader=found.reader, mapping=found.mapping, samples=_samples(path, found.mapping, records),
        first=tuple(facts.product_from(r) for r in records[:_SHOWN]), products=len(records), bad=tuple(bad),
        more=next(source, None) is not None,
    )  # fmt: skip


def correct(path: Path, changes: Mapping[int, Mapping[str, str]], *, talk: Lang = "en") -> str:
    """The mapping with a person's corrections, as TOML.

    Args:
        changes: role, lang and name of columns, by place from 0.

    Raises:
        InputError: a column or role that does not exist, or two columns of a role that there is once.
    """
    found = read.open_catalogue(path, talk=talk)
    if found.mapping is None:
        return ""
    columns = found.mapping.columns
    table: dict[str, object] = {
        "columns": {columns[n].heading: dict(c) for n, c in changes.items() if n < len(columns)}
    }
    return to_toml(corrected(found.mapping, table, path.name), path.name)


def take_in(
    store: Store, found: Catalogue, *, actor: str, skip: int = 0,
    within: Callable[[Connection, Taken], None] = lambda conn, taken: None,
) -> Iterator[Taken]:  # fmt: skip
    """Put every product into the store, batch by batch; yields as batches commit.

    Texts that rest on what changed are taken back in the same transaction, so none of them is ever shown.

    Args:
        skip: so many rows, good and bad, were taken in before.
        within: called in the transaction of each batch.
    """
    source = islice(found.records(), skip, None)
    while batch := list(islice(source, _BATCH)):
        bad = tuple(r for r in batch if isinstance(r, BadRow))
        products = [facts.product_from(r) for r in batch if not isinstance(r, BadRow)]
        counts = dict.fromkeys(("fresh", "new", "changed", "removed"), 0)
        recalled: list[str] = []
        with store.begin() as conn:
            for product in products:
                known = catalogue.get(conn, product.sku) is not None
                change = catalogue.put(conn, product)
                recalled += recall.taken_in(conn, change, actor=actor)
                counts["fresh"] += not known
                for kind in ("new", "changed", "removed"):
                    counts[kind] += len(getattr(change, kind))
            taken = Taken(products=len(products), conflicts=sum(len(p.conflicts) for p in products),
                          recalled=tuple(recalled), bad=bad, **counts)  # fmt: skip
            within(conn, taken)
        yield taken


def _samples(path: Path, mapping: ColumnMap | None, records: list[Record]) -> dict[str, tuple[str, ...]]:
    """Some values of every column, for a person to recognise it by."""
    found: dict[str, list[str]] = {}
    if mapping and mapping.heading_row and len(rows := head_of(path).rows) > mapping.heading_row:
        headings = unique_headings(rows[mapping.heading_row - 1])
        for row in rows[mapping.heading_row :]:
            for heading, cell in zip(headings, row, strict=False):
                _add(found, heading, cell)
    for record in records[:50]:
        for field in record.fields:
            _add(found, field.source.field or field.name, field.value)
    return {heading: tuple(values) for heading, values in found.items()}


def _add(found: dict[str, list[str]], heading: str, value: str) -> None:
    values = found.setdefault(heading, [])
    if value.strip() and value not in values and len(values) < _SAMPLES:
        values.append(value)
