"""Questions in the console: conversations, hand-overs answered by a person, gaps that are filled."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goodword.app import Goodword
from goodword.jobs.asking import lexis, shelf
from goodword.store import conversations, ledger


def answered(goodword: Goodword, question: str, words: str, product: str | None = None) -> bool:
    """Whether an answer holds these words, as soon as the desk has seen what is new in the store."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if words in goodword.ask(question, product=product).text:
            return True
        time.sleep(0.3)
    return False


def handed(goodword: Goodword, conversation: str) -> int:
    with goodword.store.read() as conn:
        return next(h.id for h in conversations.handed(conn) if h.conversation == conversation)


def test_conversations_are_found_by_words_and_by_outcome(signed: Any) -> None:
    vic = signed("vic")
    everything = vic.read("/questions")
    assert "这个杯子的容量是多少？" in everything and "Do you ship to Antarctica?" in everything
    found = vic.read("/questions", find="antarctica")
    assert "Antarctica" in found and "容量" not in found
    assert "Antarctica" not in vic.read("/questions", outcome="handed_over")
    assert "Nothing fits" in vic.read("/questions", find="100%_")


def test_a_conversation_shows_each_answer_with_what_it_rests_on(signed: Any) -> None:
    page = signed("vic").read("/questions/conversation", id="two")
    assert "500毫升" in page and "What this rests on" in page and "Ledger" in page
    assert signed("vic").get("/questions/conversation?id=nobody").status_code == 404


def test_no_telephone_number_of_a_customer_stands_on_any_page(signed: Any, goodword: Goodword) -> None:
    vic = signed("vic")
    number = handed(goodword, "three")
    for path in ("/questions", "/questions/handovers", "/questions/conversation?id=three",
                 f"/questions/handover?id={number}"):  # fmt: skip
        assert "138-0013" not in vic.get(path).text, path
    assert "[PHONE]" in vic.read("/questions/handover", id=number)


def test_what_a_customer_writes_is_text_and_never_markup(signed: Any) -> None:
    vic = signed("vic")
    for path in ("/questions", "/questions/conversation?id=six"):
        page = vic.get(path).text
        assert "<img src=x" not in page and "&lt;img src=x" in page and "{{7*7}}" in page, path


def test_a_persons_answer_becomes_a_dated_passage_that_is_found_the_next_time(signed: Any, goodword: Goodword) -> None:
    number, wen = handed(goodword, "five"), signed("wen")
    until = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    answer = "枕头有异味可凭照片免费换新，荞麦壳请先在通风处晾晒两天。"
    form = {"id": number, "text": answer, "until": until, "question": "枕头有异味怎么办？"}
    assert wen.submit("/questions/handover", **form).status_code == 303
    page = wen.read("/questions/handover", id=number)
    assert "Answered" in page and answer in page and f"until {until}" in page
    with goodword.store.read() as conn:
        last = ledger.head(conn)
    assert last is not None and last.body is not None
    assert (last.kind, last.actor, last.body["valid_until"]) == ("answered", "user:wen", until)
    assert answered(goodword, "枕头有异味怎么办？", "免费换新", "HT-003")
    assert wen.submit("/questions/handover", id=number, text=answer).status_code == 422  # it is decided


def test_an_answer_with_personal_data_is_not_kept(signed: Any, goodword: Goodword) -> None:
    number, wen = handed(goodword, "five"), signed("wen")
    refused = wen.submit("/questions/handover", id=number, text="Please call Mr Wang at 138-0013-8000.", sure="yes")
    assert refused.status_code == 422
    assert "whoever asks the same would read it" in refused.text and "138-0013-8000" in refused.text
    assert all(not h.passage.id.startswith("answer-") for h in shelf.kept(goodword.store))
    live = wen.submit("/questions/doubts", text="Mail me at li@example.com")
    assert "li@example.com" in live.text
    assert "Nothing stands against it" in wen.submit("/questions/doubts", text="Wash it at 30 °C.").text


