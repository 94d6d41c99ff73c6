"""JSONL in, from a file or stdin: a line that is not what it should be is told and skipped, and ends in exit code 2."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from goodword.cli import talk
from goodword.errors import InputError
from goodword.guard import evidence

MARKETS = {"lang": {"en", "zh"}, "market": {"cn", "eu", "us", "uk"}}
_LONGEST = 20_000_000  # characters of a line


class Lines:
    """The objects of a JSONL file with a `text`, by line number; `bad` counts those that were skipped."""

    def __init__(self, file: str, allowed: Mapping[str, set[str]]) -> None:
        self._file, self._allowed = file, allowed
        self.bad = 0

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Raises InputError if the file cannot be read at all."""
        try:
            lines = sys.stdin.buffer if self._file == "-" else Path(self._file).open("rb")  # noqa: SIM115
            with lines:
                for number, raw in enumerate(lines, 1):
                    if raw.strip() and (row := self._told(raw, f"{self._file}, line {number}")) is not None:
                        yield number, row
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", where=self._file) from None

    def _told(self, raw: bytes, where: str) -> dict[str, Any] | None:
        try:
            return _row(raw, where, self._allowed)
        except InputError as error:
            self._say(error)
            return None

    def refuse(self, number: int, error: InputError) -> None:
        """Tell of a line whose text cannot be judged, and count it as skipped."""
        self._say(InputError(error.what, where=f"{self._file}, line {number}", cure=error.cure))

    def _say(self, error: InputError) -> None:
        self.bad += 1
        talk.say(f"goodword: {talk.told(error)}")


def _row(raw: bytes, where: str, allowed: Mapping[str, set[str]]) -> dict[str, Any]:
    try:
        line = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("this line is not UTF-8", where=where, cure="Save the file as UTF-8") from None
    if len(line) > _LONGEST:
        raise InputError("this line is too long", where=where, cure="Split the text")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        why = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep"
        raise InputError(f"not JSON: {why}", where=where, cure='A line is {"id": …, "text": …}') from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise InputError("there is no text", where=where, cure='Give {"text": "…"}')
    if any("\ud800" <= c <= "\udfff" for c in row["text"]):
        raise InputError("the text holds half a character (a lone surrogate)", where=where, cure="Export it again")
    if row.get("facts") is not None and not isinstance(row["facts"], dict):
        raise InputError("facts must be an object of names and values, or null", where=where)
    evidence.read(row.get("evidence"), where)
    for key, values in allowed.items():
        if row.get(key) is not None and row[key] not in values:
            raise InputError(
                f"{key} {row[key]!r} is not known", where=where, cure=f"One of: {', '.join(sorted(values))}"
            )
    return row
