"""The ruling on a model's free answer: the guard's own checks, and what only such answers need.

Personal data is judged on the text with pseudonyms, so that a customer's own name may come back to them while a name
the model made up may not. Offsets are of the text with pseudonyms.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from goodword.guard import evidence as given
from goodword.guard.base import Check, CheckResult, Matter
from goodword.guard.review import CHECKS, review
from goodword.jobs.guarding import HOME, sentences_of
from goodword.jobs.proxying.assent import Assent, without_empty_words
from goodword.jobs.proxying.extra_checks import Links
from goodword.jobs.proxying.veil import says_something, veiled
from goodword.jobs.range import Range
from goodword.plugins import load
from goodword.text.language import detect
from goodword.types import Channel, CheckRun, Claim, Fact, Lang, Market, Ruling, Verdict

_CONTEXT = 3  # sentences before one that are judged with it: what 'it' and 'both' mean stands there
_COURTESY = CheckRun(name="courtesy", version="1", ms=0.0)
_CLAIMS = {"grounding", "form", "injection"}  # checks that take talk for claims, refusals, orders
GRAVE = ("personal.", "harm", "injection.leak")  # what leaves under no policy


@dataclass(frozen=True, kw_only=True, slots=True)
class Judge:
    """What a completion is judged by.

    Args:
        facts: None: its wording alone; empty: it may claim nothing.
        supplied: text of the caller in which addresses may stand.
        beside: what else the shop sells; None: not known.
        asked: what the customer last said, which a bare yes or no answers; '' where it is not known.
    """

    facts: tuple[Fact, ...] | None
    evidence: given.Given
    lang: Lang | None
    market: Market | None
    channel: Channel = "answer"
    product_class: str = "general"
    supplied: str = ""
    beside: Range | None = None
    asked: str = ""
    reader: Lang | None = None
    budget_ms: float = 2000.0
    checks: Sequence[str | Check] = (*CHECKS, "injection")

    def lang_of(self, text: str) -> Lang:
        """The language a text is judged in."""
        return self.lang or detect(text)

    def market_of(self, text: str) -> Market:
        """Whose law holds for it."""
        return self.market or HOME[self.lang_of(text)]

    def rule(self, text: str) -> Ruling:
        """The ruling on a whole text."""
        veil = veiled(text)
        if not says_something(veil) and says_something(text):
            claim = Claim(start=0, end=len(text), kind="courtesy")
            return Ruling(outcome="released", label="ok", verdicts=(Verdict(claim=claim, stance="courtesy"),),
                          findings=(), checks=(_COURTESY,))  # fmt: skip
        lang = self.lang_of(veil)
        matter = Matter(
            text=veil, lang=lang, market=self.market or HOME[lang], facts=self.facts, passages=self.evidence.passages,
            tallies=self.evidence.tallies, channel=self.channel, product_class=self.product_class, reader=self.reader,
            range=self.beside.of(veil, lang) if self.beside else (), brands=self.beside.brands() if self.beside else (),
        )  # fmt: skip
        checks = [_Spared(check) if check in _CLAIMS else check for check in self.checks]
        return review(matter, checks=(*checks, Links(self.supplied), Assent(self.asked)), budget_ms=self.budget_ms)

    def sentences(self, pieces: Iterator[str]) -> Iterator["Judged"]:
        """Sentences of a stream, each ruled on with those before it that were released."""
        before: list[str] = []
        for start, sentence in sentences_of(pieces):
            context = "".join(before[-_CONTEXT:])
            ruling = self.rule(context + sentence)
            if ruling.outcome != "released" and context:
                ruling = _own(ruling, len(context))
            else:
                ruling = _moved(ruling, len(context))
            if ruling.outcome == "released":
                before.append(sentence)
            yield Judged(text=sentence, start=start, ruling=ruling)


class _Spared:
    """A check that need not read what is only talk, nor a bare yes or no, which `Assent` reads."""

    def __init__(self, name: str) -> None:
        self._check = cast("Check", load("guard.checks", name))
        self.NAME, self.VERSION, self.LANGS = self._check.NAME, self._check.VERSION, self._check.LANGS

    def prepare(self) -> None:
        """Open what the check needs."""
        if prepare := getattr(self._check, "prepare", None):
            prepare()

    def run(self, matter: Matter) -> CheckResult:
        """Judge what is left of a text."""
        rest = without_empty_words(matter)
        if not says_something(rest):
            return CheckResult()
        return self._check.run(replace(matter, text=rest) if rest != matter.text else matter)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A sentence with the white space before it, its place in the stream, and its ruling with offsets within it."""

    text: str
    start: int
    ruling: Ruling


def is_grave(ruling: Ruling) -> bool:
    """Whether it may leave under no policy: it was not checked whole, or it hurts somebody or gives somebody away."""
    unchecked = any(c.error for c in ruling.checks)
    return unchecked or any(f.rule.startswith(GRAVE) and f.severity != "warn" for f in ruling.findings)


def _own(ruling: Ruling, context: int) -> Ruling:
    """A ruling without what it says of the context alone, which was released before."""
    moved = _moved(ruling, context)
    if any(f.severity != "warn" for f in moved.findings) or any(c.error for c in ruling.checks):
        return moved
    return replace(moved, outcome="released", label="ok")


def _moved(ruling: Ruling, by: int) -> Ruling:
    """The part of a ruling that is about what stands behind `by`, counted from there."""
    if by == 0:
        return ruling
    findings = tuple(replace(f, start=max(f.start - by, 0), end=f.end - by) for f in ruling.findings if f.end > by)
    verdicts = tuple(
        replace(v, claim=replace(v.claim, start=max(v.claim.start - by, 0), end=v.claim.end - by))
        for v in ruling.verdicts if v.claim.end > by
    )  # fmt: skip
    return replace(ruling, findings=findings, verdicts=verdicts)
