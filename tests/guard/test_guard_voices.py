"""Paraphrased copy in the voices of several shops, by the guard: what follows is released, what does not is held."""

from pathlib import Path
from tomllib import loads
from typing import Any

import pytest

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard.base import Matter
from goodword.guard.review import review
from goodword.types import Lang

DATA = Path(__file__).parent / "data"
LANGS: tuple[Lang, ...] = ("en", "zh")


@pytest.mark.parametrize(
    ("lang", "product"),
    [(lang, p) for lang in LANGS for p in loads((DATA / f"voices_{lang}.toml").read_text("utf-8"))["product"]],
    ids=lambda given: str(next(iter(given["facts"].values()))) if isinstance(given, dict) else given,
)
def test_what_follows_from_the_facts_is_released_and_nothing_else(lang: Lang, product: dict[str, Any]) -> None:
    facts = facts_from_pairs(product["facts"], lang=lang)
    said = {
        text: review(Matter(text=text, lang=lang, market=product["market"], facts=facts)).outcome
        for text in product["clean"] + product["wrong"]
    }
    assert [t for t in product["clean"] if said[t] != "released"] == []
    assert [t for t in product["wrong"] if said[t] == "released"] == []
