"""Numbered changes of the tables, applied once, in order, all or none, on SQLite and PostgreSQL.

To change a table, add a function at the end; never edit one that has been released. `{text}` and the other
slots are the one place where the two databases differ: PostgreSQL text sorts by code point, as SQLite's does.
"""

from collections.abc import Callable

from sqlalchemy import Connection, func, insert, inspect, select, text

from goodword.errors import InputError
from goodword.store.codec import now
from goodword.store.tables import MIGRATIONS as APPLIED
from goodword.store.tables import OURS

Migration = Callable[[Callable[[str], None]], None]
_LOCK = int.from_bytes(b"gw-migr8")
_SLOTS = {
    "sqlite": {"text": "TEXT", "bytes": "BLOB", "whole": "INTEGER", "flag": "BOOLEAN", "serial": "INTEGER PRIMARY KEY"},
    "postgresql": {
        "text": 'TEXT COLLATE "C"',
        "bytes": "BYTEA",
        "whole": "BIGINT",
        "flag": "BOOLEAN",
        "serial": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    },
}


def m001_catalogue(run: Callable[[str], None]) -> None:
    """Products, and their facts with every version they ever had."""
    run("""CREATE TABLE products (sku {text} PRIMARY KEY, title {text} NOT NULL, lang {text} NOT NULL,
        product_class {text} NOT NULL, source {text} NOT NULL, conflicts {text} NOT NULL,
        content_hash {text} NOT NULL, places_hash {text} NOT NULL, changed {text} NOT NULL)""")
    run("""CREATE TABLE facts (id {text} NOT NULL, version {whole} NOT NULL, sku {text} NOT NULL,
        ordinal {whole} NOT NULL, key {text} NOT NULL, name {text} NOT NULL, text {text} NOT NULL,
        value_kind {text} NOT NULL, value {text} NOT NULL, lang {text} NOT NULL, source {text} NOT NULL,
        start_at {whole} NOT NULL, end_at {whole} NOT NULL, derived {flag} NOT NULL, valid_from {text} NOT NULL,
        valid_until {text}, PRIMARY KEY (id, version), FOREIGN KEY (sku) REFERENCES products (sku))""")
    run("CREATE INDEX facts_of_product ON facts (sku, ordinal)")
    run("CREATE UNIQUE INDEX facts_current ON facts (id) WHERE valid_until IS NULL")


def m002_ledger(run: Callable[[str], None]) -> None:
    """The hash chain, and apart from it the bodies, so that they can be erased."""
    run("""CREATE TABLE ledger (position {whole} PRIMARY KEY, time {text} NOT NULL, kind {text} NOT NULL,
        subject {text} NOT NULL, actor {text} NOT NULL, body_digest {bytes} NOT NULL,
        prev_hash {bytes} NOT NULL UNIQUE, hash {bytes} NOT NULL UNIQUE)""")
    run("""CREATE TABLE ledger_bodies (position {whole} PRIMARY KEY, salt {bytes} NOT NULL, body {bytes} NOT NULL,
        FOREIGN KEY (position) REFERENCES ledger (position))""")
    run("CREATE INDEX ledger_of_subject ON ledger (subject, position)")


def m003_statements(run: Callable[[str], None]) -> None:
    """Released texts, the fact versions they rest on, and what models answered."""
    run("""CREATE TABLE statements (id {text} PRIMARY KEY, key {text} NOT NULL, sku {text} NOT NULL,
        lang {text} NOT NULL, market {text} NOT NULL, channel {text} NOT NULL, ledger {whole} NOT NULL UNIQUE,
        body {text} NOT NULL, saved {text} NOT NULL, stale {text}, stale_why {text},
        FOREIGN KEY (ledger) REFERENCES ledger (position))""")
    run("CREATE UNIQUE INDEX statements_live ON statements (key) WHERE stale IS NULL")
    run("CREATE INDEX statements_of_product ON statements (sku, lang, market, channel, ledger)")
    run("""CREATE TABLE statement_facts (fact_id {text} NOT NULL, version {whole} NOT NULL,
        statement_id {text} NOT NULL, PRIMARY KEY (fact_id, version, statement_id),
        FOREIGN KEY (statement_id) REFERENCES statements (id))""")
    run("CREATE TABLE completions (key {text} PRIMARY KEY, body {text} NOT NULL, saved {text} NOT NULL)")


