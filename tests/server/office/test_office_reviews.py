"""Reviews in the console: a report over a file that is brought or the shop's own, in both languages."""

import time
from typing import Any

from goodword.app import Goodword
from goodword.store import tasks


def reported(goodword: Goodword, task: str) -> tasks.Task:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with goodword.store.read() as conn:
            found = tasks.get(conn, task)
        if found and found.ended:
            return found
        time.sleep(0.2)
    raise AssertionError("no report was made")


def test_the_shops_own_reviews_are_reported_on_in_both_languages(signed: Any, goodword: Goodword) -> None:
    wen = signed("wen")
    assert "reviews.jsonl" in wen.read("/reviews")
    begun = wen.submit("/reviews", own="yes")
    assert begun.status_code == 303
    task = begun.headers["location"].partition("task=")[2]
    done = reported(goodword, task)
    assert done.state == "done" and done.result and done.result["reviews"] == 620, done
    page = wen.read("/reviews/report", task=task)
    assert "content customers" in page and "What moves satisfaction" in page and "95% interval" in page
    assert "顾客怎么说" in wen.read("/reviews/report", task=task, lang="zh")
    assert wen.get("/reviews/report.json", params={"task": task, "lang": "zh"}).json()["lang"] == "zh"
    assert wen.get("/reviews/report.csv", params={"task": task}).text.startswith("\ufefftable,")
    assert "The file has not changed" in wen.read("/reviews", lang="en")
    sku = wen.get("/reviews/report.json", params={"task": task}).json()["products"][0]["id"]
    assert "in the whole shop" in wen.read("/reviews/product", task=task, sku=sku, lang="en")
    assert wen.get("/reviews/product", params={"task": task, "sku": "NOPE"}).status_code == 404


def test_a_file_that_is_brought_is_read_and_let_go(signed: Any, goodword: Goodword) -> None:
    evil = "<img src=x onerror=alert(1)>"
    rows = "".join(f'"Runs small and the zip broke, {n}. {evil}",{1 + n % 5},=cmd|calc\n' for n in range(12))
    wen = signed("wen")
    file = {"file": ("../../Äpfel 评价.csv", f"text,rating,product\n{rows}".encode(), "text/csv")}
    begun = wen.post("/reviews", files=file)
    assert begun.status_code == 303, begun.text
    task = begun.headers["location"].partition("task=")[2]
    assert reported(goodword, task).state == "done"
    page = wen.get("/reviews/report", params={"task": task}).text
    assert "<img src=x" not in page and "Äpfel 评价.csv" in page and ".." not in page.partition("Äpfel")[0][-8:]
    assert ",=cmd" not in wen.get("/reviews/report.csv", params={"task": task}).text  # no spreadsheet runs it
    with goodword.store.read() as conn:
        from sqlalchemy import func, select

        from goodword.store.tables import TASK_FILES

        assert conn.execute(select(func.count()).select_from(TASK_FILES)).scalar() == 0


def test_what_is_no_file_of_reviews_is_told_at_once_by_its_name(signed: Any) -> None:
    wen = signed("wen")
    for name, body in (
        ("cat.png", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("numbers.csv", b"a,b\n1,2\n"),
        ("empty.csv", b""),
    ):
        refused = wen.post("/reviews", files={"file": (name, body, "text/csv")})
        assert refused.status_code == 422 and 'role="alert"' in refused.text, name
    assert wen.submit("/reviews").status_code == 422


def test_a_viewer_reads_reports_and_makes_none(signed: Any) -> None:
    vic = signed("vic")
    assert "Report on this file" not in vic.read("/reviews")
    assert vic.submit("/reviews", own="yes").status_code == 403
    assert vic.get("/reviews/report?task=none").status_code == 404
