"""What `describe --dry-run` says: calls, tokens, time and cost, before anything is done."""

from collections.abc import Collection
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from goodword.app import Goodword
from goodword.cli import talk
from goodword.errors import InputError
from goodword.jobs import forecast
from goodword.jobs.describe import Order
from goodword.llm.estimate import pace


def tell(
    goodword: Goodword, source: Path, *, mapping: Path | None, only: Collection[str], limit: int | None, count: int
) -> int:
    """Say what a run would take; write nothing, ask no model."""
    order = _order(goodword)
    sample = min(limit or forecast.SAMPLE, forecast.SAMPLE)
    products = (p for p in goodword.products(source, mapping=mapping) if not only or p.sku in only)
    with ExitStack() as stack:
        conn = stack.enter_context(goodword.store.read()) if _is_there(goodword.settings.store) else None
        backend = order.writer.backend.name if order.writer else "composer"
        told = forecast.forecast(conn, islice(products, sample), count, order, pace(backend, goodword.backend_options))
    m = told.model
    talk.out(
        f"{told.products} products × {len(order.pairs)} = {told.texts} texts, of which about {told.unchanged} are "
        "unchanged"
    )
    talk.out(
        f"model ({backend}): {m.calls:,} calls, {m.tokens_in:,} tokens in, {m.tokens_out:,} out, "
        f"cost {m.cost:.4f} {m.currency} ({talk.put(m.basis)})"
    )
    talk.out(f"time: about {talk.put(_spoken(told.seconds))}")
    talk.out(f"estimated from {told.sampled} products; second attempts come on top")
    return 0


def _order(goodword: Goodword) -> Order:
    try:
        return goodword.order()
    except InputError as error:
        if goodword.settings.model.backend == "composer":
            raise
        talk.say(f"note: {talk.told(error)}")
        return goodword.order(composer=True)


def _is_there(store: str) -> bool:
    return "://" in store or Path(store).expanduser().is_file()


def _spoken(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
