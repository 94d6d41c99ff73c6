"""The desk and the editor in the console: what waits, decisions and their effect, one's own words under the guard."""

import re
from dataclasses import replace

import pytest
from tests.server.console.seeded import SignIn, said

from goodword.app import Goodword
from goodword.jobs import edit, queue, release
from goodword.jobs.draft import judged
from goodword.store import catalogue, desk, ledger, statements
from goodword.store.desk import Item
from goodword.types import CheckRun, Draft, Finding, MadeBy, Sentence

GOOD = "Made of 100% merino wool."
WRONG = "Made of 100% cotton."


def items(goodword: Goodword) -> dict[str, Item]:
    with goodword.store.read() as conn:
        return {i.draft.sku: i for i in desk.items(conn)}


# ---------------------------------------------------------------- the queue


def test_the_gravest_waits_first_and_then_the_oldest(goodword: Goodword) -> None:
    held = items(goodword)
    law = Finding(rule="US-HEALTH-01", severity="needs_evidence", start=0, end=4, authority="x", advice="y")
    touched = replace(held["CL-003"], ruling=replace(held["CL-003"].ruling, findings=(law,)))
    failed = replace(held["CL-001"], ruling=replace(
        held["CL-001"].ruling, findings=(), checks=(CheckRun(name="harm", version="1", ms=1, error="timed out"),)
    ))  # fmt: skip
    line = queue.queue([held["CL-002"], touched, failed], {})
    assert [w.item.draft.sku for w in line] == ["CL-001", "CL-003", "CL-002"]
    assert (line[0].reasons, line[1].reasons[0]) == (("failed",), "law")
    by_age = queue.queue([touched, held["CL-002"], failed], {}, by_age=True)
    assert [w.item.id for w in by_age] == sorted(w.item.id for w in by_age)


def test_the_same_words_weigh_more_on_goods_that_can_hurt(goodword: Goodword) -> None:
    held = items(goodword)["CL-003"]  # 'lasts for decades' is a promise
    assert queue.rate(held, "clothing").risk == "medium"
    assert queue.rate(held, "infant").risk == "high"


def test_the_queue_tells_what_is_at_stake_in_both_languages(sign_in: SignIn) -> None:
    client = sign_in("viewer")
    page = said(client.get("/desk").text)
    assert "It never pills" in page and "a number or a promise has no fact" in page and "Waiting (3)" in page
    assert "It never pills" not in said(client.get("/desk?text=zh").text)
    assert "Nothing fits" in said(client.get("/desk?risk=high").text)
    assert "数字或承诺没有事实依据" in said(client.get("/desk?lang=zh").text)


# ---------------------------------------------------------------- decisions


def test_an_approval_releases_the_text_and_goes_on_with_the_next(sign_in: SignIn, goodword: Goodword) -> None:
    client, item = sign_in("approver", name="ada2"), items(goodword)["CL-003"]
    answer = client.post(f"/desk/{item.id}", data={"decision": "approved", "reason": "the mill warrants it"})
    assert answer.status_code == 303 and re.match(r"/desk/\d+\?done=approved", answer.headers["location"])
    assert "Approved and released" in said(client.get(answer.headers["location"]).text)
    page = said(client.get(f"/desk/{item.id}").text)
    assert "the mill warrants it" in page and "Released as CL-003/en/uk/social" in page and "by ada2" in page
    assert "the mill warrants it" in said(client.get("/desk/decided").text)
    with goodword.store.read() as conn:
        entry = next(iter(ledger.entries(conn, kind="approved")))
        assert statements.by_key(conn, item.key) is not None and entry.actor == "user:ada2"


def test_a_decision_needs_a_reason_and_keeps_the_page(sign_in: SignIn, goodword: Goodword) -> None:
    item = items(goodword)["CL-003"]
    answer = sign_in("approver").post(f"/desk/{item.id}", data={"decision": "rejected", "reason": " "})
    assert answer.status_code == 422 and "a decision needs a reason" in said(answer.text)
    assert items(goodword)["CL-003"].state == "waiting"


