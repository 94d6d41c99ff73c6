"""The ledger in the console: searched by an auditor, verified to the broken link, handed over, erased by an admin."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from goodword.app import Goodword
from goodword.store import conversations, ledger
from goodword.store.tables import LEDGER


def position(goodword: Goodword, **asked: Any) -> int:
    with goodword.store.read() as conn:
        return next(iter(ledger.entries(conn, **asked))).position


def test_the_timeline_is_narrowed_by_kind_subject_and_who(signed: Any) -> None:
    otto = signed("otto")
    linen, shirt = "Wenmoor Men's Linen Shirt", "Wenmoor Women's Long-Sleeve T-Shirt"
    every, one = otto.read("/ledger"), otto.read("/ledger", subject="CL-001")
    assert all(f"Released {name}" in " ".join(every.split()) for name in (linen, shirt))
    assert linen in one and shirt not in one
    assert "English · United States · Product page · operator" in one and "Chinese · China · Product page" in one
    assert "user/wen" in otto.read("/ledger", kind="user")
    assert "Nothing fits" in otto.read("/ledger", actor="user:nobody")
    assert "Nothing fits" in otto.read("/ledger", until="2020-01-01")


def test_only_an_auditor_reads_and_searches_bodies(signed: Any, goodword: Goodword) -> None:
    at = position(goodword, subject="CL-001/en/us/listing")
    otto, vic = signed("otto"), signed("vic")
    assert "linen" in otto.read("/ledger/entry", position=at)
    hidden = vic.read("/ledger/entry", position=at)
    assert "linen" not in hidden and "an auditor may read it" in hidden and "Hash of this entry" in hidden
    found = otto.read("/ledger", text="linen")
    assert "Men's Linen Shirt" in found and "user/wen" not in found
    assert "user/wen" in vic.read("/ledger", text="linen")  # not searched for: it would tell what is in them


def test_the_chain_is_verified_and_the_anchor_compared(signed: Any) -> None:
    otto = signed("otto")
    anchor = otto.get("/ledger/anchor").text
    told = otto.submit("/ledger/verify", anchor=anchor).text
    assert "The chain holds" in told and "Your anchor stands in it" in told
    point = json.loads(anchor)
    wrong = json.dumps({**point, "hash": "00" * 32})
    assert f"Broken at entry {point['position']}" in otto.submit("/ledger/verify", anchor=wrong).text
    longer = json.dumps({**point, "position": point["position"] + 5})
    assert "the anchor has seen" in otto.submit("/ledger/verify", anchor=longer).text
    refused = otto.submit("/ledger/verify", anchor="no anchor")
    assert refused.status_code == 422 and "this is not an anchor of a ledger" in refused.text


def test_a_changed_entry_is_named_with_its_subject(signed: Any, goodword: Goodword) -> None:
    at = position(goodword, subject="CL-001/en/us/listing")
    with goodword.store.begin() as conn:
        conn.execute(update(LEDGER).where(LEDGER.c.position == at).values(actor="user:nobody"))
    told = signed("otto").submit("/ledger/verify?lang=en").text
    assert f"Broken at entry {at}" in told and "CL-001/en/us/listing" in told
    assert f"第 {at} 条处断链" in signed("otto").submit("/ledger/verify?lang=zh").text


def test_an_export_holds_what_was_asked_for_and_proves_itself(signed: Any, tmp_path: Path) -> None:
    otto = signed("otto")
    made = otto.submit("/ledger/export", subject="CL-001")
    assert made.status_code == 200 and made.headers["content-type"] == "application/zip"
    assert 'attachment; filename="goodword-ledger-' in made.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(made.content)) as bundle:
        bundle.extractall(tmp_path / "export")
    whole = (tmp_path / "export" / "ledger.jsonl").read_text("utf-8")
    assert "linen" in whole and "Antarctica" not in whole
    done = subprocess.run(
        [sys.executable, "-I", "verify.py"], cwd=tmp_path / "export", capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "Handed over" in otto.read("/ledger") and "otto" in otto.read("/ledger", kind="exported")


@pytest.mark.parametrize("name", ["vic", "wen", "ada"])
def test_others_may_neither_verify_nor_hand_over(signed: Any, name: str) -> None:
    person = signed(name)
    for path in ("/ledger/verify", "/ledger/export", "/ledger/anchor"):
        assert person.get(path).status_code == 403, path
    assert person.submit("/ledger/export").status_code == 403
    assert person.submit("/ledger/erase", position=1, why="x").status_code == 403


def test_an_admin_erases_a_body_with_a_reason_and_the_chain_still_holds(signed: Any, goodword: Goodword) -> None:
    at, ana = position(goodword, subject="CL-001/en/us/listing"), signed("ana")
    assert signed("otto").submit("/ledger/erase", position=at, why="x").status_code == 403
    assert ana.submit("/ledger/erase", position=at, why=" ").status_code == 422
    assert ana.submit("/ledger/erase", position=at, why="the customer asked").status_code == 303
    page = ana.read("/ledger/entry", position=at)
    assert "The body was erased" in page and "linen" not in page
    assert "The chain holds" in ana.submit("/ledger/verify").text


def test_an_entry_that_is_not_there_is_told(signed: Any) -> None:
    assert signed("vic").get("/ledger/entry?position=9999", headers={"Accept": "text/html"}).status_code == 404
    assert signed("vic").get("/ledger?since=soon").status_code == 422


def test_what_is_kept_of_a_customer_is_shown_to_an_auditor_and_erased_by_an_admin(
    signed: Any, goodword: Goodword
) -> None:
    with goodword.store.begin() as conn:
        conversations.start(conn, "hers", customer="cust-7", lang="en", market="us", days=9)
        conversations.add(conn, "hers", "Is the linen shirt see-through?", lang="en", outcome="declined", reason="")
    otto, ana = signed("otto"), signed("ana")
    assert "see-through" in otto.read("/ledger/person", customer="cust-7")
    assert "Nothing is kept of this customer" in otto.read("/ledger/person", customer="cust-8")
    assert otto.submit("/ledger/person/erase", customer="cust-7").status_code == 403
    assert signed("wen").get("/ledger/person").status_code == 403
    assert ana.submit("/ledger/person/erase", customer="cust-7").status_code == 303
    assert "Nothing is kept of this customer" in otto.read("/ledger/person", customer="cust-7")
    assert "see-through" not in ana.read("/questions")
    assert ana.submit("/ledger/person/erase").status_code == 422


def test_a_shopper_is_forgotten_in_the_model_too_and_it_is_on_record(signed: Any, goodword: Goodword) -> None:
    ana = signed("ana")
    assert "Forget this shopper" in ana.read("/ledger/person", shopper="u0002")
    assert ana.submit("/ledger/person/erase", shopper="u0002").status_code == 303
    page = ana.read("/ledger/person", shopper="u0002")
    assert "Nothing is kept of this shopper" in page and "On record" in page
    assert "this shopper is not known" in ana.read("/recommendations", shopper="u0002")
    with goodword.store.read() as conn:
        last = next(e for e in ledger.entries(conn, newest=True) if e.kind == "recommender deleted")
    assert last.actor == "user:ana" and "u0002" not in str(last.body)
