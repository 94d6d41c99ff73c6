"""Recommendations in the console: reasons as sums, dials with their cost, rules put on by an approver."""

import time
from typing import Any

import pytest

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.evaluate import ranking_tried
from goodword.jobs import recommend_trial as trial
from goodword.jobs.recommend import Ask
from goodword.store import ledger, tasks


def measured(goodword: Goodword) -> tasks.Task:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with goodword.store.read() as conn:
            found = tasks.newest(conn, kinds=["rule-costs"])
        if found and found[0].ended:
            return found[0]
        time.sleep(0.2)
    raise AssertionError("it was not measured")


def test_the_parts_of_a_score_add_up_to_it(goodword: Goodword) -> None:
    told = goodword.recommend()
    for shopper in ("u0002", "u0142", "u0334"):
        for item in told.for_shopper(shopper, Ask(k=8)).items:
            bars = trial.bars(item, told.fitted.goods.skus)
            assert sum(b.adds for b in bars) == pytest.approx(item.placed.score, abs=1e-4)
            assert [abs(b.adds) for b in bars] == sorted((abs(b.adds) for b in bars), reverse=True)


def test_a_shopper_sees_reasons_and_the_sums_behind_them(signed: Any) -> None:
    page = signed("vic").read("/recommendations", shopper="u0002")
    assert "Because you bought" in page and "Why, as a sum" in page and "The same for everyone" in page
    assert "因为您" in signed("vic").read("/recommendations", shopper="u0002", lang="zh")
    assert "As tried" not in page


def test_a_list_without_personalisation_is_the_same_for_everyone(signed: Any) -> None:
    vic = signed("vic")
    page = vic.read("/recommendations", shopper="u0002", general="true")
    assert "The list is the same for everyone, as asked for" in page and "Because you" not in page
    assert "the shopper is a minor" in vic.read("/recommendations", shopper="u0002", age="12")
    assert "this shopper is not known" in vic.read("/recommendations", shopper="nobody")


@pytest.mark.parametrize("query", ["age=old", "variety=much", "variety=7", "product=NOPE"])
def test_what_cannot_be_asked_is_told_on_the_page(signed: Any, query: str) -> None:
    answer = signed("vic").get(f"/recommendations?shopper=u0002&{query}", headers={"Accept": "text/html"})
    assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_turning_up_variety_changes_the_list_and_says_what_was_where(signed: Any) -> None:
    page = signed("vic").read("/recommendations", shopper="u0002", variety="0.6")
    assert "As tried" in page and "As it is now" in page and "New" in page and "not measured" in page


def test_costs_are_measured_shown_and_recorded_when_rules_are_put_on(signed: Any, goodword: Goodword) -> None:
    wen, ada = signed("wen"), signed("ada")
    form = {"name": "small sellers", "group": "sellers_smaller_than", "value": "3"}
    assert wen.submit("/recommendations/measure", **form).status_code == 303
    done = measured(goodword)
    assert done.state == "done" and done.result, done
    loss = ranking_tried.loss(done.result, "small sellers", 0.2)
    assert loss is not None and loss > 0
    page = wen.read("/recommendations", shopper="u0002", share_0="0.2")
    assert "Places for “small sellers”" in page and f"{-100 * loss:+.1f}%" in page
    turned = {"variety": "0.1", "share_0": "0.2", "shopper": "u0002"}
    assert wen.submit("/recommendations/rules", **turned).status_code == 403
    assert ada.submit("/recommendations/rules", **turned).status_code == 303
    (rule,) = goodword.recommend().fitted.rules.exposure
    assert (rule.name, rule.share) == ("small sellers", 0.2)
    assert rule.accepted_cost == pytest.approx(loss)
    with goodword.store.read() as conn:
        last = ledger.head(conn)
    assert last is not None and (last.kind, last.actor) == ("recommender ruled", "user:ada")
    assert "now 0.20" in ada.read("/recommendations", shopper="u0002")


def test_nobody_puts_a_rule_on_whose_cost_was_not_measured(goodword: Goodword) -> None:
    told = goodword.recommend()
    rules = trial.exposing(told.fitted.rules, {"name": "new", "newer_than_days": 30, "share": 0.1})
    with pytest.raises(InputError, match="nobody has accepted what it costs"):
        trial.apply(told.folder, goodword.store, rules, actor="user:ada", cost={})
    assert told.fitted.rules.exposure == ()


def test_the_cost_between_two_measured_settings_lies_on_the_line() -> None:
    points = [{"label": "0.0", "ndcg": 0.4}, {"label": "0.2", "ndcg": 0.3}]
    told = {"curves": [{"name": "x", "points": points}]}
    assert ranking_tried.loss(told, "x", 0.1) == pytest.approx(0.125)
    assert ranking_tried.loss(told, "x", 0.3) is None  # beyond what was measured nothing is said
    assert ranking_tried.loss(told, "y", 0.1) is None


def test_dials_change_what_they_are_for_and_nothing_else(goodword: Goodword) -> None:
    rules = trial.exposing(goodword.recommend().fitted.rules, {"name": "a", "skus": ["CL-001"], "share": 0.1})
    assert trial.changed(rules) == rules
    assert trial.changed(rules, variety_weight=0.0).variety.method == "none"
    assert trial.changed(rules, shares={"a": 0.3}).exposure[0].share == 0.3
    assert trial.changed(rules, shares={"a": 0.0}).exposure == ()
    with pytest.raises(InputError, match="no exposure rule"):
        trial.changed(rules, shares={"b": 0.1})
