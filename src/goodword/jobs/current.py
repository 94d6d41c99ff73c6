"""Something made from the store that is made anew when the store has changed, for many threads at once."""

from collections.abc import Callable
from threading import Lock, Thread
from time import monotonic
from typing import Generic, TypeVar

from goodword.store import fresh
from goodword.store.engine import Store

T = TypeVar("T")
_QUICK = 1.0  # seconds: what takes longer to make is made beside the requests, which meanwhile get the one before


class Current(Generic[T]):
    """The newest of what `make` makes. It must not change once it is made, so that any number of threads may use it."""

    def __init__(self, store: Store, make: Callable[[], T]) -> None:
        self._store, self._make = store, make
        self._made: T | None = None
        self._mark: tuple[str, ...] = ()
        self._took = 0.0
        self._making = Lock()

    def now(self) -> T:
        """It, as the store is now; what takes long to make is that of a moment ago."""
        made = self._made
        if made is None:
            return self._anew()
        with self._store.read() as conn:
            same = fresh.mark(conn) == self._mark
        if same:
            return made
        if self._took < _QUICK:
            return self._anew()
        if not self._making.locked():
            Thread(target=self._anew, name="goodword-anew", daemon=True).start()
        return made

    def _anew(self) -> T:
        with self._making:  # one at a time; whoever waited takes what was made meanwhile, if it is of now
            with self._store.read() as conn:
                mark = fresh.mark(conn)
            if self._made is None or mark != self._mark:
                began = monotonic()
                self._made = self._make()
                self._mark, self._took = mark, monotonic() - began
            return self._made
