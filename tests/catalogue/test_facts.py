"""From records to typed facts, and what contradicts what."""

from decimal import Decimal

import pytest

from goodword.catalogue.facts import facts_from_pairs, product_from
from goodword.types import Composition, Fact, Field, Flag, Product, Quantities, Quantity, Record, Source, Terms


def product(title: str, **values: str) -> Product:
    source = Source(uri="shop.csv", row=2)
    fields = tuple(Field(name=k.replace("_", " "), value=v, source=source) for k, v in values.items())
    return product_from(Record(sku="S1", title=title, fields=fields, source=source))


def fact(of: Product, key: str) -> Fact:
    return next(f for f in of.facts if f.key == key)


def test_a_composition_keeps_its_shares_in_both_languages() -> None:
    for text in ("95% cotton, 5% elastane", "棉95% 氨纶5%", "95%棉、5%氨纶"):
        value = fact(product("Shirt", material=text), "material").value
        assert isinstance(value, Composition)
        assert [(p.term.concept, p.percent) for p in value.parts] == [
            ("material.cotton", Decimal(95)), ("material.elastane", Decimal(5)),
        ]  # fmt: skip


def test_spans_of_terms_slice_back_out_of_the_cell() -> None:
    for text in ("black, white and navy", "黑色/白色/藏青色", " S M L ", "灰色 棕色"):
        found = fact(product("Shirt", colour=text), "colour")
        assert isinstance(found.value, Terms)
        assert all(found.text[t.start : t.end] == t.text for t in found.value.items)


def test_a_unit_in_the_heading_holds_for_a_bare_number() -> None:
    (found,) = facts_from_pairs({"Weight (g)": "380"})
    assert isinstance(found.value, Quantity)
    assert (found.value.low, found.value.unit) == (Decimal(380), "gram")


def test_nested_values_are_flattened() -> None:
    (found,) = facts_from_pairs({"audio_sensitivity": {"unit": "decibels", "value": 121.0}})
    assert isinstance(found.value, Quantity)
    assert found.value.unit == "decibel_"


def test_dimensions_and_flags_are_typed() -> None:
    dims, flag = facts_from_pairs({"dimensions": "120x60x75 cm", "dishwasher safe": "no"})
    assert isinstance(dims.value, Quantities)
    assert flag.value == Flag(value=False)


@pytest.mark.parametrize(("one", "other"), [("500 g", "0.6 kg"), ("1 kg", "3斤")])
def test_weights_that_differ_contradict_each_other(one: str, other: str) -> None:
    assert product("Bag", weight=one, 重量=other).conflicts


@pytest.mark.parametrize(("one", "other"), [("1 kg", "1000 g"), ("1 kg", "2斤"), ("13 mm (1/2 in)", "1/2 in")])
def test_the_same_said_twice_is_no_contradiction(one: str, other: str) -> None:
    assert not product("Bag", weight=one, 重量=other).conflicts


def test_materials_that_differ_between_languages_contradict_each_other() -> None:
    assert product("Shirt", material="cotton", 材质="100% polyester").conflicts
    assert not product("Shirt", material="cotton", 材质="棉").conflicts


def test_a_title_that_contradicts_a_cell_is_reported() -> None:
    (conflict,) = product("Thermos 500ml", net_content="450ml").conflicts
    assert conflict.facts == ("S1#title", "S1#net_content")
    assert not product("Nuts 30 × 25 g", net_content="750 g (30 × 25 g)").conflicts


def test_a_title_tells_material_and_colour_where_no_cell_does() -> None:
    found = fact(product("Mauve Leather Daypack"), "material")
    assert found.derived
    assert "Mauve Leather Daypack"[found.start : found.end] == "Leather"
    assert not [f for f in product("Face Cream").facts if f.key == "colour"]


@pytest.mark.parametrize("written", ["天然乳胶，含量93%", "天然乳胶（含量93%）", "天然乳胶93%"])
def test_a_share_that_is_called_content_belongs_to_its_material(written: str) -> None:
    value = fact(product("乳胶枕", 填充=written), "filling").value
    assert isinstance(value, Composition)
    assert [(p.term.text, p.percent) for p in value.parts] == [("天然乳胶", Decimal(93))]
