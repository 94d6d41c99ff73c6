"""The order of judgement: masks off, frame, polarity, class, exemption, facts, verdict, statements due."""

import random
from collections.abc import Mapping
from dataclasses import replace
from time import process_time

import pytest

from goodword.catalogue.facts import facts_from_pairs
from goodword.errors import DataError, InputError
from goodword.guard.base import Matter
from goodword.guard.checks import ad_law
from goodword.guard.law import judge as judging
from goodword.guard.law import packs
from goodword.guard.review import review
from goodword.text import evasion
from goodword.types import Lang, Market, Passage, Source


def label(text: str, lang: Lang = "en", market: Market = "us", product_class: str = "general",
          facts: Mapping[str, object] | None = None) -> str:  # fmt: skip
    given = None if facts is None else facts_from_pairs(facts, lang=lang)
    found = judging.judge(Matter(text=text, lang=lang, market=market, product_class=product_class, facts=given))
    worst = {f.severity for f in found}
    return "violation" if "block" in worst else "needs_evidence" if "needs_evidence" in worst else "ok"


@pytest.mark.parametrize(
    "text",
    ["蕞佳选择", "最·佳选择", "最 佳 选 择 ， 值 得", "zui佳选择", "最💥佳选择", "最\u200b佳选择", "ｚｕｉ佳选择",
     "第①品牌", "第\ufe0f①品牌", "唯①的选择",
     "全網最低價", "顶ji享受", "N0.1 品牌，销量领先", "TOP1单品"],
)  # fmt: skip
def test_masked_superlatives_are_seen(text: str) -> None:
    assert label(text, "zh", "cn") == "violation"


@pytest.mark.parametrize(
    "text", ["U n b e a t a b l e comfort", "unb3atable comfort", "unbe@table comfort", "UNBEATABLE comfort",
             "unbe\u0430table comfort",
             "u.n.b.e.a.t.a.b.l.e comfort"]
)  # fmt: skip
def test_masked_english_is_seen(text: str) -> None:
    assert label(text, "en", "us") == "needs_evidence"


@pytest.mark.parametrize(
    "text", ["红/白/蓝 三色可选", "尺寸 3 × 4 × 5 cm", "①打开盖子②倒水", "醉蟹 500克", "USB 3.0 · 65W", "20L h20 5G"]
)
def test_plain_text_is_not_unmasked_into_something_else(text: str) -> None:
    assert label(text, "zh", "cn") == "ok"


def test_offsets_lead_home() -> None:
    text = "值得：全 网 最 低 价，\u200f🎉 蕞佳 ｂｅｓｔ"
    read = evasion.unmasked(evasion.plain(text))
    assert len(read.text) == len(read.origin)
    for found in judging.judge(Matter(text=text, lang="zh", market="cn")):
        assert 0 <= found.start < found.end <= len(text)
    assert any(
        text[f.start : f.end] == "全 网 最 低 价" for f in judging.judge(Matter(text=text, lang="zh", market="cn"))
    )


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("It cures eczema.", "en", "violation"),
        ("It does not cure eczema.", "en", "ok"),
        ("Does it cure eczema? No.", "en", "ok"),
        ("Tired of eczema? It cures eczema.", "en", "violation"),
        ("It not only cures eczema, it smells nice.", "en", "violation"),
        ("Sellers may not claim that soap cures eczema.", "en", "ok"),
        ("If you have eczema, ask your doctor first.", "en", "ok"),
        ("治疗湿疹。", "zh", "violation"),
        ("本品不能治疗湿疹。", "zh", "ok"),
        ("不仅能治疗湿疹，还很香。", "zh", "violation"),
        ("能治疗湿疹吗？不能。", "zh", "ok"),
        ("广告里不得宣传治疗湿疹。", "zh", "ok"),
        ("湿疹患者请遵医嘱。", "zh", "ok"),
    ],
)
def test_denied_asked_and_quoted_claims_are_none(text: str, lang: Lang, expected: str) -> None:
    assert label(text, lang, "uk") == expected


def test_the_class_of_the_product_decides() -> None:
    assert label("助眠灯，光线偏暖。", "zh", "cn", "lighting") == "ok"
    assert label("睡前一杯，助眠安神。", "zh", "cn", "food") == "violation"
    assert label("有助于增强免疫力。", "zh", "cn", "health_food") == "violation"
    assert label("有助于增强免疫力。本品不能代替药物。", "zh", "cn", "health_food") == "ok"
    assert label("Crunchy dog treats.", "en", "us", "pet") == "ok"


