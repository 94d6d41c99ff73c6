"""Making findings: rule, authority by market, advice in the text's language."""

from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.types import Finding, Lang, Market, Severity


@cache
def _messages() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("guard/messages.toml").read_text("utf-8"))


def finding(
    rule: str, severity: Severity, start: int, end: int, *, lang: Lang, market: Market, quote: str = ""
) -> Finding:
    """A finding of rule 'grounding.refuted' and the like."""
    key = rule.replace(".", "_")
    advice = _messages()["advice"].get(key) or _messages()["advice"][rule.split(".", maxsplit=1)[0]]
    before, _, after = str(advice[lang]).partition("{quote}")
    return Finding(rule=rule, severity=severity, start=start, end=end,
                   authority=str(_messages()["authority"][market]),
                   advice=f"{before}{quote}{after}" if after else before)  # fmt: skip
