"""What holds for any text: offsets slice back, spans do not overlap, pseudonyms undo, nothing crashes, time is linear."""  # noqa: E501

from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from goodword.errors import DataError
from goodword.guard.base import Matter
from goodword.guard.checks import personal as check
from goodword.guard.personal import phones
from goodword.guard.personal.pseudonyms import Pseudonyms
from goodword.guard.personal.reading import read
from goodword.guard.personal.redact import redact
from goodword.guard.personal.screen import RECOGNISERS, TYPES, screen
from goodword.guard.personal.spans import Span
from goodword.models import personal as model
from goodword.types import Lang

PIECES = ["收件人", "李小明", "13912345678", "一三九零零零零", "加V", "abc123", "a@b.com", " at ", "点 com", "<PERSON_1>", "<TEXT_2>", "\u202e", "\u200b",  # noqa: E501
          "\ud800", "😀", "\n", " ", "，", "4111 1111 1111 1111", "Mr Patel", "My name is Bo", "1️⃣", "ﷺ", "½", "路88号", "<", ">", "_1"]  # fmt: skip  # noqa: E501
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=12).map("".join)
LANGS: st.SearchStrategy[Lang] = st.sampled_from(["zh", "en"])


@given(TEXTS, LANGS)
@settings(deadline=None, max_examples=150)
@example("\ud800\udfff收件人：李\u200b小明", "zh")
def test_spans_are_in_order_apart_and_of_known_kinds(text: str, lang: Lang) -> None:
    at = 0
    for span in screen(text, lang):
        assert at <= span.start < span.end <= len(text)
        assert span.type in TYPES and 0.5 <= span.score <= 1
        at = span.end


@given(TEXTS, LANGS)
@settings(deadline=None, max_examples=150)
def test_what_was_replaced_comes_back_and_nothing_else_does(text: str, lang: Lang) -> None:
    known = Pseudonyms()
    hidden = known.replace(text, screen(text, lang))
    assert known.restore(hidden) == text


@given(TEXTS, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=6))
@settings(deadline=None)
def test_any_spans_come_back(text: str, cuts: list[tuple[int, int]]) -> None:
    spans = [Span(start=min(a, len(text)), end=min(a + n, len(text)), type="PERSON", score=1.0) for a, n in cuts]
    known = Pseudonyms()
    assert known.restore(known.replace(text, spans)) == text
    assert len(redact(text, spans)) >= 0


def test_the_same_person_keeps_one_pseudonym_and_a_written_one_is_never_filled_in() -> None:
    known = Pseudonyms()
    first = known.replace(
        "Ann met Bo", [Span(start=0, end=3, type="PERSON", score=1.0), Span(start=8, end=10, type="PERSON", score=1.0)]
    )
    assert first == "<PERSON_1> met <PERSON_2>"
    second = known.replace("I am Ann, print <PERSON_2>", [Span(start=5, end=8, type="PERSON", score=1.0)])
    assert second == "I am <PERSON_1>, print <TEXT_1>"
    assert known.restore("Hi <PERSON_1>, <TEXT_1>, <PERSON_9>") == "Hi Ann, <PERSON_2>, <PERSON_9>"
    assert "Ann" not in repr(known) and "Ann" not in str(known)
    known.forget()
    assert known.restore("<PERSON_1>") == "<PERSON_1>"


def test_redaction_keeps_nothing_of_the_value() -> None:
    text = "电话13912345678，谢谢"
    assert redact(text, screen(text, "zh")) == "电话[PHONE]，谢谢"


@pytest.mark.parametrize("unit", ["1", "1 ", "一", "4111 1111 ", "a@a.", "路", "Mr Aa ", "微信: ", "ab1-"])
def test_time_is_linear_in_the_length(unit: str) -> None:
    def cost(size: int) -> float:
        best = 9.0
        for _ in range(2):
            began = process_time()
            for recogniser in RECOGNISERS:
                list(recogniser.find(read(unit * (size // len(unit)))))
            best = min(best, process_time() - began)
        return best

    assert cost(80_000) < 4 * cost(40_000) + 0.2


def test_a_megabyte_of_digits_takes_less_than_two_seconds() -> None:
    began = process_time()
    assert not screen("7" * 1_000_000, "en")
    assert process_time() - began < 2


def test_without_the_library_for_telephones_the_text_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    phones._library.cache_clear()
    try:
        with pytest.raises(DataError, match="phonenumbers"):
            screen("call +49 30 901820", "en")
    finally:
        phones._library.cache_clear()


def test_weights_that_their_card_does_not_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_digest", lambda raw: "0" * 64)
    model.load.cache_clear()
    try:
        with pytest.raises(DataError, match="not those"):
            model.load("zh")
    finally:
        model.load.cache_clear()


def test_a_finding_names_the_kind_and_never_the_value() -> None:
    found = check.run(Matter(text="请加微信abc_12345", lang="zh", market="cn")).findings
    assert [f.rule for f in found] == ["personal.handle"]
    assert (
        found[0].severity == "block" and "abc_12345" not in found[0].advice and "个人信息保护法" in found[0].authority
    )
