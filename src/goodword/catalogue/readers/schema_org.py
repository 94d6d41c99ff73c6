"""schema.org products in JSON-LD: one object, a list, a @graph, an ItemList, or the scripts of an HTML page.

The file is read as a whole (up to 256 MB), since JSON cannot be cut safely before it is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from goodword.catalogue.base import BadRow, Head, ReadPlan
from goodword.catalogue.copytext import MARK
from goodword.catalogue.encoding import text_of, undecodable
from goodword.catalogue.gather import Gathered, price_span
from goodword.catalogue.json_edit import TwiceError, why
from goodword.catalogue.linked import (
    Block,
    Path_,
    blocks,
    lang_of,
    prices,
    products,
    properties,
    read_block,
    sku_of,
    texts_of,
    words,
)
from goodword.catalogue.problems import at, bad
from goodword.catalogue.seen import Seen
from goodword.catalogue.table import ERRORS, is_price, unfit
from goodword.errors import InputError
from goodword.types import Field, Record

NAME = "schema_org"
MOST = 256 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """One product in the file: its block, its path in that, and what came of it."""

    block: Block
    path: Path_
    node: dict[str, Any]
    outcome: Record | BadRow


def recognises(head: Head) -> float:
    """JSON with schema.org types, or a page with ld+json."""
    start = head.text.lstrip()[:1]
    if start in {"{", "["}:
        typed = '"@type"' in head.text or '"@context"' in head.text or '"@graph"' in head.text
        return 0.9 if typed else 0.1 if head.text.lstrip()[1:].lstrip()[:1] in {'"', "{", "}", "]"} else 0.0
    return 0.9 if "application/ld+json" in head.text else 0.2 if "<html" in head.text[:2000].lower() else 0.0


def columns(head: Head, *, heading_row: int | None = None, sheet: str = "") -> None:
    """The format fixes its properties."""


def places(path: Path, plan: ReadPlan) -> Iterator[Place | BadRow]:
    """Every product in file order, and every script that is not JSON.

    Raises:
        InputError: not JSON, or no product in it.
    """
    uri = plan.source.uri
    plan = replace(plan, counted="product")
    text = text_of(path, plan.survey, most=MOST)
    if undecodable(text):
        raise InputError("bytes that are not UTF-8 text", where=uri, cure="Save the file as UTF-8")
    found = blocks(text)
    number, broken, seen = 0, list[BadRow](), Seen()
    for n, block in enumerate(found, 1):
        try:
            value = read_block(block)
        except ValueError as problem:
            if len(found) == 1:
                raise _no_json(problem, block, uri) from None
            script = replace(plan, counted="script")
            code = "json_twice" if isinstance(problem, TwiceError) else "json"
            column = problem.name if isinstance(problem, TwiceError) else ""
            broken.append(bad(code, script, n, column, raw=block.text[:500], why=why(problem)))
            yield broken[-1]
            continue
        for where, node in products(value):
            number += 1
            yield Place(block, where, node, _outcome(node, where, number, plan, seen))
    if not number and not broken:
        raise InputError("no schema.org Product in this file", where=uri, cure='A product has "@type": "Product"')


def _no_json(problem: ValueError, block: Block, uri: str) -> InputError:
    line = getattr(problem, "lineno", 0)
    where = f"{uri}, line {line}" if line else uri
    return InputError(f"this is not valid JSON ({why(problem)})", where=where, cure="Correct it, or export it again")


def _outcome(node: dict[str, Any], path: Path_, number: int, plan: ReadPlan, seen: Seen) -> Record | BadRow:
    raw = str(node)[:500]
    said = (sku_of(node), words(node.get("name")), *(v for _, v, _ in properties(node)))
    if any("\0" in w or undecodable(w) for w in said):  # written as escapes
        return bad("nul" if any("\0" in w for w in said) else "bytes", plan, number, raw=raw, encoding="Unicode")
    sku = sku_of(node)
    if not sku:
        return bad("sku_missing", plan, number, "sku", raw=raw)
    if unfit(sku):
        return bad("sku_wrong", plan, number, "sku", raw=raw)
    if not words(node.get("name")):
        return bad("title_missing", plan, number, "name", raw=raw)
    for price in prices(node):
        if not is_price(price):
            return bad("price", plan, number, "offers.price", raw=raw, value=price)
    for name, value, _ in properties(node):
        if value in ERRORS:
            return bad("formula", plan, number, name, raw=raw, value=value)
    if first := seen.first(sku, number):
        return bad("sku_twice", plan, number, "sku", raw=raw, sku=sku, first=first)
    return record(node, sku, path, number, plan)


def record(node: dict[str, Any], sku: str, path: Path_, number: int, plan: ReadPlan) -> Record:
    """One product with the values of its variants collected."""
    got = Gathered(plan)
    variants = [v for v in _list(node.get("hasVariant")) if isinstance(v, dict)]
    for each in (node, *variants):
        for name, value, lang in properties(each):
            if name != MARK:
                got.add(f"{name}\0{lang or ''}", value, number, name, lang=lang)
    got.add("Price", price_span(p for each in (node, *variants) for p in prices(each)), number, "offers.price")
    titles = texts_of(node.get("name"))
    fields = tuple(replace(f, name=f.name.split("\0")[0]) for f in got.fields())
    others = tuple(
        Field(name="title", value=t, lang=lang, source=at(plan, number, "name")) for t, lang in titles[1:] if lang
    )
    source = at(plan, number)
    return Record(
        sku=sku,
        title=titles[0][0],
        fields=others + fields,
        source=replace(source, locator=f"{source.locator}, {_pointer(path)}"),
        lang=lang_of(words(node.get("inLanguage"))) or titles[0][1],
        description=next((t for t, _ in texts_of(node.get("description"))), ""),
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _pointer(path: Path_) -> str:
    return "$" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)


def read(path: Path, plan: ReadPlan) -> Iterator[Record | BadRow]:
    """Every product and everything bad."""
    for found in places(path, plan):
        yield found.outcome if isinstance(found, Place) else found
