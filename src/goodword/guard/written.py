"""Quantities that stand in a fact as they are written: after 'per', after 'every', as figures of a resolution."""

import re
from collections.abc import Iterator
from functools import lru_cache

from goodword.guard.held import Held, evidence
from goodword.text.normalise import fold
from goodword.types import Evidence, Fact, Quantity

_PIECE = re.compile(r"[\d.,]+|[^\d\s.,]+")
_PER = ("/", "per ", "每")


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[str, ...]:
    """Figures and words of a quantity as written: where they do not all stand, no pattern of it need be sought."""
    return tuple(_PIECE.findall(fold(text).text))


def _spaced(text: str) -> str:
    """A pattern of a quantity as written, however it is spaced."""
    return r"\s*".join(map(re.escape, _pieces(text)))


@lru_cache(maxsize=4096)
def _anywhere(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\d.]){_spaced(text)}(?![a-z])")


@lru_cache(maxsize=4096)
def _after_per(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?:/\s?|\bper |每){_spaced(text)}(?![a-z])")


def _holding(text: str, held: Held) -> Iterator[tuple[Fact, str]]:
    """Facts in which every piece of a quantity stands somewhere."""
    wanted = _pieces(text)
    return ((f, t) for f, t in held.folded if len(t) == len(f.text) and all(w in t for w in wanted))


def each(written: str, held: Held) -> tuple[Evidence, ...]:
    """一年一次 of 每年一次: one of a span of time is each of them."""
    unit = re.fullmatch(r"一(年|个月|月|周|天|次)|(?:a|one) (year|month|week|day)", written)
    wanted = unit and (f"每{unit[1]}" if unit[1] else f"every {unit[2]}")
    hits = ((f, t.find(wanted)) for f, t in held.folded if len(t) == len(f.text)) if wanted else ()
    return next(((evidence(f, i, i + len(wanted or "")),) for f, i in hits if i >= 0), ())


def figures(said: Quantity, held: Held) -> tuple[Evidence, ...]:
    """'2560 × 1440 pixels' of a resolution that gives the figures alone."""
    if said.unit != "pixel_" or said.low is None or said.low != said.high:
        return ()
    written = re.compile(rf"(?<![\d.]){said.low}(?![\d.])")
    hits = ((f, written.search(f.text)) for f in held.facts if f.key == "resolution")
    return next(((evidence(f, *m.span()),) for f, m in hits if m), ())


def written(text: str, held: Held) -> tuple[Evidence, ...]:
    """A quantity that stands in a fact just as written: the 100 g of '2140 kJ/100 g'."""
    hits = ((f, _anywhere(text).search(t)) for f, t in _holding(text, held))
    return next(((evidence(f, *m.span()),) for f, m in hits if m), ())


def per(text: str, held: Held) -> tuple[Evidence, ...]:
    """The 100 g of '448 kcal/100 g', said as '100 g provide 448 kcal'."""
    if not "".join(_pieces(text))[:1].isdigit():
        return ()
    hits = ((f, _after_per(text).search(t)) for f, t in _holding(text, held) if any(p in t for p in _PER))
    return next(((evidence(f, *m.span()),) for f, m in hits if m), ())
