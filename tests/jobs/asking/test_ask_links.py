"""Answers are linked to what they rest on: a passage or fact that changes takes them back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from goodword.errors import InputError
from goodword.jobs import recall
from goodword.jobs.asking import shelf
from goodword.jobs.asking.nouns import Answer, Question
from goodword.jobs.asking.service import Desk
from goodword.knowledge.base import Held
from goodword.knowledge.documents import read
from goodword.store import ledger, passages, stale, statements
from goodword.store.engine import Store, open_store

RULES = """---
id: rules
lang: en
title: Returns
valid_from: 2026-01-01
---
# Returns

## How long you have
You may return unused goods within 30 days of receipt.

## Who pays
You pay the postage of a return unless the goods are faulty.
"""
DAY = date(2026, 11, 24)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "s.db") as found:
        yield found


def _held(tmp_path: Path, text: str) -> list[Held]:
    (tmp_path / "rules.en.md").write_text(text, "utf-8")
    return list(read([tmp_path / "rules.en.md"]))


def _asked(store: Store) -> Answer:
    desk = Desk(store=store, holdings=shelf.open_holdings(store))
    return desk.ask(Question(text="How many days do I have to return something?", as_of=DAY))


def test_an_answer_names_the_passages_it_rests_on_in_their_version(store: Store, tmp_path: Path) -> None:
    shelf.keep(store, _held(tmp_path, RULES))
    answer = _asked(store)
    assert answer.outcome == "answered" and "30 days" in answer.text
    with store.read() as conn:
        assert statements.versions_of(conn, answer.statement) == {"rules.en#how-long-you-have": 1}


def test_a_passage_that_changes_takes_back_the_answers_that_rest_on_it_and_no_other(
    store: Store, tmp_path: Path
) -> None:
    shelf.keep(store, _held(tmp_path, RULES))
    answer = _asked(store)
    other = Desk(store=store, holdings=shelf.open_holdings(store)).ask(
        Question(text="Who pays the postage of a return?", as_of=DAY)
    )
    shelf.keep(store, _held(tmp_path, RULES.replace("30 days", "14 days")))
    with store.read() as conn:
        first, second = statements.get(conn, answer.statement), statements.get(conn, other.statement)
        assert first is not None and first.stale_why == stale.CHANGED
        assert second is not None and second.stale is None
        assert [e.kind for e in ledger.entries(conn)][-1] == "recalled"
        places = list(stale.resting_on(conn, "rules.en#how-long-you-have"))
    assert [p.statement for p in places] == [answer.statement] and not places[0].waiting
    assert "14 days" in _asked(store).text


def test_a_wrong_passage_is_recalled_by_its_name(store: Store, tmp_path: Path) -> None:
    shelf.keep(store, _held(tmp_path, RULES))
    answer = _asked(store)
    with store.begin() as conn:
        found = recall.recall(conn, "rules.en#how-long-you-have", why="a typo", actor="t", every=True)
    assert found.taken == 1 and found.places[0].statement == answer.statement
    with store.read() as conn:
        assert list(recall.look(conn, "rules.en#how-long-you-have").places)


def test_a_passage_nobody_knows_cannot_be_recalled(store: Store) -> None:
    with store.read() as conn, pytest.raises(InputError, match="there is no fact"):
        recall.look(conn, "nothing#of-the-kind")


def test_what_is_kept_again_unchanged_takes_nothing_back(store: Store, tmp_path: Path) -> None:
    held = _held(tmp_path, RULES)
    shelf.keep(store, held)
    answer = _asked(store)
    shelf.keep(store, [replace(h) for h in held])
    with store.begin() as conn:
        saved = statements.get(conn, answer.statement)
        assert saved is not None and saved.stale is None
        passages.end(conn, ["rules.en#how-long-you-have"])
        assert recall.taken_of(conn, ["rules.en#how-long-you-have"], actor="t") == (answer.statement,)
