"""Which origin is whose: 'made in New Zealand' of a shirt sewn in Vietnam of wool from New Zealand.

A place in a fact is of the whole, or of what stands before its 'from' (羊毛产自新西兰, 'Origin of wool'); copy that
names a place as another's is refuted where facts give that other one a place of its own. Data: data/guard/origins.toml.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held, evidence
from goodword.guard.words import rows, stem
from goodword.text import lexicon
from goodword.text.normalise import fold
from goodword.types import Claim, Fact, Verdict

REASON = "origin"
WHOLE = ""
_FAR = 28  # characters before a place in which its role is told


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rows("origins")[name])


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Refuted: a place that facts give to one thing, said of another that has its own."""
    told = _told(held)
    if len({role for role, _, _ in told}) < 2:
        return
    words, text = lexicon.load(), matter.text
    for said in words.find(text):
        if not said.concept.startswith("origin.") or said.negated:
            continue
        role = _role(fold(text[max(0, said.start - _FAR) : said.start]).text)
        own = [(place, fact) for r, place, fact in told if r == role]
        if role is None or not own or any(words.entails(place, said.concept) for place, _ in own):
            continue
        if any(words.entails(place, said.concept) for r, place, _ in told if r != role):
            fact = own[0][1]
            yield Verdict(claim=Claim(start=said.start, end=said.end, kind="origin"), stance="refuted",
                          evidence=(evidence(fact, 0, len(fact.text)),), reason=REASON)  # fmt: skip


@lru_cache(maxsize=64)
def _told(held: Held) -> tuple[tuple[str, str, Fact], ...]:
    """Every place of the facts, with what comes from there."""
    out = []
    for fact in held.facts:
        if fact.key in NAMING:
            continue
        heading = _pattern("heading").search(fold(fact.name).text)
        for said in lexicon.load().find(fact.text):
            if said.concept.startswith("origin."):
                role = _role(fold(fact.text[max(0, said.start - _FAR) : said.start]).text)
                if role is None:
                    thing = (heading["of"] or heading["en"] or heading["zh"]) if heading else ""
                    role = _named(thing) if thing else WHOLE
                out.append((role, said.concept, fact))
    return tuple(out)


def _role(before: str) -> str | None:
    """What a text says comes from the place that follows: a thing, the whole, or nothing that is told."""
    if m := _pattern("thing").search(before):
        return _named(m["en"] or m["zh"])
    return WHOLE if _pattern("whole").search(before) else None


def _named(thing: str) -> str:
    last = thing.strip().rsplit(maxsplit=1)[-1]
    return stem(last) if last.isascii() else last
