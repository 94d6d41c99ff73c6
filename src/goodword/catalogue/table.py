"""Rows of a table with mapped columns, turned into records, each looked over for what a person would want to know."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from goodword.catalogue.base import BadRow, Column, ColumnMap, ReadPlan, Row, Step
from goodword.catalogue.problems import at, bad, faulty
from goodword.catalogue.seen import Seen
from goodword.types import Field, Lang, Record

LONGEST_SKU = 200
ERRORS = frozenset(
    [
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#GETTING_DATA",
        "#UNKNOWN!",
        "#CONNECT!",
    ]
)
# What may stand beside an amount: currencies, what the price is for, tax, coupon, 'about', and 万.
_CURRENCY = re.compile(
    r"(?<![A-Za-z])[A-Z]{1,3}(?=\$)|(?i:(?<![a-z])(?:rs|kr|incl?|excl?|including|excluding|vat|gst|tax|about|approx)\b\.?)"
    r"|(?i:/\s*(?:kg|g|lb|oz|ml|l|m|pcs?|piece|pair|set|unit|pack)\b)|不?含税|券后|到手|[约約万()（）]"
    r"|(?<![A-Za-z])(?:[A-Z]{2,3}|(?i:rmb|cny|usd|eur|gbp|hkd|twd|jpy|krw|sgd|aud|cad|chf|euros?|yuan|dollars?|pounds?|from|each))"
    r"(?![A-Za-z])|[$€£¥￥₩₹元円圆块人民币美欧镑港台/每件个起]"
)
_AMOUNT = re.compile(r"\d[\d.,'’ \u00a0]*(?:\s*[-–~～至到]\s*\d[\d.,'’ \u00a0]*)?")
LANGS: dict[str, Lang] = {
    "en": "en", "english": "en", "en-us": "en", "en-gb": "en", "en_us": "en", "en_gb": "en", "英文": "en", "英语": "en",
    "zh": "zh", "cn": "zh", "chinese": "zh", "zh-cn": "zh", "zh_cn": "zh", "zh-hans": "zh", "中文": "zh", "汉语": "zh",
}  # fmt: skip


def is_price(text: str) -> bool:
    """Whether a cell is an amount or a range of amounts, with or without a currency."""
    return _AMOUNT.fullmatch(_CURRENCY.sub(" ", text).strip()) is not None


@dataclass(slots=True)
class Draw:
    """What was drawn out of the cells of one product so far."""

    sku: str = ""
    title: str = ""
    title_lang: Lang | None = None
    lang: Lang | None = None
    product_class: str | None = None
    description: str = ""


def record(columns: Sequence[Column], row: Row, plan: ReadPlan) -> Record | BadRow | None:
    """The product of one row, the reason why there is none, or None for an empty row."""
    draw, fields = Draw(), []
    for column, cell in zip(columns, row.cells, strict=False):
        text = cell.strip()
        if not text or column.role == "ignore":
            continue
        if text[0] == "#" and text in ERRORS and column.role != "description":
            return bad("formula", plan, row.number, column.heading, raw=raw(row), value=text)
        if column.role in {"fact", "brand", "category", "stock", "price"}:
            if column.role == "price" and not is_price(text):
                return bad("price", plan, row.number, column.heading, raw=raw(row), value=text)
            source = at(plan, row.number, column.heading)
            fields.append(Field(name=column.name or column.heading, value=text, source=source, lang=column.lang))
        elif wrong := _draw(draw, fields, column, text, row, plan):
            return wrong
    return _finished(draw, tuple(fields), columns, row, plan)


def _draw(draw: Draw, fields: list[Field], column: Column, text: str, row: Row, plan: ReadPlan) -> BadRow | None:
    match column.role:
        case "sku":
            draw.sku = text
        case "title" if not draw.title:
            draw.title, draw.title_lang = text, column.lang
        case "title":  # the name in the other language
            source = at(plan, row.number, column.heading)
            fields.append(Field(name=column.name or column.heading, value=text, source=source, lang=column.lang))
        case "description":
            draw.description = draw.description or text
        case "class":
            draw.product_class = text
        case "language":
            draw.lang = LANGS.get(text.casefold())
            if draw.lang is None:
                return bad("language", plan, row.number, column.heading, raw=raw(row), value=text)
    return None


def _finished(
    draw: Draw, fields: tuple[Field, ...], columns: Sequence[Column], row: Row, plan: ReadPlan
) -> Record | BadRow | None:
    if not (draw.sku or draw.title or fields or draw.description):
        return None
    if not draw.sku:
        return bad("sku_missing", plan, row.number, heading_of(columns, "sku"), raw=raw(row))
    if unfit(draw.sku):
        return bad("sku_wrong", plan, row.number, heading_of(columns, "sku"), raw=raw(row))
    if not draw.title:
        return bad("title_missing", plan, row.number, heading_of(columns, "title"), raw=raw(row))
    return Record(
        sku=draw.sku,
        title=draw.title,
        fields=fields,
        source=at(plan, row.number),
        lang=draw.lang or draw.title_lang,
        product_class=draw.product_class,
        description=draw.description,
    )


def unfit(sku: str) -> bool:
    """Whether a text cannot be a product number: too long, or more than one line."""
    return len(sku) > LONGEST_SKU or not sku.isprintable()


def heading_of(columns: Sequence[Column], role: str) -> str:
    """The heading of the first column with that role."""
    return next((c.heading for c in columns if c.role == role), "")


def raw(row: Row) -> str:
    """The row's cells in one line for the rejects file."""
    return " | ".join(row.cells)


def steps(rows: Iterable[Row], columns: ColumnMap, plan: ReadPlan) -> Iterator[Step]:
    """One step for every row of the file, the rows above the heading and the heading itself included."""
    seen, width = Seen(), len(columns.columns)
    for row in rows:
        step = Step([row])
        if row.number > columns.heading_row and (found := checked(row, width, columns.columns, plan)):
            if isinstance(found, Record) and (first := seen.first(found.sku, row.number)):
                heading = heading_of(columns.columns, "sku")
                found = bad("sku_twice", plan, row.number, heading, raw=raw(row), sku=found.sku, first=first)
            step.outcomes.append(found)
            if isinstance(found, Record):
                step.sku, step.fill = found.sku, (0,)
        yield step


def checked(row: Row, width: int, columns: Sequence[Column], plan: ReadPlan) -> Record | BadRow | None:
    """The outcome of one row, its shape looked at first."""
    return misshapen(row, width, plan) or record(columns, row, plan)


def misshapen(row: Row, width: int, plan: ReadPlan) -> BadRow | None:
    """Why a row cannot be read at all; empty cells beyond the heading are let pass, empty rows too."""
    if row.fault:
        return faulty(row, plan)
    found = len(row.cells)
    if found == width or (found > width and not any(row.cells[width:])) or not any(c.strip() for c in row.cells):
        return None
    return bad("cells", plan, row.number, raw=raw(row), found=found, wanted=width)
