"""The wording of a language, loaded from data/writing/<lang>.toml. Templates are filled once."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any, Literal

from goodword.types import Hedge, Lang

Table = Literal["phrase", "lead", "own", "you", "whole", "fallback"]

_NUMBER = re.compile(r"\[([^|\]]*)\|([^|\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")


class Wording:
    """Patterns and glue of one language."""

    def __init__(self, lang: Lang, rows: dict[str, Any]) -> None:
        self.lang, self._rows = lang, rows

    def patterns(self, table: Table, key: str, product_class: str = "") -> tuple[str, ...]:
        """The patterns of an attribute, those for one class of product before the general ones."""
        rows = self._rows[table]
        return tuple(rows.get(f"{key}@{product_class}", rows.get(key, ())))

    def glue(self, name: str) -> Any:
        """A word or list of words that holds sentences together."""
        return self._rows["glue"][name]

    def hedge(self, hedge: Hedge, *, time: bool) -> str:
        """The pattern of a hedge; Chinese says 最长 of times and 最高 of other quantities."""
        table = self._rows["hedge"]
        return str(table.get(f"{hedge}_time" if time else hedge, table.get(hedge, "{v}")))

    def series(self, items: Sequence[str], name: str = "series") -> str:
        """'a, b and c' or 'a、b和c'. Where a member holds an 'and' itself, a comma goes before the last."""
        between, last = self.glue(name)
        if last == " and " and len(items) > 1 and any(last in i for i in (items[:-1] if name == "join" else items)):
            last = ", and "
        return items[0] if len(items) == 1 else between.join(items[:-1]) + last + items[-1]


@cache
def load(lang: Lang) -> Wording:
    """The packaged wording of a language."""
    text = files("goodword.data").joinpath(f"writing/{lang}.toml").read_text("utf-8")
    return Wording(lang, loads(text))


@cache
def themes() -> dict[str, tuple[str, ...]]:
    """What belongs in one sentence: attribute keys by theme."""
    return {name: tuple(keys) for name, keys in _themes()["themes"].items()}


@cache
def title_keys() -> tuple[str, ...]:
    """Attributes worth a place in a title that has room for them, most wanted first."""
    return tuple(_themes()["title"]["keys"])


@cache
def _themes() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("writing/themes.toml").read_text("utf-8"))


def fill(template: str, *, plural: bool = False, **slots: str) -> str:
    """Fill a template once: braces and brackets inside a value stay as they are."""
    chosen = _NUMBER.sub(lambda m: m[2] if plural else m[1], template)
    return _SLOT.sub(lambda m: slots.get(m[1], m[0]), chosen)


def slots_of(template: str) -> frozenset[str]:
    """The names of the slots of a template."""
    return frozenset(_SLOT.findall(template))


def fits(template: str, slots: Mapping[str, str]) -> bool:
    """Whether every slot of a template can be filled; {kind} not where its value ends in what follows it."""
    if not slots_of(template) <= slots.keys():
        return False
    after = template.partition("{kind}")[2]
    return not (after and slots.get("kind", "").endswith(after))


def turn(choices: Sequence[str], *seed: str) -> tuple[str, ...]:
    """The choices from one of them round, always the same one for the same seed."""
    at = number(*seed) % len(choices) if choices else 0
    return (*choices[at:], *choices[:at])


def pick(choices: Sequence[str], *seed: str) -> str:
    """One of `choices`, always the same for the same seed."""
    return choices[number(*seed) % len(choices)]


def number(*seed: str) -> int:
    """A number that is always the same for the same seed."""
    return hashlib.sha256("\x1f".join(seed).encode()).digest()[0]
