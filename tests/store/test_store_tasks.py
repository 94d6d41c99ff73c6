"""Tasks, their events and files, and kept replies, over both databases."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import update

from goodword.errors import InputError
from goodword.store import replies, tasks
from goodword.store.engine import Store
from goodword.store.tables import REPLIES, TASKS

ME, OTHER = tasks.worker_name(), tasks.worker_name()


def queued(store: Store, kind: str = "describe", **files: bytes) -> tasks.Task:
    with store.begin() as conn:
        return tasks.put(
            conn, kind, {"skus": ["A1", "中文"]}, "user:li", files={n: BytesIO(b) for n, b in files.items()}
        )


def taken(store: Store, worker: str = ME, kinds: tuple[str, ...] = ("describe",)) -> tasks.Task | None:
    with store.begin() as conn:
        return tasks.claim(conn, worker, kinds)


def test_the_oldest_that_waits_is_taken_first_and_only_by_who_can_do_it(store: Store) -> None:
    one, two = queued(store), queued(store)
    assert taken(store, kinds=("import",)) is None
    found = taken(store)
    assert found and (found.id, found.state, found.attempts, found.request) == (one.id, "running", 1, one.request)
    other = taken(store, OTHER)
    assert other and other.id == two.id
    assert taken(store) is None


def test_events_are_numbered_without_gaps_and_results_are_told_in_order(store: Store) -> None:
    task = queued(store)
    taken(store)
    with store.begin() as conn:
        assert tasks.tell(conn, task.id, ME, [("result", {"n": n}) for n in range(600)], done=600, total=700) is False
        tasks.finish(conn, task.id, ME, "done", result={"texts": 600})
    with store.read() as conn:
        events = [*tasks.events(conn, task.id), *tasks.events(conn, task.id, after=500)]
        assert [e.number for e in events] == list(range(1, 604))
        assert [r["n"] for r in tasks.results(conn, task.id)] == list(range(600))
        assert tasks.last_numbers(conn, [task.id, "none"]) == {task.id: 603}
        found = tasks.get(conn, task.id)
    assert found and found.ended and (found.done, found.total, found.result) == (600, 700, {"texts": 600})


def test_files_come_back_as_they_were_and_go_when_the_task_ends(store: Store, tmp_path: Path) -> None:
    big = bytes(range(256)) * 9000
    task = queued(store, a=big, b=b"x")
    taken(store)
    with store.read() as conn:
        found = tasks.files(conn, task.id, tmp_path)
    assert [(f.name, f.read_bytes()) for f in found] == [("a", big), ("b", b"x")]
    with store.begin() as conn:
        tasks.finish(conn, task.id, ME, "failed", error={"what": "no"})
        assert tasks.files(conn, task.id, tmp_path) == []


def test_a_task_whose_worker_is_dead_is_taken_over_and_the_dead_one_can_do_no_more(store: Store) -> None:
    task = queued(store)
    dead = ME.rsplit(":", 2)[0] + ":other:life"  # an earlier process of the same number
    taken(store, dead)
    found = taken(store)
    assert found and (found.id, found.attempts) == (task.id, 2)
    with pytest.raises(tasks.Lost), store.begin() as conn:
        tasks.tell(conn, task.id, dead, [("result", {})])
    with store.read() as conn:
        assert list(tasks.results(conn, task.id)) == []


def test_a_worker_on_another_machine_is_dead_when_it_was_silent_for_long(store: Store) -> None:
    task = queued(store)
    far = "far-away:1:x:y"
    assert taken(store, far)
    assert taken(store) is None
    long_ago = (datetime.now(UTC) - 2 * tasks.LEASE).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with store.begin() as conn:
        conn.execute(update(TASKS).values(beat=long_ago))
    found = taken(store)
    assert found and found.id == task.id


def test_what_is_given_back_is_taken_again(store: Store) -> None:
    task = queued(store)
    taken(store)
    with store.begin() as conn:
        tasks.give_back(conn, task.id, ME)
    found = taken(store, OTHER)
    assert found and (found.id, found.attempts) == (task.id, 1)  # a stop is no failed attempt


def test_a_person_ends_a_task(store: Store) -> None:
    waiting, running = queued(store), None
    with store.begin() as conn:
        assert tasks.cancel(conn, waiting.id).state == "cancelled"
    running = queued(store)
    taken(store)
    with store.begin() as conn:
        assert tasks.cancel(conn, running.id).wish == "cancel"
        assert tasks.tell(conn, running.id, ME) is True
        tasks.finish(conn, running.id, ME, "cancelled")
    for name in (waiting.id, "none"):
        with pytest.raises(InputError), store.begin() as conn:
            tasks.cancel(conn, name)


def test_tasks_are_listed_newest_first_and_forgotten_when_old(store: Store) -> None:
    made = [queued(store).id for _ in range(5)]
    with store.begin() as conn:
        page = tasks.newest(conn, limit=2)
        rest = tasks.newest(conn, before=page[-1].id)
        assert [t.id for t in page + rest] == made[::-1]
        assert tasks.count(conn) == {"queued": 5}
        tasks.cancel(conn, made[0])
        assert tasks.forget(conn, "2000") == 0
        assert tasks.forget(conn, "2999") == 1
        assert tasks.get(conn, made[0]) is None


def test_a_key_is_claimed_once_and_keeps_its_reply(store: Store) -> None:
    with store.begin() as conn:
        assert replies.take(conn, "key:a", "k", "hash") is None
        first = replies.take(conn, "key:a", "k", "hash")
        assert first == replies.Reply(request="hash")
        assert replies.take(conn, "key:b", "k", "hash") is None
        replies.keep(conn, "key:a", "k", 202, {"location": "/x"}, b"\x00body")
    with store.begin() as conn:
        kept = replies.take(conn, "key:a", "k", "other")
        assert kept == replies.Reply(request="hash", status=202, headers={"location": "/x"}, body=b"\x00body")
        replies.drop(conn, "key:a", "k")
        assert replies.take(conn, "key:a", "k", "other") is None


def test_a_request_that_died_frees_its_key_and_old_replies_go(store: Store) -> None:
    old = (datetime.now(UTC) - timedelta(hours=25)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with store.begin() as conn:
        replies.take(conn, "a", "k", "1")
        conn.execute(update(REPLIES).values(made=old))
        assert replies.take(conn, "a", "k", "2") is None
        conn.execute(update(REPLIES).values(made=old))
        assert replies.forget(conn) == 1
