"""Excel workbooks: rows of a sheet as text, and cells of a sheet changed without touching anything else in the file."""

import re
import warnings
import zipfile
import zlib
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from goodword.catalogue.base import Row
from goodword.catalogue.encoding import CHUNK, opened
from goodword.catalogue.feed import escaped
from goodword.catalogue.objects import said
from goodword.errors import InputError

LAST_ROW, LONGEST_CELL = 1_048_576, 32_767
MOST_BYTES = 4 << 30  # unpacked; a file that grows beyond that is a trap or no catalogue
_BROKEN = (  # SyntaxError is what the XML parsers raise
    zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, KeyError, ValueError, TypeError, AttributeError,
    IndexError, OSError, EOFError, RuntimeError, NotImplementedError, OverflowError,
)  # fmt: skip
Edits = Iterator[tuple[int, Mapping[int, str]]]
"""Row numbers, ascending, with the cells to set in each, by position from 0."""


@contextmanager
def _clear(path: Path) -> Iterator[None]:
    """Say in one line what the libraries say in many."""
    try:
        yield
    except InputError:
        raise
    except _BROKEN:
        raise InputError(
            "this Excel workbook is damaged or cut off",
            where=str(path),
            cure="Open it in Excel and save it again as .xlsx",
        ) from None


def check(path: Path) -> None:
    """Look at a workbook from outside.

    Raises:
        InputError: no workbook, damaged, or unpacking to more than 4 GB.
    """
    with _clear(path), opened(path) as file, zipfile.ZipFile(file) as pack:
        names = set(pack.namelist())
        if not any(n.startswith("xl/workbook") for n in names):
            raise InputError(
                "this ZIP file is no Excel workbook", where=str(path), cure="Unpack it, or save the workbook as .xlsx"
            )
        if sum(i.file_size for i in pack.infolist()) > MOST_BYTES:
            raise InputError("this workbook unpacks to more than 4 GB", where=str(path), cure="Save the sheet as CSV")
        if any(n.endswith("workbook.bin") for n in names):
            raise InputError("this is a binary workbook (.xlsb)", where=str(path), cure="Save it as .xlsx")


@contextmanager
def book(path: Path) -> Iterator[Any]:
    """The workbook, opened for streaming.

    Raises:
        InputError: it cannot be read.
    """
    check(path)
    with _clear(path), opened(path) as file:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that do not concern us
            found = load_workbook(file, read_only=True, data_only=True)
        try:
            yield found
        finally:
            found.close()


def sheets(path: Path, most: int) -> dict[str, list[list[str]]]:
    """The first rows of every visible sheet.

    Raises:
        InputError: the workbook cannot be read or has no sheet with anything in it.
    """
    out = {}
    with book(path) as found:
        for sheet in found.worksheets:
            if sheet.sheet_state == "visible":
                out[sheet.title] = [r.cells for r, _ in zip(_rows(sheet), range(most), strict=False)]
    out = {name: rows for name, rows in out.items() if any(any(r) for r in rows)}
    if not out:
        raise InputError(
            "this workbook has no sheet with anything in it", where=str(path), cure="Export the catalogue again"
        )
    return out


def rows(path: Path, sheet: str, width: int) -> Iterator[Row]:
    """Rows of a sheet, none shorter than `width`.

    Raises:
        InputError: the workbook turns out to be damaged, or has no such sheet.
    """
    with book(path) as found:
        if sheet not in found.sheetnames:
            raise InputError(
                f"there is no sheet {sheet!r}", where=str(path), cure=f"There is: {', '.join(found.sheetnames)}"
            )
        for row in _rows(found[sheet]):
            row.cells += [""] * (width - len(row.cells))
            yield row


def _rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # what a file says of its size is often wrong
    found = sheet.iter_rows()
    for number in range(1, LAST_ROW + 1):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            cells = next(found, None)
        if cells is None:
            return
        texts = [_text(c) for c in cells]
        while texts and not texts[-1]:
            texts.pop()
        yield Row(number, texts)


def _text(cell: Any) -> str:
    value = cell.value
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float) and "%" in (cell.number_format or ""):
        return said(Decimal(format(value, ".12g")) * 100) + "%"
    return said(float(format(value, ".15g")) if isinstance(value, float) else value)


# ---------------------------------------------------------------- writing


