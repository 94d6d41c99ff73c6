"""Answers from what the shop has written: the passage that answers, its telling sentences, and when none does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from goodword.jobs.asking import lexis
from goodword.jobs.asking.holdings import Holdings, words_of
from goodword.jobs.asking.nouns import Part
from goodword.knowledge.base import Held
from goodword.search import rank
from goodword.search.cut import tokens
from goodword.search.rank import Candidate
from goodword.text import segment
from goodword.text.normalise import fold
from goodword.types import Evidence, Lang, Market

THRESHOLD = 0.50
STRONG = 0.62  # an FAQ entry that asks the same is believed over anything composed
_SHORT: dict[Lang, int] = {"en": 330, "zh": 130}  # a section that short is quoted whole
_MOST = 3
_BARE = re.compile(r"^(?:yes|no|不能|能|可以|不可以|是|不是|会|不会|有|没有|需要|不需要)[.,。，!！;；]", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:not|n't|never|no|without|cannot)\b|n't\b|[不没未无别]")
_WEIGHTS = (0.46, 0.42, 0.12)  # words covered, meaning, whether the ranker puts it first


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """A passage and how well it answers, 0 to about 1; `covered` is the share of the question's words it holds."""

    held: Held
    score: float
    covered: float
    cosine: float


def rate(question: str, candidates: Sequence[Held], holdings: Holdings, ignored: frozenset[str]) -> list[Scored]:
    """Passages by how well they answer, best first.

    Args:
        ignored: words of the question that name the product, which the passage need not repeat.
    """
    if not candidates:
        return []
    asked = _asked_words(question) - ignored
    weights = {w: holdings.rarity(w) * (1.3 if w.startswith("#") else 1.0) for w in asked}
    total = sum(weights.values()) or 1.0
    covered = [sum(weights[w] for w in asked & _held_words(h)) / total for h in candidates]
    cosines, ranks = np.zeros(len(candidates)), np.zeros(len(candidates))
    if holdings.encoder is not None:
        cosines = _meaning(question, candidates, holdings)
        pieces = [Candidate(name=h.question or f"{h.title} {h.heading}".strip(), text=h.passage.text) for h in candidates]
        order = np.argsort(np.argsort(-rank.load().score(question, pieces, holdings.encoder)))
        ranks = 1 / (1 + order)
    else:
        cosines = np.array(covered)
    a, b, c = _WEIGHTS
    out = [
        Scored(held=h, score=float(a * covered[n] + b * max(0.0, float(cosines[n])) * 1.25 + c * ranks[n]),
               covered=covered[n], cosine=float(cosines[n]))
        for n, h in enumerate(candidates)
    ]  # fmt: skip
    return sorted(out, key=lambda s: (-s.score, s.held.passage.id))


def _meaning(question: str, candidates: Sequence[Held], holdings: Holdings) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":  # noqa: E501
    """For each passage the best cosine of the question with its own question, its heading, and its sentences."""
    assert holdings.encoder is not None
    texts: list[str] = []
    spans: list[tuple[int, int]] = []
    for held in candidates:
        own = texts_of(held)[1:]
        spans.append((len(texts), len(texts) + len(own)))
        texts += own
    scores = holdings.encoder.encode(texts) @ holdings.encoder.encode([question])[0]
    return np.array([scores[a:b].max() for a, b in spans], dtype=np.float32)


@lru_cache(maxsize=65536)
def texts_of(held: Held) -> tuple[str, ...]:
    """What a passage is found and measured by: as it is indexed, then its question, itself, and its sentences."""
    title = " ".join(dict.fromkeys(t for t in (held.title, held.heading) if t))
    own = [held.question] if held.question else []
    own.append(f"{title}: {held.passage.text}"[:400])
    own += [f"{held.heading or title}: {s}" for s in _sentences(held.passage.text)[:12]]
    return (indexed(held), *own)


def indexed(held: Held) -> str:
    """A passage with what it stands under, as one text."""
    return f"{held.context}\n{held.passage.text}"


@lru_cache(maxsize=4096)
def _held_words(held: Held) -> frozenset[str]:
    return frozenset(words_of(held))


def _asked_words(question: str) -> frozenset[str]:
    """Topics of the question, and its words that are in no phrase naming a topic."""
    found = lexis.topics(question)
    rest = fold(question).text
    for name in found:
        rest = lexis.topic_pattern(name).sub(" ", rest)
    fillers = lexis.fillers()
    return frozenset(f"#{t}" for t in found if t not in {"start", "time"}) | {
        t for t in tokens(rest) if t not in fillers and (len(t) > 1 or t.isdigit())
    }


