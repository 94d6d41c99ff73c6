"""Discounts, dates and money of running text."""

from decimal import Decimal

import pytest

from goodword.text import compare, dates
from goodword.text.quantities import find


@pytest.mark.parametrize(
    ("text", "percent", "hedge"),
    [
        ("全场8折", 20, "exact"), ("打八折", 20, "exact"), ("八五折", 15, "exact"), ("85折优惠", 15, "exact"),
        ("9.5折", 5, "exact"), ("低至5折", 50, "up_to"), ("8折起", 20, "up_to"), ("半价", 50, "exact"),
        ("对折", 50, "exact"), ("20% off", 20, "exact"), ("Save 20%", 20, "exact"), ("up to 50% off", 50, "up_to"),
        ("half price", 50, "exact"),
    ],
)  # fmt: skip
def test_a_discount_is_what_is_taken_off_in_either_language(text: str, percent: int, hedge: str) -> None:
    (found,) = find(text)
    assert (found.high, found.unit, found.counter, found.hedge) == (Decimal(percent), "percent", "discount", hedge)


@pytest.mark.parametrize(("one", "other"), [("8折", "20% off"), ("低至5折", "up to 50% off"), ("半价", "50% off")])
def test_a_discount_said_in_the_other_language_is_the_same(one: str, other: str) -> None:
    (a,), (b,) = find(one), find(other)
    assert compare.compare(a, b) == compare.compare(b, a) == "same"


def test_a_discount_says_nothing_of_other_shares_and_counts() -> None:
    (off,), (share,), (count,) = find("20% off"), find("20% cotton"), find("8 pcs")
    assert compare.compare(off, share) == compare.compare(share, off) == "incomparable"
    assert compare.compare(off, count) == "incomparable"


@pytest.mark.parametrize("text", ["Buy two, get one free", "buy 2 get 1", "买二送一", "买2送1", "买两件送一"])
def test_what_is_bought_and_what_is_free_are_counted_apart(text: str) -> None:
    assert [(q.low, q.counter) for q in find(text)] == [(Decimal(2), "bought"), (Decimal(1), "free")]


@pytest.mark.parametrize("text", ["三折伞", "3折叠", "对折收纳", "save 20% energy", "折射率"])
def test_what_only_looks_like_a_discount_is_none(text: str) -> None:
    assert not [q for q in find(text) if q.counter]


@pytest.mark.parametrize("text", ["第二件半价", "满200减30", "满300打8折"])
def test_an_offer_with_conditions_counts_nothing(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "iso"),
    [("2026-03-01", "2026-03-01"), ("2026年3月5日", "2026-03-05"), ("2026/3/5", "2026-03-05"), ("Mar 2026", "2026-03"),
     ("5th of March 2026", "2026-03-05"), ("March 5, 2026", "2026-03-05"), ("25/12/2026", "2026-12-25"),
     ("2026.3.5", "2026-03-05"), ("2026年3月", "2026-03"), ("2024年", "2024")],
)  # fmt: skip
def test_a_date_is_as_precise_as_written(text: str, iso: str) -> None:
    ((found, start, end),) = dates.find_dates(text)
    assert (found.start, found.end, text[start:end]) == (iso, iso, text)
    assert find(text) == []


@pytest.mark.parametrize("text", ["03/05/2026", "2026-02-30", "Market 2026", "2000.5 mAh", "2000.10 kg"])
def test_a_date_that_could_be_two_days_or_none_is_not_guessed(text: str) -> None:
    assert dates.find_dates(text) == []


@pytest.mark.parametrize(
    ("text", "amounts"),
    [("US$12.99", ["12.99 USD"]), ("¥1,299", ["1299 CNY"]), ("9块9", ["9.9 CNY"]), ("港币199元", ["199 HKD"]),
     ("199-299元", ["199 CNY", "299 CNY"]), ("$19.99 - $29.99", ["19.99 USD", "29.99 USD"]), ("A$20", ["20 AUD"]),
     ("立减20元", ["20 CNY off"]), ("$20 off", ["20 USD off"]), ("save up to $50", ["50 USD off"])],
)  # fmt: skip
def test_money_has_its_currency_and_whether_it_is_taken_off(text: str, amounts: list[str]) -> None:
    assert [f"{m.amount} {m.currency}{' off' * m.off}" for m, _, _ in dates.find_money(text)] == amounts


@pytest.mark.parametrize("text", ["€9,99", "9,99 €", "1.000,50 €", "2,5 kg", "1.250,5 g", "10,15", "3,14159 m"])
def test_a_decimal_comma_is_not_guessed(text: str) -> None:
    assert find(text) == []
    assert dates.find_money(text) == []


def test_a_comma_that_parts_thousands_is_read_and_a_chinese_comma_parts_a_list() -> None:
    assert [q.low for q in find("1,250 g")] == [Decimal(1250)]
    assert [(q.low, q.unit) for q in find("规格2，5件")] == [(Decimal(2), ""), (Decimal(5), "")]
