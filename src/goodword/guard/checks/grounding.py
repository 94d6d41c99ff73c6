"""Grounding: every claim of a text against the typed facts of its product, with both spans."""

from collections.abc import Sequence
from dataclasses import replace
from threading import local

from goodword.guard import (
    blocks,
    concepts,
    conditions,
    counted,
    credits,
    entries,
    frequency,
    inclusion,
    listed,
    meaning,
    numbers,
    ordinals,
    origins,
    phrases,
    places,
    polar,
    polarity,
    prose,
    ranges,
    rates,
    reckoning,
    residue,
    scales,
    shares,
    sides,
    tallies,
    verbatim,
)
from goodword.guard.base import CheckResult, Matter
from goodword.guard.findings import finding
from goodword.guard.held import NAMING, Held, lay_out
from goodword.models import entailment
from goodword.text import lexicon, segment
from goodword.text.normalise import fold
from goodword.types import Claim, Finding, Lang, Severity, Verdict

NAME, VERSION = "grounding", "2"
LANGS: tuple[Lang, ...] = ("en", "zh")


def prepare() -> None:
    """Open the lexicon and the model of meaning, once a process."""
    lexicon.load()
    entailment.load()


class _Last(local):
    """The last judgement of this thread: other checks of one review ask for the same one."""

    pair: tuple[Matter, CheckResult] | None = None


_LAST = _Last()


def run(matter: Matter) -> CheckResult:
    """Judge every claim of the text. With no facts (None) and no other evidence nothing is said."""
    held = _LAST.pair
    if held is None or held[0] is not matter:
        held = _LAST.pair = (matter, _judged(matter))
    return held[1]


def _judged(matter: Matter) -> CheckResult:
    if matter.facts is None and not matter.tallies and not matter.passages:
        return CheckResult()
    text, floods = blocks.tamed(matter.text)
    matter = replace(matter, text=text) if floods else matter
    read = _by_sentence if matter.passages else _read
    parts = blocks.parts(text)
    if len(parts) == 1:
        verdicts = read(matter)
    else:
        verdicts = [meaning.moved(v, a) for a, b in parts for v in read(_part(matter, a, b))]
    verdicts += [Verdict(claim=Claim(start=a, end=b, kind="number"), stance="silent") for a, b in floods]
    return CheckResult(verdicts=tuple(verdicts), findings=tuple(_findings(verdicts, matter)))


def _part(matter: Matter, start: int, end: int) -> Matter:
    """A part of the text as a text of its own."""
    within = (s for s in matter.sentences if start <= s.start and s.end <= end)
    sentences = tuple(replace(s, start=s.start - start, end=s.end - start) for s in within)
    return replace(matter, text=matter.text[start:end], sentences=sentences)


def _by_sentence(matter: Matter) -> list[Verdict]:
    """Each sentence against the facts and the passage sentences nearest to it."""
    shelf = prose.shelve(matter.passages)
    verdicts: list[Verdict] = []
    for start, end in segment.sentences(matter.text):
        part = _part(matter, start, end)
        told = _read(replace(part, facts=(*(matter.facts or ()), *shelf.nearest(part.text))))
        verdicts += [meaning.moved(prose.at_home(v, shelf), start) for v in told]
    return verdicts


def _read(matter: Matter) -> list[Verdict]:
    """What the rules say of a text, and then what it means."""
    ranked = ranges.judge(matter)
    facts = (*(matter.facts or ()), *(r.fact for r in ranked if r.fact))
    return meaning.settle(matter, facts, ranges.beside(ranked, by_rules(matter)))


