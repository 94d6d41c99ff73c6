"""Superlatives inside the shop's own range, reckoned from its catalogue."""

from typing import Any

import pytest

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard import ranges
from goodword.guard.base import Matter
from goodword.jobs.guarding import Guard
from goodword.types import Lang, Product, Source


def product(sku: str, lang: Lang = "en", **pairs: str) -> Product:
    facts = facts_from_pairs(pairs, lang=lang)
    title = pairs.get("Title") or pairs["品名"]
    return Product(sku=sku, title=title, lang=lang, product_class="sports_outdoor", facts=facts, source=Source(uri="t"))


TRAIL: dict[str, Any] = {"Title": "Trail two-person tent", "Weight": "1.2 kg", "Price": "$120", "Colour": "green"}
TENTS = (
    product("A", **TRAIL),
    product("B", Title="Ridge two-person tent", Weight="1450 g", Price="$90"),
    product("C", Title="Family tent", Weight="6 kg", Price="$300"),
    product("D", Title="Tent pegs, steel", Weight="300 g", Price="$9"),
    product("E", Title="Camping stove", Weight="400 g", Price="$40"),
)
山行: dict[str, Any] = {"品名": "山行双人帐篷", "重量": "1.2千克", "价格": "899元"}
帐篷 = (
    product("甲", "zh", **山行),
    product("乙", "zh", 品名="野营双人帐篷", 重量="1.5千克", 价格="599元"),
    product("丙", "zh", 品名="家庭帐篷", 重量="6千克", 价格="1299元"),
    product("丁", "zh", 品名="露营炉", 重量="400克", 价格="199元"),
)


def stance(text: str, pairs: dict[str, str], shop: tuple[Product, ...], lang: Lang = "en") -> list[str]:
    facts = facts_from_pairs(pairs, lang=lang)
    matter = Matter(text=text, lang=lang, market="us", facts=facts, range=shop)
    return [r.verdict.stance for r in ranges.judge(matter)]


WITHOUT_PEGS = tuple(p for p in TENTS if p.sku != "D")


@pytest.mark.parametrize(
    ("text", "shop", "told"),
    [
        ("Our lightest tent.", WITHOUT_PEGS, "supported"),
        ("It is the lightest tent in our range.", WITHOUT_PEGS, "supported"),
        ("Our cheapest tent.", WITHOUT_PEGS, "refuted"),
        ("The heaviest tent we sell.", WITHOUT_PEGS, "refuted"),
        ("Our lightest tent.", TENTS, "silent"),  # whether pegs are a tent no rule can be sure of
        ("Our lightest tent.", (*WITHOUT_PEGS, product("F", Title="Breeze tent")), "silent"),  # its weight is unknown
        ("Our lightest tent.", (*WITHOUT_PEGS, product("G", Title="Breeze tent", Weight="1200 g")), "silent"),
        ("Our lightest tent.", (*WITHOUT_PEGS, product("H", Title="Breeze tent", Weight="about 900 g")), "silent"),
        ("Our lightest stove.", WITHOUT_PEGS, "silent"),  # of what this product is not
        ("Our lightest tent.", WITHOUT_PEGS[:1], "silent"),  # the first of one
    ],
)
def test_a_superlative_of_the_range_is_what_the_catalogue_says(text: str, shop: tuple[Product, ...], told: str) -> None:
    assert stance(text, TRAIL, shop) == [told]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("本店最轻的帐篷。", "supported"), ("我们家帐篷里最轻的一款。", "supported"),
        ("本店最便宜的帐篷。", "refuted"), ("自家最重的帐篷。", "refuted"), ("本店最轻的炉子。", "silent"),
    ],
)  # fmt: skip
def test_a_superlative_of_the_range_in_chinese(text: str, told: str) -> None:
    assert stance(text, 山行, 帐篷, "zh") == [told]


@pytest.mark.parametrize("text", ["The lightest tent.", "最轻的帐篷。", "The lightest tent in the world."])
def test_a_superlative_over_everybody_is_not_judged_by_the_range(text: str) -> None:
    lang: Lang = "en" if text.isascii() else "zh"
    assert stance(text, TRAIL, TENTS, lang) == []


@pytest.mark.slow
def test_the_whole_guard_releases_what_is_proved_refuses_what_is_false_and_holds_the_rest() -> None:
    guard = Guard(products=WITHOUT_PEGS, budget_ms=60_000)
    assert guard.check("Our lightest tent weighs 1.2 kg.", TRAIL, market="uk").outcome == "released"
    assert guard.check("Our cheapest tent, in green.", TRAIL, market="uk").outcome == "refused"
    assert Guard(budget_ms=60_000).check("Our lightest tent weighs 1.2 kg.", TRAIL, market="uk").outcome == "held"
    chinese = Guard(products=帐篷, budget_ms=60_000)
    assert chinese.check("本店最轻的双人帐篷，重1.2千克。", 山行).outcome == "released"
    assert chinese.check("本店最便宜的双人帐篷。", 山行).outcome == "refused"
