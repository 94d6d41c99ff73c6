"""Scoring reviews: sentiment, aspects with polarity, and the points reported, batch by batch; suspicion at the end."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from tomllib import loads
from typing import Any, BinaryIO, Literal

import numpy as np

from goodword.models import aspects, aspects_polarity, sentiment
from goodword.models.bundle import Floats
from goodword.opinions import points
from goodword.opinions.authenticity import Watch, told
from goodword.opinions.base import Mention, Opinion, Polarity, Sentiment, Suspicion
from goodword.opinions.taxonomy import Taxonomy
from goodword.text import segment
from goodword.text.pieces import cut
from goodword.types import Lang

BATCH = 1024
_SAME = 1e-9
_UP, _DOWN = 4.0, 2.0
_ORDERS = re.compile(
    r"(?i)\b(?:ignore|disregard|instructions?|system|assistant|prompt|admin mode|summar\w+)\b"
    r"|忽略|指令|系统提示|助手|提示词|总结时"
)


@dataclass(frozen=True, slots=True)
class Scored:
    """One review, read: how it feels, the aspects it names, the points it reports, the polarity of a given aspect."""

    opinion: Opinion
    sentiment: Sentiment
    mentions: tuple[Mention, ...]
    points: tuple[points.Found, ...]
    asked: tuple[Polarity, float] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scorer:
    """What reviews are read with.

    Args:
        model: name or folder of a model of sentiment in place of the shipped ones; '' is those.
        parts: whether aspects and points are wanted too.
        closely: whether an encoder reads how each aspect is spoken of, which is better and slower.
    """

    taxonomy: Taxonomy
    model: str = ""
    parts: bool = True
    closely: bool = False

    def score(self, opinions: Sequence[Opinion]) -> list[Scored]:
        """Read a batch.

        Raises:
            InputError: no such model. DataError: a shipped one is missing or altered.
        """
        out: list[Scored | None] = [None] * len(opinions)
        for lang in ("en", "zh"):
            places = [n for n, o in enumerate(opinions) if o.lang == lang]
            for n, found in zip(places, self._of(lang, [opinions[n] for n in places]), strict=True):
                out[n] = found
        return [s for s in out if s is not None]

    def _of(self, lang: Lang, opinions: Sequence[Opinion]) -> list[Scored]:
        if not opinions:
            return []
        texts = [o.text for o in opinions]
        chances = sentiment.content(texts, lang, self.model)
        feelings = _feelings(opinions, chances, lang, self.model)
        mentions = _mentions(texts, lang, self) if self.parts else [()] * len(texts)
        found = [tuple(points.find(t)) if self.parts else () for t in texts]
        asked = _asked(opinions, chances, lang, closely=self.closely)
        return [Scored(*row) for row in zip(opinions, feelings, mentions, found, asked, strict=True)]


def batches(opinions: Iterable[Opinion], size: int = BATCH) -> Iterator[list[Opinion]]:
    """Reviews by the batch, as they come."""
    source = iter(opinions)
    while batch := list(islice(source, size)):
        yield batch


def watch(seen: Watch, scored: Sequence[Scored]) -> None:
    """Show a batch to the watch for suspicious reviews."""
    opinions = [s.opinion for s in scored]
    first = seen.seen
    seen.add(opinions, cut([o.text for o in opinions]), [s.sentiment.score for s in scored])
    for n, opinion in enumerate(opinions):
        if orders(opinion.text, opinion.lang):
            seen.mark(first + n, "instructions")


def orders(text: str, lang: Lang) -> bool:
    """Whether a review holds orders to a language model; looked at closely only where a word of orders stands."""
    if not _ORDERS.search(text):
        return False
    from goodword.guard.untrusted import screen  # late: its frames are of no use to most files

    return screen.score(text, lang).flagged


# ---------------------------------------------------------------- sentiment


@cache
def _words() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("opinions/feelings.toml").read_text("utf-8"))


@cache
def _irony() -> re.Pattern[str]:
    return re.compile("|".join(_words()["irony"]["patterns"]), re.IGNORECASE)


def _feelings(opinions: Sequence[Opinion], chances: Floats, lang: Lang, model: str) -> list[Sentiment]:
    band = _words()["band"]
    parts, owner = [], []
    for n in np.flatnonzero((chances > band["mixed_low"]) & (chances < band["mixed_high"])).tolist():
        for a, b in segment.sentences(opinions[n].text):
            parts.append(opinions[n].text[a:b])
            owner.append(n)
    clear: dict[int, set[str]] = {}
    for n, chance in zip(owner, sentiment.content(parts, lang, model).tolist(), strict=True):
        if not band["part"] <= chance <= 1 - band["part"]:
            clear.setdefault(n, set()).add("up" if chance > 0.5 else "down")
    return [_feeling(o, float(chances[n]), len(clear.get(n, ())) == 2) for n, o in enumerate(opinions)]


def _feeling(opinion: Opinion, chance: float, torn: bool) -> Sentiment:
    band = _words()["band"]
    score, up = round(chance, 4), chance >= 0.5
    lean: Literal["positive", "negative"] = "positive" if up else "negative"
    if up and _irony().search(opinion.text):
        return Sentiment(label="uncertain", score=score, lean=lean, why="irony")
    if torn:
        return Sentiment(label="mixed", score=score, lean=lean, why="parts")
    if band["low"] < chance < band["high"]:
        return Sentiment(label="neutral", score=score, lean=lean, why="band")
    return Sentiment(label=lean, score=score, lean=lean)


# ---------------------------------------------------------------- aspects


def _mentions(texts: Sequence[str], lang: Lang, scorer: Scorer) -> list[tuple[Mention, ...]]:
    """The tagger's terms and the taxonomy's, the tagger's where they overlap, each with its polarity."""
    spans: list[list[tuple[int, int]]] = [[(s.start, s.end) for s in f] for f in aspects.load(lang).tag(texts)]
    hits = scorer.taxonomy.find(cut(texts))
    for doc, start, end in zip(hits.doc.tolist(), hits.start.tolist(), hits.end.tolist(), strict=True):
        if not any(a < end and start < b for a, b in spans[doc]):
            spans[doc].append((start, end))
    queries = [(doc, a, b) for doc, found in enumerate(spans) for a, b in sorted(found)]
    chances = aspects_polarity.load(lang).chances(texts, queries, closely=scorer.closely)
    categories = scorer.taxonomy.of([texts[d][a:b] for d, a, b in queries])
    out: list[list[Mention]] = [[] for _ in texts]
    for (doc, a, b), category, row in zip(queries, categories, chances, strict=True):
        best = int(row.argmax())
        out[doc].append(Mention(start=a, end=b, term=texts[doc][a:b], category=category,
                                polarity=aspects_polarity.LABELS[best], confidence=round(float(row[best]), 3)))  # type: ignore[arg-type] # fmt: skip
    return [tuple(found) for found in out]


