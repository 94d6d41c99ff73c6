"""Turns of speech that say something though each of their words says nothing, where no fact says it.

The word lists let plain words stand; 'next-day delivery' and 'true to size' are made of nothing else. Data:
data/guard/phrases.toml.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held
from goodword.guard.words import rows
from goodword.text.normalise import fold
from goodword.types import Claim, Lang, Verdict


@cache
def _phrases(lang: Lang) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Each turn, and what a fact must hold for it."""
    return tuple((re.compile(row[lang]), re.compile(row[f"by_{lang}"])) for row in rows("phrases")["phrase"])


def judge(matter: Matter, held: Held, taken: Sequence[tuple[int, int]]) -> Iterator[Verdict]:
    """Silent: a turn outside `taken` that no fact bears out."""
    text = fold(matter.text)
    for turn, grounds in _phrases(matter.lang):
        for m in turn.finditer(text.text):
            start, end = text.home(*m.span())
            if any(a <= start and end <= b for a, b in taken) or _borne_out(m.group(), grounds, held):
                continue
            yield Verdict(claim=Claim(start=start, end=end, kind="offer"), stance="silent", reason="phrase")


_EVERY = re.compile(r"\b(?:every|any|each|the whole)\b|每个|各个|任意|任何|各种|一切")


def _borne_out(said: str, grounds: re.Pattern[str], held: Held) -> bool:
    """Whether facts hold the turn itself, or a ground of it that the turn names too."""
    said = _EVERY.sub("all", said)
    for fact, text in held.folded:
        if fact.key in NAMING:  # a name vouches for itself, not for what is near it
            if said in _EVERY.sub("all", text):
                return True
            continue
        known = _EVERY.sub("all", f"{fold(fact.name).text} {text}")
        if said in known or any(g.group() in said or said in g.group() for g in grounds.finditer(known)):
            return True
    return False