def test_what_was_decided_is_not_decided_twice(sign_in: SignIn, goodword: Goodword) -> None:
    client, item = sign_in("approver"), items(goodword)["CL-001"]
    assert client.post(f"/desk/{item.id}", data={"decision": "rejected", "reason": "no"}).status_code == 303
    again = client.post(f"/desk/{item.id}", data={"decision": "approved", "reason": "yes"})
    assert again.status_code == 422 and "already rejected" in said(again.text)
    assert "It is never shown" in said(client.get(f"/desk/{item.id}").text)


def test_who_may_not_decide_is_given_no_form_and_refused(sign_in: SignIn, goodword: Goodword) -> None:
    item = items(goodword)["CL-001"]
    for role in ("viewer", "writer", "auditor"):
        client = sign_in(role)
        assert 'name="decision"' not in client.get(f"/desk/{item.id}").text
        assert client.post(f"/desk/{item.id}", data={"decision": "approved", "reason": "x"}).status_code == 403


def test_with_four_eyes_the_writer_is_told_that_another_must_approve(sign_in: SignIn, goodword: Goodword) -> None:
    goodword.settings.server.four_eyes = True
    item = items(goodword)["CL-001"]  # user:wen had it written, and is already there
    client = sign_in("approver", "writer", name="wen")
    assert "another person must approve it" in said(client.get(f"/desk/{item.id}").text)
    answer = client.post(f"/desk/{item.id}", data={"decision": "approved", "reason": "mine"})
    assert answer.status_code == 422 and items(goodword)["CL-001"].state == "waiting"


def test_a_text_a_fact_contradicts_can_only_be_rejected(sign_in: SignIn, goodword: Goodword) -> None:
    item = items(goodword)["CL-003"]
    with goodword.store.begin() as conn:
        product = catalogue.get(conn, "CL-003")
        assert product is not None
        draft = replace(item.draft, text=WRONG)
        ruling = replace(judged(product, draft), outcome="held")
        number = release.release(conn, draft, ruling, key="blocked", producer="goodword", actor="user:wen").desk
    page = sign_in("approver").get(f"/desk/{number}")
    assert 'value="approved"' not in page.text and 'value="rejected"' in page.text
    assert "cannot be approved" in said(page.text)


# ---------------------------------------------------------------- one's own words


def test_the_guard_reads_along_and_keeps_nothing(sign_in: SignIn, goodword: Goodword) -> None:
    client, item = sign_in("writer"), items(goodword)["CL-003"]
    with goodword.store.read() as conn:
        before = ledger.head(conn)
    for text, told in (
        (GOOD, "released at once"),
        (WRONG, "cannot be released"),
        (item.draft.text, "wait at the desk"),
    ):
        page = said(client.post("/write/judge", data={"item": item.id, "text": text}).text)
        assert told in page, page
    with goodword.store.read() as conn:
        assert ledger.head(conn) == before


def test_advice_on_what_one_writes_comes_in_ones_own_language(sign_in: SignIn, goodword: Goodword) -> None:
    item = items(goodword)["CL-003"]
    page = sign_in("writer").post("/write/judge?lang=zh", data={"item": item.id, "text": WRONG}).text
    assert "与店铺事实不符" in said(page)


def test_better_words_are_released_and_the_held_text_waits_no_more(sign_in: SignIn, goodword: Goodword) -> None:
    client, item = sign_in("writer", name="wei"), items(goodword)["CL-003"]
    answer = client.post("/write/edit", data={"item": item.id, "text": GOOD})
    assert answer.status_code == 303 and "done=released" in answer.headers["location"]
    assert "took the place of the old one" in said(client.get(answer.headers["location"]).text)
    with goodword.store.read() as conn:
        made, old = statements.by_key(conn, item.key), desk.get(conn, item.id)
    assert old.state == "superseded" and made is not None
    assert (made.draft.text, made.draft.made_by.backend) == (GOOD, "person")
    assert {f.partition("#")[2] for s in made.draft.sentences for f in s.facts} >= {"material"}


def test_words_no_fact_supports_wait_in_the_place_of_the_old_ones(sign_in: SignIn, goodword: Goodword) -> None:
    client, item = sign_in("writer"), items(goodword)["CL-003"]
    answer = client.post("/write/edit", data={"item": item.id, "text": f"{GOOD} It is warm for a lifetime."})
    assert answer.status_code == 303 and "done=held" in answer.headers["location"]
    now = items(goodword)["CL-003"]
    assert now.id != item.id and "lifetime" in now.draft.text
    again = client.post("/write/edit", data={"item": item.id, "text": GOOD})
    assert again.status_code == 422 and "already superseded" in said(again.text)