def m004_desk(run: Callable[[str], None]) -> None:
    """Held drafts that wait for a person."""
    run("""CREATE TABLE desk (id {serial}, key {text} NOT NULL, ledger {whole} NOT NULL UNIQUE, sku {text} NOT NULL,
        draft {text} NOT NULL, ruling {text} NOT NULL, state {text} NOT NULL, since {text} NOT NULL, decided {text},
        who {text}, reason {text}, FOREIGN KEY (ledger) REFERENCES ledger (position))""")
    run("CREATE UNIQUE INDEX desk_waiting ON desk (key) WHERE state = 'waiting'")
    run("CREATE INDEX desk_state ON desk (state, id)")


def m005_runs(run: Callable[[str], None]) -> None:
    """Batch runs and what each has done, so that one killed at any moment can go on."""
    run("""CREATE TABLE runs (id {text} PRIMARY KEY, started {text} NOT NULL, finished {text},
        settings_hash {text} NOT NULL, input_hash {text} NOT NULL, counts {text})""")
    run("CREATE INDEX runs_of_input ON runs (input_hash, settings_hash, started)")
    run("""CREATE TABLE run_work (run_id {text} NOT NULL, sku {text} NOT NULL, lang {text} NOT NULL,
        market {text} NOT NULL, channel {text} NOT NULL, outcome {text}, ledger {whole}, cost {text} NOT NULL,
        note {text} NOT NULL, done {text}, PRIMARY KEY (run_id, sku, lang, market, channel),
        FOREIGN KEY (run_id) REFERENCES runs (id), FOREIGN KEY (ledger) REFERENCES ledger (position))""")


def m006_conversations(run: Callable[[str], None]) -> None:
    """What customers asked (personal data covered), what was handed to a person, what persons answered, passages."""
    run("""CREATE TABLE conversations (id {text} PRIMARY KEY, customer {text}, lang {text} NOT NULL,
        market {text} NOT NULL, started {text} NOT NULL, expires {text} NOT NULL)""")
    run("CREATE INDEX conversations_of_customer ON conversations (customer)")
    run("CREATE INDEX conversations_expiry ON conversations (expires)")
    run("""CREATE TABLE turns (id {serial}, conversation {text} NOT NULL, time {text} NOT NULL, question {text} NOT NULL,
        lang {text} NOT NULL, outcome {text} NOT NULL, reason {text} NOT NULL, products {text} NOT NULL,
        missing {text} NOT NULL, statement {text}, ledger {whole}, personal {flag} NOT NULL,
        FOREIGN KEY (conversation) REFERENCES conversations (id))""")  # noqa: E501
    run("CREATE INDEX turns_of_conversation ON turns (conversation, id)")
    run("CREATE INDEX turns_of_outcome ON turns (outcome, reason)")
    run("""CREATE TABLE handovers (id {serial}, conversation {text} NOT NULL, time {text} NOT NULL, reason {text} NOT NULL,
        packet {text} NOT NULL, state {text} NOT NULL, decided {text}, who {text}, passage {text})""")  # noqa: E501
    run("CREATE INDEX handovers_state ON handovers (state, id)")
    run("""CREATE TABLE passages (id {text} NOT NULL, version {whole} NOT NULL, body {text} NOT NULL, origin {text} NOT NULL,
        saved {text} NOT NULL, ended {text}, PRIMARY KEY (id, version))""")  # noqa: E501
    run("CREATE UNIQUE INDEX passages_current ON passages (id) WHERE ended IS NULL")
    run("CREATE TABLE vectors (key {text} PRIMARY KEY, body {bytes} NOT NULL)")


def m007_people(run: Callable[[str], None]) -> None:
    """Who may use the server: users, their sessions, invitations, and keys of programs. Secrets are kept hashed."""
    run("""CREATE TABLE users (name {text} PRIMARY KEY, roles {text} NOT NULL, password {text} NOT NULL,
        state {text} NOT NULL, failures {whole} NOT NULL, locked_until {text}, created {text} NOT NULL)""")
    run("""CREATE TABLE sessions (id {text} PRIMARY KEY, user_name {text} NOT NULL, csrf {text} NOT NULL,
        started {text} NOT NULL, expires {text} NOT NULL, FOREIGN KEY (user_name) REFERENCES users (name))""")
    run("CREATE INDEX sessions_of_user ON sessions (user_name)")
    run("""CREATE TABLE invites (id {text} PRIMARY KEY, user_name {text} NOT NULL, roles {text} NOT NULL,
        expires {text} NOT NULL, made_by {text} NOT NULL)""")
    run("""CREATE TABLE api_keys (id {text} PRIMARY KEY, name {text} NOT NULL UNIQUE, kind {text} NOT NULL,
        digest {text} NOT NULL, roles {text} NOT NULL, scopes {text} NOT NULL, origins {text} NOT NULL,
        policy {text} NOT NULL, created {text} NOT NULL, made_by {text} NOT NULL, revoked {text})""")


