"""No copy may hurt: hate, exclusion, slant, bodies, sex, minors, self-harm, dangerous advice, violence, insults."""

from goodword.guard.base import CheckResult, Matter
from goodword.guard.harm.find import Span, find, table
from goodword.guard.untrusted import meaning
from goodword.types import Finding, Lang

NAME, VERSION = "harm", "1"
LANGS: tuple[Lang, ...] = ("en", "zh")


def prepare() -> None:
    """Open the models."""
    meaning.open_all("harm")


def run(matter: Matter) -> CheckResult:
    """Judge a text. What hurts may not be said; what slants, a person looks at."""
    composed = bool(matter.sentences) and all(s.facts for s in matter.sentences)
    return CheckResult(findings=tuple(_finding(matter, s) for s in find(matter.text, matter.lang, apart=composed)))


def _finding(matter: Matter, span: Span) -> Finding:
    messages = table("messages")
    authority = messages["authority"][matter.market]
    return Finding(
        rule=f"harm.{span.type}",
        severity=span.severity,
        start=span.start,
        end=span.end,
        authority=str(authority.get(span.type, authority["other"])),
        advice=str(messages["advice"][matter.told_in][span.type]),
    )
