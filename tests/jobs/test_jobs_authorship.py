"""The AI label after a person's changes: it stays while words of the machine are left, and not on a person's own."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.jobs import label
from goodword.jobs.authorship import holds, written_by
from goodword.types import Draft, Lang, MadeBy

EN = "Made of 100% merino wool, the jumper has a V-neck. It comes in camel and forest green. Do not tumble dry."
ZH = "以100%美利奴羊毛制成，V领设计，有驼色和墨绿可选。请勿烘干。"
FACTS = ("100% merino wool", "camel and forest green", "100%美利奴羊毛")
KEPT = ("Do not tumble dry.", "请勿烘干。")


def draft(text: str, lang: Lang = "en", made_by: MadeBy | None = None) -> Draft:
    return Draft(sku="S", text=text, lang=lang, market="us" if lang == "en" else "cn", channel="listing", sentences=(),
                 made_by=made_by or MadeBy(backend="local", model="m"))  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "old", "new", "left"),
    [
        ("en", EN, EN, True),
        ("en", EN, EN.replace("jumper", "sweater"), True),
        ("en", EN, "A jumper for cold days. It comes in camel and two greens.", True),
        ("en", EN, "Wool from merino sheep and nothing else went into this pullover. Do not tumble dry.", False),
        ("en", EN, "100% merino wool in camel and forest green. Do not tumble dry.", False),  # the shop's own words
        ("en", "Linen shirt", "Linen shirt", True),
        ("en", "Linen shirt", "A shirt of linen", False),
        ("zh", ZH, "V领设计，有驼色和墨绿可选，柔软。", True),
        ("zh", ZH, "冬天穿的毛衣，领口呈V形，两种颜色。请勿烘干。", False),
        ("zh", ZH, "100%美利奴羊毛。请勿烘干。", False),
    ],
)
def test_a_stretch_of_the_machines_words_keeps_the_label(lang: Lang, old: str, new: str, left: bool) -> None:
    assert holds(old, new, lang, (*FACTS, *KEPT)) is left


def test_words_touched_up_one_by_one_are_still_the_machines() -> None:
    old = "This light rain jacket keeps water out on long walks and packs small into its own chest pocket"
    new = "This light shell jacket keeps rain out on short walks and packs flat into its own side pocket"
    assert holds(old, new, "en", ())


@given(st.text(alphabet="abc 的确好。", min_size=1, max_size=40))
def test_what_nobody_changed_is_never_taken_for_a_persons(text: str) -> None:
    for lang in ("en", "zh"):
        assert holds(text, text, lang, ()) is any(c.isalnum() for c in text)


def test_each_state_says_what_is_true_of_it() -> None:
    machine = draft(EN)
    edited = replace(machine, made_by=written_by(machine, EN.replace("V-neck", "deep V-neck"), ()))
    own = replace(machine, made_by=written_by(machine, "Knitted by hand in Wales.", ()))
    again = replace(machine, made_by=written_by(replace(edited, text=EN), f"{EN} Soft.", ()))
    assert edited.made_by.edited and edited.made_by.model == "m" and again.made_by.edited
    marks = [label.mark(d, producer="shop", produce_id="x") for d in (machine, edited, own)]
    assert [("AI-generated" in m.text, "edited by a person" in m.text) for m in marks] == [
        (True, False), (True, True), (False, False)
    ]  # fmt: skip
    assert ["AIGC" in json.loads(m.metadata) for m in marks] == [True, True, False]
    assert marks[2].text == "" and json.loads(marks[2].metadata)["digitalSourceType"].endswith("digitalCreation")


@pytest.mark.parametrize(("lang", "market"), [("zh", "cn"), ("en", "cn")])
def test_every_label_in_china_holds_both_elements(lang: Lang, market: str) -> None:
    for edited in (False, True):
        text = replace(draft(ZH, lang), market=market, made_by=MadeBy(backend="local", edited=edited))  # type: ignore[arg-type]
        for said in (label.wording(text), label.wording(text, reviewer="li", date="2026-11-24")):
            assert ("AI" in said or "人工智能" in said) and "生成" in said
            assert ("编辑" in said or "edited" in said) is edited
