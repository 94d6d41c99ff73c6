"""Numbers in words, ends of ranges, sides without units, sums, lists and turns of phrase, against the facts."""

import re

import pytest

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard import spelled
from goodword.guard.base import Matter
from goodword.guard.checks import grounding
from goodword.guard.said import cue
from goodword.guard.words import rows
from goodword.types import Lang

EN = {
    "title": "Bay Rack", "shelves": "5, of which 3 adjustable", "size": "80 x 30 x 185 cm", "seat height": "44-54 cm",
    "pockets": "2 chest, 2 hip", "lengths": "70 / 90 / 110 cm", "max load": "up to 25 kg", "weight": "4.8 kg",
    "bottles": "6 x 500 ml", "wash": "30 °C", "age": "8+", "pouch": "included", "warranty": "5 years",
    "assembly": "approx. 15 min", "shea butter": "8 %", "set": "3 pairs", "standard": "EN 71-1", "steel": "304",
}  # fmt: skip
ZH = {
    "品名": "湾架", "层数": "5层，3层可调", "尺寸": "80×30×185厘米", "座高": "44-54厘米", "口袋": "2个侧袋，1个内袋",
    "承重": "最大25千克", "重量": "4.8千克", "规格": "500毫升×6瓶", "洗护": "30℃", "年龄": "8岁以上", "质保": "5年",
    "组装": "约15分钟", "羊毛": "70%", "身高": "185厘米", "月龄": "6-18个月", "克重": "320g/㎡", "颜色": "红、黄、蓝",
}  # fmt: skip


def unsettled(text: str, lang: Lang) -> list[str]:
    """The numbers of a text that the rules leave unheld or contradict."""
    facts = facts_from_pairs(EN if lang == "en" else ZH, lang=lang)
    told = grounding.by_rules(Matter(text=text, lang=lang, market="us" if lang == "en" else "cn", facts=facts))
    return [text[v.claim.start : v.claim.end] for v in told
            if v.claim.kind in {"number", "duration"} and v.stance in {"silent", "refuted"}]  # fmt: skip


@pytest.mark.parametrize("text", [
    "44 cm at its lowest, 54 cm at its highest.",  # the ends of a range
    "It is 80 cm wide, 30 deep and 185 high.",  # sides without their unit
    "Four pockets in all.",  # a sum
    "Three litres in all, in 6 bottles of 500 ml.",  # a product
    "Three lengths to choose from.",  # a list
    "25 kg is its limit.",  # a bound said apart
    "Nothing over 25 kg, please.",
    "Just under five kilos.",
    "Not quite five kilos.",
    "Half a decade of warranty.",
    "Some fifteen minutes and it stands.",
    "A quarter of an hour or so to put together.",
    "Eight parts in a hundred are shea butter.",
    "Wash it at thirty.",
    "Tested to EN 71.",
    "304 steel.",
    "One pouch is included.",
    "Put it up in one go.",
    "It takes one and the same tool.",
    "There are six socks to a set.",
])  # fmt: skip
def test_a_number_that_follows_from_the_facts_is_settled(text: str) -> None:
    assert unsettled(text, "en") == []


@pytest.mark.parametrize("text", [
    "最低44厘米，最高54厘米。", "宽80，深30，高185厘米。", "一共三个口袋。", "六瓶500毫升，共3升。",
    "三种颜色：红、黄、蓝。", "二十五公斤封顶。", "别放超过25公斤的东西。", "不到五公斤。", "组装大约一刻钟。",
    "大概要等15分钟就装好。", "三十度洗。",
    "一米八五。", "适合半岁到一岁半的宝宝。", "克重320。", "这件事一步到位。", "零件不多。", "八岁起。",
])  # fmt: skip
def test_a_chinese_number_that_follows_from_the_facts_is_settled(text: str) -> None:
    assert unsettled(text, "zh") == []


@pytest.mark.parametrize(("text", "lang"), [
    ("The seat is 44 cm high.", "en"), ("It is 80 cm wide, 35 deep and 185 high.", "en"), ("Six pockets in all.", "en"),
    ("Four litres in all, in 6 bottles of 500 ml.", "en"), ("Four lengths to choose from.", "en"),
    ("35 kg is its limit.", "en"), ("Nothing over 35 kg, please.", "en"), ("Just under four kilos.", "en"),
    ("A decade of warranty.", "en"), ("Some thirty minutes and it stands.", "en"),
    ("Nine parts in a hundred are shea butter.", "en"), ("Wash it at forty.", "en"), ("Six shelves.", "en"),
    ("Between 20 and 24 degrees in the wash.", "en"),
    ("最低40厘米，最高54厘米。", "zh"), ("宽80，深35，高185厘米。", "zh"), ("一共四个口袋。", "zh"),
    ("六瓶500毫升，共4升。", "zh"),
    ("三十五公斤封顶。", "zh"), ("不到四公斤。", "zh"), ("四十度洗。", "zh"), ("一米九五。", "zh"), ("十岁起。", "zh"),
    ("六层。", "zh"),
])  # fmt: skip
def test_a_number_that_does_not_follow_is_not_settled(text: str, lang: Lang) -> None:
    if text == "A decade of warranty.":  # no figure: its words are held as words
        facts = facts_from_pairs(EN, lang="en")
        told = grounding.by_rules(Matter(text=text, lang="en", market="us", facts=facts))
        assert any(v.stance == "silent" for v in told)
        return
    assert unsettled(text, lang) != []


@pytest.mark.parametrize(("text", "lang", "low", "unit"), [
    ("一米八五", "zh", "1.85", "metre"), ("三斤来重", "zh", "3", "jin"), ("一刻钟", "zh", "15", "minute"),
    ("千分之三", "zh", "0.3", "percent"), ("half a decade", "en", "5.0", "year"),
    ("three tenths of a per cent", "en", "0.3", "percent"), ("two metres forty", "en", "2.4", "metre"),
    ("a year and a half", "en", "1.5", "year"),
])  # fmt: skip
def test_an_amount_in_several_words_is_read_whole(text: str, lang: Lang, low: str, unit: str) -> None:
    found = spelled.compounds(text, lang)
    assert [(str(q.low), q.unit, text[q.start : q.end]) for q in found] == [(low, unit, text)]


def test_every_pattern_of_the_numbers_compiles() -> None:
    for table, patterns in rows("reckoning").items():
        for name in patterns if isinstance(patterns, dict) else ():
            assert isinstance(cue(table, name), re.Pattern)
