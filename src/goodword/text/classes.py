"""Product classes: what matters to a buyer of each, as data in data/classes/."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads

from goodword.errors import InputError
from goodword.text.normalise import fold
from goodword.types import Lang

GENERAL = "general"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductClass:
    """One class: attribute keys in the order a buyer asks for them, and those a buyer needs."""

    id: str
    names: Mapping[Lang, str]
    cues: Mapping[Lang, tuple[str, ...]]
    order: tuple[str, ...]
    needs: tuple[str, ...]


@cache
def _all() -> dict[str, ProductClass]:
    folder = files("goodword.data").joinpath("classes")
    found = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        row = loads(file.read_text("utf-8"))
        found[row["id"]] = ProductClass(
            id=row["id"], names={"en": row["en"], "zh": row["zh"]},
            cues={"en": tuple(row["cues_en"]), "zh": tuple(row["cues_zh"])},
            order=tuple(row["order"]), needs=tuple(row["needs"]),
        )  # fmt: skip
    return found


def all_ids() -> tuple[str, ...]:
    """The ids of all classes."""
    return tuple(_all())


def load(class_id: str) -> ProductClass:
    """The class of that id.

    Raises:
        InputError: there is no such class.
    """
    try:
        return _all()[class_id]
    except KeyError:
        raise InputError(f"no product class {class_id!r}", cure=f"There is: {', '.join(_all())}") from None


def by_cue(text: str) -> str | None:
    """The class whose longest cue stands nearest the end of `text`: names of products end in what they are."""
    folded = fold(text).text
    best: tuple[int, int, str] | None = None
    for class_id, patterns in _patterns().items():
        for match in patterns.finditer(folded):
            rank = (match.end(), match.end() - match.start(), class_id)
            best = max(best, rank) if best else rank
    return best[2] if best else None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {c.id: _pattern(c) for c in _all().values() if c.cues["en"] or c.cues["zh"]}


def _pattern(product_class: ProductClass) -> re.Pattern[str]:
    latin = "|".join(re.escape(c) for c in sorted(product_class.cues["en"], key=len, reverse=True))
    han = "|".join(re.escape(fold(c).text) for c in sorted(product_class.cues["zh"], key=len, reverse=True))
    return re.compile(rf"(?<![a-z])(?:{latin})(?:s|es)?(?![a-z])|{han}")
