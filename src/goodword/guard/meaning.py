"""The last word of grounding: a small model reads each sentence beside the facts and what the exact rules said of it.

The rules know words, numbers and concepts; they do not know that 'tips the scales at' is a weight. So where they find
words no fact holds, a sentence stands if the model is sure enough; where they find a contradiction it must be surer
still; and where they find nothing amiss a sentence is held if the model is sure that it says something else. What each
'sure' means is set on copy nobody trained on, and stands in the bundle. Without the model nothing is waived.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from goodword.guard import prose
from goodword.guard.base import Matter
from goodword.models import entailment
from goodword.models.entailment import MARKS, Marked, Thresholds
from goodword.text import segment
from goodword.types import Claim, Evidence, Fact, Stance, Verdict

_FACTS = 20
_FINE = {"supported", "courtesy"}
_WAIVABLE = {"attribute"}  # what words say; not figures and names, and no praise


def settle(matter: Matter, facts: Sequence[Fact], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts after each sentence was read for its meaning; those waived make room for one on the sentence.

    Args:
        facts: what the text may rest on, catalogue facts and sentences of passages.

    Raises:
        DataError: the model is missing or altered.
    """
    spans = units(matter.text)
    within = [[v for v in verdicts if a <= v.claim.start < b] for a, b in spans]
    chosen = [n for n, (a, b) in enumerate(spans) if _to_be_read(matter, a, b, within[n])]
    if not chosen or not facts:
        return list(verdicts)
    model = entailment.load()
    at = model.thresholds(matter.lang, prose=any(f.key == prose.KEY for f in facts))
    chosen = [n for n in chosen if case(within[n], matter.text[slice(*spans[n])], spans[n][0]) != "plain" or at.plain]
    asked = [_marked(matter.text, *spans[n], within[n]) for n in chosen]
    sure = dict(zip(chosen, model.judge(asked, [row(f) for f in nearest(matter.text, facts)]), strict=True))
    out: list[Verdict] = [v for v in verdicts if not any(a <= v.claim.start < b for a, b in spans)]
    for n, (start, end) in enumerate(spans):
        out += _ruled(within[n], start, end, sure.get(n), at, facts, matter.text)
    return out


def units(text: str) -> list[tuple[int, int]]:
    """Sentences, a question with its answer and a short one with the next: what is read in one go."""
    out: list[tuple[int, int]] = []
    for start, end in segment.sentences(text):
        if out and _goes_on(text[out[-1][0] : out[-1][1]]) and "\n" not in text[out[-1][1] : start]:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    if len(out) > 1 and _short(text[out[-1][0] : out[-1][1]]):
        last = out.pop()
        out[-1] = (out[-1][0], last[1])
    return out


def short(said: str) -> bool:
    """Whether there is too little to read: four words of English, seven characters of Chinese."""
    han = sum("\u4e00" <= c <= "\u9fff" for c in said)
    return han < 8 if han else len(said.split()) < 5


def _goes_on(said: str) -> bool:
    return said.endswith(("?", "？")) or _short(said)


def _short(said: str) -> bool:
    return len(said) < (10 if any("\u4e00" <= c <= "\u9fff" for c in said) else 25)


def _to_be_read(matter: Matter, start: int, end: int, told: Sequence[Verdict]) -> bool:
    """Whether the model has a say: not where exact rules decide, nor in what the composer made of facts."""
    meant = case(told, matter.text[start:end], start)
    over = [s for s in matter.sentences if s.start < end and start < s.end]
    composed = bool(over) and all(s.facts for s in over) and over[0].start <= start and end <= over[-1].end
    return meant != "exact" and (meant != "plain" or not composed)


def _ruled(
    told: Sequence[Verdict], start: int, end: int, sure: float | None, at: Thresholds, facts: Sequence[Fact], text: str
) -> Iterator[Verdict]:
    meant = case(told, text[start:end], start)
    if sure is None or meant == "exact":
        yield from told
    elif meant == "plain":
        yield from told
        if sure < at.plain:
            yield Verdict(claim=Claim(start=start, end=end, kind="attribute"), stance="silent",
                          confidence=1 - sure, reason="meaning")  # fmt: skip
    elif sure < {"alone": at.alone, "refuted": at.refuted, "unsaid": at.unsaid, "lone": at.lone}[meant]:
        yield from told
    else:
        kept = [v for v in told if v.stance in _FINE]
        yield from kept
        if meant == "alone":
            found = _evidence(text[start:end], facts)
            stance: Stance = "supported" if found else "courtesy"
            yield Verdict(claim=Claim(start=start, end=end, kind="attribute" if found else "courtesy"),
                          stance=stance, evidence=found, confidence=sure, reason="meaning")  # fmt: skip


