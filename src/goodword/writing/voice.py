"""Brand voice as data: how long, which tone, which words never and which instead."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from importlib.resources import files
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import Any

from goodword.errors import InputError

_CHOICES = {"person": ("third", "you"), "openings": ("varied", "plain")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """How a shop speaks. `max_facts` bounds a listing; facts a buyer needs are never dropped for it."""

    version: int
    name: str
    max_facts: int
    person: str
    tone_en: str
    tone_zh: str
    banned: tuple[str, ...] = ()
    preferred: Mapping[str, str] = field(default_factory=dict)
    include_price: bool = False
    facts_per_sentence: int = 3
    openings: str = "varied"
    benefits: bool = False


def allows(voice: Voice, text: str) -> bool:
    """Whether no banned word stands in `text`: whole words in Latin letters, any occurrence in Chinese."""
    return not any(_bounded(word).search(text) for word in voice.banned if word.strip())


def prefer(voice: Voice, text: str) -> str:
    """`text` with the words the voice prefers; a capital at the start of a word stays one."""

    def instead(found: re.Match[str], word: str) -> str:
        return word[:1].upper() + word[1:] if found.group()[:1].isupper() else word

    for word, better in voice.preferred.items():
        text = _bounded(word).sub(lambda m, w=better: instead(m, w), text)  # type: ignore[misc]
    return text


def _bounded(word: str) -> re.Pattern[str]:
    plain = re.escape(word.strip())
    return re.compile(rf"(?<!\w){plain}(?!\w)" if word.isascii() else plain, re.IGNORECASE)


def packaged() -> tuple[str, ...]:
    """Names of the voices that come with Goodword."""
    return tuple(sorted(f.name.removesuffix(".toml") for f in files("goodword.data").joinpath("voices").iterdir()))


def load(name: str) -> Voice:
    """A packaged voice by name, or one from a TOML file by path.

    Raises:
        InputError: no such voice, or a wrong or missing key, which is named.
    """
    ours = files("goodword.data").joinpath(f"voices/{name}.toml")
    try:
        text = ours.read_text("utf-8") if ours.is_file() else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        cure = f"Give a TOML file, or one of: {', '.join(packaged())}"
        raise InputError(f"no voice {name!r}", cure=cure) from None
    try:
        return _voice(loads(text), name)
    except TOMLDecodeError as error:
        raise InputError(f"not valid TOML: {error}", where=name) from None


def _voice(row: dict[str, Any], where: str) -> Voice:
    known = {f.name: f for f in fields(Voice)}
    cure = "See src/goodword/data/voices/plain.toml"
    if unknown := sorted(set(row) - set(known)):
        raise InputError(f"unknown key {unknown[0]!r}", where=where, cure=f"Keys are: {', '.join(known)}")
    kinds = {"version": int, "name": str, "max_facts": int, "person": str, "tone_en": str, "tone_zh": str,
             "preferred": dict, "banned": list, "include_price": bool, "facts_per_sentence": int, "openings": str,
             "benefits": bool}  # fmt: skip
    for key, kind in kinds.items():
        optional = known[key].default is not MISSING
        if not (optional and key not in row) and not isinstance(row.get(key), kind):
            raise InputError(f"key {key!r} must be a {kind.__name__}", where=where, cure=cure)
    for key, choices in _CHOICES.items():
        if row.get(key, choices[0]) not in choices:
            raise InputError(f"key {key!r} must be one of: {', '.join(choices)}", where=where, cure=cure)
    for key in ("max_facts", "facts_per_sentence"):
        if row.get(key, 1) < 1:
            raise InputError(f"key {key!r} must be at least 1", where=where, cure=cure)
    return Voice(**{**row, "banned": tuple(map(str, row.get("banned", ())))})
