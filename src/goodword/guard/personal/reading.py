"""A text made plain for reading: full-width to half-width, hidden marks out, spelled-out digits as digits, offsets kept."""  # noqa: E501

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

_PLAIN = re.compile(r"[^\x00-\x7f\u4e00-\u9fff\u3001\u3002]")
_ENDS = re.compile(r"[。！？；;!?\n\r]")
_HEADED = re.compile(r"([:：])[ ]?\n(?=[^\n]*$)")
_NUMERALS = "零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖貳參陸弌洞拐"
_VALUES = "00012345678912123456789236107"
_DIGITS: Mapping[int, str] = dict(zip(map(ord, _NUMERALS), _VALUES, strict=True))
# A run of numerals and digits with at most one mark between two; the count of 7 is checked on the match.
_RUN = re.compile(rf"[0-9{_NUMERALS}](?:[ \-.·,，、]?[0-9{_NUMERALS}])*")
_NUMERAL = re.compile(rf"[{_NUMERALS}]")
_SHORTEST_SPELLED = 7


@dataclass(frozen=True)
class Reading:
    """The plain text and where each of its characters came from. Recognisers find spans of `text`."""

    text: str
    origin: tuple[int, ...] | None  # None: every character stands where it stood
    length: int  # of the original

    @cached_property
    def lower(self) -> str:
        """The plain text in lower case, character for character."""
        lower = self.text.lower()
        return lower if len(lower) == len(self.text) else "".join(c.lower()[:1] or c for c in self.text)

    @cached_property
    def digits(self) -> str:
        """The plain text with spelled-out numbers (一三八零零…, 138-零五七一) written in digits, character for character."""  # noqa: E501
        if not _NUMERAL.search(self.text):
            return self.text
        return _RUN.sub(_translated, self.text)

    def home(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1

    def left(self, start: int, within: int) -> str:
        """What stands before, lower-cased, no further than the sentence. A heading on the line above ('Phone:') counts."""  # noqa: E501
        before = _HEADED.sub(r"\1 ", self.lower[max(0, start - within) : start])
        return _ENDS.split(before)[-1]

    def right(self, end: int, within: int) -> str:
        """What stands after, lower-cased, no further than the sentence."""
        return _ENDS.split(self.lower[end : end + within], maxsplit=1)[0]


def read(text: str) -> Reading:
    """Make a text plain."""
    if not _PLAIN.search(text):
        return Reading(text, None, len(text))
    out, origin = [], []
    for i, char in enumerate(text):
        plain = char if char < "\x80" or "\u4e00" <= char <= "\u9fff" else _plain(char)
        if plain:
            out.append(plain)
            origin.append(i)
    kept = None if len(origin) == len(text) else tuple(origin)
    return Reading("".join(out), kept, len(text))


@lru_cache(maxsize=8192)
def _plain(char: str) -> str:
    """One character made plain, or '' for marks that no reader sees. What would grow stays as it is."""
    if unicodedata.category(char) in {"Cf", "Mn", "Me"}:
        return ""
    folded = unicodedata.normalize("NFKC", char)
    if folded in {"‐", "‑", "‒", "–", "—", "―", "−", "﹣"}:
        return "-"
    return folded if len(folded) == 1 else char


def _translated(match: re.Match[str]) -> str:
    run = match.group()
    if not _NUMERAL.search(run):
        return run
    if run[1:].isascii() and not run[0].isascii():  # 张三139…: the numeral belongs to the word before
        return run
    bare = sum(c.isdigit() or c in _NUMERALS for c in run)
    return run.translate(_DIGITS) if bare >= _SHORTEST_SPELLED else run
