"""Questions in shoppers' own words: the need behind them, and no yes or no that the record does not give."""

from collections.abc import Callable

import pytest

from goodword.jobs.asking import needs, remarks
from goodword.jobs.asking.nouns import Answer
from goodword.search import encode
from goodword.text import segment


@pytest.mark.parametrize(
    ("text", "product", "words"),
    [
        ("will it survive the dishwasher", "KT-001", "Not dishwasher safe"),
        ("放包里会不会漏", "KT-004", "防漏"),
        ("冬天能放外面过冬吗", "GD-003", "frost"),
        ("does it come with a remote", "HA-005", "remote"),
        ("do i need to buy an hdmi cable separately", "EL-005", "HDMI cable"),
    ],
)
def test_what_is_needed_is_told_whatever_the_words(
    ask: Callable[..., Answer], text: str, product: str, words: str
) -> None:
    answer = ask(text, product)
    assert words.lower() in answer.text.lower(), answer.text
    assert not answer.text.startswith("No. ")


def test_two_ways_of_asking_are_one_need() -> None:
    encoder = encode.load()
    assert encoder is not None
    for text in ("can I run it through the dish washer please", "能放到洗碗机里头洗不"):
        wants = needs.needs_of(text, encoder)
        assert max(wants, key=lambda n: wants[n]) == "dishwasher"
    assert needs.matter_of("what is the capital of Peru", encoder)[0] == needs.NONE


def test_a_clause_after_a_semicolon_is_not_quoted_without_its_subject() -> None:
    text = "Mainland China: 8 CNY per order; free from 99 CNY. Elsewhere: 5.90 USD."
    whole = [text[a:b] for a, b in remarks.whole(text, segment.sentences(text))]
    assert whole[0] == "Mainland China: 8 CNY per order; free from 99 CNY."
