"""How often: 'descale it once a month' against 'every 3 months', 每天两次 against 每日3次.

A frequency of the text is compared with those of the facts; where facts give any, another one is no looser way to say
it. Data: data/guard/frequency.toml.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache

from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held, evidence
from goodword.guard.words import rows
from goodword.text.normalise import fold
from goodword.types import Claim, Fact, Verdict

REASON = "frequency"
_ROOM = Decimal("0.1")
Often = tuple[Decimal, Decimal]  # the least and the most times a year


@cache
def _patterns() -> tuple[re.Pattern[str], dict[str, Decimal], dict[str, Decimal]]:
    table = rows("frequency")
    times = {w: Decimal(n) for n, words in table["times"].items() for w in words}
    spans = {w: Decimal(n) for n, words in table["a_year"].items() for w in words}
    number = "|".join(sorted(map(re.escape, times), key=len, reverse=True))
    unit = "|".join(sorted(map(re.escape, spans), key=len, reverse=True))
    count = rf"(?:{number}|\d{{1,3}})"
    form = table["form"].replace("\n", "").replace("{n}", count).replace("{unit}", unit)
    return re.compile(form), times, spans


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Refuted: a frequency where facts give others only."""
    known = _known(held)
    text = fold(matter.text) if known else None
    for start, end, often in _find(text.text) if text else ():
        fact = known[0][1]
        if not any(_agree(often, k) for k, _ in known):
            a, b = text.home(start, end)  # type: ignore[union-attr]
            yield Verdict(claim=Claim(start=a, end=b, kind="number"), stance="refuted",
                          evidence=(evidence(fact, 0, len(fact.text)),), reason=REASON)  # fmt: skip


def spoken_for(matter: Matter, held: Held) -> list[tuple[int, int]]:
    """Spans of frequencies that facts give, in these words or in others."""
    known = _known(held)
    text = fold(matter.text) if known else None
    found = _find(text.text) if text else ()
    return [text.home(a, b) for a, b, often in found if any(_agree(often, k) for k, _ in known)]  # type: ignore[union-attr]


@lru_cache(maxsize=64)
def _known(held: Held) -> tuple[tuple[Often, Fact], ...]:
    cells = ((f, f"{fold(f.name).text}: {text}") for f, text in held.folded if f.key not in NAMING)
    return tuple((often, f) for f, cell in cells for _, _, often in _find(cell))


def _find(text: str) -> list[tuple[int, int, Often]]:
    pattern, times, spans = _patterns()
    out = []

    def number(word: str | None) -> Decimal:
        return Decimal(1) if not word else times[word] if word in times else Decimal(word)

    for m in pattern.finditer(text):
        got = {k: v for k, v in m.groupdict().items() if v}
        unit = next(v for k, v in got.items() if k.startswith("u"))
        most = next((number(v) for k, v in got.items() if k.startswith("n")), Decimal(1))
        least = next((number(v) for k, v in got.items() if k.startswith("m")), most)
        low, high = sorted((least, most))
        each = [next((number(v) for k, v in got.items() if k.startswith(e)), Decimal(0)) for e in ("e", "f")]
        long, short = max(each) or Decimal(1), min(e for e in (*each, max(each), Decimal(1)) if e) if max(each) else 1
        short = min(e for e in each if e) if max(each) else Decimal(1)
        if "other" in got:
            long = short = Decimal(2)
        if long and short:
            out.append((*m.span(), (low * spans[unit] / long, high * spans[unit] / short)))
    return out


def _agree(said: Often, held: Often) -> bool:
    return said[0] >= held[0] * (1 - _ROOM) and said[1] <= held[1] * (1 + _ROOM)
