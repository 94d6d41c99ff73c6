"""The words customers use: topics, places, intents, attributes. All of it is data, in data/ask/."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from tomllib import loads
from typing import Any, cast

from goodword.search.cut import stem
from goodword.text import lexicon
from goodword.text.normalise import fold
from goodword.types import Lang, Market

_SPECIAL = re.compile(r"[\\\[\](){}?*+|^$.]")
_ENDING = r"(?:s|es|ed|d|ing|'s)?"
_OF_PLACE = {"cn_far": "cn"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Places named: the markets they are in, and those that are in no market the shop names."""

    markets: frozenset[Market]
    elsewhere: tuple[str, ...]
    named: tuple[str, ...]
    kinds: frozenset[str] = frozenset()  # groups of the file they are in


@lru_cache(maxsize=8192)
def topics(text: str) -> frozenset[str]:
    """The topics a text speaks of, in either language."""
    low = fold(text).text
    return frozenset(name for name, pattern in _topics().items() if pattern.search(low))


def called(name: str, lang: Lang) -> str:
    """What a topic or an attribute is called, for a person to read; '' where it has no word in that language."""
    if known := lexicon.load().by_key(name):
        return known.labels[lang]
    if lang == "en":
        return name.replace("_", " ")
    row = _data("topics")["topic"].get(name)
    first = str(row[1]).partition("|")[0] if row else ""
    return "" if _SPECIAL.search(first) else first


def topic_pattern(name: str) -> re.Pattern[str]:
    """What names a topic, over folded text."""
    return _topics()[name]


@cache
def specific() -> frozenset[str]:
    """Topics so particular that what answers a question about them must speak of them."""
    return frozenset(_data("topics")["specific"].split())


@cache
def mood(name: str) -> re.Pattern[str]:
    """How a customer sounds, over folded text."""
    return re.compile(_data("words")["mood"][name])


def attribute_pattern(key: str) -> re.Pattern[str]:
    """What asks for an attribute, over folded text."""
    return _asked()[key]


@cache
def fillers() -> frozenset[str]:
    """Tokens of a question that ask rather than name: data/ask/words.toml."""
    rows = _data("words")["filler"]
    return frozenset(stem(w) for w in rows["en"].split()) | frozenset(rows["zh"].split())


@cache
def accessories() -> frozenset[str]:
    """Tokens of things that come in a box with others: data/ask/words.toml."""
    rows = _data("words")["accessory"]
    return frozenset(stem(w) for w in rows["en"].split()) | frozenset(rows["zh"].split())


@lru_cache(maxsize=8192)
def places(text: str) -> Places:
    """The places a text names."""
    low = fold(text).text
    markets: set[Market] = set()
    elsewhere: list[str] = []
    named: list[str] = []
    kinds: set[str] = set()
    for kind, pattern in _places().items():
        for match in pattern.finditer(low):
            named.append(match.group())
            kinds.add(kind)
            if kind == "none":
                elsewhere.append(match.group())
            else:
                markets.add(cast("Market", _OF_PLACE.get(kind, kind)))
    return Places(
        markets=frozenset(markets),
        elsewhere=tuple(dict.fromkeys(elsewhere)),
        named=tuple(named),
        kinds=frozenset(kinds),
    )


def intents(text: str) -> frozenset[str]:
    """What the customer wants besides a fact."""
    clean = fold(text).text.strip()
    return frozenset(name for name, pattern in _intents().items() if pattern.search(clean))


@lru_cache(maxsize=4096)
def attributes(text: str) -> tuple[str, ...]:
    """Keys of the attributes a question asks for, in the order it names them; a longer phrasing hides what it holds."""
    low = fold(text).text
    found: list[tuple[int, int, str]] = []
    for key, pattern in _asked().items():
        found += [(m.start(), m.end(), key) for m in pattern.finditer(low)]
    found.sort(key=lambda f: (f[0] - f[1], f[0]))
    kept: list[tuple[int, int, str]] = []
    for start, end, key in found:
        inside = any(s <= start and end <= e and (e - s) > (end - start) for s, e, _ in kept)
        if not inside:
            kept.append((start, end, key))
    return tuple(dict.fromkeys(key for _, _, key in sorted(kept)))


def examples() -> Iterator[tuple[str, str, bool]]:
    """Every example of the intents: intent, text, whether it must fire."""
    for name, row in _data("intents")["intent"].items():
        yield from ((name, text, True) for text in row["fires"])
        yield from ((name, text, False) for text in row["silent"])


@cache
def _topics() -> Mapping[str, re.Pattern[str]]:
    return {name: _phrases(*row) for name, row in _data("topics")["topic"].items()}


@cache
def _places() -> Mapping[str, re.Pattern[str]]:
    return {name: _phrases(*row, ending="") for name, row in _data("places")["place"].items()}


@cache
def _intents() -> Mapping[str, re.Pattern[str]]:
    rows = _data("intents")["intent"]
    return {n: re.compile("|".join([*r["en"], *r["zh"]]), re.IGNORECASE) for n, r in rows.items()}


@cache
def _asked() -> Mapping[str, re.Pattern[str]]:
    """Phrasings of data/ask/attributes.toml, and for the other attributes of the lexicon their own headings."""
    rows: dict[str, list[str]] = dict(_data("attributes")["ask"])
    for key, attribute in lexicon.load().attributes.items():
        if key not in rows and not attribute.hidden and attribute.kind != "identifier":
            heads = [_SPECIAL.sub("", h) for h in attribute.headings["en"] if len(h) > 3]
            rows[key] = ["|".join(heads), "|".join(h for h in attribute.headings["zh"] if len(h) > 1)]
    return {key: _phrases(*row) for key, row in rows.items()}


def _phrases(en: str, zh: str, *, ending: str = _ENDING) -> re.Pattern[str]:
    """English on word borders, Chinese anywhere; both folded, as what they are matched against is."""
    parts = []
    if en:
        parts.append(rf"(?<![a-z0-9])(?:{fold(en).text}){ending}(?![a-z0-9])")
    if zh:
        parts.append(f"(?:{zh if _SPECIAL.search(zh) else fold(zh).text})")
    return re.compile("|".join(parts) or r"(?!)")


@cache
def _data(name: str) -> dict[str, Any]:
    return loads(files("goodword.data").joinpath(f"ask/{name}.toml").read_text("utf-8"))


def wording(lang: Lang) -> Mapping[str, str]:
    """The set phrases of a language by name."""
    return _worded()[lang]


@cache
def _worded() -> Mapping[Lang, Mapping[str, str]]:
    rows = _data("wording")
    return {"en": _flat(rows["en"]), "zh": _flat(rows["zh"])}


def _flat(rows: Mapping[str, Any], before: str = "") -> dict[str, str]:
    out: dict[str, str] = {}
    for key, value in rows.items():
        out |= _flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": str(value)}
    return out
