"""What may be said and what may not: words, counts, shares, parts, denials and inclusion against the facts."""

from pathlib import Path
from tomllib import loads

import pytest

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard import han, wording
from goodword.guard.base import Matter
from goodword.guard.held import lay_out
from goodword.guard.review import review
from goodword.guard.words import root, stem
from goodword.types import Lang, Ruling

ROWS = loads((Path(__file__).parent / "data" / "grounding.toml").read_text("utf-8"))
LANGS: tuple[Lang, ...] = ("en", "zh")


def judge(text: str, lang: Lang, facts: dict[str, object]) -> Ruling:
    held = facts_from_pairs(facts, lang=lang)
    ruling = review(Matter(text=text, lang=lang, market="us" if lang == "en" else "cn", facts=held),
                    checks=("form", "language", "grounding"))  # fmt: skip
    assert not [c.error for c in ruling.checks if c.error]
    return ruling


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang in LANGS for text in ROWS[lang]["unheld"]])
def test_what_no_fact_holds_is_not_released(lang: Lang, text: str) -> None:
    assert judge(text, lang, ROWS[lang]["facts"]).outcome != "released"


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang in LANGS for text in ROWS[lang]["held"]])
def test_what_the_facts_hold_is_released_however_it_is_worded(lang: Lang, text: str) -> None:
    assert judge(text, lang, ROWS[lang]["facts"]).outcome == "released"


@pytest.mark.parametrize(
    ("text", "lang", "facts"),
    [
        ("It lasts for 10 hours.", "en", {"battery life": "10 h"}),
        ("Its flex is 2 m long.", "en", {"cable length": "2 m"}),
        ("Put it in the dishwasher.", "en", {"dishwasher safe": "yes"}),
        ("充满电能用10小时。", "zh", {"续航": "10小时"}),
        ("可以放进洗碗机洗。", "zh", {"可用洗碗机": "是"}),
    ],
)
def test_a_word_stands_only_where_its_fact_is_held(text: str, lang: Lang, facts: dict[str, object]) -> None:
    assert judge(text, lang, facts).outcome == "released"
    assert (
        judge(text, lang, {"colour" if lang == "en" else "颜色": "black" if lang == "en" else "黑色"}).outcome
        != "released"
    )


def test_everyday_words_need_a_fact_beside_them() -> None:
    assert judge("Look at the oak.", "en", {"material": "oak"}).outcome == "released"
    assert judge("Look at the wall.", "en", {"material": "oak"}).outcome != "released"


BARE = [
    ("en", "The lamp is larger."),
    ("en", "The oak is thin."),
    ("en", "The lamp is small."),
    ("en", "The lamp helps you."),
    ("en", "The oak is fine."),
    ("en", "The oak is flat."),
    ("en", "A big oak lamp."),
    ("zh", "充电快。"),
    ("zh", "橡木薄。"),
    ("zh", "台灯干净。"),
    ("zh", "橡木厚。"),
    ("zh", "充电慢。"),
    ("zh", "台灯新。"),
    ("zh", "台灯省。"),
    ("zh", "台灯高。"),
]
OAK: dict[Lang, dict[str, object]] = {
    "en": {"title": "Fjord Desk Lamp", "material": "oak", "charging time": "3 h"},
    "zh": {"品名": "北岸台灯", "材质": "橡木", "充电时间": "3小时"},
}


@pytest.mark.parametrize(("lang", "text"), BARE)
def test_size_and_quality_are_not_held_by_the_thing_they_are_said_of(lang: Lang, text: str) -> None:
    assert judge(text, lang, OAK[lang]).outcome != "released"


def test_a_share_is_judged_by_the_material_it_is_said_of() -> None:
    facts: dict[str, object] = {"material": "80% wool, 20% polyamide"}
    assert judge("Four fifths of it is wool.", "en", facts).outcome == "released"
    assert judge("Four fifths of it is polyamide.", "en", facts).outcome == "refused"
    assert judge("羊毛占八成。", "zh", {"材质": "羊毛80% 锦纶20%"}).outcome == "released"
    assert judge("羊毛占九成。", "zh", {"材质": "羊毛80% 锦纶20%"}).outcome == "refused"


