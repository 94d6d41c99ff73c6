"""Which goods may not be shown to minors, and which would give a shopper away: words and classes as data.

`data/recommend/age.toml` and `topics.toml` hold, for each rule, words in both languages, product classes, authority,
and examples of titles on which it must fire and stay silent; a test runs them all.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.errors import DataError
from goodword.types import Market


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """One rule of either file. `ages` is empty for a sensitive topic."""

    name: str
    en: str
    zh: str
    authority: str
    classes: frozenset[str]
    words: re.Pattern[str]
    but: re.Pattern[str] | None  # where this fits as well, the words mean something else
    ages: dict[str, int]
    fires: tuple[str, ...]
    silent: tuple[str, ...]

    def fits(self, text: str, product_class: str) -> bool:
        """Whether a product of that class, with that title and category, falls under the rule."""
        if product_class in self.classes:
            return True
        rest = self.but.sub(" ", text) if self.but else text
        return bool(self.words.search(rest))


@cache
def read(name: str) -> tuple[Topic, ...]:
    """The rules of 'age' or 'topics'.

    Raises:
        DataError: a rule without its parts.
    """
    told = loads(files("goodword.data").joinpath(f"recommend/{name}.toml").read_text("utf-8"))
    try:
        return tuple(_topic(r) for r in told["rule"])
    except (KeyError, re.error) as error:
        raise DataError(f"data/recommend/{name}.toml: {error}") from None


def _topic(rule: dict[str, Any]) -> Topic:
    return Topic(
        name=rule["name"], en=rule["en"], zh=rule["zh"], authority=rule["authority"],
        classes=frozenset(rule.get("classes", ())), words=_pattern(rule.get("words_en", ()), rule.get("words_zh", ())),
        but=_pattern(rule["but_en"], rule["but_zh"]) if rule.get("but_en") or rule.get("but_zh") else None,
        ages=dict(rule.get("ages", {})), fires=tuple(rule["fires"]), silent=tuple(rule["silent"]),
    )  # fmt: skip


def _pattern(en: Iterable[str], zh: Iterable[str]) -> re.Pattern[str]:
    """English words stand whole, with or without a plural; Chinese ones wherever they stand."""
    parts = [rf"(?<![A-Za-z]){re.escape(w).replace(chr(92) + ' ', '[ -]?')}(?:e?s)?(?![A-Za-z])" for w in en]
    parts += [re.escape(w) for w in zh]
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def age_limit(text: str, product_class: str, market: Market) -> int:
    """The youngest age such a product may be shown to in a market; 0 where there is no limit."""
    return max((t.ages.get(market, 0) for t in read("age") if t.fits(text, product_class)), default=0)


def sensitive(text: str, product_class: str) -> str:
    """The first sensitive topic such a product would give away; '' where none."""
    return next((t.name for t in read("topics") if t.fits(text, product_class)), "")
