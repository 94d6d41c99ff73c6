"""What is never redacted: the shop's own public contacts, and brands that are personal names."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache

from goodword.guard.personal.reading import Reading, read
from goodword.guard.personal.spans import Span
from goodword.guard.personal.words import table

_REACH = 14  # characters of a brand before and after a name within it


def keep_own(reading: Reading, spans: Iterable[Span], own: Collection[str]) -> Iterator[Span]:
    """The spans less the shop's own contacts. A contact counts whole: nobody's name passes because a shop's name holds it."""  # noqa: E501
    contacts = {_bare(read(value).text) for value in own} - {""}
    for span in spans:
        if _bare(reading.text[span.start : span.end]) not in contacts:
            yield span


def _bare(value: str) -> str:
    """A contact without what people write it with: blanks, dashes, brackets, +86."""
    bare = re.sub(r"[^\w@]", "", value).lower()
    return re.sub(r"^(?:00)?86(?=[0-9]{10,11}$)", "", bare) if bare.isdigit() else bare


def drop_brands(reading: Reading, spans: Iterable[Span], brands: Collection[str]) -> Iterator[Span]:
    """The spans less those names that are brands, unless the words beside them vouch for a person."""
    known = _known(tuple(sorted(brands)))
    for span in spans:
        if span.type == "PERSON" and not span.sure and _is_brand(reading.lower, span, known):
            continue
        yield span


def _is_brand(text: str, span: Span, known: frozenset[str]) -> bool:
    """Whether the span is a brand or lies within one: 'Klein' in 'Calvin Klein'."""
    starts = [i for i in range(max(0, span.start - _REACH), span.start + 1) if _edge(text, i)]
    ends = [j for j in range(span.end, min(len(text), span.end + _REACH) + 1) if _edge(text, j)]
    if any(text[i:j].replace("’", "'").removesuffix("'s") in known for i in starts for j in ends):
        return True
    first = re.match(
        r"(?:dr|mrs?|ms)\.? [\w’']+|[\w’']+(?: & | )[\w’']+", text[span.start : span.end]
    )  # 'Dr. Martens Women'
    return first is not None and first.group().replace("’", "'").removesuffix("'s") in known


def _edge(text: str, at: int) -> bool:
    """Whether a word may begin or end here."""
    pair = text[max(0, at - 1) : at + 1]
    return len(pair) < 2 or not at or not (pair.isascii() and pair.isalnum())


@cache
def _known(brands: tuple[str, ...]) -> frozenset[str]:
    rows = table("brands")
    return frozenset(n.lower().removesuffix("'s") for n in (*rows["zh"], *rows["en"], *brands) if n.strip())
