"""The wording of a language, loaded from data/writing/<lang>.toml. Templates are filled once."""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.types import Hedge, Lang

_NUMBER = re.compile(r"\[([^|\]]*)\|([^|\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")


class Wording:
    """Patterns and glue of one language."""

    def __init__(self, lang: Lang, rows: dict[str, Any]) -> None:
        self.lang, self._rows = lang, rows

    def phrases(self, key: str) -> tuple[str, ...]:
        """Verb phrases of an attribute that can share a subject."""
        return tuple(self._rows["phrase"].get(key, ()))

    def whole(self, key: str) -> tuple[str, ...]:
        """Whole sentences of an attribute."""
        return tuple(self._rows["whole"].get(key, ()))

    def fallback(self, kind: str) -> str:
        """The pattern for an attribute without one of its own."""
        return str(self._rows["fallback"][kind][0])

    def glue(self, name: str) -> Any:
        """A word or list of words that holds sentences together."""
        return self._rows["glue"][name]

    def hedge(self, hedge: Hedge, *, time: bool) -> str:
        """The pattern of a hedge; Chinese says 最长 of times and 最高 of other quantities."""
        table = self._rows["hedge"]
        return str(table.get(f"{hedge}_time" if time else hedge, table.get(hedge, "{v}")))

    def series(self, items: Sequence[str], name: str = "series") -> str:
        """'a, b and c' or 'a、b和c'."""
        between, last = self.glue(name)
        return items[0] if len(items) == 1 else between.join(items[:-1]) + last + items[-1]


@cache
def load(lang: Lang) -> Wording:
    """The packaged wording of a language."""
    text = files("goodword.data").joinpath(f"writing/{lang}.toml").read_text("utf-8")
    return Wording(lang, loads(text))


@cache
def themes() -> dict[str, tuple[str, ...]]:
    """What belongs in one sentence: attribute keys by theme."""
    text = files("goodword.data").joinpath("writing/themes.toml").read_text("utf-8")
    return {name: tuple(keys) for name, keys in loads(text)["themes"].items()}


def fill(template: str, *, plural: bool = False, **slots: str) -> str:
    """Fill a template once: braces and brackets inside a value stay as they are."""
    chosen = _NUMBER.sub(lambda m: m[2] if plural else m[1], template)
    return _SLOT.sub(lambda m: slots.get(m[1], m[0]), chosen)


def pick(choices: Sequence[str], *seed: str) -> str:
    """One of `choices`, always the same for the same seed."""
    digest = hashlib.sha256("\x1f".join(seed).encode()).digest()
    return choices[digest[0] % len(choices)]
