"""Passwords, sessions, one-time links and keys: secrets are made here, and only their hashes are kept."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.server import problems
from goodword.store import people
from goodword.store.codec import now
from goodword.store.engine import Store

SHORTEST, LONGEST = 10, 1024
WRONG_LIMIT, REST_MINUTES = 5, 5.0
INVITE_HOURS = 48.0
_RENEW = timedelta(minutes=5)  # a session in use is prolonged this often, not at every request


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """What a browser is given at sign-in."""

    token: str
    csrf: str


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # the library's defaults follow RFC 9106


@cache
def _nobodys() -> str:
    return _hasher().hash(secrets.token_hex(16))


def same(given: str, kept: str) -> bool:
    """Whether two secrets are the same, in a time that tells nothing; an empty one never is."""
    return bool(kept) and hmac.compare_digest(given.encode(), kept.encode())


def digest(token: str) -> str:
    """What is kept of a token: it is long and random, so a fast hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


# Passwords and sessions


def hashed(password: str) -> str:
    """A new password's hash.

    Raises:
        InputError: too short or too long. Nothing else is asked (NIST SP 800-63B-4 section 3.1.1.2).
    """
    if len(password) < SHORTEST:
        raise InputError("a password needs at least 10 characters", cure="Several words are easy to keep in mind")
    if len(password) > LONGEST:
        raise InputError("this password is too long", cure="1,024 characters are enough")
    return _hasher().hash(password)


def sign_in(goodword: Goodword, name: str, password: str) -> Signed:
    """Begin a session.

    Raises:
        problems.Refused: a wrong name or password, or an account that rests; all say the same, in the same time.
    """
    store, hours = goodword.store, goodword.settings.server.session_hours
    with store.read() as conn:
        user = people.user(conn, name.strip())
    locked = user is not None and user.locked_until is not None and user.locked_until > now()
    right = _verified(user.password if user and user.state == "active" else _nobodys(), password[: LONGEST + 1])
    if user is None or user.state != "active" or locked or not right:
        if user is not None and not locked:
            with store.begin() as conn:
                people.failed(conn, user.name, limit=WRONG_LIMIT, minutes=REST_MINUTES)
        raise problems.Refused(
            "this name and password do not match, or the account rests after wrong tries",
            cure="Wait some minutes, or ask an administrator",
        )
    signed = Signed(token=secrets.token_urlsafe(32), csrf=secrets.token_urlsafe(32))
    with store.begin() as conn:
        people.succeeded(conn, user.name)
        people.start_session(conn, digest(signed.token), user.name, signed.csrf, hours=hours)
    return signed


def change_password(goodword: Goodword, name: str, old: str, new: str) -> None:
    """Give oneself a new password; every session ends.

    Raises:
        problems.Refused: the old one is wrong.
        InputError: the new one is too short or too long.
    """
    store = goodword.store
    with store.read() as conn:
        user = people.user(conn, name)
    if user is None or not _verified(user.password, old[: LONGEST + 1]):
        if user is not None:
            with store.begin() as conn:
                people.failed(conn, name, limit=WRONG_LIMIT, minutes=REST_MINUTES)
        raise problems.Refused("the old password is wrong")
    kept = hashed(new)
    with store.begin() as conn:
        people.put_user(conn, name, user.roles, kept, actor=f"user:{name}")


def _verified(kept: str, password: str) -> bool:
    try:
        return _hasher().verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def session_of(goodword: Goodword, token: str) -> people.Session | None:
    """The session of a cookie; its end moves on while it is in use."""
    hours = goodword.settings.server.session_hours
    with goodword.store.read() as conn:
        found = people.session(conn, digest(token))
    if found is not None:
        full = datetime.now(UTC) + timedelta(hours=hours)
        if full - datetime.fromisoformat(found.expires) > _RENEW:
            with goodword.store.begin() as conn:
                people.prolong(conn, digest(token), hours=hours)
    return found


def sign_out(store: Store, token: str) -> None:
    """End a session."""
    with store.begin() as conn:
        people.end_session(conn, digest(token))


# One-time links


def invite(store: Store, name: str, roles: Iterable[str], *, actor: str) -> str:
    """A token that lets somebody set the password of a new or old user, once, within two days."""
    token = secrets.token_urlsafe(32)
    with store.begin() as conn:
        people.invite(conn, digest(token), name.strip(), roles, hours=INVITE_HOURS, actor=actor)
    return token


def first_admin(store: Store) -> str | None:
    """A token for the first administrator; None where there is one."""
    with store.read() as conn:
        there = people.anybody(conn)
    return None if there else invite(store, "admin", ("admin",), actor="goodword serve")


def accept(store: Store, token: str, name: str, password: str) -> str:
    """Make the user of a link, with a name of their own choice for a new one; the name.

    Raises:
        InputError: the link is used or too old, the password is too short, the name is taken.
    """
    kept, own = hashed(password), name.strip()
    with store.begin() as conn:
        found = people.invited(conn, digest(token))
        if found is None or not people.use_invite(conn, digest(token)):
            raise InputError("this link was used or is too old", cure="Ask for a new one")
        chosen = own or found.user
        if chosen != found.user and people.user(conn, chosen):
            raise InputError("this name is taken", cure="Choose another one")
        people.put_user(conn, chosen, found.roles, kept, actor=found.made_by)
    return chosen


def invitation(store: Store, token: str) -> people.Invite | None:
    """Whom a link is for, while it holds."""
    with store.read() as conn:
        return people.invited(conn, digest(token))


# Keys


def make_key(
    store: Store,
    name: str,
    *,
    kind: people.KeyKind = "api",
    roles: Iterable[str] = (),
    scopes: Iterable[str] = (),
    origins: Iterable[str] = (),
    policy: Mapping[str, Any] | None = None,
    actor: str,
) -> str:
    """A new key; this is the only time it can be read.

    Raises:
        InputError: no name, or it is taken.
    """
    ident, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    token = f"gw_{'pub_' if kind == 'storefront' else ''}{ident}_{secret}"
    made = people.Key(
        id=ident, name=name, kind=kind, digest=digest(token), roles=tuple(roles), scopes=tuple(scopes),
        origins=tuple(origins), policy=policy or {}, created=now(), made_by=actor, revoked=None,
    )  # fmt: skip
    with store.begin() as conn:
        people.put_key(conn, made)
    return token


def key_of(store: Store, token: str) -> people.Key | None:
    """The key that this is."""
    parts = token.removeprefix("gw_").removeprefix("pub_").split("_", 1)
    if not token.startswith("gw_") or len(parts) != 2:
        return None
    with store.read() as conn:
        found = people.key(conn, parts[0])
    return found if found and same(digest(token), found.digest) else None
