"""Parquet tables; nested columns become facts of their own names. Needs the extra 'parquet'."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from goodword.catalogue.base import BadRow, ColumnMap, Head, ReadPlan, Row, Step
from goodword.catalogue.objects import Objects, columns_of, flat
from goodword.catalogue.problems import bad
from goodword.errors import InputError, MissingExtra
from goodword.types import Record

NAME = "parquet"
BATCH = 8192
_MAGIC = b"PAR1"


def recognises(head: Head) -> float:
    """Parquet's magic number."""
    return 1.0 if head.raw.startswith(_MAGIC) else 0.0


def columns(head: Head, *, heading_row: int | None = None, sheet: str = "") -> ColumnMap:
    """The guessed use of the columns.

    Raises:
        InputError: the file is damaged.
        MissingExtra: pyarrow is not installed.
    """
    with table(head.path) as found:
        batch = next(batches(found), [])
        names = [
            n for n in found.schema_arrow.names if not any(k.startswith(f"{n}.") for r in batch for k in dict(flat(r)))
        ]
        return columns_of([dict(flat(r)) for r in batch[:60]], names)


@contextmanager
def table(path: Path) -> Iterator[Any]:
    """A Parquet file, open.

    Raises:
        InputError: it is damaged or cut off.
        MissingExtra: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtra("parquet", "Reading Parquet files") from None
    try:
        with pq.ParquetFile(path) as found:
            yield found
    except (pa.ArrowException, OSError, ValueError, UnicodeDecodeError, OverflowError) as problem:
        if isinstance(problem, pa.ArrowNotImplementedError):
            raise InputError("this Parquet file uses a feature that is not supported", where=str(path)) from None
        raise InputError("this Parquet file is damaged or cut off", where=str(path), cure="Write it again") from None


def batches(found: Any) -> Iterator[list[dict[str, Any]]]:
    """Rows as objects, a few thousand at a time."""
    import pyarrow as pa

    short = {f.name for f in found.schema_arrow if pa.types.is_float32(f.type) or pa.types.is_float16(f.type)}
    for batch in found.iter_batches(batch_size=BATCH):
        rows: list[dict[str, Any]] = batch.to_pylist()
        for name in short:
            for row in rows:
                if row[name] is not None:
                    row[name] = float(format(row[name], ".7g"))  # as precise as it was stored, no more
        yield rows


def walk(path: Path, plan: ReadPlan) -> Iterator[Step]:
    """Every record with what came of it."""
    plan = replace(plan, counted="record")
    objects, number = Objects(plan), 0
    with table(path) as found:
        for rows in batches(found):
            for row in rows:
                number += 1
                step = Step([Row(number, [])])
                outcome = _outcome(row, number, objects, plan)
                step.outcomes.append(outcome)
                if isinstance(outcome, Record):
                    step.sku, step.fill = outcome.sku, (0,)
                yield step


def _outcome(row: dict[str, Any], number: int, objects: Objects, plan: ReadPlan) -> Record | BadRow:
    for name, value in row.items():
        if isinstance(value, bytes):
            try:
                row[name] = value.decode()
            except UnicodeDecodeError:
                return bad("bytes", plan, number, name, raw=repr(value), encoding="UTF-8")
    return objects.outcome(row, number, str(row)[:500])


def read(path: Path, plan: ReadPlan) -> Iterator[Record | BadRow]:
    """Every product and every bad record."""
    for step in walk(path, plan):
        yield from step.outcomes
