"""A batch that is killed at any moment and run again: nothing lost, nothing doubled."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from goodword.app import Goodword
from goodword.store import ledger, statements

PRODUCTS = 240


def shop(path: Path) -> Path:
    lines = ["sku,title,material,weight"]
    lines += [f'P{n},Bag {n},"{n % 90 + 5}% cotton, {95 - n % 90}% linen",{n + 100} g' for n in range(PRODUCTS)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.slow
def test_twenty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    source, db = shop(tmp_path / "shop.csv"), tmp_path / "shop.db"
    command = [
        sys.executable,
        "-m",
        "goodword",
        "describe",
        str(source),
        "--store",
        str(db),
        "-o",
        str(tmp_path / "r.jsonl"),
    ]
    chance = random.Random(20)
    killed = 0
    for _ in range(20):
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ})
        time.sleep(chance.uniform(0.6, 2.2))
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
            killed += 1
        child.wait()
    assert killed >= 5
    assert subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0
    results = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()]
    assert len(results) == PRODUCTS * 2
    with Goodword(store=str(db)) as goodword, goodword.store.read() as conn:
        assert ledger.verify(conn).ok
        subjects = [e.subject for e in ledger.entries(conn)]
        assert len(subjects) == len(set(subjects)) == PRODUCTS * 2
        for result in results[:20]:
            latest = statements.latest(conn, result["sku"], result["lang"], result["market"], "listing")
            assert latest is not None
            assert latest.draft.text == result["text"]