def test_plating_is_no_metal_through_and_through() -> None:
    facts: dict[str, object] = {"material": "sterling silver, 18k gold plated"}
    assert judge("Sterling silver, plated in 18k gold.", "en", facts).outcome == "released"
    assert judge("Hoops of solid gold.", "en", facts).outcome != "released"


def test_chinese_words_are_found_whole() -> None:
    own = han._own(lay_out(facts_from_pairs({"品名": "有线台灯", "功能": "上光"}, lang="zh")))
    words = ["有机棉做的".__getitem__(slice(a, b)) for a, b in han.cut("有机棉做的", own)]
    assert words[0] == "有机棉"


def test_inflections_and_families_meet() -> None:
    assert stem("fitted") == stem("fits") == stem("fitting")
    assert stem("batteries") == stem("battery")
    assert root("oscillates") == root("oscillation")
    assert root("charger") != root("charging")


def test_no_word_of_praise_is_let_stand_by_default() -> None:
    held = lay_out(facts_from_pairs({"title": "Lamp"}))
    assert not wording.allowed(held, "en") & {
        stem(w) for w in ("soft", "durable", "automatic", "waterproof", "certified")
    }


AGED: dict[str, object] = {"age": "3+", "warning": "Not suitable for children under 36 months."}
SAID: list[tuple[Lang, dict[str, object], str, bool]] = [
    ("en", {"warranty": "2 years", "not included": "bulb"}, "Warranty: 2 years\nNot included: bulb", True),
    ("zh", {"安全类别": "A类"}, "安全类别：A类。", True),
    ("zh", {"洗护": "不可漂白"}, "别用漂白剂。", True),
    ("zh", {"材质": "棉"}, "别用洗衣机洗。", False),
    ("en", {"offer": "$20 off"}, "$20 off.", True),
    ("en", {"offer": "$20 off"}, "Only $20.", False),
    ("en", {"age": "3+"}, "For children from the age of three.", True),
    ("en", {"age": "3+"}, "For children from two.", False),
    ("en", {"age": "3+"}, "Suitable from birth.", False),
    ("en", AGED, "Nothing for children under three.", True),
    ("en", AGED, "Suitable for children under three.", False),
    ("en", {"insulation time": "12 h", "cold time": "24 h"}, "Hot for 12 hours, cold for 24.", True),
    ("en", {"insulation time": "12 h", "cold time": "24 h"}, "Hot for 24 hours, cold for 12.", False),
    ("en", {"resolution": "2560 x 1440"}, "2560 x 1440 pixels.", True),
    ("en", {"paper weight": "165 gsm"}, "165 g per square metre.", True),
    ("zh", {"克重": "360克/平方米"}, "每平方米360克。", True),
    ("en", {"title": "Bottle", "features": "leakproof"}, "It does not leak.", True),
    ("en", {"title": "Bottle", "features": "leakproof"}, "It leaks a little.", False),
    ("en", {"title": "Jacket", "features": "windproof, breathable"}, "It does not breathe.", False),
    ("zh", {"品名": "水壶", "功能": "防漏"}, "会漏水。", False),
    ("en", {"material": "cotton canvas", "lining": "polyester"}, "Lined with cotton.", False),
    ("en", {"material": "cotton canvas", "lining": "polyester"}, "Polyester on the outside.", False),
    ("en", {"power source": "solar"}, "No mains needed: they run on solar power.", True),
    ("en", {"power source": "mains"}, "No mains needed.", False),
    ("en", {"microwave safe": "yes"}, "The microwave is fine too.", True),
    ("en", {"capacity": "750 ml"}, "It holds a litre.", False),
    ("en", {"maximum load": "120 kg"}, "It bears at least 120 kg.", False),
    ("en", {"power": "65 W"}, "At least 65 W.", True),
    ("en", {"assembly": "required, tools included"}, "You need your own tools.", False),
    ("en", {"size": "EU 38-46"}, "EU sizes 38 to 46.", True),
    ("en", {"size": "EU 38-46"}, "EU sizes 38 to 47.", False),
    ("en", {"material": "linen"}, "It was woven by hand from linen.", False),
    ("zh", {"功能": "鞋垫可拆"}, "鞋垫取得出来。", True),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "facts", "text", "stands"), SAID)
def test_what_is_said_is_judged_by_what_is_held(lang: Lang, facts: dict[str, object], text: str, stands: bool) -> None:
    assert (judge(text, lang, facts).outcome == "released") == stands
