"""A text as what it speaks of: words of the glossary as concepts, the same in both languages, and its other words.

'Can I send it back by post' and 能寄回去吗 share concepts though they share no word. English is matched by stems, the
longest phrase first, Chinese by the longest word at each place; what the glossary does not know stays a stem, or a pair
of characters. The glossary is data: data/ask/glossary.toml.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from tomllib import loads

from goodword.search.cut import stem, stop_words
from goodword.text.normalise import fold

_PIECE = re.compile(r"[a-z]+|\d+(?:[.,]\d+)*|[\u3400-\u9fff]+|[$€£%]")
_HAN = re.compile(r"[\u3400-\u9fff]")
# 'send it back', 'cancel my order'
_BETWEEN = frozenset(["it", "them", "this", "that", "these", "those", "my", "your", "our", "the", "a", "an"])
_MOST = 4  # words of a phrase
_LONGEST = 6  # characters of a Chinese word


@lru_cache(maxsize=65536)
def spoken_of(text: str) -> frozenset[str]:
    """Concepts ('~12') and other words of a text."""
    out: set[str] = set()
    words: list[str] = []
    for match in _PIECE.finditer(fold(text).text):
        piece = match.group()
        if _HAN.match(piece):
            out.update(_chinese(piece))
        elif piece not in _BETWEEN:
            words.append(piece)
    out.update(_english(words))
    return frozenset(out)


def script(word: str) -> str:
    """Whether a word of `spoken_of` is a concept ('~'), Chinese ('zh') or another word ('en')."""
    return "~" if word.startswith("~") else "zh" if _HAN.match(word) else "en"


def _english(words: list[str]) -> list[str]:
    stems = [stem(w) for w in words]
    known, stops = _glossary()[0], stop_words()
    out: list[str] = []
    at = 0
    while at < len(stems):
        for size in range(min(_MOST, len(stems) - at), 0, -1):
            found = known.get(" ".join(stems[at : at + size]))
            if found:
                out += found
                if size == 1:
                    out.append(stems[at])
                at += size
                break
        else:
            if words[at] not in stops:
                out.append(stems[at])
            at += 1
    return out


def _chinese(run: str) -> list[str]:
    known = _glossary()[1]
    out: list[str] = []
    at = 0
    rest = ""
    while at < len(run):
        for size in range(min(_LONGEST, len(run) - at), 0, -1):
            found = known.get(run[at : at + size])
            if found:
                out += found
                if size > 1:
                    out.append(run[at : at + size])
                at += size
                out += _pairs(rest)
                rest = ""
                break
        else:
            rest += run[at]
            at += 1
    return out + _pairs(rest)


def _pairs(rest: str) -> list[str]:
    return [rest[i : i + 2] for i in range(len(rest) - 1)] or ([rest] if rest else [])


@cache
def _glossary() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """English phrases as stems, and Chinese words, each with its concepts."""
    text = loads(files("goodword.data").joinpath("ask/glossary.toml").read_text("utf-8"))["concepts"]
    english: dict[str, tuple[str, ...]] = {}
    chinese: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(filter(None, text.split("\n"))):
        for side in line.partition("=")[::2]:
            for phrase in filter(None, (p.strip() for p in side.split(","))):
                name = f"~{number}"
                if _HAN.search(phrase):
                    chinese[phrase] = tuple(dict.fromkeys((*chinese.get(phrase, ()), name)))
                else:
                    key = " ".join(stem(w) for w in _PIECE.findall(fold(phrase).text) if w not in _BETWEEN)
                    english[key] = tuple(dict.fromkeys((*english.get(key, ()), name)))
    return english, chinese
