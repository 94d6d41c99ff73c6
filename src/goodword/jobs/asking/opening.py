"""A shop's answering desk from its store and files."""

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from goodword.jobs.asking import opinions, shelf
from goodword.jobs.asking.service import Desk
from goodword.jobs.reviews_read import Reviews
from goodword.knowledge import documents
from goodword.knowledge.orders import CsvOrders
from goodword.llm.base import Backend
from goodword.store.engine import Store
from goodword.text.language import detect
from goodword.types import Lang, Market, Product, Review


def open_desk(
    store: Store,
    *,
    passages: Iterable[Path] = (),
    products: Iterable[Product] = (),
    reviews: Path | None = None,
    orders: Path | None = None,
    secret_env: str = "",
    producer: str = "goodword",
    actor: str = "operator",
    contacts: Collection[str] = (),
    keep_days: int = 90,
    backend: Backend | None = None,
    markets: Mapping[Lang, Market] | None = None,
) -> Desk:
    """Everything wired.

    Args:
        secret_env: name of the environment variable with the secret of sessions; without it no order is told.

    Raises:
        InputError: a file cannot be read.
    """
    paths = list(passages)
    held = documents.read(paths) if paths else []
    counts = opinions.count(read_reviews(reviews)) if reviews else []
    holdings = shelf.open_holdings(store, held=held, products=products, counts=counts)
    secret = os.environ.get(secret_env, "").encode() if secret_env else b""
    return Desk(
        store=store,
        holdings=holdings,
        producer=producer,
        actor=actor,
        contacts=contacts,
        keep_days=keep_days,
        orders=CsvOrders(orders) if orders else None,
        secret=secret or None,
        backend=backend,
        markets=markets,
    )


def read_reviews(path: Path) -> Iterable[Review]:
    """The reviews of a file of any form `goodword reviews` reads."""
    for one in Reviews(path):
        yield Review(
            id=one.id,
            sku=one.product or "",
            text=one.text,
            lang=one.lang or detect(one.text),
            time="",
            rating=None if one.rating is None else int(one.rating),
        )
