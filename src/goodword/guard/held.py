"""What the facts of a product hold, laid out for matching: quantities, concepts, money, dates, words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from goodword.guard.words import root, stem
from goodword.text import dates, lexicon, quantities
from goodword.text.lexicon import Mention
from goodword.text.normalise import fold
from goodword.types import (
    Composition,
    Evidence,
    Fact,
    Flag,
    Money,
    Quantities,
    Quantity,
    Terms,
)  # fmt: skip

_PLATED_AFTER = re.compile(r"(?i)[\s-]*(?:plat(?:ed|ing)|on top|tone\b)|镀层")
_PLATED_BEFORE = re.compile(r"(?i)plated (?:in|with) $|镀(?:有|了|上)?$")
_SHARE_AFTER = re.compile(r"\s?(\d+(?:\.\d+)?)\s?%")
_SHARE_BEFORE = re.compile(r"(\d+(?:\.\d+)?)\s?%\s?$")
_LETTERED = re.compile(r"(?i)(?<![a-z])[lwhdø](?:[:：.]?\s?)(?=\d)|[长宽高深厚](?:度)?[:：]?\s?(?=\d)")
_LETTERED_SIDES = re.compile(
    r"(?i)(?:(?<![a-z])[lwhd]|[长宽高深厚]度?)[:：.]?\s?\d+(?:\.\d+)?\s?[x×*]\s?(?:[lwhd]|[长宽高深厚]度?)[:：.]?\s?\d"
)
NAMING = {"title", "brand", "category", "model"}
_DENYING_NAME = re.compile(
    r"^(?:not|no|never|excl\w*|free from|without)[\W_]|^(?:free[\s_-](?:from|of)|without)$"
    r"|^(?:不适|不可|不能|不宜|不支持|禁|不添加|无添加|未添加|零添加)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldQuantity:
    """A quantity and the fact it stands in."""

    fact: Fact
    quantity: Quantity


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldConcept:
    """A concept and the fact it stands in; `denied` where the fact says it is not so; `alone` if the only material."""

    fact: Fact
    concept: str
    start: int
    end: int
    denied: bool = False
    percent: str = ""
    alone: bool = False


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Held:
    """All that the facts of one product hold. `stems` are English words of values and names, `said` of values
    alone, `roots` their families."""

    facts: tuple[Fact, ...]
    quantities: tuple[HeldQuantity, ...]
    concepts: tuple[HeldConcept, ...]
    stems: frozenset[str]
    said: frozenset[str]
    roots: frozenset[str]
    told: frozenset[str]  # stems of values that are no name of the product
    folded: tuple[tuple[Fact, str], ...] = field(default=())


_RECENT: list[tuple[tuple[Fact, ...], Held]] = []
_KEPT = 8


def lay_out(facts: tuple[Fact, ...]) -> Held:
    """Index the facts of a product. The last few are kept, told by identity: comparing facts costs as much as laying out."""  # noqa: E501
    for known, held in reversed(_RECENT):
        if known is facts:
            return held
    held = _laid_out(facts)
    _RECENT.append((facts, held))
    del _RECENT[:-_KEPT]
    return held


@lru_cache(maxsize=64)
def _laid_out(facts: tuple[Fact, ...]) -> Held:
    folded = tuple((f, fold(f.text).text) for f in facts)
    said = {stem(w) for _, text in folded for w in re.findall(r"[a-z0-9]+(?:['’-][a-z0-9]+)*", text)}
    said |= {stem(part) for _, text in folded for part in re.findall(r"[a-z]+|\d+", text)}
    names = {stem(w) for f in facts for w in re.findall(r"[a-z]+", fold(f.name).text)}
    return Held(
        facts=facts,
        quantities=tuple(q for f in facts for q in _quantities(f)),
        concepts=tuple(c for f in facts for c in _concepts(f)),
        stems=frozenset(said | names),
        said=frozenset(said),
        roots=frozenset(filter(None, map(root, said | names))),
        told=frozenset(
            stem(w)
            for f, text in folded
            if f.key not in NAMING
            for w in re.findall(r"[a-z]{4,}", f"{text} {f.name.lower()}" if isinstance(f.value, Flag) else text)
        ),
        folded=folded,
    )


def denies(fact: Fact) -> bool:
    """Whether a fact's heading denies what its value lists: 'not included', 'not suitable for', 不适用."""
    return fact.key in {"not_included", "not_compatible"} or bool(_DENYING_NAME.search(fact.name.lower()))


def evidence(fact: Fact, start: int, end: int, score: float = 1.0) -> Evidence:
    """Evidence whose quote slices back out of the fact's text."""
    return Evidence(ref=fact.id, quote=fact.text[start:end], start=start, end=end, score=score)


def unlettered(text: str) -> str:
    """A cell whose sides bear letters, without these: 'W 214 x D 95 x H 84 cm' and 宽140×高245cm, as long as before."""
    return _LETTERED.sub(lambda m: " " * len(m.group()), text) if _LETTERED_SIDES.search(text) else text


