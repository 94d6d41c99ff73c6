"""Requests and answers of describing: what is wanted, and what became of each text."""

from typing import Annotated, Any, Literal

from pydantic import Field

from goodword.server.shapes.common import Asked, Sku, Span, Told, example
from goodword.types import Channel, Lang, Market

AT_ONCE = 20  # products that are described while the caller waits

OUTCOME = Literal["released", "held", "refused"]


class ProductIn(Asked):
    """A product with its facts as the shop writes them."""

    sku: Sku
    title: Annotated[str, Field(max_length=1000, examples=["Cotton T-shirt"])] = ""
    lang: Lang | None = None
    product_class: Annotated[str | None, Field(max_length=60, examples=["clothing"])] = None
    facts: Annotated[
        dict[str, Any], Field(max_length=500, examples=[{"Material": "100% cotton", "Weight": "180 g"}])
    ] = {}  # noqa: RUF012 - frozen, and pydantic copies it


class DescribeIn(Asked):
    """What is to be written: products given here, or those of the catalogue by number; neither: the whole catalogue."""

    products: Annotated[list[ProductIn], Field(max_length=1000)] = []  # noqa: RUF012
    skus: Annotated[list[Sku], Field(max_length=10_000, examples=[["A1", "A2"]])] = []  # noqa: RUF012
    langs: Annotated[list[Lang], Field(max_length=2, description="empty: as set", examples=[["en", "zh"]])] = []  # noqa: RUF012
    markets: Annotated[list[Market], Field(max_length=4, description="empty: as set", examples=[["us"]])] = []  # noqa: RUF012
    channel: Literal["listing", "title", "bullets", "seo", "social"] | None = None
    voice: Annotated[str | None, Field(pattern="^[a-z][a-z_]{0,40}$", description="a packaged voice")] = None
    composer: Annotated[bool, Field(description="true: no model words it")] = False

    model_config = example(
        {
            "products": [{"sku": "A1", "title": "Cotton T-shirt", "lang": "en", "facts": {"Material": "100% cotton"}}],
            "langs": ["en"],
            "markets": ["us"],
            "channel": "listing",
            "composer": True,
        }
    )


class FactOut(Told):
    """A fact a sentence rests on, and the cell it came from."""

    fact: str = Field(examples=["A1#material"])
    name: str
    value: str
    quote: str
    version: int
    source: str
    where: str


class SentenceOut(Span):
    """A sentence of a released text."""

    locked: bool
    evidence: list[FactOut]


class FindingOut(Span):
    """A rule that a text breaks: where, by what authority, and what to do about it."""

    rule: str
    severity: Literal["block", "needs_evidence", "warn"]
    authority: str
    advice: str


class DescribedOut(Told):
    """What became of one product in one language and market. A held text is null: it waits at the desk."""

    sku: str
    lang: Lang
    market: Market
    channel: Channel
    text: str | None
    ruling: OUTCOME
    sentences: list[SentenceOut]
    findings: list[FindingOut]
    made_by: dict[str, Any]
    label: dict[str, Any] | None
    ledger: int | None
    desk: int | None
    cached: bool
    left_out: list[dict[str, Any]]


class Descriptions(Told):
    """Texts that were made while the caller waited."""

    items: list[DescribedOut]


class Estimate(Told):
    """What a run would take."""

    products: int
    texts: int
    unchanged: int
    sampled: int
    seconds: float
    calls: int
    tokens_in: int
    tokens_out: int
    cost: str
    currency: str
