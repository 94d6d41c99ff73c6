"""Which attribute of a product answers a question, and whether any does.

Two small logistic models over what speaks for each attribute: the need behind the question (`needs`), the phrasings of
data/ask/attributes.toml, shared words, the ranker of search/rank.py; and against it: words of the question that neither
the product nor any question we know has, and needs that nothing in the record tells. Weights of the first:
data/ask/picking.toml, learnt by benchmarks/quality/ask_fit_facts.py; the second is `match`, which has the last word.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from tomllib import loads

import numpy as np
from numpy.typing import NDArray

from goodword.jobs.asking import facts, lexis, match, needs, remarks
from goodword.jobs.asking.understand import Asked
from goodword.search import rank
from goodword.search.cut import tokens
from goodword.search.encode import Encoder
from goodword.search.rank import Candidate
from goodword.types import Fact, Product

Floats = NDArray[np.float64]
FLOOR = 0.5  # from which an attribute answers; set with the weights
FIGURES = (
    "need",
    "need_first",
    "phrased",
    "phrased_alike",
    "no_phrase",
    "shares",
    "stands_out_name",
    "stands_out_whole",
    "stands_out_item",
    "nearest_item",
    "rank",
    "rank_first",
    "strange",
    "unsaid",
    "beyond",
    "untold",
    "foreign",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Picked:
    """An attribute and the chance that it answers."""

    key: str
    chance: float


def ranked(product: Product, asked: Asked, encoder: Encoder | None) -> list[Picked]:
    """Attributes by the chance that they answer, best first; without an encoder none."""
    if encoder is None:
        return []
    best: dict[str, float] = {}
    clauses = _clauses(asked.core)
    for part in (asked, *(replace(asked, text=c, keys=lexis.attributes(c), bare="") for c in clauses)):
        keys, rows = figures(product, part, encoder)
        if not keys:
            return []
        held = [found[0] for found in held_by_key(product, part).values()]
        texts = [nearest(f, said(part), encoder) for f in held]
        chances = match.chances(said(part), texts, rows, logits(rows), encoder)
        if part is asked:
            best = dict(zip(keys, map(float, chances), strict=True))
        else:  # of a part of the question only what answers it best counts
            top = int(chances.argmax())
            best[keys[top]] = max(best[keys[top]], float(chances[top]))
    return sorted((Picked(key=k, chance=c) for k, c in best.items()), key=lambda p: -p.chance)


_AND = re.compile(r"\band\b|[,;，；。.?？!！]|还有|以及|和")


def _clauses(text: str) -> list[str]:
    """The parts of a question that asks for more than one thing; empty where it asks for one."""
    parts = [p.strip() for p in _AND.split(text)]
    kept = [p for p in parts if len(tokens(p)) > 1 or lexis.attributes(p)]
    return kept if len(kept) > 1 else []


def said(asked: Asked) -> str:
    """The question as facts are measured against it: without the name of the product, where it says that."""
    return asked.bare if asked.named and len(asked.bare) > 1 else asked.core


def told(fact: Fact) -> str:
    """A fact as questions are measured against it."""
    return f"{fact.name}: {fact.text}"


def nearest(fact: Fact, question: str, encoder: Encoder) -> str:
    """A fact as questions are measured against it: of free text the sentence nearest to the question."""
    spans = remarks.sentences(fact)
    if len(spans) < 2:
        return told(fact)
    made = encoder.encode([question, *(fact.text[a:b] for a, b in spans)])
    start, end = spans[int((made[1:] @ made[0]).argmax())]
    return f"{fact.name}: {fact.text[start:end]}"


def logits(rows: Floats) -> Floats:
    """What the figures alone say of each attribute."""
    weights, bias = _weights()
    out: Floats = rows @ weights + bias
    return out


def figures(product: Product, asked: Asked, encoder: Encoder) -> tuple[list[str], Floats]:
    """One row for each attribute of a product, in the order of FIGURES."""
    held = held_by_key(product, asked)
    if not held:
        return [], np.zeros((0, len(FIGURES)))
    text = said(asked)
    chances = needs.needs_of(text, encoder)
    needed = np.array([min(1.0, sum(_told(n, p, found) for n, p in chances.items())) for found in held.values()])
    first = [f[0] for f in held.values()]
    every = [f for found in held.values() for f in found]
    untold = sum(p for n, p in chances.items() if n != needs.NONE and not _told(n, p, every))
    scores = rank.load().score(text, [Candidate(name=f.name, text=f.text) for f in first], encoder)
    near = _nearness(text, held.values(), encoder)
    words = _content(product, asked)
    known = _known(product)
    strange = len(words - known - needs.heard()) / (len(words) or 1)
    top = max(chances.items(), key=lambda c: c[1], default=(needs.NONE, 0.0))[0]
    own = needs.words_of_need(top)
    phrased = set(asked.keys)
    alike = set(facts.held_keys(product, asked.keys))
    out = np.zeros((len(first), len(FIGURES)))
    for n, (key, found) in enumerate(held.items()):
        own_words = {t for f in found for t in tokens(f"{f.name} {f.text}")}
        shared = words & own_words
        out[n] = [
            needed[n],
            needed[n] >= needed.max() and needed[n] > 0,
            key in phrased,
            key in alike,
            not phrased,
            min(2, len([w for w in shared if len(w) > 1])),
            *near[n],
            np.tanh(scores[n] / 4),
            scores[n] >= scores.max(),
            strange,
            len(words - own_words - own - needs.common()) / (len(words) or 1),
            chances.get(needs.NONE, 0.0),
            untold,
            found[0].lang != asked.lang,
        ]
    return list(held), out


_ITEM = re.compile(r"[,;、，；。.：:/]\s*|\s\+\s")


def _nearness(text: str, held: Iterable[Sequence[Fact]], encoder: Encoder) -> Floats:
    """How each attribute stands out by its cosine with the question: by name, whole, nearest item; which is nearest."""
    first = [found[0] for found in held]
    items = [[i for i in _ITEM.split(f.text) if len(i) > 1][:12] or [f.text] for f in first]
    flat = [i for row in items for i in row]
    made = encoder.encode([text, *(f.name for f in first), *(f"{f.name}: {f.text}" for f in first), *flat])
    scores = (made[1:] @ made[0]).astype(np.float64)
    size = len(first)
    bounds = np.cumsum([0, *(len(row) for row in items)])
    of_items = scores[2 * size :]
    item = np.array([of_items[a:b].max() for a, b in pairwise(bounds)])
    cosines = np.column_stack([scores[:size], scores[size : 2 * size], item])
    spread = cosines.std(axis=0) + 1e-6
    out = np.clip((cosines - cosines.mean(axis=0)) / spread, -1, 4) / 4
    return np.hstack([out, (item >= item.max())[:, None]])


def _told(name: str, chance: float, found: Sequence[Fact]) -> float:
    need = needs.need(name)
    return chance * max(need.told_by(f) for f in found) if need else 0.0


def held_by_key(product: Product, asked: Asked) -> dict[str, list[Fact]]:
    """Facts by attribute, those of the question's language first; what is said in both only in that one."""
    out: dict[str, list[Fact]] = {}
    for fact in sorted(product.facts, key=lambda f: f.lang != asked.lang):
        if fact.key not in facts.NEVER and not remarks.kept_back(fact):
            out.setdefault(fact.key, []).append(fact)
    return out


def _content(product: Product, asked: Asked) -> set[str]:
    """The words of a question that name something."""
    fillers = lexis.fillers()
    every = {t for t in tokens(asked.core) if t not in fillers}
    title = {t for f in product.facts if f.key in {"title", "brand"} for t in tokens(f.text)}
    return (every - title if asked.named else every) or every


@cache
def _known_text(text: str) -> frozenset[str]:
    return frozenset(tokens(text))


def _known(product: Product) -> set[str]:
    return {t for f in product.facts for t in _known_text(f"{f.name} {f.text}")}


@cache
def _weights() -> tuple[Floats, float]:
    row = loads(files("goodword.data").joinpath("ask/picking.toml").read_text("utf-8"))
    return np.array([row["weights"][name] for name in FIGURES]), float(row["bias"])
