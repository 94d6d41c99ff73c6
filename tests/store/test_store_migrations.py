"""A store is made from nothing and from every older version, all or none; strange ones are refused."""

from collections.abc import Callable

import pytest
from sqlalchemy import inspect, text

from goodword.errors import InputError
from goodword.store import catalogue, migrations, tables
from goodword.store.engine import Store, open_store
from goodword.types import Product

ALL = migrations.MIGRATIONS


def shape(store: Store) -> dict[str, object]:
    """Columns, keys and indexes of every table, as the database itself tells them."""
    with store.read() as conn:
        seen = inspect(conn)
        return {
            name: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(name)],
                seen.get_pk_constraint(name)["constrained_columns"],
                sorted((str(i["name"]), i["column_names"], i["unique"]) for i in seen.get_indexes(name)),
                sorted(str(f["constrained_columns"]) + f["referred_table"] for f in seen.get_foreign_keys(name)),
            )
            for name in seen.get_table_names()
        }


def open_at(url: str, number: int, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store as the Goodword of that time made it."""
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", ALL[:number])
        return open_store(url)


def test_the_tables_that_queries_know_are_those_the_migrations_make(store: Store) -> None:
    with store.read() as conn:
        seen = inspect(conn)
        assert set(seen.get_table_names()) == set(tables.OURS)
        for table in tables._META.sorted_tables:
            there = {c["name"]: c for c in seen.get_columns(table.name)}
            keys = seen.get_pk_constraint(table.name)["constrained_columns"]
            assert [c.name for c in table.columns] == list(there)
            assert [c.name for c in table.primary_key] == keys
            for column in table.columns:
                assert column.name in keys or column.nullable == there[column.name]["nullable"], column
                assert column.type.python_type is there[column.name]["type"].python_type, column


@pytest.mark.parametrize("number", range(1, len(ALL)))
def test_a_store_of_every_older_version_becomes_as_a_new_one_and_keeps_its_data(
    url: str, number: int, monkeypatch: pytest.MonkeyPatch, product: Callable[..., Product]
) -> None:
    with open_at(url, number, monkeypatch) as old:
        assert tables.DESK.name not in shape(old) or number >= 4
        with old.begin() as conn:
            catalogue.put(conn, product())
    with open_store(url) as store:
        with store.read() as conn:
            assert migrations.version(conn) == len(ALL)
            assert catalogue.get(conn, "S-1") == product()
        upgraded = shape(store)
        with store.begin() as conn:
            for name in upgraded:
                conn.execute(text(f"DROP TABLE {name}" + (" CASCADE" if conn.dialect.name != "sqlite" else "")))
    with open_store(url) as fresh:
        assert shape(fresh) == upgraded


def test_opening_again_changes_nothing(url: str) -> None:
    with open_store(url) as store, store.read() as conn:
        first = conn.execute(tables.MIGRATIONS.select()).all()
    with open_store(url) as store, store.read() as conn:
        assert conn.execute(tables.MIGRATIONS.select()).all() == first
    assert [row.name for row in first] == [m.__name__ for m in ALL]


def test_migrations_are_numbered_in_order() -> None:
    assert [m.__name__[:5] for m in ALL] == [f"m{n:03}_" for n in range(1, len(ALL) + 1)]


def test_a_store_of_a_newer_goodword_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(url).close()
    with pytest.raises(
        InputError, match=rf"tables of version {len(ALL)}; this Goodword knows up to 4.*Update Goodword"
    ):
        open_at(url, 4, monkeypatch)


def test_a_migration_that_fails_leaves_the_store_as_it_was(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def m006_breaks(run: Callable[[str], None]) -> None:
        run("CREATE TABLE half_made (n {whole})")
        raise RuntimeError

    with open_store(url) as store:
        before = shape(store)
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (*ALL, m006_breaks))
        with pytest.raises(RuntimeError):
            open_store(url)
    with open_store(url) as store:
        assert shape(store) == before


def test_a_database_of_another_program_is_refused(url: str) -> None:
    with open_store(url) as store, store.begin() as conn:
        cascade = " CASCADE" if conn.dialect.name != "sqlite" else ""
        for name in tables.OURS - {"runs"}:  # an innocent name that another program may have too
            conn.execute(text(f"DROP TABLE {name}{cascade}"))
    with pytest.raises(InputError, match=r"belongs to another program \(it holds the table runs\)"):
        open_store(url)
