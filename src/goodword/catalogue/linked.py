"""schema.org products in JSON-LD: where they stand in a text, and their properties as names and values.

Source: schema.org Product, ProductGroup, PropertyValue and QuantitativeValue, version 29, 2026-11-24.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads as toml
from typing import Any

from goodword.catalogue.json_edit import loads
from goodword.catalogue.objects import said
from goodword.types import Lang

Path_ = tuple[str | int, ...]
PRODUCTS = {"Product", "ProductGroup", "IndividualProduct", "ProductModel", "SomeProducts"}
MOST_NODES, DEEPEST = 2_000_000, 40
_SCRIPT = re.compile(
    r"""(<script\b[^>]*?\btype\s*=\s*["']?application/ld\+json["']?[^>]*>)(.*?)</script\s*>""",
    re.DOTALL | re.IGNORECASE,
)
# Who made a page, what others think of a product and where its pictures are say nothing of the product itself.
_NO_FACTS = {
    "@context", "@type", "@id", "@graph", "name", "description", "url", "image", "logo", "sku", "productGroupID",
    "offers", "review", "reviews", "aggregateRating", "hasVariant", "variesBy", "isVariantOf", "isRelatedTo",
    "isSimilarTo", "sameAs", "mainEntityOfPage", "subjectOf", "potentialAction", "additionalType", "inLanguage",
    "identifier", "productID", "hasMerchantReturnPolicy", "shippingDetails", "positiveNotes", "negativeNotes",
    "video", "isConsumableFor", "funding", "inProductGroupWithID", "disambiguatingDescription", "alternateName",
    "slogan", "keywords", "additionalProperty", "award",
}  # fmt: skip
_SPELLED = {
    "gtin8": "GTIN", "gtin12": "GTIN", "gtin13": "GTIN", "gtin14": "GTIN", "gtin": "GTIN", "mpn": "MPN",
    "isAccessoryOrSparePartFor": "Compatible with",
    "countryOfOrigin": "Country of origin", "countryOfAssembly": "Country of assembly",
    "itemCondition": "Condition", "hasEnergyConsumptionDetails": "Energy efficiency class", "category": "Category",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """One JSON text in a file, with its place in the file's text."""

    start: int
    text: str


def blocks(text: str) -> list[Block]:
    """The JSON texts of a file: the whole of it, or the ld+json scripts of an HTML page."""
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return [Block(0, text)]
    return [Block(m.start(2), m[2]) for m in _SCRIPT.finditer(text)]


def types_of(node: Mapping[str, Any]) -> set[str]:
    """The types of a node without their prefixes."""
    given = node.get("@type", ())
    named = given if isinstance(given, list) else [given]
    return {re.split(r"[/:#]", t)[-1] for t in named if isinstance(t, str)}


def products(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, dict[str, Any]]]:
    """Every product with its path, in file order; a product within a product (variants, related ones) is not one."""
    if len(path) > DEEPEST:
        return
    if isinstance(value, dict):
        if types_of(value) & PRODUCTS:
            yield path, value
            return
        for name, inner in value.items():
            yield from products(inner, (*path, name))
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from products(inner, (*path, n))


def sku_of(node: Mapping[str, Any]) -> str:
    """The number a product goes by."""
    for name in (
        "sku",
        "productGroupID",
        "productID",
        "mpn",
        "gtin13",
        "gtin14",
        "gtin12",
        "gtin8",
        "gtin",
        "identifier",
        "@id",
        "url",
    ):
        if found := words(node.get(name)):
            return found
    return ""


def words(value: Any) -> str:
    """A value as text: names of things, quantities with units, lists joined."""
    match value:
        case list():
            return ", ".join(dict.fromkeys(w for w in map(words, value) if w))
        case dict() if "@value" in value:
            return said(value["@value"]).strip()
        case dict() if "value" in value or "minValue" in value or "maxValue" in value:
            return _quantity(value)
        case dict():
            return next((w for key in ("name", "termCode", "identifier") if (w := words(value.get(key)))), "")
        case str():
            return _enumerated(value.strip())
    return said(value)


def _enumerated(text: str) -> str:
    """'https://schema.org/NewCondition' is 'New condition'."""
    found = re.fullmatch(r"https?://schema\.org/(\w+)", text)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", found[1]).capitalize() if found else text


def _quantity(value: Mapping[str, Any]) -> str:
    unit = words(value.get("unitText")) or unit_of(words(value.get("unitCode")))
    low, high = words(value.get("minValue")), words(value.get("maxValue"))
    number = words(value.get("value")) or (
        f"{low}-{high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""
    )
    return f"{number} {unit}".strip() if number else ""


@cache
def _units() -> dict[str, str]:
    units: dict[str, str] = toml(files("goodword.data").joinpath("catalogue/unit_codes.toml").read_text("utf-8"))[
        "unit"
    ]
    return units


def unit_of(code: str) -> str:
    """How a shop writes the unit of a code; an unknown code is left away rather than written into a fact."""
    return _units().get(code.rsplit(":", 1)[-1].strip().upper(), "")


def slots(value: Any) -> list[Lang | None]:
    """The languages of a text: [None] for a plain one, one for each of a list of texts with languages."""
    values = value if isinstance(value, list) else [value]
    return [lang_of(v.get("@language")) if isinstance(v, dict) else None for v in values] or [None]


def lang_of(tag: Any) -> Lang | None:
    """A language Goodword writes, from a tag like 'zh-CN'."""
    start = str(tag or "").lower()[:2]
    return "zh" if start == "zh" else "en" if start == "en" else None


def texts_of(value: Any) -> list[tuple[str, Lang | None]]:
    """Texts with their languages."""
    values = value if isinstance(value, list) else [value]
    return [(w, lang) for v, lang in zip(values, slots(value), strict=False) if (w := words(v))]


def properties(node: Mapping[str, Any]) -> Iterator[tuple[str, str, Lang | None]]:
    """Names and values of what a node says of its product."""
    for name, value in node.items():
        if name in _NO_FACTS or name.startswith("@"):
            continue
        label = _SPELLED.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()
        for text, lang in texts_of(value) if _tagged(value) else [(words(value), None)]:
            yield label, text, lang
    given = node.get("additionalProperty", ())
    for each in given if isinstance(given, list) else [given]:
        if isinstance(each, dict):
            for name, lang in texts_of(each.get("name")):
                yield name, _quantity(each) or words(each.get("valueReference")), lang


def _tagged(value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return any(isinstance(v, dict) and "@language" in v for v in values)


def prices(node: Mapping[str, Any]) -> Iterator[str]:
    """Prices with currencies of a node's offers."""
    given = node.get("offers", ())
    for offer in given if isinstance(given, list) else [given]:
        if isinstance(offer, dict):
            spec = offer.get("priceSpecification")
            source = offer if "price" in offer or "lowPrice" in offer or not isinstance(spec, dict) else spec
            low, high = words(source.get("price") or source.get("lowPrice")), words(source.get("highPrice"))
            if low:
                amount = f"{low}-{high}" if high and high != low else low
                yield f"{amount} {words(source.get('priceCurrency') or offer.get('priceCurrency'))}".strip()


def read_block(block: Block) -> Any:
    """The JSON of a block.

    Raises:
        ValueError: it is not valid.
    """
    text = block.text.strip()
    if text.startswith("<!--") and text.endswith("-->"):
        text = text[4:-3]
    return loads(text.lstrip("\ufeff"))
