"""What customers ask for and use things for, in their own words: data/opinions/needs.toml. Grouped by what is asked."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any, Literal

Kind = Literal["wish", "use"]
_GLUE = frozenset(
    """the a an it to of in for and with was were is are be had have has came come would could my me i more bit little
    that they this on there you made just so your or at as some also even very not didn't if but all one any our we by
    from them""".split()  # noqa: SIM905 - words to read, not a list to keep
)
_WORD = re.compile(r"[a-z][a-z'-]+|[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Ask:
    """One wish or use in a text: the whole phrase, and the part that says what."""

    kind: Kind
    start: int
    end: int
    what: str


@dataclass(frozen=True, slots=True)
class Group:
    """Asks that share their leading word: the word, the places of the reviews, and what each of them said."""

    key: str
    members: tuple[tuple[int, str], ...]


@cache
def _data() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("opinions/needs.toml").read_text("utf-8"))


@cache
def _patterns(kind: Kind) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p, re.IGNORECASE) for p in _data()[kind]["patterns"])


def examples() -> Iterator[tuple[Kind, str, bool]]:
    """Every example of the file: kind, text, whether it must fire."""
    for kind in ("wish", "use"):
        yield from ((kind, text, True) for text in _data()[kind]["fires"])
        yield from ((kind, text, False) for text in _data()[kind]["silent"])


def find(text: str) -> list[Ask]:
    """The wishes and uses of a text; of each kind those that do not overlap."""
    out: list[Ask] = []
    for kind in ("wish", "use"):
        taken: list[tuple[int, int]] = []
        for pattern in _patterns(kind):
            for m in pattern.finditer(text):
                what = m["ask"].strip(" ,.，。的了")
                if len(what) >= 2 and not any(a < m.end() and m.start() < b for a, b in taken):
                    taken.append(m.span())
                    out.append(Ask(kind, m.start(), m.end(), what))
    return out


def grouped(asks: Sequence[tuple[int, str]], least: int = 2, most: int = 12) -> list[Group]:
    """(review, what) by the word most of them share; a review counts once a group, and joins its largest group only."""
    words = [_keys(what) for _, what in asks]
    reviews: dict[str, set[int]] = defaultdict(set)
    for (review, _), keys in zip(asks, words, strict=True):
        for key in keys:
            reviews[key].add(review)
    size = Counter({key: len(found) for key, found in reviews.items()})
    members: dict[str, dict[int, str]] = defaultdict(dict)
    for (review, what), keys in zip(asks, words, strict=True):
        best = max(keys, key=lambda k: (size[k], len(k), k), default="")
        if best and size[best] >= least:
            members[best].setdefault(review, what)
    found = [Group(key, tuple(sorted(held.items()))) for key, held in members.items() if len(held) >= least]
    return sorted(found, key=lambda g: (-len(g.members), g.key))[:most]


def _keys(what: str) -> set[str]:
    keys = set()
    for word in _WORD.findall(what.lower()):
        if word[0].isascii():
            if word not in _GLUE and len(word) > 2:
                keys.add(word[:-1] if word.endswith("s") and len(word) > 4 else word)
        else:
            keys |= {word[i : i + 2] for i in range(len(word) - 1)}
    return keys
