"""Answers are true and cited: every sentence rests on what the shop holds, or is one of the set phrases."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodword.jobs.asking import lexis
from goodword.jobs.asking.nouns import Answer, Turn
from goodword.jobs.asking.service import Desk
from goodword.store import ledger, statements

Asks = Callable[..., Answer]


@pytest.mark.parametrize(
    ("text", "product", "words", "ref"),
    [
        ("How heavy is it?", "EL-001", "185 g", "EL-001#weight"),
        ("多重？", "EL-001", "185克", "EL-001#weight"),
        ("How heavy is it and what colours does it come in?", "CL-003", "camel", "CL-003#colour"),
        ("How much for 3?", "CL-001", "3 × 39.90 USD = 119.70 USD", "CL-001#price"),
        ("买3件多少钱", "CL-001", "3 × 259元 = 777元", "CL-001#price"),
        ("Does it come in red?", "CL-001", "not among what is listed", "CL-001#colour"),
        ("Was it made in China?", "CL-001", "Lithuania", "CL-001#origin"),
        ("Is it waterproof?", "EL-002", "IPX4", "EL-002#water_resistance"),
        ("Does the linen shirt go in the washing machine?", None, "30 °C", "CL-001#care"),
        ("Which is lighter, EL-001 or EL-003?", None, "65 W GaN Charger has the lower weight", "EL-001#weight"),
        ("What do customers say about it?", "EL-002", "of 11 reviews", "EL-002@"),
        ("Can earrings be returned?", None, "Only if they are faulty", "faq-016.en"),
        ("耳环能退吗", None, "质量问题", "faq-016.zh"),
        ("How long does delivery to Germany take?", None, "3 to 6 working days", "faq-005.en"),
    ],
)
def test_a_question_is_answered_with_its_source(
    ask: Asks, text: str, product: str | None, words: str, ref: str
) -> None:
    answer = ask(text, product)
    assert answer.outcome == "answered" and words in answer.text, answer.text
    assert any(e.ref.startswith(ref) for s in answer.sentences for e in s.evidence)


def test_every_sentence_slices_back_and_every_quotation_stands_in_its_source(desk: Desk, ask: Asks) -> None:
    for text in ("What does delivery cost?", "怎么申请退货？", "Who pays for the return?", "Can I change the address?"):
        answer = ask(text)
        assert answer.sentences and answer.outcome == "answered"
        for sentence in answer.sentences:
            said = answer.text[sentence.start : sentence.end]
            for e in sentence.evidence:
                passage = desk.holdings.held[e.ref].passage
                assert said == e.quote == passage.text[e.start : e.end]


def test_an_answer_goes_through_the_door_and_carries_its_label(desk: Desk, ask: Asks) -> None:
    answer = ask("Can earrings be returned?")
    with desk.store.read() as conn:
        saved = statements.get(conn, answer.statement)
        assert saved and saved.statement.draft.text == answer.text and saved.statement.draft.channel == "answer"
        assert ledger.verify(conn).ok and answer.ledger == saved.statement.ledger
    assert "AI" in answer.label


@pytest.mark.parametrize("market", ["us", "eu", "uk", "cn"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_says_at_the_start_that_it_is_an_ai(ask: Asks, lang: str, market: str) -> None:
    first = ask("运费多少？" if lang == "zh" else "What is postage?", lang=lang, market=market)
    assert "AI" in first.disclosure and ("person" in first.disclosure or "人工" in first.disclosure)
    later = ask("And to France?", history=(Turn(question="What is postage?"),))
    assert later.disclosure == ""


@pytest.mark.parametrize("text", ["Are you a robot?", "你是真人吗？", "Am I talking to a person?"])
def test_it_says_that_it_is_an_ai_when_asked(ask: Asks, text: str) -> None:
    answer = ask(text)
    assert (answer.outcome, answer.reason) == ("answered", "disclosure") and "AI" in answer.text


def test_a_policy_is_read_on_the_day_that_is_asked(ask: Asks) -> None:
    assert "30 days" in ask("How many days do I have to return something?", market="us").text
    old = ask("How many days do I have to return something?", market="us", as_of=date(2025, 6, 1))
    assert "14 days" in old.text and "30" not in old.text


def test_a_pronoun_means_the_product_of_the_turn_before(ask: Asks) -> None:
    before = (Turn(question="What colours does the linen shirt come in?", products=("CL-001",)),)
    assert "259" in ask("它多少钱？", history=before).text
    assert "linen" in ask("What is it made of?", history=before).text


def test_a_fragment_goes_on_with_the_question_before(ask: Asks) -> None:
    before = (Turn(question="How heavy is the power bank?", products=("EL-001",)),)
    assert ask("And EL-003?", history=before).products == ("EL-003",)


def test_turns_that_go_in_circles_do_no_harm(ask: Asks) -> None:
    turns = tuple(Turn(question="and that?", products=()) for _ in range(500))
    assert ask("and that?", history=turns).outcome == "declined"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_whatever_is_written_is_answered_by_what_can_be_proven(ask: Asks, text: str) -> None:
    answer = ask(text)
    phrases = lexis.wording(answer.lang)
    assert answer.outcome in {"answered", "declined", "handed_over"} and answer.text
    assert answer.ruling and answer.ruling.outcome == "released" and phrases


def test_examples_of_every_intent_fire_and_stay_silent() -> None:
    wrong = [(name, text) for name, text, fires in lexis.examples() if (name in lexis.intents(text)) != fires]
    assert not wrong, wrong


def test_both_languages_have_the_same_phrases() -> None:
    assert lexis.wording("en").keys() == lexis.wording("zh").keys()
