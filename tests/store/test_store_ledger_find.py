"""Words are found in the ledger whatever their case, a stretch at a time, and a search says how far it came."""

import pytest

from goodword.store import ledger, ledger_find
from goodword.store.engine import Store


def filled(store: Store, count: int = 30) -> None:
    with store.begin() as conn:
        for n in range(1, count + 1):
            kind = "held" if n % 2 else "released"
            text = "The Café sells LINEN and 亚麻" if n == 3 else f"text {n}"
            ledger.append(conn, kind, f"S-{n}/en/us/listing", {"draft": {"text": text}}, "user:li")


@pytest.mark.parametrize("words", ["linen", "LINEN", "Linen and 亚麻", "café", "CAFÉ", "亚麻"])
def test_words_are_found_whatever_their_case(store: Store, words: str) -> None:
    filled(store)
    with store.read() as conn:
        found = ledger_find.search(conn, words)
        assert [e.position for e in found.entries] == [3] and found.reached == 1
        assert [e.position for e in ledger.entries(conn, text=words)] == [3]


def test_a_search_without_time_says_how_far_it_came_and_goes_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_find, "_FIRST", 4)
    filled(store)
    with store.read() as conn:
        stops, before = [], None
        while True:
            found = ledger_find.search(conn, "linen", before=before, seconds=0)
            stops.append(found.reached)
            if found.entries or found.reached == 1:
                break
            before = found.reached
    assert stops == [27, 23, 19, 15, 11, 7, 3] and [e.position for e in found.entries] == [3]


def test_a_full_page_ends_at_its_last_entry(store: Store) -> None:
    filled(store)
    with store.read() as conn:
        first = ledger_find.search(conn, "TEXT", kind="held", limit=5)
        then = ledger_find.search(conn, "TEXT", kind="held", limit=5, before=first.reached)
    assert [e.position for e in first.entries] == [29, 27, 25, 23, 21]
    assert [e.position for e in then.entries] == [19, 17, 15, 13, 11]


def test_an_empty_ledger_and_an_erased_body_hold_no_words(store: Store) -> None:
    with store.read() as conn:
        assert ledger_find.search(conn, "linen") == ledger_find.Found(entries=(), reached=1)
    filled(store)
    with store.begin() as conn:
        ledger.erase(conn, 3, "asked", "user:li")
    with store.read() as conn:
        assert ledger_find.search(conn, "linen").entries == ()


def test_kinds_are_told_in_order_without_reading_every_entry(store: Store) -> None:
    with store.read() as conn:
        assert ledger.kinds(conn) == ()
    filled(store)
    with store.read() as conn:
        assert ledger.kinds(conn) == ("held", "released")
