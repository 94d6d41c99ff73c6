"""Rules are found by what they speak of, in either language, and quoted with what they lean on."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.jobs.asking import concepts, figures, passages, units
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.judge import Court
from goodword.knowledge.base import Held
from goodword.knowledge.documents import read_file

RULES = """---
id: rules
lang: en
title: Our rules
---

# Our rules

## Delivery prices
| Place | Tracked | Express |
|---|---|---|
| Austria | 4.90 EUR | 11 EUR |
| Switzerland | 14 EUR | 39 EUR |

Over 70 EUR tracked delivery within the EU is on us. The parcel may be left with a neighbour, if you told us so before.
We hand it to the post on the day it was packed, Saturdays and Sundays left aside, and write to you when it has gone.

## Changing your mind
Unused things may come back within 30 days. The following do not come back:
- anything printed with your text
- ink bottles once opened

## Forgotten password
The customer cannot get in any more. We cannot tell you the old password, but make you a new one.

## What customers ask
What is the price of gift wrapping?
How wide is the collar?
"""


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> list[Held]:
    path: Path = tmp_path_factory.mktemp("rules") / "rules.en.md"
    path.write_text(RULES, "utf-8")
    return read_file(path)


@pytest.fixture(scope="module")
def holdings(held: list[Held]) -> Holdings:
    return Holdings([], held, [])


def first(question: str, holdings: Holdings) -> passages.Scored:
    return passages.rate(question, holdings.near(question), holdings, frozenset())[0]


@pytest.mark.parametrize(
    ("en", "zh"),
    [
        ("can I send it back", "能寄回吗"),
        ("silver member", "银卡"),
        ("forgot my password", "密码忘了"),
        ("shipping fee", "运费"),
    ],
)
def test_the_two_languages_share_what_they_speak_of(en: str, zh: str) -> None:
    both = concepts.spoken_of(en) & concepts.spoken_of(zh)
    assert {w for w in both if concepts.script(w) == "~"}


def test_tiers_of_a_club_stay_apart() -> None:
    assert not {w for w in concepts.spoken_of("gold") & concepts.spoken_of("银卡") if concepts.script(w) == "~"}


@given(st.text(max_size=300))
def test_any_text_can_be_read_for_what_it_speaks_of(text: str) -> None:
    assert all(concepts.spoken_of(text))


@given(st.text(alphabet="ab;:.?\n 退。；：", max_size=200))
def test_units_slice_the_text_in_order(text: str) -> None:
    found = units.of(text)
    assert all(0 <= u.start < u.end <= len(text) for u in found)
    assert [u.start for u in found] == sorted(u.start for u in found)
    assert all(u.lead is None or u.lead[1] <= u.start for u in found)


def test_a_row_of_a_table_leans_on_its_head(held: list[Held]) -> None:
    text = next(h.passage.text for h in held if h.heading == "Delivery prices")
    row = next(u for u in units.of(text) if text[u.start : u.end].startswith("Switzerland"))
    assert units.told(text, row).startswith("Place; Tracked; Express Switzerland; 14 EUR; 39 EUR")


def test_an_item_leans_on_the_line_that_introduces_it(held: list[Held]) -> None:
    text = next(h.passage.text for h in held if h.heading == "Changing your mind")
    item = units.of(text)[-1]
    assert units.told(text, item) == "The following do not come back: ink bottles once opened"


def test_a_sentence_after_the_items_is_none_of_them() -> None:
    text = "Free of charge:\nbeds\nshelves\nLamps cost 60 EUR each."
    assert [u.lead is not None for u in units.of(text)] == [False, True, True, False]


def test_a_row_is_quoted_with_its_head(holdings: Holdings) -> None:
    found = first("express delivery to Switzerland, how much is it", holdings)
    said = [p.text for p in passages.parts(found, "express delivery to Switzerland, how much is it", holdings, None)]
    assert said[0] == "Place; Tracked; Express"
    assert any("39 EUR" in s for s in said)


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("墨水打开了还能退吗", "Changing your mind"),
        ("旧密码能告诉我吗", "Forgotten password"),
        ("寄到瑞士加急多少钱", "Delivery prices"),
        ("I'd like to return unused things", "Changing your mind"),
    ],
)
def test_a_rule_is_found_across_languages(question: str, heading: str, holdings: Holdings) -> None:
    assert first(question, holdings).held.heading == heading


def test_a_list_of_questions_answers_none(holdings: Holdings) -> None:
    assert units.asks("How wide is the collar?") and units.asks("how wide is the shoe, how to remove gum.")
    assert not units.asks("What is not covered: water damage")
    found = passages.rate("how wide is the collar", holdings.near("how wide is the collar"), holdings, frozenset())
    assert all(s.score < passages.THRESHOLD for s in found)


def test_figures_have_a_row_for_each_passage_and_a_column_for_each_name(holdings: Holdings) -> None:
    near = holdings.near("when do you post parcels")
    assert figures.figures("when do you post parcels", near, holdings, frozenset()).shape == (
        len(near),
        len(figures.FIGURES),
    )
    assert holdings.held[near[0].passage.id].holds(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("heading", "text", "question", "said"),
    [
        (
            "What cannot be returned",
            "Opened tea. Cosmetics whose seal is broken. Earrings.",
            "Can earrings be returned?",
            "What cannot be returned: Opened tea.",
        ),
        ("不支持退货的商品", "已拆封的茶叶；耳饰；刻字戒指。", "耳饰可以退吗？", "不支持退货的商品：已拆封"),
        ("Returns", "Earrings can be returned within 30 days.", "Can earrings be returned?", "Earrings can be"),
    ],
)  # fmt: skip
def test_a_list_of_things_is_said_with_what_it_stands_under(
    tmp_path: Path, heading: str, text: str, question: str, said: str
) -> None:
    (tmp_path / "rules.md").write_text(f"# Rules\n\n## {heading}\n\n{text}\n", "utf-8")
    held = read_file(tmp_path / "rules.md")
    holdings = Holdings([], held, [])
    told = passages.parts(first(question, holdings), question, holdings, None)
    assert told[0].text.startswith(said)
    court = Court(holdings=holdings, lang=held[0].passage.lang, market="uk", on=date(2026, 11, 24), mine=[])
    assert court.quoted(told[0])
