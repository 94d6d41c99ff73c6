"""The strings a pattern needs are those of every text it matches."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.opinions import points
from goodword.text.literals import needed

SOME = (r"\bruns? (?:a bit |very )?(?:small|tight)", r"too (?:big|large)\b", r"(?:broke|died)\b.{0,40}\bafter",
        r"sized? up|size down", r"偏[大小]|尺码(?:标准|正好)", r"(?:to)+ast", r"colou?r")  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "strings"),
    [
        (r"\btoo (?:big|large)\b", ("too big", "too large")),
        (r"\bruns? small", (" small",)),
        (r"偏[大小]", ("偏大", "偏小")),
        (r"size up|size upwards|size down", ("size down", "size up")),
        (r"(?:a|b)?c*", ()),
        (r"\d+ (?:days|weeks)", (" days", " weeks")),
    ],
)
def test_it_finds_the_strings_a_match_cannot_do_without(pattern: str, strings: tuple[str, ...]) -> None:
    assert needed(pattern) == strings


@pytest.mark.parametrize("pattern", SOME)
@given(data=st.data())
def test_every_text_that_matches_holds_one_of_them(pattern: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(pattern, re.IGNORECASE)))
    assert not needed(pattern) or any(word in text.casefold() for word in needed(pattern))


@given(data=st.data())
def test_every_point_can_still_be_found(data: st.DataObject) -> None:
    point = data.draw(st.sampled_from(list(points.all_points().values())))
    which = data.draw(st.sampled_from([n for n, p in enumerate(point.patterns) if p]))
    pattern = point.patterns[which]
    assert pattern is not None
    text = data.draw(st.from_regex(pattern))
    assert any(word in text.casefold() for word in point.needs[which])
