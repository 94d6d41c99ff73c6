"""Weighing a claim against the facts of the shop: live data, evidence and plain facts that say as much or more."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from goodword.guard import prices, ranges
from goodword.guard.base import Matter
from goodword.guard.checks import grounding
from goodword.guard.law.packs import Rule, Weight, evidence_names
from goodword.guard.words import stem
from goodword.text.normalise import fold
from goodword.types import Fact, Quantity, Verdict

# A claim that differs from the shop's own live record of these is false, not merely unproved.
_LIVE = {"stock", "price_history", "campaign"}
# Evidence that saves wording which is a violation without it; other kinds only clear what needs evidence.
_SAVES = {*_LIVE, "review", "registration", "consent", "offer"}
_SCARCE = Decimal(20)  # a stock above this is not 'only a few'
# Where more is better, to claim less than the fact is to claim something weaker.
_MORE_IS_BETTER = {"battery_life", "warranty", "max_load", "luminous_flux", "suction", "battery_capacity", "shelf_life"}
_FIGURE = re.compile(r"\d{1,15}(?:,\d{3})*(?:\.\d+)?")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s?%")


def weighed(rule: Rule, verdict: Weight, said: str, around: str, matter: Matter) -> Weight:
    """The verdict on a claim in the light of the facts given; unchanged where none were."""
    quoted = [p.text for p in matter.passages if len(p.text) > 7] if "review" in rule.clears else []
    if any(_bare(text) in _bare(matter.text) for text in quoted):  # a review of the shop, word for word
        return "ok"
    if matter.tallies and verdict != "block" and _counted(said, matter):
        return "ok"
    facts = matter.facts
    if facts is None:
        return verdict
    if matter.range and _first_of_the_range(said, matter):
        return "ok"
    for kind in rule.clears:
        held = [f for f in facts if _is(f, kind)] if verdict != "block" or kind in _SAVES else []
        if held and (judged := _against(kind, held, said, around, facts)):
            return judged
    if verdict == "needs_evidence" and (_states(facts, said) or _supported(said, matter)):
        return "ok"
    return verdict


def _supported(said: str, matter: Matter) -> bool:
    """Whether grounding ties every figure of the words to facts of what they speak of, and finds nothing amiss in them:
    保温12小时 of a fact 保温时间: 12小时."""
    start = matter.text.find(said)
    told = [v for v in grounding.run(matter).verdicts if v.claim.start < start + len(said) and start < v.claim.end]
    if start < 0 or not figures(said) or any(v.stance not in {"supported", "courtesy"} for v in told):
        return False
    names = {f.id: fold(f.name).text for f in matter.facts or ()}
    measured = [v for v in told if v.claim.kind in {"number", "duration"} and v.evidence]
    return bool(measured) and all(_speaks_of(said, names.get(v.evidence[0].ref, "")) for v in measured)


def _speaks_of(said: str, name: str) -> bool:
    """Whether words share what a heading names: two characters beside each other, or a stem of four letters or more."""
    text = fold(said).text
    if any(name[n : n + 2] in text for n in range(len(name) - 1) if "\u4e00" <= name[n] <= "\u9fff"):
        return True
    words = {stem(w) for w in re.findall(r"[a-z]{4,}", name)}
    return bool(words & {stem(w) for w in re.findall(r"[a-z]{4,}", text)})


def _counted(said: str, matter: Matter) -> bool:
    """Whether the words are a count of reviews that the shop holds."""
    return any(
        v.stance == "supported" and v.claim.kind == "testimonial"
        and (said in (claimed := matter.text[v.claim.start : v.claim.end]) or claimed in said)
        for v in grounding.run(matter).verdicts
    )  # fmt: skip


def _first_of_the_range(said: str, matter: Matter) -> bool:
    """Whether the words are a superlative that the shop's own catalogue proves of its own goods."""
    return any(
        v.stance == "supported" and v.reason == ranges.KEY
        and (said in (claimed := matter.text[v.claim.start : v.claim.end]) or claimed in said)
        for v in grounding.run(matter).verdicts
    )  # fmt: skip


