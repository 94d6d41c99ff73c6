"""Killed at any moment, or writing side by side: nothing lost, nothing doubled, one chain."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from goodword.store import ledger, runs, statements
from goodword.store.engine import Store, open_store
from goodword.store.tables import STATEMENTS, WORK

# Does what the describe job does: one transaction per text; says the sku only once it is committed.
WRITER = """
import sys
from goodword.store import ledger, runs, statements
from goodword.store.engine import open_store
from goodword.types import Draft, MadeBy, Mark, Ruling, Statement

url, texts = sys.argv[1], int(sys.argv[2])
store = open_store(url)
with store.begin() as conn:
    run = runs.resume(conn, "settings", "input") or runs.start(conn, "settings", "input")
for n in range(texts):
    work = runs.Work(sku=f"S-{n}", lang="zh", market="cn", channel="listing")
    with store.begin() as conn:
        if not runs.take(conn, run.id, work):
            continue
        draft = Draft(sku=work.sku, text="纯棉" * 50, lang="zh", market="cn", channel="listing", sentences=(),
                      made_by=MadeBy(backend="composer"))
        ruling = Ruling(outcome="released", label="ok", verdicts=(), findings=(), checks=())
        entry = ledger.append(conn, "released", work.sku, {"text": draft.text}, "op")
        statement = Statement(id=work.sku, draft=draft, ruling=ruling, mark=Mark(text="AI", metadata="{}"),
                              ledger=entry.position)
        statements.save(conn, statement, work.sku, {f"{work.sku}#material": 1})
        runs.done(conn, run.id, work, "released", ledger=entry.position)
    print(work.sku, flush=True)
print("end", flush=True)
"""


def writer(url: str, texts: int, out: Path) -> subprocess.Popen[bytes]:
    with out.open("ab") as sink:
        return subprocess.Popen([sys.executable, "-c", WRITER, url, str(texts)], stdout=sink)


def said(out: Path) -> list[str]:
    return out.read_text("utf-8").split() if out.exists() else []


def assert_whole(store: Store, texts: int) -> None:
    """Every text has one statement, one ledger entry and one work row, and they belong together."""
    with store.read() as conn:
        found = ledger.verify(conn)
        assert found.ok, found
        entries = {e.position: e.subject for e in ledger.entries(conn)}
        kept = {r.ledger: r.sku for r in conn.execute(select(STATEMENTS.c.ledger, STATEMENTS.c.sku))}
        work = {r.ledger: r.sku for r in conn.execute(select(WORK.c.ledger, WORK.c.sku))}
    assert entries == kept == work
    assert sorted(entries.values()) == sorted(f"S-{n}" for n in range(texts))


@pytest.mark.slow
def test_killed_twenty_times_nothing_is_lost_or_doubled(url: str, tmp_path: Path) -> None:
    texts, kills, out = 1500, 20, tmp_path / "said.txt"
    with open_store(url) as store:
        dice = random.Random(7)
        for kill in range(kills):
            child = writer(url, texts, out)
            at_least = texts * kill // kills // 2  # let it get somewhere, then strike at any moment
            while child.poll() is None and len(said(out)) <= at_least:
                time.sleep(0.002)
            time.sleep(dice.random() * 0.08)
            assert child.poll() is None, "it finished before it could be killed; give it more to do"
            child.send_signal(signal.SIGKILL)
            child.wait()
            with store.read() as conn:
                assert ledger.verify(conn).ok
                run = runs.resume(conn, "settings", "input")
                assert run is not None
                kept = {work.sku for work in runs.finished(conn, run.id, [f"S-{n}" for n in range(texts)])}
                assert set(said(out)) <= kept  # what it said was committed is there
        assert len(said(out)) > kills, "the kills came too early to prove anything"
        assert writer(url, texts, out).wait(120) == 0
        told = said(out)
        assert len(told) == len(set(told))
        assert_whole(store, texts)


@pytest.mark.slow
def test_two_processes_on_one_run_share_the_work_and_one_chain(url: str, tmp_path: Path) -> None:
    with open_store(url) as store:
        with store.begin() as conn:
            runs.start(conn, "settings", "input")
        outs = [tmp_path / f"{n}.txt" for n in range(2)]
        children = [writer(url, 300, out) for out in outs]
        assert [child.wait(120) for child in children] == [0, 0]
        told = [sku for out in outs for sku in said(out) if sku != "end"]
        assert sorted(told) == sorted(f"S-{n}" for n in range(300))
        assert_whole(store, 300)
        with store.read() as conn:
            assert len(list(statements.resting_on(conn, "S-7#material", 1))) == 1
            assert conn.execute(select(func.count()).select_from(STATEMENTS)).scalar() == 300
