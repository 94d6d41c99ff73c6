"""schema.org JSON-LD back with each product's description filled; every other character of the file stays."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from goodword.catalogue.atomic import replacing
from goodword.catalogue.base import CopyText, ReadPlan, Texts
from goodword.catalogue.copytext import MARK, metadata, plain, shared_out
from goodword.catalogue.encoding import encode, text_of
from goodword.catalogue.json_edit import applied, dumps, elements, find, insert_member, members
from goodword.catalogue.linked import Block, slots
from goodword.catalogue.readers.schema_org import MOST, Place, places
from goodword.types import Lang, Record

NAME = "schema_org"


def write_back(original: Path, out: Path, texts: Texts, plan: ReadPlan) -> int:
    """Fill the description; the machine-readable label is an additionalProperty."""
    text = text_of(original, plan.survey, most=MOST)
    edits, filled = list[tuple[int, int, str]](), 0
    for place in places(original, plan):
        if isinstance(place, Place) and isinstance(place.outcome, Record):
            copies = texts(place.outcome.sku)
            if copies:
                filled += 1
                start, end = find(place.block.text, place.path, at=_start(place.block))
                words = _filled(place.block.text[start:end], place.node, copies)
                words = words.replace("<", "\\u003c") if len(place.block.text) < len(text) else words  # inside HTML
                edits.append((place.block.start + start, place.block.start + end, words))
    with replacing(out) as part:
        part.write_bytes(plan.survey.bom + encode(applied(text, edits), plan.survey.encoding))
    return filled


def _start(block: Block) -> int:
    """Where the JSON of a block begins, after a comment some pages hide it in."""
    hidden = len(block.text) - len(block.text.lstrip())
    return hidden + 4 if block.text.startswith("<!--", hidden) else 0


def _filled(node: str, value: Mapping[str, Any], copies: Mapping[Lang, CopyText]) -> str:
    """The JSON text of a product with its texts."""
    held = slots(value.get("description"))
    shares = shared_out(held, copies)
    here = {m.name: m for m in members(node, 0)}
    edits = []
    if "description" in here:
        edits += list(_edits(node, here["description"].start, here["description"].end, shares))
    node = applied(node, edits)
    if "description" not in here and shares:
        node = applied(
            node, [insert_member(node, 0, "description", dumps(plain(c for each in shares.values() for c in each)))]
        )
    label = metadata(copies)
    return applied(node, [_label(node, label)]) if label else node


def _edits(node: str, start: int, end: int, shares: Mapping[int, list[CopyText]]) -> Iterator[tuple[int, int, str]]:
    """Set the texts of a description: a plain one, one with a language, or a list of these."""
    spans = elements(node, start) if node[start] == "[" else [(start, end)]
    if not spans:
        yield start, end, dumps(plain(c for each in shares.values() for c in each))
        return
    for n, each in shares.items():
        a, b = spans[n]
        inner = next((m for m in members(node, a) if m.name == "@value"), None) if node[a] == "{" else None
        yield (inner.start, inner.end, dumps(plain(each))) if inner else (a, b, dumps(plain(each)))


def _label(node: str, label: str) -> tuple[int, int, str]:
    """Put the label among the additional properties, in place of an earlier one."""
    entry = f'{{"@type": "PropertyValue", "name": "{MARK}", "value": {dumps(label)}}}'
    held = next((m for m in members(node, 0) if m.name == "additionalProperty"), None)
    if held is None:
        return insert_member(node, 0, "additionalProperty", f"[{entry}]")
    spans = elements(node, held.start) if node[held.start] == "[" else [(held.start, held.end)]
    for a, b in spans:
        if node[a] == "{" and f'"{MARK}"' in node[a:b]:
            return a, b, entry
    if node[held.start] != "[":
        return held.start, held.end, f"[{node[held.start : held.end]}, {entry}]"
    if not spans:
        return held.start, held.end, f"[{entry}]"
    return spans[-1][1], spans[-1][1], f"{_between(node, held.start, spans)}{entry}"


def _between(node: str, start: int, spans: list[tuple[int, int]]) -> str:
    """What stands between the elements of an array."""
    return node[spans[0][1] : spans[1][0]] if len(spans) > 1 else "," + (node[start + 1 : spans[0][0]] or " ")
