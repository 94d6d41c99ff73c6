"""The ledger: an append-only chain of hashes whose bodies can be erased without breaking it.

An entry's hash covers its header: position, time, kind, subject, actor, the digest of its body and the hash of
the entry before. The body lies apart with a random salt; both can be erased, the digest stays, and the salt
being gone nobody can find the body by guessing. An erasure is itself an entry, which names the erased one.
docs/design/ledger.md has the format; `chain` is that format without a database.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, cast, delete, func, insert, or_, select
from sqlalchemy import text as sql

from goodword.errors import DataError, InputError
from goodword.store.chain import ERASED, GENESIS, Anchor, Link, Verification, header, verify_links
from goodword.store.codec import canonical, now, storable
from goodword.store.tables import BODIES, LEDGER

_LOCK = int.from_bytes(b"gw-chain")
_PAGE = 2000
_HASHED = ("time", "kind", "subject", "actor", "body_digest", "prev_hash", "hash")

# Built once: on the way of every released text.
_LAST = select(LEDGER.c.position, LEDGER.c.hash).order_by(LEDGER.c.position.desc()).limit(1)
_NEW_ENTRY, _NEW_BODY = insert(LEDGER), insert(BODIES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One event. Digests and hashes are hex; `body` is None once erased."""

    position: int  # from 1, without gaps
    time: str
    kind: str
    subject: str
    actor: str
    body_digest: str
    prev_hash: str
    hash: str
    body: Mapping[str, object] | None = None


def append(conn: Connection, kind: str, subject: str, body: Mapping[str, object], actor: str) -> Entry:
    """Add one event at the end, in the caller's write transaction.

    From here to the commit no other process appends, so the chain never forks.

    Raises:
        InputError: the body is not plain JSON data, or a text cannot be stored.
    """
    for what, word in (("the kind", kind), ("the subject", subject), ("the actor", actor)):
        storable(word, f"{what} of a ledger entry")
    raw, salt, time = canonical(body), secrets.token_bytes(32), now()
    last, prev = _last(conn)
    position, digest = last + 1, hashlib.sha256(salt + raw).digest()
    head = header(position, time.encode(), kind.encode(), subject.encode(), actor.encode(), digest, prev)
    own = hashlib.sha256(head).digest()
    row = {
        "position": position, "time": time, "kind": kind, "subject": subject, "actor": actor,
        "body_digest": digest, "prev_hash": prev, "hash": own,
    }  # fmt: skip
    conn.execute(_NEW_ENTRY, row)
    conn.execute(_NEW_BODY, {"position": position, "salt": salt, "body": raw})
    return Entry(
        position=position, time=time, kind=kind, subject=subject, actor=actor,
        body_digest=digest.hex(), prev_hash=prev.hex(), hash=own.hex(), body=body,
    )  # fmt: skip


def _last(conn: Connection) -> tuple[int, bytes]:
    if conn.dialect.name == "postgresql":
        # A statement of its own: the next one then sees what the holder before us committed.
        conn.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    row = conn.execute(_LAST).first()
    return (row.position, row.hash) if row else (0, GENESIS)


def erase(conn: Connection, position: int, why: str, actor: str) -> Entry:
    """Erase the body and salt of one entry for good, and record that.

    The text may also stand in statements, the desk and backups; erasing those is the caller's.

    Raises:
        InputError: no such entry, or its body is already erased.
    """
    entry = get(conn, position)
    if entry.body is None:
        raise InputError("its body is already erased", where=f"ledger entry {position}")
    record = append(conn, ERASED, f"ledger/{position}", {"position": position, "why": why}, actor)
    conn.execute(delete(BODIES).where(BODIES.c.position == position))
    return record


def get(conn: Connection, position: int) -> Entry:
    """One entry.

    Raises:
        InputError: no such entry.
    """
    row = conn.execute(_entries().where(LEDGER.c.position == position)).first()
    if row is None:
        raise InputError(f"the ledger has no entry {position}", cure="See: goodword ledger show")
    return _entry(row)


