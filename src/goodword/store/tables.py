"""The tables as they are today, for queries. What makes them is `migrations`; a test compares the two."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, MetaData, Table, Text

_META = MetaData()


def _text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null)


def _whole(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), primary_key=key, nullable=null)


def _bytes(name: str, *, null: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=null)


MIGRATIONS = Table("goodword_migrations", _META, _whole("number", key=True), _text("name"), _text("applied"))

PRODUCTS = Table(
    "products",
    _META,
    _text("sku", key=True),
    _text("title"),
    _text("lang"),
    _text("product_class"),
    _text("source"),
    _text("conflicts"),
    _text("content_hash"),
    _text("places_hash"),
    _text("changed"),
)
# One row per version of a fact; the current ones have no `valid_until`.
FACTS = Table(
    "facts",
    _META,
    _text("id", key=True),
    _whole("version", key=True),
    _text("sku"),
    _whole("ordinal"),
    _text("key"),
    _text("name"),
    _text("text"),
    _text("value_kind"),
    _text("value"),
    _text("lang"),
    _text("source"),
    _whole("start_at"),
    _whole("end_at"),
    Column("derived", Boolean, nullable=False),
    _text("valid_from"),
    _text("valid_until", null=True),
)
LEDGER = Table(
    "ledger",
    _META,
    _whole("position", key=True),
    _text("time"),
    _text("kind"),
    _text("subject"),
    _text("actor"),
    _bytes("body_digest"),
    _bytes("prev_hash"),
    _bytes("hash"),
)
BODIES = Table("ledger_bodies", _META, _whole("position", key=True), _bytes("salt"), _bytes("body"))
STATEMENTS = Table(
    "statements",
    _META,
    _text("id", key=True),
    _text("key"),
    _text("sku"),
    _text("lang"),
    _text("market"),
    _text("channel"),
    _whole("ledger"),
    _text("body"),
    _text("saved"),
    _text("stale", null=True),
    _text("stale_why", null=True),
)
STATEMENT_FACTS = Table(
    "statement_facts",
    _META,
    _text("fact_id", key=True),
    _whole("version", key=True),
    _text("statement_id", key=True),
)
COMPLETIONS = Table("completions", _META, _text("key", key=True), _text("body"), _text("saved"))
DESK = Table(
    "desk",
    _META,
    _whole("id", key=True),
    _text("key"),
    _whole("ledger"),
    _text("sku"),
    _text("draft"),
    _text("ruling"),
    _text("state"),
    _text("since"),
    _text("decided", null=True),
    _text("who", null=True),
    _text("reason", null=True),
)
RUNS = Table(
    "runs",
    _META,
    _text("id", key=True),
    _text("started"),
    _text("finished", null=True),
    _text("settings_hash"),
    _text("input_hash"),
    _text("counts", null=True),
)
WORK = Table(
    "run_work",
    _META,
    _text("run_id", key=True),
    _text("sku", key=True),
    _text("lang", key=True),
    _text("market", key=True),
    _text("channel", key=True),
    _text("outcome", null=True),
    _whole("ledger", null=True),
    _text("cost"),
    _text("note"),
    _text("done", null=True),
)
CONVERSATIONS = Table(
    "conversations",
    _META,
    _text("id", key=True),
    _text("customer", null=True),  # hash of the customer's id; null where nobody signed in
    _text("lang"),
    _text("market"),
    _text("started"),
    _text("expires"),
)
TURNS = Table(
    "turns",
    _META,
    _whole("id", key=True),
    _text("conversation"),
    _text("time"),
    _text("question"),
    _text("lang"),
    _text("outcome"),
    _text("reason"),
    _text("products"),
    _text("missing"),
    _text("statement", null=True),
    _whole("ledger", null=True),
    Column("personal", Boolean, nullable=False),
)
HANDOVERS = Table(
    "handovers",
    _META,
    _whole("id", key=True),
    _text("conversation"),
    _text("time"),
    _text("reason"),
    _text("packet"),
    _text("state"),
    _text("decided", null=True),
    _text("who", null=True),
    _text("passage", null=True),
)
# One row per version of a passage; the current ones have not ended.
PASSAGES = Table(
    "passages",
    _META,
    _text("id", key=True),
    _whole("version", key=True),
    _text("body"),
    _text("origin"),
    _text("saved"),
    _text("ended", null=True),
)
VECTORS = Table("vectors", _META, _text("key", key=True), _bytes("body"))
USERS = Table(
    "users",
    _META,
    _text("name", key=True),
    _text("roles"),
    _text("password"),  # argon2id, its parameters and salt within
    _text("state"),
    _whole("failures"),
    _text("locked_until", null=True),
    _text("created"),
)
SESSIONS = Table(
    "sessions", _META, _text("id", key=True), _text("user_name"), _text("csrf"), _text("started"), _text("expires")
)
INVITES = Table(
    "invites", _META, _text("id", key=True), _text("user_name"), _text("roles"), _text("expires"), _text("made_by")
)
KEYS = Table(
    "api_keys",
    _META,
    _text("id", key=True),
    _text("name"),
    _text("kind"),
    _text("digest"),
    _text("roles"),
    _text("scopes"),
    _text("origins"),
    _text("policy"),
    _text("created"),
    _text("made_by"),
    _text("revoked", null=True),
)
TASKS = Table(
    "tasks",
    _META,
    _text("id", key=True),
    _text("kind"),
    _text("state"),
    _text("made"),
    _text("started", null=True),
    _text("finished", null=True),
    _text("actor"),
    _text("request"),
    _text("result", null=True),
    _text("error", null=True),
    _whole("done"),
    _whole("total", null=True),
    _whole("attempts"),
    _text("worker", null=True),
    _text("beat", null=True),
    _text("wish", null=True),
)
TASK_EVENTS = Table(
    "task_events",
    _META,
    _text("task", key=True),
    _whole("number", key=True),
    _text("time"),
    _text("kind"),
    _text("body"),
)
TASK_FILES = Table(
    "task_files", _META, _text("task", key=True), _text("name", key=True), _whole("part", key=True), _bytes("body")
)
REPLIES = Table(
    "replies",
    _META,
    _text("actor", key=True),
    _text("key", key=True),
    _text("request"),
    _text("made"),
    _whole("status", null=True),
    _text("headers", null=True),
    _bytes("body", null=True),
)
OURS = frozenset(_META.tables)
