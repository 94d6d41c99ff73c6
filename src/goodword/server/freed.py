"""Memory that requests have let go of, given back to the system.

Measured over hours of mixed requests: the objects of a server stay as they are while its process grows, since glibc
gives each thread a heap of its own and keeps what is freed between what still lives. With one heap for all threads,
large arrays outside it, and free pages given back once a minute, it stays (benchmarks/LOG.md, "Memory of the server").
`man mallopt`, `man malloc_trim`.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

EVERY = 60.0  # seconds; one time takes some milliseconds, beside the work
_TRIM, _MMAP, _ARENAS = -1, -3, -8  # names of mallopt's parameters, malloc.h
_LARGE = 256 * 1024  # bytes from which a block stands outside the heap, and goes back as soon as it is freed


@contextmanager
def kept(every: float = EVERY, give: Callable[[], object] | None = None) -> Iterator[None]:
    """While this is open, free memory goes back every so many seconds; nothing where the C library cannot.

    Threads begun before keep heaps of their own: open it first.

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
    """`malloc_trim(0)`, which lets other threads run, once heaps are few; None outside glibc."""
    with suppress(OSError, AttributeError, TypeError):  # TypeError: a system on which a process has no such library
        library = ctypes.CDLL(None)
        trim, put = library.malloc_trim, library.mallopt
        trim.argtypes, trim.restype = (ctypes.c_size_t,), ctypes.c_int
        for name, value in ((_ARENAS, 1), (_MMAP, _LARGE), (_TRIM, _LARGE)):
            put(name, value)
        return lambda: trim(0)
    return None
