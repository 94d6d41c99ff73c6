"""What a passage's chance to answer a question is judged by: words, concepts, meaning, and how it stands to the others.

Some figures are of the passage alone, some of its best sentence, some compare it with the other candidates: how near
'near' is differs from question to question, which passage is nearest does not. Weighed by `passages`.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import log

import numpy as np
from numpy.typing import NDArray

from goodword.jobs.asking import concepts, lexis, needs, units
from goodword.jobs.asking.holdings import Holdings, shared_words, words_of
from goodword.knowledge.base import Held
from goodword.search.cut import tokens
from goodword.search.encode import Encoder
from goodword.text.normalise import fold

Floats = NDArray[np.float64]
OF_WORDS = (
    "covered",
    "covered_by_heading",
    "shared_topics",
    "foreign_topics",
    "unknown",
    "is_faq",
    "covers_back",
    "covered_by_sentence",
    "length",
)
OF_CONCEPTS = (
    "spoken",
    "spoken_of_all",
    "spoken_by_sentence",
    "spoken_by_heading",
    "unspoken",
    "lacks",
    "asks_figure",
    "gives_figure",
)
OF_MEANING = (
    "cosine",
    "cosine_of_question",
    "cosine_of_whole",
    "same_matter",
    "same_need",
    "beyond",
)
OF_OTHERS = (
    "together",
    "stands_out_cosine",
    "stands_out_spoken",
    "stands_out_together",
    "ahead",
    "first",
)
FIGURES = (*OF_WORDS, *OF_CONCEPTS, *OF_MEANING, *OF_OTHERS)
AGAINST = frozenset({"foreign_topics", "unknown", "length", "beyond", "unspoken", "lacks", "asks_figure"})
EITHER = frozenset({"is_faq"})
SENTENCES = 32  # of a passage that are measured
_SHARE = 0.6  # of a concept beside a cosine of one
_GIVES = 0.1  # of a sentence with a figure where one is asked for
_FRESH, _FEW, _AGAIN = 0.6, 4, 0.5  # share of a sentence that should be new; of so many words; lost for what is not
_FOLLOWS = 0.5  # of a sentence that the next one takes on
_LIGHT = {"#start", "#time", "#who", "#cost"}
_ASKS_FIGURE = re.compile(
    r"\bhow (?:much|many|long|soon|fast|quick(?:ly)?|late|early|big|old)\b|\bwhen\b"
    r"|\b(?:until|till|by|from) (?:when|what)\b|\bwhat (?:does|do|is|would) .{0,40}\b(?:cost|price|fee)"
    r"|多少|几[天个次件小时年月点种]|多久|多长|多快|何时|什么时候|啥时候|几折"
)
_FIGURE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|ten|once|twice|half)\b"
    r"|[一二两三四五六七八九十百半][天日个月年周小分次元件点成折倍级层块]"
)


def figures(question: str, candidates: Sequence[Held], holdings: Holdings, ignored: frozenset[str]) -> Floats:
    """One row for each passage, in the order of FIGURES.

    Args:
        ignored: words of the question that name the product, which the passage need not repeat.
    """
    size = len(candidates)
    by_words = _of_words(question, candidates, holdings, ignored)
    said = _Said(question, holdings, ignored)
    spoken = [said.by_sentence(h) for h in candidates]
    by_concepts = _of_concepts(said, candidates, spoken)
    if holdings.encoder is None:
        cosines = [np.zeros(len(s)) for s in spoken]
        by_meaning = np.zeros((size, len(OF_MEANING)))
    else:
        cosines, nearness = _nearness(question, candidates, holdings.encoder)
        by_meaning = np.hstack([nearness, _matters(question, candidates, holdings.encoder)])
    together = np.array([float((c + _SHARE * s).max()) for c, s in zip(cosines, spoken, strict=True)])
    others = np.column_stack(
        [
            together,
            _stands_out(by_meaning[:, 0]),
            _stands_out(by_concepts[:, 0]),
            _stands_out(together),
            _ahead(together),
            together >= together.max(),
        ]
    )
    return np.hstack([by_words, by_concepts, by_meaning, others])


def _stands_out(values: Floats) -> Floats:
    out: Floats = np.clip((values - values.mean()) / (values.std() + 1e-3), -1, 4) / 4
    return out


def _ahead(values: Floats) -> Floats:
    """How far each is ahead of the best of the others, or behind it."""
    order = np.sort(values)[::-1]
    second = order[1] if len(order) > 1 else order[0] - 0.3
    out: Floats = np.clip(values - np.where(values >= order[0], second, order[0]), -0.6, 0.6)
    return out


def telling(question: str, texts: Sequence[str], heading: str, holdings: Holdings) -> Floats:
    """How well each of some sentences under one heading answers: (texts,), comparable among themselves only.

    A sentence that only says the question again answers less; one that follows what was asked about answers more.
    """
    said = _Said(question, holdings, frozenset())
    spoken = [concepts.spoken_of(t) for t in texts]
    scores = np.array([_SHARE * said.share(own) for own in spoken])
    given = concepts.spoken_of(question) | concepts.spoken_of(heading)
    fresh = np.array([len(own - given) / max(_FEW, len(own)) for own in spoken])
    scores -= _AGAIN * np.maximum(0, _FRESH - fresh)
    if said.asks_figure:
        scores += [_GIVES * bool(_FIGURE.search(fold(t).text)) for t in texts]
    if holdings.encoder is not None:
        made = holdings.encoder.encode([question, *(f"{heading}: {t}" for t in texts)])
        scores += made[1:] @ made[0]
    scores[1:] += _FOLLOWS * scores[:-1].copy()
    return scores


class _Said:
    """What a question speaks of, each thing by how telling it is among the shop's passages."""

    def __init__(self, question: str, holdings: Holdings, ignored: frozenset[str]) -> None:
        fillers = lexis.fillers()
        own = [w for w in concepts.spoken_of(question) if w not in fillers and w not in ignored]
        weights = {w: holdings.tells(w) for w in own}
        self.known = {w: x for w, x in weights.items() if holdings.spoken(w)}
        self.total = sum(self.known.values()) or 1.0
        heard = {w: x for w, x in weights.items() if w in self.known or holdings.speaks(concepts.script(w))}
        self.heard = heard
        self.unspoken = 1 - sum(self.known.values()) / (sum(heard.values()) or 1.0)
        self.asks_figure = bool(_ASKS_FIGURE.search(fold(question).text))

    def share(self, words: frozenset[str]) -> float:
        """The share of what is asked that some words speak of."""
        return sum(x for w, x in self.known.items() if w in words) / self.total

    def lacks(self, words: frozenset[str]) -> float:
        """How telling the most telling thing is that some words leave out, beside the most telling of all."""
        most = max(self.heard.values(), default=0.0) or 1.0
        return max((x for w, x in self.heard.items() if w not in words), default=0.0) / most

    def by_sentence(self, held: Held) -> Floats:
        """The same for each sentence of a passage with its heading: (sentences,)."""
        heading = _heading_spoken(held)
        return np.array([self.share(own | heading) for own in _sentences_spoken(held)])


