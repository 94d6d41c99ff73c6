"""What a run will take before it is begun: from its first products, scaled to the number there are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from time import monotonic

from sqlalchemy import Connection

from goodword.jobs.describe import Order, content_key
from goodword.jobs.draft import composed
from goodword.jobs.writer import Text
from goodword.llm.base import Prompt
from goodword.llm.estimate import Estimate, Pace, estimate
from goodword.store import catalogue, statements
from goodword.types import Product
from goodword.writing import plan

SAMPLE = 100  # products looked at


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """An estimate for `texts` texts, of which about `unchanged` cost nothing; from `sampled` products."""

    products: int
    texts: int
    unchanged: int
    sampled: int
    seconds: float
    model: Estimate


def forecast(conn: Connection | None, sample: Iterable[Product], count: int, order: Order, pace: Pace) -> Forecast:
    """Estimate a run over `count` products from some of them; nothing is written and no model is asked.

    Args:
        conn: a store that may hold unchanged texts; None where there is none yet.
    """
    began, sampled, unchanged = monotonic(), 0, 0
    prompts: list[Prompt] = []
    for product in sample:
        sampled += 1
        for prompt in _asked(conn, product, order):
            if prompt is None:
                unchanged += 1
            else:
                prompts.append(prompt)
    scale = count / max(sampled, 1)
    told = estimate(prompts if order.writer else (), pace)
    model = replace(
        told, calls=round(told.calls * scale), tokens_in=round(told.tokens_in * scale),
        tokens_out=round(told.tokens_out * scale), seconds=round(told.seconds * scale, 1),
        cost=told.cost * Decimal(str(scale)),
    )  # fmt: skip
    spent = (monotonic() - began) * scale
    return Forecast(products=count, texts=count * len(order.pairs), unchanged=round(unchanged * scale), sampled=sampled,
                    seconds=round(spent + model.seconds, 1), model=model)  # fmt: skip


def _asked(conn: Connection | None, product: Product, order: Order) -> Iterator[Prompt | None]:
    """The prompt of each text that a model is asked for; None for each text that is there already."""
    held = catalogue.get(conn, product.sku) if conn else None
    known = held if held and catalogue.content_hash(held) == catalogue.content_hash(product) else product
    planned = plan.plan(known, order.langs, channel=order.channel, voice=order.voice)
    for lang, market in order.pairs:
        key = content_key(known, lang, market, order, order.writer.id if order.writer else "composer")
        if conn and held is known and statements.by_key(conn, key):
            yield None
            continue
        draft, ruling = composed(known, planned, lang, market, order.channel, order.voice)
        text = Text(product=known, planned=planned, lang=lang, market=market, key=key)
        asked = order.writer.ask(text, draft) if order.writer and ruling.outcome == "released" else None
        if asked:
            yield asked
