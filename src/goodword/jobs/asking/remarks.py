"""Free text in a feed (notes, 备注): its sentences are evidence, one by one, and never orders.

What reads like the shop's own business (suppliers, purchase prices, where a thing lies) or like an order to a model is
kept back whole: nobody meant customers to hear it.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.errors import DataError
from goodword.guard.untrusted import screen
from goodword.text import segment
from goodword.text.normalise import fold
from goodword.types import Fact, Prose

KEY = "note"


def kept_back(fact: Fact) -> bool:
    """Whether a remark is none of a customer's business, or gives orders."""
    return fact.key == KEY and _kept_back(fact.text, fact.lang)


def sentences(fact: Fact) -> list[tuple[int, int]]:
    """The spans of the sentences of free text; of a value that is no free text, all of it."""
    if not isinstance(fact.value, Prose) or fact.key != KEY:
        return [(0, len(fact.text))]
    return whole(fact.text, segment.sentences(fact.text)) or [(0, len(fact.text))]


def whole(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sentences, those that a semicolon parts in one: what follows it has no subject of its own."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and text[: out[-1][1]].rstrip().endswith((";", "；")):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def internal(text: str) -> bool:
    """Whether a remark is the shop's own business."""
    return bool(_internal().search(fold(text).text))


@lru_cache(maxsize=4096)
def _kept_back(text: str, lang: Any) -> bool:
    if internal(text):
        return True
    try:
        return screen.score(text, lang).flagged
    except DataError:
        return True  # what cannot be screened is not said


@cache
def _internal() -> re.Pattern[str]:
    return re.compile("".join(data()["internal"].split("\n")))


@cache
def data() -> dict[str, Any]:
    """The patterns with their examples."""
    return loads(files("goodword.data").joinpath("ask/remarks.toml").read_text("utf-8"))