def _of_concepts(said: _Said, candidates: Sequence[Held], spoken: Sequence[Floats]) -> Floats:
    out = np.zeros((len(candidates), len(OF_CONCEPTS)))
    for n, held in enumerate(candidates):
        own = spoken_whole(held)
        whole = said.share(own)
        best = _sentence_texts(held)[int(spoken[n].argmax())]
        out[n] = [
            whole,
            whole * (1 - said.unspoken),
            float(spoken[n].max()),
            said.share(_heading_spoken(held)),
            said.unspoken,
            said.lacks(own),
            said.asks_figure,
            said.asks_figure and bool(_FIGURE.search(fold(best).text)),
        ]
    return out


def _of_words(question: str, candidates: Sequence[Held], holdings: Holdings, ignored: frozenset[str]) -> Floats:
    asked = asked_words(question) - ignored
    weights = {w: holdings.rarity(w) for w in asked}
    total = sum(weights.values()) or 1.0
    topics = {w for w in asked if w.startswith("#") and w not in _LIGHT}
    unknown = sum(weights[w] for w in asked if not holdings.known(w)) / total
    out = np.zeros((len(candidates), len(OF_WORDS)))
    for n, held in enumerate(candidates):
        words, heading = held_words(held), heading_words(held)
        theirs = {w for w in heading if w.startswith("#") and w not in _LIGHT}
        back = sum(holdings.rarity(w) for w in heading & asked) / (sum(holdings.rarity(w) for w in heading) or 1.0)
        out[n] = [
            sum(weights[w] for w in asked & words) / total,
            sum(weights[w] for w in asked & heading) / total,
            len(topics & words) / (len(topics) or 1),
            len(theirs - topics) / (len(theirs) or 1),
            unknown,
            bool(held.question),
            back,
            max(sum(weights[w] for w in asked & (own | heading)) for own in _sentence_words(held)) / total,
            log(len(_sentence_words(held))),
        ]
    return out


