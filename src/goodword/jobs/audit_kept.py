"""An audit of fairness kept: made beside the shop's books, recorded in its ledger, found there again."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from goodword.errors import InputError
from goodword.jobs import audit
from goodword.jobs.asking.service import Desk
from goodword.opinions.stats import share
from goodword.store import ledger
from goodword.store.engine import open_store
from goodword.types import Product

KIND, SUBJECT = "audited", "audit/fairness"
_STEP = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """An audit as the ledger has it. `pairs` is how many were compared in all."""

    position: int
    time: str
    actor: str
    gaps: tuple[audit.Gap, ...]
    pairs: int


def run(desk: Desk, *, limit: int = 5, advance: Callable[[int], None] = lambda pairs: None) -> list[audit.Gap]:
    """Compare answers and descriptions for people who differ in one thing.

    The questions are asked of a desk with books of its own: no customer asked them, so none of them may stand among the
    customers' questions, in the shop's ledger or at its desk.

    Args:
        limit: products that are asked about.
        advance: told how many pairs were just compared.

    Raises:
        InputError: there is nothing to answer from.
    """
    held = list(desk.holdings.products.values())
    if not held and not desk.holdings.held:
        raise InputError("there is nothing to answer from", cure="Give --passages and --products, or import them")
    with tempfile.TemporaryDirectory(prefix="goodword-") as folder, open_store(Path(folder) / "audit.db") as apart:
        asked = audit.ask(replace(desk, store=apart), [p.sku for p in _spread(held, limit)])
        return audit.gaps(list(_followed([asked, audit.describe(held)], advance)))


def _spread(products: Sequence[Product], limit: int) -> list[Product]:
    """Products of different classes first, so that few stand for many."""
    first = list({p.product_class: p for p in reversed(products)}.values())[::-1]
    return [*first, *(p for p in products if p not in first)][:limit]


def _followed(parts: Iterable[Iterable[audit.Pair]], advance: Callable[[int], None]) -> Iterable[audit.Pair]:
    for part in parts:
        source = iter(part)
        while some := list(islice(source, _STEP)):
            advance(len(some))
            yield from some


def keep(conn: Connection, gaps: Sequence[audit.Gap], *, actor: str) -> int:
    """Record an audit; its position in the ledger."""
    rows = [
        {"job": g.job, "axis": g.axis, "pairs": g.share.of, "unlike": g.share.count,
         "examples": [{"lang": p.lang, "first": p.first, "second": p.second, "gap": p.gap} for p in g.examples]}
        for g in gaps
    ]  # fmt: skip
    return ledger.append(conn, KIND, SUBJECT, {"gaps": rows}, actor).position


def kept(conn: Connection, limit: int = 10) -> list[Kept]:
    """The last audits, newest first; one whose body was erased is left out."""
    found = ledger.entries(conn, subject=SUBJECT, newest=True, limit=limit)
    return [_read(e) for e in found if e.body is not None]


def _read(entry: ledger.Entry) -> Kept:
    raw = (entry.body or {}).get("gaps")
    rows = raw if isinstance(raw, list) else []
    gaps = tuple(
        audit.Gap(
            job=r["job"], axis=r["axis"], share=share(r["unlike"], r["pairs"]),
            examples=tuple(audit.Pair(job=r["job"], axis=r["axis"], **e) for e in r["examples"]),
        )
        for r in rows
    )  # fmt: skip
    return Kept(position=entry.position, time=entry.time, actor=entry.actor, gaps=gaps,
                pairs=sum(g.share.of for g in gaps))  # fmt: skip
