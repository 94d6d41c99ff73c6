"""The public shape of results: what the CLI prints, files hold and HTTP returns."""

from typing import Any

from goodword.jobs.describe import Described
from goodword.jobs.recall import Recalled
from goodword.jobs.screen import Screening
from goodword.store.stale import Place
from goodword.types import Evidence, Fact, Finding, Ruling, Verdict


def described(result: Described) -> dict[str, Any]:
    """One product in one language, as the contract has it."""
    draft, facts = result.draft, {f.id: f for f in result.product.facts}
    held_back = result.outcome != "released"
    return {
        "sku": draft.sku,
        "lang": draft.lang,
        "market": draft.market,
        "channel": draft.channel,
        "text": None if held_back else draft.text,
        "ruling": result.outcome,
        "sentences": [] if held_back else [
            {"start": s.start, "end": s.end, "locked": s.locked,
             "evidence": [_fact(facts[f]) for f in s.facts if f in facts]}
            for s in draft.sentences
        ],
        "findings": [finding(f) for f in result.ruling.findings],
        "made_by": {"backend": draft.made_by.backend, "model": draft.made_by.model, "cost": str(draft.made_by.cost),
                    "currency": draft.made_by.currency, "reworded": draft.made_by.reworded, "note": draft.made_by.note},
        "label": None if result.statement is None else
        {"text": result.statement.mark.text, "metadata": result.statement.mark.metadata},
        "ledger": result.ledger,
        "desk": result.desk,
        "cached": result.cached,
        "left_out": [{"fact": x.fact, "reason": x.reason} for x in result.left_out if x.reason != "not for copy"],
    }  # fmt: skip


def checked(ident: str, ruling: Ruling) -> dict[str, Any]:
    """The guard's view of a text given from outside."""
    return {
        "id": ident,
        "ruling": ruling.outcome,
        "label": ruling.label,
        "claims": [_verdict(v) for v in ruling.verdicts],
        "findings": [finding(f) for f in ruling.findings],
        "checks": [{"name": c.name, "version": c.version, "ms": c.ms, "error": c.error} for c in ruling.checks],
        "ms": round(sum(c.ms for c in ruling.checks), 3),
    }


def screened(ident: str, found: Screening) -> dict[str, Any]:
    """What stands in a text from outside."""
    injection = found.injection
    reasons = [{"start": r.start, "end": r.end, "rule": r.rule, "how": r.how} for r in injection.reasons]
    return {
        "id": ident,
        "injection": {"score": injection.score, "flagged": injection.flagged, "reasons": reasons},
        "personal": [{"start": p.start, "end": p.end, "type": p.type, "score": p.score} for p in found.personal],
        "harm": [{"start": h.start, "end": h.end, "type": h.type, "severity": h.severity} for h in found.harm],
        "redacted": found.redacted,
    }  # fmt: skip


def recalled(found: Recalled) -> dict[str, Any]:
    """What a recall found and did: the versions of the fact, and every text that rests on one which no longer holds."""
    return {
        "fact": found.fact,
        "versions": [
            {"version": v.fact.version, "text": v.fact.text, "from": v.valid_from, "until": v.valid_until,
             "source": v.fact.source.uri, "where": v.fact.source.locator}
            for v in found.versions
        ],
        "taken_back": found.taken,
        "waiting": found.waiting,
        "ledger": found.ledger,
        "statements": [place(p) for p in found.places],
    }  # fmt: skip


def place(found: Place) -> dict[str, Any]:
    """A text that may not be shown any more, and whether it waits to be written anew."""
    return {"statement": found.statement, "sku": found.sku, "lang": found.lang, "market": found.market,
            "channel": found.channel, "version": found.version, "stale": found.stale, "why": found.why,
            "waiting": found.waiting, "ledger": found.ledger}  # fmt: skip


def finding(found: Finding) -> dict[str, Any]:
    """One finding."""
    return {"rule": found.rule, "severity": found.severity, "start": found.start, "end": found.end,
            "authority": found.authority, "advice": found.advice}  # fmt: skip


def _verdict(verdict: Verdict) -> dict[str, Any]:
    claim = verdict.claim
    return {"start": claim.start, "end": claim.end, "kind": claim.kind, "stance": verdict.stance,
            "evidence": [_evidence(e) for e in verdict.evidence]}  # fmt: skip


def _evidence(found: Evidence) -> dict[str, Any]:
    told = {"fact": found.ref, "quote": found.quote, "start": found.start, "end": found.end}
    return told if found.count is None else {**told, "count": found.count}


def _fact(fact: Fact) -> dict[str, Any]:
    return {"fact": fact.id, "name": fact.name, "value": fact.text, "quote": fact.text, "start": fact.start,
            "end": fact.end, "version": fact.version, "source": fact.source.uri, "where": fact.source.locator}  # fmt: skip  # noqa: E501
