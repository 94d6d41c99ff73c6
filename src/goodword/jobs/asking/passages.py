"""Answers from what the shop has written: the passage that answers, its telling sentences, and when none does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from tomllib import loads

import numpy as np
from numpy.typing import NDArray

from goodword.jobs.asking import lexis, units, yesno
from goodword.jobs.asking.figures import FIGURES, figures, heading_words, held_words, telling
from goodword.jobs.asking.holdings import Holdings
from goodword.jobs.asking.nouns import Part
from goodword.knowledge.base import Held
from goodword.search.cut import tokens
from goodword.text.normalise import fold
from goodword.types import Evidence, Lang, Market

Floats = NDArray[np.float64]
THRESHOLD = 0.35  # from which a rule answers
EXPIRED = 0.60  # that sure one must be that what has ended would have answered
_DISPUTED = 0.40  # from which two that gainsay each other are both shown; neither can be far ahead of the other
STRONG = 0.80  # an FAQ entry that asks the same is believed over anything composed
_SHORT: dict[Lang, int] = {"en": 330, "zh": 130}  # a section that short is quoted whole
_WHOLE = 6  # sentences of one that short
_MOST = 6
_BESIDE = 0.4  # of the best sentence's: one is said beside it
_ASKING = 0.5  # taken from a sentence that asks or introduces
_SAME = 0.75  # cosine from which two questions may share a bare yes or no
_BARE = re.compile(r"^(?:yes|no|不能|能|可以|不可以|是|不是|会|不会|有|没有|需要|不需要)[.,。，!！;；]", re.IGNORECASE)
_THINGS: dict[Lang, re.Pattern[str]] = {  # no verb, number or colon: a list of things, which says nothing by itself
    "en": re.compile(
        r"(?!.*(?:[\d:;]|\b(?:is|are|was|were|be|been|has|have|had|do|does|did|can|could|may|might|will|would|shall|should"
        r"|must|needs?|please|let|you|we|it|they|i|not|no|yes)\b|n't|'(?:s|ll|re|ve)\b))",
        re.IGNORECASE | re.DOTALL,
    ),
    "zh": re.compile(r"(?!.*(?:[\d:：;]|[不可能会是在有请须需应将给您我]))", re.DOTALL),
}
_DENIES = re.compile(r"\b(?:not|n't|never|no|without|cannot)\b|n't\b|[不没未无别]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """A passage and how well it answers, 0 to about 1; `covered` is the share of the question's words it holds."""

    held: Held
    score: float
    covered: float
    cosine: float


def rate(question: str, candidates: Sequence[Held], holdings: Holdings, ignored: frozenset[str]) -> list[Scored]:
    """Passages by how likely they are to answer, best first.

    Args:
        ignored: words of the question that name the product, which the passage need not repeat.
    """
    if not candidates:
        return []
    rows = figures(question, candidates, holdings, ignored)
    weights, bias = _weights(with_meaning=holdings.encoder is not None)
    scores = 1 / (1 + np.exp(-(rows @ weights + bias)))
    own = rows[:, FIGURES.index("cosine_of_question")]
    scores = np.maximum(scores, np.where(own >= _ASKED, own, 0.0))  # an entry that asks just this
    scores = scores * np.array([_FOREIGN if _beside(question, h) else 1.0 for h in candidates])
    out = [
        Scored(held=h, score=float(scores[n]), covered=float(rows[n, _COVERED]), cosine=float(rows[n, _COSINE]))
        for n, h in enumerate(candidates)
    ]
    return sorted(out, key=lambda s: (-s.score, s.held.passage.id))


_COVERED, _COSINE = FIGURES.index("covered"), FIGURES.index("cosine")
_ASKED = 0.75  # cosine from which an entry asks the same
_FOREIGN = 0.2  # left of the chance of a passage that speaks of another thing or another place


@lru_cache(maxsize=65536)
def _kinds(held: Held) -> frozenset[str]:
    return lexis.places(f"{held.question} {held.passage.text}").kinds