def m008_tasks(run: Callable[[str], None]) -> None:
    """Long work with its events and files; replies kept so that a request sent twice acts once; what is asked often."""
    run("""CREATE TABLE tasks (id {text} PRIMARY KEY, kind {text} NOT NULL, state {text} NOT NULL, made {text} NOT NULL,
        started {text}, finished {text}, actor {text} NOT NULL, request {text} NOT NULL, result {text}, error {text},
        done {whole} NOT NULL, total {whole}, attempts {whole} NOT NULL, worker {text}, beat {text}, wish {text})""")
    run("CREATE INDEX tasks_state ON tasks (state, id)")
    run("""CREATE TABLE task_events (task {text} NOT NULL, number {whole} NOT NULL, time {text} NOT NULL,
        kind {text} NOT NULL, body {text} NOT NULL, PRIMARY KEY (task, number),
        FOREIGN KEY (task) REFERENCES tasks (id))""")
    run("""CREATE TABLE task_files (task {text} NOT NULL, name {text} NOT NULL, part {whole} NOT NULL,
        body {bytes} NOT NULL, PRIMARY KEY (task, name, part), FOREIGN KEY (task) REFERENCES tasks (id))""")
    run("""CREATE TABLE replies (actor {text} NOT NULL, key {text} NOT NULL, request {text} NOT NULL,
        made {text} NOT NULL, status {whole}, headers {text}, body {bytes}, PRIMARY KEY (actor, key))""")
    run("CREATE INDEX replies_made ON replies (made)")
    run("CREATE INDEX statements_stale ON statements (stale) WHERE stale IS NOT NULL")
    run("CREATE INDEX products_changed ON products (changed)")
    run("CREATE INDEX passages_saved ON passages (saved)")
    run("CREATE INDEX passages_ended ON passages (ended)")


def m009_ledger_found(run: Callable[[str], None]) -> None:
    """The ledger by kind and by who, however long it is."""
    run("CREATE INDEX ledger_of_kind ON ledger (kind, position)")
    run("CREATE INDEX ledger_of_actor ON ledger (actor, position)")


MIGRATIONS: tuple[Migration, ...] = (
    m001_catalogue, m002_ledger, m003_statements, m004_desk, m005_runs, m006_conversations, m007_people, m008_tasks,
    m009_ledger_found,
)  # fmt: skip


def version(conn: Connection) -> int:
    """Number of the last migration applied; 0 for an empty database."""
    if not inspect(conn).has_table(APPLIED.name):
        return 0
    return conn.execute(select(func.max(APPLIED.c.number))).scalar() or 0


def check(conn: Connection, where: str) -> bool:
    """Whether the tables are up to date.

    Raises:
        InputError: the database was made by a newer Goodword, or by another program.
    """
    there = version(conn)
    if there > len(MIGRATIONS):
        raise InputError(
            f"this store has tables of version {there}; this Goodword knows up to {len(MIGRATIONS)}",
            where=where,
            cure="Update Goodword, or use another store",
        )
    if there == 0:
        tables = set(inspect(conn).get_table_names())
        # An SQLite file is ours alone; a PostgreSQL database may be shared as long as no name is taken.
        others = tables if conn.dialect.name == "sqlite" else tables & OURS
        if others - {APPLIED.name}:
            raise InputError(
                f"this database belongs to another program (it holds the table {min(others)})",
                where=where,
                cure="Give an empty database or a file name of its own",
            )
    return there == len(MIGRATIONS)


def upgrade(conn: Connection, where: str) -> None:
    """Apply what is missing, in the caller's write transaction."""

    def run(sql: str) -> None:
        conn.execute(text(sql.format(**_SLOTS[conn.dialect.name])))

    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    check(conn, where)  # again: someone else may have upgraded while we waited for the lock
    APPLIED.create(conn, checkfirst=True)
    there = version(conn)
    for number, migration in enumerate(MIGRATIONS[there:], there + 1):
        migration(run)
        conn.execute(insert(APPLIED).values(number=number, name=migration.__name__, applied=now()))
