"""Describing products: plan → write → guard → repair → release, in batches that can be killed and resumed."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection

from goodword.guard.base import Matter
from goodword.guard.review import CHECKS, review
from goodword.jobs import release
from goodword.store import catalogue, desk, runs, statements
from goodword.store.engine import Store
from goodword.types import (
    Channel,
    Draft,
    Fact,
    Lang,
    MadeBy,
    Market,
    Outcome,
    Product,
    Ruling,
    Sentence,
    Statement,
)  # fmt: skip
from goodword.writing import compose, plan
from goodword.writing.compose import Composed
from goodword.writing.plan import LeftOut
from goodword.writing.voice import Voice

VERSION = "1"  # part of every content key: a change of what the job does makes new texts
_BATCH = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What to write: languages with their markets, channel and voice; who asks, and the label's provider code."""

    pairs: tuple[tuple[Lang, Market], ...]
    channel: Channel
    voice: Voice
    producer: str
    actor: str

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


def describe(store: Store, products: Iterable[Product], order: Order, *, run: str) -> Iterator[Described]:
    """Write, judge and release every product in every language; yields as batches commit.

    A text and everything known of it are written in one transaction: what is yielded has been committed,
    and what was not committed when the process died is done again by the next run and no earlier.

    Args:
        run: id of the run (see `store.runs`), whose finished work is skipped.
    """
    source = iter(products)
    while batch := list(islice(source, _BATCH)):
        with store.begin() as conn:
            done = [d for product in batch for d in _one(conn, product, order, run)]
        yield from done


def _one(conn: Connection, product: Product, order: Order, run: str) -> Iterator[Described]:
    change = catalogue.put(conn, product)
    statements.mark_stale(conn, (*change.changed, *change.removed), "a fact it rests on changed")
    known = catalogue.get(conn, product.sku) or product
    planned = plan.plan(known, order.langs, channel=order.channel, voice=order.voice)
    for lang, market in order.pairs:
        work = runs.Work(sku=product.sku, lang=lang, market=market, channel=order.channel)
        fresh = runs.take(conn, run, work)
        key = content_key(known, lang, market, order)
        result = _cached(conn, known, key, planned.left_out) or _write(
            conn, known, planned, lang, market, order, key, record=fresh
        )
        if fresh:
            note = "" if result.outcome == "released" else _why(result.ruling)
            runs.done(conn, run, work, "cached" if result.cached else result.outcome, ledger=result.ledger, note=note)
        yield result


def _cached(conn: Connection, product: Product, key: str, left_out: tuple[LeftOut, ...]) -> Described | None:
    """The text made earlier from the same facts in the same way, released or waiting at the desk."""
    if found := statements.by_key(conn, key):
        return Described(product=product, draft=found.draft, ruling=found.ruling, outcome="released", statement=found,
                         ledger=found.ledger, cached=True, left_out=left_out)  # fmt: skip
    item = desk.by_key(conn, key)
    if item and item.state in {"waiting", "rejected"}:
        outcome: Outcome = "held" if item.state == "waiting" else "refused"
        return Described(product=product, draft=item.draft, ruling=item.ruling, outcome=outcome, ledger=item.ledger,
                         desk=item.id, cached=True, left_out=left_out)  # fmt: skip
    return None


def _write(
    conn: Connection,
    product: Product,
    planned: plan.Plan,
    lang: Lang,
    market: Market,
    order: Order,
    key: str,
    *,
    record: bool,
) -> Described:
    """Write and judge; `record` is False where this run has recorded its (refused) text already."""
    composed = compose.compose(planned, lang, voice=order.voice, channel=order.channel)
    draft, ruling = judged(product, composed, lang, market, order.channel)
    if ruling.outcome != "released":
        draft, ruling = _repaired(product, draft, ruling)
    if not record and ruling.outcome == "refused":
        return Described(product=product, draft=draft, ruling=ruling, outcome="refused", left_out=planned.left_out)
    passed = release.release(conn, draft, ruling, key=key, producer=order.producer, actor=order.actor)
    return Described(
        product=product, draft=draft, ruling=ruling, outcome=passed.outcome, statement=passed.statement,
        ledger=passed.ledger, desk=passed.desk, left_out=planned.left_out,
    )  # fmt: skip


def judged(
    product: Product, composed: Composed, lang: Lang, market: Market, channel: Channel, made_by: MadeBy | None = None
) -> tuple[Draft, Ruling]:
    """A draft of a composed text and the guard's ruling on it."""
    made = made_by or MadeBy(backend="composer", model=f"composer-{compose.VERSION}")
    draft = Draft(sku=product.sku, text=composed.text, lang=lang, market=market, channel=channel,
                  sentences=composed.sentences, made_by=made)  # fmt: skip
    return draft, _review(product, draft)


def _review(product: Product, draft: Draft) -> Ruling:
    """Facts in conflict vouch for nothing: the guard does not see them, save the title that names the product."""
    disputed = {f for c in product.conflicts for f in c.facts}
    facts: tuple[Fact, ...] = tuple(f for f in product.facts if f.id not in disputed or f.key == "title")
    return review(Matter(text=draft.text, lang=draft.lang, market=draft.market, product_class=product.product_class,
                         facts=facts, channel=draft.channel, sentences=draft.sentences))  # fmt: skip


def _repaired(product: Product, draft: Draft, ruling: Ruling) -> tuple[Draft, Ruling]:
    """Drop the sentences that findings stand in, if others remain; the judged text is the shorter one.

    A locked sentence (a warning, an age) is never dropped: its text goes to a person whole.
    """
    bad = [s for s in draft.sentences if any(f.start < s.end and s.start < f.end for f in ruling.findings)]
    good = [s for s in draft.sentences if s not in bad]
    if not bad or len(good) < 2 or any(s.locked for s in bad) or draft.sentences[0] in bad:
        return draft, ruling
    shorter = _cut(draft, good)
    again = _review(product, shorter)
    return (shorter, again) if again.outcome == "released" else (draft, ruling)


def _cut(draft: Draft, sentences: Sequence[Sentence]) -> Draft:
    between = "\n" if draft.channel in {"bullets", "seo"} else " " if draft.lang == "en" else ""
    text, kept = "", []
    for s in sentences:
        text += between if text else ""
        written = draft.text[s.start : s.end]
        kept.append(Sentence(start=len(text), end=len(text) + len(written), facts=s.facts, locked=s.locked))
        text += written
    return Draft(sku=draft.sku, text=text, lang=draft.lang, market=draft.market, channel=draft.channel,
                 sentences=tuple(kept), made_by=draft.made_by)  # fmt: skip


def content_key(product: Product, lang: Lang, market: Market, order: Order, backend: str = "composer") -> str:
    """Hash of everything a text depends on: the facts as written, the order, and the code that writes and judges."""
    basis = {
        "facts": [(f.id, f.text, f.lang, f.version) for f in product.facts],
        "class": product.product_class,
        "place": (product.sku, lang, market, order.channel, order.langs),
        "voice": (order.voice.name, order.voice.version, order.voice.max_facts, order.voice.include_price,
                  sorted(order.voice.preferred.items())),
        "backend": backend,
        "code": (VERSION, compose.VERSION, CHECKS),
    }  # fmt: skip
    return hashlib.sha256(json.dumps(basis, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _why(ruling: Ruling) -> str:
    rules = dict.fromkeys(f.rule for f in ruling.findings)
    return ", ".join([*rules, *(c.error for c in ruling.checks if c.error)])[:200]
