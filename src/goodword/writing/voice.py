"""Brand voice as data: how long, which tone, which words never and which instead."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import Any

from goodword.errors import InputError


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
    preferred: Mapping[str, str]
    include_price: bool = False


def load(name: str) -> Voice:
    """A packaged voice by name, or one from a TOML file by path.

    Raises:
        InputError: no such voice, or a wrong or missing key, which is named.
    """
    folder = files("goodword.data").joinpath("voices")
    packaged = folder.joinpath(f"{name}.toml")
    try:
        text = packaged.read_text("utf-8") if packaged.is_file() else Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        known = sorted(f.name.removesuffix(".toml") for f in folder.iterdir())
        raise InputError(f"no voice {name!r}", cure=f"Give a TOML file, or one of: {', '.join(known)}") from None
    try:
        return _voice(loads(text), name)
    except TOMLDecodeError as error:
        raise InputError(f"not valid TOML: {error}", where=name) from None


def _voice(row: dict[str, Any], where: str) -> Voice:
    known = {f.name: f for f in fields(Voice)}
    if unknown := sorted(set(row) - set(known)):
        raise InputError(f"unknown key {unknown[0]!r}", where=where, cure=f"Keys are: {', '.join(known)}")
    required = {"version": int, "name": str, "max_facts": int, "person": str, "tone_en": str, "tone_zh": str,
                "preferred": dict, "banned": list, "include_price": bool}  # fmt: skip
    for key, kind in required.items():
        if key in {"banned", "include_price"} and key not in row:
            continue
        if not isinstance(row.get(key), kind):
            raise InputError(f"key {key!r} must be a {kind.__name__}", where=where,
                             cure="See src/goodword/data/voices/plain.toml")  # fmt: skip
    return Voice(**{**row, "banned": tuple(row.get("banned", ()))})
