"""Check digits: Luhn (bank cards), mod 97 (IBAN), mod 11 (Chinese resident IDs), and those of Hong Kong and Taiwan."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ISSUED = "10X98765432"
_TAIWAN = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def luhn(digits: str) -> bool:
    """Whether the last digit is that of ISO/IEC 7812."""
    total = 0
    for i, char in enumerate(reversed(digits)):
        n = int(char)
        total += n if i % 2 == 0 else n * 2 - 9 * (n > 4)
    return total % 10 == 0


def mod97(iban: str) -> bool:
    """Whether the two check digits are those of ISO 13616."""
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1


def resident(number: str) -> bool:
    """Whether the eighteenth sign is that of GB 11643. County codes are not judged: old ones stay valid."""
    return _ISSUED[sum(int(d) * w for d, w in zip(number[:17], _WEIGHTS, strict=True)) % 11] == number[17].upper()


def day(year: int, month: int, date: int) -> bool:
    """Whether this can be a day of birth."""
    return 1900 <= year <= 2035 and 1 <= month <= 12 and 1 <= date <= (30 if month in {4, 6, 9, 11} else
                                                                     29 if month == 2 else 31)  # fmt: skip


def hong_kong(letters: str, number: str, check: str) -> bool:
    """Whether the sign in brackets is that of a Hong Kong identity card."""
    values = [36] * (2 - len(letters)) + [ord(c) - 55 for c in letters] + [int(d) for d in number]
    total = sum(v * w for v, w in zip(values, range(9, 1, -1), strict=True))
    return "0123456789A"[-total % 11] == check


def taiwan(number: str) -> bool:
    """Whether the last digit is that of a Taiwan identity card."""
    area = _TAIWAN.index(number[0]) + 10
    total = area // 10 + area % 10 * 9 + sum(int(d) * w for d, w in zip(number[1:9], range(8, 0, -1), strict=True))
    return (total + int(number[9])) % 10 == 0
