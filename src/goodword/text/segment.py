"""Sentences of English, Chinese and mixed text, as spans that slice back."""

import re

_END = re.compile(r"[。！？；!?;]+[”’\"')）】」』]*|\.(?=[\s”’\"')]|$)[”’\"')]*|\n+")
# A full stop after these does not end a sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|max|min|typ|incl|excl|no|vs|dr|mr|mrs|ms|st|fl|sq|ft|in|oz|lb|lbs|u\.s|u\.k|inc|ltd|co)|\b[A-Z])\.$",
    re.IGNORECASE,
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of `text`, trimmed of white space, in order. Blank sentences are left out."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match.group().startswith(".") and _goes_on(text, match.start(), match.end()):
            continue
        _add(text, start, match.end(), spans)
        start = match.end()
    _add(text, start, len(text), spans)
    return spans


def _goes_on(text: str, stop: int, end: int) -> bool:
    """Whether the full stop at `stop` belongs to an abbreviation and a lower-case word or number follows."""
    if not _ABBREVIATION.search(text, max(0, stop - 8), stop + 1):
        return False
    rest = text[end:].lstrip(" ")
    return bool(rest) and (rest[0].islower() or rest[0].isdigit() or rest[0] in "(,")


def _add(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
