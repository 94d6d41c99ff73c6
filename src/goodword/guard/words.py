"""The guard's word lists, loaded once: function words, praise, degree, denial, and what numbers belong to."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.types import Lang

_ENDINGS = (
    ("ically", ""),
    ("ingly", ""),
    ("edly", ""),
    ("ments", ""),
    ("ment", ""),
    ("able", ""),
    ("ible", ""),
    ("ings", ""),
    ("ing", ""),
    ("ies", "y"),
    ("ied", "y"),
    ("ed", ""),
    ("es", ""),
    ("ic", ""),
    ("ly", ""),
    ("s", ""),
    ("e", ""),
)
# No '-er': a charger is no charging.
_FAMILY = re.compile(r"(?:at)?(?:ion|ive|ance|ence|ancy|ency|ant|ent|at|al|ity|y)$")
# Tables of the composer whose words belong to no attribute.
JOINTS = ("fallback", "glue", "hedge")
_DOUBLED = re.compile(r"([bdgmnprt])\1$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Lists of one language. Glue is compared word by word, so that 'called' may stand and 'calls' may not."""

    glue: frozenset[str]
    anchored: frozenset[str]  # may stand where a fact is held beside them
    neutral: frozenset[str]  # may stand in a sentence that states a fact; English words are stems
    permits: frozenset[str]  # say that something goes
    puffery: frozenset[str]
    degree: re.Pattern[str]
    refusal: re.Pattern[str]
    denial: re.Pattern[str]
    harmless: re.Pattern[str]  # denials that deny nothing of the product
    denying: re.Pattern[str]  # what makes a fact a denying one
    prevention: re.Pattern[str]  # what says that something is kept from happening
    idioms: re.Pattern[str]  # turns of phrase that say nothing
    ambiguous: dict[str, re.Pattern[str]]  # by form: where it names no concept


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """A crude English stem, enough to see that 'charging' and 'charge', 'fitted' and 'fits' are one word."""
    word = word.lower().removesuffix("'s").removesuffix("’s")
    for ending, put in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (2 if put else 3) and not word.endswith("ss"):
            root = word[: -len(ending)] + put
            root = root.removesuffix("e") if ending == "able" else root  # replaceable, replaced
            return root[:-1] if ending in {"ed", "ing", "able"} and len(root) > 3 and _DOUBLED.search(root) else root
    return word


@lru_cache(maxsize=32768)
def root(word: str) -> str:
    """What words of one family share: 'oscillates' and 'oscillation', 'resists' and 'resistant'; '' if too short."""
    short = _FAMILY.sub("", stem(word))
    return short if len(short) >= 5 else ""


@cache
def rows(file: str) -> dict[str, Any]:
    """The tables of a file in data/guard/."""
    return loads(files("goodword.data").joinpath(f"guard/{file}.toml").read_text("utf-8"))


@cache
def composed(lang: Lang) -> dict[str, Any]:
    """The composer's patterns of a language."""
    return loads(files("goodword.data").joinpath(f"writing/{lang}.toml").read_text("utf-8"))


@cache
def load(lang: Lang) -> Words:
    """The lists of a language, with the words that join the composer's sentences as glue."""
    table = rows("words")
    glue = table["glue"][lang].split() + _joints(lang)
    puffery = frozenset(table["puffery"][lang].split())
    denial = table["denial"]
    return Words(
        glue=frozenset(glue) - puffery,
        anchored=frozenset(table["anchored"][lang].split()) - puffery,
        neutral=frozenset(map(stem, table["neutral"][lang].split()))
        if lang == "en"
        else frozenset(table["neutral"][lang].split()) - puffery,
        permits=frozenset(table["permits"][lang].split()),
        puffery=puffery,
        degree=re.compile(table["degree"][lang], re.IGNORECASE),
        refusal=re.compile(table["refusal"][lang]),
        denial=re.compile(denial["word"][lang], re.IGNORECASE),
        harmless=re.compile(denial["harmless"][lang], re.IGNORECASE),
        denying=re.compile(denial["held"][lang], re.IGNORECASE),
        prevention=re.compile(denial["prevention"][lang], re.IGNORECASE),
        idioms=re.compile(rf"\b(?:{table['idioms'][lang]})\b" if lang in table["idioms"] else r"(?!)", re.IGNORECASE),
        ambiguous={word: re.compile(p, re.IGNORECASE) for word, p in table["ambiguous"][lang].items()},
    )


@lru_cache(maxsize=64)
def idioms(text: str, lang: Lang) -> tuple[tuple[int, int], ...]:
    """Spans of the turns of phrase of a text that say nothing."""
    return tuple(m.span() for m in load(lang).idioms.finditer(text))


def _joints(lang: Lang) -> list[str]:
    """Words of the composer's patterns that belong to no attribute: subjects, hedges, series."""
    written = composed(lang)
    joints = " ".join(str(v) for table in JOINTS for v in written[table].values())
    plain = re.sub(r"\{\w+\}", " ", joints)
    return re.findall(r"[a-z]+", plain.lower()) if lang == "en" else re.findall(r"[\u4e00-\u9fff]+", plain)


@cache
def measures() -> str:
    """Chinese measure words, one character each."""
    return str(rows("words")["measures"]["zh"])


@cache
def cues() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    """The words that tell which attribute a number belongs to: a pattern of all, and the attributes each points at."""
    keys: dict[str, tuple[str, ...]] = {}
    for key, words in rows("words")["cues"].items():
        for word in words:
            keys[word] = (*keys.get(word, ()), key)
    written = sorted(keys, key=len, reverse=True)
    forms = (rf"(?<![a-z]){re.escape(w)}(?![a-z])" if w.isascii() else re.escape(w) for w in written)
    return re.compile("|".join(forms)), keys
