"""The nouns every file speaks: frozen, keyword-only, no behaviour. Read this first.

A `Record` is what a reader read, a `Product` is what the shop holds about it as typed `Fact`s,
a `Draft` is what a job wrote, a `Ruling` is what the guard said of it, and a `Statement` is a
released text. Only `jobs.release` makes Statements.

All offsets count Unicode code points of the text as given, `start` inclusive, `end` exclusive.
All numbers of facts are `Decimal`, so what the shop wrote is what is compared.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Lang = Literal["en", "zh"]
Market = Literal["cn", "eu", "us", "uk"]
Channel = Literal["listing", "title", "bullets", "seo", "social", "answer"]
Hedge = Literal["exact", "about", "typical", "up_to", "at_least", "over", "under"]
Stance = Literal["supported", "refuted", "silent", "opinion", "courtesy"]
Severity = Literal["block", "needs_evidence", "warn"]
Outcome = Literal["released", "held", "refused"]
Label = Literal["ok", "needs_evidence", "violation"]
ClaimKind = Literal[
    "attribute", "number", "comparison", "superlative", "offer", "health", "green", "origin",
    "certification", "compatibility", "inclusion", "duration", "scarcity", "testimonial", "opinion", "courtesy",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where something was read: file or address, the place in it, its hash, and when it was seen."""

    uri: str
    locator: str = ""  # for a person: 'row 12, column 材质'
    row: int | None = None  # 1-based line or record of the file as a person counts it, heading included
    field: str | None = None  # column heading, element or JSON path
    sha256: str = ""  # of the file as read
    seen: str = ""  # ISO 8601, UTC


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One name and value as a reader found them, before any meaning is given to either."""

    name: str
    value: str
    source: Source
    lang: Lang | None = None  # None: to be told from the value


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One product as a reader read it. `description` is the slot to be filled, never a source of facts."""

    sku: str
    fields: tuple[Field, ...]
    source: Source
    title: str = ""
    lang: Lang | None = None
    product_class: str | None = None
    description: str = ""


