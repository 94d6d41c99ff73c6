"""What else the shop sells, as the guard takes it: its range, where a text compares with it, and its brands.

Read once for each state of the catalogue, and only the facts that are compared; the range is read only for a text that
speaks of it ('our lightest tent').
"""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy import Connection

from goodword.guard import ranges
from goodword.store import catalogue, fresh
from goodword.store.engine import Store
from goodword.types import Lang, Product

T = TypeVar("T")


class Range:
    """A shop's catalogue behind its texts, for any number of threads."""

    def __init__(self, store: Store) -> None:
        self._products = _Kept(store, _read_products)
        self._brands = _Kept(store, catalogue.brands)

    def of(self, text: str, lang: Lang) -> tuple[Product, ...]:
        """The products that a text may be compared with; none where it does not speak of the shop's range."""
        return self._products.now() if ranges.spoken(text, lang) else ()

    def brands(self) -> tuple[str, ...]:
        """The brands that the shop sells: no names of persons in its texts."""
        return self._brands.now()


class _Kept(Generic[T]):
    """What is read of the catalogue, until the catalogue changes. Who judges never gets that of a moment ago."""

    def __init__(self, store: Store, read: Callable[[Connection], T]) -> None:
        self._store, self._read = store, read
        self._kept: tuple[tuple[str, ...], T] | None = None
        self._reading = Lock()

    def now(self) -> T:
        with self._reading, self._store.read() as conn:
            mark = fresh.catalogue_mark(conn)
            if self._kept is None or self._kept[0] != mark:
                self._kept = mark, self._read(conn)
            return self._kept[1]


def _read_products(conn: Connection) -> tuple[Product, ...]:
    return tuple(catalogue.products(conn, keys=ranges.keys()))
