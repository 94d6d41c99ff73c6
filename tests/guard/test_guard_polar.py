"""Facts that say yes or no, whatever their heading."""

import pytest

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard import polar


@pytest.mark.parametrize(
    ("heading", "cell", "subject", "holds", "sense"),
    [
        ("Microwave safe", "no", ("microwav",), False, "have"),
        ("Assembly required", "yes", ("assemb",), True, "need"),
        ("Fitted sheet", "not included", ("fit", "sheet"), False, "box"),
        ("BPA free", "Yes", ("bpa",), False, "have"),
        ("Gluten", "gluten free", ("gluten",), False, "have"),
        ("微波炉适用", "否", ("微波炉",), False, "have"),
        ("是否含灯泡", "否", ("灯泡",), False, "box"),
        ("是否需要安装", "是", ("安装",), True, "need"),
        ("是否折叠", "不可折叠", ("折叠",), False, "have"),
        ("弹力", "无弹", ("弹力",), False, "have"),
        ("是否带盖", "带盖", ("盖",), True, "have"),
        ("电池", "2节5号电池（不含）", ("电池",), False, "box"),
    ],
)
def test_a_cell_answers_what_its_heading_asks(
    heading: str, cell: str, subject: tuple[str, ...], holds: bool, sense: str
) -> None:
    (fact,) = facts_from_pairs({heading: cell})
    found = polar.of(fact)
    assert found is not None
    assert (found.subject, found.holds, found.sense) == (subject, holds, sense)


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("oven safe", "up to 230 °C"),
        ("Material", "oak"),
        ("糖", "4.2克/100克"),
        ("Sugar", "no added sugar"),
        ("颜色", "黑"),
    ],
)
def test_a_cell_that_says_something_else_answers_nothing(heading: str, cell: str) -> None:
    (fact,) = facts_from_pairs({heading: cell})
    assert polar.of(fact) is None
