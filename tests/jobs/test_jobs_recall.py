"""A changed or wrong fact: what rests on it is taken back, on the record, and waits until it is written anew."""

from pathlib import Path

import pytest

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs import recall
from goodword.store import ledger, stale, statements

SHOP = (
    "sku,title_en,品名,Material,材质\nA1,Plain T-shirt,素色T恤,100% cotton,100%棉\nA2,Steel Flask,钢水壶,steel,不锈钢\n"
)


@pytest.fixture
def goodword(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Goodword:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.csv").write_text(SHOP, "utf-8")
    made = Goodword(store=str(tmp_path / "shop.db"), langs=("en", "zh"))
    assert [d.outcome for d in made.describe("shop.csv")] == ["released"] * 4
    return made


def change(goodword: Goodword, old: str, new: str) -> list[str]:
    """The catalogue again with another value; the statements that were taken back."""
    from goodword.store import catalogue

    path = Path("shop.csv")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with goodword.store.begin() as conn:
        return [s for p in goodword.products(path)
                for s in recall.taken_in(conn, catalogue.put(conn, p), actor="import")]  # fmt: skip


def fact_of(goodword: Goodword, sku: str, word: str) -> str:
    from goodword.store import catalogue

    with goodword.store.read() as conn:
        product = catalogue.get(conn, sku)
    assert product is not None
    return next(f.id for f in product.facts if word in f.text)


def test_a_changed_fact_takes_back_what_rests_on_it_and_nothing_else(goodword: Goodword) -> None:
    fact = fact_of(goodword, "A1", "100% cotton")
    taken = change(goodword, "100% cotton,100%棉", "100% linen,100%亚麻")
    assert taken and all(s.startswith("A1/") for s in taken)
    with goodword.store.read() as conn:
        assert statements.latest(conn, "A1", "en", "us", "listing") is None
        assert statements.latest(conn, "A2", "en", "us", "listing") is not None
        entry = next(ledger.entries(conn, kind="recalled", subject=fact))
        assert entry.body and entry.body["statements"] == taken
        assert ledger.verify(conn).ok


def test_it_is_listed_until_it_is_written_anew_and_then_no_more(goodword: Goodword) -> None:
    fact = fact_of(goodword, "A1", "100% cotton")
    taken = change(goodword, "100% cotton,100%棉", "100% linen,100%亚麻")
    with goodword.store.read() as conn:
        found = recall.look(conn, fact)
        waiting = stale.waiting(conn)
        assert stale.count_waiting(conn) == len(waiting)
    assert {p.statement for p in found.places} == set(taken) == {p.statement for p in waiting}
    assert found.waiting == len(taken)
    done = list(recall.rewritten(goodword.store, waiting, goodword.order(composer=True)))
    assert [d.outcome for d in done] == ["released"] * len(taken)
    assert "linen" in next(d.draft.text for d in done if d.draft.lang == "en")
    with goodword.store.read() as conn:
        assert not stale.waiting(conn)
        assert recall.look(conn, fact).waiting == 0
        assert len(recall.look(conn, fact).places) == len(taken)


def test_a_fact_that_is_wrong_takes_back_what_rests_on_it_as_it_is_now(goodword: Goodword) -> None:
    fact = fact_of(goodword, "A2", "steel")
    with goodword.store.begin() as conn:
        assert recall.recall(conn, fact, why="", actor="li").taken == 0
        found = recall.recall(conn, fact, why="it is aluminium", actor="li", every=True)
    assert found.taken == len(found.places) > 0
    assert found.waiting == found.taken
    with goodword.store.read() as conn:
        assert statements.latest(conn, "A2", "en", "us", "listing") is None
        assert recall.look(conn, fact).places
        entry = ledger.get(conn, found.ledger or 0)
        assert (entry.actor, entry.body and entry.body["why"]) == ("li", "it is aluminium")


def test_recalling_twice_records_once(goodword: Goodword) -> None:
    fact = fact_of(goodword, "A2", "steel")
    with goodword.store.begin() as conn:
        one = recall.recall(conn, fact, why="", actor="li", every=True)
        two = recall.recall(conn, fact, why="", actor="li", every=True)
    assert one.ledger and two.ledger is None
    assert [p.statement for p in two.places] == [p.statement for p in one.places]


def test_an_unknown_fact_is_told_with_those_there_are(goodword: Goodword) -> None:
    with goodword.store.read() as conn:
        with pytest.raises(InputError, match="A1#material"):
            recall.look(conn, "A1#nothing")
        with pytest.raises(InputError, match="SKU#NAME"):
            recall.look(conn, "nothing")
