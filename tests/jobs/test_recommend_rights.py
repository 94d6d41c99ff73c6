"""Histories can be seen, corrected and deleted, with effect at once and on the record."""

import time
from pathlib import Path

import numpy as np
import pytest
from tests.jobs.recommend_shop import events, products, store_with_goods, voice

from goodword.errors import DataError, InputError
from goodword.jobs import recommend_fit, recommend_folder, recommend_rights
from goodword.jobs.recommend import Ask, Recommender
from goodword.jobs.recommend_fit import Input
from goodword.jobs.recommend_standing import token
from goodword.rankers.base import names, open_ranker
from goodword.rankers.rerank.rules import load as load_rules
from goodword.store import ledger
from goodword.store.engine import Store

KINDS = [n for n in names() if n in {"linear", "neighbours", "personal", "popular", "auto"}]


def fit(folder: Path, store: Store, ranker: str = "linear", given: Input | None = None) -> recommend_fit.Report:
    found, kinds = events()
    given = given or Input(events=found, kinds=kinds, products=products())
    return recommend_fit.fit(folder, store, given, open_ranker(ranker), load_rules(), market="cn", actor="tester")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return store_with_goods(tmp_path)


@pytest.mark.parametrize("ranker", KINDS)
def test_a_folder_gives_back_what_was_put_in(tmp_path: Path, store: Store, ranker: str) -> None:
    fit(tmp_path / "r", store, ranker)
    fitted, _, _ = recommend_folder.read(tmp_path / "r")
    found, kinds = events()
    whole = open_ranker(ranker).fit(found)
    assert fitted.events.user_ids == found.user_ids
    assert (np.asarray(fitted.kinds) == kinds).all()
    for user in range(5):
        history = fitted.events.history(user, now=found.now)
        np.testing.assert_allclose(fitted.ranker.scores(history), whole.scores(history), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("ranker", KINDS)
def test_a_deleted_shopper_is_gone_from_the_model_as_if_they_had_never_come(
    tmp_path: Path, store: Store, ranker: str
) -> None:
    fit(tmp_path / "r", store, ranker)
    found, _ = events()
    code = found.user_ids.code("u0002")
    assert code is not None
    done = recommend_rights.delete(tmp_path / "r", store, "u0002", actor="tester")
    assert (done.act, done.events) == ("deleted", int(found.starts[code + 1] - found.starts[code]))
    fitted, _, digest = recommend_folder.read(tmp_path / "r")
    assert digest == done.after != done.before
    never = found.where(found.users != code)
    without = open_ranker(ranker).fit(never)
    for user in (0, 4, 7):
        history = never.history(user, now=found.now)
        np.testing.assert_allclose(fitted.ranker.scores(history), without.scores(history), rtol=1e-5, atol=1e-9)
    assert recommend_rights.see(fitted, "u0002") == ()


def test_nothing_on_disk_names_a_deleted_shopper(tmp_path: Path, store: Store) -> None:
    fit(tmp_path / "r", store)
    assert any(b"u0002" in p.read_bytes() for p in (tmp_path / "r").rglob("*") if p.is_file())
    recommend_rights.delete(tmp_path / "r", store, "u0002", actor="tester")
    assert [p for p in (tmp_path / "r").rglob("*") if p.is_file() and b"u0002" in p.read_bytes()] == []
    told = Recommender(recommend_folder.read(tmp_path / "r")[0], store, voice())
    assert told.for_shopper("u0002", Ask(k=5)).general == "unknown"
    assert "u0002" not in {r.shopper for r in told.everyone(Ask(k=1, personal=False))}


def test_the_deletion_can_be_proved(tmp_path: Path, store: Store) -> None:
    fit(tmp_path / "r", store)
    before = recommend_rights.prove(tmp_path / "r", store, "u0002")
    assert before.held > 0
    assert before.agrees
    done = recommend_rights.delete(tmp_path / "r", store, "u0002", actor="tester")
    proof = recommend_rights.prove(tmp_path / "r", store, "u0002")
    assert (proof.held, proof.agrees) == (0, True)
    assert proof.entries[-1]["position"] == done.ledger
    assert proof.entries[-1]["shopper"] == token("u0002")
    with store.read() as conn:
        assert ledger.verify(conn).ok
        assert "u0002" not in str([e.body for e in ledger.entries(conn, subject=recommend_rights.SUBJECT)])


def test_a_folder_that_was_put_back_from_before_does_not_agree_with_the_ledger(tmp_path: Path, store: Store) -> None:
    import shutil

    fit(tmp_path / "r", store)
    shutil.copytree(tmp_path / "r", tmp_path / "old")
    recommend_rights.delete(tmp_path / "r", store, "u0002", actor="tester")
    assert not recommend_rights.prove(tmp_path / "old", store, "u0002").agrees


def test_what_was_deleted_does_not_come_back_with_the_next_export(tmp_path: Path, store: Store) -> None:
    fit(tmp_path / "r", store)
    held = recommend_rights.delete(tmp_path / "r", store, "u0002", actor="tester").events
    sku = recommend_rights.see(recommend_folder.read(tmp_path / "r")[0], "u0004")[0].sku
    recommend_rights.correct(tmp_path / "r", store, "u0004", [sku], actor="tester")
    report = fit(tmp_path / "r", store)
    assert report.left_out["deleted"] > held
    fitted, _, _ = recommend_folder.read(tmp_path / "r")
    assert recommend_rights.see(fitted, "u0002") == ()
    assert sku not in {r.sku for r in recommend_rights.see(fitted, "u0004")}
    assert recommend_rights.prove(tmp_path / "r", store, "u0002").agrees


def test_a_history_is_seen_and_a_present_taken_out_of_it(tmp_path: Path, store: Store) -> None:
    fit(tmp_path / "r", store)
    fitted, _, _ = recommend_folder.read(tmp_path / "r")
    rows = recommend_rights.see(fitted, "u0004")
    assert {r.kind for r in rows} >= {"view", "purchase"}
    assert list(rows) == sorted(rows, key=lambda r: r.time)
    gone = rows[0].sku
    done = recommend_rights.correct(tmp_path / "r", store, "u0004", [gone], actor="tester")
    after, _, _ = recommend_folder.read(tmp_path / "r")
    left = recommend_rights.see(after, "u0004")
    assert done.act == "corrected"
    assert [r for r in rows if r.sku != gone] == list(left)
    found, _ = events()
    code, item = found.user_ids.code("u0004"), found.item_ids.code(gone)
    never = found.where((found.users != code) | (found.items != item))
    without = open_ranker("linear").fit(never)
    history = never.history(0, now=found.now)
    np.testing.assert_allclose(after.ranker.scores(history), without.scores(history), rtol=1e-5, atol=1e-9)


def test_an_objection_holds_until_it_is_withdrawn(tmp_path: Path, store: Store) -> None:
    fit(tmp_path / "r", store)

    def general() -> str:
        fitted, _, _ = recommend_folder.read(tmp_path / "r")
        return Recommender(fitted, store, voice()).for_shopper("u0002", Ask(k=3)).general

    assert general() == ""
    recommend_rights.object_(tmp_path / "r", store, "u0002", actor="tester")
    assert general() == "objection"
    fit(tmp_path / "r", store)
    assert general() == "objection"
    recommend_rights.object_(tmp_path / "r", store, "u0002", actor="tester", withdraw=True)
    assert general() == ""


def test_an_unknown_shopper_or_product_is_told(tmp_path: Path, store: Store) -> None:
    fit(tmp_path / "r", store)
    with pytest.raises(InputError, match="nothing is held of shopper 'nobody'"):
        recommend_rights.delete(tmp_path / "r", store, "nobody", actor="tester")
    with pytest.raises(InputError, match="nothing is held of product 'no such'"):
        recommend_rights.correct(tmp_path / "r", store, "u0002", ["no such"], actor="tester")
    with pytest.raises(InputError, match="no fitted recommender"):
        recommend_folder.read(tmp_path / "elsewhere")


def test_a_folder_that_was_altered_is_refused(tmp_path: Path, store: Store) -> None:
    fit(tmp_path / "r", store)
    at = recommend_folder.current(tmp_path / "r")
    assert at
    path = at / "general.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(DataError, match="altered"):
        recommend_folder.read(tmp_path / "r")


def test_events_of_the_future_are_left_out_and_counted(tmp_path: Path, store: Store) -> None:
    from goodword.rankers.interactions import interactions

    now = int(time.time())
    made = interactions(["a", "a", "b"], ["x", "y", "x"], times=[now - 86400, now + 40 * 86400, now - 5])
    report = fit(tmp_path / "r", store, "popular", Input(events=made, kinds=np.full(3, 3, np.int8)))
    assert report.left_out["future"] == 1
    only = interactions(["a"], ["x"], times=[now + 40 * 86400])
    with pytest.raises(InputError, match="no event to learn from"):
        fit(tmp_path / "s", store, "popular", Input(events=only, kinds=np.full(1, 3, np.int8)))


def test_a_fit_that_fails_leaves_the_old_one_in_place(tmp_path: Path, store: Store) -> None:
    from goodword.rankers.interactions import interactions

    first = fit(tmp_path / "r", store)
    with pytest.raises(InputError):
        fit(tmp_path / "r", store, "linear", Input(events=interactions([], []), kinds=np.empty(0, np.int8)))
    assert recommend_folder.read(tmp_path / "r")[2] == first.hash
    assert [p.name for p in (tmp_path / "r").iterdir() if p.name.startswith(".")] == []


def test_what_a_killed_process_left_behind_is_cleared_and_never_read(tmp_path: Path, store: Store) -> None:
    first = fit(tmp_path / "r", store)
    left = tmp_path / "r" / ".part-killed"
    left.mkdir()
    (left / "card.json").write_text("{", "utf-8")
    assert recommend_folder.read(tmp_path / "r")[2] == first.hash
    fit(tmp_path / "r", store)
    assert not left.exists()
    assert len(list((tmp_path / "r").glob("v[0-9]*"))) == 1


def test_a_version_replaced_while_it_is_read_is_read_anew(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit(tmp_path / "r", store)
    at = recommend_folder.current(tmp_path / "r")
    assert at
    answers = [at, *([None] * 5)]
    real = recommend_folder.current

    def stale(folder: Path, *, missing_ok: bool = False) -> Path | None:
        return answers.pop(0) or real(folder, missing_ok=missing_ok)

    second = fit(tmp_path / "r", store)
    monkeypatch.setattr(recommend_folder, "current", stale)
    assert recommend_folder.read(tmp_path / "r")[2] == second.hash
