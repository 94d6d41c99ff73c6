"""Memory that requests have let go of, given back to the system.

The allocator of glibc keeps what threads have freed in pieces between what still lives. Measured: the objects of a
server stay the same over hours while its process grows by about 4 KiB a request; given back once a minute, it does not
grow (benchmarks/LOG.md, "Memory of the server"). `man malloc_trim`.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

EVERY = 60.0  # seconds; one time takes some milliseconds, beside the work


@contextmanager
def kept(every: float = EVERY, give: Callable[[], object] | None = None) -> Iterator[None]:
    """While this is open, free memory goes back every so many seconds; nothing where the C library cannot.

    Args:
        every: seconds between two times.
        give: what gives memory back; None: the C library's own.
    """
    give = give or _of_the_library()
    if give is None:
        yield
        return
    over = Event()
    thread = Thread(target=_on, args=(over, every, give), name="goodword-freed", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _on(over: Event, every: float, give: Callable[[], object]) -> None:
    while not over.wait(every):
        give()


def _of_the_library() -> Callable[[], object] | None:
    """`malloc_trim(0)`, which lets other threads run; None outside glibc."""
    with suppress(OSError, AttributeError, TypeError):  # TypeError: a system on which a process has no such library
        trim = ctypes.CDLL(None).malloc_trim
        trim.argtypes, trim.restype = (ctypes.c_size_t,), ctypes.c_int
        return lambda: trim(0)
    return None
