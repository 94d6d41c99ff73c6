"""What the rules know of the shop's goods, read from its facts: category, seller, price, stock, age limit, sensitive topic."""  # noqa: E501

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from goodword.errors import InputError
from goodword.rankers.interactions import Codes, Ids, Interactions
from goodword.rankers.rerank import topics
from goodword.rankers.rerank.goods import Goods
from goodword.types import Fact, Market, Money, Product, Quantity, Terms

_CURRENCY: Mapping[Market, str] = {"cn": "CNY", "eu": "EUR", "us": "USD", "uk": "GBP"}
_THERE = {"in_stock", "in stock", "instock", "available", "有货", "现货", "in_stock_online"}
_GONE = {"out_of_stock", "out of stock", "outofstock", "sold out", "缺货", "售罄", "无货", "discontinued"}
_SELLER = ("seller", "merchant", "vendor", "brand")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Item:
    category: str = ""
    seller: str = ""
    price: float = float("nan")
    stock: float = float("nan")
    age: int = 0
    topic: str = ""
    features: tuple[str, ...] = ()
    held: bool = False


def goods_of(
    products: Iterable[Product],
    ids: Ids,
    *,
    market: Market,
    events: Interactions | None = None,
    stock: Mapping[str, float] | None = None,
) -> Goods:
    """The goods by dense number; products the events do not know get the next numbers (`ids` grows).

    Args:
        market: whose ages and currency hold.
        events: tell when an item was first seen; one never seen is new.
        stock: pieces on hand by sku, over what the facts say.
    """
    found: dict[int, _Item] = {}
    for product in products:
        found[int(ids.add([product.sku])[0])] = _item(product, market)
    items = [found.get(n, _Item()) for n in range(len(ids))]
    names = tuple(ids.names)
    on_hand = np.array([i.stock for i in items])
    if stock is not None:
        told = np.array([stock.get(name, np.nan) for name in names])
        on_hand = np.where(np.isnan(told), on_hand, told)
    category, categories = _codes([i.category for i in items])
    kind, kinds = _codes([i.category.split(" > ")[0] for i in items])
    seller, sellers = _codes([i.seller for i in items])
    topic, told_topics = _codes([i.topic for i in items])
    return Goods(
        skus=names, category=category, kind=kind, seller=seller,
        price=np.array([i.price for i in items]), stock=on_hand,
        age=np.array([i.age for i in items], np.int32), topic=topic, first=_first(events, len(items)),
        held=np.array([i.held for i in items], np.bool_), categories=categories, kinds=kinds, sellers=sellers,
        topics=told_topics, features=_features([i.features for i in items]),
    )  # fmt: skip


def _item(product: Product, market: Market) -> _Item:
    by_key: dict[str, list[Fact]] = {}
    for fact in product.facts:
        by_key.setdefault(fact.key, []).append(fact)
    category = _text(by_key, "category")
    words = " · ".join([product.title, *(f.text for f in by_key.get("title", ())), category])
    seller = next((_text(by_key, key) for key in _SELLER if key in by_key), "")
    return _Item(
        category=" > ".join(p.strip() for p in category.split(">") if p.strip()), seller=seller,
        price=_price(by_key.get("price", ()), market), stock=_stock(by_key.get("stock", ())),
        age=topics.age_limit(words, product.product_class, market),
        topic=topics.sensitive(words, product.product_class),
        features=tuple(_marks(product, category, seller)), held=True,
    )  # fmt: skip


def _text(by_key: Mapping[str, Sequence[Fact]], key: str) -> str:
    return by_key[key][0].text.strip() if by_key.get(key) else ""


def _price(facts: Sequence[Fact], market: Market) -> float:
    """The price in the market's money; the first price where there is none; NaN where there is no price."""
    amounts = [(f.value.currency, float(f.value.amount)) for f in facts if isinstance(f.value, Money)]
    found = next((a for c, a in amounts if c == _CURRENCY[market]), amounts[0][1] if amounts else None)
    if found is None:
        try:
            found = float(facts[0].text) if facts else float("nan")
        except ValueError:
            found = float("nan")
    return found if np.isfinite(found) and found >= 0 else float("nan")


def _stock(facts: Sequence[Fact]) -> float:
    for fact in facts:
        if isinstance(fact.value, Quantity) and fact.value.low is not None:
            return float(fact.value.low)
        word = fact.text.strip().lower()
        if word in _THERE:
            return 1.0
        if word in _GONE:
            return 0.0
    return float("nan")


def _marks(product: Product, category: str, seller: str) -> Iterable[str]:
    """What makes a product like another: class, category, seller, and the terms of its facts."""
    yield f"class {product.product_class}"
    parts = [p.strip() for p in category.split(">") if p.strip()]
    yield from (f"category {' > '.join(parts[: n + 1])}" for n in range(len(parts)))
    if seller:
        yield f"seller {seller}"
    for fact in product.facts:
        if isinstance(fact.value, Terms):
            yield from (f"{fact.key} {t.concept or t.text.lower()}" for t in fact.value.items)


def _codes(values: Sequence[str]) -> tuple[Codes, tuple[str, ...]]:
    """Numbers of values in order of first sight; -1 for ''."""
    names = tuple(dict.fromkeys(v for v in values if v))
    at = {name: n for n, name in enumerate(names)}
    return np.array([at.get(v, -1) for v in values], np.int32), names


def _first(events: Interactions | None, items: int) -> Any:
    if events is None or not len(events):
        return np.zeros(items, np.int64)
    first = np.full(items, events.now, np.int64)
    np.minimum.at(first, events.items, events.times)
    return first


def _features(marks: Sequence[Sequence[str]]) -> Any:
    """Marks of items as a sparse matrix, rare marks weighing more (inverse document frequency)."""
    counts = Counter(m for some in marks for m in set(some))
    shared = {mark: n for n, mark in enumerate(sorted(m for m, c in counts.items() if c > 1))}
    if not shared:
        return None
    weight = np.log(1 + len(marks) / np.array([counts[m] for m in shared], np.float64))
    rows, columns = [], []
    for row, some in enumerate(marks):
        inside = [shared[m] for m in set(some) if m in shared]
        rows += [row] * len(inside)
        columns += inside
    shape = (len(marks), len(shared))
    return sparse.csr_array((weight[columns], (np.array(rows, int), np.array(columns, int))), shape=shape)


def read_stock(path: Path) -> dict[str, float]:
    """Pieces that can be had by sku: `on_hand` less `reserved`, over all warehouses, from a CSV file.

    Raises:
        InputError: no such columns, or a cell that is no number, with its row.
    """
    found: dict[str, float] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            columns = set(table.fieldnames or ())
            if not {"sku", "on_hand"} <= columns:
                raise InputError("a stock file needs the columns sku and on_hand", where=str(path),
                                 cure="Add: reserved, where goods are held back")  # fmt: skip
            for number, row in enumerate(table, 2):
                free = _number(row, "on_hand", path, number) - _number(row, "reserved", path, number)
                found[row["sku"]] = found.get(row["sku"], 0.0) + free
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None
    except UnicodeDecodeError:
        raise InputError("this file is not UTF-8", where=str(path), cure="Save the file as UTF-8") from None
    return found


def _number(row: Mapping[str, str | None], column: str, path: Path, number: int) -> float:
    cell = (row.get(column) or "").strip()
    try:
        value = float(cell) if cell else 0.0
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise InputError(f"{column} {cell!r} is no number", where=f"{path}, line {number}",
                         cure="Write how many pieces there are")  # fmt: skip
    return value
