"""The store: one SQLite file by default, PostgreSQL by URL, the same code over both.

Durable: a commit that returned survives kill -9 and a power cut (SQLite: WAL with synchronous=FULL).
Safe for several processes: a write transaction holds SQLite's write lock from its first word (BEGIN IMMEDIATE);
on PostgreSQL writers run side by side and only the ledger serialises them. Safe for several threads: those of one
process take turns at writing to SQLite in a queue, where its own waiting is by polling and unfair.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, OperationalError, ProgrammingError

from goodword.errors import DataError, InputError, MissingExtra
from goodword.store import migrations

BUSY_SECONDS = 30
_KEPT = 8  # connections that stay open between uses
_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # an erased body is overwritten, not only unlinked
    "PRAGMA cache_size = -4096",  # KiB for each connection: the system keeps the pages, a server its memory
)


class Store:
    """An open store. Everything in `goodword.store` takes a connection from here."""

    def __init__(self, engine: Engine, where: str) -> None:
        self._engine = engine
        self.where = where  # for messages; no password in it
        self._turn = Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A write transaction: commits at the end of the block, rolls back if it raises.

        Raises:
            InputError: another process kept the store busy, the disk is full, the server is gone.
        """
        with (
            self._told(),
            self._writing(),
            self._engine.connect().execution_options(goodword_write=True) as conn,
            conn.begin(),
        ):
            yield conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read transaction: one unchanging view, blocks nobody."""
        postgres = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        options = postgres if self._engine.dialect.name == "postgresql" else {}
        with self._told(), self._engine.connect().execution_options(**options) as conn, conn.begin():
            yield conn

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """This thread's turn at writing."""
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            what, cure = _cure("locked")
            raise InputError(what, where=self.where, cure=cure)
        try:
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what a person can mend into one clear message; let our own mistakes through as they are."""
        try:
            yield
        except (IntegrityError, ProgrammingError):
            raise
        except OperationalError as error:
            what, cure = _cure(str(error.orig))
            raise InputError(what, where=self.where, cure=cure) from error
        except (
            UnicodeDecodeError
        ) as error:  # SQLite quotes the damaged bytes in its message, which the driver cannot read
            raise DataError(f"{self.where}: the store is damaged. Restore it from a backup") from error
        except DatabaseError as error:
            what = _first_line(str(error.orig))
            if "not a database" in what:
                raise InputError("this file is not a database", where=self.where, cure="Give another name") from error
            raise DataError(f"{self.where}: the store is damaged ({what}). Restore it from a backup") from error


def open_store(url: str | Path) -> Store:
    """Open the store at `url`, making and upgrading its tables as needed.

    Args:
        url: a file path, 'sqlite:///path' or 'postgresql://user:password@host/database'.

    Raises:
        InputError: no such kind of database, it cannot be opened or written, or is not ours; says what to do.
        MissingExtra: PostgreSQL without its driver.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, pool_size=_KEPT, max_overflow=-1)  # as many as there are threads at work
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(
            address, isolation_level="READ COMMITTED", pool_pre_ping=True, pool_size=_KEPT, max_overflow=4 * _KEPT
        )
    store = Store(engine, _shown(address))
    try:
        with store.read() as conn:
            current = migrations.check(conn, store.where)
        if not current:
            with store.begin() as conn:
                migrations.upgrade(conn, store.where)
    except BaseException:
        store.close()
        raise
    return store


def _address(url: str | Path) -> URL:
    text = str(url)
    if isinstance(url, Path) or "://" not in text:
        return _file(text)
    try:
        address = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise InputError("this is not the address of a store", cure=_HOW) from error
    if address.drivername == "sqlite":
        return _file(address.database or "")
    if address.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        if find_spec("psycopg") is None:
            raise MissingExtra("postgres", "A PostgreSQL store")
        return address.set(drivername="postgresql+psycopg")
    raise InputError(f"Goodword cannot keep its store in {address.drivername!r}", cure=_HOW)


_HOW = "Give a file name, sqlite:///FILE or postgresql://USER@HOST/DATABASE"


def _file(name: str) -> URL:
    path = Path(name).expanduser()
    if not name or name == ":memory:":
        raise InputError("a store needs a file", cure=_HOW)
    if path.is_dir():
        raise InputError(
            "this is a folder, not a file", where=name, cure=f"Give a file, such as {path / 'goodword.db'}"
        )
    if not path.parent.is_dir():
        raise InputError(f"there is no folder {path.parent}", where=name, cure="Make the folder, or give another file")
    return URL.create("sqlite", database=str(path))


def _shown(address: URL) -> str:
    return address.database or "" if address.drivername == "sqlite" else address.render_as_string(hide_password=True)


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(conn: Connection) -> None:
    # A deferred transaction that turns to writing can fail at once as 'locked'; one begun for writing waits its turn.
    write = conn.get_execution_options().get("goodword_write")
    conn.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _first_line(message: str) -> str:
    return message.strip().partition("\n")[0]


def _cure(message: str) -> tuple[str, str]:
    said = _first_line(message)
    cures = {
        "locked": (
            "another process is writing to the store",
            f"Waited {BUSY_SECONDS} s; try again when it has finished",
        ),
        "readonly": ("the store cannot be written", "Check the permissions of the file and its folder"),
        "unable to open": ("the store cannot be opened", "Check the permissions of the file and its folder"),
        "disk is full": ("the disk is full", "Make room and run again; nothing is lost"),
        "disk I/O": ("the disk failed", "Check the disk and run again"),
    }
    for sign, told in cures.items():
        if sign in said:
            return told
    return f"the database said: {said}", "Check the address and that the server is running"
