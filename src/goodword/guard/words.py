"""The guard's word lists, loaded once."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads

from goodword.types import Lang

_ENDINGS = (
    "ically",
    "ingly",
    "edly",
    "ments",
    "ment",
    "able",
    "ible",
    "ings",
    "ing",
    "ies",
    "ed",
    "es",
    "ic",
    "ly",
    "s",
    "e",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Lists of one language. English words are stems."""

    glue: frozenset[str]
    puffery: frozenset[str]
    degree: re.Pattern[str]
    refusal: re.Pattern[str]


def stem(word: str) -> str:
    """A crude English stem, enough to see that 'charging' and 'charge' are one word."""
    word = word.lower().removesuffix("'s").removesuffix("’s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@cache
def load(lang: Lang) -> Words:
    """The lists of a language, with the words of the composer's own patterns as glue."""
    rows = loads(files("goodword.data").joinpath("guard/words.toml").read_text("utf-8"))
    glue = rows["glue"][lang].split()
    puffery = rows["puffery"][lang].split()
    if lang == "en":
        patterns = files("goodword.data").joinpath("writing/en.toml").read_text("utf-8")
        glue += re.findall(r"[a-z]+", patterns.lower())
        puffed = frozenset(puffery)
        return Words(glue=frozenset(stem(w) for w in glue if w not in puffed), puffery=frozenset(puffery),
                     degree=re.compile(rows["degree"]["en"], re.IGNORECASE),
                     refusal=re.compile(rows["refusal"]["en"]))  # fmt: skip
    return Words(glue=frozenset(glue), puffery=frozenset(puffery), degree=re.compile(rows["degree"]["zh"]),
                 refusal=re.compile(rows["refusal"]["zh"]))  # fmt: skip


@cache
def cues() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of the words that tell which attribute a number belongs to."""
    rows = loads(files("goodword.data").joinpath("guard/words.toml").read_text("utf-8"))["cues"]
    out = []
    for key, words in rows.items():
        for word in words:
            pattern = rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)
            out.append((re.compile(pattern), key))
    return tuple(out)
