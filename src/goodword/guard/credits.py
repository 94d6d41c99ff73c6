"""Who did what: 'illustrated by' the author, 出版社 for 译者. A name that facts give under one role, said in another.

Data: data/guard/credits.toml.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held, evidence
from goodword.guard.words import rows
from goodword.text.normalise import fold
from goodword.types import Claim, Fact, Verdict

REASON = "credit"
Credit = tuple[str, str, Fact]  # a role, the folded name of who fills it
_PAUSE = re.compile(r"[,;，；。、]|\band\b")
_FAR = 24  # characters between a role and the name of who fills it


@cache
def _roles() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    return tuple(
        (name, re.compile(row["heading"]), re.compile(row["said"])) for name, row in rows("credits")["role"].items()
    )


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Refuted: a name in a role that facts give to another, where they give this name another role."""
    known = _known(held)
    for role, name, said, start, end in _named(matter, known):
        others = [f for r, n, f in known if r in said and n != name]
        if role not in said and others and not any(r in said and n == name for r, n, _ in known):
            claim = Claim(start=start, end=end, kind="origin")
            quote = (evidence(others[0], 0, len(others[0].text)),)
            yield Verdict(claim=claim, stance="refuted", evidence=quote, reason=REASON)


def spoken_for(matter: Matter, held: Held) -> list[tuple[int, int]]:
    """Spans in which a name is said in its own role: 'written by M. Ellery'."""
    return [(start, end) for role, _, said, start, end in _named(matter, _known(held)) if role in said]


def _named(matter: Matter, known: tuple[Credit, ...]) -> Iterator[tuple[str, str, dict[str, int], int, int]]:
    """Each name that a text puts in a role: the role facts give it, the name, the roles said, the span of both."""
    text = fold(matter.text) if known else None
    for role, name, _ in known if text else ():
        for m in re.finditer(re.escape(name), text.text):  # type: ignore[union-attr]
            first = max(0, m.start() - _FAR)
            before = text.text[first : m.start()]  # type: ignore[union-attr]
            cut = max((p.end() for p in _PAUSE.finditer(before)), default=0)
            found = ((r, form.search(before, cut)) for r, _, form in _roles())
            said = {r: hit.start() + first for r, hit in found if hit}
            if said:
                start, end = text.home(min(said.values()), m.end())  # type: ignore[union-attr]
                yield role, name, said, start, end


@lru_cache(maxsize=64)
def _known(held: Held) -> tuple[tuple[str, str, Fact], ...]:
    """The names that facts give in a role."""
    out = []
    for fact, text in held.folded:
        role = next((r for r, heading, _ in _roles() if heading.search(fold(fact.name).text)), "")
        if role and fact.key not in NAMING - {"brand"}:
            out += [(role, n.strip(), fact) for n in re.split(r"[,，、;；/]|\band\b|和", text) if len(n.strip()) > 1]
    return tuple(out)
