"""The sample shop, fitted: what the tests of recommending share."""

import csv
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from goodword.catalogue import facts, read
from goodword.jobs import recommend_fit
from goodword.jobs.recommend import KINDS, Fitted, Recommender
from goodword.jobs.recommend_words import Voice
from goodword.rankers.base import Ranker, open_ranker
from goodword.rankers.interactions import Interactions, interactions
from goodword.rankers.rerank.rules import Rules
from goodword.rankers.rerank.rules import load as load_rules
from goodword.store import catalogue
from goodword.store.engine import Store, open_store
from goodword.types import Lang, Market, Product

SHOP = Path(str(files("goodword.data").joinpath("shop")))
WEIGHTS = {"view": 0.1, "cart": 0.3, "purchase": 1.0}


@cache
def products() -> tuple[Product, ...]:
    return tuple(map(facts.product_from, read.read(SHOP / "products.csv")))


@cache
def events() -> tuple[Interactions, Any]:
    with (SHOP / "events.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["kind"] != "return"]
    rows.sort(key=lambda r: (r["user"], r["time"]))
    found = interactions(
        [r["user"] for r in rows], [r["item"] for r in rows], weights=[WEIGHTS[r["kind"]] for r in rows],
        times=[int(datetime.fromisoformat(r["time"]).timestamp()) for r in rows],
    )  # fmt: skip
    return found, np.array([KINDS.index(r["kind"]) for r in rows], np.int8)


def fitted(*, ranker: str = "linear", rules: Rules | None = None, market: Market = "cn") -> tuple[Fitted, Ranker]:
    found, kinds = events()
    given = recommend_fit.Input(events=found, kinds=kinds, products=products())
    return recommend_fit.fitted_from(given, open_ranker(ranker), rules or load_rules(), market=market)


def store_with_goods(folder: Path) -> Store:
    store = open_store(folder / "shop.db")
    with store.begin() as conn:
        for product in products():
            catalogue.put(conn, product)
    return store


def voice(lang: Lang = "en") -> Voice:
    return Voice(lang=lang, market="cn" if lang == "zh" else "us", producer="test", actor="tester")


def recommender(folder: Path, lang: Lang = "en", **given: Any) -> Recommender:
    return Recommender(fitted(**given)[0], store_with_goods(folder), voice(lang))
