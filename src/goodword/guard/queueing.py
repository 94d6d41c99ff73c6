"""Turns at the processor: as many texts are judged at once as there are cores, the others wait in the order they came.

Judging is work of the processor alone. A hundred threads at it at once get no more done, and each check lasts so long
that it runs out of its time; in turn each is quick, and none is overtaken.
"""

import os
from collections import deque
from threading import Lock, local


class Turns:
    """A context for at most `places` threads at once; first come, first served. A thread may be in it twice."""

    def __init__(self, places: int | None = None) -> None:
        self._free = places or os.cpu_count() or 1
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()
        self._mine = local()

    def __enter__(self) -> None:
        self._mine.depth = getattr(self._mine, "depth", 0) + 1
        if self._mine.depth > 1:
            return
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        try:
            turn.acquire()  # released by whoever leaves, who hands over the place
        except BaseException:  # a signal
            self._mine.depth -= 1
            with self._lock:
                if turn in self._waiting:
                    self._waiting.remove(turn)
                else:
                    self._pass_on()
            raise

    def __exit__(self, *_: object) -> None:
        self._mine.depth -= 1
        if self._mine.depth:
            return
        with self._lock:
            self._pass_on()

    def _pass_on(self) -> None:
        if self._waiting:
            self._waiting.popleft().release()
        else:
            self._free += 1
