"""How single terms behave in a sentence: articles, adjectives, features, instructions. Data: writing/grammar.toml."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any, Literal

from goodword.text import classes
from goodword.types import Lang, Term

Kind = Literal["verb", "adjective", "thing", "function", "other"]

_ACRONYMS = {"led": "LED", "usb": "USB", "tv": "TV", "t-shirt": "T-shirt", "t-shirts": "T-shirts"}
_DOES = re.compile(r"(?:keeps?|fits?|holds?|runs?|takes?|works?|includes?|supports?|drink|eat|use|best|serves?)\b")
_TREATED = re.compile(r"(?i)(?:coated|plated|treated|lacquered|varnished|包胶|镀\w{1,2}|涂层|处理)$")
_BRACKET = re.compile(r"\s*\(.*?\)\s*$")
# What follows the head of an English phrase: 'telescopic handle | with 4 heights', 'bath towel | 70 × 140 cm'.
_TAIL = re.compile(r"(?:\s+(?:with|of|for|in|on|to|from|through|by)\s.*|\s*[×x]\s*\d+|\s+\d[\d.,]*\s*[×x].*|\s+\d.*)$")
_SIZED = re.compile(r"(?!.* (?:with|for|of|in|to)\b)([A-Za-z -]+) (\d[\d.,]* ?[A-Za-z%°]+)")
_COUNTED = re.compile(r"\d[\d,.]*\s*[×x]?\s")


@cache
def _rows(lang: Lang) -> dict[str, Any]:
    rows: dict[str, Any] = loads(files("goodword.data").joinpath("writing/grammar.toml").read_text("utf-8"))[lang]
    return rows


@cache
def _pattern(lang: Lang, name: str, form: str = "{}") -> re.Pattern[str]:
    return re.compile(form.replace("{}", _rows(lang)[name]))


def exact(key: str, said: str, lang: Lang) -> str | None:
    """The verb phrase of a value whose form does not show how it is said: 'lace-up' laces up."""
    found = _rows(lang)["exact"].get(key, {}).get(said.lower())
    return str(found) if found else None


def imperative(text: str, lang: Lang) -> bool:
    """Whether a value tells the reader what to do, so that it is a sentence already."""
    return bool(_pattern(lang, "imperative").search(text))


def predicate(text: str) -> bool:
    """Whether a Chinese clause can follow its subject without a comma."""
    return bool(_pattern("zh", "verb").search(text))


def labelled(name: str) -> bool:
    """Whether a Chinese attribute name introduces an instruction or note rather than a value."""
    return bool(_pattern("zh", "labels").search(name))


def inverted(said: str) -> bool:
    """Whether a Chinese value is said before its name: '不含' of '酒精'."""
    return bool(_pattern("zh", "inverted").search(said))


def named(name: str) -> bool:
    """Whether an attribute is to be called as the shop calls it."""
    return name in _rows("zh")["named"]


def is_plural(name: str) -> bool:
    """Whether an English noun phrase is plural, by its head."""
    head = _head(name)
    return bool(_pattern("en", "plural").search(head)) and not _pattern("en", "singular").search(head)


def is_part(term: str, lang: Lang) -> bool:
    """Whether a material names a part made of it: 'steel frame'."""
    bare = _BRACKET.sub("", term) if lang == "en" else re.sub(r"（.*?）$", "", term)
    if lang == "zh":
        return bare.endswith(tuple(_rows("zh")["parts"]))
    return bare.split(" ")[-1].lower() in _rows("en")["parts"] and " " in bare


def noun_phrase(term: str, *, sure: bool = False) -> str | None:
    """A term with its article, or None where its form does not show which; `sure`: every singular takes one."""
    text = term.strip()
    if re.match(r"(?i)(?:an?|the|one|no|each|all)\s", text) or re.search(r"[×x] ?\d+$", text):
        return text
    head = _head(text)
    plural = is_plural(text)
    if plural or (_COUNTED.match(text) and re.match(r"1\s|\d[\d.,]*\s*[×x]\s|\d[\d.,]*\s(?:k?g|mg|ml|l|oz)\s", text)):
        return text
    bare = _TAIL.sub("", _BRACKET.sub("", text)).lower()
    countable = bool(_pattern("en", "count", "(?:^|.*[ -]){}$").match(bare))
    if _pattern("en", "mass", "(?:^|.*[ -]){}$").match(head.lower()) and not (sure and countable):
        return text
    return f"{article(text)} {text}" if countable or sure else None


def noun_phrases(terms: Sequence[str], *, sure: bool = False) -> list[str] | None:
    """All of the terms with their articles, or None."""
    found = [noun_phrase(t, sure=sure) for t in terms]
    return None if None in found else [f for f in found if f]


def article(text: str) -> str:
    """'a' or 'an', by sound: an HDMI cable, a USB cable, an 8 m hose."""
    if _pattern("en", "consonant").search(text):
        return "a"
    return "an" if _pattern("en", "letters").search(text) or _pattern("en", "vowel").search(text) else "a"


def the(place: str) -> str:
    """A place with the article it takes: the United States."""
    return f"the {place}" if _pattern("en", "the").search(place) else place


def feature(term: str, lang: Lang, *, plural: bool) -> tuple[Kind, str]:
    """What a feature is, and its text: 'foldable' an adjective, 'hanging hole' a thing, 'rolls up' a verb phrase."""
    if lang == "zh":
        bare = re.sub(r"（.*?）$", "", term)
        if _pattern("zh", "clause").search(bare):
            return "other", term
        if _pattern("zh", "function").search(bare):
            return "function", term
        return ("thing" if _pattern("zh", "thing").search(bare) else "other"), term
    if sized := _SIZED.fullmatch(term):  # 'timer 40 min' is a 40 min timer
        term = f"{sized[2]} {sized[1]}"
    verb, _, rest = term.partition(" ")
    verbs = _rows("en")["verbs"]
    if verb.lower() in verbs and rest:
        return "verb", f"{verbs[verb.lower()]} {rest.replace('its ', 'their ')}" if plural else term
    tail = _pattern("en", "tail").sub("", term)
    if _pattern("en", "adjective", "(?i:{})").match(tail):
        return "adjective", term
    phrase = noun_phrase(term)
    return ("thing", phrase) if phrase else ("other", term)


def noun(name: str) -> str:
    """The noun that ends the name of a product, where it is one that a sentence may call it by; else ''."""
    words = name.lower().replace("’", "'").split()
    for size in (3, 2, 1):
        tail = " ".join(words[-size:])
        if size <= len(words) and tail in _nouns():
            return " ".join(_ACRONYMS.get(w, w) for w in tail.split(" "))
    return ""


@cache
def _nouns() -> frozenset[str]:
    cues = {cue for c in classes.all_ids() for cue in classes.load(c).cues["en"]}
    found = (cues | set(_rows("en")["nouns"])) - set(_rows("en")["not_nouns"])
    return frozenset(found | {f"{n}s" for n in found if not n.endswith("s")})


def _head(text: str) -> str:
    bare = _BRACKET.sub("", text)
    bare = _TAIL.sub("", bare) or bare
    return bare.split(" ")[-1] if bare else text


def does(name: str) -> bool:
    """Whether a heading begins with a verb and names no thing: 'keeps hot', 'drink within'."""
    return bool(_DOES.match(name))


def is_treatment(term: Term) -> bool:
    """Whether a 'material' is what was done to one: 'PVC coated', 防泼水."""
    return (term.concept or "").startswith("feature.") or bool(_TREATED.search(term.text))