def _against(kind: str, held: Sequence[Fact], said: str, around: str, facts: Sequence[Fact]) -> Weight | None:
    claimed = figures(said) or (figures(around) if kind not in {"review", "certificate", "patent"} else set())
    known = {n for f in held for n in figures(f.text)}
    if not claimed:
        return "block" if kind == "stock" and any(n > _SCARCE for n in known) else "ok"
    if kind == "report" and (held_to := _most(held)) is not None and max(claimed) <= held_to:
        return "ok"
    if kind == "price_history" and _above_lowest(claimed - _percents(said + around), held):
        return "block"
    everything = known | {n for f in facts for n in figures(f.text)}
    reckoned = _reckoned(claimed - everything, said + around, everything) or _saved(claimed - everything, facts)
    if claimed <= everything or reckoned:
        return "ok"
    return "block" if kind in _LIVE and known and not claimed & known else None if kind not in _LIVE else "block"


def _most(held: Sequence[Fact]) -> Decimal | None:
    """The greatest value the shop may claim of something of which more is better."""
    values = [f.value.low for f in held if f.key in _MORE_IS_BETTER and isinstance(f.value, Quantity)]
    return max((v for v in values if v is not None), default=None)


def _above_lowest(claimed: set[Decimal], held: Sequence[Fact]) -> bool:
    """Whether a former price is claimed above the lowest of late that the shop itself holds."""
    lows = {n for f in held if re.search(r"low|最低", f.name.lower()) for n in figures(f.text)}
    return bool(lows and claimed) and max(claimed) > max(lows)


def _reckoned(rest: set[Decimal], said: str, known: set[Decimal]) -> bool:
    """Whether figures that no fact holds are percentages reckoned from two that facts hold."""
    percents = _percents(said)
    cuts = {round(100 * (1 - a / b)) for a in known for b in known if 0 < a < b}
    return bool(rest) and all(n in percents and round(n) in cuts for n in rest)


def _saved(rest: set[Decimal], facts: Sequence[Fact]) -> bool:
    """Whether the one figure that no fact holds is what is saved between the two prices that facts hold."""
    difference = prices.saved(facts)
    return difference is not None and rest == {difference}


def _percents(text: str) -> set[Decimal]:
    return {Decimal(p) for p in _PERCENT.findall(text)}


def figures(text: str) -> set[Decimal]:
    """The figures of a text, thousands marks aside."""
    return {Decimal(n.replace(",", "")) for n in _FIGURE.findall(fold(text).text)}


def _is(fact: Fact, kind: str) -> bool:
    name = re.sub(r"[\s_]+", " ", fold(fact.name).text).strip()
    named = evidence_names()[kind] + (evidence_names()["any"] if kind not in _SAVES else ())
    return fact.key in named or any(name == w or name.startswith(w if w[-1] > "\x7f" else f"{w} ") for w in named)


def _states(facts: Sequence[Fact], said: str) -> bool:
    """Whether a fact says the words of the claim itself."""
    wanted = _bare(said)
    return len(wanted) > 1 and any(
        wanted in _bare(f.text) or wanted in _bare(f"{f.name}{f.text} {f.text}{f.name}") for f in facts
    )


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text).text)


def contradictions(matter: Matter) -> Iterator[Verdict]:
    """What the text says against the facts; less than a fact where more is better is no contradiction."""
    if not matter.facts:
        return
    by_id = {f.id: f for f in matter.facts}
    for verdict in grounding.run(matter).verdicts:
        if verdict.stance == "refuted" and verdict.claim.kind not in {"offer", "scarcity"}:
            fact = by_id.get(verdict.evidence[0].ref) if verdict.evidence else None
            start, end = verdict.claim.start, verdict.claim.end
            if fact is None or not (_weaker(fact, matter.text[start:end]) or _verbatim(fact, matter.text, start, end)):
                yield verdict


def _verbatim(fact: Fact, text: str, start: int, end: int) -> bool:
    """Whether the fact has the claim and the word before it, letter for letter."""
    return _bare(text[max(0, start - 2) : end]) in _bare(fact.text)


def _weaker(fact: Fact, said: str) -> bool:
    if fact.key not in _MORE_IS_BETTER or not isinstance(fact.value, Quantity) or fact.value.low is None:
        return False
    claimed = figures(said)
    return bool(claimed) and max(claimed) <= fact.value.low


def approved(matter: Matter) -> list[str]:
    """The texts the shop holds as approved for publication."""
    texts = [f.text for f in matter.facts or () if _is(f, "approved_text")]
    return texts + [p.text for p in matter.passages if p.id.startswith("approved")]
