"""The catalogue as a list to look through: a page of products with how many facts and texts each has.

Pages follow the product number, so that a page stays the same page while products come and go.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, true

from goodword.store.codec import load
from goodword.store.stale import SUPERSEDED
from goodword.store.tables import DESK, FACTS, PRODUCTS, STATEMENTS
from goodword.types import Conflict, Statement

_PAGE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One product of a list. `stale` counts texts taken back because a fact changed."""

    sku: str
    title: str
    titles: Mapping[str, str]  # by language, where the shop gives it in several
    product_class: str
    changed: str
    facts: int
    conflicts: int
    released: int
    waiting: int
    stale: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some products in order; `before` and `after` name the product from which the neighbouring pages go on."""

    lines: tuple[Line, ...]
    total: int
    before: str | None
    after: str | None


def page(
    conn: Connection,
    *,
    find: str = "",
    product_class: str = "",
    clash: bool = False,
    after: str = "",
    before: str = "",
    limit: int = 50,
) -> Page:
    """One page of the products that fit.

    Args:
        find: part of a number, a title or a value.
        clash: only products with facts that contradict each other.
        after: go on behind this product; `before`: the page that ends before it.
    """
    wanted = _wanted(find, product_class, clash=clash)
    own = PRODUCTS.c.sku
    total = conn.execute(select(func.count()).select_from(PRODUCTS).where(wanted)).scalar_one()
    query = select(PRODUCTS).where(wanted).limit(limit)
    if before:
        rows = list(reversed(conn.execute(query.where(own < before).order_by(own.desc())).all()))
    else:
        rows = list(conn.execute(query.where(own > after).order_by(own)).all())
    if not rows:
        return Page(lines=(), total=total, before=None, after=None)
    first, last = rows[0].sku, rows[-1].sku
    return Page(
        lines=_lines(conn, rows), total=total,
        before=first if _any(conn, wanted & (own < first)) else None,
        after=last if _any(conn, wanted & (own > last)) else None,
    )  # fmt: skip


def skus(conn: Connection, *, find: str = "", product_class: str = "", clash: bool = False) -> list[str]:
    """The numbers of all products that fit, in order."""
    wanted = _wanted(find, product_class, clash=clash)
    return list(conn.execute(select(PRODUCTS.c.sku).where(wanted).order_by(PRODUCTS.c.sku)).scalars())


def titles(conn: Connection, some: Sequence[str]) -> dict[str, dict[str, str]]:
    """The titles of products by number and language."""
    wanted = FACTS.c.sku.in_(some) & (FACTS.c.key == "title") & FACTS.c.valid_until.is_(None)
    found: dict[str, dict[str, str]] = {}
    for row in conn.execute(select(FACTS.c.sku, FACTS.c.lang, FACTS.c.text).where(wanted).order_by(FACTS.c.ordinal)):
        found.setdefault(row.sku, {}).setdefault(row.lang, row.text)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """What a product is called, by language where the shop says it in several, and its class."""

    title: str
    titles: Mapping[str, str]
    product_class: str

    def inside(self, lang: str) -> str:
        """Its title for a reader of that language."""
        return self.titles.get(lang) or self.title


def names(conn: Connection, some: Sequence[str]) -> dict[str, Name]:
    """What products are called, by number."""
    called = titles(conn, some)
    own = PRODUCTS.c
    rows = conn.execute(select(own.sku, own.title, own.product_class).where(own.sku.in_(some)))
    return {r.sku: Name(title=r.title, titles=called.get(r.sku, {}), product_class=r.product_class) for r in rows}


def classes(conn: Connection) -> dict[str, int]:
    """How many products there are of each class."""
    rows = conn.execute(select(PRODUCTS.c.product_class, func.count().label("n")).group_by(PRODUCTS.c.product_class))
    return {r.product_class: r.n for r in sorted(rows, key=lambda r: r.product_class)}


def texts(conn: Connection) -> dict[str, int]:
    """How many texts there are: 'released', and 'stale' ones that were taken back."""
    gone = STATEMENTS.c.stale.is_not(None) & (STATEMENTS.c.stale_why != SUPERSEDED)
    count = select(func.count()).select_from(STATEMENTS)
    return {
        "released": conn.execute(count.where(STATEMENTS.c.stale.is_(None))).scalar_one(),
        "stale": conn.execute(count.where(gone)).scalar_one(),
    }


def live(conn: Connection) -> Iterator[Statement]:
    """Every text that is written for a place and may be shown, in order of its product, streamed."""
    own, last = STATEMENTS.c, ("", 0)
    while True:
        behind = or_(own.sku > last[0], (own.sku == last[0]) & (own.ledger > last[1]))
        query = select(own.sku, own.ledger, own.body).where(own.stale.is_(None), own.channel != "answer", behind)
        rows = conn.execute(query.order_by(own.sku, own.ledger).limit(_PAGE)).all()
        if not rows:
            return
        yield from (load(Statement, r.body) for r in rows)
        last = (rows[-1].sku, rows[-1].ledger)


def _wanted(find: str, product_class: str, *, clash: bool) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = true()
    for word in find.split():
        like = f"%{_plain(word)}%"
        said = select(FACTS.c.sku).where(FACTS.c.text.ilike(like, escape="\\"), FACTS.c.valid_until.is_(None))
        wanted &= or_(PRODUCTS.c.sku.ilike(like, escape="\\"), PRODUCTS.c.title.ilike(like, escape="\\"),
                      PRODUCTS.c.sku.in_(said))  # fmt: skip
    if product_class:
        wanted &= PRODUCTS.c.product_class == product_class
    if clash:
        wanted &= PRODUCTS.c.conflicts != "[]"
    return wanted


def _plain(word: str) -> str:
    """A word in which % and _ mean themselves."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _any(conn: Connection, wanted: ColumnElement[bool]) -> bool:
    return conn.execute(select(PRODUCTS.c.sku).where(wanted).limit(1)).first() is not None


def _lines(conn: Connection, rows: Sequence[Row[tuple[str, ...]]]) -> tuple[Line, ...]:
    some = [r.sku for r in rows]
    facts = _count(conn, FACTS.c.sku, FACTS.c.sku.in_(some) & FACTS.c.valid_until.is_(None))
    mine = STATEMENTS.c.sku.in_(some)
    live = _count(conn, STATEMENTS.c.sku, mine & STATEMENTS.c.stale.is_(None))
    gone = STATEMENTS.c.stale.is_not(None) & (STATEMENTS.c.stale_why != SUPERSEDED)
    stale = _count(conn, STATEMENTS.c.sku, mine & gone)
    held = _count(conn, DESK.c.sku, DESK.c.sku.in_(some) & (DESK.c.state == "waiting"))
    names = titles(conn, some)
    return tuple(
        Line(sku=r.sku, title=r.title, titles=names.get(r.sku, {}), product_class=r.product_class, changed=r.changed,
             facts=facts.get(r.sku, 0), conflicts=len(load(tuple[Conflict, ...], r.conflicts)),
             released=live.get(r.sku, 0), waiting=held.get(r.sku, 0), stale=stale.get(r.sku, 0))
        for r in rows
    )  # fmt: skip


def _count(conn: Connection, by: ColumnElement[str], wanted: ColumnElement[bool]) -> dict[str, int]:
    rows = conn.execute(select(by.label("sku"), func.count().label("n")).where(wanted).group_by(by))
    return {r.sku: r.n for r in rows}
