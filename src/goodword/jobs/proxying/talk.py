"""Talk: what an assistant says that claims nothing of goods or shop, so that no fact can be asked for it.

Courtesies, questions to the customer, offers of a person, "I don't know". A sentence is talk if each of its clauses is
an act of data/proxy/talk.toml from its first word to its last; anything it does not know is no talk, and the guard asks
what it rests on. Only grounding is spared: the other checks read talk too.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.text import segment
from goodword.types import Fact, Lang

_LONGEST = 240  # characters of a sentence of talk
_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Acts:
    """The acts of a language."""

    acts: tuple[re.Pattern[str], ...]
    breaks: re.Pattern[str]
    never: re.Pattern[str]
    talk: frozenset[str]
    things: frozenset[str]
    openers: re.Pattern[str]


def without_talk(text: str, lang: Lang, facts: Collection[Fact] = ()) -> str:
    """The text with its sentences of talk blanked, of the same length.

    Args:
        facts: whose words a question to the customer may use ("Would you like it in olive?").
    """
    own = frozenset(_own_words(tuple(facts), lang))
    out = text
    for start, end in segment.sentences(text):
        if _is_talk(text[start:end], lang, own):
            out = out[:start] + " " * (end - start) + out[end:]
    return out


def is_talk(sentence: str, lang: Lang, facts: Collection[Fact] = ()) -> bool:
    """Whether a sentence claims nothing."""
    return _is_talk(sentence, lang, frozenset(_own_words(tuple(facts), lang)))


def _is_talk(sentence: str, lang: Lang, own: frozenset[str]) -> bool:
    said = " ".join(sentence.replace("’", "'").replace("…", " ").split()).lower()
    said = said.strip("\"'“”‘’()（） ").lstrip("，,、 ")
    if not said or len(said) > _LONGEST:
        return False
    asks = said.endswith(("?", "？"))
    bare = said.rstrip(".。!！~～?？;； ")
    if not bare:
        return True
    if _act(bare + "?" if asks else bare, lang, own):
        return True
    clauses = [c.strip() for c in _acts(lang).breaks.split(bare)]
    if len(clauses) < 2 or not all(clauses):
        return False
    last = len(clauses) - 1
    return all(_act(c + "?" if asks and n == last else c, lang, own) for n, c in enumerate(clauses))


def _act(clause: str, lang: Lang, own: frozenset[str]) -> bool:
    acts = _acts(lang)
    opener = acts.openers.match(clause)
    rest = clause[opener.end() :] if opener else clause
    for said in dict.fromkeys((clause, rest)):
        for pattern in acts.acts:
            match = pattern.fullmatch(said)
            if match and all(_free(name, words, lang, own) for name, words in match.groupdict().items() if words):
                return True
    return False


def _free(name: str, words: str, lang: Lang, own: frozenset[str]) -> bool:
    """Whether a free stretch of an act holds only what it may."""
    acts = _acts(lang)
    kind = name.rstrip("0123456789")
    if kind == "talk":
        return _only(words, acts.talk, lang)
    if kind == "topic":
        return not acts.never.search(words)
    return _only(words, acts.talk | acts.things | own, lang)


def _only(words: str, known: frozenset[str], lang: Lang) -> bool:
    if lang == "en":
        found = _WORD.findall(words)
        return not re.search(r"[^a-z' \-]", words) and all(_known(w, known) for w in found)
    return _covered(re.sub(r"[\s，,、]", "", words), known)


def _known(word: str, known: frozenset[str]) -> bool:
    return word in known or (word.endswith("s") and word[:-1] in known) or all(w in known for w in word.split("-"))


@lru_cache(maxsize=4096)
def _covered(words: str, known: frozenset[str]) -> bool:
    """Whether a run of Chinese can be cut into known words."""
    longest = max(map(len, known))
    reached = [True] + [False] * len(words)
    for at in range(len(words)):
        if reached[at]:
            for size in range(1, min(longest, len(words) - at) + 1):
                if words[at : at + size] in known:
                    reached[at + size] = True
    return reached[-1]


@lru_cache(maxsize=256)
def _own_words(facts: tuple[Fact, ...], lang: Lang) -> tuple[str, ...]:
    """Words of what the product is and can be had in, which a question may name."""
    told = [f.text for f in facts if f.key in {"title", "category", "colour", "size"}]
    told += [f.name for f in facts]
    if lang == "en":
        return tuple(w for text in told for w in _WORD.findall(text.lower()) if not _acts(lang).never.search(w))
    cut = (w for text in told for w in re.split(r"[^\u4e00-\u9fff]+", text) if w)
    return tuple(dict.fromkeys(cut))


@cache
def _acts(lang: Lang) -> _Acts:
    table: dict[str, Any] = loads(files("goodword.data").joinpath("proxy/talk.toml").read_text("utf-8"))[lang]
    return _Acts(
        acts=tuple(re.compile(_named(p, lazy), re.IGNORECASE) for p in table["acts"] for lazy in ("?", "")),
        breaks=re.compile(table["breaks"], re.IGNORECASE), never=re.compile(table["never"], re.IGNORECASE),
        talk=frozenset(table["words"].split()), things=frozenset(table["things"].split()),
        openers=re.compile(table["openers"], re.IGNORECASE),
    )  # fmt: skip


_ROOM = {"talk": 160, "asked": 160, "topic": 80}  # characters


def _named(pattern: str, lazy: str) -> str:
    """An act with its free stretches as groups, each with a name of its own: as short as may be, or as long."""
    count = iter(range(100))
    return re.sub(r"\{(talk|topic|asked)\}", lambda m: f"(?P<{m[1]}{next(count)}>.{{1,{_ROOM[m[1]]}}}{lazy})", pattern)
