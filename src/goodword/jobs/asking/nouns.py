"""What is asked and what comes back. Action (`outcome`, `reason`) and text are separate fields: no one reads one out of
the other."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from goodword.types import Evidence, Fact, Lang, Market, Ruling

Outcome = Literal["answered", "declined", "handed_over"]
Reason = Literal[
    "",
    "courtesy",
    "disclosure",
    "no_evidence",
    "which_product",
    "gone",
    "expired",
    "conflict",
    "advice",
    "out_of_scope",
    "other_people",
    "identity",
    "promise",
    "injection",
    "person_asked",
    "unreadable",
    "language",
    "held",
]
# quoted: the shop's own words; stated: a fact in the composer's words; worked: computed from facts; counted: reviews;
# set: a phrase of data/ask; told: a customer's own order; worded: a model's words.
Origin = Literal["quoted", "stated", "worked", "counted", "set", "told", "worded"]
Mood = Literal["calm", "pressed", "angry"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """An earlier question of the same conversation, the products it was about, and what was answered."""

    question: str
    answer: str = ""
    products: tuple[str, ...] = ()
    outcome: Outcome = "answered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question. `product` is what the customer looks at; `session` a token that proves who asks, see `identity`."""

    text: str
    id: str = ""
    lang: Lang | None = None
    product: str | None = None
    market: Market | None = None
    as_of: date | None = None
    history: tuple[Turn, ...] = ()
    session: str | None = None
    conversation: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A sentence of an answer before it is judged: its words, where they come from, and what they rest on.

    `facts` are the facts it may say something of; `working` the numbers of a computed one, operands first.
    """

    text: str
    origin: Origin
    evidence: tuple[Evidence, ...] = ()
    facts: tuple[Fact, ...] = ()
    product_class: str = "general"
    working: "Working | None" = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Working:
    """A calculation, so that the guard can do it again: what is done to which facts, and what came out."""

    op: Literal["times", "sum", "less", "inside"]
    facts: tuple[str, ...]
    numbers: tuple[
        str, ...
    ]  # exact decimals as text: amounts of the facts, in one unit, then what they are worked with
    result: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What one step made of a question: an action and the sentences to say, not yet judged."""

    outcome: Outcome
    parts: tuple[Part, ...]
    reason: Reason = ""
    products: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  # what would have answered it: attributes or topics the shop holds nothing of
    shown: tuple[Part, ...] = ()  # evidence for the person it is handed to, not said to the customer
    personal: bool = False  # whether it tells a customer of their own orders
    ranked: tuple[tuple[str, float], ...] = ()  # passages that were weighed, best first, with their scores


@dataclass(frozen=True, kw_only=True, slots=True)
class HandOver:
    """What a person who takes over needs: no more personal data than the question itself has after scrubbing."""

    summary: str
    reason: Reason
    question: str  # personal data covered
    products: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    unknown: tuple[str, ...]
    mood: Mood
    turns: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A sentence of an answer: its span and what it rests on."""

    start: int
    end: int
    evidence: tuple[Evidence, ...]
    origin: Origin


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the customer gets. `text` came through the release door or is empty; `statement` is its name there."""

    id: str
    outcome: Outcome
    reason: Reason
    text: str
    lang: Lang
    sentences: tuple[Told, ...] = ()
    products: tuple[str, ...] = ()
    statement: str = ""
    ledger: int | None = None
    label: str = ""
    disclosure: str = ""
    hand_over: HandOver | None = None
    missing: tuple[str, ...] = ()
    ruling: Ruling | None = None
    conversation: str = ""
    evidence: tuple[Evidence, ...] = ()  # the best that was found, said or not, best first
    ranked: tuple[tuple[str, float], ...] = ()  # passages that were weighed, best first
    ms: float = 0.0
