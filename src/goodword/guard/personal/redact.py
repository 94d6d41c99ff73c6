"""One-way redaction: what is covered cannot be had back."""

from collections.abc import Iterable

from goodword.guard.personal.spans import Span


def redact(text: str, spans: Iterable[Span]) -> str:
    """The text with each span replaced by its kind: 'Call [PHONE]'."""
    out, at = [], 0
    for span in sorted(spans, key=lambda s: s.start):
        if span.start < at:
            continue
        out += [text[at : span.start], f"[{span.type}]"]
        at = span.end
    return "".join([*out, text[at:]])
