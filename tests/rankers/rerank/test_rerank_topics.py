"""Goods kept from minors, and goods that would give a shopper away: every rule fires and stays silent where it says."""

import pytest

from goodword.rankers.rerank import topics

RULES = [(name, rule) for name in ("age", "topics") for rule in topics.read(name)]


@pytest.mark.parametrize(("name", "rule"), RULES, ids=[f"{n}-{r.name}" for n, r in RULES])
def test_each_rule_fires_on_its_examples_and_is_silent_on_the_others(name: str, rule: topics.Topic) -> None:
    assert rule.fires, f"{name}: no example that fires"
    assert rule.silent, f"{name}: no example that stays silent"
    assert [t for t in rule.fires if not rule.fits(t, "general")] == []
    assert [t for t in rule.silent if rule.fits(t, "general")] == []
    assert any("一" <= c <= "鿿" for t in rule.fires for c in t), "no Chinese example"
    assert rule.authority


def test_the_silent_examples_of_one_topic_fire_no_other_topic() -> None:
    wrong = [(t, topics.sensitive(t, "general")) for r in topics.read("topics") for t in r.silent]
    assert [w for w in wrong if w[1]] == []


def test_the_age_differs_by_market() -> None:
    assert topics.age_limit("Dry Red Wine", "alcohol", "us") == 21
    assert topics.age_limit("Dry Red Wine", "alcohol", "uk") == 18
    assert topics.age_limit("Chef's Knife, 20 cm", "kitchen", "uk") == 18
    assert topics.age_limit("Chef's Knife, 20 cm", "kitchen", "eu") == 0
    assert topics.age_limit("Linen Shirt", "clothing", "cn") == 0


def test_a_product_class_is_enough() -> None:
    assert topics.sensitive("Mistrow Formula 3", "infant") == "children"
    assert topics.sensitive("胶囊 60粒", "health_food") == "health"
