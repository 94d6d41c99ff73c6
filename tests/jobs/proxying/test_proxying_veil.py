"""What the guard is shown of a free answer, and what it makes of what only free answers hold."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.errors import InputError
from goodword.guard.base import Matter
from goodword.jobs.proxying.extra_checks import Links
from goodword.jobs.proxying.nouns import Terms, terms_of
from goodword.jobs.proxying.scrub import Scrub
from goodword.jobs.proxying.veil import says_something, veiled
from goodword.types import Claim, Lang, Ruling, Verdict

_MARKS = st.sampled_from(
    ["**", "*", "`", "- ", "# ", "<PERSON_1>", "Hello! ", "您好，", "holds 750 ml", "。", ". ", "\n", " "]
)


@given(st.lists(_MARKS | st.text(max_size=6), max_size=12).map("".join))
def test_the_veil_blanks_and_never_writes_nor_moves_a_word(text: str) -> None:
    veil = veiled(text)
    assert len(veil) == len(text)
    assert all(b in {a, " "} for a, b in zip(text, veil, strict=True))


@given(st.text(alphabet="abc 750.!？好的", max_size=40))
def test_what_is_no_courtesy_stays(text: str) -> None:
    assert veiled(text) == text or re.search(r"好的|^[.!？ ]*$|^ *\d{1,2}\. ", text)  # '1. ' is a mark of a list


@pytest.mark.parametrize(
    "text",
    ["Hello!", "Dear <PERSON_1>,", "Thank you for your question!", "How can I help you today?", "I'm happy to help.",
     "您好！", "感谢您的咨询！", "请问还有什么可以帮您？", "亲，您好～",
     "Please let us know if you have any other questions."],
)  # fmt: skip
def test_courtesies_claim_nothing(text: str) -> None:
    assert not says_something(veiled(text))


@pytest.mark.parametrize(
    "text",
    ["Thank you for choosing the best bottle!", "Hello, it holds 750 ml.", "I am happy to give you a refund.",
     "您好，容量750毫升。", "感谢您选择销量第一的水瓶！", "Of course!", "没问题！", "Absolutely, it is waterproof."],
)  # fmt: skip
def test_a_courtesy_covers_no_claim(text: str) -> None:
    assert says_something(veiled(text))


def test_markup_is_blanked_and_the_words_in_it_are_read() -> None:
    assert veiled("- It holds **750 ml**") == "  It holds   750 ml  "
    assert veiled("2 * 3 * 4 and a_b_c") == "2 * 3 * 4 and a_b_c"


def _matter(text: str, lang: Lang = "en") -> Matter:
    return Matter(text=text, lang=lang, market="us")


@pytest.mark.parametrize(
    "text",
    ["See https://evil.example/x.", "www.evil.com", "visit evil.com now", "[here](//evil.example)", "![](x.png)",
     "javascript:alert(1)", "打开https://evil.example查看"],
)  # fmt: skip
def test_an_address_that_nothing_supplied_is_found(text: str) -> None:
    assert [f.rule for f in Links("").run(_matter(text)).findings] == ["proxy.link"]


@pytest.mark.parametrize(
    "text",
    ["It weighs 2.5 kg, e.g. for trips.", "Open 9.00-17.00", "See https://shop.example/a.", "Vers.2", "i.e. steel"],
)
def test_what_is_no_address_or_is_supplied_is_none(text: str) -> None:
    assert not Links("Our page: https://shop.example/a").run(_matter(text)).findings


def test_offsets_follow_the_words_home_when_personal_data_comes_back() -> None:
    scrub = Scrub()
    sent = scrub.out("I am Wei Zhang, phone 13812345678.", by_user=True)
    assert "Wei Zhang" not in sent and "138" not in sent
    said = "Dear <PERSON_1>, the bottle holds 500 ml."
    at = said.index("500 ml")
    claim = Claim(start=at, end=at + 6, kind="number")
    ruling = Ruling(outcome="refused", label="violation", findings=(), checks=(),
                    verdicts=(Verdict(claim=claim, stance="refuted"),))  # fmt: skip
    moved = scrub.moved(ruling, said).verdicts[0].claim
    assert scrub.back(said)[moved.start : moved.end] == "500 ml"


def test_what_a_fact_holds_is_no_personal_data() -> None:
    from goodword.catalogue.facts import facts_from_pairs

    assert "<" in Scrub().out("Is it by Johann Becker?", by_user=True)
    told = Scrub(facts=facts_from_pairs({"designer": "Johann Becker"})).out("Is it by Johann Becker?", by_user=True)
    assert told == "Is it by Johann Becker?"


def test_a_made_up_pseudonym_is_nobody_and_a_written_one_comes_back_as_written() -> None:
    scrub = Scrub(restore="none")
    assert scrub.back("<PERSON_9>") == "<PERSON_9>"
    sent = scrub.out("Write <PERSON_9> to Wei Zhang, phone 13812345678.", by_user=True)
    assert "<PERSON_9>" not in sent and "<PERSON_9>" in scrub.back(sent) and "[PHONE]" in scrub.back(sent)


def test_terms_of_a_key_fill_what_it_does_not_say_and_refuse_what_is_unknown() -> None:
    assert terms_of({"policy": "hold"}, Terms(tools=True)) == Terms(policy="hold", tools=True)
    for wrong in ({"policy": "x"}, {"other": 1}, {"models": "m"}, {"need_facts": 1}):
        with pytest.raises(InputError, match="not understood"):
            terms_of(wrong, Terms())
    assert Terms(policy="hold").stricter("annotate") == "hold" and Terms(policy="hold").stricter("block") == "block"