def _matters(question: str, candidates: Sequence[Held], encoder: Encoder) -> Floats:
    """For each passage: whether it tells the matter asked about, or the need, and the chance that nothing does."""
    matters = needs.matters_of([question], encoder)[0]
    wanted = needs.needs_of(question, encoder)
    beyond = min(float(matters[-1]), wanted.get(needs.NONE, 0.0))
    out = np.zeros((len(candidates), 3))
    for n, held in enumerate(candidates):
        own = _needs_held(held, encoder) if held.sku else {}
        out[n] = [
            float((_matters_held(held, encoder) @ matters[:-1]).max()),
            sum(p * own.get(name, 0.0) for name, p in wanted.items() if name != needs.NONE),
            beyond,
        ]
    return out


@lru_cache(maxsize=65536)
def _matters_held(held: Held, encoder: Encoder) -> Floats:
    """The matters of what a passage says, text by text, 'none' left out."""
    return needs.matters_of(texts_of(held)[1:], encoder)[:, :-1]


@lru_cache(maxsize=65536)
def _needs_held(held: Held, encoder: Encoder) -> Mapping[str, float]:
    return needs.needs_of(held.question or held.passage.text[:200], encoder)


def _nearness(question: str, candidates: Sequence[Held], encoder: Encoder) -> tuple[list[Floats], Floats]:
    """The cosines of the question: with each sentence; with anything, with the passage's own question, with all."""
    texts = [t for held in candidates for t in texts_of(held)[1:]]
    bounds = np.cumsum([0, *(len(texts_of(held)) - 1 for held in candidates)])
    made = (encoder.encode(texts) @ encoder.encode([question])[0]).astype(np.float64)
    sentences, rows = [], []
    for (a, b), held in zip(pairwise(bounds), candidates, strict=True):
        own, first = made[a:b], 1 + bool(held.question)
        rows.append((own.max(), own[0] if held.question else 0.0, own[first - 1]))
        beside = float(own[0]) if held.question else -1.0
        sentences.append(np.maximum(own[first:], beside) if len(own) > first else own[-1:])
    return sentences, np.array(rows)


@lru_cache(maxsize=65536)
def texts_of(held: Held) -> tuple[str, ...]:
    """What a passage is found and measured by: as it is indexed, then its question, itself, and its sentences."""
    title = " ".join(dict.fromkeys(t for t in (held.title, held.heading) if t))
    own = [held.question] if held.question else []
    own.append(f"{title}: {held.passage.text}"[:400])
    own += [f"{held.heading or title}: {s}" for s in _sentence_texts(held)]
    return (indexed(held), *own)


def indexed(held: Held) -> str:
    """A passage with what it stands under, as one text."""
    return f"{held.context}\n{held.passage.text}"


@lru_cache(maxsize=65536)
def held_words(held: Held) -> frozenset[str]:
    """Topics and words of a passage, and the markets of the places it names."""
    return frozenset(words_of(held)) | {f"@{m}" for m in lexis.places(indexed(held)).markets}


@lru_cache(maxsize=65536)
def _sentence_texts(held: Held) -> tuple[str, ...]:
    every = [units.told(held.passage.text, u) for u in units.of(held.passage.text)]
    said = [s for s in every if not units.asks(s)]  # a question answers none
    return tuple((said or every)[:SENTENCES]) or (held.passage.text,)


@lru_cache(maxsize=65536)
def _sentence_words(held: Held) -> tuple[frozenset[str], ...]:
    """What each sentence of a passage can share with a question."""
    return tuple(frozenset(shared_words(s)) for s in _sentence_texts(held)) or (frozenset(),)


@lru_cache(maxsize=65536)
def _sentences_spoken(held: Held) -> tuple[frozenset[str], ...]:
    return tuple(concepts.spoken_of(s) for s in _sentence_texts(held))


@lru_cache(maxsize=65536)
def spoken_whole(held: Held) -> frozenset[str]:
    """What a passage speaks of, with what it stands under."""
    return concepts.spoken_of(indexed(held))


@lru_cache(maxsize=65536)
def _heading_spoken(held: Held) -> frozenset[str]:
    return concepts.spoken_of(held.question or held.heading or held.title)


@lru_cache(maxsize=65536)
def heading_words(held: Held) -> frozenset[str]:
    """What a passage says it is about: its question, or its title and heading."""
    return asked_words(held.question or f"{held.title}. {held.heading}")


def asked_words(question: str) -> frozenset[str]:
    """Topics of the question, the markets of the places it names, and its words that are in no phrase naming these."""
    found = lexis.topics(question)
    where = lexis.places(question)
    rest = fold(question).text
    for name in found:
        rest = lexis.topic_pattern(name).sub(" ", rest)
    for place in where.named:
        rest = rest.replace(place, " ")
    fillers = lexis.fillers()
    return (
        frozenset(f"#{t}" for t in found)
        | {f"@{m}" for m in where.markets}
        | {t for t in tokens(rest) if t not in fillers and (len(t) > 1 or t.isdigit())}
    )
