"""Requests and answers of customers' questions."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from goodword.server.shapes.common import Asked, Ident, LangOf, MarketOf, Page, Span, Told, example
from goodword.types import Lang

Name = Annotated[str, Field(max_length=120, pattern="^[A-Za-z0-9._:-]*$")]


class TurnIn(Asked):
    """An earlier question of the same conversation, and what was answered."""

    question: Annotated[str, Field(max_length=4000)]
    answer: Annotated[str, Field(max_length=8000)] = ""
    product: Annotated[str | None, Field(max_length=300)] = None


class AskIn(Asked):
    """One question."""

    id: Ident = ""
    question: Annotated[str, Field(max_length=20_000, examples=["How many days do I have to return it?"])]
    product: Annotated[str | None, Field(max_length=300, description="what the customer looks at")] = None
    lang: LangOf = None
    market: MarketOf = None
    as_of: Annotated[date | None, Field(description="the day on which policies are read; null: today")] = None
    history: Annotated[list[TurnIn], Field(max_length=50)] = []  # noqa: RUF012
    session: Annotated[str | None, Field(max_length=2000, description="signed by the shop: proves who asks")] = None
    conversation: Annotated[Name, Field(description="to go on with; empty: a new one")] = ""

    model_config = example({"question": "Is it waterproof?", "product": "A1", "lang": "en"})


class AnswerSentence(Span):
    """A sentence of an answer and what it rests on."""

    origin: Literal["quoted", "stated", "worked", "counted", "set", "told", "worded"]
    evidence: list[dict[str, Any]]


class AskOut(Told):
    """What the customer gets: an action and a text, or a packet for the person who takes over."""

    id: str
    outcome: Literal["answered", "declined", "handed_over"]
    reason: str
    answer: str
    lang: Lang
    sentences: list[AnswerSentence]
    products: list[str]
    missing: list[str]
    ranked: list[dict[str, Any]]
    disclosure: str
    label: str
    hand_over: dict[str, Any] | None
    conversation: str
    statement: str
    ledger: int | None
    ms: float


class AnswerIn(Asked):
    """A person's answer to a hand-over; it becomes a passage that holds from today."""

    text: Annotated[str, Field(min_length=1, max_length=8000)]
    until: Annotated[date | None, Field(description="last day on which it holds")] = None

    model_config = example({"text": "Yes, it may be washed at 30 °C.", "until": "2027-12-31"})


class HandOver(Told):
    """Something that waits for a person, or waited."""

    id: int
    conversation: str
    time: str
    reason: str
    state: Literal["waiting", "answered", "closed"]
    packet: dict[str, Any]
    who: str | None
    passage: str | None


class HandOvers(Page):
    """Hand-overs, the longest waiting first."""

    items: list[HandOver]


class Unanswered(Page):
    """What customers ask that nothing answers, the most frequent first."""

    items: list[dict[str, Any]]


class Kept(Told):
    """What is kept of one conversation or customer."""

    items: list[dict[str, Any]]


class Erased(Told):
    """How many questions were erased."""

    erased: int


class PassageOut(Told):
    """The passage an answer became."""

    passage: str
