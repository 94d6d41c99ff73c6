"""Passages kept in the store, imported or given by a person, with every version; and the vectors of texts.

The store knows a passage as an id and a JSON body; `jobs.asking.shelf` gives it meaning.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from goodword.store.codec import canonical, load, now, storable
from goodword.store.tables import PASSAGES, STATEMENT_FACTS, VECTORS

Body = dict[str, object]
_CHUNK = 500


def put(conn: Connection, bodies: Mapping[str, Mapping[str, object]], origin: str) -> tuple[int, int]:
    """Keep passages by id; one that says something else becomes a new version. How many were new, how many changed."""
    fresh, changed = put_named(conn, bodies, origin)
    return len(fresh), len(changed)


def put_named(conn: Connection, bodies: Mapping[str, Mapping[str, object]], origin: str) -> tuple[list[str], list[str]]:
    """As `put`; the ids of those that were new, and of those that changed."""
    fresh: list[str] = []
    changed: list[str] = []
    for name, body in bodies.items():
        storable(name, "a passage's id")
        raw = canonical(body).decode()
        live = (PASSAGES.c.id == name) & PASSAGES.c.ended.is_(None)
        old = conn.execute(select(PASSAGES.c.body, PASSAGES.c.version).where(live)).first()
        if old is not None and _said(load(Body, old.body)) == _said(body):
            continue
        last = conn.execute(select(func.max(PASSAGES.c.version)).where(PASSAGES.c.id == name)).scalar() or 0
        conn.execute(update(PASSAGES).where(live).values(ended=now()))
        conn.execute(insert(PASSAGES).values(id=name, version=last + 1, body=raw, origin=origin, saved=now()))
        (changed if last else fresh).append(name)
    return fresh, changed


def _said(body: Mapping[str, object]) -> bytes:
    """A body without where it was read: another line of the same file may change, and this one says the same."""
    inner = body.get("passage")
    kept = {k: v for k, v in inner.items() if k != "source"} if isinstance(inner, Mapping) else inner
    return canonical({**body, "passage": kept})


def link(conn: Connection, statement_id: str, names: Sequence[str]) -> None:
    """Remember which passages of the store an answer rests on, in the version that holds now."""
    own = PASSAGES.c
    found = select(own.id, own.version).where(own.id.in_(list(dict.fromkeys(names))), own.ended.is_(None))
    rows = [{"fact_id": r.id, "version": r.version, "statement_id": statement_id} for r in conn.execute(found)]
    if rows:
        conn.execute(insert(STATEMENT_FACTS), rows)


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
