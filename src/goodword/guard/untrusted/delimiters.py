"""Imitations of roles and delimiters: text that pretends to come from the system, the assistant or another turn."""

import re
from collections.abc import Iterator
from functools import cache

from goodword.guard.untrusted.frames import Reason
from goodword.guard.untrusted.reading import Reading, table


@cache
def _kinds() -> tuple[tuple[re.Pattern[str], str, float], ...]:
    return tuple((re.compile(k["pattern"]), k["name"], float(k["weight"])) for k in table("delimiters")["kind"])


def find(read: Reading) -> Iterator[Reason]:
    """Imitations in a reading, one of each kind."""
    for pattern, rule, weight in _kinds():
        m = pattern.search(read.text)
        if m:
            start, end = read.home(m.start(), m.end())
            yield Reason(rule=f"delimiter.{rule}", start=start, end=end, weight=weight, how=read.how)
