"""What is left of a text when its claims are taken out: words that no fact holds, praise, comparisons, inclusion."""

import re
from collections.abc import Iterator

from goodword.guard.base import Matter
from goodword.guard.held import Held, evidence
from goodword.guard.words import Words, load, stem
from goodword.text import lexicon
from goodword.text.normalise import fold
from goodword.types import Claim, Fact, Verdict

_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_INCLUDED = re.compile(
    r"(?i)\b(?:includ\w+|comes? with|comes? complete|supplied with|in the box|box contains|contains)\b|包装内含|随附|附赠|内含|包含|附带|配有|赠送"  # noqa: E501
)
_EXCLUDED = re.compile(
    r"(?i)\bnot (?:be )?(?:included|supplied)|\bsold separately|\bwithout\b|\bexclud\w+|\bnot included\b|不含|不附|不包含|另购|未附"  # noqa: E501
)


def judge(matter: Matter, held: Held, taken: list[tuple[int, int]], spans: list[tuple[int, int]]) -> Iterator[Verdict]:
    """Verdicts on everything outside `taken`, the spans already judged."""
    words = load(matter.lang)
    yield from _degree(matter, held, words)
    yield from _inclusion(matter, held, spans)
    find = _english if matter.lang == "en" else _chinese
    yield from find(matter, held, taken, words)


def _degree(matter: Matter, held: Held, words: Words) -> Iterator[Verdict]:
    for m in words.degree.finditer(matter.text):
        phrase = fold(m.group()).text
        if phrase in {"best", "first"} and re.match(
            r" (?:before|within|by|use|time)\b", matter.text[m.end() :].lower()
        ):
            continue
        if not any(phrase in text for _, text in held.folded) and phrase not in {"interest", "request", "forest", "chest", "rest", "test", "west", "vest", "guest", "harvest", "best before"}:  # fmt: skip  # noqa: E501
            kind = "superlative" if not phrase.startswith(("更", "比", "more", "better")) else "comparison"
            yield Verdict(claim=Claim(start=m.start(), end=m.end(), kind=kind), stance="silent", reason="degree")  # type: ignore[arg-type]


def _inclusion(matter: Matter, held: Held, spans: list[tuple[int, int]]) -> Iterator[Verdict]:
    """'comes with a bulb' where the fact says 'not included: bulb', and the reverse."""
    inside = [f for f in held.facts if f.key == "in_the_box"]
    outside = [f for f in held.facts if f.key == "not_included"]
    for start, end in spans:
        sentence = matter.text[start:end]
        excluded = _EXCLUDED.search(sentence)
        included = None if excluded else _INCLUDED.search(sentence)
        cue = excluded or included
        if cue is None:
            continue
        claim = Claim(start=start + cue.start(), end=end, kind="inclusion")
        same, other = (outside, inside) if excluded else (inside, outside)
        wrong = [f for f in other if _names(sentence, f)]
        if wrong and not any(_names(sentence, f) for f in same):
            yield Verdict(claim=claim, stance="refuted", evidence=(evidence(wrong[0], 0, len(wrong[0].text)),))


def _names(sentence: str, fact: Fact) -> bool:
    """Whether a sentence names one of the things a fact lists."""
    for thing in re.split(r"[,，、;；]| and |和|及", fold(fact.text).text):
        plain = re.sub(r"^[\d\s×x*一二两三个只条]+|\s*[×x*]\s*\d+$", "", thing).strip()
        if len(plain) >= 2 and plain in fold(sentence).text:
            return True
    return False


def _english(matter: Matter, held: Held, taken: list[tuple[int, int]], words: Words) -> Iterator[Verdict]:
    for m in _WORD.finditer(matter.text):
        if any(a <= m.start() < b for a, b in taken):
            continue
        word = m.group().lower()
        known = all(stem(p) in held.stems or stem(p) in words.glue for p in re.split(r"['’-]", word) if p)
        if stem(word) in held.stems or (known and word not in words.puffery):
            continue
        claim = Claim(start=m.start(), end=m.end(), kind="opinion" if word in words.puffery else "attribute")
        if word in words.puffery:
            yield Verdict(claim=claim, stance="opinion", reason="puffery")
        elif len(word) > 1:
            yield Verdict(claim=claim, stance="silent", confidence=0.7)


def _chinese(matter: Matter, held: Held, taken: list[tuple[int, int]], words: Words) -> Iterator[Verdict]:
    """Cover each run of Han characters by the longest glue words and strings of facts; what stays open is unheld."""
    sources = [text for _, text in held.folded] + [fold(f.name).text for f in held.facts]
    labels = _labels(held)
    for run in _HAN.finditer(matter.text):
        at = run.start()
        gap = None
        while at <= run.end():
            step = 0 if at == run.end() else _covered(matter.text, at, run.end(), taken, words, sources, labels)
            if step == 0 and at < run.end():
                puffed = next(
                    (p for p in sorted(words.puffery, key=len, reverse=True) if matter.text.startswith(p, at)), ""
                )
                if puffed:
                    yield Verdict(
                        claim=Claim(start=at, end=at + len(puffed), kind="opinion"), stance="opinion", reason="puffery"
                    )
                    step = len(puffed)
                else:
                    gap = at if gap is None else gap
                    at += 1
                    continue
            if gap is not None:
                yield Verdict(claim=Claim(start=gap, end=at, kind="attribute"), stance="silent", confidence=0.7)
                gap = None
            at += max(step, 1)


def _labels(held: Held) -> frozenset[str]:
    found = (lexicon.load().by_key(f.key) for f in held.facts)
    return frozenset(h for a in found if a for h in (*a.headings["zh"], a.labels["zh"]))


def _covered(
    text: str, at: int, end: int, taken: list[tuple[int, int]], words: Words, sources: list[str], labels: frozenset[str]
) -> int:
    """How many characters from `at` are accounted for; 0 if none."""
    for a, b in taken:
        if a <= at < b:
            return b - at
    held_letters = {c for s in sources for c in s}
    puffed = max((len(p) for p in words.puffery if text.startswith(p, at)), default=0)
    for size in range(min(8, end - at), 0, -1):
        piece = text[at : at + size]
        if size >= 2 and (any(piece in s for s in sources) or piece in labels):
            return size
        if (piece in words.glue or (size == 1 and piece in held_letters)) and size > puffed:
            return size
        if size == puffed:
            return 0
    return 0
