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
_LATIN = re.compile(r"[A-Za-z]{2,}")


def run(matter: Matter) -> CheckResult:
    """Judge the language of a text."""
    text = _without_names(matter) if matter.lang == "zh" else matter.text
    if matter.channel in _NAMES or not matter.text.strip() or is_mostly(text, matter.lang):
        return CheckResult()
    return CheckResult(findings=(
        finding("language.wrong", "block", 0, len(matter.text), lang=matter.told_in, market=matter.market),
    ))  # fmt: skip


def _without_names(matter: Matter) -> str:
    """Chinese copy without the Latin names that facts write the same way: 带GPS, OEKO-TEX Standard 100认证."""
    held = {w for f in matter.facts or () for w in _LATIN.findall(f.text) if not w.islower()}
    return _LATIN.sub(lambda m: "" if m.group() in held else m.group(), matter.text)