def _asked(
    opinions: Sequence[Opinion], chances: Floats, lang: Lang, *, closely: bool
) -> list[tuple[Polarity, float] | None]:
    """The polarity of the aspect each review was given with; of the whole where the aspect does not stand in it."""
    out: list[tuple[Polarity, float] | None] = [None] * len(opinions)
    queries, owner = [], []
    for n, opinion in enumerate(opinions):
        if not opinion.aspect:
            continue
        at = opinion.text.lower().find(opinion.aspect.lower())
        if at < 0:
            up = bool(chances[n] >= 0.5)
            out[n] = ("positive" if up else "negative", float(chances[n] if up else 1 - chances[n]))
        else:
            queries.append((n, at, at + len(opinion.aspect)))
            owner.append(n)
    rows = np.zeros((0, 3))
    if queries:
        rows = aspects_polarity.load(lang).chances([o.text for o in opinions], queries, closely=closely)
    for n, row in zip(owner, rows, strict=True):
        best = int(row.argmax())
        out[n] = (aspects_polarity.LABELS[best], float(row[best]))  # type: ignore[assignment]
    return out


# ---------------------------------------------------------------- as the contract has it


def shape(scored: Scored, suspicion: Suspicion | None, lang: Lang) -> dict[str, Any]:
    """One review as JSON: `{id, sentiment, aspects, suspicion}`, and `polarity` where an aspect was given."""
    feeling = scored.sentiment
    row: dict[str, Any] = {
        "id": scored.opinion.id,
        "lang": scored.opinion.lang,
        "sentiment": {"label": feeling.label, "score": feeling.score, "lean": feeling.lean}
        | ({"why": feeling.why} if feeling.why else {}),
        "aspects": [
            {"start": m.start, "end": m.end, "term": m.term, "category": m.category, "polarity": m.polarity,
             "confidence": m.confidence}
            for m in scored.mentions
        ],
        "points": [{"start": p.start, "end": p.end, "point": p.point} for p in scored.points],
        "suspicion": {
            "score": suspicion.score if suspicion else 0.0,
            "reasons": [{"code": r.code, "weight": r.weight, "text": told(r, lang)} for r in suspicion.reasons]
            if suspicion else [],
        },
    }  # fmt: skip
    if scored.asked is not None:
        row |= {"aspect": scored.opinion.aspect, "polarity": scored.asked[0], "confidence": round(scored.asked[1], 3)}
    return row


@contextmanager
def spooled(stream: BinaryIO) -> Iterator[Path]:
    """What comes from a pipe as a file, for it is read twice."""
    with tempfile.TemporaryDirectory(prefix="goodword-") as folder:
        path = Path(folder) / "stdin"
        with path.open("wb") as out:
            while block := stream.read(1 << 20):
                out.write(block)
        yield path