def head(conn: Connection) -> Entry | None:
    """The last entry; None while the ledger is empty."""
    row = conn.execute(_entries().order_by(LEDGER.c.position.desc()).limit(1)).first()
    return _entry(row) if row else None


def entries(
    conn: Connection,
    *,
    kind: str | None = None,
    subject: str | None = None,
    actor: str | None = None,
    text: str | None = None,
    since: str | None = None,
    until: str | None = None,
    after: int = 0,
    before: int | None = None,
    limit: int | None = None,
    newest: bool = False,
) -> Iterator[Entry]:
    """Entries in order, streamed.

    Args:
        subject: this subject, or with a trailing '*' all that begin so ('SKU-1/*').
        text: only those whose body holds these words, whatever their case; every body is looked through, so a page
            that must not wait uses `ledger_find.search`.
        since: ISO 8601 time, inclusive; `until` exclusive.
        after: only entries behind this position; `before` only those ahead of it.
        newest: newest first.
    """
    query = _entries()
    query = query.where(LEDGER.c.kind == kind) if kind else query
    query = query.where(LEDGER.c.actor == actor) if actor else query
    query = query.where(LEDGER.c.time >= since) if since else query
    query = query.where(LEDGER.c.time < until) if until else query
    query = query.where(LEDGER.c.position < before) if before is not None else query
    query = query.where(_holds(conn, text)) if text else query
    if subject and subject.endswith("*"):
        query = query.where(LEDGER.c.subject.startswith(subject[:-1], autoescape=True))
    elif subject:
        query = query.where(LEDGER.c.subject == subject)
    return _pages(conn, query, after, limit, newest)


def _holds(conn: Connection, words: str) -> ColumnElement[bool]:
    """Bodies are bytes of JSON, so words are looked for as they are written there.

    Both databases fold the case of ASCII letters alone, so other letters are looked for as given and in either case.
    """
    if conn.dialect.name == "sqlite":
        said = func.lower(cast(BODIES.c.body, Text))
    else:
        said = func.lower(func.convert_from(BODIES.c.body, "UTF8"))
    spelled = dict.fromkeys(_ascii_lower(w) for w in (words, words.lower(), words.upper(), words.title()))
    written = (canonical(w)[1:-1].decode() for w in spelled)
    find = func.instr if conn.dialect.name == "sqlite" else func.strpos
    return or_(*(find(said, w) > 0 for w in written))


def _ascii_lower(words: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in words)


def kinds(conn: Connection) -> tuple[str, ...]:
    """Every kind of entry there is; from one to the next in the index, however many entries there are."""
    return tuple(row[0] for row in conn.execute(sql(_KINDS)) if row[0] is not None)


_KINDS = """WITH RECURSIVE found (kind) AS (SELECT min(kind) FROM ledger
    UNION ALL SELECT (SELECT min(e.kind) FROM ledger e WHERE e.kind > found.kind) FROM found
    WHERE found.kind IS NOT NULL)
    SELECT kind FROM found"""


def _pages(
    conn: Connection, query: Select[*tuple[object, ...]], edge: int, limit: int | None, newest: bool
) -> Iterator[Entry]:
    # Page by page rather than one cursor: bounded memory on both databases, and the caller may write in between.
    position, low, left = LEDGER.c.position, edge, limit
    high: int | None = None
    while left is None or left > 0:
        page = query.where(position > low) if high is None else query.where(position > low, position < high)
        size = _PAGE if left is None else min(_PAGE, left)
        rows = conn.execute(page.order_by(position.desc() if newest else position).limit(size)).all()
        for row in rows:
            yield _entry(row)
        if len(rows) < size:
            return
        left = None if left is None else left - len(rows)
        low, high = (low, rows[-1].position) if newest else (rows[-1].position, None)


def _entries() -> Select[*tuple[object, ...]]:
    return select(LEDGER, BODIES.c.body).outerjoin(BODIES, BODIES.c.position == LEDGER.c.position)


