"""JSON lines: {"question", "answer"} of an FAQ, or {"text"} of a passage, each with its own id, dates, product."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from goodword.errors import InputError
from goodword.knowledge.base import Section, decoded

SUFFIXES = (".jsonl", ".json", ".ndjson")
_CURE = 'A line is {"id": …, "text": …} or {"id": …, "question": …, "answer": …}'


def sections(path: Path) -> tuple[Mapping[str, object], Iterator[Section]]:
    """One section for each line."""
    text = decoded(path)
    if path.suffix == ".json":
        try:
            rows = json.loads(text)
        except ValueError as error:
            raise InputError(f"not JSON: {error}", where=str(path)) from None
        rows = rows if isinstance(rows, list) else [rows]
    else:
        rows = [_row(line, f"{path}, line {n}") for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    return {}, iter([_section(row, path, n) for n, row in enumerate(rows, 1)])


def _row(line: str, where: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}", where=where, cure=_CURE) from None


def _section(row: object, path: Path, number: int) -> Section:
    where = f"{path}, line {number}"
    if not isinstance(row, dict):
        raise InputError("this is no object", where=where, cure=_CURE)
    text = next((row[k] for k in ("answer", "text", "passage", "content") if isinstance(row.get(k), str)), None)
    if not text or not text.strip():
        raise InputError("there is no text", where=where, cure=_CURE)
    heading = str(row.get("heading") or row.get("title") or row.get("topic") or "")
    return Section(text=text, path=(heading,) if heading else (), locator=f"line {number}", meta=row)
