"""Words in the ledger's bodies, looked for from the newest entry back, a stretch at a time.

Bodies may be erased for good, so no index holds their words; a search looks through as many as its time allows, says
how far it came, and goes on from there when asked.
"""

from dataclasses import dataclass
from time import perf_counter

from sqlalchemy import Connection

from goodword.store import ledger
from goodword.store.ledger import Entry

_FIRST, _MOST = 2_000, 20_000  # entries in a stretch
SECONDS = 0.15


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Entries, the newest first. All from `reached` on were looked through; 1: there is nothing before."""

    entries: tuple[Entry, ...]
    reached: int


def search(
    conn: Connection, words: str, *, kind: str | None = None, subject: str | None = None, actor: str | None = None,
    since: str | None = None, until: str | None = None, before: int | None = None, limit: int = 40,
    seconds: float = SECONDS,
) -> Found:  # fmt: skip
    """Entries whose body holds these words, whatever their case.

    Args:
        before: only entries ahead of this position.
        limit: at most so many; `reached` is then the last of them.
        seconds: no new stretch is begun after that.
    """
    head = ledger.head(conn)
    high = min(before, head.position + 1) if before is not None and head else head.position + 1 if head else 1
    found: list[Entry] = []
    size, began = _FIRST, perf_counter()
    while high > 1:
        low = max(high - size, 1)
        found += ledger.entries(conn, text=words, kind=kind, subject=subject, actor=actor, since=since, until=until,
                                after=low - 1, before=high, limit=limit - len(found), newest=True)  # fmt: skip
        if len(found) == limit:
            return Found(entries=tuple(found), reached=found[-1].position)
        high, size = low, min(2 * size, _MOST)
        if perf_counter() - began > seconds:
            break
    return Found(entries=tuple(found), reached=high)