@lru_cache(maxsize=65536)
def _only_asks(held: Held) -> bool:
    """Whether a passage is a list of what customers ask, without answers."""
    text = held.passage.text
    return all(units.asks(text[u.start : u.end]) for u in units.of(text))


def _beside(question: str, held: Held) -> bool:
    """Whether a question names a particular thing, or a place, of which a passage of other places says nothing."""
    if _only_asks(held):
        return True
    wanted = {f"#{t}" for t in lexis.topics(question) & lexis.specific()}
    if wanted - held_words(held):
        return True
    told = {w for w in heading_words(held) if w.removeprefix("#") in lexis.specific()}
    if held.question and told - {f"#{t}" for t in lexis.topics(question)}:
        return True  # an FAQ entry on earrings does not answer a question about rings
    here, there = lexis.places(question).kinds, _kinds(held)
    return bool(here and there) and not here & there and not _REST.search(fold(held.passage.text).text)


_ELSEWHERE = re.compile(r"\belsewhere\b|\bother countries\b|\boutside the\b|其他地区|其他国家|以外的?(?:国家|地区)")
_REST = re.compile(r"\belsewhere\b|\bonly (?:with)?in\b|\babroad\b|\boutside\b|其他地区|仅在|仅限|境外|国外")


def of_the_rest(held: Held) -> bool:
    """Whether a passage says what holds in places it does not name."""
    return bool(_ELSEWHERE.search(fold(held.passage.text).text))


@cache
def _weights(*, with_meaning: bool) -> tuple[Floats, float]:
    """Learnt by benchmarks/quality/ask_fit.py on the tuning half of its questions."""
    rows = loads(files("goodword.data").joinpath("ask/answerable.toml").read_text("utf-8"))
    row = rows["with_meaning" if with_meaning else "by_words"]
    return np.array([row["weights"].get(name, 0.0) for name in FIGURES]), float(row["bias"])


def holding(found: Sequence[Scored], on: date, market: Market | None) -> list[Scored]:
    """Those that hold on that day in that market."""
    return [s for s in found if s.held.holds(on, market)]


def parts(found: Scored, question: str, holdings: Holdings, market: Market | None) -> tuple[Part, ...]:
    """The sentences of a passage that answer, word for word, in its order."""
    held = found.held
    text = held.passage.text
    every = units.of(text)
    if held.question and _flips(question, held.question) and len(every) > 1 and _BARE.match(text):
        every = every[1:]  # 'No.' answers the FAQ's question, not its denial
    wanted = lexis.places(question).markets or ({market} if market else frozenset())
    kept = [u for u in every if _of_market(text[u.start : u.end], wanted)] or list(every)
    spans = [(u.start, u.end) for u in kept]
    if sum(b - a for a, b in spans) > _SHORT[held.passage.lang] or len(kept) > _WHOLE:
        spans = _telling(held, kept, question, holdings)
    out = [
        Part(
            text=text[a:b],
            origin="quoted",
            evidence=(Evidence(ref=held.passage.id, quote=text[a:b], start=a, end=b, score=round(found.score, 3)),),
        )
        for a, b in spans
    ]
    if held.question and _BARE.match(out[0].text) and not _alike(question, held.question, holdings):
        out[0] = replace(out[0], text=introduced(held, out[0].text))  # 'Yes' answers the question it was written to
    things = _THINGS[held.passage.lang]
    if held.heading and not held.question and any(things.match(p.text) for p in out):
        out[0] = replace(out[0], text=introduced(held, out[0].text))  # 'Earrings.' tells by what it stands under
    return tuple(out)


def introduced(held: Held, said: str) -> str:
    """What is said with what it stands under: an FAQ entry's question, or the heading of a rule."""
    chinese = held.passage.lang == "zh"
    if held.question:
        return f"{held.question}{'' if chinese else ' '}{said}"
    return f"{held.heading}{'：' if chinese else ': '}{said}"


def _alike(question: str, other: str, holdings: Holdings) -> bool:
    """Whether a bare yes or no to one question is the same to the other."""
    if holdings.encoder is None or not yesno.asks(question):
        return False
    one, two = holdings.encoder.encode([question, other])
    return float(one @ two) >= _SAME and not _flips(question, other)


