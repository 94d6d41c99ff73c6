"""What must stand in a text for a regular expression to match it: a test by substring, which is ten times as fast."""

import re
from collections.abc import Iterable
from itertools import product
from typing import Any

_MOST, _LEAST = 48, 2  # strings looked for at most, characters of the shortest (one Chinese character will do)


def needed(pattern: str) -> tuple[str, ...]:
    """Strings of which every text that matches holds at least one once it is case-folded; () where nothing is known.

    Args:
        pattern: for `re`, matched with or without regard to case.
    """
    try:
        from re import _parser  # type: ignore[attr-defined] # the only reader of patterns Python has
    except ImportError:  # it is not part of the language: without it everything is simply matched
        return ()
    found = _of(_parser.parse(pattern, re.IGNORECASE)) or frozenset()
    if not _worth(found):
        return ()
    return tuple(sorted(s for s in found if not any(other != s and other in s for other in found)))


def _of(nodes: Iterable[Any]) -> frozenset[str] | None:
    """The best set of strings one of which must stand where these nodes, in a row, match."""
    best: frozenset[str] | None = None
    run: frozenset[str] = frozenset({""})  # all that the nodes since the last gap can be, written out
    for node in nodes:
        exact = _exact(node)
        joined = None if exact is None else frozenset("".join(pair) for pair in product(run, exact))
        if joined is not None and len(joined) <= _MOST:
            run = joined
        else:
            best, run = _better(best, run), exact if exact and len(exact) <= _MOST else frozenset({""})
        if exact is None:
            best = _better(best, _inside(node))
    return _better(best, run)


def _exact(node: Any) -> frozenset[str] | None:
    """Every string a node can be, where they are few."""
    kind, told = str(node[0]), node[1]
    if kind == "LITERAL":
        return frozenset({chr(told).casefold()})
    if kind == "AT":
        return frozenset({""})
    if kind == "IN" and all(str(k) == "LITERAL" for k, _ in told):
        return frozenset(chr(c).casefold() for _, c in told)
    if kind == "SUBPATTERN":
        return _row(told[-1])
    if kind == "BRANCH":
        rows = [_row(branch) for branch in told[1]]
        out = frozenset(s for r in rows if r is not None for s in r)
        return out if all(r is not None for r in rows) and len(out) <= _MOST else None
    return None


def _row(nodes: Iterable[Any]) -> frozenset[str] | None:
    out = frozenset({""})
    for node in nodes:
        if (exact := _exact(node)) is None:
            return None
        out = frozenset("".join(pair) for pair in product(out, exact))
        if len(out) > _MOST:
            return None
    return out


def _inside(node: Any) -> frozenset[str] | None:
    """What must stand inside a node that can be too much to write out."""
    kind, told = str(node[0]), node[1]
    if kind == "SUBPATTERN":
        return _of(told[-1])
    if kind in {"MAX_REPEAT", "MIN_REPEAT"} and told[0] > 0:
        return _of(told[2])
    if kind == "BRANCH":
        rows = [_of(branch) for branch in told[1]]
        if all(r is not None and _worth(r) for r in rows):
            return frozenset(s for r in rows if r is not None for s in r)
    return None


def _worth(found: frozenset[str]) -> bool:
    return bool(found) and all(len(s) >= _LEAST or (s and not s.isascii()) for s in found)


def _better(a: frozenset[str] | None, b: frozenset[str] | None) -> frozenset[str] | None:
    """The one whose shortest string is longer, Chinese characters counting three; then the smaller one."""
    known = [found for found in (a, b) if found is not None and _worth(found)]
    if not known:
        return None
    return max(known, key=lambda found: (min(len(s) if s.isascii() else 3 * len(s) for s in found), -len(found)))
