"""Facts as feeds have them, under any heading, against copy that says the same and copy that says something else."""

from pathlib import Path
from tomllib import loads

import pytest

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard.base import Matter
from goodword.guard.checks import grounding
from goodword.types import Lang

DATA = Path(__file__).parent / "data"


def _rows(kind: str) -> list[tuple[Lang, dict[str, str], str]]:
    return [
        ("zh" if (product.get("lang") or file.stem[-2:]) == "zh" else "en", product["facts"], text)
        for file in sorted(DATA.glob("feeds_*.toml"))
        for product in loads(file.read_text("utf-8"))["product"]
        for text in product[kind]
    ]


def _stances(lang: Lang, facts: dict[str, str], text: str) -> set[str]:
    matter = Matter(text=text, lang=lang, market="uk" if lang == "en" else "cn", facts=facts_from_pairs(facts))
    return {v.stance for v in grounding.by_rules(matter)}


@pytest.mark.parametrize(("lang", "facts", "text"), _rows("wrong"))
def test_copy_that_says_something_else_than_the_facts_does_not_pass(
    lang: Lang, facts: dict[str, str], text: str
) -> None:
    assert _stances(lang, facts, text) & {"refuted", "silent", "opinion"}


@pytest.mark.parametrize(("lang", "facts", "text"), _rows("clean"))
def test_copy_that_says_what_the_facts_say_is_not_refuted(lang: Lang, facts: dict[str, str], text: str) -> None:
    assert "refuted" not in _stances(lang, facts, text)
