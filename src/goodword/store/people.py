"""Who may use the server: users, sessions, invitations, keys. Secrets come hashed; every change is in the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from goodword.errors import InputError
from goodword.store import ledger
from goodword.store.codec import canonical, load, now
from goodword.store.tables import INVITES, KEYS, SESSIONS, USERS

State = Literal["active", "disabled"]
KeyKind = Literal["api", "storefront"]
_NAME_LIMIT = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """A person. `password` is a hash that holds its own salt and parameters."""

    name: str
    roles: tuple[str, ...]
    password: str
    state: State
    failures: int
    locked_until: str | None
    created: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A person signed in; `csrf` is what their forms must carry."""

    user: User
    csrf: str
    expires: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Invite:
    """A link that makes one user, or a new password for one."""

    user: str
    roles: tuple[str, ...]
    made_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """What a program signs in with. `policy` is what the guard proxy does with what it finds, and how."""

    id: str
    name: str
    kind: KeyKind
    digest: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    origins: tuple[str, ...]
    policy: Mapping[str, Any]
    created: str
    made_by: str
    revoked: str | None


def later(*, hours: float) -> str:
    """The time so many hours from now, in the store's form."""
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _texts(values: Iterable[str]) -> str:
    return canonical(sorted(set(values))).decode()


def _list(text: str) -> tuple[str, ...]:
    return tuple(load(list[str], text))


# Users


def users(conn: Connection) -> tuple[User, ...]:
    """Everybody, by name."""
    return tuple(map(_user, conn.execute(select(USERS).order_by(USERS.c.name))))


def anybody(conn: Connection) -> bool:
    """Whether there is an active admin: without one, the first start makes a link for one."""
    return any("admin" in u.roles and u.state == "active" for u in users(conn))


def user(conn: Connection, name: str) -> User | None:
    """One user."""
    row = conn.execute(select(USERS).where(USERS.c.name == name)).first()
    return _user(row) if row else None


def put_user(conn: Connection, name: str, roles: Iterable[str], password: str, *, actor: str) -> None:
    """Make a user, or give one a new password and roles; older sessions end.

    Raises:
        InputError: no name, or one that is too long.
    """
    name, kept = name.strip(), _texts(roles)
    if not name or len(name) > _NAME_LIMIT or not name.isprintable():
        raise InputError("a user needs a name of up to 64 letters", cure="Give another name")
    values = {"roles": kept, "password": password, "state": "active", "failures": 0, "locked_until": None}
    if user(conn, name):
        conn.execute(update(USERS).where(USERS.c.name == name).values(**values))
        end_sessions(conn, name)
    else:
        conn.execute(insert(USERS).values(name=name, created=now(), **values))
    ledger.append(conn, "user", f"user/{name}", {"roles": list(_list(kept)), "password": "set"}, actor)


def change_user(conn: Connection, name: str, *, roles: Iterable[str], state: State, actor: str) -> None:
    """Give a user other roles, or close or open the account; open sessions end.

    Raises:
        InputError: no such user, or nobody would be left to administer.
    """
    there = user(conn, name)
    if there is None:
        raise InputError(f"there is no user {name!r}", cure="See the list of people")
    kept = _texts(roles)
    conn.execute(update(USERS).where(USERS.c.name == name).values(roles=kept, state=state, failures=0))
    if not anybody(conn):
        raise InputError("somebody must be left to administer", cure="Make another admin first")
    end_sessions(conn, name)
    ledger.append(conn, "user", f"user/{name}", {"roles": list(_list(kept)), "state": state}, actor)


def failed(conn: Connection, name: str, *, limit: int, minutes: float) -> None:
    """Count a wrong password; after `limit` in a row the account rests, twice as long each time."""
    there = user(conn, name)
    if there is None:
        return
    failures = there.failures + 1
    values: dict[str, Any] = {"failures": failures}
    if failures >= limit:
        rest = minutes * 2 ** min(failures - limit, 6) / 60
        values["locked_until"] = later(hours=rest)
        ledger.append(conn, "user", f"user/{name}", {"locked": failures}, "goodword")
    conn.execute(update(USERS).where(USERS.c.name == name).values(**values))


def succeeded(conn: Connection, name: str) -> None:
    """Forget the wrong passwords."""
    conn.execute(update(USERS).where(USERS.c.name == name).values(failures=0, locked_until=None))


# Sessions


def start_session(conn: Connection, digest: str, name: str, csrf: str, *, hours: float) -> None:
    """A person has signed in; sessions that are over are swept out."""
    conn.execute(delete(SESSIONS).where(SESSIONS.c.expires <= now()))
    row = {"id": digest, "user_name": name, "csrf": csrf, "started": now(), "expires": later(hours=hours)}
    conn.execute(insert(SESSIONS).values(row))


