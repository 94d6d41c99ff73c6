"""Passages kept in the store, imported or given by a person, with every version; and the vectors of texts.

The store knows a passage as an id and a JSON body; `jobs.asking.shelf` gives it meaning.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from goodword.store.codec import canonical, load, now, storable
from goodword.store.tables import PASSAGES, VECTORS

Body = dict[str, object]
_CHUNK = 500


def put(conn: Connection, bodies: Mapping[str, Mapping[str, object]], origin: str) -> tuple[int, int]:
    """Keep passages by id; one that says something else becomes a new version. How many were new, how many changed."""
    fresh = changed = 0
    for name, body in bodies.items():
        storable(name, "a passage's id")
        raw = canonical(body).decode()
        live = (PASSAGES.c.id == name) & PASSAGES.c.ended.is_(None)
        old = conn.execute(select(PASSAGES.c.body, PASSAGES.c.version).where(live)).first()
        if old is not None and old.body == raw:
            continue
        last = conn.execute(select(func.max(PASSAGES.c.version)).where(PASSAGES.c.id == name)).scalar() or 0
        conn.execute(update(PASSAGES).where(live).values(ended=now()))
        conn.execute(insert(PASSAGES).values(id=name, version=last + 1, body=raw, origin=origin, saved=now()))
        fresh, changed = fresh + (last == 0), changed + (last > 0)
    return fresh, changed


def end(conn: Connection, names: Sequence[str]) -> int:
    """Passages that hold no more; their versions stay. How many there were."""
    live = PASSAGES.c.id.in_(list(names)) & PASSAGES.c.ended.is_(None)
    return conn.execute(update(PASSAGES).where(live).values(ended=now())).rowcount


def current(conn: Connection) -> dict[str, Body]:
    """The current version of every passage."""
    rows = conn.execute(
        select(PASSAGES.c.id, PASSAGES.c.body).where(PASSAGES.c.ended.is_(None)).order_by(PASSAGES.c.id)
    )
    return {r.id: load(Body, r.body) for r in rows}


def versions(conn: Connection, name: str) -> list[tuple[int, str, str | None, Body]]:
    """Every version of a passage: its number, from when, until when, and what it said."""
    rows = conn.execute(select(PASSAGES).where(PASSAGES.c.id == name).order_by(PASSAGES.c.version))
    return [(r.version, r.saved, r.ended, load(Body, r.body)) for r in rows]


def vectors(conn: Connection, keys: Sequence[str]) -> dict[str, bytes]:
    """Vectors made before, by hash of encoder and text."""
    found: dict[str, bytes] = {}
    for start in range(0, len(keys), _CHUNK):
        rows = conn.execute(select(VECTORS).where(VECTORS.c.key.in_(keys[start : start + _CHUNK])))
        found |= {r.key: bytes(r.body) for r in rows}
    return found


def put_vectors(conn: Connection, made: Mapping[str, bytes]) -> None:
    """Keep vectors."""
    rows = [{"key": key, "body": body} for key, body in sorted(made.items())]
    for start in range(0, len(rows), _CHUNK):
        page = rows[start : start + _CHUNK]
        conn.execute(delete(VECTORS).where(VECTORS.c.key.in_([r["key"] for r in page])))
        conn.execute(insert(VECTORS), page)
