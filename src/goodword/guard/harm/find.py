"""Harm in copy: hate, exclusion, stereotypes, bodies, sex, minors, self-harm, dangerous advice, violence, insults.

Rules are data (data/harm/). They look at the text as written and at what masked spelling means. Two small models add
what no rule foresaw: one of shop copy, and one of Chinese posts, asked only where a text speaks of groups of people.
What only a model objects to, a person looks at. Both languages are looked for in every text, because copy mixes them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.errors import DataError
from goodword.guard.untrusted import masks, meaning
from goodword.guard.untrusted.frames import AROUND, OVERLAP, PIECE, expanded
from goodword.guard.untrusted.reading import Reading, pieces, plain
from goodword.models.injection import Model, concepts_of, opened, probability
from goodword.models.injection import score as window_of
from goodword.types import Lang, Severity

_UNMASKED = {"joined", "leet"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Where harm stands, of what type, and how bad it is: `block`, or `needs_evidence` where a person should look."""

    start: int
    end: int
    type: str
    severity: Severity
    score: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One shape of harm."""

    type: str
    severity: Severity
    lang: str
    pattern: re.Pattern[str]
    needs: re.Pattern[str] | None
    unless: re.Pattern[str] | None


@cache
def table(name: str) -> dict[str, Any]:
    """One file of data/harm/."""
    return loads(files("goodword.data").joinpath(f"harm/{name}.toml").read_text("utf-8"))


@cache
def load() -> tuple[Rule, ...]:
    """All rules.

    Raises:
        DataError: a rule does not compile.
    """
    words = table("words")
    rules = []
    for n, row in enumerate(table("rules")["rule"]):
        lang = row["lang"]
        try:
            made = {
                k: expanded(row[k], lang, words[lang]) if k in row else None for k in ("pattern", "needs", "unless")
            }
        except (KeyError, re.error) as wrong:
            raise DataError(
                f"harm/rules.toml: rule {n + 1} ({row.get('type')}, {lang}) does not compile: {wrong}"
            ) from wrong
        assert made["pattern"] is not None
        rules.append(Rule(type=row["type"], severity=row["severity"], lang=lang, pattern=made["pattern"],
                          needs=made["needs"], unless=made["unless"]))  # fmt: skip
    return tuple(rules)


def find(text: str, lang: Lang, *, apart: bool = False) -> tuple[Span, ...]:
    """Spans of harm in a text, in order, one for each place and type. Copy mixes languages: both are looked for.

    Args:
        apart: its sentences were made one by one, each of facts (`models.injection.score`).
    """
    read = plain(text)
    readings = [read, *(r for r in masks.readings(read) if r.how in _UNMASKED)]
    found = {(s.start, s.end, s.type): s for reading in readings for s in _in(reading)}
    for span in _suspected(read, apart=apart):
        if not any(s.start < span.end and span.start < s.end for s in found.values()):
            found[span.start, span.end, span.type] = span
    out: list[Span] = []
    reach: dict[str, int] = {}  # by type, how far those before reach: what lies within is said already
    for span in sorted(found.values(), key=lambda s: (s.start, -s.end)):
        if span.end > reach.get(span.type, -1):
            out.append(span)
            reach[span.type] = span.end
    return tuple(out)


@cache
def _model(name: str) -> Model:
    return opened(name)


def _suspected(read: Reading, *, apart: bool) -> Iterator[Span]:
    """The window that a model objects to most."""
    for name in ("harm", "offence"):
        if name == "offence" and not _speaks_of_people(read.text):
            continue
        model = _model(name)
        window = window_of(read.text, model, "harm", meaning.judge("harm") if name == "harm" else None, apart=apart)
        logit = window.logit + model.offset_of(read.text)
        if logit >= model.threshold:
            kind = "hate" if name == "offence" else _type(read.text[window.start : window.end])
            start, end = read.home(window.start, window.end)
            score = round(probability(logit), 4)
            yield Span(start=start, end=end, type=kind, severity="needs_evidence", score=score)
            return


@cache
def _people() -> re.Pattern[str]:
    words = table("words")["zh"]
    return re.compile(f"{words['group']}|{words['people']}")


def _speaks_of_people(text: str) -> bool:
    return not text.isascii() and _people().search(text) is not None


def _type(said: str) -> str:
    """The type whose concepts are named most; where none is named, the one it is nearest to in meaning."""
    counts = Counter(c for found in concepts_of(said, "harm") for c in found)
    votes = {kind: sum(counts[c] for c in concepts) for kind, concepts in table("concepts")["types"].items()}
    kind = max(votes, key=lambda kind: votes[kind])
    return kind if votes[kind] else meaning.kind("harm", said)


def _in(read: Reading) -> Iterator[Span]:
    for start, end in pieces(read.text, PIECE, OVERLAP):
        said = read.text[start:end]
        for rule in load():
            if rule.lang == "zh" and said.isascii():
                continue
            for m in rule.pattern.finditer(said):
                if m.end() == m.start() or (rule.needs and not rule.needs.search(m.group())):
                    continue
                if rule.unless and rule.unless.search(_sentence(said, m.start(), m.end())):
                    continue
                first, last = read.home(start + m.start(), start + m.end())
                yield Span(start=first, end=last, type=rule.type, severity=rule.severity)


def _sentence(said: str, start: int, end: int) -> str:
    """The words around a match that stand in its own sentence: a denial in the next one denies nothing here."""
    before = re.split(r"[.!?;。！？；\n]", said[max(0, start - AROUND) : start])[-1]
    after = re.split(r"[.!?;。！？；\n]", said[end : end + AROUND])[0]
    return before + said[start:end] + after
