"""What the shop holds: products and their facts, with every version a fact ever had.

A fact gets a new version when what it says changes (name, text, value, language), not when it moves to another
row of the file: then only its place is refreshed. Its old versions stay, with the time until which they held.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, get_args

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from goodword.errors import InputError
from goodword.store.codec import canonical, dump, load, now, sha256, storable
from goodword.store.tables import FACTS, PRODUCTS
from goodword.types import Conflict, Fact, Product, Source, Value

_KINDS: dict[str, Any] = {kind.__name__: kind for kind in get_args(Value)}
_SAYS = ("key", "name", "text", "value_kind", "value", "lang", "derived")  # what a version is made of
_PAGE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What putting a product changed: ids of facts."""

    sku: str
    content_hash: str
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether any fact came, went or changed."""
        return bool(self.new or self.changed or self.removed)


@dataclass(frozen=True, kw_only=True, slots=True)
class FactVersion:
    """One version of a fact and when it held; `valid_until` is None for the current one."""

    fact: Fact
    valid_from: str
    valid_until: str | None


def content_hash(product: Product) -> str:
    """Hash of what a product says; places, times and versions do not count. The ground of a cache key."""
    return _content_hash(product, [_columns(f, n) for n, f in enumerate(product.facts)])


def _content_hash(product: Product, rows: list[dict[str, Any]]) -> str:
    said = [[row["id"], *(row[c] for c in _SAYS)] for row in rows]
    clash = [[c.key, *c.facts, c.reason] for c in product.conflicts]
    return sha256(canonical([product.sku, product.title, product.lang, product.product_class, said, clash]))


def put(conn: Connection, product: Product) -> Change:
    """Store what is now held about a product, in the caller's write transaction. Fact versions are set here.

    Raises:
        InputError: a text cannot be stored, two facts share an id, or a fact is of another product.
    """
    rows = [_columns(fact, n) for n, fact in enumerate(product.facts)]
    ids = tuple(_checked(product))
    said = _content_hash(product, rows)
    places = sha256(canonical([_place(product.source), *(_place(f.source) for f in product.facts)]))
    old = conn.execute(
        select(PRODUCTS.c.content_hash, PRODUCTS.c.places_hash).where(PRODUCTS.c.sku == product.sku)
    ).first()
    if old and (old.content_hash, old.places_hash) == (said, places):
        return Change(sku=product.sku, content_hash=said, unchanged=ids)
    values = {
        "sku": product.sku, "title": product.title, "lang": product.lang, "product_class": product.product_class,
        "source": dump(Source, product.source), "conflicts": dump(tuple[Conflict, ...], product.conflicts),
        "content_hash": said, "places_hash": places, "changed": now(),
    }  # fmt: skip
    if old:
        conn.execute(update(PRODUCTS).where(PRODUCTS.c.sku == product.sku).values(values))
    else:
        conn.execute(insert(PRODUCTS).values(values))
    return _put_facts(conn, product.sku, said, rows)


def _put_facts(conn: Connection, sku: str, said: str, rows: list[dict[str, Any]]) -> Change:
    time = now()
    current, last = _known(conn, sku)
    fresh: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    ended: list[str] = []
    new: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    for row in rows:
        before = current.pop(row["id"], None)
        if before is not None and all(getattr(before, c) == row[c] for c in _SAYS):
            unchanged.append(row["id"])
            moved.append({"b_id": row["id"], **{c: row[c] for c in ("ordinal", "source", "start_at", "end_at")}})
            continue
        (new if before is None else changed).append(row["id"])
        ended += [row["id"]] if before is not None else []
        fresh.append(row | {"version": last.get(row["id"], 0) + 1, "valid_from": time})
    ended += current
    _end(conn, ended, time)
    if moved:
        live = (FACTS.c.id == bindparam("b_id")) & FACTS.c.valid_until.is_(None)
        conn.execute(update(FACTS).where(live), moved)
    if fresh:
        conn.execute(insert(FACTS), fresh)
    return Change(
        sku=sku, content_hash=said, new=tuple(new), changed=tuple(changed), unchanged=tuple(unchanged),
        removed=tuple(current),
    )  # fmt: skip


def _known(conn: Connection, sku: str) -> tuple[dict[str, Row[Any]], dict[str, int]]:
    """The current facts of a product, and the last version of each fact it ever had."""
    current, last = {}, {}
    for row in conn.execute(select(FACTS).where(FACTS.c.sku == sku).order_by(FACTS.c.version)):
        last[row.id] = row.version
        if row.valid_until is None:
            current[row.id] = row
    return current, last


def _end(conn: Connection, ids: Sequence[str], time: str) -> None:
    if ids:
        over = (FACTS.c.id == bindparam("b_id")) & FACTS.c.valid_until.is_(None)
        conn.execute(update(FACTS).where(over).values(valid_until=time), [{"b_id": name} for name in ids])


def get(conn: Connection, sku: str) -> Product | None:
    """The product with its current facts; None if the shop does not hold it."""
    return next(products(conn, [sku]), None)


def products(
    conn: Connection, skus: Iterable[str] | None = None, *, keys: Collection[str] | None = None
) -> Iterator[Product]:
    """Products with their current facts, in order of sku, streamed.

    Args:
        skus: only these; unknown ones are left out.
        keys: only facts of these keys.
    """
    if skus is not None:
        wanted = sorted(set(skus))
        for start in range(0, len(wanted), _PAGE):
            yield from _page(conn, PRODUCTS.c.sku.in_(wanted[start : start + _PAGE]), keys)[1]
        return
    last: str | None = ""
    while last is not None:
        last, page = _page(conn, PRODUCTS.c.sku > last, keys)
        yield from page


def brands(conn: Connection) -> tuple[str, ...]:
    """The brands that the shop sells."""
    live = (FACTS.c.key == "brand") & FACTS.c.valid_until.is_(None)
    return tuple(conn.execute(select(FACTS.c.text).distinct().where(live).order_by(FACTS.c.text)).scalars())


def _page(conn: Connection, wanted: Any, keys: Collection[str] | None = None) -> tuple[str | None, Iterator[Product]]:
    heads = conn.execute(select(PRODUCTS).where(wanted).order_by(PRODUCTS.c.sku).limit(_PAGE)).all()
    if not heads:
        return None, iter(())
    of_page = FACTS.c.sku.in_([h.sku for h in heads]) & FACTS.c.valid_until.is_(None)
    if keys is not None:
        of_page &= FACTS.c.key.in_(sorted(keys))
    rows = conn.execute(select(FACTS).where(of_page).order_by(FACTS.c.sku, FACTS.c.ordinal))
    facts = {sku: tuple(_fact(r) for r in group) for sku, group in groupby(rows, key=lambda r: r.sku)}
    return heads[-1].sku, (_product(head, facts.get(head.sku, ())) for head in heads)


def page(conn: Connection, *, after: str = "", limit: int = 100, search: str = "") -> list[Product]:
    """Some products in order of sku.

    Args:
        after: only those behind this sku.
        search: only those with this in their sku or title.
    """
    wanted = PRODUCTS.c.sku > after
    if search:
        wanted &= PRODUCTS.c.sku.icontains(search, autoescape=True) | PRODUCTS.c.title.icontains(
            search, autoescape=True
        )
    skus = conn.execute(select(PRODUCTS.c.sku).where(wanted).order_by(PRODUCTS.c.sku).limit(limit)).scalars().all()
    return list(products(conn, skus))


def count(conn: Connection) -> int:
    """How many products the shop holds."""
    return conn.execute(select(func.count()).select_from(PRODUCTS)).scalar_one()


def versions(conn: Connection, fact_id: str) -> tuple[FactVersion, ...]:
    """All versions of a fact, oldest first; empty if there never was such a fact."""
    rows = conn.execute(select(FACTS).where(FACTS.c.id == fact_id).order_by(FACTS.c.version))
    return tuple(FactVersion(fact=_fact(r), valid_from=r.valid_from, valid_until=r.valid_until) for r in rows)


def conflicts(conn: Connection) -> Iterator[Conflict]:
    """Every pair of facts that cannot both hold, in order of sku."""
    query = select(PRODUCTS.c.conflicts).where(PRODUCTS.c.conflicts != "[]").order_by(PRODUCTS.c.sku)
    for text in conn.execute(query).scalars():
        yield from load(tuple[Conflict, ...], text)


def _checked(product: Product) -> Iterator[str]:
    if not storable(product.sku, "a product's sku"):
        raise InputError("a product needs a sku", where=product.source.uri, cure="Fill the column that names it")
    seen: set[str] = set()
    for fact in product.facts:
        if fact.id in seen:
            raise InputError(f"two facts have the id {fact.id!r}", where=product.source.uri)
        if fact.sku != product.sku:
            raise InputError(f"fact {fact.id!r} is of {fact.sku!r}, not of {product.sku!r}", where=product.source.uri)
        seen.add(fact.id)
        yield fact.id


def _columns(fact: Fact, ordinal: int) -> dict[str, Any]:
    for what, text in (("id", fact.id), ("name", fact.name), ("value", fact.text)):
        storable(text, f"the {what} of a fact of {fact.sku!r}")
    kind: type[object] = type(fact.value)
    return {
        "id": fact.id, "sku": fact.sku, "ordinal": ordinal, "key": fact.key, "name": fact.name, "text": fact.text,
        "value_kind": kind.__name__, "value": dump(kind, fact.value), "lang": fact.lang,
        "source": dump(Source, fact.source), "start_at": fact.start, "end_at": fact.end, "derived": fact.derived,
    }  # fmt: skip


def _place(source: Source) -> list[object]:
    return [source.uri, source.locator, source.row, source.field]


def _fact(row: Row[Any]) -> Fact:
    return Fact(
        id=row.id, sku=row.sku, key=row.key, name=row.name, text=row.text, lang=row.lang,
        value=load(_KINDS[row.value_kind], row.value), source=load(Source, row.source),
        start=row.start_at, end=row.end_at, version=row.version,
        derived=row.derived,
    )  # fmt: skip


def _product(row: Row[Any], facts: tuple[Fact, ...]) -> Product:
    return Product(
        sku=row.sku, title=row.title, lang=row.lang, product_class=row.product_class, facts=facts,
        source=load(Source, row.source), conflicts=load(tuple[Conflict, ...], row.conflicts),
    )  # fmt: skip
