"""Describing products: plan → write → guard → repair → release, in batches that can be killed and resumed."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from time import monotonic

from sqlalchemy import Connection

from goodword.guard.review import CHECKS
from goodword.jobs import release
from goodword.jobs.draft import composed
from goodword.jobs.writer import Text, Writer
from goodword.store import catalogue, desk, runs, statements
from goodword.store.engine import Store
from goodword.types import Channel, Draft, Lang, Market, Outcome, Product, Ruling, Statement
from goodword.writing import compose, plan
from goodword.writing.plan import LeftOut
from goodword.writing.voice import Voice

VERSION = "2"  # part of every content key: a change of what the job does makes new texts
_BATCH = 32  # products of one transaction at most
_BRIEF = 0.5  # seconds it should take


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What to write: languages with their markets, channel and voice; who words it; who asks; the provider code."""

    pairs: tuple[tuple[Lang, Market], ...]
    channel: Channel
    voice: Voice
    producer: str
    actor: str
    writer: Writer | None = None  # None: the composer's words stand

    @property
    def langs(self) -> tuple[Lang, ...]:
        """The languages, once each, in order."""
        return tuple(dict.fromkeys(lang for lang, _ in self.pairs))


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """What became of one product in one language and market."""

    product: Product
    draft: Draft
    ruling: Ruling
    outcome: Outcome
    statement: Statement | None = None
    ledger: int | None = None
    desk: int | None = None
    cached: bool = False
    left_out: tuple[LeftOut, ...] = ()
    failure: str = ""  # why no model worded it, where one was asked for


Noted = Callable[[Connection, "Described"], None]


def unnoted(conn: Connection, found: "Described") -> None:
    """Nobody keeps anything beside a text."""


def describe(
    store: Store, products: Iterable[Product], order: Order, *, run: str, noted: Noted = unnoted
) -> Iterator[Described]:
    """Write, judge and release every product in every language with the composer; yields as batches commit.

    A text and everything known of it are written in one transaction: what is yielded has been committed,
    and what was not committed when the process died is done again by the next run and no earlier.

    Args:
        run: id of the run (see `store.runs`), whose finished work is skipped.
        noted: called with each text in the transaction that writes it.
    """
    for batch in brief(products):
        with store.begin() as conn:
            done = [write(conn, text, order, run) for product in batch for text in texts(conn, product, order)]
            for found in done:
                noted(conn, found)
        yield from done


def batches(products: Iterable[Product]) -> Iterator[list[Product]]:
    """Products by the batch, as they come."""
    source = iter(products)
    while batch := list(islice(source, _BATCH)):
        yield batch


def brief(products: Iterable[Product]) -> Iterator[list[Product]]:
    """Products by as many as take about half a second, so that others may write in between."""
    source, size = iter(products), 1
    while batch := list(islice(source, size)):
        began = monotonic()
        yield batch
        spent = monotonic() - began
        size = min(size * 2, _BATCH) if spent < _BRIEF / 2 else max(size // 2, 1) if spent > _BRIEF * 2 else size


def texts(conn: Connection, product: Product, order: Order) -> Iterator[Text]:
    """Take a product into the catalogue and say which texts it needs."""
    change = catalogue.put(conn, product)
    statements.mark_stale(conn, (*change.changed, *change.removed), "a fact it rests on changed")
    known = catalogue.get(conn, product.sku) or product
    planned = plan.plan(known, order.langs, channel=order.channel, voice=order.voice)
    for lang, market in order.pairs:
        yield Text(
            product=known, planned=planned, lang=lang, market=market, key=content_key(known, lang, market, order)
        )


def write(conn: Connection, text: Text, order: Order, run: str, *, failure: str = "") -> Described:
    """One text by the composer, made or found; its record in the run.

    Args:
        failure: why a model that was asked for did not word it.
    """
    work = runs.Work(sku=text.product.sku, lang=text.lang, market=text.market, channel=order.channel)
    fresh = runs.take(conn, run, work)
    result = cached(conn, text, text.key, failure=failure) or _written(conn, text, order, record=fresh, failure=failure)
    if fresh:
        note = "" if result.outcome == "released" else why(result.ruling)
        runs.done(conn, run, work, "cached" if result.cached else result.outcome, ledger=result.ledger, note=note)
    return result


def cached(conn: Connection, text: Text, key: str, *, failure: str = "") -> Described | None:
    """The text made earlier from the same facts in the same way: released, waiting at the desk, or rejected there."""
    left = text.planned.left_out
    if found := statements.by_key(conn, key):
        return Described(product=text.product, draft=found.draft, ruling=found.ruling, outcome="released",
                         statement=found, ledger=found.ledger, cached=True, left_out=left, failure=failure)  # fmt: skip
    item = desk.by_key(conn, key)
    if item and item.state in {"waiting", "rejected"}:
        outcome: Outcome = "held" if item.state == "waiting" else "refused"
        return Described(product=text.product, draft=item.draft, ruling=item.ruling, outcome=outcome,
                         ledger=item.ledger, desk=item.id, cached=True, left_out=left, failure=failure)  # fmt: skip
    return None


def _written(conn: Connection, text: Text, order: Order, *, record: bool, failure: str) -> Described:
    """Write and judge; `record` is False where this run has recorded its (refused) text already."""
    draft, ruling = composed(text.product, text.planned, text.lang, text.market, order.channel, order.voice)
    if not record and ruling.outcome == "refused":
        return Described(product=text.product, draft=draft, ruling=ruling, outcome="refused",
                         left_out=text.planned.left_out, failure=failure)  # fmt: skip
    return passed(conn, text, order, draft, ruling, text.key, failure=failure)


def passed(
    conn: Connection, text: Text, order: Order, draft: Draft, ruling: Ruling, key: str, *, failure: str = ""
) -> Described:
    """Through the one door."""
    out = release.release(conn, draft, ruling, key=key, producer=order.producer, actor=order.actor)
    return Described(
        product=text.product, draft=draft, ruling=ruling, outcome=out.outcome, statement=out.statement,
        ledger=out.ledger, desk=out.desk, left_out=text.planned.left_out, failure=failure,
    )  # fmt: skip


def content_key(product: Product, lang: Lang, market: Market, order: Order, wording: str = "composer") -> str:
    """Hash of everything a text depends on: the facts as written, the order, and the code that writes and judges.

    Args:
        wording: who words it: 'composer', or the id of a `Writer`.
    """
    basis = {
        "facts": [(f.id, f.text, f.lang, f.version) for f in product.facts],
        "class": product.product_class,
        "place": (product.sku, lang, market, order.channel, order.langs),
        "voice": repr(order.voice),
        "wording": wording,
        "code": (VERSION, compose.VERSION, CHECKS),
    }
    return hashlib.sha256(json.dumps(basis, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def why(ruling: Ruling) -> str:
    """The rules that kept a text from being released, in one line."""
    rules = dict.fromkeys(f.rule for f in ruling.findings)
    return ", ".join([*rules, *(c.error for c in ruling.checks if c.error)])[:200]