def case(told: Sequence[Verdict], said: str, start: int = 0) -> str:
    """What the rules found in a sentence, as far as it matters how sure the model must be.

    'plain': nothing amiss; 'exact': something no model may waive (numbers, origins, certificates, what is in the box,
    comparisons, praise), or too few words to read; 'alone': words no fact holds and none that one does; 'refuted': a
    contradiction of words; 'unsaid': words no fact holds beside what facts support; 'lone': just one such word.
    """
    amiss = [v for v in told if v.stance not in _FINE]
    if not amiss:
        return "plain"
    if short(said) or not all(_waivable(v, said, start) for v in amiss):
        return "exact"
    if not any(v.stance == "supported" for v in told):
        return "alone"
    if any(v.stance == "refuted" for v in amiss):
        return "refuted"
    words = sum(kind(v) == MARKS.index("word") for v in amiss)
    return "lone" if words <= 1 and words + sum(v.reason == "denial" for v in amiss) == len(amiss) else "unsaid"


def _waivable(verdict: Verdict, said: str, start: int) -> bool:
    """What words say; a number some fact holds; and one in a word that counts nothing a fact counts ('in one go')."""
    if verdict.reason in {"degree", "count", "polarity", "scale"}:
        return False
    if verdict.claim.kind == "number" and verdict.stance == "silent":
        if verdict.reason == "figure":
            return True
        number = said[verdict.claim.start - start : verdict.claim.end - start]
        return not any(c.isdigit() for c in number) and len(number) <= (5 if number.isascii() else 2)
    return verdict.claim.kind in _WAIVABLE


def _marked(text: str, start: int, end: int, told: Sequence[Verdict]) -> Marked:
    marks = tuple((v.claim.start - start, v.claim.end - start, kind(v)) for v in told)
    return Marked(text=text[start:end], marks=marks)


def kind(verdict: Verdict) -> int:
    """The mark of a verdict, as the model learnt them."""
    stance, reason = verdict.stance, verdict.reason
    if stance == "supported":
        return MARKS.index("supported")
    if stance == "opinion" or (stance == "silent" and verdict.confidence == 0.7):
        return MARKS.index("word")
    if stance == "refuted":
        return MARKS.index("refuted")
    if reason in {"denial", "degree"}:
        return MARKS.index(reason)
    return MARKS.index("courtesy" if stance == "courtesy" else "silent")


def nearest(text: str, facts: Sequence[Fact]) -> list[Fact]:
    """As many facts as the model reads: those that share most with the text, in the shop's order."""
    told = [f for f in facts if not f.derived]
    if len(told) <= _FACTS:
        return told
    asked = prose.pieces(text)
    best = sorted(range(len(told)), key=lambda n: (-len(asked & prose.pieces(row(told[n]))), n))[:_FACTS]
    return [told[n] for n in sorted(best)]


def row(fact: Fact) -> str:
    return f"{fact.name}: {fact.text}" if fact.name else fact.text


def _evidence(sentence: str, facts: Sequence[Fact]) -> tuple[Evidence, ...]:
    """The fact that shares most with a sentence, whole."""
    asked = prose.pieces(sentence)
    shared, best = max(((len(asked & prose.pieces(row(f))), -n) for n, f in enumerate(facts)), default=(0, 0))
    if not shared:
        return ()
    fact = facts[-best]
    return (Evidence(ref=fact.id, quote=fact.text, start=0, end=len(fact.text), score=0.5),)


def moved(verdict: Verdict, by: int) -> Verdict:
    """A verdict on a part of a text, as one on the whole."""
    claim = verdict.claim
    return replace(verdict, claim=replace(claim, start=claim.start + by, end=claim.end + by))
