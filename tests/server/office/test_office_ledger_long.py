"""A ledger too long to wait for: checked and handed over beside the requests, watched or come back to."""

import io
import re
import time
import zipfile
from typing import Any

import pytest
from sqlalchemy import update

from goodword.app import Goodword
from goodword.server.work.kinds import ledger_export, ledger_verify
from goodword.store import ledger, tasks
from goodword.store.tables import LEDGER


@pytest.fixture(autouse=True)
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three entries are many."""
    monkeypatch.setattr(ledger_verify, "AT_ONCE", 3)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The worker comes to a ledger only when this is set."""
    from threading import Event

    let = Event()
    for kind in (ledger_verify, ledger_export):
        run = kind.run
        monkeypatch.setattr(kind, "run", lambda hand, run=run: let.wait(300) and run(hand))
    yield let
    let.set()


def done(goodword: Goodword, answer: Any) -> str:
    """Where the work is to be seen, when it has ended."""
    assert answer.status_code == 303, answer.text
    where: str = answer.headers["location"]
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with goodword.store.read() as conn:
            found = tasks.get(conn, where.partition("task=")[2])
        if found and found.ended:
            return where
        time.sleep(0.02)
    raise AssertionError(found)


def test_a_long_chain_is_checked_beside_the_requests_and_found_again(signed: Any, goodword: Goodword) -> None:
    otto = signed("otto")
    where = done(goodword, otto.submit("/ledger/verify", anchor=otto.get("/ledger/anchor").text))
    told = otto.read(where)
    assert "The chain holds" in told and "Your anchor stands in it" in told
    listed = otto.read("/ledger/verify")
    assert "Checked lately" in listed and "The chain holds" in listed
    assert all(word in otto.read("/ledger/verify", lang="zh") for word in ("近期核验", "链条完好"))


def test_a_broken_link_of_a_long_chain_is_named(signed: Any, goodword: Goodword) -> None:
    otto = signed("otto")
    with goodword.store.begin() as conn:
        at = next(iter(ledger.entries(conn, subject="CL-001/en/us/listing"))).position
        conn.execute(update(LEDGER).where(LEDGER.c.position == at).values(actor="user:nobody"))
    where = done(goodword, otto.submit("/ledger/verify"))
    told = otto.read(where)
    assert f"Broken at entry {at}" in told and "CL-001/en/us/listing" in told and "Look at this entry" in told
    assert f"Broken at entry {at}" in otto.read("/ledger/verify")
    handed = otto.read(done(goodword, otto.submit("/ledger/export")))
    assert f"Broken at entry {at}" in handed and "The file says so too" in handed


def test_what_is_still_read_says_so_without_a_script_too(signed: Any, goodword: Goodword, held: Any) -> None:
    otto = signed("otto")
    for path in ("/ledger/verify", "/ledger/export"):
        where = otto.submit(path).headers["location"]
        page = otto.get(where).text
        assert 'data-watch="' in page and '<meta http-equiv="refresh"' in page and "Look again" in page
        assert "Running" in otto.read(path) or "Queued" in otto.read(path)
    held.set()
    done(goodword, otto.submit("/ledger/verify"))


def test_a_long_ledger_is_handed_over_as_a_file_kept_for_a_week(signed: Any, goodword: Goodword) -> None:
    otto = signed("otto")
    where = done(goodword, otto.submit("/ledger/export", subject="CL-001"))
    page = otto.get(where).text
    assert "The file is there" in page and "Made lately" in otto.read("/ledger/export")
    href = re.search(r'href="(/v1/ledger/export/[^"]+)" download', page)
    assert href
    told = otto.get(href[1])
    assert "attachment" in told.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(told.content)) as bundle:
        whole = bundle.read("ledger.jsonl").decode()
    assert "linen" in whole and "Antarctica" not in whole
    with goodword.store.begin() as conn:
        assert len(list(ledger.entries(conn, kind="exported"))) == 1
        tasks.forget_made(conn, "2999")
    assert "no longer kept" in otto.read(where) and "download" not in otto.get(where).text.partition("<form")[0]


def test_work_that_is_none_of_the_ledgers_is_not_shown(signed: Any, goodword: Goodword) -> None:
    otto = signed("otto")
    verified = done(goodword, otto.submit("/ledger/verify")).partition("task=")[2]
    assert otto.get(f"/ledger/export?task={verified}").status_code == 404
    assert otto.get("/ledger/verify?task=none").status_code == 404
    assert signed("vic").get(f"/ledger/verify?task={verified}").status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "phone"), [("en", False), ("zh", True)], ids=["desktop", "phone"])
def test_one_watches_a_check_and_an_export_and_takes_the_file(browse: Any, held: Any, lang: str, phone: bool) -> None:
    page = browse("otto", lang=lang, phone=phone)
    en = lang == "en"
    page.goto("/ledger/verify")
    page.get_by_role("button", name="Verify now" if en else "立即核验").click()
    page.wait_for_selector("[data-watch] progress")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    held.set()
    page.wait_for_selector(".verdict.good")
    page.goto("/ledger/export")
    page.locator("form[action='/ledger/export'] button.primary").click()
    link = page.wait_for_selector(".verdict a[download]")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.startswith("goodword-ledger-")
