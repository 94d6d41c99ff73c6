"""The desk's queue for a person: what is at stake in each held text, the gravest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from goodword.store.desk import Item
from goodword.types import Finding, Ruling

Risk = Literal["high", "medium", "low"]
Reason = Literal["failed", "law", "delicate", "promise", "wording"]
RISKS: tuple[Risk, ...] = get_args(Risk)
# Classes of goods where a wrong word can hurt somebody, or whose advertising is regulated by laws of its own.
_DELICATE = frozenset({"alcohol", "cosmetic", "food", "health_food", "infant", "toy"})
_PROMISES = frozenset({
    "number", "comparison", "superlative", "offer", "health", "green", "origin", "certification", "compatibility",
    "inclusion", "duration", "scarcity", "testimonial",
})  # fmt: skip
_OF_WORDING = ("grounding", "form", "language")


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A held text with what is at stake and why."""

    item: Item
    risk: Risk
    reasons: tuple[Reason, ...]


def queue(items: Iterable[Item], classes: Mapping[str, str], *, by_age: bool = False) -> list[Waiting]:
    """Items in the order a person should see them: by risk and then by age, or by age alone.

    Args:
        classes: class of each product, by number.
    """
    rated = [rate(item, classes.get(item.draft.sku, "general")) for item in items]
    return sorted(rated, key=lambda w: (0 if by_age else RISKS.index(w.risk), w.item.since, w.item.id))


def rate(item: Item, product_class: str) -> Waiting:
    """What is at stake in one held text."""
    ruling = item.ruling
    open_ = [f for f in ruling.findings if f.severity != "warn"]
    reasons: list[Reason] = []
    if any(c.error for c in ruling.checks):
        reasons.append("failed")
    if any(not f.rule.startswith(_OF_WORDING) for f in open_):
        reasons.append("law")
    high = bool(reasons)
    if product_class in _DELICATE:
        reasons.append("delicate")
    promises = _promises(ruling, open_)
    if promises:
        reasons.append("promise")
    if product_class in _DELICATE and promises:
        high = True
    risk: Risk = "high" if high else "medium" if reasons else "low"
    return Waiting(item=item, risk=risk, reasons=tuple(reasons) or ("wording",))


def _promises(ruling: Ruling, findings: Iterable[Finding]) -> bool:
    """Whether an open finding stands on a claim that could mislead somebody who buys."""
    spans = [(f.start, f.end) for f in findings]
    return any(
        v.claim.kind in _PROMISES and v.stance in {"silent", "refuted"}
        and any(a < v.claim.end and v.claim.start < b for a, b in spans)
        for v in ruling.verdicts
    )  # fmt: skip
