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
    return shop_at(SHOP)


def shop_at(folder: Path) -> Shop:
    """Any shop laid out as the sample shop is; without rules of its own it has the sample shop's."""
    rows = read.read(folder / "products.csv", rejects=None, mapping=None, talk="en")
    said = folder / "reviews.jsonl"
    reviews = [Review(**json.loads(line)) for line in said.read_text("utf-8").splitlines()] if said.exists() else []
    written = [p for p in (folder / "policies", folder / "faq.jsonl") if p.exists()] or [
        SHOP / "policies",
        SHOP / "faq.jsonl",
    ]
    return Shop(
        products=[facts.product_from(r) for r in rows],
        held=read_documents(written),
        counts=opinions.count(reviews),
    )
