"""Proving a pack: its own examples, each judged as a text of its market."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from goodword.catalogue.facts import facts_from_pairs
from goodword.errors import DataError
from goodword.guard.base import Matter
from goodword.guard.law.judge import judge
from goodword.guard.law.packs import LANGS, Example, Pack, Rule
from goodword.types import Finding, Lang


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An example of a rule as it was judged just now. `by` are the rules that fired on it."""

    kind: Literal["fires", "silent"]
    lang: Lang
    example: Example
    holds: bool
    by: tuple[str, ...]


def judged(pack: Pack, rule: Rule) -> Iterator[Judged]:
    """Every example of one rule, judged."""
    for lang in LANGS if rule.executable else ():
        for example in rule.fires[lang]:
            found = _judged(pack, example, lang)
            yield Judged(kind="fires", lang=lang, example=example, holds=_answers(rule, found), by=_by(found))
        for example in rule.silent[lang]:
            found = _judged(pack, example, lang)
            yield Judged(kind="silent", lang=lang, example=example, holds=not _wrong(rule, found), by=_by(found))


def _by(found: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f.rule for f in found))


def failing(pack: Pack) -> Iterator[str]:
    """Examples that do not hold, each with file, rule and text."""
    for rule in pack.rules:
        for lang in LANGS if rule.executable else ():
            for example in rule.fires[lang]:
                if not _answers(rule, _judged(pack, example, lang)):
                    yield f"packs/{rule.file}: rule {rule.id!r} ({lang}) stays silent on {example.text!r}"
            for example in rule.silent[lang]:
                if wrong := _wrong(rule, _judged(pack, example, lang)):
                    yield f"packs/{rule.file}: rule {rule.id!r} ({lang}) lets {wrong} fire on {example.text!r}"


def proved(pack: Pack) -> Pack:
    """The pack, if every example of it holds.

    Raises:
        DataError: one does not; the message names file, rule and text.
    """
    for line in failing(pack):
        raise DataError(line)
    return pack


def _judged(pack: Pack, example: Example, lang: Lang) -> tuple[Finding, ...]:
    facts = None if example.facts is None else facts_from_pairs(example.facts, lang=lang)
    return judge(Matter(text=example.text, lang=lang, market=pack.market, product_class=example.product_class,
                        facts=facts), pack)  # fmt: skip


def _answers(rule: Rule, found: tuple[Finding, ...]) -> bool:
    """A rule answers for itself; one of what is allowed shows where the allowance ends, by whatever rule."""
    return any(f.rule == rule.id or rule.severity == "ok" for f in found)


def _wrong(rule: Rule, found: tuple[Finding, ...]) -> str:
    """The rule that fires where none may: silent examples are lawful as they stand under the whole pack."""
    return next((f.rule for f in found if f.severity != "warn" or f.rule == rule.id), "")
