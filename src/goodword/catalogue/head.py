"""The beginning of a file: enough to tell its format by, and the formats that are none of ours."""

from pathlib import Path

from goodword.catalogue.base import Head
from goodword.catalogue.delimited import body, guess_delimiter, rows
from goodword.catalogue.encoding import Line, decode, opened, survey
from goodword.catalogue.mapping import known_headings
from goodword.errors import InputError

LENGTH = 1 << 18
ROWS = 60
_FOREIGN = (
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel (.xls) or a password-protected workbook",
        "Save it as .xlsx without a password",
    ),
    (b"%PDF", "a PDF", "Export the catalogue as CSV or Excel"),
    (b"\x1f\x8b", "compressed (gzip)", "Unpack it first"),
    (b"BZh", "compressed (bzip2)", "Unpack it first"),
    (b"\xfd7zXZ", "compressed (xz)", "Unpack it first"),
    (b"7z\xbc\xaf", "compressed (7z)", "Unpack it first"),
    (b"Rar!", "compressed (rar)", "Unpack it first"),
    (b"\x89PNG", "a picture", "Export the catalogue as CSV or Excel"),
    (b"\xff\xd8\xff", "a picture", "Export the catalogue as CSV or Excel"),
    (b"GIF8", "a picture", "Export the catalogue as CSV or Excel"),
    (b"SQLite format 3", "a database", "Export the catalogue as CSV"),
    (b"{\\rtf", "a word-processor document", "Export the catalogue as CSV or Excel"),
)


def head_of(path: Path) -> Head:
    """Read the beginning of a file, and all of it once for its hash and encoding.

    Raises:
        InputError: the file cannot be opened, is empty, or is of a kind that holds no catalogue.
    """
    told = survey(path)
    with opened(path) as file:
        raw = file.read(LENGTH)
    for magic, what, cure in _FOREIGN:
        if raw.startswith(magic):
            raise InputError(f"this file is {what}", where=str(path), cure=cure)
    if not told.encoding:
        return Head(path=path, survey=told, raw=raw, text="")
    text = _whole_lines(raw[len(told.bom) :], told.encoding, cut=told.size > len(raw))
    if told.newline == b"\r":
        text = text.replace("\r", "\n")
    delimiter = guess_delimiter(text, known_headings())
    return Head(path=path, survey=told, raw=raw, text=text, delimiter=delimiter, rows=_rows(text, delimiter))


def _whole_lines(raw: bytes, encoding: str, *, cut: bool) -> str:
    """The decoded head; what may be half a character or half a line at its end is left away."""
    text, _ = decode(raw[: len(raw) // 2 * 2] if encoding.startswith("utf-16") else raw, encoding)
    return text[: text.rfind("\n") + 1] or text if cut else text


def _rows(text: str, delimiter: str) -> tuple[tuple[str, ...], ...]:
    sample = (Line(b"", body(line) + "\n", True) for line in text.splitlines(keepends=True)[: 4 * ROWS])
    found = []
    for row in rows(sample, delimiter, ""):
        found.append(tuple(row.cells))
        if len(found) == ROWS:
            break
    return tuple(found)
