"""Finding personal data: every recogniser reads the text, one reading per place stands, and offsets go home."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from goodword.guard.personal import (
    births,
    cards,
    handles,
    identity,
    internet,
    names,
    own,
    parcels,
    phones,
    places,
    plates,
    tagged,
)
from goodword.guard.personal.reading import Reading, read
from goodword.guard.personal.spans import Span, merged, settle
from goodword.text.language import detect
from goodword.types import Lang

RECOGNISERS = (births, cards, handles, identity, internet, names, parcels, phones, places, plates)
TYPES = ("PERSON", "ADDRESS", "PHONE", "EMAIL", "RESIDENT_ID", "PASSPORT", "LICENCE", "SSN", "NINO", "BANK_CARD", "IBAN",  # noqa: E501
         "PLATE", "HANDLE", "ORDER", "TRACKING", "IP", "PAGE", "BIRTH_DATE")  # fmt: skip
_REACHES = {
    "ADDRESS",
    "PHONE",
    "EMAIL",
    "HANDLE",
    "RESIDENT_ID",
    "BANK_CARD",
    "IBAN",
    "TRACKING",
}  # where one is, a name is near
_LEAST = 0.5


def screen(
    text: str, lang: Lang | None = None, *, own_contacts: Collection[str] = (), brands: Collection[str] = ()
) -> list[Span]:
    """The personal data of a text, in order and without overlap.

    Args:
        lang: told from the text if not given. Either language finds what is written in both.
        own_contacts: the shop's own public telephone numbers, addresses and names; never reported.
        brands: names of brands beyond those in data/personal/brands.toml, such as the catalogue's.

    Raises:
        DataError: the tagger's weights or a library is missing. The text must then not pass.
    """
    reading = read(text)
    if not reading.text.strip():
        return []
    found = own.drop_brands(reading, _all(reading, lang or detect(text)), brands)
    kept = own.keep_own(reading, settle(_joined([s for s in found if s.score >= _LEAST])), own_contacts)
    out = []
    for span in kept:
        start, end = reading.home(span.start, span.end)
        out.append(replace(span, start=start, end=end))
    return out


def _all(reading: Reading, lang: Lang) -> Iterator[Span]:
    found = [s for recogniser in RECOGNISERS for s in recogniser.find(reading)]
    yield from found
    held = any(s.type in _REACHES for s in found)
    if held:
        yield from names.beside(reading)
    yield from tagged.find(reading, lang, personal_already=held)


def _joined(spans: list[Span]) -> list[Span]:
    """Names and addresses, found twice over, joined; numbers compete instead."""
    numbers = [s for s in spans if s.type not in {"ADDRESS", "PERSON"}]
    return [
        *numbers,
        *merged([s for s in spans if s.type == "ADDRESS"]),
        *merged([s for s in spans if s.type == "PERSON"]),
    ]
