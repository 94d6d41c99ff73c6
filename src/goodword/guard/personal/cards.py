"""Bank cards (Luhn and the known first digits, UnionPay among them) and international account numbers."""

import re
from collections.abc import Iterator

from goodword.guard.personal.checks import luhn, mod97
from goodword.guard.personal.reading import Reading
from goodword.guard.personal.spans import Span
from goodword.guard.personal.words import after, before, just_before, never

_CARD = re.compile(r"(?<![0-9.])(?<![0-9][- ])[0-9](?:[- ]?[0-9]){11,18}(?![0-9]|[- ][0-9]|\.[0-9])")
# First digits and lengths: Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay, Maestro, old Chinese ones.  # noqa: E501
_ISSUERS = re.compile(
    r"4[0-9]{12}(?:[0-9]{3}){0,2}|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11,16}|"
    r"6(?:011|4[4-9][0-9]|5[0-9]{2})[0-9]{12,15}|35[0-9]{14}|(?:2131|1800)[0-9]{11}|62[0-9]{14,17}|"
    r"(?:5[06-8]|6[0-9])[0-9]{10,17}|9558[0-9]{12,15}|81[0-9]{14,17}"
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Za-z0-9])", re.IGNORECASE)


def find(reading: Reading) -> Iterator[Span]:
    """Cards and accounts of a text."""
    for match in _CARD.finditer(reading.digits):
        score = _likelihood(reading, match)
        if score:
            yield Span(start=match.start(), end=match.end(), type="BANK_CARD", score=score)
    for match in _IBAN.finditer(reading.text):
        end = _iban_end(match.group())
        if end:
            yield Span(start=match.start(), end=match.start() + end, type="IBAN", score=0.99)


def _likelihood(reading: Reading, match: re.Match[str]) -> float:
    bare = re.sub(r"[- ]", "", match.group())
    if never(reading, match.start(), "code"):
        return 0.0
    known = bool(_ISSUERS.fullmatch(bare)) and luhn(bare)
    if just_before(reading, match.start(), "card") or after(reading, match.end(), "card"):
        return 0.98 if known else 0.9 if luhn(bare) else 0.7 if len(bare) >= 15 else 0.0  # mistyped, still somebody's
    if before(reading, match.start(), "card"):
        return 0.96 if known else 0.0
    if len(bare) < 14:
        return 0.6 if known and len(bare) == 13 and bare[0] == "4" and not bare.startswith("400") else 0.0
    return 0.85 if known else 0.0


def _iban_end(written: str) -> int:
    """How much of it is an account number: words may follow after a blank."""
    for end in range(len(written), 14, -1):
        if end < len(written) and written[end] not in " -":
            continue
        bare = re.sub(r"[ -]", "", written[:end]).upper()
        if 15 <= len(bare) <= 34 and mod97(bare):
            return end
    return 0
