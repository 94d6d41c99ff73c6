"""Advice for whoever reads it: the same finding in both languages, whatever language it was recorded in."""

from typing import get_args

import pytest

from goodword.guard.base import Matter
from goodword.guard.law import packs
from goodword.guard.review import review
from goodword.jobs import advice
from goodword.text.language import detect
from goodword.types import Fact, Finding, Lang, Market, Prose, Source

TEXTS = (
    ("en", "us", "Made of 100% cotton. It never pills and lasts for decades. Call Anna Miller on +44 7700 900123."),
    ("zh", "cn", "全网最好的枕头，三天治愈失眠。请联系张伟，电话13800138000。"),
)
WOOL = "100% merino wool"
FACT = Fact(id="CL-003#material", sku="CL-003", key="material", name="Material", text=WOOL, value=Prose(text=WOOL),
            lang="en", source=Source(uri="shop.csv"))  # fmt: skip


@pytest.mark.parametrize(("lang", "market", "text"), TEXTS)
def test_advice_is_found_again_as_the_guard_would_have_said_it(lang: Lang, market: Market, text: str) -> None:
    def found(reader: Lang) -> list[Finding]:
        matter = Matter(text=text, lang=lang, market=market, facts=(FACT,), reader=reader)
        return list(review(matter).findings)

    verdicts = review(Matter(text=text, lang=lang, market=market, facts=(FACT,))).verdicts
    english, chinese = found("en"), found("zh")
    assert {f.rule.partition(".")[0] for f in english} >= {"grounding", "personal"}
    for one, other in zip(english, chinese, strict=True):
        assert advice.told(one, "zh", market=market, text=text, verdicts=verdicts) == other.advice
        assert advice.told(other, "en", market=market, text=text, verdicts=verdicts) == one.advice


@pytest.mark.parametrize("market", get_args(Market))
def test_every_rule_of_law_has_advice_in_both_languages(market: Market) -> None:
    for rule in packs.load(market).rules:
        finding = Finding(rule=rule.id, severity="block", start=0, end=1, authority=rule.law, advice="as recorded")
        assert detect(advice.told(finding, "zh", market=market)) == "zh", rule.id
        assert rule.says["en"] in advice.told(finding, "en", market=market)


def test_a_rule_that_is_no_more_keeps_the_advice_it_was_recorded_with() -> None:
    gone = Finding(rule="CN-GONE-99", severity="block", start=0, end=1, authority="x", advice="as recorded")
    other = Finding(rule="plugin.rule", severity="block", start=0, end=1, authority="x", advice="as recorded")
    assert advice.told(gone, "zh", market="cn") == advice.told(other, "zh", market="cn") == "as recorded"
