"""A check that only a model's free answers need: addresses from nowhere. The review runs it beside the guard's own."""

import re
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.guard.base import CheckResult, Matter
from goodword.types import Finding, Lang

_ADDRESS = re.compile(
    r"!?\[[^\]\n]*\]\([^)\s]*[^)]*\)|(?:https?|ftp|data|javascript|file)\s*:\s*[^\s<>\"'）】」，。]+"
    r"|(?<![\w@.])(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?:/[^\s<>\"'）】」，。]*)?(?![\w@])",
    re.IGNORECASE,
)
_TARGET = re.compile(r"\(([^)]*)\)\s*$")
_DOMAIN_ENDS = re.compile(
    r"(?i)\.(?:com|net|org|cn|io|co|app|dev|shop|store|info|biz|xyz|top|site|online|eu|uk|de|fr|us|me|tv|cc|ai|gg|ru|hk|tw|jp|kr|in|test|example|zip|mov|link|click|live)(?:/|$)"
)


@cache
def _table(name: str) -> dict[str, Any]:
    return loads(files("goodword.data").joinpath(f"proxy/{name}.toml").read_text("utf-8"))


def said(what: str, lang: Lang) -> str:
    """A sentence of the proxy's own, in place of an answer."""
    return str(_table("messages")["said"][what][lang])


class Links:
    """Every address in an answer must stand in what was supplied: facts, evidence, or the program's own messages."""

    NAME, VERSION = "links", "1"
    LANGS: tuple[Lang, ...] = ("en", "zh")

    def __init__(self, supplied: str) -> None:
        self.supplied = supplied

    def run(self, matter: Matter) -> CheckResult:
        """Judge a text."""
        held = "\n".join([self.supplied, *(f.text for f in matter.facts or ()), *(p.text for p in matter.passages)])
        found = []
        for match in _ADDRESS.finditer(matter.text):
            target = _target(match.group())
            if target and target.casefold() not in held.casefold():
                found.append(_finding("link", matter, match.start(), match.end()))
        return CheckResult(findings=tuple(found))


def _target(written: str) -> str:
    """Where an address leads; '' where what looks like one is none ('e.g.', '2.5in')."""
    if written.startswith(("[", "![")):
        found = _TARGET.search(written)
        return found.group(1).strip() if found else ""
    if "://" in written or re.match(r"(?i)(?:data|javascript|file)\s*:", written):
        return written.rstrip(".,;:!?)")
    return written if _DOMAIN_ENDS.search(written) or written.lower().startswith("www.") else ""


def _finding(rule: str, matter: Matter, start: int, end: int) -> Finding:
    table = _table("messages")
    authority = table["authority"][rule]
    return Finding(
        rule=f"proxy.{rule}", severity="needs_evidence", start=start, end=end,
        authority=str(authority if isinstance(authority, str) else authority[matter.market]),
        advice=str(table["advice"][rule][matter.told_in]),
    )  # fmt: skip
