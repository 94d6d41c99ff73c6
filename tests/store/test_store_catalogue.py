"""Facts keep every version they had; what comes out is what went in."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.errors import InputError
from goodword.store import catalogue
from goodword.store.codec import load
from goodword.store.engine import Store
from goodword.types import (
    Composition,
    Conflict,
    Dates,
    Fact,
    Flag,
    Money,
    Part,
    Product,
    Prose,
    Quantities,
    Quantity,
    Source,
    Term,
    Terms,
    Value,
)

Make = Callable[..., Product]


def put(store: Store, product: Product) -> catalogue.Change:
    with store.begin() as conn:
        return catalogue.put(conn, product)


def get(store: Store, sku: str = "S-1") -> Product | None:
    with store.read() as conn:
        return catalogue.get(conn, sku)


def test_a_product_comes_back_as_it_went_in(store: Store, product: Make) -> None:
    one = replace(product(), conflicts=(Conflict(sku="S-1", key="weight", facts=("a", "b"), reason="不一致"),))
    change = put(store, one)
    assert change.new == tuple(f.id for f in one.facts)
    assert get(store) == one
    assert get(store, "S-2") is None
    with store.read() as conn:
        assert list(catalogue.conflicts(conn)) == list(one.conflicts)


def test_the_same_product_again_changes_nothing(store: Store, product: Make) -> None:
    put(store, product())
    again = put(store, product())
    assert (bool(again), len(again.unchanged)) == (False, 5)


def test_a_changed_value_is_a_new_version_and_the_old_one_stays(store: Store, product: Make) -> None:
    first = put(store, product())
    change = put(store, product(material="真丝"))
    assert (change.changed, change.new, change.removed) == (("S-1#material",), (), ())
    assert change.content_hash != first.content_hash
    now = get(store)
    assert now is not None
    assert [(f.text, f.version) for f in now.facts][:2] == [("真丝", 2), ("weight", 1)]
    with store.read() as conn:
        old, new = catalogue.versions(conn, "S-1#material")
    assert (old.fact.text, old.fact.version, old.valid_until) == ("material", 1, new.valid_from)
    assert (new.fact.text, new.fact.version, new.valid_until) == ("真丝", 2, None)


def test_a_fact_that_went_and_comes_back_goes_on_counting(store: Store, product: Make) -> None:
    put(store, product())
    assert put(store, product(price=None)).removed == ("S-1#price",)
    assert put(store, product()).new == ("S-1#price",)
    with store.read() as conn:
        assert [v.fact.version for v in catalogue.versions(conn, "S-1#price")] == [1, 2]
        assert catalogue.versions(conn, "S-1#colour") == ()


def test_a_fact_that_only_moved_keeps_its_version_and_gets_its_new_place(store: Store, product: Make) -> None:
    put(store, product())
    moved = product(row=9)
    moved = replace(moved, facts=tuple(reversed(moved.facts)))
    change = put(store, moved)
    assert (len(change.unchanged), bool(change)) == (5, False)
    assert get(store) == moved


def test_the_hash_is_of_what_is_said_not_of_where_or_when(product: Make) -> None:
    one = product()
    assert catalogue.content_hash(product(row=9)) == catalogue.content_hash(one)
    assert catalogue.content_hash(product(material="真丝")) != catalogue.content_hash(one)
    assert catalogue.content_hash(replace(one, product_class="toy")) != catalogue.content_hash(one)
    assert catalogue.content_hash(replace(one, facts=one.facts[::-1])) != catalogue.content_hash(one)


def test_products_stream_in_order_over_many_pages(store: Store, product: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_PAGE", 3)
    skus = ["b", "A", "é", "品", "a", "10", "9", "B"]
    for sku in skus:
        put(store, product(sku))
    with store.read() as conn:
        assert [p.sku for p in catalogue.products(conn)] == sorted(skus)  # by code point on both databases
        some = list(catalogue.products(conn, ["品", "a", "nowhere", "A", "9", "a"]))
        assert catalogue.count(conn) == 8
    assert [p.sku for p in some] == ["9", "A", "a", "品"]
    assert some[0] == product("9")


def test_what_cannot_be_stored_is_refused_and_nothing_is_written(store: Store, product: Make) -> None:
    one = product()
    bad = [
        replace(one, sku=""),
        replace(one, sku="S\0"),
        replace(one, facts=one.facts + one.facts[:1]),
        replace(one, facts=(replace(one.facts[0], sku="S-2"),)),
        replace(one, facts=(replace(one.facts[0], text="\ud800"),)),
        replace(one, facts=(replace(one.facts[0], value=Prose(text="\ud800")),)),
    ]
    for product_ in bad:
        with pytest.raises(InputError):
            put(store, product_)
    with store.read() as conn:
        assert catalogue.count(conn) == 0


whole = st.decimals(allow_nan=False, allow_infinity=False)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
quantity = st.builds(Quantity, low=whole | st.none(), high=whole | st.none(), unit=words, tolerance=whole | st.none())
term = st.builds(Term, text=words, concept=words | st.none())
VALUES: st.SearchStrategy[Value] = st.one_of(
    quantity,
    st.builds(Quantities, items=st.lists(quantity, max_size=3).map(tuple), joined=st.just("dimensions")),
    st.builds(Terms, items=st.lists(term, max_size=3).map(tuple)),
    st.builds(
        Composition, parts=st.lists(st.builds(Part, term=term, percent=whole | st.none()), max_size=3).map(tuple)
    ),
    st.builds(Flag, value=st.booleans()),
    st.builds(Dates, start=words | st.none(), end=words | st.none()),
    st.builds(Money, amount=whole, currency=words),
    st.builds(Prose, text=words),
)


@given(st.lists(VALUES, max_size=4))
def test_every_kind_of_value_comes_back_exactly(values: list[Value]) -> None:
    source = Source(uri="x.csv")
    for n, value in enumerate(values):
        fact = Fact(id=f"s#{n}", sku="s", key="k", name="k", text="t", value=value, lang="en", source=source)
        row = catalogue._columns(fact, n)
        back = load(catalogue._KINDS[row["value_kind"]], row["value"])
        assert back == value
        if isinstance(value, Money):
            assert str(back.amount) == str(value.amount)  # trailing zeros too


def test_the_decimals_a_shop_wrote_are_kept_to_the_last_zero(store: Store, product: Make) -> None:
    put(store, product())
    got = get(store)
    assert got is not None
    money = next(f.value for f in got.facts if isinstance(f.value, Money))
    assert str(money.amount) == "19.90"
    assert money.amount == Decimal("19.90")
