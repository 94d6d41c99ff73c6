"""What `POST /v1/describe` asks for, as the job of describing takes it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from goodword.app import Goodword
from goodword.catalogue import facts
from goodword.errors import InputError
from goodword.jobs.describe import Order
from goodword.server.shapes.writing import DescribeIn, ProductIn
from goodword.store import catalogue
from goodword.types import Lang, Market, Product

SAMPLE = 6  # products from which an estimate is made: it is asked for again at every change of a choice


def order_of(goodword: Goodword, asked: DescribeIn, *, actor: str) -> Order:
    """What is to be written; what is not asked for is as the shop has set it.

    Raises:
        InputError: no such voice, or the model is not there.
    """
    changes: dict[str, Any] = {"composer": asked.composer, "pairs": _pairs(goodword, asked)}
    changes |= {"channel": asked.channel} if asked.channel else {}
    changes |= {"voice": asked.voice} if asked.voice else {}
    return replace(goodword.order(**changes), actor=actor)


def _pairs(goodword: Goodword, asked: DescribeIn) -> tuple[tuple[Lang, Market], ...]:
    s = goodword.settings
    langs, markets = tuple(dict.fromkeys(asked.langs)) or s.langs, tuple(dict.fromkeys(asked.markets)) or s.markets
    return s.model_copy(update={"langs": langs, "markets": markets}).market_pairs()


def products_of(goodword: Goodword, asked: DescribeIn) -> Iterator[Product]:
    """The products: given ones, or those of the catalogue, read page by page so that no transaction stays open.

    Raises:
        InputError: a product is not in the catalogue.
    """
    if asked.products:
        yield from map(given, asked.products)
        return
    if asked.skus:
        yield from found(goodword, asked.skus)
        return
    last = ""
    while page := _page(goodword, last):
        yield from page
        last = page[-1].sku


def sample(goodword: Goodword, asked: DescribeIn, most: int = SAMPLE) -> list[Product]:
    """The first products of those asked for; of a large catalogue no more is read than that.

    Raises:
        InputError: one of these is not in the catalogue.
    """
    if asked.products:
        return [given(p) for p in asked.products[:most]]
    if asked.skus:
        return found(goodword, list(dict.fromkeys(asked.skus))[:most])
    return _page(goodword, "", most)


def _page(goodword: Goodword, after: str, most: int = 100) -> list[Product]:
    with goodword.store.read() as conn:
        return catalogue.page(conn, after=after, limit=most)


def found(goodword: Goodword, skus: Iterable[str]) -> list[Product]:
    """Products of the catalogue by number, in the order asked for.

    Raises:
        InputError: one is not there.
    """
    wanted = list(dict.fromkeys(skus))
    with goodword.store.read() as conn:
        there = {p.sku: p for p in catalogue.products(conn, wanted)}
    missing = next((sku for sku in wanted if sku not in there), None)
    if missing is not None:
        raise InputError(f"no product {missing!r}", where="skus", cure="Import it first, or give its facts")
    return [there[sku] for sku in wanted]


def count(goodword: Goodword, asked: DescribeIn) -> int:
    """How many products are asked for."""
    if asked.products or asked.skus:
        return len({p.sku for p in asked.products}) or len(set(asked.skus))
    with goodword.store.read() as conn:
        return catalogue.count(conn)


def given(asked: ProductIn) -> Product:
    """A product from its facts as they were sent."""
    record = facts.record_from_pairs(asked.facts, sku=asked.sku, title=asked.title, lang=asked.lang,
                                     product_class=asked.product_class, uri="request")  # fmt: skip
    return facts.product_from(record)
