"""Requests and answers of recommendations and reviews."""

from typing import Annotated, Any, Literal

from pydantic import Field

from goodword.server.shapes.common import Asked, LangOf, Span, Told, example
from goodword.types import Lang

Shopper = Annotated[str, Field(min_length=1, max_length=300, pattern="^[^\x00-\x1f]*$", examples=["u-17"])]
Item = Annotated[str, Field(min_length=1, max_length=300, examples=["A1"])]


class ListIn(Asked):
    """What a list is asked for with."""

    k: Annotated[int, Field(ge=1, le=100, description="places")] = 10
    lang: LangOf = None
    age: Annotated[int | None, Field(ge=0, le=130)] = None
    low: Annotated[float | None, Field(ge=0, le=1e12, description="a price band the shopper chose")] = None
    high: Annotated[float | None, Field(ge=0, le=1e12)] = None
    categories: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=100)] = []  # noqa: RUF012


class ForIn(ListIn):
    """A list for one shopper."""

    shopper: Shopper
    personal: Annotated[bool, Field(description="false: the list that is the same for everyone")] = True
    consent: Annotated[bool, Field(description="the shopper agreed to the use of sensitive events")] = False
    seen: Annotated[list[Item], Field(max_length=200, description="products looked at since")] = []  # noqa: RUF012

    model_config = example({"shopper": "u-17", "k": 5})


class SimilarIn(ListIn):
    """What goes with one product."""

    sku: Item

    model_config = example({"sku": "A1", "k": 4})


class BasketIn(ListIn):
    """What goes with what is in a basket."""

    skus: Annotated[list[Item], Field(min_length=1, max_length=200)]
    consent: bool = False

    model_config = example({"skus": ["A1", "A2"], "k": 4})


class ListOut(Told):
    """A list; each item with the reason it is shown, which is the computation."""

    shopper: str | None
    personalised: bool
    because: str
    unknown: list[str]
    items: list[dict[str, Any]]


class Parameters(Told):
    """What decides what is shown, in plain words, by language."""

    en: list[str]
    zh: list[str]


class History(Told):
    """What is held of a shopper."""

    shopper: str
    held: int
    no_list_of_their_own: bool
    events: list[dict[str, Any]]
    ledger: list[dict[str, Any]]
    agrees: bool


class ShopperIn(Asked):
    """One shopper."""

    shopper: Shopper

    model_config = example({"shopper": "u-17"})


class StrikeIn(ShopperIn):
    """Products to be taken out of a shopper's history."""

    skus: Annotated[list[Item], Field(min_length=1, max_length=200)]

    model_config = example({"shopper": "u-17", "skus": ["A1"]})


class ObjectIn(ShopperIn):
    """No list of their own from now on; or again."""

    withdraw: bool = False

    model_config = example({"shopper": "u-17", "withdraw": False})


class DoneOut(Told):
    """What a right that was used has done."""

    act: str
    events: int
    ledger: int
    before: str
    after: str


class ReviewIn(Asked):
    """One review."""

    id: Annotated[str, Field(max_length=300)] = ""
    text: Annotated[str, Field(min_length=1, max_length=50_000)]
    lang: LangOf = None
    product: Annotated[str, Field(max_length=300)] = ""
    author: Annotated[str, Field(max_length=300)] = ""
    time: Annotated[str, Field(max_length=60)] = ""
    rating: Annotated[float | None, Field(ge=0, le=10)] = None
    aspect: Annotated[str, Field(max_length=300, description="whose polarity is asked for")] = ""


class ReviewsIn(Asked):
    """Reviews that are read together: what is suspicious shows only beside others."""

    reviews: Annotated[list[ReviewIn], Field(min_length=1, max_length=1000)]

    model_config = example(
        {
            "reviews": [
                {"id": "1", "text": "Soft, but it shrank in the wash."},
                {"id": "2", "text": "质量很好，就是物流慢。"},
            ]
        }
    )


class AspectOut(Span):
    """Something a review speaks of, and how."""

    term: str
    category: str
    polarity: Literal["positive", "neutral", "negative"]
    confidence: float


class ReviewOut(Told):
    """One review, read."""

    id: str
    lang: Lang
    sentiment: dict[str, Any]
    aspects: list[AspectOut]
    points: list[dict[str, Any]]
    suspicion: dict[str, Any]


class ReviewsOut(Told):
    """Reviews, read, in the order given."""

    items: list[ReviewOut]
