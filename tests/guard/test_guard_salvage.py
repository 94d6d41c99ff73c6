"""What of a rewrite can stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard.salvage import salvage
from goodword.types import Lang

FACTS = facts_from_pairs({"title": "Fjordby Oak Desk Lamp", "material": "solid oak, linen"}, lang="en")
PLAIN = (
    "The Fjordby Oak Desk Lamp is made of solid oak and linen and is 42 cm high.",
    "It weighs 1.3 kg and comes in off-white.",
    "It has a cable length of 1.8 m.",
    "It is made in Poland.",
)
ZH = ("这款青山陶瓷马克杯采用陶瓷制成。", "容量为350毫升，高9.5厘米。", "产自江西景德镇。")
ZH_FACTS = facts_from_pairs({"品名": "青山陶瓷马克杯", "材质": "陶瓷"}, lang="zh")


def test_a_faithful_rewrite_stands_whole() -> None:
    said = "The Fjordby Oak Desk Lamp, made of solid oak and linen, stands 42 cm tall. It weighs 1.3 kg and comes in " \
           "off-white. The lamp's cable measures 1.8 metres in length. It is made in Poland."  # fmt: skip
    found = salvage(PLAIN, said, FACTS, "en")
    assert " ".join(p.text for p in found.pieces) == said
    assert (found.reason, found.kept) == ("", ())
    assert found.reworded == 2


def test_one_invented_sentence_costs_that_sentence_only() -> None:
    said = "The Fjordby Oak Desk Lamp, made of solid oak and linen, stands 42 cm tall. It weighs 1.3 kg and comes in " \
           "off-white. The lamp's cable measures 1.8 metres in length. It is made in Poland and stylish."  # fmt: skip
    found = salvage(PLAIN, said, FACTS, "en")
    assert found.pieces[-1].text == PLAIN[3]
    assert found.kept == (3,)
    assert "stylish" in found.reason
    assert found.pieces[0].text.startswith("The Fjordby Oak Desk Lamp, made of")
    assert found.pieces[0].plain == (0,)


def test_sentences_that_were_joined_carry_the_facts_of_both() -> None:
    said = f"{PLAIN[0]} It weighs 1.3 kg, comes in off-white and has a cable length of 1.8 m. It is the best lamp."
    found = salvage(PLAIN, said, FACTS, "en")
    assert [p.plain for p in found.pieces] == [(0,), (1, 2), (3,)]
    assert found.pieces[2].text == PLAIN[3]


def test_chinese_is_salvaged_alike() -> None:
    said = "这款青山陶瓷马克杯由陶瓷制成。容量350毫升，高9.5厘米。来自江西景德镇，品质卓越。"
    found = salvage(ZH, said, ZH_FACTS, "zh")
    assert found.kept == (2,)
    assert (
        "".join(p.text for p in found.pieces)
        == "这款青山陶瓷马克杯由陶瓷制成。容量350毫升，高9.5厘米。产自江西景德镇。"
    )


@pytest.mark.parametrize(
    "said", ["", "I'm sorry, but I can't help with that.", "这是一盏台灯。", "It is great. " * 40, "52 cm."]
)
def test_what_is_no_rewrite_leaves_the_plain_sentences(said: str) -> None:
    found = salvage(PLAIN, said, FACTS, "en")
    assert tuple(p.text for p in found.pieces) == PLAIN
    assert found.kept == (0, 1, 2, 3)
    assert found.reason


_PIECES = st.lists(
    st.sampled_from([*PLAIN, "It weighs 1.4 kg.", "Its cable is 1.8 m long.", "It is superb.", "Made in Poland."]),
    max_size=7,
)


@given(_PIECES)
def test_every_plain_sentence_is_carried_once_and_in_order(said: list[str]) -> None:
    """Whatever a model answers: nothing is lost, nothing is said twice, nothing new is said."""
    found = salvage(PLAIN, " ".join(said), FACTS, "en")
    carried = [n for p in found.pieces for n in p.plain]
    assert sorted(set(carried)) == [0, 1, 2, 3]
    assert all("superb" not in p.text and "1.4" not in p.text for p in found.pieces)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_plain_sentences_themselves_stand_unchanged(lang: Lang) -> None:
    plain, facts = (PLAIN, FACTS) if lang == "en" else (ZH, ZH_FACTS)
    found = salvage(plain, (" " if lang == "en" else "").join(plain), facts, lang)
    assert tuple(p.text for p in found.pieces) == plain
    assert found.reworded == 0