def test_live_data_decides_on_scarcity_and_prices() -> None:
    assert label("Only 4 left.") == "needs_evidence"
    assert label("Only 4 left.", facts={"stock": "4"}) == "ok"
    assert label("Only 4 left.", facts={"stock": "360"}) == "violation"
    assert label("Almost gone!", facts={"stock": "360"}) == "violation"
    assert label("Was $79, now $59.", facts={"price history": "$79", "price": "$59"}) == "ok"
    assert label("Was $300, now $59.", facts={"price history": "$79", "price": "$59"}) == "violation"
    assert label("25% off.", facts={"price history": "$80", "price": "$60"}) == "ok"
    assert label("原价999元，现价99元。", "zh", "cn", facts={"近7日最低成交价": "129元"}) == "violation"


def test_a_claim_weaker_than_a_fact_is_lawful_and_a_stronger_one_is_not() -> None:
    facts = {"battery life": "24 hours"}
    assert label("The battery lasts 20 hours.", facts=facts) == "ok"
    assert label("The battery lasts 30 hours.", facts=facts) == "violation"


def test_a_quoted_review_of_the_shop_is_no_invention() -> None:
    text = "Claire says: 'The zip runs smoothly and it is light.'"
    matter = Matter(text=text, lang="en", market="uk")
    assert judging.judge(matter)
    review_of_hers = Passage(
        id="review-8812", text="The zip runs smoothly and it is light.", lang="en", source=Source(uri="reviews")
    )
    assert not judging.judge(replace(matter, passages=(review_of_hers,)))


def test_approved_texts_go_out_byte_for_byte() -> None:
    passage = Passage(id="approved-1", text="护眼贴，适用范围见说明书。", lang="zh", source=Source(uri="file"))
    said = Matter(text=passage.text, lang="zh", market="cn", product_class="device", passages=(passage,))
    assert not judging.judge(said)
    changed = judging.judge(replace(said, text="护眼贴, 适用范围见说明书。"))
    assert [f.rule for f in changed] == ["CN-PRE-01"]


def test_every_finding_names_article_and_rewrite_in_the_language_of_the_text() -> None:
    for lang, text in (("en", "The best knife in China."), ("zh", "全网最佳刀具。")):
        for found in judging.judge(Matter(text=text, lang=lang, market="cn")):  # type: ignore[arg-type]
            assert found.authority
            assert ("可改为" in found.advice) == (lang == "zh")


def test_a_pack_that_does_not_load_holds_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(market: Market) -> packs.Pack:
        raise DataError("packs/us: broken")

    monkeypatch.setattr(packs, "load", broken)
    ruling = review(Matter(text="A plain cup.", lang="en", market="us"), checks=(ad_law,))
    assert ruling.outcome == "held"
    assert "broken" in ruling.checks[0].error


def test_a_text_too_long_for_an_advertisement_is_held_at_once() -> None:
    began = process_time()
    with pytest.raises(InputError, match="too long"):
        judging.judge(Matter(text="最佳" * 5_000_000, lang="zh", market="cn"))
    assert process_time() - began < 1


HOSTILE = (
    "最佳", "最 ", "no - - ", "cure a", "was $1 ", "(((", "a.b.c.", "第①",
    "\u200f\u202e", "\U0001f469\u200d\U0001f467", "。", "不不不",
    "《", "%%%", "1:1:1:", "@$!|", "free ", "\n",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_neither_crash_nor_stall(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    began = process_time()
    judging.judge(Matter(text=text, lang="en", market="uk"))
    judging.judge(Matter(text=text, lang="zh", market="cn"))
    assert process_time() - began < 20


def test_random_texts_neither_crash_nor_point_outside() -> None:
    chance = random.Random(7)
    alphabet = "最佳第一 cure was$1%。,.!?\u200d\u202eABC①②蕞🎉《》()\"'0129×·*|@不能治疗湿疹best left only\n"
    for _ in range(300):
        text = "".join(chance.choice(alphabet) for _ in range(chance.randrange(0, 200)))
        for market in ("cn", "eu", "us", "uk"):
            for found in judging.judge(Matter(text=text, lang="zh", market=market)):
                assert 0 <= found.start <= found.end <= len(text)
