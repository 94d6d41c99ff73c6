"""Texts that are no copy at all: empty, cut off, a model's refusal, an echoed prompt, leftover marks, a loop."""

import re
from collections import Counter

from goodword.guard.base import CheckResult, Matter
from goodword.guard.findings import finding
from goodword.guard.words import load
from goodword.text import segment
from goodword.types import Finding, Lang

NAME, VERSION = "form", "1"
LANGS: tuple[Lang, ...] = ("en", "zh")

_LEFTOVER = re.compile(r"\{\{?\w*\}?\}|\[F\d+\]|```|<\|?[a-z_/]+\|?>|\[/?INST\]|^#+ |\*\*|^\s*\{\"|�", re.MULTILINE)
_CUT = re.compile(r"(?:[,，、:：(（\-–]|\b(?:and|or|with|the|a|of|to|is|和|与|或|的))\s*$")


def run(matter: Matter) -> CheckResult:
    """Judge the form of a text."""
    return CheckResult(findings=tuple(_findings(matter)))


def _findings(matter: Matter) -> list[Finding]:
    text = matter.text
    if not text.strip() or not re.search(r"\w", text):
        return [_found(matter, "form.empty", 0, len(text))]
    out = [_found(matter, "form.leftover", m.start(), m.end()) for m in _LEFTOVER.finditer(text)]
    for lang in LANGS:  # a model may refuse in either language
        out += [_found(matter, "form.refusal", m.start(), m.end()) for m in load(lang).refusal.finditer(text)]
    if cut := _CUT.search(text):
        out.append(_found(matter, "form.truncated", cut.start(), len(text)))
    spans = [text[a:b] for a, b in segment.sentences(text)]
    repeated = [s for s, n in Counter(s.lower() for s in spans).items() if n > 1 and len(s) > 8]
    loops = re.search(r"(\b\w+\b|[\u4e00-\u9fff]{2,4})(?:[\s,，]*\1){2,}", text)
    if repeated or loops:
        out.append(_found(matter, "form.repetition", *(loops.span() if loops else (0, len(text)))))
    return out


def _found(matter: Matter, rule: str, start: int, end: int) -> Finding:
    return finding(rule, "block", start, end, lang=matter.told_in, market=matter.market,
                   quote=matter.text[start : min(end, start + 40)])  # fmt: skip