def part_of(path: Path, sheet: str) -> str:
    """The name of a sheet's part in the package."""
    with book(path) as found:
        return str(found[sheet]._worksheet_path).lstrip("/")


def copy(path: Path, out: IO[bytes], sheet: str, edits: Edits, *, touched: bool) -> None:
    """Copy a workbook part by part, with cells of one sheet set; `touched` says there will be any edit.

    Raises:
        InputError: the workbook is damaged.
    """
    target = part_of(path, sheet)
    with _clear(path), opened(path) as file, zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            if touched and info.filename == "xl/calcChain.xml":
                continue  # Excel's own cache of which cells have formulas; it makes a new one
            with old.open(info) as source, new.open(_like(info), "w") as sink:
                if touched and info.filename == target:
                    _edit(source, sink, edits)
                elif touched and info.filename in {"[Content_Types].xml", "xl/_rels/workbook.xml.rels"}:
                    sink.write(re.sub(rb"<(?:Override|Relationship)\b[^>]*calcChain[^>]*/>", b"", source.read()))
                else:
                    for chunk in iter(lambda: source.read(CHUNK), b""):
                        sink.write(chunk)


def _like(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    twin = zipfile.ZipInfo(info.filename, info.date_time)
    twin.compress_type, twin.external_attr = info.compress_type, info.external_attr
    return twin


_ROW = re.compile(r"<(?P<p>(?:\w+:)?)row\b(?P<a>[^>]*?)(?:/>|>(?P<in>.*?)</(?P=p)row>)", re.DOTALL)
_CELL = re.compile(r"<(?:\w+:)?c\b(?P<a>[^>]*?)(?:/>|>.*?</(?:\w+:)?c>)", re.DOTALL)
_REF, _NUMBER, _STYLE = re.compile(r'\br="([A-Z]+)\d+"'), re.compile(r'\br="(\d+)"'), re.compile(r'\bs="\d+"')


def _edit(source: IO[bytes], sink: IO[bytes], edits: Edits) -> None:
    """Stream a sheet's XML, setting cells; only rows with an edit are rewritten."""
    wanted, buffer, last = next(edits, None), "", 0
    for chunk in _utf8(source):
        buffer += chunk
        done = 0
        for found in _ROW.finditer(buffer):
            number = int(m[1]) if (m := _NUMBER.search(found["a"])) else last + 1
            sink.write(buffer[done : found.start()].encode())
            words = found[0]
            while wanted and wanted[0] < number:
                wanted = next(edits, None)
            if wanted and wanted[0] == number:
                words = _row(found, number, wanted[1])
                wanted = next(edits, None)
            sink.write(words.encode())
            done, last = found.end(), number
        buffer = buffer[done:]
    sink.write(buffer.encode())


def _utf8(source: IO[bytes]) -> Iterator[str]:
    decoder = getincrementaldecoder("utf-8")()
    for raw in iter(lambda: source.read(CHUNK), b""):
        yield decoder.decode(raw)
    yield decoder.decode(b"", True)


def _row(found: re.Match[str], number: int, values: Mapping[int, str]) -> str:
    """A row with cells set, in column order; the style of a cell that was there stays."""
    p, cells, place = found["p"], dict[int, str](), 0
    for cell in _CELL.finditer(found["in"] or ""):
        ref = _REF.search(cell["a"])
        place = column_index_from_string(ref[1]) if ref else place + 1
        cells[place] = cell[0]
    for n, value in values.items():
        style = _STYLE.search(cells.get(n + 1, "").split(">")[0])
        cells[n + 1] = _cell(p, f"{get_column_letter(n + 1)}{number}", style[0] if style else "", value)
    inner = "".join(cells[n] for n in sorted(cells))
    start = re.sub(r'\s*\bspans="[^"]*"', "", found["a"]).rstrip()
    return f"<{p}row{start}>{inner}</{p}row>"


def _cell(p: str, ref: str, style: str, value: str) -> str:
    if len(value) > LONGEST_CELL:
        raise InputError(f"the text for cell {ref} is longer than the {LONGEST_CELL} characters Excel takes")
    space = f" {style}" if style else ""
    return (
        f'<{p}c r="{ref}"{space} t="inlineStr"><{p}is><{p}t xml:space="preserve">{escaped(value)}</{p}t></{p}is></{p}c>'
    )
