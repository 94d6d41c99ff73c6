"""Quantities of running text and cells."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.text import compare
from goodword.text.normalise import fold
from goodword.text.quantities import find
from goodword.text.segment import sentences
from goodword.types import Quantity


def one(text: str) -> Quantity:
    (quantity,) = find(text)
    return quantity


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "hedge"),
    [
        ("380 g", "380", "380", "gram", "exact"),
        ("1.2斤", "1.2", "1.2", "jin", "exact"),
        ("半斤", "0.5", "0.5", "jin", "exact"),
        ("１２０克", "120", "120", "gram", "exact"),
        ("约2.5L", "2.5", "2.5", "litre", "about"),
        ("up to 30 h", None, "30", "hour", "up_to"),
        ("30天以内", None, "30", "day", "up_to"),
        ("3岁以上", "3", None, "year", "at_least"),
        ("-20~60℃", "-20", "60", "degree_Celsius", "exact"),
        ("1,200 mAh", "1200", "1200", "milliampere_hour", "exact"),
        ("5000mAh (typ.)", "5000", "5000", "milliampere_hour", "typical"),
        ("1 1/2 in", "1.5", "1.5", "inch", "exact"),
        ("3万次", "30000", "30000", "", "exact"),
        ("150 g/m²", "150", "150", "gsm", "exact"),
        ("7.5 fl. oz.", "7.5", "7.5", "fluid_ounce", "exact"),
        ("from 1.8 m to 2 m", "1.8", "2", "metre", "exact"),
        ("玻璃瓶装，75毫升", "75", "75", "millilitre", "exact"),
        ("二十五厘米", "25", "25", "centimetre", "exact"),
        ("two ports", "2", "2", "", "exact"),
    ],
)
def test_it_reads_a_quantity_as_shops_write_it(
    text: str, low: str | None, high: str | None, unit: str, hedge: str
) -> None:
    found = one(text)
    assert (found.low, found.high) == (low and Decimal(low), high and Decimal(high))
    assert (found.unit, found.hedge) == (unit, hedge)


@pytest.mark.parametrize(
    "name",
    ["IPX7", "E27 bulb", "iPhone 15 Pro", "5G phone", "4K screen", "Bluetooth 5.3", "Size 42", "PM2.5", "USB-C 3.2"],
)
def test_it_takes_no_model_name_for_a_quantity(name: str) -> None:
    assert find(name) == []


def test_a_unit_given_once_holds_for_all_sides() -> None:
    assert [(q.low, q.unit) for q in find("120x60x75 cm")] == [
        (Decimal(120), "centimetre"), (Decimal(60), "centimetre"), (Decimal(75), "centimetre"),
    ]  # fmt: skip


def test_a_tolerance_is_kept() -> None:
    assert one("30±2 cm").tolerance == Decimal(2)


@given(st.text(max_size=60))
def test_spans_of_any_text_slice_back(text: str) -> None:
    for quantity in find(text):
        assert 0 <= quantity.start < quantity.end <= len(text)
        assert any(c.isnumeric() or c.isalpha() for c in text[quantity.start : quantity.end])
    spans = sentences(text)
    assert all(text[a:b] == text[a:b].strip() and text[a:b] for a, b in spans)


@given(st.decimals("0.1", "9999", places=1), st.sampled_from(["g", "kg", " ml", " cm", "克", "毫升", "厘米", " W"]))
def test_a_number_written_with_any_unit_reads_back(number: Decimal, unit: str) -> None:
    assert one(f"{number}{unit}").low == number


@given(st.text(max_size=40))
def test_every_span_of_a_folded_text_has_a_home(text: str) -> None:
    folded = fold(text)
    for start in range(len(folded.text)):
        a, b = folded.home(start, start + 1)
        assert 0 <= a < b <= len(text)


@pytest.mark.parametrize(
    ("stated", "held", "expected"),
    [
        ("600 g", "1.2斤", "same"),
        ("222 ml", "7.5 fl oz", "same"),
        ("about 1.8 m", "178 cm", "weaker"),
        ("10 h", "up to 10 h", "stronger"),
        ("最长10小时", "up to 10 h", "same"),
        ("1.8 m", "1.78 m", "different"),
        ("67 g", "999 g", "different"),
        ("2 kg", "1.5-2 kg", "different"),
        ("5 g", "5 ml", "incomparable"),
    ],
)
def test_a_stated_quantity_is_compared_honestly(stated: str, held: str, expected: str) -> None:
    assert compare.compare(one(stated), one(held)) == expected
