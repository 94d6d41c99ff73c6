"""Harm in copy: types, spans, look-alikes, masks."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodword.errors import DataError
from goodword.guard import examples
from goodword.guard.base import Matter
from goodword.guard.checks import harm as check
from goodword.guard.harm import find as finder
from goodword.guard.harm.find import find, load, table
from goodword.guard.review import review
from goodword.types import Lang, Market

MARKETS: tuple[Market, ...] = ("cn", "eu", "us", "uk")
LANGS: tuple[Lang, ...] = ("en", "zh")


def test_every_example_holds() -> None:
    assert not list(examples.failing(check, {}))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Refugees are vermin.", "hate"),
        ("上海人都是骗子", "hate"),
        ("We never sell to gay couples.", "exclusion"),
        ("谢绝残疾人入内", "exclusion"),
        ("Even grandma can use it.", "stereotype"),
        ("女人就该待在家里", "stereotype"),
        ("Hide that fat belly.", "body"),
        ("胖子别买", "body"),
        ("Beer that your kids will love.", "minors"),
        ("初中生都在抽的电子烟", "minors"),
        ("Cut your wrists with it.", "self_harm"),
        ("吃完就催吐", "self_harm"),
        ("Remove the safety guard for more speed.", "danger"),
        ("在帐篷里用炭火取暖", "danger"),
        ("I will stab you.", "violence"),
        ("不听话的孩子就打", "violence"),
        ("You fucking idiots.", "insult"),
        ("买家都是傻*逼", "insult"),
    ],
)
def test_harm_is_found_by_type(text: str, kind: str) -> None:
    found = find(text, "en")
    assert kind in {s.type for s in found}
    assert all(text[s.start : s.end].strip() for s in found)


@pytest.mark.parametrize(
    "text",
    [
        "Never remove the safety guard.",
        "Not for sale to under-18s: contains alcohol.",
        "Chinese cookbook with 100 recipes",
        "Chicken breast, 500 g",
        "Killer deal on bath bombs",
        "Baby wipes, 80 pieces",
        "杀菌率99.9%",
        "成人纸尿裤，加厚",
        "裸色高跟鞋",
        "东北大米，河南山药",
        "过量饮酒有害健康，孕妇及未成年人禁饮",
        "老年人也能轻松看清的大字",
    ],
)
def test_lookalikes_pass(text: str) -> None:
    assert find(text, "zh") == ()


def test_every_type_has_authority_and_advice_everywhere() -> None:
    kinds = {r.type for r in load()} | set(table("concepts")["types"])
    messages = table("messages")
    for kind in kinds:
        for lang in LANGS:
            assert messages["advice"][lang][kind]
        for market in MARKETS:
            assert messages["authority"][market].get(kind, messages["authority"][market]["other"])


def test_missing_weights_hold_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> None:
        raise DataError(f"the model {name!r} is missing")

    monkeypatch.setattr(finder, "_model", gone)
    ruling = review(Matter(text="A mug.", lang="en", market="us"), checks=("harm",))
    assert ruling.outcome == "held"
    assert "DataError" in ruling.checks[0].error


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    for span in find(text, "en"):
        assert 0 <= span.start < span.end <= len(text)
        assert 0 <= span.score <= 1


def test_time_grows_in_line_with_the_number_of_finds() -> None:
    def seconds(size: int) -> float:
        began = process_time()
        found = find("小穴" * size, "zh")
        assert len(found) == size
        return process_time() - began

    seconds(100)
    assert seconds(4000) < 4 * 3 * min(seconds(1000) for _ in range(2)) + 0.2