def test_words_a_fact_contradicts_are_refused_and_stay_in_the_editor(sign_in: SignIn, goodword: Goodword) -> None:
    item = items(goodword)["CL-003"]
    answer = sign_in("writer").post("/write/edit", data={"item": item.id, "text": WRONG})
    assert answer.status_code == 422 and WRONG in answer.text and "Refused, and recorded" in said(answer.text)
    assert items(goodword)["CL-003"].id == item.id


def test_a_released_text_can_be_edited_and_is_then_the_one_that_is_shown(sign_in: SignIn, goodword: Goodword) -> None:
    client = sign_in("writer")
    with goodword.store.read() as conn:
        old = next(s for s in statements.of_product(conn, "CL-003") if s.statement.draft.lang == "en" and not s.stale)
    page = said(client.get("/write/text", params={"id": old.statement.id}).text)
    assert "What each sentence rests on" in page and "column Material" in page
    client.post("/write/edit", data={"statement": old.statement.id, "text": GOOD})
    with goodword.store.read() as conn:
        now = statements.by_key(conn, old.key)
        gone = statements.get(conn, old.statement.id)
    assert now is not None and now.draft.text == GOOD and gone is not None and gone.stale_why == "superseded"


def test_a_warning_may_not_be_edited_away(goodword: Goodword) -> None:
    with goodword.store.read() as conn:
        product = catalogue.get(conn, "CL-003")
        assert product is not None
    warning = "Keep away from fire."
    draft = Draft(sku="CL-003", text=f"{GOOD} {warning}", lang="en", market="uk", channel="listing",
                  sentences=(Sentence(start=len(GOOD) + 1, end=len(GOOD) + 1 + len(warning), facts=(), locked=True),),
                  made_by=MadeBy(backend="composer"))  # fmt: skip
    old = edit.Original(draft=draft, ruling=judged(product, draft), key="k", product=product)
    with pytest.raises(Exception, match=r"may not be changed or left out\. Keep: Keep away from fire"):
        edit.judge(old, GOOD)
    kept, _ = edit.judge(old, f"{warning} {GOOD}")
    assert [s.locked for s in kept.sentences] == [True, False]


def test_what_is_sent_after_the_product_changed_is_not_released(goodword: Goodword) -> None:
    item = items(goodword)["CL-003"]
    with goodword.store.read() as conn:
        old = edit.original(conn, item=item.id)
    draft, ruling = edit.judge(old, GOOD)
    with goodword.store.begin() as conn:
        catalogue.put(conn, replace(old.product, facts=old.product.facts[:3]))
    with pytest.raises(Exception, match="the product changed while you wrote"), goodword.store.begin() as conn:
        edit.put(conn, old, draft, ruling, producer="goodword", actor="user:wen")


def test_a_script_in_a_held_text_is_shown_as_text(sign_in: SignIn, goodword: Goodword) -> None:
    evil = "Made of 100% linen <script>alert(1)</script> and more."
    item = items(goodword)["CL-001"]
    with goodword.store.begin() as conn:
        product = catalogue.get(conn, "CL-001")
        assert product is not None
        draft = replace(item.draft, text=evil)
        held = replace(judged(product, draft), outcome="held")
        number = release.release(conn, draft, held, key="evil", producer="goodword", actor="user:wen").desk
    client = sign_in("approver", "writer")
    for path in ("/desk", f"/desk/{number}", f"/write/edit?item={number}", "/catalogue/product?sku=CL-001"):
        page = client.get(path).text
        assert "<script>alert" not in page and "&lt;script&gt;" in page, path


def test_advice_stands_in_the_readers_language_whatever_that_of_the_text(sign_in: SignIn, goodword: Goodword) -> None:
    client, chinese = sign_in("viewer"), items(goodword)["CL-002"]
    assert "Take it out, or add the fact with its source." in said(client.get(f"/desk/{chinese.id}?lang=en").text)
    assert "请删除，或补充有来源的事实。" in said(client.get(f"/desk/{chinese.id}?lang=zh").text)
