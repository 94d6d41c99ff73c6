"""Evidence given with a text: passages of prose, and counts of reviews.

`{"id": "returns", "text": "…"}` or a plain string is a passage; `{"about": "runs small", "count": 41, "of": 300}` is
a tally of reviews.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from goodword.errors import InputError
from goodword.text import language
from goodword.types import Passage, Source, Tally

_CURE = 'A passage is {"id": …, "text": …}, a count of reviews {"about": …, "count": …, "of": …}'


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """Evidence by kind."""

    passages: tuple[Passage, ...] = ()
    tallies: tuple[Tally, ...] = ()


def read(given: object, where: str = "") -> Given:
    """Evidence as a person or a program wrote it: a string, an object, or a list of them.

    Raises:
        InputError: something in it is neither a passage nor a count of reviews.
    """
    items = [given] if isinstance(given, str | Mapping) else given
    if items is None:
        return Given()
    if not isinstance(items, Sequence):
        raise InputError("evidence must be a list of passages and counts of reviews", where=where, cure=_CURE)
    passages, tallies = [], []
    for number, item in enumerate(items, 1):
        if isinstance(item, str):
            passages.append(_passage({"text": item}, number))
        elif isinstance(item, Mapping) and isinstance(item.get("text"), str):
            passages.append(_passage(item, number))
        elif isinstance(item, Mapping) and {"about", "count", "of"} <= set(item):
            tallies.append(_tally(item, number, where))
        else:
            raise InputError(f"piece {number} of the evidence is neither", where=where, cure=_CURE)
    return Given(passages=tuple(passages), tallies=tuple(tallies))


def _passage(item: Mapping[str, object], number: int) -> Passage:
    text = str(item["text"])
    return Passage(
        id=str(item.get("id") or f"passage {number}"), text=text, lang=language.detect(text),
        source=Source(uri=str(item.get("source") or "given")),
        valid_from=_day(item.get("valid_from")), valid_until=_day(item.get("valid_until")),
    )  # fmt: skip


def _day(value: object) -> str | None:
    return str(value) if value else None


def _tally(item: Mapping[str, object], number: int, where: str) -> Tally:
    about, count, of = item["about"], item["count"], item["of"]
    whole = all(isinstance(n, int) and not isinstance(n, bool) for n in (count, of))
    if not isinstance(about, str) or not whole or not 0 <= int(str(count)) <= int(str(of)):
        raise InputError(
            f"piece {number} of the evidence counts no reviews", where=where,
            cure="Give what they say, how many say it, and of how many",
        )  # fmt: skip
    return Tally(id=str(item.get("id") or f"reviews {number}"), about=about, count=int(str(count)), of=int(str(of)))
