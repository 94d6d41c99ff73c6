"""No text may give orders to a model, and no text of a model may say what an order made it say.

`score` screens untrusted text on the way in. The check judges a text on its way out: orders that came along with the
facts it was written from, hidden characters, a leaked prompt, unlawful promises, unknown codes, fake reviews,
disparagement.
"""

from collections.abc import Iterator

from goodword.guard.base import CheckResult, Matter
from goodword.guard.untrusted import meaning, output
from goodword.guard.untrusted.reading import table
from goodword.guard.untrusted.screen import Screened, score
from goodword.types import Finding, Lang, Market, Severity

NAME, VERSION = "injection", "1"
LANGS: tuple[Lang, ...] = ("en", "zh")
_SURE = 0.9

__all__ = ["LANGS", "NAME", "VERSION", "Screened", "run", "score"]


def prepare() -> None:
    """Open the models."""
    meaning.open_all("injection")


def run(matter: Matter) -> CheckResult:
    """Judge a text. Raises where the model's weights are missing or altered: the review then holds the text."""
    return CheckResult(findings=tuple(_findings(matter)))


def _findings(matter: Matter) -> Iterator[Finding]:
    screened = score(matter.text, matter.lang)
    if screened.flagged:
        start, end = _widest(screened, len(matter.text))
        severity: Severity = "block" if screened.score >= _SURE else "needs_evidence"
        yield _finding("injection", severity, start, end, matter)
    elif hidden := [r for r in screened.reasons if r.rule.startswith("hidden.") and r.weight >= 1.5]:
        yield _finding("hidden", "needs_evidence", hidden[0].start, hidden[0].end, matter)
    for said in output.find(matter.text, matter.lang):
        yield _finding(said.kind, said.severity, said.start, said.end, matter)
    if matter.facts is not None:
        held = [f.text for f in matter.facts] + [p.text for p in matter.passages]
        for said in output.unknown_codes(matter.text, matter.lang, held):
            yield _finding(said.kind, said.severity, said.start, said.end, matter)


def _widest(screened: Screened, length: int) -> tuple[int, int]:
    """From the first to the last of the weighty reasons; the whole text where there is none."""
    weighty = [r for r in screened.reasons if r.weight >= 2] or list(screened.reasons)
    if not weighty:
        return 0, length
    return min(r.start for r in weighty), max(r.end for r in weighty)


def _finding(kind: str, severity: Severity, start: int, end: int, matter: Matter) -> Finding:
    messages = table("messages")
    return Finding(
        rule=f"injection.{kind}",
        severity=severity,
        start=start,
        end=end,
        authority=authority(kind, matter.market),
        advice=str(messages["advice"][matter.told_in][kind]),
    )


def authority(kind: str, market: Market) -> str:
    """The market's own rule, or the name of the risk where it has none."""
    named = table("messages")["authority"]
    return str(named[market].get(kind, named[kind]))