def holding(found: Sequence[Scored], on: date, market: Market | None) -> list[Scored]:
    """Those that hold on that day in that market."""
    return [s for s in found if s.held.holds(on, market)]


def parts(found: Scored, question: str, holdings: Holdings, market: Market | None) -> tuple[Part, ...]:
    """The sentences of a passage that answer, word for word, in its order."""
    held = found.held
    text = held.passage.text
    spans = segment.sentences(text)
    if held.question and _flips(question, held.question) and len(spans) > 1 and _BARE.match(text):
        spans = spans[1:]  # 'No.' answers the FAQ's question, not its denial
    wanted = lexis.places(question).markets or ({market} if market else frozenset())
    kept = [s for s in spans if _of_market(text[s[0] : s[1]], wanted)] or spans
    if sum(b - a for a, b in kept) > _SHORT[held.passage.lang] or len(kept) > 4:
        kept = _telling(text, kept, question, holdings)
    return tuple(
        Part(text=text[a:b], origin="quoted", evidence=(Evidence(ref=held.passage.id, quote=text[a:b], start=a, end=b,
                                                              score=round(found.score, 3)),))
        for a, b in kept
    )  # fmt: skip


def _telling(
    text: str, spans: Sequence[tuple[int, int]], question: str, holdings: Holdings
) -> list[tuple[int, int]]:
    """The few sentences nearest to the question, in the order of the text."""
    asked = _asked_words(question)
    shared = []
    for a, b in spans:
        have = {f"#{t}" for t in lexis.topics(text[a:b])} | set(tokens(text[a:b]))
        shared.append(sum(holdings.rarity(w) for w in asked & have))
    scores = np.array(shared) / (max(shared) or 1.0)
    if holdings.encoder is not None:
        made = holdings.encoder.encode([question, *(text[a:b] for a, b in spans)])
        scores = scores + made[1:] @ made[0]
    best = float(scores.max())
    order = sorted(range(len(spans)), key=lambda n: -scores[n])[:_MOST]
    return [spans[n] for n in sorted(order) if scores[n] >= 0.6 * best]


def _of_market(sentence: str, wanted: "frozenset[Market] | set[Market]") -> bool:
    """Whether a sentence is of the market asked about, or of none in particular."""
    named = lexis.places(sentence).markets
    if re.search(r"\belsewhere\b|其他地区", fold(sentence).text):
        return not wanted or "cn" not in wanted or not named
    return not named or not wanted or bool(named & wanted)


def _flips(question: str, other: str) -> bool:
    """Whether one of two questions denies what the other asserts."""
    return len(_DENIES.findall(fold(question).text)) % 2 != len(_DENIES.findall(fold(other).text)) % 2


def _sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in segment.sentences(text)]


def clash(
    now: Sequence[Scored], question: str, holdings: Holdings, market: Market | None
) -> tuple[Part, ...]:
    """Two sentences of different documents that answer alike, of one thing, with other figures; () where there are none."""
    top = [s for s in now[:4] if s.score >= STRONG and s.score >= now[0].score - 0.12 and s.held.passage.lang == now[0].held.passage.lang]  # noqa: E501
    for one in top[:1]:
        for two in top[1:]:
            if two.held.document == one.held.document or one.held.sku != two.held.sku:
                continue
            for a in parts(one, question, holdings, market):
                for b in parts(two, question, holdings, market):
                    if _contradict(a.text, b.text, one, two):
                        return a, b
    return ()


_FIGURE = re.compile(r"(\d+(?:\.\d+)?)\s*(%|[a-z]+|[\u4e00-\u9fff]{1,2})")


def _contradict(a: str, b: str, one: Scored, two: Scored) -> bool:
    """Whether two sentences speak of the same and give another figure of the same unit. Both must share most words."""
    low_a, low_b = fold(a).text, fold(b).text
    words_a, words_b = set(tokens(low_a)) - _digits(low_a), set(tokens(low_b)) - _digits(low_b)
    if not words_a or not words_b or len(words_a & words_b) / min(len(words_a), len(words_b)) < 0.6:
        return False
    figures_a, figures_b = (sorted((u, n) for n, u in _FIGURE.findall(t)) for t in (low_a, low_b))
    units_a, units_b = [u for u, _ in figures_a], [u for u, _ in figures_b]
    return bool(units_a) and units_a == units_b and figures_a != figures_b


def _digits(text: str) -> set[str]:
    return {t for t in tokens(text) if re.search(r"\d", t)}
