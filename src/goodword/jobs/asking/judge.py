"""The ruling on an answer: every sentence by where it comes from, nothing on trust.

A quotation must stand in the passage or fact it names, and that must hold today. A stated sentence is judged by the
whole guard against its facts. A sum is done again, a count looked up again, an order read again. A set phrase must be
one of ours. A model's sentence is judged by the whole guard against the evidence. Anything else is held.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from time import perf_counter

from goodword.errors import DataError
from goodword.guard.base import Matter
from goodword.guard.harm import find as harm
from goodword.guard.review import review
from goodword.jobs.asking import lexis, opinions, orders, remarks, worked
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.nouns import Origin, Part
from goodword.jobs.asking.passages import introduced
from goodword.knowledge.orders import Order
from goodword.types import (
    CheckRun,
    Claim,
    Fact,
    Finding,
    Label,
    Lang,
    Market,
    Outcome,
    Ruling,
    Stance,
    Verdict,
)

VERSION = "1"
_SLOT = re.compile(r"\\\{\w+\\\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Court:
    """What an answer is judged by. `mine` are the orders of the proven customer, where there is one."""

    holdings: Holdings
    lang: Lang
    market: Market
    on: date
    mine: Sequence[Order] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def rule(self, part: Part) -> Ruling:
        """The ruling on one sentence, its offsets within it."""
        began = perf_counter()
        if part.origin in {"stated", "worded"}:
            return self._guarded(part)
        fault, error = ("", "") if _PROOFS[part.origin](self, part) else ("unproven", "")
        if part.origin == "quoted" and not fault:
            fault, error = self._hurt(part)
        finding = _finding(part, fault, self.lang) if fault else None
        said: Stance = "courtesy" if part.origin == "set" else "supported"
        claim = Claim(start=0, end=len(part.text), kind="courtesy" if part.origin == "set" else "attribute")
        verdict = Verdict(claim=claim, stance="silent" if fault else said, evidence=part.evidence)
        ms = round((perf_counter() - began) * 1000, 3)
        run = CheckRun(name=f"ask.{part.origin}", version=VERSION, ms=ms, error=error)
        return Ruling(
            outcome="held" if fault else "released", label="needs_evidence" if fault else "ok", verdicts=(verdict,),
            findings=(finding,) if finding else (), checks=(run,),
        )  # fmt: skip

    def _hurt(self, part: Part) -> tuple[str, str]:
        """Whether the shop's own words hurt somebody; what cannot be told counts as if they did."""
        try:
            spans = harm.find(part.text, self.lang)
        except DataError as error:
            return "unchecked", str(error)
        return ("harm" if any(s.severity == "block" and s.type != "hate" for s in spans) else ""), ""

    def _guarded(self, part: Part) -> Ruling:
        known = {f.id: f for sku in {f.sku for f in part.facts} for f in self._product_facts(sku)}
        stale = [f for f in part.facts if known.get(f.id) != f]
        passages = tuple(
            h.passage for e in part.evidence if (h := self.holdings.held.get(e.ref)) and h.holds(self.on, None)
        )
        ruling = review(
            Matter(
                text=part.text,
                lang=self.lang,
                market=self.market,
                product_class=part.product_class,
                facts=part.facts,
                passages=passages,
                channel="answer",
            )
        )
        if stale:
            return replace(
                ruling,
                outcome="held",
                label="needs_evidence",
                findings=(*ruling.findings, _finding(part, "stale", self.lang)),
            )
        return ruling

    def _product_facts(self, sku: str) -> Sequence[Fact]:
        product = self.holdings.products.get(sku)
        return product.facts if product else ()

    def quoted(self, part: Part) -> bool:
        """Word for word in a passage that holds today, or a fact's own words with its name."""
        if len(part.evidence) != 1:
            return False
        evidence = part.evidence[0]
        held = self.holdings.held.get(evidence.ref)
        if held is not None:
            quote = held.passage.text[evidence.start : evidence.end]
            said = part.text in {quote, introduced(held, quote)}
            return said and quote == evidence.quote and held.holds(self.on, None)
        fact = next((f for f in part.facts if f.id == evidence.ref), None)
        if fact is None or fact not in self._product_facts(fact.sku):
            return False
        if fact.key == remarks.KEY:
            spans = [fact.text[a:b] for a, b in remarks.sentences(fact)]
            return part.text == evidence.quote and part.text in spans and not remarks.kept_back(fact)
        return part.text in {f"{fact.name}：{fact.text}", f"{fact.name}: {fact.text}"}

    def worked(self, part: Part) -> bool:
        """The sum comes out again, from facts the shop holds now; the text says that number."""
        held = {f.id: f for f in part.facts if f in self._product_facts(f.sku)}
        return worked.again(part, held)

    def counted(self, part: Part) -> bool:
        """The counts say so."""
        return opinions.again(part, self.holdings, self.lang)

    def told(self, part: Part) -> bool:
        """It is an order of this customer."""
        return orders.again(part, self.mine, self.holdings, self.lang)

    def set(self, part: Part) -> bool:
        """It is one of our phrases."""
        return any(p.fullmatch(part.text) for p in _phrases(self.lang))


_PROOFS: Mapping[Origin, Callable[[Court, Part], bool]] = {
    "quoted": Court.quoted,
    "worked": Court.worked,
    "counted": Court.counted,
    "told": Court.told,
    "set": Court.set,
}


def joined(rulings: Sequence[tuple[int, Ruling]]) -> Ruling:
    """The ruling on a whole answer from those on its sentences, each with where it starts."""
    verdicts = [_moved(v, at) for at, r in rulings for v in r.verdicts]
    findings = [replace(f, start=f.start + at, end=f.end + at) for at, r in rulings for f in r.findings]
    checks = tuple(c for _, r in rulings for c in r.checks)
    outcomes = {r.outcome for _, r in rulings}
    outcome: Outcome = "refused" if "refused" in outcomes else "held" if "held" in outcomes else "released"
    label: Label = "violation" if outcome == "refused" else "needs_evidence" if outcome == "held" else "ok"
    return Ruling(outcome=outcome, label=label, verdicts=tuple(verdicts), findings=tuple(findings), checks=checks)


def _moved(verdict: Verdict, at: int) -> Verdict:
    claim = verdict.claim
    return replace(verdict, claim=replace(claim, start=claim.start + at, end=claim.end + at))


def _finding(part: Part, rule: str, lang: Lang) -> Finding:
    advice = {"en": "Nothing the shop holds proves this sentence as it stands.", "zh": "店铺资料无法证实这句话。"}[lang]
    return Finding(
        rule=f"ask.{rule}", severity="needs_evidence", start=0, end=len(part.text), authority="Goodword", advice=advice
    )


@cache
def _phrases(lang: Lang) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_SLOT.sub(".{1,400}", re.escape(p))) for p in lexis.wording(lang).values())
