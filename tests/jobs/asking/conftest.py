"""A desk over the sample shop: its own words, products, reviews and orders; the day is fixed."""

from collections.abc import Callable, Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from goodword.catalogue import facts, read
from goodword.jobs.asking import opinions
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.nouns import Answer, Question
from goodword.jobs.asking.opening import read_reviews
from goodword.jobs.asking.service import Desk
from goodword.knowledge.documents import read as read_documents
from goodword.knowledge.orders import CsvOrders
from goodword.store.engine import open_store

SHOP = Path(str(files("goodword.data").joinpath("shop")))
TODAY = date(2026, 11, 24)
SECRET = b"a secret of the shop, for tests"


@pytest.fixture(scope="session")
def holdings() -> Holdings:
    products = [facts.product_from(r) for r in read.read(SHOP / "products.csv", rejects=None, mapping=None, talk="en")]
    counts = opinions.count(read_reviews(SHOP / "reviews.jsonl"))
    return Holdings(products, read_documents([SHOP / "policies", SHOP / "faq.jsonl"]), counts)


@pytest.fixture(scope="session")
def orders() -> CsvOrders:
    return CsvOrders(SHOP / "orders.csv")


@pytest.fixture
def desk(holdings: Holdings, orders: CsvOrders, tmp_path: Path) -> Iterator[Desk]:
    with open_store(tmp_path / "shop.db") as store:
        yield Desk(store=store, holdings=holdings, orders=orders, secret=SECRET)


@pytest.fixture
def ask(desk: Desk) -> Callable[..., Answer]:
    def asked(text: str, product: str | None = None, **about: Any) -> Answer:
        return desk.ask(Question(text=text, product=product, as_of=about.pop("as_of", TODAY), **about))

    return asked
