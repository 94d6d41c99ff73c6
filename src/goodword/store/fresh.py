"""Whether what was read of the store still holds: one mark over all that answers and lists may rest on."""

from sqlalchemy import Connection, func, select

from goodword.store.tables import PASSAGES, PRODUCTS, STATEMENTS

_LATEST = tuple(
    select(func.max(column))
    for column in (PRODUCTS.c.changed, PASSAGES.c.saved, PASSAGES.c.ended, STATEMENTS.c.stale)
)  # fmt: skip


def mark(conn: Connection) -> tuple[str, ...]:
    """Equal to an earlier mark where no product, passage or statement was added, changed or taken back since."""
    return tuple(str(conn.execute(query).scalar() or "") for query in _LATEST)


def catalogue_mark(conn: Connection) -> tuple[str, ...]:
    """Equal to an earlier mark where no product was added or changed since; none is ever deleted."""
    return (str(conn.execute(_LATEST[0]).scalar() or ""),)
