"""The guard: claims against typed facts, form, language, failing closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard.base import CheckResult, Matter
from goodword.guard.review import CHECKS, review
from goodword.types import Lang, Ruling, Sentence

LAMP = facts_from_pairs({
    "title": "Solid Ash Table Lamp", "material": "solid ash, linen", "height": "38 cm", "cable length": "1.8 m",
    "colour": "off-white", "not included": "bulb", "warranty": "2 years", "battery life": "up to 10 h",
    "compatibility": "iPhone 15, iPhone 14", "weight": "1.2 kg", "water resistance": "IPX4",
})  # fmt: skip
SHIRT = facts_from_pairs({
    "品名": "男士T恤", "材质": "棉95% 氨纶5%", "颜色": "黑色、白色", "重量": "约180克", "产地": "浙江杭州",
    "洗护": "30℃机洗", "尺码": "S、M、L",
})  # fmt: skip


def judge(text: str) -> Ruling:
    if text.isascii():
        return review(Matter(text=text, lang="en", market="us", facts=LAMP))
    return review(Matter(text=text, lang="zh", market="cn", facts=SHIRT))


@pytest.mark.parametrize(
    "text",
    [
        "The lamp stands 38 cm tall.", "The cable is 1.8 metres long.", "Weighs 1200 g.", "A 2-year warranty.",
        "Battery life of up to 10 hours.", "Made of wood.", "The bulb is not included.", "Works with iPhone 15.",
        "It is water-resistant (IPX4).", "The off-white linen shade.", "采用95%棉和5%氨纶制成。", "重约180克。",
        "产自杭州。", "30℃机洗。", "这款男士T恤颜色为黑色和白色。", "提供S、M、L码。",
    ],
)  # fmt: skip
def test_it_releases_what_the_facts_say(text: str) -> None:
    assert judge(text).outcome == "released"


@pytest.mark.parametrize(
    "text",
    [
        "A 40-20 cm lamp.", "It is 40 cm high.", "It weighs 2 kg.", "Battery life of 10 hours.",
        "It comes with a bulb.",
        "Works with iPhone 13.", "3-year warranty.", "Made of solid oak.", "纯棉面料。", "100%棉。", "重200克。", "重180克。",  # noqa: E501
        "产自上海。", "有黑色和红色可选。", "不可机洗。", "提供XL码。", "真丝面料。",
    ],
)  # fmt: skip
def test_it_refuses_what_a_fact_contradicts(text: str) -> None:
    ruling = judge(text)
    assert (ruling.outcome, ruling.label) == ("refused", "violation")
    refuted = [v for v in ruling.verdicts if v.stance == "refuted"]
    by_id = {f.id: f for f in (LAMP if text.isascii() else SHIRT)}
    for verdict in refuted:
        for found in verdict.evidence:
            assert by_id[found.ref].text[found.start : found.end] == found.quote


@pytest.mark.parametrize(
    "text",
    ["It is waterproof.", "The softest lamp ever.", "Made in Italy.", "Handmade in small batches.", "柔软亲肤，百搭时尚。",  # noqa: E501
     "通过有机认证。"],
)  # fmt: skip
def test_it_holds_what_no_fact_supports(text: str) -> None:
    assert (judge(text).outcome, judge(text).label) == ("held", "needs_evidence")


def test_what_the_law_forbids_whatever_the_facts_is_refused_with_its_article() -> None:
    ruling = judge("全网销量第一。")
    assert (ruling.outcome, ruling.label) == ("refused", "violation")
    assert any("广告法" in f.authority for f in ruling.findings)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("I'm sorry, I can't help with that.", "form.refusal"), ("抱歉，我无法完成。", "form.refusal"), ("", "form.empty"),  # noqa: E501
        ("The lamp is made of", "form.truncated"), ("The lamp [F1] stands.", "form.leftover"),
        ("wood wood wood wood", "form.repetition"), ("这款台灯高38厘米。", "language.wrong"),
    ],
)  # fmt: skip
def test_it_never_releases_what_is_no_copy(text: str, rule: str) -> None:
    ruling = review(Matter(text=text, lang="en", market="us", facts=LAMP))
    assert rule in {f.rule for f in ruling.findings}
    assert ruling.outcome == "refused"


class Crashing:
    """A check with a fault."""

    NAME, VERSION = "crashing", "1"
    LANGS: tuple[Lang, ...] = ("en", "zh")

    def run(self, matter: Matter) -> CheckResult:
        raise RuntimeError(f"no {matter.lang}")


class EnglishOnly(Crashing):
    """A check that does not cover Chinese."""

    LANGS: tuple[Lang, ...] = ("en",)

    def run(self, matter: Matter) -> CheckResult:
        return CheckResult()


def test_a_check_that_crashes_holds_the_text() -> None:
    ruling = review(Matter(text="Made of wood.", lang="en", market="us", facts=LAMP), checks=[*CHECKS, Crashing()])
    assert ruling.outcome == "held"
    assert ruling.checks[-1].error == "RuntimeError: no en"


def test_a_language_no_check_covers_is_held() -> None:
    zh = Matter(text="重约180克。", lang="zh", market="cn", facts=SHIRT)
    assert review(zh, checks=[*CHECKS, EnglishOnly()]).outcome == "held"


def test_a_check_that_takes_too_long_holds_the_text() -> None:
    matter = Matter(text="Made of wood.", lang="en", market="us", facts=LAMP)
    assert review(matter, budget_ms=0.0).outcome == "held"


@given(st.text(max_size=80), st.sampled_from(["en", "zh"]))
def test_every_span_of_a_ruling_slices_into_the_text(text: str, lang: Lang) -> None:
    ruling = review(Matter(text=text, lang=lang, market="eu", facts=LAMP))
    assert not [c.error for c in ruling.checks if c.error and "took" not in c.error]
    for verdict in ruling.verdicts:
        assert 0 <= verdict.claim.start <= verdict.claim.end <= len(text)


def test_the_same_words_are_found_fault_with_once() -> None:
    found = [(f.start, f.end, f.severity) for f in judge("It is 40 cm high.").findings]
    assert len(found) == len(set(found)) == 1


def test_a_warning_of_the_shops_own_that_the_law_objects_to_goes_to_a_person() -> None:
    text, warning = "这款背带重780克。警示：使用时注意宝宝呼吸顺畅。", "使用时注意宝宝呼吸顺畅"
    facts = facts_from_pairs({"品名": "婴儿背带", "重量": "780克", "警示": warning}, lang="zh")
    sentences = (
        Sentence(start=0, end=10, facts=(facts[1].id,)),
        Sentence(start=10, end=len(text), facts=(facts[2].id,), locked=True),
    )
    matter = Matter(text=text, lang="zh", market="cn", product_class="infant", facts=facts, sentences=sentences)
    assert review(matter).outcome == "held"
    assert review(Matter(text=text, lang="zh", market="cn", product_class="infant", facts=facts)).outcome == "refused"
