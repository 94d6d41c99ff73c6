"""What models answered, by hash of what they were asked: an unchanged prompt costs no model call."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from goodword.store.codec import canonical, load, now
from goodword.store.tables import COMPLETIONS

_CHUNK = 500
Body = dict[str, object]


def get(conn: Connection, keys: Sequence[str]) -> dict[str, Body]:
    """The answers that are known, by key. Numbers with a fraction come back as strings."""
    found: dict[str, Body] = {}
    for start in range(0, len(keys), _CHUNK):
        rows = conn.execute(select(COMPLETIONS).where(COMPLETIONS.c.key.in_(keys[start : start + _CHUNK])))
        found |= {row.key: load(Body, row.body) for row in rows}
    return found


def put(conn: Connection, answers: Mapping[str, Mapping[str, object]]) -> None:
    """Keep answers; a newer one to the same question takes the place of the older."""
    rows = [{"key": key, "body": canonical(body).decode(), "saved": now()} for key, body in sorted(answers.items())]
    for start in range(0, len(rows), _CHUNK):
        page = rows[start : start + _CHUNK]
        conn.execute(delete(COMPLETIONS).where(COMPLETIONS.c.key.in_([row["key"] for row in page])))
        conn.execute(insert(COMPLETIONS), page)
