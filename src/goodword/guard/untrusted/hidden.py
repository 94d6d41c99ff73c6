"""What is hidden from a reader: invisible runs, the tag block, direction overrides, comments, styles that show nothing.

Hiding is a hint; hidden words that speak to a machine are more, which the frames find in the plain reading.
"""

import re
from collections.abc import Iterator

from goodword.guard.untrusted.frames import Reason

_RUN = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]{3,}|(?:\\w[\u200b-\u200d\u2060\ufeff\u00ad]){4,}")
_TAGS = re.compile("[\U000e0020-\U000e007e]{3,}")
_BIDI = re.compile("[\u202d\u202e\u2066-\u2068][^\u202c\u2069\n]{3,200}")
_COMMENT = re.compile(r"<!--(.{6,600}?)-->|/\*(.{12,600}?)\*/|\[//\]: ?# ?\(.{6,300}?\)", re.DOTALL)
_STYLE = re.compile(
    r"(?:font-size\s*:\s*0(?:px|pt|em|%)?\s*[;\"']|display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])"
    r"|color\s*:\s*(?:white|#fff(?:fff)?\b|transparent)|(?:left|top|text-indent)\s*:\s*-\d{3,}|\bhidden\b(?=[^<>]{0,80}>)"
    r"|height\s*:\s*0(?:px)?\s*[;\"'])[^<>]{0,200}>[^<]{4,400}",
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\n(?:[ \t]{0,20}\n){15,60}")


def find(text: str) -> Iterator[Reason]:
    """Hidden parts of a text as given."""
    for pattern, rule, weight in _KINDS:
        m = pattern.search(text)
        if m:
            yield Reason(rule=f"hidden.{rule}", start=m.start(), end=m.end(), weight=weight)


_KINDS = (
    (_RUN, "invisible characters", 1.5),
    (_TAGS, "tag characters", 3.5),
    (_BIDI, "direction override", 1.0),
    (_COMMENT, "comment", 0.8),
    (_STYLE, "unseen style", 2.0),
    (_BLANK_LINES, "pushed out of sight", 0.8),
)
