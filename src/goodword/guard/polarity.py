"""Prose that says the opposite of a fact: 'suitable for infants' where the fact says 'not suitable for infants'."""

import re
from collections.abc import Iterator

from goodword.guard.base import Matter
from goodword.guard.held import Held, evidence
from goodword.guard.words import stem
from goodword.text.normalise import fold
from goodword.types import Claim, Fact, Flag, Lang, Prose, Terms, Verdict

_CLAUSE = re.compile(r"[^,;:。，；：、！!.]+(?:\.\d+[^,;:。，；：、！!.]*)*")
_DENIAL: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:not|no|never|without|non|cannot|avoid|keep out of|out of)\b|n't\b"),
    "zh": re.compile(r"不|无|非|未|没|勿|禁|忌|避免|防止"),
}
_PLAIN: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:do|does|be|is|are|it|the|a|an|of|to|for|by|with|in|and|or|please|must|should|may|can)\b"),
    "zh": re.compile(r"请|切|宜|可以|可|能|适合|的|使用|儿童|之|与|和|或"),
}


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Clauses that keep the words of a denying fact but not its denial."""
    text = fold(matter.text)
    if len(text.text) != len(matter.text):
        return
    denied = [(f, m, words) for f in held.facts for m, words in _denied(f)]
    for clause in _CLAUSE.finditer(text.text):
        if any(p.search(clause.group()) for p in _DENIAL.values()):
            continue
        for fact, found, words in denied:
            if fact.lang == matter.lang and all(_stands(w, clause.group(), matter.lang) for w in words):
                claim = Claim(start=clause.start(), end=clause.end(), kind="attribute")
                yield Verdict(claim=claim, stance="refuted", evidence=(evidence(fact, *found.span()),))
                break


def _denied(fact: Fact) -> Iterator[tuple[re.Match[str], list[str]]]:
    """The clauses of a fact that deny something, and the words denied."""
    text = fold(fact.text).text
    if not isinstance(fact.value, Prose | Terms) or isinstance(fact.value, Flag) or len(text) != len(fact.text):
        return
    for clause in _CLAUSE.finditer(text):
        if not _DENIAL[fact.lang].search(clause.group()):
            continue
        rest = _PLAIN[fact.lang].sub(" ", _DENIAL[fact.lang].sub(" ", clause.group()))
        words = re.findall(r"[a-z0-9]+", rest) if fact.lang == "en" else re.findall(r"[\u4e00-\u9fff\d]{2,}", rest)
        if len("".join(words)) >= (8 if fact.lang == "en" else 2):
            yield clause, words


def _stands(word: str, clause: str, lang: Lang) -> bool:
    if lang == "zh":
        return word in clause
    return stem(word) in {stem(w) for w in re.findall(r"[a-z0-9]+", clause)}