def _telling(held: Held, kept: Sequence[units.Unit], question: str, holdings: Holdings) -> list[tuple[int, int]]:
    """The few sentences nearest to the question with what they lean on, in the order of the text."""
    text = held.passage.text
    said = [units.told(text, u) for u in kept]
    scores = telling(question, said, held.question or held.heading or held.title, holdings)
    scores[[units.asks(s) or s.rstrip(".").endswith((":", "：")) for s in said]] -= _ASKING
    scores[[s in said[:n] for n, s in enumerate(said)]] = -1.0  # what is said twice is quoted once
    best = float(scores.max())
    order = sorted(range(len(kept)), key=lambda n: -scores[n])[:_MOST]
    chosen = [kept[n] for n in order if scores[n] >= _BESIDE * best]
    spans = {(u.start, u.end) for u in chosen} | {u.lead for u in chosen if u.lead}
    return sorted(spans)


def _of_market(sentence: str, wanted: "frozenset[Market] | set[Market]") -> bool:
    """Whether a sentence is of the market asked about, or of none in particular."""
    named = lexis.places(sentence).markets
    if re.search(r"\belsewhere\b|其他地区", fold(sentence).text):
        return not wanted or "cn" not in wanted or not named
    return not named or not wanted or bool(named & wanted)


def _flips(question: str, other: str) -> bool:
    """Whether one of two questions denies what the other asserts."""
    return len(_DENIES.findall(fold(question).text)) % 2 != len(_DENIES.findall(fold(other).text)) % 2


def clash(now: Sequence[Scored], question: str, holdings: Holdings, market: Market | None) -> tuple[Part, ...]:
    """Two sentences of different documents that answer alike, of one thing, with other figures; () if none."""
    top = [
        s
        for s in now[:4]
        if s.score >= _DISPUTED and s.score >= now[0].score - 0.30 and s.held.passage.lang == now[0].held.passage.lang
    ]
    for one in top[:1]:
        for two in top[1:]:
            if (
                two.held.document == one.held.document
                or one.held.sku != two.held.sku
                or _kinds(one.held) != _kinds(two.held)
            ):
                continue
            for a in parts(one, question, holdings, market):
                for b in parts(two, question, holdings, market):
                    if (
                        _contradict(a.text, b.text)
                        and not _says_too(two.held, a.text)
                        and not _says_too(one.held, b.text)
                    ):
                        return a, b
    return ()


_FIGURE = re.compile(r"(\d+(?:[.,]\d+)*)\s*(%|[a-z]+|[\u4e00-\u9fff]{1,2})")


def _contradict(a: str, b: str) -> bool:
    """Whether two sentences speak of the same and give another figure of the same unit. Both must share most words."""
    low_a, low_b = fold(a).text, fold(b).text
    words_a, words_b = set(tokens(low_a)) - _digits(low_a), set(tokens(low_b)) - _digits(low_b)
    if not words_a or not words_b or len(words_a & words_b) / min(len(words_a), len(words_b)) < 0.6:
        return False
    figures_a, figures_b = _figures(low_a), _figures(low_b)
    return figures_a.keys() == figures_b.keys() and any(not figures_a[u] & figures_b[u] for u in figures_a)


def _says_too(held: Held, said: str) -> bool:
    """Whether a passage holds the figures of a sentence somewhere: then it does not gainsay it."""
    theirs = _figures(fold(held.passage.text).text)
    return all(numbers <= theirs.get(unit, set()) for unit, numbers in _figures(fold(said).text).items())


def _figures(text: str) -> dict[str, set[str]]:
    """The figures of a text by their unit."""
    out: dict[str, set[str]] = {}
    for number, unit in _FIGURE.findall(text):
        out.setdefault(unit, set()).add(number.replace(",", ""))
    return out


def _digits(text: str) -> set[str]:
    return {t for t in tokens(text) if re.search(r"\d", t)}
