"""Generate the reference page of every law pack, in English and in Chinese: each rule with all it holds."""

from collections.abc import Iterator
from pathlib import Path
from tomllib import loads
from typing import Any, get_args

from goodword.guard.law import packs
from goodword.guard.law.packs import LANGS, Example, Pack, Rule, Unless
from goodword.types import Lang, Market

DOCS = Path(__file__).parents[1] / "docs"
OUT: dict[Lang, Path] = {"en": DOCS / "reference" / "packs", "zh": DOCS / "zh" / "reference" / "packs"}
WORDS: dict[str, Any] = loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def page(pack: Pack, lang: Lang) -> str:
    """The page of one pack, for readers of one language; examples stand in both."""
    words = WORDS[lang]
    judged = sum(r.executable for r in pack.rules)
    lines = [
        f"# {pack.title[lang]}", "", words["link"].format(market=pack.market), "",
        words["about"].format(market=pack.market, rules=len(pack.rules), judged=judged, checked=pack.checked), "",
        words["confidence"], "", words["table"], "|---|---|---|",
        *(f"| [{r.id}](#{r.id.lower()}) | {r.severity} | {_cell(r.law)} |" for r in pack.rules), "",
    ]  # fmt: skip
    for rule in pack.rules:
        lines += [*_rule(rule, lang), ""]
    if pack.open:
        lines += [f"## {words['confirm']}", "", *(f"- {q[lang]}" for q in pack.open), ""]
    return "\n".join(lines)


def _rule(rule: Rule, lang: Lang) -> Iterator[str]:
    words, rows = WORDS[lang], WORDS[lang]["rows"]
    told = {
        "law": rule.law, "conf": rule.confidence, "checked": rule.checked, "since": rule.since,
        "severity": f"{rule.severity}{words['colon']}{words['severities'][rule.severity]}",
        "classes": ", ".join(c.replace("!", words["not"]) for c in rule.classes),
        "on": ", ".join(rule.on) or rule.special.replace("_", " "),
        "unless": "; ".join(_otherwise(u, words) for u in rule.unless),
        "clears": ", ".join(rule.clears), "exempt": rule.exempt.get(lang), "traps": rule.traps.get(lang),
        "open": rule.open.get(lang), "why_system": rule.why_system.get(lang), "rewrite": rule.rewrite[lang],
    }  # fmt: skip
    yield from (f"## {rule.id}", "", rule.says[lang], "", "| | |", "|---|---|")
    yield from (f"| {rows[name]} | {_cell(value)} |" for name, value in told.items() if value)
    for title, examples in (("fires", rule.fires), ("silent", rule.silent)):
        shown = [e for tongue in LANGS for e in examples.get(tongue, ())]
        if shown:
            yield from ("", words[title], "", *(f"- {_example(e, words)}" for e in shown))


def _otherwise(unless: Unless, words: dict[str, str]) -> str:
    what = words["absent"].format(what=unless.context) if unless.absent else unless.context
    return words["unless"].format(what=what, reach=unless.reach, then=unless.then)


def _example(example: Example, words: dict[str, str]) -> str:
    notes = [f"{words['class']} {example.product_class}"] if example.product_class != "general" else []
    notes += [f"{words['facts']} {dict(example.facts)}"] if example.facts else []
    return example.text + (f" ({'; '.join(notes)})" if notes else "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write the pages."""
    for lang, out in OUT.items():
        out.mkdir(parents=True, exist_ok=True)
        for market in get_args(Market):
            (out / f"{market}.md").write_text(page(packs.load(market), lang), "utf-8")


if __name__ == "__main__":
    main()