# ---------------------------------------------------------------- values of facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """A number or range with a unit. `low` = `high` for a single value; None on an open side.

    `unit` is the canonical name the units library knows ('millilitre', 'mAh'); '' for a bare count.
    `counter` is the counted thing where `unit` is '' ('piece', 'page', 'port').
    A discount is in percent with the counter 'discount': 8折 and '20% off' are both 20.
    """

    low: Decimal | None
    high: Decimal | None
    unit: str = ""
    counter: str = ""
    hedge: Hedge = "exact"
    tolerance: Decimal | None = None  # plus or minus, in `unit`; `tolerance_percent` when relative
    tolerance_percent: Decimal | None = None
    start: int = 0  # span in the text it was parsed from
    end: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantities:
    """Several quantities of one attribute, in order: 30 x 20 x 10 cm, 128 GB / 256 GB, or 12 x 500 ml."""

    items: tuple[Quantity, ...]
    joined: Literal["dimensions", "choice", "pack"]  # pack: so many of so much, the count first: 12 x 500 ml


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One member of a set, as written, with the lexicon concept it names ('material.cotton') if known."""

    text: str
    concept: str | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """A set of terms: colours, features, what is in the box, what it fits."""

    items: tuple[Term, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part of a composition; `percent` is None where the shop gave no share."""

    term: Term
    percent: Decimal | None = None
    where: str = ""  # 'lining', 'sole' … as written


@dataclass(frozen=True, kw_only=True, slots=True)
class Composition:
    """What something is made of, in the shop's order."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """Yes or no."""

    value: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Dates:
    """A day, month or year, or a window between two; ISO 8601, as precise as written."""

    start: str | None
    end: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Money:
    """An amount of money. `currency` is ISO 4217."""

    amount: Decimal
    currency: str
    off: bool = False  # taken off a price: 立减20元, $20 off


@dataclass(frozen=True, kw_only=True, slots=True)
class Prose:
    """Free words, kept as written: names, models, care notes, warnings."""

    text: str


Value = Quantity | Quantities | Terms | Composition | Flag | Dates | Money | Prose


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One attribute of one product, as written and as understood.

    `key` is the lexicon's attribute ('material', 'net_content') or a slug of `name` where unknown.
    `start`/`end` is the span of `text` in the source cell. A changed value is a new version.
    """

    id: str  # '<sku>#<key>' or '<sku>#<key>.<n>' where a product has several of that key
    sku: str
    key: str
    name: str  # as the shop wrote it
    text: str  # the value as the shop wrote it
    value: Value
    lang: Lang
    source: Source
    start: int = 0
    end: int = 0
    version: int = 1
    derived: bool = False  # read out of a title or another cell, not a cell of its own


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """Two facts of one product that cannot both hold."""

    sku: str
    key: str
    facts: tuple[str, str]
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """What the shop holds about one product."""

    sku: str
    title: str
    lang: Lang
    product_class: str
    facts: tuple[Fact, ...]
    source: Source
    conflicts: tuple[Conflict, ...] = ()


# ---------------------------------------------------------------- other evidence


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """Quotable prose of the shop (policy, FAQ, manual), with the dates between which it holds."""

    id: str
    text: str
    lang: Lang
    source: Source
    valid_from: str | None = None
    valid_until: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """So many of so many reviews say something: 41 of 300 that it 'runs small'."""

    id: str
    about: str  # as a customer would say it, in any language
    count: int
    of: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """One customer's opinion."""

    id: str
    sku: str
    text: str
    lang: Lang
    time: str
    rating: int | None = None
    author: str | None = None  # pseudonymous


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One interaction of a pseudonymous shopper with a product."""

    shopper: str
    sku: str
    kind: Literal["view", "cart", "purchase", "return"]
    time: str
    quantity: int = 1


# ---------------------------------------------------------------- writing


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """One sentence of a text: its span, the facts it was written from, and whether a model may touch it."""

    start: int
    end: int
    facts: tuple[str, ...]
    locked: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeBy:
    """Who wrote a text and what it took. `cost` is money in `currency`; `seconds` is wall time."""

    backend: str
    model: str = ""
    prompt_sha256: str = ""
    seed: int | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    cost: Decimal = Decimal(0)
    currency: str = "USD"
    reworded: int = 0  # sentences in the model's words
    edited: bool = False  # a person changed it, and words of the machine are left
    note: str = ""  # for a person: how much was reworded and why the rest was sent back, in one line


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A text nobody has vouched for yet."""

    sku: str
    text: str
    lang: Lang
    market: Market
    channel: Channel
    sentences: tuple[Sentence, ...]
    made_by: MadeBy


# ---------------------------------------------------------------- judging


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A span of a text that says something that can be true or false (or opinion, or courtesy)."""

    start: int
    end: int
    kind: ClaimKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What a claim rests on, with the span in the source: `quote` == source text[start:end]."""

    ref: str  # fact id, passage id or review set
    quote: str
    start: int
    end: int
    score: float = 1.0
    count: int | None = None  # of reviews


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The guard's view of one claim. `confidence` in 0..1; `reason` in the text's language."""

    claim: Claim
    stance: Stance
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 1.0
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One rule broken: where, how badly, by what authority, and what to do about it."""

    rule: str
    severity: Severity
    start: int
    end: int
    authority: str
    advice: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckRun:
    """That a check ran, which version of it, how long it took, and what went wrong if it did."""

    name: str
    version: str
    ms: float
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What the guard said of a draft."""

    outcome: Outcome
    label: Label
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    checks: tuple[CheckRun, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """The AI label of a text: words a reader sees and metadata a machine reads."""

    text: str
    metadata: str  # one JSON object


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A released text. Made in `jobs.release` only."""

    id: str
    draft: Draft
    ruling: Ruling
    mark: Mark
    ledger: int  # position of its release in the ledger
    released_by: str = "guard"  # or the person who approved it
