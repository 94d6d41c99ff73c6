"""What a fact means for the buyer, where the fact entails it. Data: writing/benefits.toml, with the reason of each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads

from goodword.text import lexicon
from goodword.types import Fact, Flag, Lang, Terms

_FEW = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Benefit:
    """One entailed benefit: the attribute, the value it needs, its wording and the reason of entailment."""

    key: str
    en: str
    zh: str
    why: str
    flag: bool | None = None
    concept: str = ""
    text: str = ""

    def wording(self, lang: Lang) -> str:
        """The words that follow the fact."""
        return self.en if lang == "en" else self.zh


@cache
def table() -> tuple[Benefit, ...]:
    """The packaged benefits."""
    text = files("goodword.data").joinpath("writing/benefits.toml").read_text("utf-8")
    return tuple(Benefit(**row) for row in loads(text)["benefit"])


def of(facts: Iterable[Fact]) -> Benefit | None:
    """The benefit that every one of `facts` (one per language) entails; the first of the table, or None."""
    rows = list(facts)
    return next((b for b in table() if rows and all(_entails(f, b) for f in rows)), None)


def _entails(fact: Fact, benefit: Benefit) -> bool:
    if fact.key != benefit.key:
        return False
    if benefit.flag is not None:
        return isinstance(fact.value, Flag) and fact.value.value == benefit.flag
    if benefit.text:
        return re.fullmatch(benefit.text, fact.text.strip(" .。").lower()) is not None
    if not isinstance(fact.value, Terms) or len(fact.value.items) > _FEW:
        return False  # after a long list 'so …' would seem to follow from all of it
    # A whole term must name each: 'dishwasher-safe basket' and 'microwave safe (without lid)' entail less.
    named = {lexicon.load().exact(t.text, "feature") for t in fact.value.items}
    return set(benefit.concept.split()) <= named