def _quantities(fact: Fact) -> Iterator[HeldQuantity]:
    value = fact.value
    if (plain := unlettered(fact.text)) != fact.text:
        yield from (HeldQuantity(fact=fact, quantity=q) for q in quantities.find(plain))
    elif isinstance(value, Quantity):
        yield HeldQuantity(fact=fact, quantity=value)
        named = quantities.find(f"{fact.text} {fact.name}") if not value.unit else []
        if named and named[0].unit:  # 'TOG: 2.5' is 2.5 TOG
            yield HeldQuantity(fact=fact, quantity=replace(named[0], start=0, end=len(fact.text)))
        for other in quantities.find(fact.text)[1:]:  # '7.5 fl oz (222 ml)' may be said in either unit
            if other.unit:
                yield HeldQuantity(fact=fact, quantity=other)
    elif isinstance(value, Quantities):
        yield from (HeldQuantity(fact=fact, quantity=q) for q in value.items)
    elif not isinstance(value, Money | Flag):
        yield from (HeldQuantity(fact=fact, quantity=q) for q in quantities.find(fact.text))


def _concepts(fact: Fact) -> Iterator[HeldConcept]:
    value, denied_all = fact.value, denies(fact)
    if fact.key == "bluetooth_version":
        for concept in ("feature.bluetooth", f"feature.bluetooth_{fact.text.strip().replace('.', '_')}"):
            yield HeldConcept(fact=fact, concept=concept, start=0, end=len(fact.text))
    if fact.key == "water_resistance" and re.search(r"\d", fact.text):  # any rating, depth or pressure
        yield HeldConcept(fact=fact, concept="feature.water_resistant", start=0, end=len(fact.text))
    if isinstance(value, Flag):
        for kind in ("feature", "certification"):
            if lexicon.load().concept(f"{kind}.{fact.key}"):
                yield HeldConcept(fact=fact, concept=f"{kind}.{fact.key}", start=0, end=len(fact.text),
                                  denied=not value.value)  # fmt: skip
        for mention in lexicon.load().find(fact.name) if value.value else ():
            if mention.concept.startswith(("occasion.", "season.")) and not mention.negated:  # 'indoor use only: yes'
                yield HeldConcept(fact=fact, concept=mention.concept, start=0, end=len(fact.text))
        return
    if isinstance(value, Composition):
        for part in value.parts:
            if part.term.concept:
                yield HeldConcept(fact=fact, concept=part.term.concept, start=part.term.start, end=part.term.end,
                                  percent=_plain(part.percent),
                                  alone=len(value.parts) == 1)  # fmt: skip
            for mention in () if part.term.concept else lexicon.load().find(part.term.text):  # 'organic cotton canvas'
                at = part.term.start + mention.start
                concept = plated(part.term.text, mention) or mention.concept
                yield HeldConcept(fact=fact, concept=concept, start=at, end=at + mention.end - mention.start,
                                  percent=_plain(part.percent), alone=len(value.parts) == 1)  # fmt: skip
    if isinstance(value, Terms):
        for term in value.items:
            if term.concept:
                yield HeldConcept(fact=fact, concept=term.concept, start=term.start, end=term.end, denied=denied_all)
    for mention in lexicon.load().find(fact.text):
        thin = plated(fact.text, mention)
        share = "" if isinstance(value, Composition) else _beside(fact.text, mention)
        for concept in (thin,) if thin else (mention.concept, *mention.also):
            yield HeldConcept(fact=fact, concept=concept, start=mention.start, end=mention.end, percent=share,
                              denied=mention.negated or denied_all)  # fmt: skip


def _beside(text: str, said: Mention) -> str:
    """The share written beside a material: 70 of 羊毛70% and '70% wool'."""
    if not said.concept.startswith("material."):
        return ""
    hit = _SHARE_AFTER.match(text, said.end) or _SHARE_BEFORE.search(text[: said.start])
    return _plain(Decimal(hit[1])) if hit else ""


def _plain(percent: Decimal | None) -> str:
    return "" if percent is None else f"{percent.normalize():f}"


def plated(text: str, metal: Mention) -> str:
    """The concept of a metal that a text says is only plated on; '' if it does not say so, or it is no metal."""
    name = metal.concept.removeprefix("material.")
    if not (_PLATED_AFTER.match(text, metal.end) or _PLATED_BEFORE.search(text[: metal.start])):
        return ""
    return next((f"material.{m}_plated" for m in ("gold", "silver") if m in name.split("_")), "")


def amounts(fact: Fact) -> Iterator[tuple[Money, int, int]]:
    """The money a fact states."""
    if isinstance(fact.value, Money):
        yield fact.value, 0, len(fact.text)
    else:
        yield from dates.find_money(fact.text)
