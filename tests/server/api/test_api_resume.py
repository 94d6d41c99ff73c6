"""Long work whose server is killed goes on where it was, and comes to what it would have come to in one go."""

import io
import random
from pathlib import Path
from typing import Any

import pytest
from awaiting import killed_in_the_middle, waited, worker  # type: ignore[import-not-found]  # beside this file

from goodword.app import Goodword
from goodword.catalogue import facts
from goodword.jobs import recall
from goodword.server.work.work import Work
from goodword.store import catalogue, ledger, stale, tasks

pytestmark = pytest.mark.slow
SAID = (
    "It is soft and warm",
    "the zip broke after a week",
    "delivery was slow",
    "尺码偏小",
    "颜色很好看",
    "质量一般，起球",
)


def in_one_go(folder: Path, kind: str, request: dict[str, Any], name: str, data: bytes) -> tuple[Any, list[Any]]:
    """What comes of a task that nothing stops."""
    with Goodword(store=str(folder / "other.db")) as other:
        task = Work(other).take(kind, request, "user:li", {name: io.BytesIO(data)}).id
        with worker(other):
            done = waited(other, task, lambda t: t.ended)
        with other.store.read() as conn:
            return done.result, list(tasks.results(conn, task))


def test_an_import_that_is_killed_goes_on_behind_the_last_batch_and_counts_every_row_once(
    goodword: Goodword, tmp_path: Path
) -> None:
    rows = [f"J{n:05},Linen shirt {n},100% linen,{200 + n % 50} g" if n % 150 else f"J{n:05},,," for n in range(1200)]
    data = ("sku,title,Material,Weight\n" + "\n".join(rows) + "\n").encode()
    request = {"name": "shop.csv", "talk": "en"}
    task = Work(goodword).take("import", request, "user:li", {"catalogue": io.BytesIO(data)}).id
    done = killed_in_the_middle(goodword, task, lambda t: t.done > 0)
    whole, bad = in_one_go(tmp_path, "import", request, "catalogue", data)
    with goodword.store.read() as conn:
        assert list(tasks.results(conn, task)) == bad
        assert catalogue.count(conn) == whole["products"]
    assert done.result == whole and whole["new"] > 3000 and whole["fresh"] == whole["products"]


def test_a_report_that_is_killed_reads_no_review_twice_and_says_the_same(goodword: Goodword, tmp_path: Path) -> None:
    rng = random.Random(7)
    rows = [f"{n},{rng.choice(SAID)} and {rng.choice(SAID)},P{n % 5},{1 + n % 5}" for n in range(2100)]
    data = ("id,text,product,rating\n" + "\n".join(rows) + "\n").encode()
    request = {"lang": "en", "name": "r.csv"}
    task = Work(goodword).take("review-report", request, "user:li", {"r.csv": io.BytesIO(data)}).id
    kept: list[bytes | None] = []

    def begun(found: tasks.Task) -> bool:
        with goodword.store.read() as conn:
            kept[:] = [tasks.kept_work(conn, task, 0)]
        return kept[0] is not None

    done = killed_in_the_middle(goodword, task, begun)
    whole, reports = in_one_go(tmp_path, "review-report", request, "r.csv", data)
    with goodword.store.read() as conn:
        mine = list(tasks.results(conn, task))
        assert tasks.kept_work(conn, task, 0) is None  # of no more use
        assert len(list(ledger.entries(conn, kind="released"))) == 2  # a digest a language
    assert done.result == whole
    for one, other in zip(mine, reports, strict=True):
        for report in (one["report"], other["report"]):
            report.pop("made"), report.pop("digest")
        assert one == other


_DIES_BEHIND_A_TEXT = """
import os
from goodword.server.work.hand import Hand
from goodword.store import ledger
kept = Hand.keep
def keep(self):
    with self.goodword.store.read() as conn:
        over = ledger.length(conn) > {length}
    return os.kill(os.getpid(), 9) if over else kept(self)
Hand.keep = keep
"""


def test_what_was_written_anew_is_told_although_the_server_dies_right_behind_it(goodword: Goodword) -> None:
    products = [
        facts.product_from(facts.record_from_pairs({"Material": "100% cotton", "Colour": "blue"}, sku=f"K{n}",
                                                   title=f"Shirt {n}", lang="en", product_class="", uri="test"))
        for n in range(3)
    ]  # fmt: skip
    before = list(goodword.describe(products))
    with goodword.store.begin() as conn:
        for product in products:
            recall.recall(conn, f"{product.sku}#material", why="", actor="user:li", every=True)
        places, length = stale.waiting(conn), ledger.length(conn)
    assert len(places) == sum(d.outcome == "released" for d in before) > 2
    task = Work(goodword).take("rewrite", {"skus": []}, "user:li").id

    def behind(found: tasks.Task) -> bool:
        with goodword.store.read() as conn:
            return ledger.length(conn) > length

    done = killed_in_the_middle(goodword, task, behind, first=_DIES_BEHIND_A_TEXT.format(length=length))
    with goodword.store.read() as conn:
        told = [(r["sku"], r["lang"], r["market"], r["channel"]) for r in tasks.results(conn, task)]
        written = [e for e in ledger.entries(conn, after=length) if e.kind in {"released", "held", "refused"}]
    assert sorted(told) == sorted((p.sku, p.lang, p.market, p.channel) for p in places)
    assert done.result == {"texts": len(places)} and len(written) == len(places)
