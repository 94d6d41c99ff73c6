"""Rankers judged on the sample shop: the figures add up, rules are measured, and the page shows them."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from scipy.sparse import csr_array
from tests.jobs.recommend_shop import events, products

from goodword.evaluate import ranking_all, ranking_report, ranking_rules
from goodword.evaluate.ranking_report import Evaluation
from goodword.evaluate.ranking_run import judge, plain, without
from goodword.evaluate.ranking_split import split
from goodword.evaluate.ranking_svg import Dot, scatter
from goodword.rankers.base import open_ranker
from goodword.rankers.rerank.rules import made

QUIET = [p.sku for p in products() if p.sku.startswith(("TL-", "ST-"))]
RULES = made(
    {
        "caps": {"category": 2}, "variety": {"method": "mmr", "weight": 0.4},
        "exposure": [{"name": "small <sellers>", "skus": QUIET, "share": 0.2}],
    },
    "test",
)  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Evaluation:
    whole, kinds = events()
    groups = {"language": {u: "zh" if int(u[1:]) % 2 else "en" for u in whole.user_ids}}
    trial = ranking_all.Trial(
        events=whole, kinds=kinds, protocol="temporal", products=products(), market="cn", groups=groups, rules=RULES,
        ks=(5, 10), data="events.csv",
    )  # fmt: skip
    rankers = [(n, open_ranker(n)) for n in ("linear", "popular")]
    said: list[str] = []
    told = ranking_all.evaluate(trial, rankers, said.append)
    assert said == ["linear", "popular", "rules"]
    return told


def test_a_ranker_beats_what_is_merely_popular(found: Evaluation) -> None:
    linear, popular = found.figures
    assert linear.values["ndcg@10"].low > popular.values["ndcg@10"].value
    assert linear.catalogue["coverage@10"] > popular.catalogue["coverage@10"]
    assert popular.values["serendipity@10"].value < linear.values["serendipity@10"].value
    for one in found.figures:
        for name, value in one.values.items():
            told = one.per_user[name]
            assert value.value == pytest.approx(np.nanmean(told))
            assert value.low <= value.value <= value.high


def test_only_what_was_bought_is_to_be_found() -> None:
    whole, kinds = events()
    on = split(whole, "temporal", counts=kinds == 3)
    bought = {(int(u), int(i)) for u, i, k in zip(whole.users, whole.items, kinds, strict=True) if k == 3}
    truth = {(int(on.users[r]), int(i)) for r in range(len(on.users)) for i in on.truth[[r]].indices}
    assert truth <= bought


def test_figures_do_not_depend_on_how_many_are_judged_at_once() -> None:
    whole, _ = events()
    on = split(whole, "leave-last-out")
    one = judge("linear", open_ranker("linear"), on, ks=(10,), rounds=10)
    part = ranking_rules.some(on, 50)
    fewer = judge("linear", open_ranker("linear"), part, ks=(10,), rounds=10)
    rows = np.searchsorted(on.users, part.users)
    for name in ("ndcg@10", "recall@10", "novelty@10"):
        np.testing.assert_allclose(one.per_user[name][rows], fewer.per_user[name], rtol=1e-12)


def test_what_an_exposure_rule_costs_is_known_before_it_is_on(found: Evaluation) -> None:
    by_name = {c.rule: c for c in found.costs}
    assert set(by_name) == {"caps", "variety", "sensitive", "exposure: small <sellers>"}
    exposure = by_name["exposure: small <sellers>"]
    assert exposure.share_after >= 0.199 > exposure.share_before
    assert exposure.after.value <= exposure.before.value
    assert exposure.relative == pytest.approx(exposure.change.value / exposure.before.value)
    assert exposure.change.low <= exposure.change.value <= exposure.change.high


def test_turning_variety_up_makes_lists_more_varied(found: Evaluation) -> None:
    curve = next(c for c in found.curves if c.other == "variety")
    values = [p.other for p in curve.points]
    assert values == sorted(values)
    share = next(c for c in found.curves if c.other == "share")
    assert [p.other for p in share.points] == sorted(p.other for p in share.points)


def test_the_figures_are_json_without_nan(found: Evaluation) -> None:
    told = json.loads(json.dumps(ranking_report.plain(found), allow_nan=False))
    assert told["protocol"] == "temporal"
    assert {r["ranker"] for r in told["rankers"]} == {"linear", "popular"}
    assert told["rankers"][0]["difference"] is None
    assert told["rankers"][1]["difference"]["value"] < 0
    groups = told["rankers"][0]["groups"][0]
    assert set(groups["groups"]) == {"en", "zh"}


class _Tags(HTMLParser):
    VOID = frozenset({"meta", "path", "circle", "polyline", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.ids += [v for k, v in attrs if k == "id" and v]

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_whole_and_asks_for_nothing_from_outside(found: Evaluation, lang: str) -> None:
    page = ranking_report.page(found, lang)  # type: ignore[arg-type]
    tags = _Tags()
    tags.feed(page)
    assert tags.open == []
    assert len(tags.ids) == len(set(tags.ids))
    assert not re.search(r"(?:src|href)\s*=|url\(|@import|<script", page)
    assert page.count("<svg") == 5
    assert page.count("<svg") == page.count('role="img"') == page.count("<desc")
    assert "small &lt;sellers&gt;" in page
    assert "small <sellers>" not in page
    assert ("推荐算法评估" in page) == (lang == "zh")
    assert "{" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_a_chart_tells_every_point_to_those_who_do_not_see_it() -> None:
    svg = scatter("A < B", "x", "y", [Dot(label="one & two", x=1, y=0.5, low=0.4, high=0.6)])
    assert "<title" in svg
    assert "one &amp; two: x 1, y 0.5000 (0.4000–0.6000)" in svg
    assert "A &lt; B" in svg
    assert "nan" not in scatter("t", "x", "y", [])


def test_groups_are_read_from_any_columns(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("g") / "groups.csv"
    path.write_text("user,lang,tier\na,en,gold\nb,,silver\n", "utf-8")
    assert ranking_all.read_groups(path) == {"lang": {"a": "en", "b": ""}, "tier": {"a": "gold", "b": "silver"}}


def test_a_list_leaves_out_what_is_owned_and_not_what_was_looked_at() -> None:
    whole, kinds = events()
    on = split(whole, "temporal", counts=kinds == 3)
    ranker = open_ranker("linear").fit(on.train)
    lists = plain(ranker, on)(on.train.histories(on.users, now=on.now), on.users, 20)
    looked = 0
    for row, user in enumerate(on.users.tolist()):
        own = set(on.owned.indices[on.owned.indptr[row] : on.owned.indptr[row + 1]].tolist())
        shown = set(lists[row].tolist()) - {-1}
        assert not shown & own
        looked += len(shown & set(on.train.history(user).items.tolist()))
    assert looked


def test_owned_items_are_taken_out_in_order() -> None:
    lists = np.array([[4, 1, 3, 0], [2, 0, -1, -1]])
    owned = csr_array(np.array([[0, 1, 0, 0, 1], [0, 0, 0, 0, 0]]))
    assert without(lists, owned, 3).tolist() == [[3, 0, -1], [2, 0, -1]]
    assert without(lists, owned, 6).shape == (2, 6)
