"""Quantities of running text and cells."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodword.text import compare, units
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
        ("5'7\"", "67", "67", "inch", "exact"),
        ("5 ft 7 in", "67", "67", "inch", "exact"),
        ("about 5’7”", "67", "67", "inch", "about"),
        ("6'", "6", "6", "foot", "exact"),
        ('1/2"', "0.5", "0.5", "inch", "exact"),
        ("3½ in", "3.5", "3.5", "inch", "exact"),
        ('3-1/2"', "3.5", "3.5", "inch", "exact"),
        ("15.6″", "15.6", "15.6", "inch", "exact"),
        ("2 lb 5 oz", "37", "37", "ounce", "exact"),
        ("一斤半", "1.5", "1.5", "jin", "exact"),
        ("一斤二两", "12", "12", "liang", "exact"),
        ("约1米75", "1.75", "1.75", "metre", "about"),
        ("1小时30分钟", "90", "90", "minute", "exact"),
        ("两三天", "2", "3", "day", "exact"),
        ("20多个", "20", None, "", "over"),
        ("零下20度", "-20", "-20", "degree_Celsius", "exact"),
        ("不高于60℃", None, "60", "degree_Celsius", "up_to"),
        ("not more than 5 kg", None, "5", "kilogram", "up_to"),
        ("8 years and over", "8", None, "year", "at_least"),
        ("between 2 and 3 kg", "2", "3", "kilogram", "exact"),
        ("20 Hz - 20 kHz", "20", "20000", "hertz", "exact"),
        ("53度白酒", "53", "53", "percent_volume", "exact"),
        ("5.3 oz/yd²", "5.3", "5.3", "ounce_per_square_yard", "exact"),
        ("600D Oxford", "600", "600", "denier_", "exact"),
        ("5g", "5", "5", "gram", "exact"),
        ("每份3g", "3", "3", "gram", "exact"),
        ("含糖5G/份", "5", "5", "gram", "exact"),
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
    ["IPX7", "E27 bulb", "iPhone 15 Pro", "5G phone", "4K screen", "Bluetooth 5.3", "Size 42", "PM2.5", "USB-C 3.2",
     "5G手机", "支持5g网络", "5g network", "18K gold", "EOS 600D", "16:9", "170/92A", "f/1.8", "数百个", "5号电池"],
)  # fmt: skip
def test_it_takes_no_model_name_for_a_quantity(name: str) -> None:
    assert find(name) == []


def test_a_unit_given_once_holds_for_all_sides() -> None:
    assert [(q.low, q.unit) for q in find("120x60x75 cm")] == [
        (Decimal(120), "centimetre"), (Decimal(60), "centimetre"), (Decimal(75), "centimetre"),
    ]  # fmt: skip


def test_a_tolerance_is_kept() -> None:
    assert one("30±2 cm").tolerance == Decimal(2)
    assert one("450g +/-5%").tolerance_percent == Decimal(5)
    assert (one("3 cm (± 2 mm)").tolerance, one("3 cm (± 2 mm)").unit) == (Decimal("0.2"), "centimetre")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100-240V~ 50/60Hz", ["100..240 volt", "50..50 hertz", "60..60 hertz"]),
        ("5V⎓2A", ["5..5 volt", "2..2 ampere"]),
        ("6 x 330ml", ["6..6 ", "330..330 millilitre"]),
        ("3.5-20千克", ["3.5..20 kilogram"]),
        ("12g/100g", ["12..12 gram"]),
        ("2-in-1", ["2..2 "]),
        ("3 in stock", ["3..3 "]),
        ("2升级版", ["2..2 "]),
        ("3尺寸可选", ["3..3 "]),
        ("2周年", ["2..2 "]),
        ("2米白色数据线", ["2..2 metre"]),
        ("12/16/20厘米", ["12..12 centimetre", "16..16 centimetre", "20..20 centimetre"]),
        ("48MP + 12MP", ["48..48 megapixel_", "12..12 megapixel_"]),
    ],
)
def test_several_numbers_side_by_side_are_told_apart(text: str, expected: list[str]) -> None:
    assert [f"{q.low}..{q.high} {q.unit}" for q in find(text)] == expected


@settings(deadline=None)  # the first text waits for the units
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


@pytest.mark.parametrize("unit", sorted(units.units()))
def test_every_unit_said_in_either_language_is_read_back(unit: str) -> None:
    for lang, name in units.units()[unit].say.items():
        if (unit, lang) == ("yard", "zh"):
            continue  # 42码 is a size
        (found,) = find(f"1200 {name}")
        assert (found.low, found.unit) == (Decimal(1200), unit)


QUANTITIES = st.builds(
    lambda low, more, unit, hedge: Quantity(
        low=None if hedge == "up_to" else low, high=None if hedge == "at_least" else low + more, unit=unit, hedge=hedge
    ),
    st.decimals("0.1", "999", places=1),
    st.decimals("0", "9", places=1),
    st.sampled_from(["gram", "kilogram", "jin", "ounce", "millilitre", "percent", ""]),
    st.sampled_from(["exact", "about", "up_to", "at_least"]),
)


@settings(deadline=None)
@given(QUANTITIES, QUANTITIES)
def test_whether_two_facts_agree_does_not_hang_on_their_order(a: Quantity, b: Quantity) -> None:
    assert compare.comparable(a, b) == compare.comparable(b, a)
    assert compare.overlap(a, b) == compare.overlap(b, a)
    assert compare.same(a, a)
    if a.unit == b.unit and compare.comparable(a, b):
        assert compare.same(a, b) == compare.same(b, a)


@settings(deadline=None)
@given(QUANTITIES)
def test_a_quantity_says_the_same_as_itself(q: Quantity) -> None:
    assert compare.compare(q, q) == "same"
    assert compare.overlap(q, q)


@pytest.mark.parametrize(
    "text", ["号称“45合1”的工具", "“九合1”", 'the "45 in 1" tool', "put one in.", "四周包边", "小零件", "8 in peace"]
)
def test_a_closing_mark_or_a_turn_of_phrase_is_no_unit(text: str) -> None:
    assert not [q for q in find(text) if q.unit]


@pytest.mark.parametrize("text", ["a 24” screen", '24" x 36" frame', '“屏幕” 24"'])
def test_a_mark_that_closes_nothing_is_an_inch(text: str) -> None:
    assert {q.unit for q in find(text)} == {"inch"}
