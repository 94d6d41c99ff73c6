"""More than twenty malformed workbooks and Parquet files: each gives exactly one clear message, and the good rows."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, Literal

import openpyxl
import pytest

Kind = Literal["row", "file"]
Case = tuple[str, bytes, Kind, str]  # format, bytes, kind of flaw, a part of the message
NOISE = random.Random(7).randbytes(4000)


def workbooks() -> Iterator[tuple[str, Case]]:
    heading = ["sku", "title", "price", "material", "description"]

    def book(*middle: list[Any], first: list[str] = heading) -> bytes:
        found = openpyxl.Workbook()
        assert found.active
        rows: list[Any] = [first, ["G1", "Good", 1, "oak"], *middle, ["G2", "好", 2.5, "棉"]]
        for row in rows:
            found.active.append(row)
        found.save(out := io.BytesIO())
        return out.getvalue()

    rows: dict[str, tuple[list[Any], str]] = {
        "no number": ([None, "x", 3], "no product number"),
        "no title": (["B1", None, 3], "no product name"),
        "number twice": (["G1", "x", 3], "already stands in row 2"),
        "price": (["B1", "x", "面议"], "is not a price"),
        "negative price": (["B1", "x", -3], "is not a price"),
        "price as a date": (["B1", "x", "12 May"], "is not a price"),
        "ref": (["B1", "x", 3, "#REF!"], "spreadsheet error"),
        "na": (["B1", "#N/A", 3], "spreadsheet error"),
        "name error": (["#NAME?", "x", 3], "spreadsheet error"),
        "cell beyond the heading": (["B1", "x", 3, "oak", "", "more"], "cells in this row: 6, in the heading: 5"),
        "long number": (["B" * 201, "x"], "longer than 200"),
        "line break in number": (["B\n1", "x"], "line break"),
    }
    for flaw, (row, part) in rows.items():
        yield flaw, ("xlsx", book(row), "row", part)
    whole = book(["B1", "x", 3])
    for share in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        yield f"cut off at {share}", ("xlsx", whole[: int(len(whole) * share)], "file", "damaged or cut off")
    yield (
        "no number column",
        ("xlsx", book(first=["a", "title", "price", "material", "b"]), "file", "no column looks like"),
    )
    yield (
        "no title column",
        ("xlsx", book(first=["sku", "a", "price", "material", "b"]), "file", "no column looks like"),
    )
    yield "nothing in it", ("xlsx", _saved(openpyxl.Workbook()), "file", "no sheet with anything in it")
    for flaw, part, change in (
        ("sheet is no xml", "xl/worksheets/sheet1.xml", lambda _: b"no xml"),
        ("sheet is cut", "xl/worksheets/sheet1.xml", lambda data: data[:400]),
        ("workbook is no xml", "xl/workbook.xml", lambda _: b"<a>"),
        ("no content types", "[Content_Types].xml", lambda _: None),
    ):
        yield flaw, ("xlsx", _repacked(whole, part, change), "file", "damaged or cut off")
    yield (
        "no sheet",
        ("xlsx", _repacked(whole, "xl/worksheets/sheet1.xml", lambda _: None), "file", "no sheet with anything"),
    )
    yield "another zip", ("xlsx", _zip({"word/document.xml": b"<a/>"}), "file", "no Excel workbook")
    yield "binary workbook", ("xlsx", _zip({"xl/workbook.bin": NOISE}), "file", "binary workbook")


def _saved(book: openpyxl.Workbook) -> bytes:
    book.save(out := io.BytesIO())
    return out.getvalue()


def _zip(parts: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(out := io.BytesIO(), "w") as pack:
        for name, data in parts.items():
            pack.writestr(name, data)
    return out.getvalue()


def _repacked(whole: bytes, part: str, change: Callable[[bytes], bytes | None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(whole)) as pack:
        parts = {n: pack.read(n) for n in pack.namelist()}
    changed = change(parts.pop(part))
    return _zip(parts | ({part: changed} if changed is not None else {}))


def parquets() -> Iterator[tuple[str, Case]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def table(*middle: dict[str, Any]) -> bytes:
        rows = [
            {"sku": "G1", "title": "Good", "price": "1", "m": "oak"},
            *middle,
            {"sku": "G2", "title": "好", "price": "2", "m": "棉"},
        ]
        return written(pa.table({n: [r.get(n) for r in rows] for n in ("sku", "title", "price", "m")}))

    def written(found: Any) -> bytes:
        pq.write_table(found, out := io.BytesIO())
        return out.getvalue()

    rows: dict[str, tuple[dict[str, Any], str]] = {
        "no number": ({"title": "x"}, "no product number"),
        "empty number": ({"sku": "", "title": "x"}, "no product number"),
        "no title": ({"sku": "B1"}, "no product name"),
        "blank title": ({"sku": "B1", "title": "  "}, "no product name"),
        "number twice": ({"sku": "G1", "title": "x"}, "already stands in record 1"),
        "price": ({"sku": "B1", "title": "x", "price": "free?"}, "is not a price"),
        "negative price": ({"sku": "B1", "title": "x", "price": "-1"}, "is not a price"),
        "ref": ({"sku": "B1", "title": "x", "m": "#REF!"}, "spreadsheet error"),
        "value error": ({"sku": "B1", "title": "#VALUE!"}, "spreadsheet error"),
        "nul": ({"sku": "B1", "title": "x\0y"}, "NUL"),
        "long number": ({"sku": "B" * 201, "title": "x"}, "longer than 200"),
        "line break in number": ({"sku": "B\n1", "title": "x"}, "line break"),
        "nothing in it": ({}, "no product number"),
    }
    for flaw, (row, part) in rows.items():
        yield flaw, ("parquet", table(row), "row", part)
    raw = written(
        pa.table({"sku": ["G1", "B1", "G2"], "title": pa.array([b"Good", b"\xff\xfe", "好".encode()], pa.binary())})
    )
    yield "bytes", ("parquet", raw, "row", "bytes that are not")
    whole = table({"sku": "B1", "title": "x"})
    for share in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        yield f"cut off at {share}", ("parquet", whole[: int(len(whole) * share)], "file", "damaged or cut off")
    yield "only the magic number", ("parquet", b"PAR1", "file", "damaged or cut off")
    yield "magic twice", ("parquet", b"PAR1PAR1", "file", "damaged or cut off")
    yield "wrong footer", ("parquet", whole[:-8] + b"\xff\xff\xff\x7fPAR1", "file", "damaged or cut off")
    yield "noise inside", ("parquet", b"PAR1" + NOISE + b"PAR1", "file", "damaged or cut off")
    yield (
        "no number column",
        ("parquet", written(pa.table({"title": ["x"]})), "file", "no column looks like the product number"),
    )
    yield (
        "no title column",
        ("parquet", written(pa.table({"sku": ["x"]})), "file", "no column looks like the product name"),
    )


CASES = [pytest.param(*case, id=f"{case[0]}: {flaw}") for make in (workbooks, parquets) for flaw, case in make()]


def test_there_are_twenty_malformed_files_of_each_packed_format() -> None:
    held = [case.values[0] for case in CASES]
    assert held.count("xlsx") >= 20 and held.count("parquet") >= 20


@pytest.mark.parametrize(("name", "data", "kind", "part"), CASES)
def test_a_malformed_packed_file_gives_one_clear_message_and_the_good_rows(
    name: str, data: bytes, kind: Kind, part: str, one_clear_message: Callable[[bytes, str, str], None]
) -> None:
    one_clear_message(data, kind, part)
