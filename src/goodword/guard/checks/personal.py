"""No text that a shop publishes may hold somebody's personal data."""

from goodword.guard.base import CheckResult, Matter
from goodword.guard.personal.screen import screen
from goodword.guard.personal.spans import Span
from goodword.guard.personal.words import table
from goodword.types import Finding, Lang

NAME, VERSION = "personal", "1"
LANGS: tuple[Lang, ...] = ("en", "zh")
_SURE = 0.8


def run(matter: Matter) -> CheckResult:
    """Judge a text. What the recognisers are sure of may not be said; what they only suspect, a person looks at.

    A name that a fact of the product holds (a brand, an author, a designer) is the shop's own information, and so are
    the names of its brands (李宁, Calvin Klein). Where facts
    are given the text is product copy: what merely looks like a name there is a word of the trade, and grounding asks
    of every word which fact it rests on.
    """
    held = [f.text.lower() for f in matter.facts or ()]
    found = [s for s in screen(matter.text, matter.lang, brands=matter.brands) if not _is_fact(matter.text, s, held)]
    if matter.facts:
        found = [s for s in found if s.type != "PERSON" or s.score >= _SURE]
    return CheckResult(findings=tuple(_finding(matter, span) for span in found))


def _is_fact(text: str, span: Span, held: list[str]) -> bool:
    return span.type == "PERSON" and any(text[span.start : span.end].lower() in fact for fact in held)


def _finding(matter: Matter, span: Span) -> Finding:
    """The finding names the kind only: reports must not carry what they warn of."""
    messages = table("messages")
    kind = messages["kind"][span.type][matter.told_in]
    return Finding(
        rule=f"personal.{span.type.lower()}",
        severity="block" if span.score >= _SURE else "needs_evidence",
        start=span.start,
        end=span.end,
        authority=messages["authority"][matter.market],
        advice=messages["advice"][matter.told_in].replace("{kind}", kind),
    )
