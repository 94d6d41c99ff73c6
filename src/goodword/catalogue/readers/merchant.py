"""Google Merchant XML feeds: RSS 2.0 and Atom with Google's name space."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from goodword.catalogue.base import BadRow, Head, ReadPlan, Row, Step
from goodword.catalogue.encoding import undecodable
from goodword.catalogue.feed import CUSTOM, GOOGLE, LONGEST_ITEM, Element, Piece, encoding_of, parse, pieces, spaces_of
from goodword.catalogue.merchant import Groups, Item
from goodword.catalogue.problems import bad
from goodword.errors import InputError
from goodword.types import Record

NAME = "merchant"
_ATOM = {"", "http://www.w3.org/2005/Atom"}
_PLAIN = {"summary": "description"}  # Atom's name for it


def recognises(head: Head) -> float:
    """XML with feed elements and Google's name space or prefix."""
    if not head.text.lstrip().startswith("<") or "<html" in head.text[:2000].lower():
        return 0.0
    feed = any(tag in head.text for tag in ("<rss", "<feed", "<channel"))
    return (1.0 if GOOGLE in head.text or "<g:" in head.text else 0.3) if feed else 0.0


def columns(head: Head, *, heading_row: int | None = None, sheet: str = "") -> None:
    """The format fixes its attributes."""


def walk(path: Path, plan: ReadPlan) -> Iterator[Step]:
    """Every piece of the feed as a row of one cell; the outcome of a group comes with the item that ends it.

    Raises:
        InputError: no feed, no items, or entity declarations.
    """
    encoding = encoding_of(path, plan.survey)
    if not encoding:
        raise InputError("this file is no XML text", where=plan.source.uri, cure="Export the feed again")
    plan = replace(plan, counted="line")
    groups, spaces, items = Groups(plan), dict[str, str](), 0
    broken = False
    for piece in pieces(path, plan.survey, encoding):
        step = Step([Row(piece.line, [piece.text])])
        if piece.kind == "between":
            spaces = spaces or spaces_of(piece.text)
        elif not broken:
            items += 1
            item = item_of(piece, spaces or spaces_of(""), plan, encoding)
            step.outcomes += groups.take(item)
            step.sku, step.fill = (item.key, (0,)) if groups.accepts(item) else ("", ())
        broken = broken or piece.kind == "broken"
        yield step
    yield Step([], list(groups.end()))
    if not items:
        raise InputError("no items in this feed", where=plan.source.uri, cure="Export the feed again")


def item_of(piece: Piece, spaces: dict[str, str], plan: ReadPlan, encoding: str) -> Item:
    """A piece as an item, with its fault if it cannot be read."""
    fault = None
    if piece.kind == "broken":
        long = len(piece.text) > LONGEST_ITEM
        fault = bad("item_long" if long else "cut_off", plan, piece.line, raw=piece.text[:500], most=LONGEST_ITEM >> 20)
    elif undecodable(piece.text):
        fault = bad("bytes", plan, piece.line, raw=piece.text[:500], encoding=encoding.upper())
    elif "\0" in piece.text:
        fault = bad("nul", plan, piece.line, raw=piece.text[:500])
    else:
        try:
            return Item(piece.line, _values(parse(piece.text, spaces)), piece.text[:500])
        except ValueError as problem:
            fault = bad("xml", plan, piece.line, raw=piece.text[:500], why=problem)
    return Item(piece.line, [], piece.text[:500], fault)


def _values(elements: list[Element]) -> list[tuple[str, str]]:
    """Values by attribute, Google's own before those of the feed format."""
    google = [_value(e) for e in elements if e.space in {GOOGLE, CUSTOM}]
    plain = [(_PLAIN.get(e.name, e.name), e.text.strip()) for e in elements if e.space in _ATOM]
    names = {n for n, _ in google}
    plain = [(n, v) for n, v in plain if n not in names and n in {"id", "title", "description", "link"}]
    return [(n, v) for n, v in (*google, *plain) if v]


def _value(element: Element) -> tuple[str, str]:
    parts = {c.name: c.text.strip() for c in element.children}
    if element.name in {"structured_description", "structured_title"}:
        return element.name, f':"{parts.get("content", "").replace(chr(34), chr(34) * 2)}"' if parts.get(
            "content"
        ) else ""
    if element.name == "product_detail" and parts.get("attribute_name"):
        section, name = parts.get("section_name", ""), parts["attribute_name"].replace(":", " ")
        return element.name, f"{section}:{name}:{parts.get('attribute_value', '')}"
    return element.name, "" if parts else element.text.strip()


def read(path: Path, plan: ReadPlan) -> Iterator[Record | BadRow]:
    """Every product and every bad item."""
    for step in walk(path, plan):
        yield from step.outcomes
