"""More than twenty malformed files of each format: each gives exactly one clear message, and the good rows are read.

A flaw is of a row (reported, the run goes on) or of the file (one InputError).
"""

import gzip
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

Kind = Literal["row", "file"]
Case = tuple[str, bytes, Kind, str]  # format, bytes, kind of flaw, a part of the message
Check = Callable[[bytes, str, str], None]
NOISE = random.Random(7).randbytes(4000)
FOREIGN = {
    "empty": (b"", "is empty"),
    "blank": (b" \r\n\t\n \n", "is empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "is empty"),
    "noise": (NOISE, "no text and no workbook"),
    "png": (b"\x89PNG\r\n\x1a\n" + NOISE, "a picture"),
    "pdf": (b"%PDF-1.7\n" + NOISE, "a PDF"),
    "gzip": (gzip.compress(b"sku,title\nA,B\n", mtime=0), "compressed"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE, "old Excel"),
    "utf-16 without mark": (("sku,title\nA,B\n" * 30).encode("utf-16-le"), "no text"),
    "prose": (("这是一封信，不是商品表。\n" * 5).encode(), "no catalogue"),
}


# ---------------------------------------------------------------- delimited text


def delimited(heading: str, row: Callable[..., str], *, name: str) -> Iterator[tuple[str, Case]]:
    """Flaws any table of text can have; `row(sku, title, price, **other)` makes one line."""
    good = [row("G1", "Good one", "1.00"), row("G2", "好二", "2.00")]

    def table(*middle: bytes | str, last: str = good[1], end: bytes = b"\n") -> bytes:
        lines = [heading.encode(), good[0].encode(), *(m if isinstance(m, bytes) else m.encode() for m in middle)]
        return b"\n".join([*lines, last.encode()]) + end

    fine = row("B1", "A thing", "3.00")
    tab = "\t" if "\t" in heading else "," if "," in heading else ";"
    accent = row("B1", "Cafe!", "3").encode().replace(b"Cafe!", b"Caf\xe9 au lait")
    half = row("B1", "杯!", "3").encode().replace("杯!".encode(), "杯".encode()[:2])
    start = len(heading.split(tab)[0])
    flaws: dict[str, tuple[bytes, Kind, str]] = {
        "no number": (table(row("", "A thing", "3")), "row", "no product number"),
        "no title": (table(row("B1", "", "3")), "row", "no product name"),
        "number twice": (table(row("G1", "Again", "3")), "row", "already stands in row 2"),
        "too few cells": (table(f"B1{tab}A thing"), "row", "cells in this row"),
        "too many cells": (table(fine + f"{tab}more"), "row", "cells in this row"),
        "wrong separator": (table("B1^A thing^3"), "row", "cells in this row: 1,"),
        "latin-1": (table(accent), "row", "bytes that are not"),
        "half a character": (table(half), "row", "bytes that"),
        "stray ff": (table(row("B1", "x!", "3").encode().replace(b"x!", b"\xff\xfe")), "row", "bytes that"),
        "nul": (table(row("B1", "x\0y", "3")), "row", "NUL"),
        "open quote": (table(row("B1", '"open', "3")), "row", "quotation mark"),
        "open quote at the end": (table(fine, last=row("G2", '"open', "2")), "row", "quotation mark"),
        "words after a quote": (table(row("B1", '"a"b', "3")), "row", "quotation mark"),
        "quote not doubled": (table(row("B1", '"12" pan"', "3")), "row", "quotation mark"),
        "price in words": (table(row("B1", "A thing", "面议")), "row", "is not a price"),
        "negative price": (table(row("B1", "A thing", "-5")), "row", "is not a price"),
        "ref error": (table(row("B1", "A thing", "#REF!")), "row", "spreadsheet error"),
        "na error": (table(row("B1", "#N/A", "3")), "row", "spreadsheet error"),
        "div error": (table(row("B1", "#DIV/0!", "3")), "row", "spreadsheet error"),
        "long number": (table(row("B" * 300, "A thing", "3")), "row", "longer than 200"),
        "number over two lines": (table(row('"B\n1"', "A thing", "3")), "row", "line break"),
        "cut off in a quote": (table(fine, last=f'G2{tab}"cut o', end=b""), "row", "quotation mark"),
        "no number column": (table(fine).replace(heading.encode(), f"x1{heading[start:]}".encode()), "file", "column"),
        "one endless line": (table(b"x" * (9 << 20)), "file", "longer than"),
    }  # fmt: skip
    if name == "shopify":
        del flaws["number twice"]  # a further row of the same product; see `shops`
    for flaw, (data, kind, part) in flaws.items():
        yield flaw, (name, data, kind, part)


def line_of(template: str) -> Callable[[str, str, str], str]:
    return lambda sku, title, price: template.format(sku=sku, title=title, price=price)


def text_tables() -> Iterator[tuple[str, Case]]:
    yield from delimited("sku,title,price,material,description", line_of("{sku},{title},{price},oak,"), name="csv")
    yield from delimited("货号\t品名\t售价\t材质\t描述", line_of("{sku}\t{title}\t{price}\t橡木\t"), name="tsv")
    shop = "Handle,Title,Body (HTML),Vendor,Option1 Name,Option1 Value,Variant Price,Status"
    yield from delimited(shop, line_of("{sku},{title},,V,Title,Default Title,{price},active"), name="shopify")
    woo = "SKU,Type,Name,Published,Description,Regular price,Attribute 1 name,Attribute 1 value(s)"
    yield from delimited(woo, line_of("{sku},simple,{title},1,,{price},Material,oak"), name="woocommerce")
    feed = "id\ttitle\tdescription\tlink\timage_link\tavailability\tprice"
    yield from delimited(
        feed,
        line_of("{sku}\t{title}\t\thttps://a.example\thttps://a.example/b\tin_stock\t{price}"),
        name="merchant_tsv",
    )


def shops() -> Iterator[tuple[str, Case]]:
    """Flaws only tables of several rows for one product have."""
    shop = "Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant Price\nG1,Good,,Size,S,1\n{}\nG2,好,,Size,S,2\n"
    yield "title on no row", ("shopify", shop.format("B1,,,Size,S,3\nB1,,,Size,M,3").encode(), "row", "no product name")
    yield (
        "rows apart",
        ("shopify", shop.format("B1,B,,Size,S,3").encode() + b"B1,,,Size,M,3\n", "row", "other products stand between"),
    )
    yield (
        "variant price",
        ("shopify", shop.format("B1,B,,Size,S,3\nB1,,,Size,M,cheap").encode(), "row", "is not a price"),
    )
    woo = "ID,Type,SKU,Name,Regular price,Sale price,Parent\n1,simple,G1,Good,1,,\n{}\n3,simple,G2,好,1,,\n"
    yield (
        "orphan",
        ("woocommerce", woo.format("2,variation,V1,V,1,,id:99").encode(), "row", "its parent product id:99 is not"),
    )
    yield (
        "variation without parent",
        ("woocommerce", woo.format("2,variation,V1,V,1,,").encode(), "row", "its parent product"),
    )
    yield "sale price", ("woocommerce", woo.format("2,simple,B1,B,1,half,").encode(), "row", "half is not a price")
    feed = "id\ttitle\tlink\timage_link\tavailability\tprice\titem_group_id\n" + "{}\tT\tl\ti\tin_stock\t1\t{}\n" * 4
    apart = feed.format("a", "G", "b", "H", "c", "G", "d", "")
    yield "group apart", ("merchant_tsv", apart.encode(), "row", "other products stand between")


# ---------------------------------------------------------------- JSON


def json_lines() -> Iterator[tuple[str, Case]]:
    good = '{"sku": "G1", "title": "Good", "price": "1"}', '{"sku": "G2", "title": "好", "price": "2"}'
    rows: dict[str, tuple[str | bytes, str]] = {
        "cut off": ('{"sku": "B1", "title": "x', "not valid JSON"),
        "no comma": ('{"sku": "B1" "title": "x"}', "not valid JSON"),
        "single quotes": ("{'sku': 'B1'}", "not valid JSON"),
        "trailing comma": ('{"sku": "B1", "title": "x",}', "not valid JSON"),
        "bare name": ('{sku: "B1"}', "not valid JSON"),
        "nan": ('{"sku": "B1", "title": "x", "w": NaN}', "NaN is no JSON value"),
        "infinity": ('{"sku": "B1", "title": "x", "w": -Infinity}', "Infinity is no JSON value"),
        "two objects": ('{"sku": "B1", "title": "x"}{"sku": "B2", "title": "y"}', "not valid JSON"),
        "comma after": ('{"sku": "B1", "title": "x"},', "not valid JSON"),
        "list": ('["B1", "x"]', "not a JSON object but an array"),
        "text": ('"B1"', "not a JSON object but a string"),
        "null": ("null", "not a JSON object but null"),
        "csv line": ("B1,x,3", "not valid JSON"),
        "name twice": ('{"sku": "B1", "title": "x", "sku": "B2"}', "stands twice"),
        "control character": ('{"sku": "B1", "title": "x\x01"}', "control character at column"),
        "no number": ('{"title": "x"}', "no product number"),
        "null number": ('{"sku": null, "title": "x"}', "no product number"),
        "empty object": ("{}", "no product number"),
        "no title": ('{"sku": "B1", "material": "oak"}', "no product name"),
        "number twice": ('{"sku": "G1", "title": "x"}', "already stands in line 1"),
        "price": ('{"sku": "B1", "title": "x", "price": "面议"}', "is not a price"),
        "ref": ('{"sku": "B1", "title": "x", "material": "#REF!"}', "spreadsheet error"),
        "nul": ('{"sku": "B1", "title": "x\0"}', "NUL"),
        "escaped nul": ('{"sku": "B1", "title": "x\\u0000"}', "NUL"),
        "half a pair": ('{"sku": "B1", "title": "x\\ud800"}', "bytes that are not"),
        "latin-1": ('{"sku": "B1", "title": "café"}'.encode("latin-1"), "bytes that are not"),
        "deep": ('{"sku": "B1", "title": "x", "a": ' + "[" * 5000 + "]" * 5000 + "}", "nested too deeply"),
        "rather deep": ('{"sku": "B1", "title": "x", "a": ' + '{"a":' * 99 + "1" + "}" * 99 + "}", "nested too deeply"),
        "long number": (json.dumps({"sku": "B" * 201, "title": "x"}), "longer than 200"),
    }
    for flaw, (row, part) in rows.items():
        middle = row if isinstance(row, bytes) else row.encode()
        yield flaw, ("jsonl", b"\n".join([good[0].encode(), middle, good[1].encode()]), "row", part)
    yield (
        "no number anywhere",
        ("jsonl", b'{"title": "x"}\n{"title": "y"}\n', "file", "no column looks like the product number"),
    )
    yield (
        "no title anywhere",
        ("jsonl", b'{"sku": "x"}\n{"sku": "y"}\n', "file", "no column looks like the product name"),
    )


def linked() -> Iterator[tuple[str, Case]]:
    def of(*nodes: dict[str, Any]) -> bytes:
        good = {"@type": "Product", "sku": "G1", "name": "Good"}, {"@type": "Product", "sku": "G2", "name": "好"}
        return json.dumps(
            {"@context": "https://schema.org", "@graph": [good[0], *nodes, good[1]]}, ensure_ascii=False
        ).encode()

    product = {"@type": "Product", "sku": "B1", "name": "x"}
    rows: dict[str, tuple[dict[str, Any], str]] = {
        "no number": ({"@type": "Product", "name": "x"}, "no product number"),
        "empty number": (product | {"sku": ""}, "no product number"),
        "no name": ({"@type": "Product", "sku": "B1"}, "no product name"),
        "empty name": (product | {"name": []}, "no product name"),
        "number twice": (product | {"sku": "G1"}, "already stands in product 1"),
        "price": (product | {"offers": {"price": "ask us"}}, "is not a price"),
        "price of a list": (product | {"offers": [{"price": "1"}, {"price": "-3"}]}, "is not a price"),
        "ref": (product | {"material": "#REF!"}, "spreadsheet error"),
        "nul": (product | {"material": "a\0b"}, "NUL"),
        "long number": (product | {"sku": "B" * 300}, "longer than 200"),
        "line break in number": (product | {"sku": "B\n1"}, "line break"),
    }
    for flaw, (node, part) in rows.items():
        yield flaw, ("schema_org", of(node), "row", part)
    whole = of(product)
    files: dict[str, tuple[bytes, str]] = {
        "cut off": (whole[:-20], "not valid JSON"),
        "cut in half": (whole[: len(whole) // 2], "not valid JSON"),
        "trailing comma": (whole[:-1] + b",}", "not valid JSON"),
        "no colon": (whole.replace(b'"@graph":', b'"@graph"'), "not valid JSON"),
        "single quotes": (whole.replace(b'"sku"', b"'sku'"), "not valid JSON"),
        "comment": (b"{ // products\n" + whole[1:], "not valid JSON"),
        "nan": (whole.replace(b'"B1"', b"NaN"), "not valid JSON"),
        "name twice": (whole.replace(b'"sku": "B1"', b'"sku": "B1", "sku": "B2"'), "not valid JSON"),
        "deep": (b'{"@type": ' + b"[" * 5000 + b"]" * 5000 + b"}", "nested too deeply"),
        "latin-1": (whole.replace(b"Good", b"Caf\xe9 au lait"), "bytes that are not"),
        "no products": (b'{"@context": "https://schema.org", "@type": "Organization"}', "no schema.org Product"),
        "empty graph": (b'{"@context": "https://schema.org", "@graph": []}', "no schema.org Product"),
        "empty list": (b'[{"@type": "Thing"}]', "no schema.org Product"),
        "page without data": (b"<html><head><script>var a = 1</script></head></html>", "no schema.org Product"),
        "page of another thing": (
            b'<html><script type="application/ld+json">{"@type":"Event"}</script>',
            "no schema.org Product",
        ),
        "page with broken data": (
            b'<html><script type="application/ld+json">{"@type":"Product",</script>',
            "not valid JSON",
        ),
        "json table": (json.dumps([{"sku": "A", "title": "B"}], indent=1).encode(), "no schema.org Product"),
    }
    for flaw, (data, part) in files.items():
        yield flaw, ("schema_org", data, "file", part)


# ---------------------------------------------------------------- XML


def feeds() -> Iterator[tuple[str, Case]]:
    head = '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n'
    good = [f"<item><g:id>{i}</g:id><g:title>{t}</g:title></item>\n" for i, t in (("G1", "Good"), ("G2", "好"))]

    def feed(middle: str, *, before: str = "") -> bytes:
        return f'<?xml version="1.0"?>\n{before}{head}{good[0]}{middle}\n{good[1]}</channel></rss>'.encode()

    def item(inside: str) -> str:
        return f"<item><g:id>B1</g:id><g:title>x</g:title>{inside}</item>"

    rows: dict[str, tuple[str, str]] = {
        "html entity": (item("<g:color>a&nbsp;b</g:color>"), "undefined entity"),
        "bare ampersand": (item("<g:color>black & white</g:color>"), "invalid token"),
        "bare less-than": (item("<g:size>< 5 cm</g:size>"), "invalid token"),
        "tags crossed": (item("<g:color><b>x</g:color></b>"), "mismatched tag"),
        "tag not closed": (item("<g:color>x"), "mismatched tag"),
        "unknown prefix": (item("<h:color>x</h:color>"), "unbound prefix"),
        "attribute twice": (item('<g:color a="1" a="2">x</g:color>'), "duplicate attribute"),
        "attribute without quotes": (item("<g:color a=1>x</g:color>"), "invalid token"),
        "nul reference": (item("<g:color>&#0;</g:color>"), "reference to invalid character"),
        "control character": (item("<g:color>\x01</g:color>"), "invalid token"),
        "nul": (item("<g:color>\0</g:color>"), "NUL"),
        "declaration inside": (item('<!DOCTYPE a [<!ENTITY b "c">]>'), "invalid token"),
        "instruction cut": (item("<?php echo 1"), "unclosed token"),
        "no number": ("<item><g:title>x</g:title></item>", "no product number"),
        "empty number": ("<item><g:id> </g:id><g:title>x</g:title></item>", "no product number"),
        "no title": ("<item><g:id>B1</g:id></item>", "no product name"),
        "number twice": ("<item><g:id>G1</g:id><g:title>x</g:title></item>", "already stands in line 3"),
        "price": (item("<g:price>call us</g:price>"), "is not a price"),
        "sale price": (item("<g:sale_price>-1 USD</g:sale_price>"), "is not a price"),
        "ref": (item("<g:color>#REF!</g:color>"), "spreadsheet error"),
        "long number": (f"<item><g:id>{'B' * 300}</g:id><g:title>x</g:title></item>", "longer than 200"),
    }
    for flaw, (middle, part) in rows.items():
        yield flaw, ("merchant", feed(middle), "row", part)
    yield (
        "stray bytes",
        ("merchant", feed(item("<g:color>!!</g:color>")).replace(b"!!", b"\xff\xe9"), "row", "bytes that are not"),
    )
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
    whole = feed(item("")).rstrip()
    files: dict[str, tuple[bytes, str]] = {
        "entity bomb": (feed(item("<g:color>&b;</g:color>"), before=bomb), "declares entities"),
        "outside entity": (
            feed(item("&x;"), before='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'),
            "declares entities",
        ),
        "no items": (f"{head}</channel></rss>".encode(), "no items in this feed"),
        "unknown encoding": (whole.replace(b'"1.0"?', b'"1.0" encoding="klingon"?'), "unknown encoding"),
        "text only": (b"<rss><channel><title>x</title></channel></rss>", "no items in this feed"),
    }
    for flaw, (data, part) in files.items():
        yield flaw, ("merchant", data, "file", part)
    for flaw, data in {
        "cut off": whole[: whole.rindex(b"<g:title>") + 12],
        "comment not closed": feed(item("<!-- note")),
        "cdata not closed": feed(item("<g:description><![CDATA[words")),
    }.items():
        yield flaw, ("merchant", data, "row", "breaks off")


CASES = [
    pytest.param(*case, id=f"{case[0]}: {flaw}")
    for make in (text_tables, shops, json_lines, linked, feeds)
    for flaw, case in make()
]


def test_there_are_twenty_malformed_files_of_each_format() -> None:
    held = [case.values[0] for case in CASES]
    formats = ("csv", "tsv", "jsonl", "shopify", "woocommerce", "merchant", "merchant_tsv", "schema_org")
    assert all(held.count(name) >= 20 for name in formats)


@pytest.mark.parametrize(("name", "data", "kind", "part"), CASES)
def test_a_malformed_file_gives_one_clear_message_and_the_good_rows(
    name: str, data: bytes, kind: Kind, part: str, one_clear_message: Check
) -> None:
    one_clear_message(data, kind, part)


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_that_is_no_catalogue_gives_one_clear_message(name: str, one_clear_message: Check) -> None:
    data, part = FOREIGN[name]
    one_clear_message(data, "file", part)


def test_a_missing_file_and_a_folder_are_told_apart(messages: Callable[[Path], Any], tmp_path: Path) -> None:
    assert "no such file" in messages(tmp_path / "none.csv")[0][0]
    assert "a folder" in messages(tmp_path)[0][0]
