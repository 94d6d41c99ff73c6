"""The text must be written in the language asked for."""

import re

from goodword.guard.base import CheckResult, Matter
from goodword.guard.findings import finding
from goodword.text.language import is_mostly
from goodword.types import Lang

NAME, VERSION = "language", "1"
LANGS: tuple[Lang, ...] = ("en", "zh")
# Titles and bullets are mostly names and numbers; a name in the other script is no wrong language.
_NAMES = {"title", "bullets", "seo"}
# In a short sentence one name may outweigh the words around it: 带GPS。
_NAME, _SHORT = re.compile(r"[A-Za-z]*[A-Z][A-Za-z]*"), 16


def run(matter: Matter) -> CheckResult:
    """Judge the language of a text."""
    text = _NAME.sub("", matter.text) if matter.lang == "zh" and len(matter.text) < _SHORT else matter.text
    if matter.channel in _NAMES or not matter.text.strip() or is_mostly(text, matter.lang):
        return CheckResult()
    return CheckResult(findings=(
        finding("language.wrong", "block", 0, len(matter.text), lang=matter.lang, market=matter.market),
    ))  # fmt: skip
