"""A run is resumed by what it is of; a text is made once in it."""

from decimal import Decimal

import pytest

from goodword.errors import InputError
from goodword.store import ledger, runs
from goodword.store.engine import Store

WORK = runs.Work(sku="S-1", lang="zh", market="cn", channel="listing")
OTHER = runs.Work(sku="S-1", lang="en", market="us", channel="listing")


def test_an_unfinished_run_of_the_same_input_is_found_again(store: Store) -> None:
    with store.begin() as conn:
        run = runs.start(conn, "settings", "input")
        assert runs.resume(conn, "settings", "input") == run
        assert runs.resume(conn, "settings", "other") is None
        assert runs.resume(conn, "other", "input") is None
        later = runs.start(conn, "settings", "input")
        assert runs.resume(conn, "settings", "input") == later
        runs.finish(conn, later.id, {"released": 2, "rate": 0.5})
        assert runs.resume(conn, "settings", "input") == run
        closed = runs.get(conn, later.id)
    assert closed.finished is not None
    assert closed.counts == {"released": 2, "rate": "0.5"}


def test_a_run_is_finished_once_and_only_if_it_exists(store: Store) -> None:
    with store.begin() as conn:
        run = runs.start(conn, "s", "i")
        runs.finish(conn, run.id)
        with pytest.raises(InputError, match="already finished"):
            runs.finish(conn, run.id)
        with pytest.raises(InputError, match="no run"):
            runs.finish(conn, "nothing")


def test_a_text_is_taken_once_and_done_once(store: Store) -> None:
    with store.begin() as conn:
        run = runs.start(conn, "s", "i")
        assert runs.take(conn, run.id, WORK)
        assert not runs.take(conn, run.id, WORK)
        assert runs.finished(conn, run.id, ["S-1"]) == frozenset()
        runs.done(conn, run.id, WORK, "held", note="silent")
        with pytest.raises(InputError, match="not in hand"):
            runs.done(conn, run.id, WORK, "released")
        with pytest.raises(InputError, match="not in hand"):
            runs.done(conn, run.id, OTHER, "released")
        assert runs.take(conn, run.id, OTHER)
        assert runs.finished(conn, run.id, ["S-1", "S-2"]) == {WORK}
        assert runs.finished(conn, run.id, ["S-2"]) == frozenset()


def test_a_text_taken_in_a_transaction_that_failed_is_free_again(store: Store) -> None:
    with store.begin() as conn:
        run = runs.start(conn, "s", "i")
    with pytest.raises(RuntimeError), store.begin() as conn:
        assert runs.take(conn, run.id, WORK)
        raise RuntimeError
    with store.begin() as conn:
        assert runs.take(conn, run.id, WORK)


def test_the_summary_counts_outcomes_and_reasons_and_adds_up_money_exactly(store: Store) -> None:
    with store.begin() as conn:
        run = runs.start(conn, "s", "i")
        for n in range(10):
            work = runs.Work(sku=f"S-{n}", lang="zh", market="cn", channel="listing")
            assert runs.take(conn, run.id, work)
            position = ledger.append(conn, "released", work.sku, {}, "op").position
            runs.done(conn, run.id, work, "released", ledger=position, cost=Decimal("0.1"), note="" if n else "plain")
        assert runs.take(conn, run.id, OTHER)  # in hand, not done
    with store.read() as conn:
        told = runs.summary(conn, run.id)
    assert told.outcomes == {"released": 10}
    assert told.notes == {("released", ""): 9, ("released", "plain"): 1}
    assert str(told.cost) == "1.0"
    assert told.run == run
