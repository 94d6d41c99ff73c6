"""Conversations as a list, and the ledger searched: over SQLite and PostgreSQL."""

from goodword.store import conversation_list, conversations, ledger
from goodword.store.engine import Store


def _asked(store: Store, name: str, *questions: tuple[str, str], customer: str | None = None) -> None:
    with store.begin() as conn:
        conversations.start(conn, name, customer=customer, lang="en", market="us", days=9)
        for question, outcome in questions:
            conversations.add(conn, name, question, lang="en", outcome=outcome, reason="", products=["A1"])


def test_a_conversation_stands_in_the_list_by_its_latest_question(store: Store) -> None:
    _asked(store, "one", ("How long is it?", "answered"), ("And 100% cotton?", "handed_over"), customer="c1")
    _asked(store, "two", ("可以退货吗？", "answered"))
    _asked(store, "one", ("Still there?", "declined"), customer="c1")
    with store.read() as conn:
        first, second = conversation_list.listed(conn)
        assert (first.id, first.question, first.questions, first.signed_in) == ("one", "Still there?", 3, True)
        assert (second.id, second.questions, second.signed_in) == ("two", 1, False)
        assert [s.id for s in conversation_list.listed(conn, before=first.last)] == ["two"]
        assert [s.id for s in conversation_list.listed(conn, outcome="answered")] == ["two"]
        assert conversation_list.listed(conn, outcome="handed_over") == []  # its latest question was declined
        assert conversation_list.one(conn, "two") == second
        assert conversation_list.one(conn, "three") is None
        assert conversation_list.counts(conn) == {"answered": 2, "handed_over": 1, "declined": 1, "waiting": 0}


def test_words_are_found_in_any_question_and_a_percent_sign_is_a_percent_sign(store: Store) -> None:
    _asked(store, "one", ("Is it 100% COTTON?", "answered"), ("Thanks", "answered"))
    _asked(store, "two", ("Is it 1000 years old?", "declined"))
    with store.read() as conn:
        assert [s.id for s in conversation_list.listed(conn, text="cotton")] == ["one"]
        assert [s.id for s in conversation_list.listed(conn, text="100%")] == ["one"]
        assert conversation_list.listed(conn, text="_") == []


def test_the_ledger_is_searched_for_words_of_its_bodies(store: Store) -> None:
    with store.begin() as conn:
        for n, text in enumerate(('a "quoted" word', "棉 100%", "plain"), 1):
            ledger.append(conn, "released" if n < 3 else "held", f"A{n}/en", {"text": text}, "user:li")
        ledger.erase(conn, 3, "asked", "user:li")
    with store.read() as conn:

        def found(**asked: str | int) -> list[int]:
            return [e.position for e in ledger.entries(conn, **asked)]  # type: ignore[arg-type]

        assert found(text='"quoted"') == [1]
        assert found(text="棉 100%") == [2]
        assert found(text="plain") == []  # erased is gone
        assert found(text="%") == [2]
        assert found(before=3) == [1, 2]
        assert [e.position for e in ledger.entries(conn, before=4, newest=True, limit=2)] == [3, 2]
        assert ledger.kinds(conn) == ("erased", "held", "released")
