"""Search: what is put is found, in either language and across them; what is dropped is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.errors import DataError
from goodword.search import encode, rank
from goodword.search.cut import tokens
from goodword.search.index import Index
from goodword.search.lexical import Doc, Lexical
from goodword.search.rank import Candidate
from goodword.search.vectors import CELLS_FROM, Vectors

DOCS = [
    Doc(id="refund", text="Refunds are paid within 7 days of the goods reaching our warehouse."),
    Doc(id="data", text="我们不出售个人信息。"),
    Doc(id="bank", text="The Kilovane K5-Pro holds 10,000mAh.", group="EL-001"),
]


@pytest.fixture(scope="module")
def index() -> Index:
    made = Index(encode.load())
    made.put(DOCS)
    return made


@pytest.mark.parametrize(
    ("query", "first"),
    [("k5 pro", "bank"), ("10000 mAh", "bank"), ("K5-PRO", "bank"), ("个人信息", "data"), ("refunds", "refund")],
)
def test_exact_numbers_names_and_words_are_found(index: Index, query: str, first: str) -> None:
    assert index.find(query)[0].id == first


def test_a_question_in_one_language_finds_a_passage_in_the_other(index: Index) -> None:
    assert index.find("do you sell my personal data")[0].id == "data"
    assert index.find("什么时候退款到账")[0].id == "refund"


def test_only_the_groups_asked_for_are_searched(index: Index) -> None:
    assert [h.id for h in index.find("days", groups=("EL-001",))] == ["bank"]


def test_a_replaced_document_is_found_by_its_new_words_and_not_by_its_old() -> None:
    index = Index(None)
    index.put(DOCS)
    index.put([Doc(id="refund", text="Vouchers last three years.")])
    assert index.find("vouchers")[0].id == "refund" and not index.find("warehouse")
    index.drop(["refund"])
    assert not index.find("vouchers") and len(index) == 2


def test_an_index_in_a_folder_is_there_when_it_is_opened_again(tmp_path: pytest.TempPathFactory) -> None:
    first = Lexical(tmp_path / "index")  # type: ignore[operator]
    first.put(DOCS)
    first.commit()
    assert Lexical(tmp_path / "index").find("warehouse", 3)[0][0] == "refund"  # type: ignore[operator]


@given(st.text(max_size=200))
def test_any_text_can_be_cut_and_searched_for(text: str) -> None:
    assert all(t and not t.isspace() for t in tokens(text))
    lexical = LEXICAL
    assert isinstance(lexical.find(text, 3), list)


LEXICAL = Lexical()
LEXICAL.put(DOCS)
LEXICAL.commit()


def test_vectors_give_back_what_was_put_and_forget_what_was_dropped() -> None:
    draw = np.random.default_rng(1)
    rows = draw.normal(size=(300, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = Vectors(16)
    vectors.put([str(n) for n in range(300)], rows)
    assert all(vectors.find(rows[n], 1)[0][0] == str(n) for n in range(300))
    vectors.drop(["7"])
    assert vectors.find(rows[7], 300)[0][0] != "7" and len(vectors) == 299


@pytest.mark.slow
def test_cells_find_nearly_what_exact_search_finds() -> None:
    draw = np.random.default_rng(2)
    centres = draw.normal(size=(200, 32))
    rows = (centres[draw.integers(200, size=CELLS_FROM + 1)] + 0.6 * draw.normal(size=(CELLS_FROM + 1, 32))).astype(
        "f4"
    )
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = Vectors(32)
    vectors.put([str(n) for n in range(len(rows))], rows)
    hits = 0
    for n in range(0, 2000, 20):
        query = rows[n] + 0.1 * draw.normal(size=32).astype("f4")
        exact = {str(i) for i in np.argsort(-(rows @ query))[:10]}
        hits += len(exact & {name for name, _ in vectors.find(query, 10)})
    assert hits / 1000 > 0.9


def test_the_ranker_puts_the_attribute_that_answers_first() -> None:
    encoder = encode.load()
    assert encoder is not None
    attributes = [
        Candidate(name="batteries included", text="false"),
        Candidate(name="item weight", text="1.2 kg"),
        Candidate(name="colour", text="navy blue"),
        Candidate(name="country of origin", text="Portugal"),
    ]
    asked = {"how heavy is it?": 1, "what color is this": 2, "这个是哪里生产的？": 3, "does it need batteries?": 0}
    for question, best in asked.items():
        assert int(rank.load().score(question, attributes, encoder).argmax()) == best, question


def test_weights_that_are_not_those_of_the_card_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rank.load.cache_clear()
    monkeypatch.setattr("goodword.search.rank.loads", lambda _: {"weights": {"sha256": "0", "bias": 0}})
    with pytest.raises(DataError, match="is not the file its card names"):
        rank.load()
    monkeypatch.undo()
    rank.load.cache_clear()
