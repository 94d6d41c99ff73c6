"""A stretch of text that is someone's personal data, and which of several overlapping readings stands."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import attrgetter


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Personal data from `start` to `end`: what kind, and how sure (0..1).

    `sure` marks a span that words of the text vouch for (收件人, 'my name is'), which no list of brands can undo.
    """

    start: int
    end: int
    type: str
    score: float
    sure: bool = False


_CELL = 64  # characters; a span is compared with those of its own cells only, so settling is linear


def settle(spans: Iterable[Span]) -> list[Span]:
    """One reading per place, in order: the surer first, then the longer."""
    kept: list[Span] = []
    taken: defaultdict[int, list[Span]] = defaultdict(list)
    for span in sorted(spans, key=lambda s: (-s.score, s.start - s.end, s.start, s.type)):
        cells = range(span.start // _CELL, (span.end - 1) // _CELL + 1)
        if any(span.start < k.end and k.start < span.end for cell in cells for k in taken[cell]):
            continue
        kept.append(span)
        for cell in cells:
            taken[cell].append(span)
    return sorted(kept, key=attrgetter("start"))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans of one type as one span."""
    out: list[Span] = []
    for span in sorted(spans, key=attrgetter("start", "end")):
        if out and span.start < out[-1].end:
            last = out[-1]
            out[-1] = replace(last, end=max(last.end, span.end), score=max(last.score, span.score),
                              sure=last.sure or span.sure)  # fmt: skip
        else:
            out.append(span)
    return out
