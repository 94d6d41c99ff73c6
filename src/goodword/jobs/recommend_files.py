"""Lists of many shoppers as a file: Parquet or JSONL, written as they come, whole or not at all."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from goodword.catalogue.atomic import replacing
from goodword.errors import InputError, MissingExtra
from goodword.jobs import recommend_shape as shape
from goodword.jobs.recommend import Recommended

_ROWS = 20_000  # lists of one row group


def line(found: Recommended, skus: tuple[str, ...], mail: str | None) -> dict[str, Any]:
    """One list as an object: the blocks of an e-mail where a link is given, else the whole of it."""
    if mail is not None:
        return {"shopper": found.shopper, "items": shape.block(found, mail)}
    return shape.recommended(found, skus)


def write(lists: Iterable[Recommended], out: Path, *, skus: tuple[str, ...], mail: str | None = None) -> int:
    """Write lists in the format of the file's suffix; how many. Parquet has a row for each place.

    Raises:
        InputError: another suffix, or the file cannot be written.
        MissingExtra: Parquet without its library.
    """
    if out.suffix == ".parquet":
        return _parquet(lists, out, mail)
    if out.suffix != ".jsonl":
        raise InputError(f"cannot write {out.suffix or 'a file without suffix'}", where=str(out),
                         cure="Name it .parquet or .jsonl")  # fmt: skip
    number = 0
    with replacing(out) as part, part.open("w", encoding="utf-8") as file:
        for found in lists:
            file.write(json.dumps(line(found, skus, mail), ensure_ascii=False) + "\n")
            number += 1
    return number


def _parquet(lists: Iterable[Recommended], out: Path, mail: str | None) -> int:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtra("parquet", "Writing Parquet") from None
    fields = [("shopper", pa.string()), ("place", pa.int32()), ("sku", pa.string()), ("title", pa.string()),
              ("score", pa.float32()), ("personalised", pa.bool_()), ("reason", pa.string()), ("why", pa.string()),
              ("label", pa.string()), ("advertisement", pa.bool_())]  # fmt: skip
    if mail is not None:
        fields.append(("link", pa.string()))
    schema = pa.schema(fields)
    number, source = 0, iter(lists)
    with replacing(out) as part, pq.ParquetWriter(part, schema, compression="zstd") as writer:
        while some := list(islice(source, _ROWS)):
            number += len(some)
            rows = [row for found in some for row in _rows(found, mail)]
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    return number


def _rows(found: Recommended, mail: str | None) -> Iterator[dict[str, Any]]:
    blocks = shape.block(found, mail or "")
    for place, (item, block) in enumerate(zip(found.items, blocks, strict=True), 1):
        yield {**block, "shopper": found.shopper, "place": place, "score": item.placed.score,
               "personalised": not found.general, "why": item.why.why}  # fmt: skip