def session(conn: Connection, digest: str) -> Session | None:
    """The session of that token, unless it is over or its user's account is closed."""
    query = select(SESSIONS).where(SESSIONS.c.id == digest, SESSIONS.c.expires > now())
    row = conn.execute(query).first()
    there = user(conn, row.user_name) if row else None
    if row is None or there is None or there.state != "active":
        return None
    return Session(user=there, csrf=row.csrf, expires=row.expires)


def prolong(conn: Connection, digest: str, *, hours: float) -> None:
    """Move the end of a session in use."""
    conn.execute(update(SESSIONS).where(SESSIONS.c.id == digest).values(expires=later(hours=hours)))


def end_session(conn: Connection, digest: str) -> None:
    """Sign out."""
    conn.execute(delete(SESSIONS).where(SESSIONS.c.id == digest))


def end_sessions(conn: Connection, name: str) -> None:
    """Sign a user out everywhere."""
    conn.execute(delete(SESSIONS).where(SESSIONS.c.user_name == name))


# Invitations


def invite(conn: Connection, digest: str, name: str, roles: Iterable[str], *, hours: float, actor: str) -> None:
    """Keep an invitation; an older one for the same name is void."""
    conn.execute(delete(INVITES).where((INVITES.c.user_name == name) | (INVITES.c.expires <= now())))
    row = {"id": digest, "user_name": name, "roles": _texts(roles), "expires": later(hours=hours), "made_by": actor}
    conn.execute(insert(INVITES).values(row))
    ledger.append(conn, "user", f"user/{name}", {"invited": sorted(set(roles))}, actor)


def invited(conn: Connection, digest: str) -> Invite | None:
    """The invitation of that token while it holds."""
    row = conn.execute(select(INVITES).where(INVITES.c.id == digest, INVITES.c.expires > now())).first()
    return Invite(user=row.user_name, roles=_list(row.roles), made_by=row.made_by) if row else None


def use_invite(conn: Connection, digest: str) -> bool:
    """Use an invitation up; False where somebody was faster."""
    return conn.execute(delete(INVITES).where(INVITES.c.id == digest)).rowcount == 1


# Keys of programs


def keys(conn: Connection) -> tuple[Key, ...]:
    """Every key there was, the newest first."""
    return tuple(map(_key, conn.execute(select(KEYS).order_by(KEYS.c.created.desc()))))


def key(conn: Connection, ident: str) -> Key | None:
    """One key by its public part, unless it is revoked."""
    row = conn.execute(select(KEYS).where(KEYS.c.id == ident, KEYS.c.revoked.is_(None))).first()
    return _key(row) if row else None


def put_key(conn: Connection, made: Key) -> None:
    """Keep a new key.

    Raises:
        InputError: no name, or it is taken.
    """
    name = made.name.strip()
    if not name or len(name) > _NAME_LIMIT or not name.isprintable():
        raise InputError("a key needs a name of up to 64 letters", cure="Give another name")
    if conn.execute(select(func.count()).select_from(KEYS).where(KEYS.c.name == name)).scalar():
        raise InputError(f"there is a key {name!r} already", cure="Give another name")
    row = {
        "id": made.id, "name": name, "kind": made.kind, "digest": made.digest, "roles": _texts(made.roles),
        "scopes": _texts(made.scopes), "origins": _texts(made.origins), "policy": canonical(dict(made.policy)).decode(),
        "created": made.created, "made_by": made.made_by, "revoked": None,
    }  # fmt: skip
    conn.execute(insert(KEYS).values(row))
    told = {"kind": made.kind, "roles": sorted(made.roles), "scopes": sorted(made.scopes)}
    ledger.append(conn, "key", f"key/{name}", told, made.made_by)


def revoke(conn: Connection, ident: str, *, actor: str) -> None:
    """Take a key back for good.

    Raises:
        InputError: no such key, or it is revoked already.
    """
    there = key(conn, ident)
    if there is None:
        raise InputError("there is no such key, or it is revoked already", cure="See the list of keys")
    conn.execute(update(KEYS).where(KEYS.c.id == ident).values(revoked=now()))
    ledger.append(conn, "key", f"key/{there.name}", {"revoked": True}, actor)


def _user(row: Row[Any]) -> User:
    return User(name=row.name, roles=_list(row.roles), password=row.password, state=row.state, failures=row.failures,
                locked_until=row.locked_until, created=row.created)  # fmt: skip


def _key(row: Row[Any]) -> Key:
    return Key(
        id=row.id, name=row.name, kind=row.kind, digest=row.digest, roles=_list(row.roles), scopes=_list(row.scopes),
        origins=_list(row.origins), policy=load(dict[str, Any], row.policy), created=row.created, made_by=row.made_by,
        revoked=row.revoked,
    )  # fmt: skip
