"""Number plates: Chinese ones by their form, British and American ones where the text speaks of a plate."""

import re
from collections.abc import Iterator

from goodword.guard.personal.reading import Reading
from goodword.guard.personal.spans import Span
from goodword.guard.personal.words import just_before, near, never

_CHINA = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][A-HJ-NP-Za-hj-np-z][ ·.•・-]?"
    r"(?=[A-Za-z]{0,3}[0-9])[A-HJ-NP-Za-hj-np-z0-9]{4,5}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳](?![A-Za-z0-9])"
)
_WORDLIKE = "新云青宁贵黑吉川使"  # 全新A1234X is no car
_BRITAIN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}[ ]?[A-Z]{3}(?![A-Za-z0-9])", re.IGNORECASE)
_ANY = re.compile(r"(?<![A-Za-z0-9])(?=[A-Z0-9 -]{0,7}[0-9])[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,4}(?![A-Za-z0-9])")


def find(reading: Reading) -> Iterator[Span]:
    """Number plates of a text."""
    for match in _CHINA.finditer(reading.text):
        start, end = match.span()
        cued = near(reading, start, end, "plate")
        dotted = not match.group()[2].isalnum()
        shown = match.group()[0] not in _WORDLIKE or not reading.text[max(0, start - 1) : start].strip()
        if not cued and not dotted and sum(map(str.isdigit, match.group())) < 3:
            continue
        if (
            (cued or dotted or shown)
            and len(re.sub(r"\W", "", match.group())) in {7, 8}
            and not never(reading, start, "code")
        ):
            yield Span(start=start, end=end, type="PLATE", score=0.96 if cued else 0.86)
    for pattern in (_BRITAIN, _ANY):
        for match in pattern.finditer(reading.text):
            if just_before(reading, match.start(), "plate"):
                yield Span(start=match.start(), end=match.end(), type="PLATE", score=0.88)
