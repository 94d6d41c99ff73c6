"""Parquet tables back with the description columns filled: same schema and compression, smaller row groups."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from goodword.catalogue.atomic import replacing
from goodword.catalogue.base import CopyText, ReadPlan, Texts
from goodword.catalogue.copytext import MARK, metadata, plain, shared_out
from goodword.catalogue.fill import needs_of
from goodword.catalogue.readers.parquet import table, walk
from goodword.types import Lang

NAME = "parquet"
BATCH = 65_536
Slots = Sequence[tuple[str, Lang | None]]


def write_back(original: Path, out: Path, texts: Texts, plan: ReadPlan) -> int:
    """Fill the description column of each language; a column is added where there is none."""
    assert plan.columns
    slots = [(c.heading, c.lang) for c in plan.columns.columns if c.role == "description"] or [("description", None)]
    needs, filled = needs_of(walk(original, plan), texts), 0
    names = [n for n, _ in slots if needs.text] + ([MARK] if needs.mark else [])
    copies = (texts(s.sku) if s.sku else {} for s in walk(original, plan))
    with replacing(out) as part, table(original) as found:
        schema = _schema(found.schema_arrow, names)
        with _writer(part, found, schema) as writer:
            for batch in found.iter_batches(batch_size=BATCH):
                here = list(islice(copies, batch.num_rows))
                filled += sum(map(bool, here))
                writer.write_batch(_batch(batch, schema, names, slots, here))
    return filled


def _schema(schema: Any, names: Sequence[str]) -> Any:
    import pyarrow as pa

    for name in names:
        at = schema.get_field_index(name)
        if at < 0:
            schema = schema.append(pa.field(name, pa.string()))
        elif pa.types.is_null(schema.field(at).type):
            schema = schema.set(at, pa.field(name, pa.string()))
    return schema


def _writer(part: Path, found: Any, schema: Any) -> Any:
    import pyarrow.parquet as pq

    group = found.metadata.row_group(0) if found.metadata.num_row_groups else None
    kinds = (
        {group.column(n).path_in_schema: group.column(n).compression for n in range(group.num_columns)} if group else {}
    )
    compression = {k: "NONE" if v == "UNCOMPRESSED" else v for k, v in kinds.items()}
    return pq.ParquetWriter(part, schema, compression=compression or "snappy")


def _batch(batch: Any, schema: Any, names: Sequence[str], slots: Slots, here: Sequence[Mapping[Lang, CopyText]]) -> Any:
    import pyarrow as pa

    values: dict[str, list[str | None]]
    arrays = {name: batch.column(name) for name in batch.schema.names}
    values = {n: arrays[n].to_pylist() if n in arrays else [None] * batch.num_rows for n in names}
    for row, copies in enumerate(here):
        for name, value in _values(slots, copies):
            values[name][row] = value
    for name in names:
        arrays[name] = pa.array(values[name], type=pa.string()).cast(schema.field(name).type)
    return pa.record_batch([arrays[n] for n in schema.names], schema=schema)


def _values(slots: Slots, copies: Mapping[Lang, CopyText]) -> Iterator[tuple[str, str]]:
    for n, each in shared_out([lang for _, lang in slots], copies).items():
        yield slots[n][0], plain(each)
    if label := metadata(copies):
        yield MARK, label
