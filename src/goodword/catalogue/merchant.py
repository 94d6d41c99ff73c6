"""Google Merchant attributes, the same for XML and text feeds: items of one item_group_id become one record.

Source: Google Merchant Center help, product data specification and structured_description, 2026-11-24.
An AI-written description belongs in structured_description with digital_source_type trained_algorithmic_media;
where description is given as well Google uses that one, so a labelled text replaces description.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from goodword.catalogue.base import BadRow, ReadPlan
from goodword.catalogue.gather import Gathered, common_title, price_span
from goodword.catalogue.problems import at, bad
from goodword.catalogue.seen import Seen
from goodword.catalogue.table import ERRORS, is_price, unfit
from goodword.types import Lang, Record

AI = "trained_algorithmic_media"
CORE = frozenset({
    "id", "title", "description", "link", "image_link", "availability", "price", "brand", "gtin", "mpn", "condition",
    "google_product_category", "product_type", "item_group_id", "structured_title", "structured_description",
})  # fmt: skip
_SPELLED = {
    "color": "Color", "size": "Size", "material": "Material", "pattern": "Pattern", "gender": "Gender",
    "age_group": "Age group", "brand": "Brand", "gtin": "GTIN", "mpn": "MPN", "condition": "Condition",
    "google_product_category": "Google product category", "product_type": "Product type",
    "product_weight": "Weight", "product_length": "Length", "product_width": "Width", "product_height": "Height",
    "size_type": "Size type", "size_system": "Size system", "multipack": "Multipack",
    "energy_efficiency_class": "Energy efficiency class", "unit_pricing_measure": "Net content",
    "availability": "Availability",
}  # fmt: skip
_PAIRS = {"product_detail", "product_highlight"}


@dataclass(slots=True)
class Item:
    """One item: values by attribute in their order, and the row or line it begins in."""

    row: int
    values: list[tuple[str, str]] = field(default_factory=list)
    raw: str = ""
    fault: BadRow | None = None

    def get(self, name: str) -> str:
        """The first value of an attribute."""
        return next((v for n, v in self.values if n == name), "")

    @property
    def key(self) -> str:
        """The number its text goes by: its group's, else its own."""
        return self.get("item_group_id") or self.get("id")


def item_fault(item: Item, plan: ReadPlan) -> BadRow | None:
    """What keeps an item from being a product."""
    sku = item.get("id")
    if not sku:
        return bad("sku_missing", plan, item.row, "id", raw=item.raw)
    if unfit(item.key):
        return bad("sku_wrong", plan, item.row, "id", raw=item.raw)
    if not (item.get("title") or item.get("structured_title")):
        return bad("title_missing", plan, item.row, "title", raw=item.raw)
    for name, value in item.values:
        if value[:1] == "#" and value in ERRORS and name != "description":
            return bad("formula", plan, item.row, name, raw=item.raw, value=value)
        if name in {"price", "sale_price"} and not is_price(value):
            return bad("price", plan, item.row, name, raw=item.raw, value=value)
    return None


class Groups:
    """Turns items in file order into records; keeps one group in hand at a time."""

    def __init__(self, plan: ReadPlan) -> None:
        self._plan, self._ids, self._keys = plan, Seen(), Seen()
        self._held: list[Item] = []

    def take(self, item: Item) -> Iterator[Record | BadRow]:
        """Give the group before this item if it begins a new one, and this item's own fault."""
        if fault := item.fault or item_fault(item, self._plan):
            yield fault
            return
        if first := self._ids.first(item.get("id"), item.row):
            yield bad("sku_twice", self._plan, item.row, "id", raw=item.raw, sku=item.get("id"), first=first)
            return
        if self._held and self._held[0].key != item.key:
            yield from self.end()
        if not self._held and (first := self._keys.first(item.key, item.row)):
            yield bad("apart", self._plan, item.row, "item_group_id", raw=item.raw, sku=item.key, first=first)
            return
        self._held.append(item)

    def end(self) -> Iterator[Record | BadRow]:
        """Give the last group."""
        if self._held:
            yield record(self._held, self._plan)
        self._held = []

    def accepts(self, item: Item) -> bool:
        """Whether an item just taken is part of the group in hand."""
        return any(held is item for held in self._held)


def record(items: Sequence[Item], plan: ReadPlan) -> Record:
    """One product of the items of a group."""
    got, top = Gathered(plan), items[0]
    for item in items:
        for name, value in item.values:
            if label := _label(name):
                got.add(label, value, item.row, name)
            elif name in _PAIRS:
                _detail(got, name, value, item.row)
    prices = [p for i in items if (p := i.get("sale_price") or i.get("price"))]
    got.add("Price", price_span(prices), top.row, "price")
    return Record(
        sku=top.key,
        title=common_title(i.get("title") or sub_value(i.get("structured_title")) for i in items),
        fields=got.fields(),
        source=at(plan, top.row, upto=items[-1].row),
        lang=_lang(top),
        description=top.get("description") or sub_value(top.get("structured_description")),
    )


def _label(name: str) -> str:
    """How an attribute is called as a fact; '' for links, prices, shipping and other things of the trade.

    Attributes the specification does not know are the shop's own, so they are facts.
    """
    if name in _SPELLED:
        return _SPELLED[name]
    trade = name in CORE | _PAIRS or re.search(
        r"link|price|shipping|tax|label|image|ads|cost|installment|loyalty|promotion|date|bundle|identifier|destination"
        r"|excluded|included|pickup|quantity|handling|transit|return|subscription|certification|video|display|mobile|unit_pricing"
        r"|pause|language|structured|max_|min_|goodword|^adult$",
        name,
    )
    return "" if trade else name.replace("_", " ").capitalize()


def _detail(got: Gathered, name: str, value: str, row: int) -> None:
    """product_detail is section:name:value in text; highlights are copy, not facts."""
    if name == "product_detail":
        parts = [p.strip() for p in value.split(":", 2)]
        if len(parts) == 3:
            got.add(parts[1], parts[2], row, name)


def _lang(item: Item) -> Lang | None:
    told = item.get("content_language").lower()
    return "zh" if told.startswith("zh") else "en" if told.startswith("en") else None


def sub_value(text: str) -> str:
    """The content of 'digital_source_type:content' as text feeds write it."""
    found = re.fullmatch(r'(?:[a-z_]*):(?:"(.*)"|(.*))', text.strip(), re.DOTALL)
    return (found[1].replace('""', '"') if found[1] is not None else found[2]) if found else text


def structured(text: str) -> str:
    """A structured_description as a text feed writes it."""
    return f'{AI}:"' + text.replace('"', '""') + '"'
