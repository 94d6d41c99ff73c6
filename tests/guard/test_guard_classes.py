"""What the class of a product lets copy name, and what it does not."""

import pytest

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard import wording
from goodword.guard.base import Matter
from goodword.guard.checks import grounding
from goodword.guard.held import lay_out
from goodword.guard.words import stem
from goodword.types import Lang


def held(lang: Lang, name: str) -> frozenset[str]:
    return wording.allowed(lay_out(facts_from_pairs({"title" if lang == "en" else "品名": name}, lang=lang)), lang)


@pytest.mark.parametrize(
    ("lang", "name", "word"),
    [
        ("en", "Aalto electric kettle", "boil"), ("en", "Kids' raincoat", "rain"), ("en", "Oat cookies", "tea"),
        ("zh", "电热水壶", "泡茶"), ("zh", "儿童雨衣", "下雨"), ("zh", "宝宝硅胶围兜", "辅食"),
    ],
)  # fmt: skip
def test_a_product_may_be_told_with_words_of_its_class(lang: Lang, name: str, word: str) -> None:
    assert (stem(word) if lang == "en" else word) in held(lang, name)


@pytest.mark.parametrize(
    ("lang", "name", "word"),
    [
        ("en", "Cast-iron kettle bell", "coffee"), ("en", "Linen tea towel", "sip"), ("en", "Mug rack", "sip"),
        ("zh", "保温杯套", "喝水"), ("zh", "锅盖架", "炒菜"),
    ],
)  # fmt: skip
def test_a_thing_for_a_class_is_none_of_it(lang: Lang, name: str, word: str) -> None:
    assert (stem(word) if lang == "en" else word) not in held(lang, name)


@pytest.mark.parametrize(
    ("lang", "facts", "text"),
    [
        ("en", {"title": "Aalto electric kettle", "capacity": "1.5 l"}, "Boils water in two minutes."),
        ("en", {"title": "Aalto electric kettle", "capacity": "1.5 l"}, "A quiet kettle for tea."),
        ("en", {"title": "Corner sofa", "seats": "4"}, "Storage in the armrests."),
        ("en", {"title": "Kids' raincoat", "sizes": "92-128"}, "A waterproof coat for rain."),
        ("zh", {"品名": "电热水壶", "容量": "1.5升"}, "三分钟烧开一壶水。"),
        ("zh", {"品名": "充电宝", "容量": "10000mAh"}, "能给手机充两次。"),
        ("zh", {"品名": "儿童雨衣", "尺码": "100-130"}, "轻便的雨衣，防水耐穿。"),
    ],
)
def test_words_of_a_class_carry_no_claim(lang: Lang, facts: dict[str, str], text: str) -> None:
    matter = Matter(text=text, lang=lang, market="uk" if lang == "en" else "cn", facts=facts_from_pairs(facts))
    assert {v.stance for v in grounding.by_rules(matter)} & {"refuted", "silent", "opinion"}
