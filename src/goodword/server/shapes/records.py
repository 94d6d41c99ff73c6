"""Requests and answers about what is kept: the desk, the ledger, recalls, the catalogue."""

from typing import Annotated, Any, Literal

from pydantic import Field

from goodword.server.shapes.common import Asked, Page, Span, Told, example
from goodword.server.shapes.writing import FindingOut
from goodword.types import Channel, Lang, Market

Why = Annotated[str, Field(min_length=1, max_length=2000, examples=["checked against the supplier's data sheet"])]


class DecisionIn(Asked):
    """A person's decision needs a reason; who decides is who asks."""

    reason: Why

    model_config = example({"reason": "checked against the data sheet"})


class DeskRow(Told):
    """A held text in the queue. `age` is in seconds."""

    id: int
    sku: str
    lang: Lang
    market: Market
    channel: Channel
    state: Literal["waiting", "approved", "rejected", "superseded"]
    since: str
    age: float
    rules: list[str]
    risk: Literal["block", "needs_evidence", "warn", "none"]
    by: str | None


class DeskItem(DeskRow):
    """A held text with what was found in it."""

    text: str
    ledger: int
    findings: list[FindingOut]
    claims: list[dict[str, Any]]
    decided: str | None
    reason: str | None


class DeskPage(Page):
    """What waits for a person, the longest waiting first; `counts` by state."""

    items: list[DeskRow]
    counts: dict[str, int]


class Decided(Told):
    """What followed from a decision."""

    outcome: Literal["released", "refused"]
    statement: str | None
    ledger: int
    desk: int | None


class EntryOut(Told):
    """An event of the ledger; `body` is null once erased."""

    position: int
    time: str
    kind: str
    subject: str
    actor: str
    body_digest: str
    prev_hash: str
    hash: str
    body: dict[str, Any] | None


class EntryPage(Page):
    """Events of the ledger."""

    items: list[EntryOut]


class Verified(Told):
    """Whether the chain is whole; `broken` is the position of the first bad link."""

    ok: bool
    length: int
    head: str
    bodies: int
    erased: int
    broken: int | None
    reason: str


class VerifyIn(Asked):
    """What is compared with: an anchor kept elsewhere, as JSON; '' for none."""

    anchor: str = Field("", max_length=400)

    model_config = example({"anchor": ""})


class ExportIn(Asked):
    """Whose bodies are handed over; of everybody's where nothing is named. The chain itself is always whole."""

    subject: str = Field("", max_length=300, description="'SKU-1/*': all that begin so")
    kind: str = Field("", max_length=80)
    since: str = Field("", max_length=40, pattern="^[0-9TZ:.-]*$", description="ISO 8601, inclusive")
    until: str = Field("", max_length=40, pattern="^[0-9TZ:.-]*$", description="ISO 8601, exclusive")

    model_config = example({"subject": "SKU-1/*", "since": "2026-01-01"})


class Anchor(Told):
    """The head of the ledger, to be kept elsewhere."""

    format: str
    position: int
    hash: str


class RecallIn(Asked):
    """A fact that changed or is wrong."""

    fact: Annotated[str, Field(min_length=1, max_length=600, examples=["A1#material"])]
    every: Annotated[bool, Field(description="the fact itself is wrong: also what rests on it as it is now")] = False
    reason: Annotated[str, Field(max_length=2000)] = ""
    rewrite: Annotated[bool, Field(description="have what waits written anew, as a task")] = False

    model_config = example({"fact": "A1#material", "every": True, "reason": "the supplier corrected it"})


class RewriteIn(Asked):
    """Which products' texts are to be written anew; none: all that wait."""

    skus: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=10_000)] = []  # noqa: RUF012

    model_config = example({"skus": ["A1"]})


class PlaceOut(Told):
    """A text that may not be shown any more."""

    statement: str
    sku: str
    lang: Lang
    market: Market
    channel: Channel
    version: int | None
    stale: str | None
    why: str | None
    waiting: bool
    ledger: int


class PlacePage(Page):
    """Texts that wait to be written anew."""

    items: list[PlaceOut]
    count: int


class RecalledOut(Told):
    """What a recall found and did."""

    fact: str
    versions: list[dict[str, Any]]
    taken_back: int
    waiting: int
    ledger: int | None
    statements: list[PlaceOut]
    task: str | None = None


class FactRow(Span):
    """A fact of a product, as written and where."""

    id: str
    key: str
    name: str
    text: str
    lang: Lang
    version: int
    derived: bool
    source: str
    where: str


class ProductRow(Told):
    """A product in a list."""

    sku: str
    title: str
    lang: Lang
    product_class: str
    facts: int
    conflicts: int


class ProductPage(Page):
    """Products in order of number."""

    items: list[ProductRow]
    count: int


class ProductOut(Told):
    """A product with its facts and what contradicts what."""

    sku: str
    title: str
    lang: Lang
    product_class: str
    facts: list[FactRow]
    conflicts: list[dict[str, Any]]


class StatementOut(Told):
    """A text that was released, with its sentences and their facts."""

    id: str
    text: str
    lang: Lang
    market: Market
    channel: Channel
    ledger: int
    by: str
    saved: str
    stale: str | None
    why: str | None
    sentences: list[dict[str, Any]]
    label: dict[str, Any]


class Statements(Told):
    """Every text ever released about a product, newest first."""

    items: list[StatementOut]


class Versions(Told):
    """All versions of a fact, oldest first, and the statements that rest on it."""

    fact: str
    versions: list[dict[str, Any]]
    statements: list[dict[str, Any]]


class Preview(Told):
    """How the columns of a catalogue are understood: TOML to correct and give back, the first products, bad rows."""

    reader: str
    mapping: str
    columns: list[dict[str, Any]]
    products: list[ProductOut]
    looked_at: int
    more: bool
    bad: list[dict[str, Any]]
