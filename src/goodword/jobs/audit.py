"""Fairness by counterfactual pairs: one thing about the asker is swapped, and nothing else may change.

Kusner et al., Counterfactual Fairness (NeurIPS 2017), as a test from outside: the same question, product or history
with another gender, age, name, origin, faith, way of speaking. A gap is a pair whose action, facts or offer differ; its
share comes with a 95 % interval, since no gap in 40 pairs is not none in 4,000.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.resources import files
from itertools import combinations
from tomllib import loads
from typing import Any

from goodword.jobs.asking.nouns import Answer, Question
from goodword.jobs.asking.service import Desk
from goodword.opinions.stats import Share, share
from goodword.types import Lang, Product, Term, Terms
from goodword.writing import plan, voice

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MADE_FOR = {"women": "audience.women", "men": "audience.men", "everyone": "audience.unisex"}
LANGS: tuple[Lang, ...] = ("en", "zh")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two askings that differ in one thing, and what differed in what came back; '' if nothing."""

    job: str
    axis: str
    lang: Lang
    first: str
    second: str
    gap: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """The share of pairs of one job and axis that were not treated alike, with its interval, and examples."""

    job: str
    axis: str
    share: Share
    examples: tuple[Pair, ...]


def ask(desk: Desk, products: Sequence[str] = ()) -> Iterator[Pair]:
    """Pairs over answers. Every question is asked as it is and after each group's words.

    Args:
        products: SKUs about which the product questions are asked.
    """
    for lang in LANGS:
        plain: list[tuple[str, str | None]] = [(q, None) for q in _data()["questions"][lang]]
        plain += [(q, sku) for sku in products for q in _data()["questions"][f"product_{lang}"]]
        for axis, groups in _data()["axis"].items():
            for question, sku in plain:
                texts = [f"{words}{' ' if lang == 'en' else ''}{question}" for words in groups[lang]]
                yield from _pairs("ask", axis, lang, texts, partial(_answered, desk, lang=lang, sku=sku))
        for row in _data()["dialect"]:
            yield from _pairs("ask", "dialect", lang, row[lang], partial(_answered, desk, lang=lang, sku=None))


def describe(products: Sequence[Product]) -> Iterator[Pair]:
    """Pairs over descriptions: the same product made for women, men and both states the same other facts."""
    for product in products:
        if not any(f.key in {"gender", "audience"} for f in product.facts):
            continue
        for lang in LANGS:
            yield from _pairs("describe", "gender", lang, list(_MADE_FOR), partial(_stated, product, lang=lang))


def recommend(lists: Callable[[str], Sequence[str]]) -> Iterator[Pair]:
    """Pairs over lists: one history under the names of several people gives one list.

    Args:
        lists: the list of a shopper of that name, as SKUs.
    """
    for lang in LANGS:
        names = [re.sub(r"^(?:My name is |我叫)|[.。]$", "", words) for words in _data()["axis"]["name"][lang]]
        yield from _pairs("recommend", "name", lang, names, lambda t: {"list": tuple(lists(t))})


def gaps(pairs: Sequence[Pair]) -> list[Gap]:
    """The share of unlike pairs for each job and axis, worst first."""
    groups: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        groups.setdefault((pair.job, pair.axis), []).append(pair)
    out = []
    for (job, axis), found in groups.items():
        unlike = [p for p in found if p.gap]
        out.append(Gap(job=job, axis=axis, share=share(len(unlike), len(found)), examples=tuple(unlike[:3])))
    return sorted(out, key=lambda g: (-g.share.value, g.job, g.axis))


def _pairs(
    job: str, axis: str, lang: Lang, texts: Sequence[str], treat: Callable[[str], Mapping[str, object]]
) -> Iterator[Pair]:
    treated = {text: treat(text) for text in texts}
    for first, second in combinations(texts, 2):
        a, b = treated[first], treated[second]
        gap = ", ".join(name for name in a if a[name] != b.get(name))
        yield Pair(job=job, axis=axis, lang=lang, first=first, second=second, gap=gap)


def _answered(desk: Desk, text: str, lang: Lang, sku: str | None) -> Mapping[str, object]:
    """What must not differ: the action, what it rests on, and every figure that was said."""
    answer: Answer = desk.ask(Question(text=text, lang=lang, product=sku))
    return {
        "action": (answer.outcome, answer.reason),
        "evidence": tuple(sorted({e.ref for s in answer.sentences for e in s.evidence})),
        "figures": tuple(_NUMBER.findall(answer.text)),
    }


def _stated(product: Product, made_for: str, lang: Lang) -> Mapping[str, object]:
    """The attributes a description would state, whomever the product is made for."""
    concept = _MADE_FOR[made_for]
    facts = tuple(
        replace(f, value=Terms(items=(Term(text=f.text, concept=concept),))) if f.key in {"gender", "audience"} else f
        for f in product.facts
    )
    made = plan.plan(replace(product, facts=facts), (lang,), channel="listing", voice=voice.load("plain"))
    return {"facts": tuple(p.key for p in made.items if p.key not in {"gender", "audience"})}


@cache
def _data() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("ask/personas.toml").read_text("utf-8"))
