"""The chain of the ledger, apart from any database: its format, and how to tell whether it is whole.

Every entry is read once, every hash recomputed, the first broken link named. What no chain can show by itself
is a cut-off tail: keep an `Anchor` somewhere else, and compare with it. Format: docs/design/ledger.md.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from goodword.errors import DataError, InputError
from goodword.store.codec import canonical

FORMAT = b"goodword-ledger-1"
GENESIS = bytes(32)
ERASED = "erased"  # kind of the entry that records an erasure
# position, time, kind, subject, actor, body_digest, prev_hash, hash, salt, body
Link = tuple[int, bytes, bytes, bytes, bytes, bytes, bytes, bytes, bytes | None, bytes | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """The head of the ledger at some moment, to be kept outside it."""

    position: int
    hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """What a check of the whole ledger found. `broken` is the position of the first bad link."""

    ok: bool
    length: int  # entries that were read and hold
    head: str  # hash of the last of them
    bodies: int = 0  # of them still there
    erased: int = 0
    broken: int | None = None
    reason: str = ""


def header(position: int, time: bytes, kind: bytes, subject: bytes, actor: bytes, digest: bytes, prev: bytes) -> bytes:
    """The bytes an entry's hash is taken of. Lengths stand before texts, so no two headers read the same."""
    return b"%b,%d,%d:%b,%d:%b,%d:%b,%d:%b,%b%b" % (
        FORMAT, position, len(time), time, len(kind), kind, len(subject), subject, len(actor), actor, digest, prev,
    )  # fmt: skip


def anchor_line(point: Anchor) -> str:
    """An anchor as one line of JSON, for a file, a mail or a public place."""
    return canonical({"format": FORMAT.decode(), "position": point.position, "hash": point.hash}).decode()


def read_anchor(line: str) -> Anchor:
    """The anchor that `anchor_line` wrote.

    Raises:
        InputError: it is something else.
    """
    try:
        body = json.loads(line)
        point = Anchor(position=int(body["position"]), hash=bytes.fromhex(body["hash"]).hex())
        known = body["format"] == FORMAT.decode() and point.position >= 0
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(
            "this is not an anchor of a ledger", cure="Give what `goodword ledger anchor` wrote"
        ) from error
    if not known:
        raise InputError(
            f"this anchor has the format {body['format']!r}", cure=f"This Goodword reads {FORMAT.decode()}"
        )
    return point


@dataclass(slots=True)
class _Walk:
    """Where a check stands."""

    length: int = 0
    head: bytes = GENESIS
    missing: set[int] = field(default_factory=set)  # bodies not there, and no erasure seen so far
    erased: set[int] = field(default_factory=set)
    back: set[int] = field(default_factory=set)  # erased, and there again


def verify_links(links: Iterable[Link], *, anchor: Anchor | None = None) -> Verification:
    """Check links in order, wherever they come from."""
    walk = _Walk()
    try:
        reason = _follow(links, walk, anchor)
        broken = walk.length + 1
    except DataError as error:
        reason, broken = str(error), walk.length + 1
    except TypeError:  # a cell was emptied: NULL where bytes should be
        reason, broken = "it has an empty cell", walk.length + 1
    if not reason and walk.missing | walk.back:
        broken = min(walk.missing | walk.back)
        gone = broken in walk.missing
        reason = "its body is gone and no erasure is recorded" if gone else "its body was erased and is there again"
    if not reason and anchor and anchor.position > walk.length:
        reason = f"the ledger ends here; the anchor has seen {anchor.position} entries"
    return Verification(
        ok=not reason, length=walk.length, head=walk.head.hex(),
        bodies=walk.length - len(walk.missing) - len(walk.erased), erased=len(walk.erased),
        broken=broken if reason else None, reason=reason,
    )  # fmt: skip


def _follow(links: Iterable[Link], walk: _Walk, anchor: Anchor | None) -> str:
    """Walk the chain; what is wrong with the link after `walk.length`, or ''. One loop: it is the hot path."""
    sha256, prev, length = hashlib.sha256, walk.head, walk.length
    marked, mark = (anchor.position, bytes.fromhex(anchor.hash)) if anchor else (-1, b"")
    reason = "the anchor is of another ledger" if marked == 0 and mark != GENESIS else ""
    for position, time, kind, subject, actor, digest, before, own, salt, body in links:
        if position != length + 1:
            reason = f"entry {length + 1} is missing; the next one there is {position}"
        elif before != prev:
            reason = "it does not follow from the entry before it"
        elif sha256(header(position, time, kind, subject, actor, digest, before)).digest() != own:
            reason = "its header is not what was recorded"
        elif body is None and salt is None:
            walk.missing.add(position)
        elif body is None or salt is None or len(salt) != 32 or sha256(salt + body).digest() != digest:
            reason = "its body is not what was recorded"
        if position == marked and own != mark:
            reason = reason or "the anchor has seen another entry here"
        if kind == _ERASED:
            _note_erasure(walk, subject, position)
        if reason:
            break
        prev, length = own, position
    walk.head, walk.length = prev, length
    return reason


_ERASED = ERASED.encode()


def _note_erasure(walk: _Walk, subject: bytes, by: int) -> None:
    name = subject.removeprefix(b"ledger/")
    target = int(name) if name.isdigit() else 0
    if not 0 < target < by:
        return
    if target in walk.missing:
        walk.missing.discard(target)
        walk.erased.add(target)
    elif target not in walk.erased:
        walk.back.add(target)


def verify_export(lines: Iterable[str], *, anchor: Anchor | None = None) -> Verification:
    """Check what `export` wrote, without the store.

    Raises:
        InputError: a line that is no entry.
    """
    return verify_links((_link(n, line) for n, line in enumerate(lines, 1) if line.strip()), anchor=anchor)


def _link(number: int, line: str) -> Link:
    try:
        e = json.loads(line)
        texts = (e[c].encode() for c in ("time", "kind", "subject", "actor"))
        digests = (bytes.fromhex(e[c]) for c in ("body_digest", "prev_hash", "hash"))
        salt = bytes.fromhex(e["salt"]) if "salt" in e else None
        body = e["body"].encode() if "body" in e else None
        return (int(e["position"]), *texts, *digests, salt, body)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError("this is no ledger entry", where=f"line {number}", cure="Export the ledger again") from error
