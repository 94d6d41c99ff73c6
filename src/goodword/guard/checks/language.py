"""The text must be written in the language asked for."""

from goodword.guard.base import CheckResult, Matter
from goodword.guard.findings import finding
from goodword.text.language import is_mostly
from goodword.types import Lang

NAME, VERSION = "language", "1"
LANGS: tuple[Lang, ...] = ("en", "zh")
# Titles and bullets are mostly names and numbers; a name in the other script is no wrong language.
_NAMES = {"title", "bullets", "seo"}


def run(matter: Matter) -> CheckResult:
    """Judge the language of a text."""
    if matter.channel in _NAMES or not matter.text.strip() or is_mostly(matter.text, matter.lang):
        return CheckResult()
    return CheckResult(findings=(
        finding("language.wrong", "block", 0, len(matter.text), lang=matter.lang, market=matter.market),
    ))  # fmt: skip