def _entry(row: Row[*tuple[object, ...]]) -> Entry:
    return Entry(
        position=row.position, time=row.time, kind=row.kind, subject=row.subject, actor=row.actor,
        body_digest=row.body_digest.hex(), prev_hash=row.prev_hash.hex(), hash=row.hash.hex(),
        body=None if row.body is None else json.loads(row.body),
    )  # fmt: skip


def anchor(conn: Connection) -> Anchor:
    """The present head."""
    row = conn.execute(sql("SELECT position, hash FROM ledger ORDER BY position DESC LIMIT 1")).first()
    return Anchor(position=row.position, hash=bytes(row.hash).hex()) if row else Anchor(position=0, hash=GENESIS.hex())


def length(conn: Connection) -> int:
    """How many entries there are: the position of the last."""
    return anchor(conn).position


def verify(
    conn: Connection, *, anchor: Anchor | None = None, advance: Callable[[int], None] | None = None
) -> Verification:
    """Check the whole ledger of a store, streaming.

    Args:
        anchor: a head kept elsewhere; the ledger must still contain it.
        advance: called with how many entries more were read. May raise, to stop.
    """
    links = _links(conn) if advance is None else _told(_links(conn), advance)
    found = verify_links(links, anchor=anchor)
    if found.broken is not None or conn.execute(sql("SELECT count(*) FROM ledger_bodies")).scalar() == found.bodies:
        return found
    stray = conn.execute(sql(_STRAY)).scalar()
    if stray is None:  # only a longer ledger than a moment ago
        return found
    return replace(found, ok=False, broken=stray, reason=f"there is a body for position {stray}, which has no entry")


def _told(links: Iterator[Link], advance: Callable[[int], None]) -> Iterator[Link]:
    for number, link in enumerate(links, 1):
        if number % _PAGE == 0:
            advance(_PAGE)
        yield link


_STRAY = """SELECT min(b.position) FROM ledger_bodies b
    WHERE NOT EXISTS (SELECT 1 FROM ledger e WHERE e.position = b.position)"""


def _links(conn: Connection) -> Iterator[Link]:
    """Rows as raw bytes, so that text which is no longer text is found and not tripped over.

    Straight from the driver's cursor: verification is bound by what each row costs.

    Raises:
        DataError: the database cannot read its own pages.
    """
    sqlite = conn.dialect.name == "sqlite"
    cast = "CAST({} AS BLOB)" if sqlite else "{}"
    columns = ", ".join(cast.format(c) for c in [*(f"e.{name}" for name in _HASHED), "b.salt", "b.body"])
    query = (
        f"SELECT e.position, {columns} FROM ledger e "  # noqa: S608 - names from the constants above
        "LEFT JOIN ledger_bodies b ON b.position = e.position ORDER BY e.position"
    )
    driver: Any = conn.connection.driver_connection
    cursor = driver.cursor() if sqlite else driver.cursor(name="goodword_links", binary=True)
    try:
        cursor.execute(query)
        if sqlite:
            yield from cursor
        else:
            cursor.itersize = _PAGE
            for n, time, kind, subject, actor, *rest in cursor:
                yield n, time.encode(), kind.encode(), subject.encode(), actor.encode(), *rest
    except conn.dialect.loaded_dbapi.Error as error:
        raise DataError(f"the database cannot read it ({error})") from error
    finally:
        cursor.close()


def export(conn: Connection) -> Iterator[str]:
    """Every entry as one line of JSON with all that is needed to verify it elsewhere."""
    for position, time, kind, subject, actor, digest, prev, own, salt, body in _links(conn):
        line: dict[str, object] = {
            "position": position, "time": time.decode(), "kind": kind.decode(), "subject": subject.decode(),
            "actor": actor.decode(), "body_digest": digest.hex(), "prev_hash": prev.hex(), "hash": own.hex(),
        }  # fmt: skip
        if salt is not None and body is not None:
            line |= {"salt": salt.hex(), "body": body.decode()}
        yield canonical(line).decode()
