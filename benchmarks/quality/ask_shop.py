"""The sample shop as answers see it, for the benchmarks of questions."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from goodword.catalogue import facts, read
from goodword.jobs.asking import opinions
from goodword.jobs.asking.holdings import Counted
from goodword.knowledge.base import Held
from goodword.knowledge.documents import read as read_documents
from goodword.types import Product, Review

SHOP = Path(__file__).parents[2] / "src/goodword/data/shop"


@dataclass(frozen=True, kw_only=True)
class Shop:
    """Products, passages, counts, and the day the questions are asked on."""

    products: list[Product]
    held: list[Held]
    counts: list[Counted]
    today: date = date(2026, 11, 24)


@cache
def shop() -> Shop:
    """Read once."""
    products = [facts.product_from(r) for r in read.read(SHOP / "products.csv", rejects=None, mapping=None, talk="en")]
    reviews = [Review(**json.loads(line)) for line in (SHOP / "reviews.jsonl").read_text("utf-8").splitlines()]
    return Shop(
        products=products, held=read_documents([SHOP / "policies", SHOP / "faq.jsonl"]), counts=opinions.count(reviews)
    )
