"""JSON read with the place of every member, so that one value can be changed and every other character stays."""

import json
import re
from collections.abc import Iterable
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, NamedTuple

DEEPEST = 60
_SPACE = re.compile(r"[ \t\r\n]*")


class TwiceError(ValueError):
    """A name stands twice in one object."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the name {name!r} stands twice")
        self.name = name


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in pairs:
        if name in out:
            raise TwiceError(name)
        out[name] = value
    return out


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")


# Numbers stay as they are written: what the shop wrote is what is compared.
_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=str, parse_int=str, parse_constant=_no_constant)


def loads(text: str) -> Any:
    """JSON with numbers as they are written.

    Raises:
        ValueError: not JSON, nested too deeply, or (TwiceError) a name stands twice in one object.
    """
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if text.count("[") + text.count("{") > DEEPEST and _deeper(value, DEEPEST):
        raise ValueError("nested too deeply")
    return value


def _deeper(value: Any, limit: int) -> bool:
    """Whether a value is nested deeper than what the readers walk through by recursion."""
    level = [value]
    for _ in range(limit):
        level = [
            v
            for each in level
            if isinstance(each, dict | list)
            for v in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def why(problem: ValueError) -> str:
    """What is wrong, in a few words."""
    if not isinstance(problem, json.JSONDecodeError):
        return str(problem)
    return f"{problem.msg.removesuffix(' at')} at column {problem.colno}"


class Member(NamedTuple):
    """One member of an object: where its name begins, and the span of its value."""

    name: str
    key: int
    start: int
    end: int


def members(text: str, at: int) -> list[Member]:
    """The members of the object that begins at `at` in valid JSON."""
    found, at = [], _skip(text, at + 1)
    while text[at] != "}":
        key = at
        name, at = scanstring(text, at + 1, True)
        at = _skip(text, _skip(text, at) + 1)
        end = _end(text, at)
        found.append(Member(name, key, at, end))
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at
    return found


def elements(text: str, at: int) -> list[tuple[int, int]]:
    """Spans of the elements of the array that begins at `at`."""
    found, at = [], _skip(text, at + 1)
    while text[at] != "]":
        end = _end(text, at)
        found.append((at, end))
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at
    return found


def find(text: str, path: Iterable[str | int], *, at: int = 0) -> tuple[int, int]:
    """The span of the value at a path of names and positions."""
    at = _skip(text, at)
    end = _end(text, at)
    for step in path:
        if isinstance(step, str):
            at, end = next((m.start, m.end) for m in members(text, at) if m.name == step)
        else:
            at, end = elements(text, at)[step]
    return at, end


def insert_member(text: str, at: int, name: str, value: str) -> tuple[int, int, str]:
    """An edit (start, end, words) that puts a member at the end of the object at `at`, spaced like the others."""
    held, key = members(text, at), dumps(name)
    if not held:
        return at + 1, at + 1, f"{key}: {value}"
    colon = text[scanstring(text, held[-1].key + 1, True)[1] : held[-1].start]
    if len(held) > 1:
        comma = text[held[-2].end : held[-1].key]
    else:
        before = text[at + 1 : held[0].key]
        comma = "," + (before or " " * (len(colon) > 1))
    return held[-1].end, held[-1].end, f"{comma}{key}{colon}{value}"


def dumps(value: object, *, ascii_only: bool = False) -> str:
    """JSON text of a value, on one line."""
    return json.dumps(value, ensure_ascii=ascii_only)


def applied(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """A text with spans replaced; edits do not overlap."""
    out, at = [], 0
    for start, end, words in sorted(edits, key=lambda e: e[:2]):
        out += [text[at:start], words]
        at = end
    return "".join((*out, text[at:]))


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _end(text: str, at: int) -> int:
    return int(_DECODER.raw_decode(text, at)[1])
