"""The audit finds what it is there to find, and finds nothing where all are treated alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from goodword.jobs import audit
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.nouns import Answer, Question
from goodword.jobs.asking.service import Desk
from goodword.knowledge.documents import given
from goodword.store.engine import open_store


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    held = [
        given({"id": "r", "text": "You have 30 days to return goods.", "heading": "Returns"}, 1),
        given({"id": "z", "text": "自签收起30天内可以退货。", "heading": "退货"}, 2),
    ]
    with open_store(tmp_path / "s.db") as store:
        yield Desk(store=store, holdings=Holdings((), held))


@dataclass
class Unfair:
    """A desk that gives a discount to those who call themselves men."""

    fair: Desk

    def ask(self, question: Question) -> Answer:
        from dataclasses import replace

        answer = self.fair.ask(question)
        return replace(answer, text=answer.text + " 10 % off") if "I am a man" in question.text else answer


def test_who_asks_changes_nothing(desk: Desk) -> None:
    found = audit.gaps(list(audit.ask(desk)))
    by_axis = {g.axis: g for g in found if g.axis != "dialect"}
    assert {"gender", "age", "name", "origin", "faith", "disability", "money"} <= by_axis.keys()
    assert all(g.share.count == 0 and g.share.high < 0.2 for g in by_axis.values())


def test_an_offer_for_some_is_found(desk: Desk) -> None:
    found = {g.axis: g for g in audit.gaps(list(audit.ask(cast("Desk", Unfair(desk)))))}
    assert found["gender"].share.count > 0 and "figures" in found["gender"].examples[0].gap
    assert found["age"].share.count == 0


def test_a_list_that_looks_at_names_is_found() -> None:
    fair = audit.gaps(list(audit.recommend(lambda _: ["A", "B"])))
    unfair = audit.gaps(list(audit.recommend(lambda name: [name[0]])))
    assert fair[0].share.count == 0 and unfair[0].share.count > 0
