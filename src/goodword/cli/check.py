"""`goodword check`: judge any text against facts."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from goodword.app import Goodword
from goodword.cli import talk
from goodword.errors import InputError
from goodword.jobs import shape

_WORST = {"ok": 0, "needs_evidence": 3, "violation": 1}


def check(
    file: Annotated[str, typer.Argument(help="JSONL file of {id, text, lang?, market?, facts}; - is stdin")] = "-",
    as_json: Annotated[bool, typer.Option("--json", help="verdicts as JSONL on stdout")] = False,
) -> int:
    """Judge texts: is every claim supported by the facts given?"""
    worst = 0
    with Goodword() as goodword:
        for number, row in _rows(file):
            ruling = goodword.check(row["text"], row.get("facts"), lang=row.get("lang"), market=row.get("market"),
                                    channel=row.get("channel") or "listing",
                                    product_class=row.get("product_class") or "general")  # fmt: skip
            worst = max(worst, _WORST[ruling.label], key=lambda code: (0, 2, 0, 1)[code])
            if as_json:
                talk.emit(shape.checked(str(row.get("id", number)), ruling))
                continue
            typer.echo(talk.pair(str(row.get("id", number)), talk.put(ruling.label)))
            for found in ruling.findings:
                quote = row["text"][found.start : found.end]
                typer.echo("  " + talk.pair(talk.put(found.severity), f"“{quote}” {found.advice} [{found.authority}]"))
    return worst


def _rows(file: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = sys.stdin if file == "-" else Path(file).open(encoding="utf-8-sig")  # noqa: SIM115
        with lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _row(line, f"{file}, line {number}")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}", where=file) from None


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(
            f"not JSON: {error}", where=where, cure='A line is {"id": …, "text": …, "facts": {…}}'
        ) from None
    allowed = {
        "lang": {"en", "zh"},
        "market": {"cn", "eu", "us", "uk"},
        "channel": {"listing", "title", "bullets", "seo", "social"},
    }
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise InputError("there is no text", where=where, cure='Give {"text": "…"}')
    if row.get("facts") is not None and not isinstance(row["facts"], dict):
        raise InputError("facts must be an object of names and values, or null", where=where)
    for key, values in allowed.items():
        if row.get(key) is not None and row[key] not in values:
            raise InputError(
                f"{key} {row[key]!r} is not known", where=where, cure=f"One of: {', '.join(sorted(values))}"
            )
    return row
