"""The nouns of review analytics: what was read, what is said of it, and what is counted."""

from dataclasses import dataclass
from typing import Literal

from goodword.types import Lang

Polarity = Literal["positive", "neutral", "negative"]
Feeling = Literal["positive", "negative", "mixed", "neutral", "uncertain"]
FEELINGS: tuple[Feeling, ...] = ("positive", "negative", "mixed", "neutral", "uncertain")


@dataclass(frozen=True, kw_only=True, slots=True)
class Opinion:
    """One review as it was read. `day` is a proleptic ordinal, `rating` stars of five; None where not given."""

    id: str
    text: str
    lang: Lang
    product: str = ""
    author: str = ""
    day: int | None = None
    rating: float | None = None
    segment: str = ""
    aspect: str = ""  # asked about, in `reviews score`
    row: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentiment:
    """How a review feels. `score` is the calibrated probability that a shopper who wrote it was content.

    `lean` is the likelier of the two poles whatever the label: 'mixed' reviews lean too. `why` names what made the
    label another than the lean.
    """

    label: Feeling
    score: float
    lean: Literal["positive", "negative"]
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One aspect in a review: the term as written, its category (an id of the taxonomy) and how it is spoken of."""

    start: int
    end: int
    term: str
    category: str
    polarity: Polarity
    confidence: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One thing that makes a review suspicious: a code, its weight (0..1), and a detail for a person."""

    code: str
    weight: float
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspicion:
    """How far a review looks unlike a shopper's own words, with reasons. Never a verdict."""

    score: float
    reasons: tuple[Reason, ...]
