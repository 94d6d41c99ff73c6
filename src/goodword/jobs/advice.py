"""What to do about a finding, in the language of whoever reads it.

A finding is recorded with advice in the text's language; a person at the desk may read another. Rules are data in both
languages, so the advice is looked up again by the rule; what is on record stays as it was.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any, Final

from goodword.guard import findings
from goodword.guard.law import packs
from goodword.types import Finding, Lang, Market, Verdict

# Families whose advice is a table, by the file they lie in.
_TABLES: Final = {
    "harm": "harm/messages.toml", "injection": "untrusted/messages.toml", "personal": "personal/messages.toml",
    "proxy": "proxy/messages.toml",
}  # fmt: skip
_GUARD: Final = frozenset({"grounding", "form", "language"})
_QUOTED = 40  # characters of a text that a finding of form repeats


def told(finding: Finding, reader: Lang, *, market: Market, text: str = "", verdicts: Sequence[Verdict] = ()) -> str:
    """The advice of a finding; as it was recorded where nothing is known of its rule any more.

    Args:
        reader: the language of the advice.
        market: whose law the text was judged by.
        text: what was judged; some advice repeats its words.
        verdicts: of the same ruling; advice against a fact names the fact.
    """
    family, _, kind = finding.rule.partition(".")
    if not kind:
        return _law(finding, reader, market) or finding.advice
    if family in _GUARD:
        quote = text[finding.start : min(finding.end, finding.start + _QUOTED)] if family == "form" else (
            _quote(finding, verdicts))  # fmt: skip
        return findings.finding(finding.rule, finding.severity, finding.start, finding.end, lang=reader, market=market,
                                quote=quote).advice  # fmt: skip
    return _listed(family, kind, reader) or finding.advice


def _law(finding: Finding, reader: Lang, market: Market) -> str:
    rule = next((r for r in packs.load(market).rules if r.id == finding.rule), None)
    if rule is None:
        return ""
    says, rewrite = rule.says[reader], rule.rewrite[reader]
    return f"{says} Write instead: {rewrite}" if reader == "en" else f"{says}可改为：{rewrite}"


def _quote(finding: Finding, verdicts: Sequence[Verdict]) -> str:
    """The fact that says otherwise."""
    return next((v.evidence[0].quote for v in verdicts if v.stance == "refuted" and v.evidence
                 and (v.claim.start, v.claim.end) == (finding.start, finding.end)), "")  # fmt: skip


def _listed(family: str, kind: str, reader: Lang) -> str:
    if family not in _TABLES:
        return ""
    table = _table(_TABLES[family])
    advice = table["advice"]
    if family == "personal":
        named = table["kind"].get(kind.upper())
        return str(advice[reader]).replace("{kind}", str(named[reader])) if named else ""
    found: Any = advice.get(kind, {}).get(reader) if family == "proxy" else advice[reader].get(kind)
    return str(found or "")


@cache
def _table(name: str) -> Mapping[str, Any]:
    return loads(files("goodword.data").joinpath(name).read_text("utf-8"))
