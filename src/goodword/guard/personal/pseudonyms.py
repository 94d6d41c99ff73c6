"""Reversible pseudonyms: the model sees <PERSON_1>, the customer sees their name.

One object is one conversation with one person. Only the object can undo what it did; nothing is written anywhere.
What a text itself writes like a pseudonym is no pseudonym: it gets one of its own, and comes back as it was.
"""

import re
from collections import Counter
from collections.abc import Iterable

from goodword.guard.personal.spans import Span

_TAG = re.compile(r"<[A-Z]+(?:_[A-Z]+)*_[0-9]+>", re.ASCII)
_LITERAL = "TEXT"  # stands for words of a text that look like a pseudonym


class Pseudonyms:
    """The pseudonyms of one conversation: the same words of the same kind always get the same one."""

    def __init__(self) -> None:
        self._tags: dict[tuple[str, str], str] = {}
        self._values: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def __repr__(self) -> str:
        """How many there are; never what they stand for."""
        return f"Pseudonyms({len(self._values)})"

    __str__ = __repr__

    def replace(self, text: str, spans: Iterable[Span]) -> str:
        """The text with pseudonyms for the spans. Of overlapping spans the first counts."""
        out, at = [], 0
        for span in sorted(spans, key=lambda s: (s.start, -s.end)):
            if span.start < at or span.end <= span.start:
                continue
            out += [self._plain(text[at : span.start]), self._tag(span.type, text[span.start : span.end])]
            at = span.end
        return "".join([*out, self._plain(text[at:])])

    def restore(self, text: str) -> str:
        """The text with every pseudonym of this conversation undone, once: what comes back is not read again."""
        return _TAG.sub(lambda m: self._values.get(m.group(), m.group()), text)

    def forget(self) -> None:
        """Drop all that is known. Nothing can be restored afterwards, and numbers are not given out twice."""
        self._tags.clear()
        self._values.clear()

    def _plain(self, text: str) -> str:
        return _TAG.sub(lambda m: self._tag(_LITERAL, m.group()), text)

    def _tag(self, kind: str, value: str) -> str:
        tag = self._tags.get((kind, value))
        if tag is None:
            self._counts[kind] += 1
            tag = self._tags[kind, value] = f"<{kind}_{self._counts[kind]}>"
            self._values[tag] = value
        return tag
