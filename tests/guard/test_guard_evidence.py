"""Passages and counts of reviews as evidence."""

import pytest

from goodword.errors import InputError
from goodword.guard.evidence import read
from goodword.jobs.guarding import Guard
from goodword.types import Ruling

TALLIES = [
    {"about": "battery life is good", "count": 37, "of": 52},
    {"about": "尺码偏小", "count": 41, "of": 300},
]
RETURNS = {
    "id": "returns",
    "text": "Items can be returned within 30 days of delivery. Shipping is free on orders over $50. "
    "The warranty covers two years from purchase.",
}


def judge(text: str, evidence: object) -> Ruling:
    return Guard().check(text, evidence=evidence)


@pytest.mark.parametrize(
    "text",
    [
        "37 of 52 reviewers mention the good battery life.",
        "71% of reviewers praise the battery life.",
        "Over 70% of reviewers praise the battery life.",
        "Most reviewers say the battery life is good.",
        "300条评价里有41条说尺码偏小。",
        "41位买家反映尺码偏小。",
    ],
)
def test_it_lets_a_count_of_reviews_stand_that_the_shop_holds(text: str) -> None:
    ruling = judge(text, TALLIES)
    assert ruling.outcome == "released", ruling.findings
    assert ruling.verdicts[0].evidence[0].count in {37, 41}


@pytest.mark.parametrize(
    "text",
    [
        "38 of 52 reviewers mention the good battery life.",
        "37 of 50 reviewers mention the good battery life.",
        "75% of reviewers praise the battery life.",
        "Over 80% of reviewers praise the battery life.",
        "Nearly all reviewers praise the battery life.",
        "300条评价里有141条说尺码偏小。",
        "大多数买家反映尺码偏小。",
    ],
)
def test_it_refutes_a_count_that_is_not_the_one_held(text: str) -> None:
    ruling = judge(text, TALLIES)
    assert ruling.label == "violation"
    assert any(v.stance == "refuted" for v in ruling.verdicts)


def test_it_holds_a_count_of_what_was_not_counted() -> None:
    assert judge("9 of 10 buyers would buy the jacket again.", TALLIES).outcome == "held"


def test_a_number_of_a_passage_is_supported_with_its_span_in_the_passage() -> None:
    ruling = judge("The warranty is two years.", [RETURNS])
    (found,) = [e for v in ruling.verdicts for e in v.evidence]
    assert found.ref == "returns"
    assert RETURNS["text"][found.start : found.end] == found.quote == "two years"


def test_a_number_that_the_nearest_passage_gives_otherwise_is_refuted() -> None:
    assert judge("Items can be returned within 14 days of delivery.", [RETURNS]).label == "violation"


def test_facts_and_passages_are_evidence_together() -> None:
    ruling = Guard().check("It holds 750 ml. The warranty is two years.", {"capacity": "750 ml"}, evidence=[RETURNS])
    assert ruling.outcome == "released", ruling.findings


@pytest.mark.parametrize("given", [7, [7], [{"abot": "x"}], [{"about": "x", "count": 5, "of": 3}], [{"text": 5}]])
def test_evidence_that_is_neither_is_refused_with_a_cure(given: object) -> None:
    with pytest.raises(InputError) as told:
        read(given, "in.jsonl, line 3")
    assert told.value.where == "in.jsonl, line 3"
    assert told.value.cure


def test_a_passage_without_a_name_is_judged_like_any_other_evidence() -> None:
    care = "The cover is cotton. Wash the cover at 30 °C and the lining by hand."
    assert Guard().check("The lining is cotton.", evidence=care).checks[2].error == ""
