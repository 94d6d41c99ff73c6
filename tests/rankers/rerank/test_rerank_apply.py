"""Lists obey every rule, whatever the scores say."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from goodword.rankers.interactions import history, interactions
from goodword.rankers.rerank import rebuy as rebuys
from goodword.rankers.rerank import rules as rulebook
from goodword.rankers.rerank import variety
from goodword.rankers.rerank.apply import Reranker, Wish
from goodword.rankers.rerank.exposure import lot, places
from goodword.rankers.rerank.goods import Goods, bare

N, NOW = 60, 1_760_000_000
PLAIN = {"caps": {}, "variety": {"method": "none"}}


def goods(seed: int = 0, n: int = N) -> Goods:
    rng = np.random.default_rng(seed)
    category = rng.integers(0, 5, n).astype(np.int32)
    return replace(
        bare(tuple(f"S{i}" for i in range(n))),
        category=category, kind=np.array([0, 0, 1, 2, 3], np.int32)[category], kinds=tuple("ABCD"),
        categories=("A > x", "A > y", "B", "C", "D"),
        seller=rng.integers(0, 4, n).astype(np.int32), sellers=("one", "two", "three", "four"),
        price=np.where(rng.random(n) < 0.1, np.nan, rng.integers(1, 100, n).astype(float)),
        stock=np.where(rng.random(n) < 0.1, np.nan, rng.integers(0, 3, n).astype(float)),
        age=np.where(rng.random(n) < 0.2, 18, 0).astype(np.int32),
        first=np.where(rng.random(n) < 0.2, NOW - 5 * 86400, NOW - 400 * 86400),
        features=csr_array(rng.random((n, 8)) * (rng.random((n, 8)) < 0.3)),
    )  # fmt: skip


def reranker(told: dict[str, Any], of: Goods, rebuy: rebuys.Rebuy | None = None) -> Reranker:
    return Reranker(rules=rulebook.made({**PLAIN, **told}, "test"), goods=of, rebuy=rebuy, now=NOW)


@settings(max_examples=150)
@given(
    st.integers(0, 10_000), st.integers(1, 30), st.sampled_from([None, 10, 17, 18, 40]),
    st.sampled_from(["none", "mmr", "dpp"]), st.floats(0, 0.9), st.integers(0, 3), st.floats(0.05, 0.5),
)  # fmt: skip
def test_no_list_ever_breaks_a_rule(
    seed: int, k: int, age: int | None, method: str, weight: float, cap: int, share: float
) -> None:
    shop = goods(seed)
    told = {
        "caps": {"category": cap, "seller": cap}, "variety": {"method": method, "weight": weight},
        "price": {"low": 10, "high": 80, "unknown": "hide"}, "exclude": {"categories": ["A"], "skus": ["S3"]},
        "pin": [{"sku": "S7", "place": 2, "payer": "Acme"}],
        "exposure": [{"name": "new", "newer_than_days": 30, "share": share, "accepted_cost": 0.01}],
    }  # fmt: skip
    rng = np.random.default_rng(seed)
    owned = rng.integers(0, N, 5).astype(np.int32)
    got = reranker(told, shop).arrange(
        rng.random(N).astype(np.float32), history(owned), Wish(k=k, age=age, skip=(1, 2), lot=str(seed))
    )
    items = [p.item for p in got]
    assert len(items) == len(set(items)) <= k
    for item in items:
        assert not shop.stock[item] < 1
        assert 10 <= shop.price[item] <= 80
        assert shop.age[item] <= (age or 0)
        assert not shop.categories[shop.category[item]].startswith("A")
        assert item not in {1, 2, 3, *owned}
    scored = [p.item for p in got if p.how == "score"]
    if cap:
        assert max(np.bincount(shop.kind[scored]), default=0) <= cap
        assert max(np.bincount(shop.seller[scored]), default=0) <= cap
    assert all(p.rule for p in got if p.how != "score")


def test_without_rules_the_list_is_the_order_of_the_scores() -> None:
    scores = np.random.default_rng(1).random(N).astype(np.float32)
    got = reranker({"stock": {"on": False}}, bare(tuple(map(str, range(N))))).arrange(scores, None, Wish(k=10))
    assert [p.item for p in got] == list(np.argsort(-scores)[:10])
    assert [p.score for p in got] == pytest.approx(list(np.sort(scores)[::-1][:10]))


def test_goods_with_an_age_limit_go_to_nobody_whose_age_is_unknown() -> None:
    shop = replace(bare(("wine", "tea")), age=np.array([18, 0], np.int32))
    scores = np.array([2, 1], np.float32)
    assert [[p.item for p in reranker({}, shop).arrange(scores, None, Wish(k=2, age=age))]
            for age in (None, 17, 18)] == [[1], [1], [0, 1]]  # fmt: skip


def test_variety_gives_up_some_score_for_unlike_items() -> None:
    shop = goods(4, 40)
    scores = np.random.default_rng(4).random(40).astype(np.float32)
    alike = variety.likeness(shop.features, np.arange(40, dtype=np.int32))

    def spread(method: str, weight: float) -> float:
        told = {"stock": {"on": False}, "variety": {"method": method, "weight": weight}}
        items = [p.item for p in reranker(told, shop).arrange(scores, None, Wish(k=8, age=99))]
        some = alike[np.ix_(items, items)]
        return float((some.sum() - len(items)) / (len(items) * (len(items) - 1)))

    for method in ("mmr", "dpp"):
        assert spread(method, 0.7) < spread("none", 0) - 0.1


def test_mmr_with_no_weight_is_the_order_of_the_scores_and_dpp_takes_the_best_first() -> None:
    rng = np.random.default_rng(2)
    scores, rows = rng.random(30), rng.random((30, 5))
    alike = variety.likeness(csr_array(rows), np.arange(30, dtype=np.int32))
    free = np.ones(30, np.bool_)
    assert variety.mmr(scores, alike, 30, 0.0, lambda: free, lambda _: None) == list(np.argsort(-scores))
    assert variety.dpp(scores, alike, 5, 0.5, lambda: free, lambda _: None)[0] == int(scores.argmax())


def test_the_greedy_dpp_picks_what_raises_the_determinant_most() -> None:
    rng = np.random.default_rng(3)
    scores, rows = rng.random(8), rng.random((8, 6))
    alike = variety.likeness(csr_array(rows), np.arange(8, dtype=np.int32))
    weight = 0.5
    worth = variety.relevance(scores)
    quality = np.exp((1 - weight) / weight * (worth - 1) / 2)
    kernel = quality[:, None] * alike * quality[None, :]
    chosen: list[int] = []
    for _ in range(4):
        rest = [n for n in range(8) if n not in chosen]
        chosen.append(max(rest, key=lambda n: np.linalg.det(kernel[np.ix_([*chosen, n], [*chosen, n])])))
    free = np.ones(8, np.bool_)
    assert variety.dpp(scores, alike, 4, weight, lambda: free, lambda _: None) == chosen


def test_a_paid_place_is_labelled_and_buys_no_way_round_a_rule() -> None:
    shop = replace(bare(("a", "b", "wine", "gone")), age=np.array([0, 0, 18, 0], np.int32),
                   stock=np.array([5.0, 5, 5, 0]))  # fmt: skip
    pins = [{"sku": s, "place": 1, "payer": "Acme"} for s in ("wine", "gone", "b")]
    got = reranker({"pin": pins}, shop).arrange(np.array([4, 1, 3, 2], np.float32), None, Wish(k=3))
    assert [(p.item, p.how, p.rule) for p in got] == [(1, "pin", "Acme"), (0, "score", "")]
    over = [{"sku": "b", "payer": "Acme", "end": "2020-01-01"}]
    got = reranker({"pin": over}, shop).arrange(np.array([4, 1, 3, 2], np.float32), None, Wish(k=3))
    assert {p.how for p in got} == {"score"}


def test_over_many_lists_an_exposure_rule_gets_the_share_it_names() -> None:
    shop = goods(9)
    told = {"stock": {"on": False}, "exposure": [
        {"name": "new", "newer_than_days": 30, "share": 0.25, "accepted_cost": 0.1}]}  # fmt: skip
    new = shop.first > NOW - 30 * 86400
    scores = (np.where(new, 0.0, 1.0) + np.arange(N) / 1000).astype(np.float32)
    one = reranker(told, shop)
    shown = [one.arrange(scores, None, Wish(k=10, age=99, lot=str(n))) for n in range(400)]
    share = np.mean([sum(new[p.item] for p in got) / 10 for got in shown])
    assert share == pytest.approx(0.25, abs=0.02)
    assert all(p.how == "exposure" for got in shown for p in got if new[p.item])


def test_a_lot_is_the_same_for_the_same_things_and_even_over_many() -> None:
    assert lot("a", 1) == lot("a", 1)
    assert np.mean([lot("x", n) for n in range(2000)]) == pytest.approx(0.5, abs=0.03)
    assert places(0.25, 10, 0.0) == 2
    assert places(0.25, 10, 0.9) == 3
    assert places(0.2, 10, 0.999) == 2


def test_soap_comes_back_and_a_tent_does_not() -> None:
    day = 86400
    rows = [(f"u{n}", "soap", NOW + d * 30 * day) for n in range(30) for d in range(3)]
    rows += [(f"u{n}", "tent", NOW + n * day) for n in range(30)]
    bought = interactions(*zip(*[(u, i) for u, i, _ in rows], strict=True), times=[t for *_, t in rows])
    learnt = rebuys.learn(bought, np.full(2, -1, np.int32))
    soap, tent = bought.item_ids.codes(["soap", "tent"]).tolist()
    assert learnt.share[soap] > 0.5 > 0.3 > learnt.share[tent]
    assert learnt.days[soap] == pytest.approx(30)
    assert np.isnan(learnt.days[tent])

    def left(days: int) -> set[int]:
        of = history([soap, tent], times=[NOW, NOW], now=NOW + days * day)
        return set(rebuys.spent(learnt, of, share=0.4, rest=0.5).tolist())

    assert left(10) == {soap, tent}  # too soon for soap
    assert left(20) == {tent}


def test_two_rows_of_one_day_are_one_purchase() -> None:
    bought = interactions(["u"] * 2, ["soap"] * 2, times=[NOW, NOW + 60])
    assert rebuys.learn(bought, np.full(1, -1, np.int32), pull=0.001).share[0] == pytest.approx(0, abs=1e-9)


def test_the_category_decides_while_an_item_has_few_buyers() -> None:
    day = 86400
    rows = [(f"u{n}", f"tea{n % 3}", NOW + d * 40 * day) for n in range(60) for d in range(2)]
    rows += [(f"u{n}", f"lamp{n % 3}", NOW) for n in range(60)]
    rows += [("x", "newtea", NOW), ("x", "newlamp", NOW)]
    bought = interactions([r[0] for r in rows], [r[1] for r in rows], times=[r[2] for r in rows])
    kind = np.array([0 if "tea" in name else 1 for name in bought.item_ids], np.int32)
    learnt = rebuys.learn(bought, kind)
    share = {name: learnt.share[n] for n, name in enumerate(bought.item_ids)}
    assert share["newtea"] > 0.6
    assert share["newlamp"] < 0.2


def test_goods_nobody_ever_bought_are_judged_by_their_category() -> None:
    day = 86400
    rows = [(f"u{n}", "tea", NOW + d * 40 * day) for n in range(40) for d in range(2)]
    bought = interactions([r[0] for r in rows], [r[1] for r in rows], times=[r[2] for r in rows])
    learnt = rebuys.learn(bought, np.array([0, 0, -1], np.int32))
    assert learnt.share[1] > 0.6
    assert learnt.buyers.tolist() == [40, 0, 0]
