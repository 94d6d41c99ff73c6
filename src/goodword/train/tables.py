"""A file as a table of text cells, whatever its format: CSV, TSV, JSONL or Parquet, told by its name and its bytes."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goodword.catalogue import delimited
from goodword.catalogue.encoding import lines as lines_of
from goodword.catalogue.encoding import survey, text_of
from goodword.errors import InputError, MissingExtra

_FAULTS = {"bytes": "bytes that are no text", "nul": "a NUL character", "quote": "a quotation mark left open",
           "cells": "too many or too few cells", "json": "not a JSON object"}  # fmt: skip
_FAULTY_MOST = 0.2  # share of rows that may be unreadable before the file is refused
_SAMPLE = 1 << 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows of a file that could be read, with their number in it, and a count of those that could not."""

    names: tuple[str, ...]
    rows: Sequence[tuple[int, Sequence[str]]]
    sha256: str
    faulty: int
    first_fault: str

    @property
    def rows_read(self) -> int:
        """Of the file, good or not."""
        return len(self.rows) + self.faulty


def table(path: Path) -> Table:
    """Read a file.

    Raises:
        InputError: it cannot be opened, is no text, has no heading, or too many of its rows are broken.
    """
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return _parquet(path)
    told = survey(path)
    if not told.encoding:
        raise InputError("this file is no text in UTF-8, UTF-16 or GB18030", where=str(path),
                         cure="Save it as CSV UTF-8")  # fmt: skip
    if suffix in {".jsonl", ".ndjson", ".json"}:
        names, found = _jsonl(path)
    else:
        names, found = _delimited(path, "\t" if suffix in {".tsv", ".tab"} else "")
    good, faults = [], []
    for number, cells, fault in found:
        if fault:
            faults.append(f"row {number}: {_FAULTS[fault]}")
        else:
            good.append((number, cells))
    if faults and len(faults) > _FAULTY_MOST * (len(good) + len(faults)):
        raise InputError(
            f"{len(faults)} of {len(good) + len(faults)} rows cannot be read; the first is {faults[0]}",
            where=str(path),
            cure="Export the file again as CSV UTF-8",
        )
    return Table(
        names=names, rows=good, sha256=told.sha256, faulty=len(faults), first_fault=faults[0] if faults else ""
    )


Found = list[tuple[int, list[str], str]]  # row number, cells, fault ('' where it is sound)


def _delimited(path: Path, delimiter: str) -> tuple[tuple[str, ...], Found]:
    told = survey(path)
    sample = _head(path, told)
    delimiter = delimiter or delimited.guess_delimiter(sample, ("text", "label", "review", "评论", "标签"))
    names: tuple[str, ...] = ()
    found: Found = []
    for row in delimited.read_rows(path, told, delimiter):
        if not any(c.strip() for c in row.cells) and not row.fault:
            continue
        if not names:
            if row.fault:
                raise InputError("the heading cannot be read", where=f"{path}, row {row.number}",
                                 cure="Export the file again as CSV UTF-8")  # fmt: skip
            names = tuple(c.strip().lstrip("\ufeff") for c in row.cells)
            continue
        cells = row.cells
        fault = row.fault
        if not fault and len(cells) != len(names):
            spare = cells[len(names) :]
            fault = "cells" if len(cells) < len(names) or any(c.strip() for c in spare) else ""
            cells = cells[: len(names)]
        found.append((row.number, cells, fault))
    if len(names) < 2:
        raise InputError("there are fewer than two columns", where=str(path),
                         cure="A file of texts and labels has a heading such as text,label")  # fmt: skip
    return names, found


def _head(path: Path, told: Any) -> str:
    """The first lines, to tell the separator by."""
    out: list[str] = []
    for size, line in enumerate(lines_of(path, told)):
        out.append(line.text)
        if size >= 40:
            break
    return "".join(out)[:_SAMPLE]


def _jsonl(path: Path) -> tuple[tuple[str, ...], Found]:
    told = survey(path)
    objects: list[tuple[int, dict[str, Any] | None]] = list(_objects(path, told))
    names: dict[str, None] = {}
    for _, held in objects:
        names.update(dict.fromkeys(held or ()))
    keys = tuple(names)
    if not keys:
        raise InputError("there is no JSON object in this file", where=str(path), cure='A line is {"text": "…", "label": "…"}')  # fmt: skip  # noqa: E501
    return keys, [
        (n, [_cell(held.get(k)) for k in keys] if held is not None else [], "" if held is not None else "json")
        for n, held in objects
    ]


def _objects(path: Path, told: Any) -> Iterator[tuple[int, dict[str, Any] | None]]:
    whole = text_of(path, told, most=1 << 32) if path.suffix.lower() == ".json" else ""
    if whole.lstrip().startswith("["):
        try:
            listed = json.loads(whole)
        except (ValueError, RecursionError):
            raise InputError("not JSON", where=str(path), cure="Export the file again") from None
        yield from ((n, x if isinstance(x, dict) else None) for n, x in enumerate(listed, 1))
        return
    for number, line in enumerate(lines_of(path, told), 1):
        if not line.text.strip():
            continue
        try:
            held = json.loads(line.text) if line.ok else None
        except (ValueError, RecursionError):
            held = None
        yield number, held if isinstance(held, dict) else None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | bool) else str(value)


def _parquet(path: Path) -> Table:
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise MissingExtra("parquet", "reading Parquet files") from None
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), cure="Check the name")
    try:
        held = parquet.read_table(path)
    except (arrow.ArrowException, OSError):
        raise InputError("this is no Parquet file", where=str(path), cure="Export it again") from None
    columns = [[_cell(v) for v in held.column(i).to_pylist()] for i in range(held.num_columns)]
    rows = [(n, cells) for n, cells in enumerate(zip(*columns, strict=True), 2)]
    with path.open("rb") as file:
        sha = hashlib.file_digest(file, "sha256").hexdigest()
    return Table(names=tuple(held.column_names), rows=rows, sha256=sha, faulty=0, first_fault="")
