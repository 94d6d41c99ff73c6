"""Nouns to stored text and back, canonical JSON, and the clock.

Canonical JSON is that of RFC 8785 with one difference: a number with a fraction is written as a string
(shortest form that reads back the same), because no two languages print floats alike.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from goodword.errors import InputError

T = TypeVar("T")
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


def now() -> str:
    """The time, ISO 8601 UTC with microseconds: fixed width, so it sorts as text."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    # Dear to build, safe to share.
    return TypeAdapter(kind)


def dump(kind: Any, thing: object) -> str:
    """`thing` as JSON text; Decimals exact.

    Raises:
        InputError: text that is not Unicode (a lone surrogate).
    """
    try:
        return _adapter(kind).dump_json(thing).decode()
    except PydanticSerializationError as error:
        raise InputError("text is not valid Unicode", cure="Export the file again as UTF-8") from error


def load(kind: type[T], text: str) -> T:
    """The thing of type `kind` that `dump` wrote."""
    hashable: Any = kind  # a type is; its type says nothing of it
    thing: T = _adapter(hashable).validate_json(text)
    return thing


def canonical(body: object) -> bytes:
    """Canonical JSON of plain data, as UTF-8.

    Raises:
        InputError: NaN, infinity, a key that is no string, text that is not Unicode, or a type JSON has no word for.
    """
    try:
        return _ENCODE(_plain(body)).encode()
    except UnicodeEncodeError as error:
        raise InputError("text is not valid Unicode", cure="Export the file again as UTF-8") from error


def _plain(thing: object) -> object:
    if thing is None or isinstance(thing, str | bool | int):
        return thing
    if isinstance(thing, float):
        if math.isfinite(thing):
            return repr(thing)
        raise InputError(f"{thing} is not a number that can be recorded")
    if isinstance(thing, Decimal):
        return str(thing)
    if isinstance(thing, Mapping) and all(isinstance(k, str) for k in thing):
        return {k: _plain(v) for k, v in thing.items()}
    if isinstance(thing, Sequence | Set) and not isinstance(thing, bytes | bytearray):
        return [_plain(v) for v in (sorted(thing) if isinstance(thing, Set) else thing)]
    raise InputError(f"{type(thing).__name__} cannot be recorded as JSON")


def sha256(*parts: bytes) -> str:
    """Hex SHA-256 of the parts, one after the other."""
    return hashlib.sha256(b"".join(parts)).hexdigest()


def storable(text: str, what: str) -> str:
    """`text`, if both databases can keep it in a key column.

    Raises:
        InputError: it holds NUL or is not valid Unicode.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{what} is not valid Unicode", cure="Export the file again as UTF-8") from error
    if "\0" in text:
        raise InputError(f"{what} holds a NUL character", cure="Remove it")
    return text