def by_rules(matter: Matter) -> list[Verdict]:
    """What the exact rules alone say of a text against its facts."""
    held = lay_out(matter.facts or ())
    spans = segment.sentences(matter.text)
    named = _titles(matter, held) + tallies.spoken_for(matter)
    named += rates.spoken_for(matter, held) + frequency.spoken_for(matter, held) + credits.spoken_for(matter, held)
    counts = list(tallies.judge(matter))
    within = [(v.claim.start, v.claim.end) for v in counts]
    verdicts: list[Verdict] = [*shares.judge(matter, held), *counted.values(matter, held)]
    verdicts = [*counts, *ordinals.judge(matter, held), *(v for v in verdicts if not _inside(v, within))]
    told = [(v.claim.start, v.claim.end) for v in verdicts]
    verdicts += [v for v in numbers.judge(matter, held, spans) if not _inside(v, named + told)]
    verdicts += [
        v for v in concepts.judge(matter, held)
        if not _inside(v, named) and not _overlaps(v, [(w.claim.start, w.claim.end) for w in verdicts if w.claim.kind != "attribute"])  # noqa: E501
    ]  # fmt: skip
    taken = named + [(v.claim.start, v.claim.end) for v in verdicts]
    verdicts += counted.figures(matter, held, taken)
    verdicts += counted.worded(matter, held, taken)
    verdicts = reckoning.reconsidered(matter, held, verdicts)
    taken = named + [(v.claim.start, v.claim.end) for v in verdicts]
    verdicts += polar.judge(matter, held)
    verdicts += sides.judge(matter, held)
    verdicts += verbatim.judge(matter, held)
    verdicts += entries.judge(matter, held)
    verdicts += rates.judge(matter, held)
    verdicts += conditions.judge(matter, held)
    verdicts += listed.judge(matter, held)
    verdicts += origins.judge(matter, held)
    verdicts += frequency.judge(matter, held)
    verdicts += credits.judge(matter, held)
    verdicts += places.judge(matter, held)
    verdicts += scales.judge(matter, held)
    verdicts += phrases.judge(matter, held, taken)
    verdicts += polarity.judge(matter, held)
    verdicts += polarity.denials(matter, held, taken)
    verdicts += inclusion.judge(matter, held, spans)
    names = {f.id for f in held.facts if f.key in NAMING}
    stated = [
        (v.claim.start, v.claim.end) for v in verdicts
        if v.stance == "supported" and not any(e.ref in names for e in v.evidence)
    ]  # fmt: skip
    verdicts += residue.judge(matter, held, taken, stated)
    return verdicts


def _titles(matter: Matter, held: Held) -> list[tuple[int, int]]:
    """Spans where the product is called by its own name, which vouches for itself."""
    text = fold(matter.text)
    found = []
    for fact, title in held.folded:
        if fact.key not in {"title", "brand"}:
            continue
        for name in dict.fromkeys((title, title.split(",")[0], title.split("，")[0])):
            at = text.text.find(name)
            if len(name) > 3 and at >= 0:
                found.append(text.home(at, at + len(name)))
    return found


def _inside(verdict: Verdict, spans: Sequence[tuple[int, int]]) -> bool:
    return any(a <= verdict.claim.start and verdict.claim.end <= b for a, b in spans)


def _overlaps(verdict: Verdict, spans: Sequence[tuple[int, int]]) -> bool:
    return any(a < verdict.claim.end and verdict.claim.start < b for a, b in spans) and verdict.stance != "refuted"


def _findings(verdicts: Sequence[Verdict], matter: Matter) -> list[Finding]:
    out = []
    for verdict in verdicts:
        rule, severity = _rule(verdict)
        if rule and severity:
            quote = verdict.evidence[0].quote if verdict.evidence else ""
            out.append(finding(rule, severity, verdict.claim.start, verdict.claim.end,
                               lang=matter.told_in, market=matter.market, quote=quote))  # fmt: skip
    return out


def _rule(verdict: Verdict) -> tuple[str, Severity | None]:
    if verdict.stance == "refuted":
        return "grounding.refuted", "block"
    if verdict.stance == "silent":
        return ("grounding.degree" if verdict.reason == "degree" else "grounding.silent"), "needs_evidence"
    return ("grounding.puffery", "needs_evidence") if verdict.stance == "opinion" else ("", None)
