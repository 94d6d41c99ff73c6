"""Lists of the sample shop: personal or not, within the rules, with reasons that are the computation."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.jobs.recommend_shop import events, fitted, products, recommender, store_with_goods, voice

from goodword.errors import InputError
from goodword.jobs import recommend_fit
from goodword.jobs import recommend_shape as shape
from goodword.jobs.recommend import Ask, Recommender, Seen
from goodword.jobs.recommend_entry import words_of
from goodword.rankers.base import names, open_ranker
from goodword.rankers.interactions import Ids, interactions
from goodword.rankers.rerank import rules as rulebook
from goodword.store.engine import open_store

SHOPPERS = [f"u{n:04d}" for n in range(1, 60)]
FREE = rulebook.made({"variety": {"method": "none"}, "caps": {}}, "test")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    return recommender(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def shop_zh(tmp_path_factory: pytest.TempPathFactory) -> Recommender:
    return recommender(tmp_path_factory.mktemp("shop"), "zh")


@pytest.mark.parametrize("ranker", [n for n in names() if n in {"linear", "neighbours", "personal", "popular", "auto"}])
def test_the_parts_of_every_score_sum_to_it(tmp_path: Path, ranker: str) -> None:
    told = recommender(tmp_path, ranker=ranker)
    for shopper in SHOPPERS[:20]:
        for item in told.for_shopper(shopper, Ask(k=10, consent=True)).items:
            whole = item.why.general + sum(p.adds for p in item.why.parts) + item.why.rest
            assert whole == pytest.approx(item.placed.score, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("ranker", ["auto", "linear"])
def test_ten_thousand_random_scores_are_the_sum_of_their_parts(ranker: str) -> None:
    rng, (whole, _) = np.random.default_rng(0), events()
    made = open_ranker(ranker).fit(whole)
    prior = made.prior()
    for user in rng.integers(0, len(whole.user_ids), 250).tolist():
        history = whole.history(user, now=whole.now)
        scores = made.scores(history)
        size = max(float(np.abs(scores).max()), 1e-9)
        for item in rng.integers(0, made.items, 40).tolist():
            parts = float(prior[item]) + float(made.contributions(history, item).sum())
            assert abs(parts - float(scores[item])) <= 2e-6 * size


def test_a_reason_names_a_product_only_where_it_adds_most(shop: Recommender) -> None:
    named = 0
    goods = shop.fitted.goods
    for shopper in SHOPPERS:
        found, kinds = events()
        code = found.user_ids.code(shopper)
        rows = range(0) if code is None else range(found.starts[code], found.starts[code + 1])
        mine = {(int(found.items[n]), int(kinds[n])) for n in rows}
        for item in shop.for_shopper(shopper, Ask(k=10)).items:
            why = item.why
            if why.about is None:
                continue
            named += 1
            best = max(why.parts, key=lambda p: p.adds)
            assert best.item == why.about
            assert best.adds >= why.general
            assert best.adds >= 0.25 * sum(p.adds for p in why.parts if p.adds > 0)
            assert {"looked": 1, "carted": 2, "bought": 3}[why.why] in {k for i, k in mine if i == why.about}
            assert goods.topic[why.about] < 0
            assert item.said is not None
            assert shop._products[goods.skus[why.about]].title in item.said.draft.text  # type: ignore[union-attr]
    assert named > 100


def test_every_word_came_through_the_door_and_rests_on_the_title(shop: Recommender) -> None:
    found = shop.for_shopper("u0002", Ask(k=10))
    assert found.items
    for item in found.items:
        assert item.said is not None
        assert item.said.ruling.outcome == "released"
        assert item.said.ledger > 0
        if item.why.about is not None:
            fact = item.said.draft.sentences[0].facts[0]
            assert fact.startswith(shop.fitted.goods.skus[item.why.about])


def test_a_second_request_needs_no_new_statement(shop: Recommender) -> None:
    first = shop.for_shopper("u0004", Ask(k=5))
    again = Recommender(shop.fitted, shop.store, voice()).for_shopper("u0004", Ask(k=5))
    assert [i.said and i.said.id for i in first.items] == [i.said and i.said.id for i in again.items]


def test_reasons_are_in_the_language_asked_for(shop_zh: Recommender) -> None:
    texts = [i.said.draft.text for i in shop_zh.for_shopper("u0002", Ask(k=10)).items if i.said]
    assert texts
    assert all(any("一" <= c <= "鿿" for c in t) for t in texts)
    assert any("「" in t for t in texts)


def test_what_would_tell_of_a_child_is_not_used_and_never_said(shop: Recommender) -> None:
    goods = shop.fitted.goods
    baby = next(s for s in goods.skus if s.startswith("IN-"))
    seen = tuple(Seen(sku=baby, kind="purchase") for _ in range(5))
    plain = shop.for_shopper("u0002", Ask(k=10))
    without = shop.for_shopper("u0002", Ask(k=10, extra=seen))
    assert [i.sku for i in without.items] == [i.sku for i in plain.items]
    told = shop.for_shopper("u0002", Ask(k=20, extra=seen, consent=True))
    assert [i.sku for i in told.items][:10] != [i.sku for i in plain.items]
    for item in told.items:
        text = item.said.draft.text if item.said else ""
        assert "Muslin" not in text
        assert "Baby" not in text
        shown = shape.recommended(told, goods.skus)["items"][item.placed.item % 1]
        assert baby not in {e["sku"] for e in shown["contributions"]["events"]}
    covered = [i for i in told.items if i.why.covered]
    assert covered
    assert {i.why.why for i in covered} <= {"activity", "general"}
    assert all(not i.why.parts for i in covered)


def test_a_list_without_personalisation_is_the_same_for_everyone(shop: Recommender) -> None:
    lists = [[i.sku for i in shop.for_shopper(s, Ask(k=10, personal=False)).items] for s in ("u0001", "u0002", "??")]
    assert lists[0] == lists[1] == lists[2]
    found = shop.for_shopper("u0001", Ask(k=10, personal=False))
    assert found.general == "asked"
    assert {i.why.why for i in found.items} == {"general"}
    assert {i.said.draft.text for i in found.items if i.said} == {
        "From this shop's general list, the same for everyone."}  # fmt: skip


def test_minors_get_no_list_of_their_own_and_no_goods_with_an_age_limit(shop: Recommender) -> None:
    wine = "AL-001"
    assert shop.for_shopper("u0001", Ask(k=10, age=15)).general == "minor"
    everything = Ask(k=104)
    for age, there in ((None, False), (17, False), (18, True)):
        found = shop.for_shopper("nobody", Ask(k=104, age=age))
        assert (wine in {i.sku for i in found.items}) == there
    assert wine not in {i.sku for i in shop.for_shopper("u0001", everything).items}


def test_an_unknown_shopper_gets_a_sensible_list_and_is_told_why(shop: Recommender) -> None:
    found = shop.for_shopper("never seen", Ask(k=5))
    assert (len(found.items), found.general) == (5, "unknown")
    assert shape.recommended(found, shop.fitted.goods.skus)["because"] == "the shopper is not known"


def test_what_happened_a_second_ago_counts(shop: Recommender) -> None:
    found = shop.for_shopper("never seen", Ask(k=5, extra=(Seen(sku="CL-001", kind="view"),)))
    assert found.general == ""
    assert any(i.why.why == "looked" for i in found.items)
    assert found.items


def test_beside_a_product_and_for_a_basket(shop: Recommender) -> None:
    beside = shop.similar("CL-001", Ask(k=5))
    assert "CL-001" not in {i.sku for i in beside.items}
    assert beside.items[0].why.why == "viewing"
    assert beside.shopper is None
    basket = shop.basket(["CL-001", "KT-002", "no such"], Ask(k=5))
    assert basket.unknown == ("no such",)
    assert {"CL-001", "KT-002"}.isdisjoint(i.sku for i in basket.items)
    assert any(i.why.why == "basket" for i in basket.items)
    with pytest.raises(InputError, match="no product 'no such'"):
        shop.similar("no such", Ask())
    with pytest.raises(InputError, match="no product ''"):
        shop.basket([], Ask())


@pytest.mark.parametrize(
    "ask",
    [Ask(k=0), Ask(k=10_000), Ask(age=-1), Ask(age=200), Ask(low=9, high=3), Ask(low=float("nan"))],
)
def test_a_wrong_request_is_told(shop: Recommender, ask: Ask) -> None:
    with pytest.raises(InputError):
        shop.for_shopper("u0001", ask)


def test_a_price_band_and_categories_are_kept(shop: Recommender) -> None:
    goods = shop.fitted.goods
    found = shop.for_shopper("u0001", Ask(k=10, low=50, high=100, categories=("Food", "Tea")))
    assert found.items
    for item in found.items:
        assert 50 <= goods.price[item.placed.item] <= 100
        assert goods.kinds[goods.kind[item.placed.item]] in {"Food", "Tea"}


def test_everyone_at_once_is_the_same_as_one_by_one(shop: Recommender) -> None:
    ask = Ask(k=8)
    many = {str(r.shopper): r for r in shop.everyone(ask)}
    assert len(many) == len(events()[0].user_ids)
    for shopper in SHOPPERS[:25]:
        one = shop.for_shopper(shopper, ask)
        assert [i.sku for i in many[shopper].items] == [i.sku for i in one.items]
        assert [i.said and i.said.draft.text for i in many[shopper].items] == [
            i.said and i.said.draft.text for i in one.items]  # fmt: skip


def test_a_paid_place_says_so_in_its_reason(tmp_path: Path) -> None:
    told = rulebook.made({"pin": [{"sku": "CL-001", "place": 2, "payer": "Wenmoor"}]}, "test")
    found = recommender(tmp_path, rules=told).for_shopper("nobody", Ask(k=3))
    second = found.items[1]
    assert (second.sku, second.advertisement) == ("CL-001", True)
    assert second.said is not None
    assert second.said.draft.text == "Advertisement. Paid for by Wenmoor."
    block = shape.block(found, "https://shop.example/p/%s?from=mail")[1]
    assert block["advertisement"]
    assert block["reason"].startswith("Advertisement")
    assert block["link"] == "https://shop.example/p/CL-001?from=mail"


def test_the_rule_that_placed_an_item_is_its_reason(tmp_path: Path) -> None:
    told = rulebook.made(
        {"exposure": [{"name": "ours", "skus": ["TL-001", "TL-002"], "share": 0.3, "accepted_cost": 0.1}]}, "test"
    )
    found = recommender(tmp_path, rules=told).for_shopper("u0002", Ask(k=10))
    lifted = [i for i in found.items if i.placed.how == "exposure"]
    assert lifted
    assert {i.why.why for i in lifted} == {"exposure"}


def test_goods_nobody_put_in_the_catalogue_are_listed_without_a_title(tmp_path: Path) -> None:
    told = Recommender(fitted(rules=FREE)[0], open_store(tmp_path / "empty.db"), voice())
    found = told.for_shopper("u0002", Ask(k=5))
    assert {i.title for i in found.items} == {""}
    assert {i.why.why for i in found.items} <= {"activity", "general"}


def test_a_shop_of_one_shopper_and_one_event_is_served(tmp_path: Path) -> None:
    one = recommend_fit.Input(events=interactions(["a"], ["x"], times=[1_700_000_000]), kinds=np.array([3], np.int8))
    made, _ = recommend_fit.fitted_from(one, open_ranker("linear"), FREE, market="us")
    told = Recommender(made, store_with_goods(tmp_path), voice())
    assert [i.sku for i in told.for_shopper("b", Ask()).items] == ["x"]
    assert told.for_shopper("a", Ask()).general == "nothing"
    assert told.similar("x", Ask()).items == ()


def test_what_no_event_says_anything_of_follows_in_the_order_of_the_general_list(tmp_path: Path) -> None:
    told = Recommender(fitted(ranker="personal", rules=FREE)[0], store_with_goods(tmp_path), voice())
    found = told.for_shopper("u0002", Ask(k=60))
    rest = [i for i in found.items if i.why.why == "general"]
    scores = [float(told.fitted.general[i.placed.item]) for i in rest]
    assert len(rest) > 20
    assert scores == sorted(scores, reverse=True)
    many = next(r for r in told.everyone(Ask(k=30)) if r.shopper == "u0002")
    assert [i.sku for i in many.items] == [i.sku for i in found.items[:30]]


def test_beside_a_product_nobody_ever_bought_the_words_of_the_catalogue_decide(tmp_path: Path) -> None:
    whole, kinds = events()
    cold = whole.item_ids.code("TC-001")
    keep = whole.items != cold
    ids = Ids(whole.item_ids.names)
    given = recommend_fit.Input(events=replace(whole.where(keep), item_ids=ids), kinds=kinds[keep], products=products())
    texts = {p.sku: words_of(p) for p in products()}
    made, _ = recommend_fit.fitted_from(given, open_ranker("content", texts=texts), FREE, market="us")
    told = Recommender(made, store_with_goods(tmp_path), voice())
    found = told.similar("TC-001", Ask(k=3))
    assert found.items[0].sku.startswith("TC-")
    assert found.items[0].why.why == "viewing"
    plain, _ = recommend_fit.fitted_from(given, open_ranker("linear"), FREE, market="us")
    nothing = Recommender(plain, told.store, voice()).similar("TC-001", Ask(k=3))
    assert nothing.general == "nothing"
    assert {i.why.why for i in nothing.items} == {"general"}