def test_an_answer_the_law_forbids_is_not_kept(signed: Any, goodword: Goodword) -> None:
    number = handed(goodword, "five")
    refused = signed("wen").submit(
        "/questions/handover?lang=en", id=number, text="这是全国最好的枕头，能治疗失眠。", sure="yes"
    )
    assert refused.status_code == 422 and "广告法" in refused.text


@pytest.mark.parametrize(("until", "told"), [("2001-01-01", "this day is over"), ("soon", "no day")])
def test_a_last_day_that_is_none_is_told_and_the_answer_stays_in_the_form(
    signed: Any, goodword: Goodword, until: str, told: str
) -> None:
    answer = "Wash it at 30 degrees."
    refused = signed("wen").submit("/questions/handover", id=handed(goodword, "five"), text=answer, until=until)
    assert refused.status_code == 422 and told in refused.text and answer in refused.text


def test_a_viewer_may_look_and_not_answer(signed: Any, goodword: Goodword) -> None:
    number, vic = handed(goodword, "five"), signed("vic")
    assert "Your role lets you look" in vic.read("/questions/handover", id=number)
    assert vic.submit("/questions/handover", id=number, text="yes").status_code == 403
    assert vic.submit("/questions/write", question="x", text="y").status_code == 403


def test_a_hand_over_is_closed_with_a_reason_and_not_without(signed: Any, goodword: Goodword) -> None:
    number, wen = handed(goodword, "three"), signed("wen")
    assert wen.submit("/questions/handover/close", id=number, why=" ").status_code == 422
    assert wen.submit("/questions/handover/close", id=number, why="Refunded by telephone").status_code == 303
    assert "[PHONE]" not in wen.read("/questions/handovers")
    assert "Closed" in wen.read("/questions/handovers", state="decided")


def test_what_could_not_be_answered_is_answered_once_for_all(signed: Any, goodword: Goodword) -> None:
    wen = signed("wen")
    assert "Do you ship to Antarctica?" in wen.read("/questions/unanswered")
    text = "We do not ship to Antarctica; to Chile and Argentina we ship in 14 days."
    done = wen.submit("/questions/write", question="Do you ship to Antarctica?", text=text)
    assert done.status_code == 303
    assert text in wen.read(done.headers["location"])
    assert answered(goodword, "Do you ship to Antarctica?", "We do not ship to Antarctica")
    name = done.headers["location"].partition("id=")[2]
    assert wen.submit("/questions/passage/end", id=name).status_code == 303
    assert "nothing is answered from it any more" in wen.read("/questions/passage", id=name)
    assert answered(goodword, "Do you ship to Antarctica?", "nothing in our records")
    assert wen.submit("/questions/passage/end", id=name).status_code == 422


def test_passages_are_searched_and_those_out_of_force_stand_apart(signed: Any) -> None:
    page = signed("vic").read("/questions/passages", find="warehouse")
    assert "How long until my order leaves the warehouse?" in page and "Not in force today" in page
    assert "多久发货" in signed("vic").read("/questions/passages", find="发货", lang="zh")


def test_an_answer_in_another_language_than_its_question_is_doubted(signed: Any) -> None:
    wen = signed("wen")
    asked = {"text": "It holds 350 ml.", "question": "这个杯子的容量是多少？"}
    assert "in another language" in wen.submit("/questions/doubts", **asked).text
    asked["question"] = "How much does this mug hold?"
    assert "Nothing stands against it" in wen.submit("/questions/doubts", **asked).text


def test_what_was_missing_is_named_in_the_readers_language(signed: Any) -> None:
    vic = signed("vic")
    assert "alcohol" not in vic.read("/questions/unanswered", lang="zh")
    assert lexis.called("return", "zh") == "退货" and lexis.called("shipping_cost", "en") == "shipping cost"
    assert lexis.called("material", "zh") == "材质"
