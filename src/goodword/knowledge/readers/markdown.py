"""Markdown and plain text, read by markdown-it; front matter between --- lines says title, language and validity."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from goodword.knowledge.base import Section, decoded

SUFFIXES = (".md", ".markdown", ".txt")
_FRONT = re.compile(r"\A---\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_MARKS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


def sections(path: Path) -> tuple[Mapping[str, object], Iterator[Section]]:
    """Front matter, and the text under each heading."""
    text = decoded(path)
    front = _FRONT.match(text)
    meta = _meta(front[1]) if front else {}
    return meta, _sections(text[front.end() :] if front else text)


def _meta(block: str) -> dict[str, object]:
    """'key: value' lines; lists in brackets, null as nothing."""
    out: dict[str, object] = {}
    for line in block.split("\n"):
        key, colon, value = line.partition(":")
        value = value.strip().strip("\"'")
        if colon and value not in {"", "null", "~"}:
            listed = re.fullmatch(r"\[(.*)\]", value)
            out[key.strip()] = [v.strip().strip("\"'") for v in listed[1].split(",")] if listed else value
    return out


def _sections(text: str) -> Iterator[Section]:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    path: list[str] = []
    blocks: list[str] = []
    line = 1
    for n, token in enumerate(tokens):
        if token.type == "heading_open":
            if blocks:
                yield Section(text="\n".join(blocks), path=tuple(path), locator=f"line {line}")
            level = int(token.tag[1])
            path = [*path[: level - 1], plain(tokens[n + 1].content)]
            blocks, line = [], (token.map or [0])[0] + 1
        elif token.type in {"inline", "fence", "code_block"} and tokens[n - 1].type != "heading_open":
            _add(blocks, tokens, n)
    if blocks:
        yield Section(text="\n".join(blocks), path=tuple(path), locator=f"line {line}")


def _add(blocks: list[str], tokens: Sequence[Token], n: int) -> None:
    """A paragraph, an item or a cell; cells of one row stand on one line."""
    text = plain(tokens[n].content).strip()
    if not text:
        return
    cell = tokens[n - 1].type in {"td_open", "th_open"}
    first = cell and tokens[n - 2].type == "tr_open"
    if cell and not first and blocks:
        blocks[-1] += f"; {text}"
    else:
        blocks.append(text)


def plain(text: str) -> str:
    """Inline Markdown without its marks; a line break within a paragraph is a space."""
    words = _MARKS.sub("", _LINK.sub(r"\1", text))
    return re.sub(r"(?<=[\u4e00-\u9fff，。；：！？])\s*\n\s*(?=[\u4e00-\u9fff])", "", words).replace("\n", " ")
