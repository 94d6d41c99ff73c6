"""Rows of delimited text, cut so that every byte of them can be put back.

Strict where leniency would shift cells: a quoted cell must end at a separator. A row whose quotation marks do
not fit is reported by itself and reading goes on with the next physical line.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from goodword.catalogue.base import Row
from goodword.catalogue.encoding import Line, Survey, encode, lines

DELIMITERS = (",", "\t", ";", "|")
LONGEST_ROW = 1 << 20  # characters of one row that spans lines
_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')
_SEP = re.compile(r"sep=(.)\s*")
_FORMULA = tuple("=+-@\t\r＝＋－＠")


def cut(text: str, delimiter: str) -> tuple[list[tuple[int, int]], str]:
    """Spans of the raw cells of a row, and 'whole', 'open' (a quotation mark is not closed) or 'broken'."""
    spans: list[tuple[int, int]] = []
    at, size = 0, len(text)
    while True:
        if text.startswith('"', at):
            quoted = _QUOTED.match(text, at)
            if not quoted:
                return spans, "open"
            end = quoted.end()
            if end < size and text[end] != delimiter:
                return spans, "broken"
        else:
            end = text.find(delimiter, at)
            end = size if end < 0 else end
        spans.append((at, end))
        if end >= size:
            return spans, "whole"
        at = end + 1


def unquoted(raw: str) -> str:
    """The value of a raw cell."""
    return raw[1:-1].replace('""', '"') if raw.startswith('"') else raw


def body(text: str) -> str:
    """A row without its line end."""
    return text.rstrip("\r\n")


def rows(found: Iterable[Line], delimiter: str, encoding: str) -> Iterator[Row]:
    """Rows as a spreadsheet counts them: a row over several lines counts once, empty rows count."""
    source, waiting, number = iter(found), deque[Line](), 0
    while line := (waiting.popleft() if waiting else next(source, None)):
        number += 1
        if '"' not in line.text:
            yield _row(number, line.raw, body(line.text).split(delimiter), line.ok, encoding, line.text)
            continue
        taken, spans, state = _whole(line, source, waiting, delimiter)
        if state != "whole":
            waiting.extendleft(reversed(taken[1:]))
            yield Row(number, [], line.raw, "quote")
            continue
        text = "".join(t.text for t in taken)
        cells = [unquoted(text[a:b]) for a, b in spans]
        yield _row(number, b"".join(t.raw for t in taken), cells, all(t.ok for t in taken), encoding, text)


def _whole(
    line: Line, source: Iterator[Line], waiting: deque[Line], delimiter: str
) -> tuple[list[Line], list[tuple[int, int]], str]:
    """Take lines until the row's quotation marks are closed, or it is certain that they are not."""
    taken, text = [line], line.text
    while True:
        spans, state = cut(body(text), delimiter)
        if state != "open":
            return taken, spans, state
        while (more := waiting.popleft() if waiting else next(source, None)) is not None:
            taken.append(more)
            text += more.text
            if '"' in more.text or len(text) > LONGEST_ROW:
                break
        if more is None or len(text) > LONGEST_ROW:
            return taken, spans, "open"


def _row(number: int, raw: bytes, cells: list[str], ok: bool, encoding: str, text: str) -> Row:
    if not ok:
        return Row(number, cells, raw, "bytes", {"encoding": encoding.upper()})
    return Row(number, cells, raw, "nul" if "\0" in text else "")


def read_rows(path: Path, told: Survey, delimiter: str) -> Iterator[Row]:
    """Every row of a file."""
    return rows(lines(path, told), delimiter, told.encoding)


def guess_delimiter(text: str, known: Iterable[str]) -> str:
    """The separator whose columns are many, alike in every row, and have headings we know; ',' if there is none.

    `known` are headings in lower case.
    """
    if named := _SEP.match(text):
        return named[1]
    sample = [Line(b"", line, True) for line in text.splitlines(keepends=True)[:40]]
    scores = {d: _fitness([r.cells for r in rows(sample, d, "")], frozenset(known)) for d in DELIMITERS}
    best = max(scores, key=lambda d: scores[d])
    return best if scores[best] > 0 else ","


def _fitness(found: list[list[str]], known: frozenset[str]) -> float:
    widths = [len(r) for r in found if len(r) > 1]
    if not widths:
        return 0.0
    usual = max(set(widths), key=lambda w: (widths.count(w), w))
    headings = max(sum(c.strip().casefold() in known for c in r) for r in found[:10])
    return widths.count(usual) / max(1, len([r for r in found if any(r)])) + 2 * headings + min(usual, 9) / 10


def quoted(value: str, delimiter: str, *, like: str = "") -> str:
    """A value as a raw cell; in quotation marks where it must be, or where the cell it replaces was.

    Between tabs a quotation mark within a cell needs none around it, and Google's feeds want none.
    """
    marked = '"' in value if delimiter != "\t" else value.startswith('"')
    if like.startswith('"') or marked or any(c in value for c in (delimiter, "\n", "\r")) or value != value.strip():
        return '"' + value.replace('"', '""') + '"'
    return value


def harmless(value: str) -> str:
    """A generated text that no spreadsheet takes for a formula: an apostrophe stands before = + - @."""
    return "'" + value if value.startswith(_FORMULA) else value


def respelled(text: str, delimiter: str, changes: Mapping[int, str], extra: Iterable[str]) -> str:
    """A row's text with some cells changed and some put at its end, every other character as it was."""
    inner = body(text)
    raws = [inner[a:b] for a, b in cut(inner, delimiter)[0]]
    for place, value in changes.items():
        raws[place] = quoted(value, delimiter, like=raws[place])
    raws += [quoted(value, delimiter) for value in extra]
    return delimiter.join(raws) + text[len(inner) :]


def respelled_bytes(row: Row, encoding: str, delimiter: str, changes: Mapping[int, str], extra: Iterable[str]) -> bytes:
    """`respelled` on bytes; a row that needs no change keeps its own."""
    extra = tuple(extra)
    if not changes and not extra:
        return row.raw
    text = row.raw.decode(encoding, "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape")
    return encode(respelled(text, delimiter, changes, extra), encoding)
