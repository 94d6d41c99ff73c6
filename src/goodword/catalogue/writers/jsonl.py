"""JSON Lines back with the description of each object filled; everything else on a line stays as it is written."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from goodword.catalogue.atomic import replacing
from goodword.catalogue.base import CopyText, ReadPlan, Texts
from goodword.catalogue.copytext import MARK, metadata, plain, shared_out
from goodword.catalogue.encoding import encode
from goodword.catalogue.json_edit import applied, dumps, find, insert_member, members
from goodword.catalogue.readers.jsonl import walk
from goodword.types import Lang

NAME = "jsonl"


def write_back(original: Path, out: Path, texts: Texts, plan: ReadPlan) -> int:
    """Fill the description of each language; a member is added where there is none."""
    assert plan.columns
    slots = [(c.heading, c.lang) for c in plan.columns.columns if c.role == "description"] or [("description", None)]
    filled = 0
    with replacing(out) as part, part.open("wb") as file:
        file.write(plan.survey.bom)
        for step in walk(original, plan):
            copies = texts(step.sku) if step.sku else {}
            filled += bool(copies)
            for row in step.rows:
                text = row.cells[0]
                file.write(encode(_filled(text, slots, copies), plan.survey.encoding) if copies else row.raw)
    return filled


def _filled(line: str, slots: Sequence[tuple[str, Lang | None]], copies: Mapping[Lang, CopyText]) -> str:
    ascii_only = line.isascii() and "\\u" in line
    values = {
        slots[n][0]: dumps(plain(each), ascii_only=ascii_only)
        for n, each in shared_out([lang for _, lang in slots], copies).items()
    }
    if label := metadata(copies):
        values[MARK] = label
    for path, value in values.items():
        line = applied(line, [_edit(line, path, value)])
    return line


def _edit(line: str, path: str, value: str) -> tuple[int, int, str]:
    """The edit that sets the value at a path ('description' or 'description.zh')."""
    at, _ = find(line, ())
    held = {m.name: m for m in members(line, at)}
    if path in held:
        return held[path].start, held[path].end, value
    first, _, rest = path.partition(".")
    if first in held and rest and line[held[first].start] == "{":
        inner = {m.name: m for m in members(line, held[first].start)}
        if rest in inner:
            return inner[rest].start, inner[rest].end, value
        return insert_member(line, held[first].start, rest, value)
    return insert_member(line, at, first, f"{{{dumps(rest)}: {value}}}" if rest else value)
