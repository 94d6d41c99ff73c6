"""The trigger language: what it matches, what it refuses, and that it runs in linear time."""

from time import process_time

import pytest

from goodword.errors import DataError
from goodword.guard.law.patterns import Index, compile_line

SETS = {"good": ("佳", "好"), "ill": ("acne", "eczema")}


@pytest.mark.parametrize(
    ("line", "text", "found"),
    [
        ("最<good>", "这是最佳的", "最佳"),
        ("cures? ~20 <ill>", "it cures your acne", "cures your acne"),
        ("cures? ~20 <ill>", "it cures ham. eczema is another matter", ""),
        ("(no|zero) risk", "a zero-risk plan", "zero-risk"),
        ("was ~9 #", "was only 1,200.50 here", "was only 1,200.50"),
        ("^best$", "best!", "best"),
        ("best", "the bestiary", ""),
        ("clinical* proven", "clinically proven", "clinically proven"),
        ("sku 1#2", "sku 138 and sku 1384", "sku 138"),
        ("save \\#1", "save #1", "save #1"),
    ],
)
def test_lines_match_what_they_say(line: str, text: str, found: str) -> None:
    matches = [text[a:b] for _, a, b in Index({0: compile_line(line, SETS)}).matches(text)]
    assert matches == ([found] if found else [])


@pytest.mark.parametrize(
    ("line", "why"),
    [("<unknown> word", "unknown set"), ("(open", "open bracket"), ("shut)", "bracket too many"),
     ("~5 #", "no fixed word"),
     ("# ? ?? x", "malformed|no fixed word")],
)  # fmt: skip
def test_bad_lines_are_refused_with_the_line(line: str, why: str) -> None:
    with pytest.raises(DataError, match=why):
        compile_line(line, SETS)


def test_a_line_takes_time_in_proportion_to_the_text() -> None:
    index = Index({0: compile_line("cures? ~~40 (a|aa|aaa)~20<ill>", SETS)})
    spent = []
    for size in (20_000, 80_000):
        text = "cure aaaa " * (size // 10)
        began = process_time()
        list(index.matches(text))
        spent.append(process_time() - began)
    assert spent[1] < 12 * spent[0] + 0.5
