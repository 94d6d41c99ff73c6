"""What of a model's words the guard reads: pseudonyms, marks of layout and courtesies are blanked, offsets stay.

A pseudonym stands for the caller's own words, `**bold**` is layout, and 'Thank you for your question!' claims nothing:
the guard, made for product copy, would ask which fact each of them rests on. Everything else it reads as it stands.
Courtesies are data (data/proxy/courtesies.toml) and match whole clauses only.
"""

import re
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.text import segment

_TAG = re.compile(r"<[A-Z]+(?:_[A-Z]+)*_[0-9]+>", re.ASCII)
_LINE_MARKS = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+•][ \t]+|\d{1,2}[.)][ \t]+)", re.MULTILINE)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*])([*`])(?=[^\s*`])([^*`\n]+?)(?<=\S)\1(?![\w*])")


def veiled(text: str) -> str:
    """The text as the guard reads it, of the same length."""
    out = _TAG.sub(_blank, text)
    out = _LINE_MARKS.sub(_blank, out)
    out = _BOLD.sub(_inside, out)
    out = _EMPHASIS.sub(_inside, out)
    return _without_courtesies(out)


def says_something(veil: str) -> bool:
    """Whether any word is left to judge."""
    return re.search(r"\w", veil) is not None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _inside(match: re.Match[str]) -> str:
    mark = " " * len(match.group(1))
    return f"{mark}{match.group(2)}{mark}"


def _without_courtesies(text: str) -> str:
    """Courtesies at the head of a sentence blanked, one after the other, and sentences that are nothing else."""
    out = text
    for start, end in segment.sentences(text):
        at = start
        while at < end and (found := _courtesy().match(out, at, end)):
            if found.end() == at:
                break
            out = out[:at] + _blank(found) + out[found.end() :]
            at = found.end()
            at += len(out[at:end]) - len(out[at:end].lstrip())
    return out


@cache
def _courtesy() -> re.Pattern[str]:
    """One clause that is a courtesy from its first word to its stop."""
    table: dict[str, Any] = loads(files("goodword.data").joinpath("proxy/courtesies.toml").read_text("utf-8"))
    either = "|".join(f"(?:{p})" for lang in ("en", "zh") for p in table[lang]["clauses"])
    return re.compile(rf"(?:{either})\s*(?:[,，.。!！?？~～:：;；]+[\s”\"']*|$)", re.IGNORECASE)
