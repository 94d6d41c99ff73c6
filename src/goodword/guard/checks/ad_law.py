"""Advertising law of the market: every rule of its pack, with article and lawful rewrite."""

from goodword.guard.base import CheckResult, Matter
from goodword.guard.law.judge import judge
from goodword.types import Lang

NAME, VERSION = "ad_law", "1"
LANGS: tuple[Lang, ...] = ("en", "zh")


def run(matter: Matter) -> CheckResult:
    """Judge the wording by the pack of the market. Raises where the pack does not load: the review then holds the text."""  # noqa: E501
    return CheckResult(findings=judge(matter))
