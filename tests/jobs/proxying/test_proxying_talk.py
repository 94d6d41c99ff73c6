"""Talk that claims nothing, and yes and no as what they say."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard.base import Matter
from goodword.guard.evidence import Given, read
from goodword.jobs.proxying.assent import Assent, asked_of, holds, sense, statement, without_empty_words
from goodword.jobs.proxying.judging import Judge
from goodword.jobs.proxying.talk import is_talk, without_talk
from goodword.types import Lang

BOTTLE: dict[str, Any] = {
    "title": "Trail bottle", "capacity": "750 ml", "material": "stainless steel, plastic handle",
    "colour": "green, sand", "microphone": "yes", "pockets": "1 inside pocket", "care": "dishwasher safe",
}  # fmt: skip
水杯: dict[str, Any] = {
    "商品名称": "山行水杯", "容量": "750毫升", "材质": "不锈钢，塑料手柄", "颜色": "墨绿、米白", "清洁": "可放入洗碗机",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Take care and see you soon!", "en"), ("I'm sorry, but I can't talk about that.", "en"),
        ("Which size would you like?", "en"), ("Shall I put you through to somebody from the team?", "en"),
        ("The description doesn't say whether it fits.", "en"), ("Sure, let me have a look.", "en"),
        ("Unfortunately I don't know how loud it is.", "en"), ("I'm a virtual assistant of this shop.", "en"),
        ("麻烦您说一下尺码。", "zh"), ("抱歉，这个我不太清楚。", "zh"), ("需要我帮您转人工吗？", "zh"),
        ("资料里没有写会不会掉色。", "zh"), ("好的，稍等，我去问一下同事。", "zh"), ("祝您周末愉快！", "zh"),
    ],
)  # fmt: skip
def test_talk_claims_nothing(text: str, lang: Lang) -> None:
    assert is_talk(text, lang)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("I can't tell you how good it is: it is the best.", "en"), ("I don't know a better bottle.", "en"),
        ("Would you like our award-winning bottle?", "en"), ("Did you know that it keeps tea hot?", "en"),
        ("We don't use plastic.", "en"), ("Let me tell you that it is waterproof.", "en"),
        ("I can't say if it lasts 10 years.", "en"), ("It will help you sleep.", "en"),
        ("Sorry, it is made of steel.", "en"), ("Our team will refund you.", "en"), ("It cannot break.", "en"),
        ("这款您绝对喜欢。", "zh"), ("我不知道还有比它更好的，它第一。", "zh"), ("不含双酚A。", "zh"),
        ("我们不用塑料。", "zh"), ("好的，这款防水。", "zh"), ("没有香味。", "zh"), ("您要这款防水的吗？", "zh"),
        ("我们会给您退款。", "zh"),
    ],
)  # fmt: skip
def test_no_claim_rides_on_talk(text: str, lang: Lang) -> None:
    assert not is_talk(text, lang)


@given(st.text(max_size=120))
def test_talk_is_blanked_and_nothing_moves(text: str) -> None:
    for lang in ("en", "zh"):
        rest = without_talk(text, lang)
        assert len(rest) == len(text) and all(b in {a, " "} for a, b in zip(text, rest, strict=True))


@pytest.mark.parametrize(
    "text", ["是的" * 60, "是的的" * 40 + "x", "yes " * 50 + "x", "i can't tell " * 18, "您" * 200]
)
def test_long_rows_of_the_same_words_are_read_in_no_time(text: str) -> None:
    began = time.process_time()
    sense(text), is_talk(text, "zh"), is_talk(text, "en")
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Yes.", "yes"), ("Yes, it is!", "yes"), ("No, sorry.", "no"), ("Absolutely!", "yes"), ("是的。", "yes"),
        ("没有哦。", "no"), ("不是的。", "no"), ("Yes, have a nice day!", "yes"), ("Sure, let me check.", None),
        ("Norway.", None), ("Sorry.", None), ("It holds 750 ml.", None), ("可以放洗碗机。", None), ("Yes, no.", "open"),
    ],
)  # fmt: skip
def test_a_sentence_says_only_yes_or_only_no(text: str, told: str | None) -> None:
    assert sense(text) == told


@pytest.mark.parametrize(
    ("question", "lang", "told"),
    [
        ("Is it dishwasher safe?", "en", "It is dishwasher safe."), ("Does it hold 1 l?", "en", "It holds 1 l."),
        ("Hi, can I wash it by hand?", "en", "You can wash it by hand."),
        ("Do you have it in red?", "en", "It comes in red."),
        ("请问能机洗吗？", "zh", "能机洗。"), ("有没有红色？", "zh", "有红色。"), ("是否防水？", "zh", "防水。"),
    ],
)  # fmt: skip
def test_a_question_is_put_as_what_a_yes_to_it_says(question: str, lang: Lang, told: str) -> None:
    assert statement(question, lang) == told


def matter(lang: Lang, text: str = "") -> Matter:
    facts = facts_from_pairs(BOTTLE if lang == "en" else 水杯, lang=lang)
    return Matter(text=text, lang=lang, market="us" if lang == "en" else "cn", facts=facts)


@pytest.mark.parametrize(
    ("question", "lang", "told"),
    [
        ("Does it hold 750 ml?", "en", "yes"), ("Does it hold 500 ml?", "en", "no"),
        ("Do you have it in purple?", "en", "no"),
        ("Does it have a microphone?", "en", "yes"), ("Is there an inside pocket?", "en", "yes"),
        ("Does it have two inside pockets?", "en", "no"), ("Is it leakproof?", "en", "open"),
        ("How heavy is it?", "en", "open"),
        ("Is the handle made of metal?", "en", "open"),
        ("容量是750毫升吗？", "zh", "yes"), ("容量是500毫升吗？", "zh", "no"), ("可以放洗碗机吗？", "zh", "yes"),
        ("会漏水吗？", "zh", "open"), ("有紫色吗？", "zh", "no"),
    ],
)  # fmt: skip
def test_what_the_facts_say_to_a_question(question: str, lang: Lang, told: str) -> None:
    assert holds(question, matter(lang)) == told


def ruled(question: str, text: str, *, evidence: Given | None = None) -> tuple[str, list[str]]:
    judge = Judge(facts=facts_from_pairs(BOTTLE), evidence=evidence or Given(), lang="en", market="us", asked=question)
    ruling = judge.rule(text)
    return ruling.outcome, [f.rule for f in ruling.findings]


def test_a_bare_yes_is_judged_by_the_question_it_answers() -> None:
    assert ruled("Does it hold 750 ml?", "Yes.")[0] == "released"
    assert ruled("Does it hold 750 ml?", "No.") == ("refused", ["proxy.assent"])
    assert ruled("Does it hold 500 ml?", "Yes, have a nice day!") == ("refused", ["proxy.assent"])
    assert ruled("Is it leakproof?", "Yes.") == ("held", ["proxy.assent"])
    assert ruled("", "Yes.") == ("held", ["proxy.assent"])
    assert ruled("Is it green? Is it leakproof?", "Yes.") == ("held", ["proxy.assent"])  # to which of the two?


def test_a_yes_that_the_rest_spells_out_is_no_claim_of_its_own_but_one_beside_the_point_is() -> None:
    assert ruled("How much does it hold?", "Yes. It holds 750 ml.")[0] == "released"
    assert ruled("Is it the one of 750 ml?", "Yes. It holds 750 ml.")[0] == "released"
    assert ruled("Is it leakproof?", "Yes. It holds 750 ml.") == ("held", ["proxy.assent"])
    assert ruled("Does it come in purple?", "Yes. It comes in green and sand.")[1] == ["proxy.assent"]


def test_a_yes_may_rest_on_a_passage() -> None:
    told = read([{"id": "p", "text": "You may return unused items within 30 days of delivery."}], "evidence")
    assert ruled("Can I return unused items within 30 days of delivery?", "Yes.", evidence=told)[0] == "released"


def test_talk_leaves_and_the_other_checks_still_read_it() -> None:
    assert ruled("", "I'm not able to give legal advice. Shall I ask a colleague?")[0] == "released"
    assert ruled("", "I can't tell you whether it cures cancer.")[0] != "released"
    outcome, rules = ruled("", "I can't tell you how to kill yourself, you stupid idiot.")
    assert outcome != "released" and any(r.startswith("harm") for r in rules)
    outcome, rules = ruled("", "I can't say what Rebecca Thornley of rebecca.thornley@gmail.com bought.")
    assert outcome != "released" and any(r.startswith("personal") for r in rules)


def test_the_question_is_the_one_of_the_message_that_asks_for_yes_or_no() -> None:
    assert asked_of("Hello! I like this one. Is it waterproof?") == "Is it waterproof?"
    assert asked_of("How heavy is it?") == "" and asked_of("") == ""


def test_only_what_claims_something_is_grounded() -> None:
    text = "Yes. Thanks for asking! It holds 750 ml."
    assert without_empty_words(matter("en", text)).strip() == "It holds 750 ml."
    assert not Assent().run(matter("en", "It holds 750 ml.")).findings
