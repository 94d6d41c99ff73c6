"""Passages of prose (policies, manuals) as evidence: each of their sentences becomes a fact with its own span.

So the same exact checks judge prose and typed facts: numbers with units, denials, what is included. For each sentence
of the text only the passage sentences nearest to it are put in evidence: '14 days' of the return policy says nothing
of the warranty.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log

from goodword.guard.words import stem
from goodword.text import language, lexicon, segment
from goodword.text.normalise import fold
from goodword.types import Evidence, Fact, Passage, Prose, Source, Verdict

KEY = "passage"
NEAREST = 4  # passage sentences put in evidence for one sentence of the text
_LATIN, _HAN = re.compile(r"[a-z]{2,}"), re.compile(r"[\u4e00-\u9fff]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PLAIN = frozenset(
    stem(w)
    for w in [
        "the",
        "a",
        "an",
        "of",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "and",
        "or",
        "is",
        "are",
        "was",
        "be",
        "been",
        "it",
        "its",
        "this",
        "that",
        "with",
        "you",
        "your",
        "we",
        "our",
        "can",
        "will",
        "not",
        "no",
        "as",
        "if",
        "from",
        "have",
        "has",
        "do",
        "does",
        "may",
        "must",
        "only",
        "any",
        "all",
        "when",
    ]
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Shelf:
    """The sentences of some passages, laid out for search. `weights` is how telling each piece is (idf)."""

    facts: tuple[Fact, ...]
    pieces: tuple[frozenset[str], ...]
    weights: dict[str, float]
    neighbours: tuple[int | None, ...]  # the sentence before, in the same passage

    def nearest(self, sentence: str, most: int = NEAREST) -> tuple[Fact, ...]:
        """The passage sentences that share most with a sentence of the text, best first; none that shares nothing."""
        asked = pieces(sentence)
        scored = []
        for n, held in enumerate(self.pieces):
            shared = asked & held
            if shared:
                weight = sum(self.weights[p] for p in shared)
                scored.append((weight / (8 + len(held)) ** 0.35, n))
        scored.sort(key=lambda s: (-s[0], s[1]))
        return tuple(self.facts[n] for _, n in scored[:most])


def shelve(passages: Sequence[Passage]) -> Shelf:
    """Passages laid out; the last ones are kept."""
    return _shelved(tuple(passages))


@lru_cache(maxsize=32)
def _shelved(passages: tuple[Passage, ...]) -> Shelf:
    facts, before = [], []
    for passage in passages:
        last: int | None = None
        for start, end in segment.sentences(passage.text):
            text = passage.text[start:end]
            facts.append(
                Fact(
                    id=passage.id, sku="", key=KEY, name="", text=text, value=Prose(text=text),
                    lang=language.detect(text), source=Source(uri=passage.source.uri), start=start, end=end,
                )
            )  # fmt: skip
            before.append(last)
            last = len(facts) - 1
    held = tuple(pieces(f.text) for f in facts)
    count: dict[str, int] = {}
    for one in held:
        for piece in one:
            count[piece] = count.get(piece, 0) + 1
    weights = {p: log(1 + len(facts) / n) for p, n in count.items()}
    return Shelf(facts=tuple(facts), pieces=held, weights=weights, neighbours=tuple(before))


@lru_cache(maxsize=4096)
def pieces(text: str) -> frozenset[str]:
    """What two texts can share: stems, numbers, pairs of Chinese characters, and concepts in any language."""
    low = fold(text).text
    found = {stem(w) for w in _LATIN.findall(low)} - _PLAIN
    found |= set(_NUMBER.findall(low))
    found |= {run[i : i + 2] for run in _HAN.findall(low) for i in range(len(run) - 1)}
    return frozenset(found | {m.concept for m in lexicon.load().find(text)})


def at_home(verdict: Verdict, shelf: Shelf) -> Verdict:
    """A verdict whose evidence counts its span in the passage, not in the sentence of it."""
    if not verdict.evidence:
        return verdict
    return replace(verdict, evidence=tuple(_at_home(e, shelf) for e in verdict.evidence))


def _at_home(found: Evidence, shelf: Shelf) -> Evidence:
    for fact in shelf.facts:
        if fact.id == found.ref and fact.text[found.start : found.end] == found.quote:
            return replace(found, start=found.start + fact.start, end=found.end + fact.start)
    return found
