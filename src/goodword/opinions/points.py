"""Things shoppers report that can be counted and acted on ('runs small', 'arrives late'): data/opinions/points.toml."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.opinions.base import Polarity
from goodword.text.literals import needed
from goodword.types import Lang

_EN_REACH = re.compile(r"(?:[\w'’]+\W+){0,3}$")
_ZH_REACH = 3
_HAN, _WORDS = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]{2,}.*?[A-Za-z]{2,}|^[A-Za-z]+\W*$")
_STOP = re.compile(r"[,.;!?，。；！？、~]|\bbut\b|但|而且")


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is reported: its aspect (a category), whether it is good news, and its name in both languages."""

    id: str
    aspect: str
    polarity: Polarity
    names: Mapping[Lang, str]
    patterns: tuple[re.Pattern[str] | None, re.Pattern[str] | None]  # English, Chinese
    needs: tuple[
        tuple[str, ...], tuple[str, ...]
    ]  # one of these stands in every text that matches; (): nothing is known


@dataclass(frozen=True, slots=True)
class Found:
    """A point in a text."""

    point: str
    start: int
    end: int


@cache
def all_points() -> Mapping[str, Point]:
    """Every point by its id, in the file's order."""
    out = {}
    for name, row in _data()["point"].items():
        english, chinese = (_joined(row["patterns"], han=han) for han in (False, True))
        needs = tuple(needed(p.pattern) if p else () for p in (english, chinese))
        names: dict[Lang, str] = {"en": row["en"], "zh": row["zh"]}
        out[name] = Point(name, row["aspect"], row["polarity"], names, (english, chinese), (needs[0], needs[1]))
    return out


def _joined(patterns: list[str], *, han: bool) -> re.Pattern[str] | None:
    own = [p for p in patterns if bool(_HAN.search(p)) == han]
    return re.compile("|".join(own), re.IGNORECASE) if own else None


@cache
def _data() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("opinions/points.toml").read_text("utf-8"))


def examples() -> Iterator[tuple[str, str, bool]]:
    """Every example of the file: point, text, whether it must fire."""
    for name, row in _data()["point"].items():
        yield from ((name, text, True) for text in row["fires"])
        yield from ((name, text, False) for text in row["silent"])


def find(text: str) -> list[Found]:
    """Points of a text, each once, where it is first said without a denial before it."""
    scripts = [n for n, script in enumerate((_WORDS, _HAN)) if script.search(text)]
    folded = text.casefold()
    out = []
    for point in all_points().values():
        likely = [n for n in scripts if not point.needs[n] or any(word in folded for word in point.needs[n])]
        where = [m for n in likely if (m := _first(point.patterns[n], text))]
        if where:
            first = min(where, key=lambda m: m.start())
            out.append(Found(point.id, first.start(), first.end()))
    return out


def _first(pattern: re.Pattern[str] | None, text: str) -> re.Match[str] | None:
    found = pattern.finditer(text) if pattern else ()
    return next((m for m in found if not _denied(text, m.start())), None)


def _denied(text: str, start: int) -> bool:
    """Whether a denial stands close before, in the same clause: 'does not run small', 不偏小."""
    english, chinese = _denials()
    if text[start].isascii():
        near = _EN_REACH.search(text, max(0, start - 60), start)
        before = text[near.start() : start] if near else ""
        pattern = english
    else:
        before = text[max(0, start - _ZH_REACH) : start]
        pattern = chinese
    breaks = list(_STOP.finditer(before))
    return bool(pattern.search(before[breaks[-1].end() :] if breaks else before))


@cache
def _denials() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(_data()["denials_en"], re.IGNORECASE), re.compile(_data()["denials_zh"])
