"""The one door."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from goodword.catalogue.facts import facts_from_pairs
from goodword.errors import InputError
from goodword.guard.base import Matter
from goodword.guard.review import review
from goodword.jobs import label, release
from goodword.store import desk, ledger, statements
from goodword.store.engine import Store, open_store
from goodword.types import Draft, Lang, MadeBy, Market, Ruling, Sentence

FACTS = facts_from_pairs({"material": "cotton", "weight": "1 kg"}, sku="S")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "s.db") as opened:
        yield opened


def drafted(text: str, lang: Lang = "en", market: Market = "us") -> tuple[Draft, Ruling]:
    sentence = Sentence(start=0, end=len(text), facts=(FACTS[0].id,))
    draft = Draft(sku="S", text=text, lang=lang, market=market, channel="listing", sentences=(sentence,),
                  made_by=MadeBy(backend="scripted"))  # fmt: skip
    return draft, review(Matter(text=text, lang=lang, market=market, facts=FACTS))


def passed(store: Store, text: str) -> release.Passage:
    draft, ruling = drafted(text)
    with store.begin() as conn:
        return release.release(conn, draft, ruling, key=text, producer="shop", actor="t")


def test_what_the_guard_releases_becomes_a_statement_in_the_ledger(store: Store) -> None:
    found = passed(store, "Made of cotton.")
    assert found.statement
    with store.read() as conn:
        assert statements.by_key(conn, "Made of cotton.") == found.statement
        assert ledger.get(conn, found.ledger).kind == "released"


def test_what_is_held_waits_at_the_desk_until_a_person_gives_name_and_reason(store: Store) -> None:
    found = passed(store, "A durable cotton bag.")
    assert (found.outcome, found.statement) == ("held", None)
    assert found.desk
    with store.begin() as conn, pytest.raises(InputError, match="reason"):
        release.approve(conn, found.desk, who="Shop manager", reason=" ", producer="shop")
    with store.begin() as conn:
        approved = release.approve(conn, found.desk, who="Shop manager", reason="tested by us", producer="shop")
    assert approved.statement
    assert "reviewed by Shop manager" in approved.statement.mark.text
    assert approved.statement.released_by == "Shop manager"
    with store.begin() as conn, pytest.raises(InputError):
        release.reject(conn, found.desk, who="Shop manager", reason="again")


def test_with_four_eyes_who_had_it_written_may_not_approve_it(store: Store) -> None:
    found = passed(store, "A durable cotton bag.")
    assert found.desk
    with store.begin() as conn, pytest.raises(InputError, match="may not approve"):
        release.approve(conn, found.desk, who="t", reason="fine", producer="shop", four_eyes=True)
    with store.begin() as conn:
        assert desk.get(conn, found.desk).state == "waiting"
        assert release.approve(conn, found.desk, who="u", reason="fine", producer="shop", four_eyes=True).statement


def test_a_rejected_text_becomes_no_statement(store: Store) -> None:
    found = passed(store, "A durable cotton bag.")
    assert found.desk
    with store.begin() as conn:
        assert release.reject(conn, found.desk, who="Shop manager", reason="praise").outcome == "refused"
        assert desk.get(conn, found.desk).state == "rejected"
        assert statements.by_key(conn, "A durable cotton bag.") is None


def test_what_a_fact_contradicts_is_refused_and_recorded(store: Store) -> None:
    found = passed(store, "It weighs 2 kg.")
    assert (found.outcome, found.desk) == ("refused", None)
    with store.read() as conn:
        assert ledger.get(conn, found.ledger).kind == "refused"
        assert ledger.verify(conn).ok


def test_a_label_holds_both_elements_in_china_and_one_metadata_object() -> None:
    draft, _ = drafted("采用棉制成。", "zh", "cn")
    mark = label.mark(draft, producer="shop", produce_id="S/zh")
    assert "人工智能" in mark.text
    assert "生成" in mark.text
    aigc = json.loads(mark.metadata)["AIGC"]
    assert set(aigc) == {"Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID",
                         "ReservedCode2"}  # fmt: skip
    assert all(v.isascii() for v in aigc.values())


def test_a_producer_code_that_is_not_ascii_is_told() -> None:
    draft, _ = drafted("Made of cotton.")
    with pytest.raises(InputError, match="printable ASCII"):
        label.mark(draft, producer="店铺", produce_id="x")
