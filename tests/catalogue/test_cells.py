"""Messy cells as real feeds have them, and what is made of each: tests/catalogue/cells/en.tsv and zh.tsv.

A line is heading, cell, attribute key, and the value in short: '≤30 hour', '12 | 500 millilitre', 'date 2027-03',
'{Black=colour.black; White=colour.white}', '(Shell) 100% material.nylon', 'prose' for what is kept as written.
"""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodword.catalogue import values
from goodword.catalogue.facts import facts_from_pairs
from goodword.text import lexicon, quantities
from goodword.types import Composition, Dates, Flag, Lang, Money, Part, Quantities, Quantity, Terms, Value

HEDGES = {"exact": "", "about": "~", "typical": "typ ", "up_to": "≤", "at_least": "≥", "over": ">", "under": "<"}
FOLDER = Path(__file__).parent / "cells"
CELLS = [
    pytest.param(*line.split("\t"), id=f"{lang}: {line.split(chr(9))[0]} {line.split(chr(9))[1]}")
    for lang in ("en", "zh")
    for line in (FOLDER / f"{lang}.tsv").read_text("utf-8").splitlines()
]


def figure(number: Decimal | None) -> str:
    return "?" if number is None else f"{number.normalize():f}"


def short(q: Quantity) -> str:
    """A quantity in short."""
    if q.low == q.high or None in {q.low, q.high}:
        number = figure(q.high if q.low is None else q.low)
    else:
        number = f"{figure(q.low)}..{figure(q.high)}"
    if q.tolerance is not None:
        number += f"±{figure(q.tolerance)}"
    if q.tolerance_percent is not None:
        number += f"±{figure(q.tolerance_percent)}%"
    return HEDGES[q.hedge] + number + (f" {q.unit}" if q.unit else "") + (f" [{q.counter}]" if q.counter else "")


def part(p: Part) -> str:
    where = f"({p.where}) " if p.where else ""
    share = f"{figure(p.percent)}% " if p.percent is not None else ""
    return where + share + (p.term.concept or repr(p.term.text))


def told(value: Value) -> str:
    """A value in short."""
    match value:
        case Quantity():
            return short(value)
        case Quantities():
            return {"dimensions": " x ", "choice": " | ", "pack": " * "}[value.joined].join(map(short, value.items))
        case Terms():
            return "{" + "; ".join(t.text + (f"={t.concept}" if t.concept else "") for t in value.items) + "}"
        case Composition():
            return " + ".join(map(part, value.parts))
        case Flag():
            return "yes" if value.value else "no"
        case Dates():
            return f"date {value.start}" if value.start == value.end else f"date {value.start} to {value.end}"
        case Money():
            return f"{value.amount} {value.currency}" + (" off" if value.off else "")
    return "prose"


@pytest.mark.parametrize(("heading", "cell", "key", "value"), CELLS)
def test_a_messy_cell_is_read_as_what_it_says(heading: str, cell: str, key: str, value: str) -> None:
    (fact,) = facts_from_pairs({heading: cell})
    assert (fact.key, told(fact.value)) == (key, value)
    assert fact.text == cell.strip()
    for q in quantities.find(cell):
        assert 0 <= q.start < q.end <= len(cell)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_there_are_many_messy_cells_of_each_language(lang: Lang) -> None:
    assert len((FOLDER / f"{lang}.tsv").read_text("utf-8").splitlines()) >= 300


KEYS = ["weight", "dimensions", "material", "colour", "size", "net_content", "origin", "discount", "price", "age",
        "storage", "best_before", "battery_capacity", "alcohol", "compatibility", "dishwasher_safe"]  # fmt: skip
PIECES = """
1 12 3.5 1,299 2,5 ½ 半 一 两三 kg g 克 斤 cm " ' in ft ml x × * / - ~ ± % 折 off 元 $ ¥ , ， 、 ; ： : ( ) （ ） +
cotton 棉 red 红色 黑 S M 起 约 up to 以上 made in China 面料 2026-03-01 2026年 Φ L W H 5G AA 买 送
"""
SCRAPS = st.one_of(st.sampled_from(PIECES.split()), st.text(max_size=4))


@settings(deadline=None)  # the first cell waits for the units
@given(st.lists(SCRAPS, max_size=9).map(" ".join), st.sampled_from(["", *KEYS]))
def test_whatever_a_cell_holds_it_is_read_and_every_span_slices_back(cell: str, key: str) -> None:
    value = values.parse(lexicon.load().by_key(key), cell, heading=key)
    terms = value.items if isinstance(value, Terms) else ()
    terms += tuple(p.term for p in value.parts) if isinstance(value, Composition) else ()
    for term in terms:
        assert squeezed(cell[term.start : term.end]) == squeezed(term.text)
    numbers = value.items if isinstance(value, Quantities) else (value,) if isinstance(value, Quantity) else ()
    assert all(0 <= q.start < q.end <= len(cell) for q in numbers)


def squeezed(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
