"""What is left of a text when its claims are taken out: words of degree, praise, and words that no fact lets stand."""

import re
from collections.abc import Iterator
from functools import cache

from goodword.guard import han, wording
from goodword.guard.base import Matter
from goodword.guard.held import Held
from goodword.guard.words import Words, load, root, stem
from goodword.text.normalise import fold
from goodword.types import Claim, Verdict

_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_PARTS = re.compile(r"n['’]t$|['’-]")
_SENTENCE = re.compile(r"[.!?](?!\d)")
_CLAUSE = re.compile(r"[.,;:!?()]")
# Degree that compares; the rest are superlatives.
_COMPARED = re.compile(r"更|比|more|less|fewer|better|faster|stronger|longer|lighter|bigger|twice|half|times|[^最]倍")


def judge(matter: Matter, held: Held, taken: list[tuple[int, int]]) -> Iterator[Verdict]:
    """Verdicts on everything outside `taken`, the spans already judged."""
    words = load(matter.lang)
    yield from _degree(matter, held, words)
    if matter.lang == "en":
        yield from _english(matter, held, taken, words)
    else:
        yield from _foreign(matter, held, taken)
        yield from han.judge(matter, held, taken)


def _degree(matter: Matter, held: Held, words: Words) -> Iterator[Verdict]:
    for m in words.degree.finditer(matter.text):
        phrase = fold(m.group()).text
        if not any(phrase in text for _, text in held.folded):
            kind = "comparison" if _COMPARED.match(phrase) else "superlative"
            yield Verdict(claim=Claim(start=m.start(), end=m.end(), kind=kind), stance="silent", reason="degree")  # type: ignore[arg-type]


def _english(matter: Matter, held: Held, taken: list[tuple[int, int]], words: Words) -> Iterator[Verdict]:
    allowed = wording.allowed(held, "en")
    taken = taken + [m.span() for m in words.idioms.finditer(matter.text)]
    for m in _WORD.finditer(matter.text):
        word = m.group().lower()
        if len(word) == 1 or any(a <= m.start() < b for a, b in taken) or stem(word) in held.said:
            continue
        parts = [p for p in _PARTS.split(word) if p]
        stands = all(
            p in words.glue or stem(p) in held.stems or stem(p) in allowed or root(p) in held.roots for p in parts
        ) or (all(p in words.anchored for p in parts) and _carried(matter.text, m, held, taken, _SENTENCE))
        if word in words.puffery and not (stands and _carried(matter.text, m, held, taken)):
            claim = Claim(start=m.start(), end=m.end(), kind="opinion")
            yield Verdict(claim=claim, stance="opinion", reason="puffery")
        elif not stands:
            claim = Claim(start=m.start(), end=m.end(), kind="attribute")
            yield Verdict(claim=claim, stance="silent", confidence=0.7)


def _foreign(matter: Matter, held: Held, taken: list[tuple[int, int]]) -> Iterator[Verdict]:
    """Latin words in Chinese copy are names: a fact holds them, or none does."""
    fits = [f for f in held.facts if f.key == "compatibility"]
    for m in _WORD.finditer(matter.text):
        word = fold(m.group()).text
        if any(a < m.end() and m.start() < b for a, b in taken) or stem(word) in held.stems or word in _plain_names():
            continue
        claim = Claim(start=m.start(), end=m.end(), kind="compatibility" if fits else "attribute")
        yield Verdict(claim=claim, stance="silent", confidence=0.7)


@cache
def _plain_names() -> frozenset[str]:
    return frozenset(w for w in load("zh").glue if w.isascii()) | {"app"}


def _carried(
    text: str, said: re.Match[str], held: Held, taken: list[tuple[int, int]], within: re.Pattern[str] = _CLAUSE
) -> bool:
    """Whether a fact is held beside a word: 'safe' stands beside 'in the dishwasher', never alone."""
    start = max((m.end() for m in within.finditer(text, 0, said.start())), default=0)
    stop = within.search(text, said.end())
    end = stop.start() if stop else len(text)
    beside = (m.group().lower() for m in _WORD.finditer(text, start, end) if m.start() != said.start())
    glue = load("en").glue | load("en").anchored
    return any(stem(w) in held.said and w not in glue for w in beside) or any(a < end and start < b for a, b in taken)
