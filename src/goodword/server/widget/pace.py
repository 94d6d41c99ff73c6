"""How fast one visitor may ask: a bucket that fills with time, kept by key and address in bounded memory.

Behind a proxy all visitors share its address; uvicorn's `--forwarded-allow-ips` gives back their own.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

_KEPT = 20_000


@dataclass(slots=True)
class Pace:
    """So many requests a minute, of which half may come at once."""

    per_minute: float
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, who: str, now: float | None = None) -> float:
        """Take one; 0, or the seconds to wait before the next would be given."""
        at, full = time.monotonic() if now is None else now, max(self.per_minute / 2, 1.0)
        with self._lock:
            level, since = self._buckets.pop(who, (full, at))
            level = min(full, level + (at - since) * self.per_minute / 60)
            short = level < 1
            self._buckets[who] = (level if short else level - 1, at)
            if len(self._buckets) > _KEPT:
                self._buckets.popitem(last=False)
        return (1 - level) * 60 / self.per_minute if short else 0.0
