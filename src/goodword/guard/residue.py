"""What is left of a text when its claims are taken out: words of degree, praise, and words that no fact lets stand."""

import re
from collections.abc import Iterator
from functools import cache

from goodword.guard import han, tallies, wording
from goodword.guard.base import Matter
from goodword.guard.held import Held
from goodword.guard.words import Words, idioms, load, root, stem
from goodword.text import lexicon, quantities
from goodword.text.normalise import fold
from goodword.types import Claim, Verdict

_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_PARTS = re.compile(r"n['’]t$|['’-]")
_SENTENCE = re.compile(r"[.!?\n](?!\d)")
_CLAUSE = re.compile(r"[.,;:!?()\n]")
_SIZES = {"long", "wide", "high", "tall", "deep", "thick", "across", "heavy", "round"}
# Degree that compares; the rest are superlatives.
_COMPARED = re.compile(r"更|比|more|less|fewer|better|faster|stronger|longer|lighter|bigger|twice|half|times|[^最]倍")


Spans = list[tuple[int, int]]


def judge(matter: Matter, held: Held, taken: Spans, stated: Spans) -> Iterator[Verdict]:
    """Verdicts on everything outside `taken`, the spans already judged; `stated` are those that facts support."""
    words = load(matter.lang)
    yield from _degree(matter, held, words)
    if matter.lang == "en":
        yield from _english(matter, held, taken, stated)
    else:
        yield from _foreign(matter, held, taken)
        yield from han.judge(matter, held, taken, stated)


def _degree(matter: Matter, held: Held, words: Words) -> Iterator[Verdict]:
    counted = tallies.spans(matter)
    for m in words.degree.finditer(matter.text):
        if any(a <= m.start() and m.end() <= b for a, b in counted):
            continue
        phrase = fold(m.group()).text
        seasons = phrase.startswith(("all year", "whole year")) and any(
            h.concept.startswith("season.all") for h in held.concepts
        )
        if not seasons and not any(phrase in text for _, text in held.folded):
            kind = "comparison" if _COMPARED.match(phrase) else "superlative"
            yield Verdict(claim=Claim(start=m.start(), end=m.end(), kind=kind), stance="silent", reason="degree")  # type: ignore[arg-type]


def _english(matter: Matter, held: Held, taken: Spans, stated: Spans) -> Iterator[Verdict]:
    words = load("en")
    allowed, free = wording.allowed(held, "en"), wording.deniable(held, "en")
    prevented = wording.prevented(held, "en")
    taken = [*taken, *idioms(matter.text, "en")]
    covered = _covered(taken, len(matter.text))
    people = {m.start for m in lexicon.load().find(matter.text) if m.concept.startswith("audience.")}
    things = [t for t in taken if t[0] not in people]  # 'safe for children' is not borne out by an age
    for m in _WORD.finditer(matter.text):
        word = m.group().lower()
        if len(word) == 1 or covered[m.start()]:
            continue
        if stem(word) in held.said and stem(word) not in prevented:
            continue
        parts = [p for p in _PARTS.split(word) if p]
        stands = all(
            p in words.glue or stem(p) in held.stems or stem(p) in allowed or root(p) in held.roots for p in parts
        ) or (all(p in words.anchored for p in parts) and _carried(matter.text, m, held, taken, _SENTENCE))
        if not stands and all(_passes(p, words, held, allowed) for p in parts):
            stands = _states(matter.text, m, held, stated)
        stands = stands or (stem(word) in free and _denied(matter.text, m, words))
        stands = stands or _measured(matter.text, m, stated)
        stands = stands or (word in words.permits and _permitted(matter.text, m, held, stated))
        if stands and stem(word) in prevented and not _kept_out(matter.text, m):
            stands = False
        if word in words.puffery and not (stands and _carried(matter.text, m, held, things)):
            claim = Claim(start=m.start(), end=m.end(), kind="opinion")
            yield Verdict(claim=claim, stance="opinion", reason="puffery")
        elif not stands:
            claim = Claim(start=m.start(), end=m.end(), kind="attribute")
            yield Verdict(claim=claim, stance="silent", confidence=0.7)


def _covered(spans: Spans, size: int) -> bytearray:
    """For each place of a text whether a span covers it."""
    out = bytearray(size)
    for a, b in spans:
        out[a:b] = b"\1" * (min(b, size) - a)
    return out


def _foreign(matter: Matter, held: Held, taken: list[tuple[int, int]]) -> Iterator[Verdict]:
    """Latin words in Chinese copy are names: a fact holds them, or none does."""
    fits = [f for f in held.facts if f.key == "compatibility"]
    for m in _WORD.finditer(matter.text):
        word = fold(m.group()).text
        if any(a < m.end() and m.start() < b for a, b in taken) or stem(word) in held.stems or word in _plain_names():
            continue
        claim = Claim(start=m.start(), end=m.end(), kind="compatibility" if fits else "attribute")
        yield Verdict(claim=claim, stance="silent", confidence=0.7)


def _passes(part: str, words: Words, held: Held, allowed: frozenset[str]) -> bool:
    """Whether a word may stand in a sentence that states a fact."""
    known = part in words.glue or part in words.anchored or stem(part) in held.stems or stem(part) in allowed
    return known or (stem(part) in words.neutral and part not in words.puffery)


def _denied(text: str, said: re.Match[str], words: Words) -> bool:
    """Whether the clause around a word denies."""
    start = max((m.end() for m in _CLAUSE.finditer(text, 0, said.start())), default=0)
    stop = _CLAUSE.search(text, said.end())
    return bool(words.denial.search(text, start, stop.start() if stop else len(text)))


def _kept_out(text: str, said: re.Match[str]) -> bool:
    """Whether what a feature prevents is said to be prevented: 'does not leak', 'keeps the wind out'."""
    start = max((m.end() for m in _SENTENCE.finditer(text, 0, said.start())), default=0)
    stop = _SENTENCE.search(text, said.end())
    sentence = text[start : stop.start() if stop else len(text)]
    return bool(load("en").denial.search(sentence) or load("en").prevention.search(sentence))


def _measured(text: str, said: re.Match[str], stated: Spans) -> bool:
    """Whether a word of size stands right after a quantity that a fact supports: '16 mm thick'."""
    return said.group().lower() in _SIZES and any(
        0 < said.start() - b <= 1 and text[b] == " " and quantities.find(text[a:b]) for a, b in stated
    )


def _permitted(text: str, said: re.Match[str], held: Held, stated: Spans) -> bool:
    """Whether something goes that facts let one do: 'the microwave is fine', never 'the oak is fine'."""
    start = max((m.end() for m in _SENTENCE.finditer(text, 0, said.start())), default=0)
    stop = _SENTENCE.search(text, said.end())
    named = lexicon.load().find(text[start : stop.start() if stop else len(text)])
    if any(m.concept.startswith(("material.", "colour.", "shape.", "pattern.", "ingredient.")) for m in named):
        return False
    return _states(text, said, held, stated)


def _states(text: str, said: re.Match[str], held: Held, stated: Spans) -> bool:
    """Whether a sentence states a fact: a span that facts support, or words of two values, or two words of one."""
    start = max((m.end() for m in _SENTENCE.finditer(text, 0, said.start())), default=0)
    stop = _SENTENCE.search(text, said.end())
    end = stop.start() if stop else len(text)
    if any(a < end and start < b for a, b in stated):
        return True
    glue = load("en").glue | load("en").anchored
    beside = {stem(w) for m in _WORD.finditer(text, start, end) if (w := m.group().lower()) not in glue}
    return any(w in held.told or w in wording.of_concepts(held, "en") for w in beside)


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
