"""Texts as files: a table for spreadsheets, or a line of JSON each, streamed."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from fastapi.responses import StreamingResponse

from goodword.catalogue.delimited import harmless

Name = Literal["texts.csv", "texts.jsonl"]


def file(rows: Iterable[Mapping[str, Any]], name: Name) -> StreamingResponse:
    """Texts in the shape of `jobs.shape.described` as a file to keep."""
    table = name.endswith(".csv")
    kind = "text/csv; charset=utf-8" if table else "application/x-ndjson"
    lines = _csv(rows) if table else (json.dumps(r, ensure_ascii=False) + "\n" for r in rows)
    return StreamingResponse(lines, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _csv(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """With a byte-order mark, since spreadsheets read Chinese from no other CSV."""
    yield "\ufeff" + _line(("sku", "lang", "market", "channel", "text", "label", "aigc", "ledger"))
    for r in rows:
        mark = r["label"] or {"text": "", "metadata": ""}
        yield _line((r["sku"], r["lang"], r["market"], r["channel"], r["text"], mark["text"], mark["metadata"],
                     r["ledger"]))  # fmt: skip


def _line(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(str(c)) for c in cells])
    return out.getvalue()
