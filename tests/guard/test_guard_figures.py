"""Numbers right of something else: other sides, prices, editions, a fact's own words with new figures."""

import pytest

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard.base import Matter
from goodword.guard.checks import grounding
from goodword.types import Lang

SIDES = {"Dimensions (W x D x H)": "60 x 40 x 90 cm"}
PRICES = {"price": "£40", "regular price": "£50"}
ADAPTER = {"warning": "Hot surface. Keep 10 cm clear on all sides.", "height": "31 cm", "dimensions": "27x19x13 cm"}


def _stances(text: str, facts: dict[str, str]) -> list[str]:
    lang: Lang = "zh" if any("\u4e00" <= c <= "\u9fff" for c in text) else "en"
    matter = Matter(text=text, lang=lang, market="uk" if lang == "en" else "cn", facts=facts_from_pairs(facts))
    return [v.stance for v in grounding.by_rules(matter)]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("60 cm high.", SIDES),
        ("40 cm wide and 60 cm deep.", SIDES),
        ("高60厘米。", {"外形尺寸（长×宽×高）": "60×40×90cm"}),
        ("72 in wide.", {"Size": "L 72 in x W 30 in"}),
        ("Now £35 instead of £50.", PRICES),
        ("Was £40, now £50.", PRICES),
        ("You save £20.", PRICES),
        ("Save 25%.", PRICES),
        ("现价299元。", {"原价": "299元", "现价": "239元"}),
        ("五折优惠。", {"原价": "299元", "现价": "239元"}),
        ("The third edition.", {"edition": "second edition"}),
        ("第三版。", {"版次": "第2版"}),
        ("Hot surface. Keep 31 cm clear on all sides.", ADAPTER),
        ("It measures 27 × 19 × 27 cm.", ADAPTER),
        ("警示：表面高温，四周留出31厘米空间。", {"警示": "表面高温，四周留出10厘米空间", "高": "31厘米"}),
    ],
)
def test_it_refutes_a_figure_that_is_right_of_something_else(text: str, facts: dict[str, str]) -> None:
    assert "refuted" in _stances(text, facts)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("60 cm wide, 40 cm deep and 90 cm high.", SIDES),
        ("长60厘米、宽40厘米、高90厘米。", {"外形尺寸（长×宽×高）": "60×40×90cm"}),
        ("Now £40 instead of £50.", PRICES),
        ("You save £10.", PRICES),
        ("20% off.", PRICES),
        ("约8折。", {"原价": "299元", "现价": "239元"}),
        ("第二版。", {"版次": "第2版"}),
        ("Over 300 pages.", {"pages": "352"}),
        ("三百多页。", {"页数": "352页"}),
        ("Keep 10 cm clear on all sides.", ADAPTER),
        ("It measures 27 × 19 × 13 cm and is 31 cm high.", {"dimensions": "27x19x13 cm", "height": "31 cm"}),
    ],
)
def test_it_supports_each_figure_of_its_own_thing(text: str, facts: dict[str, str]) -> None:
    stances = _stances(text, facts)
    assert "supported" in stances
    assert "refuted" not in stances
