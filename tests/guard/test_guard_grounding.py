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
