"""Advertising law of the market: every rule of its pack, with article and lawful rewrite."""

from dataclasses import replace

from goodword.guard.base import CheckResult, Matter
from goodword.guard.law import frames
from goodword.guard.law.judge import judge
from goodword.types import Finding, Lang

NAME, VERSION = "ad_law", "2"
LANGS: tuple[Lang, ...] = ("en", "zh")


def prepare() -> None:
    """Read the frames, once a process. Their expressions are compiled when first wanted, or all by `Frames.open`."""
    frames.load()


def run(matter: Matter) -> CheckResult:
    """Judge the wording by the pack of the market. Raises where the pack does not load: the review then holds the text."""  # noqa: E501
    return CheckResult(findings=tuple(_softened(f, matter) for f in judge(matter)))


def _softened(found: Finding, matter: Matter) -> Finding:
    """What stands in the shop's own warning, word for word, is for a person to decide: warnings speak of dangers."""
    warned = any(
        s.locked and s.start <= found.start and found.end <= s.end
        and any(f.id in s.facts and f.text.strip(" .。") in matter.text[s.start : s.end] for f in matter.facts or ())
        for s in matter.sentences
    )  # fmt: skip
    return replace(found, severity="needs_evidence") if warned and found.severity == "block" else found
