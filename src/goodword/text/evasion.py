"""Seeing through masked spelling: two readings of a text, each with a map back to the original offsets.

`plain` reads what is written: folded, simplified, without invisible characters. `unmasked` also reads what is meant:
separators between Han characters dropped, spaced or dotted letters joined, digits and look-alikes put as letters,
homophones of risk words put right. Only words that nobody may hide are looked for in the unmasked reading.
"""

import re
from functools import cache
from importlib.resources import files
from tomllib import loads

from goodword.text.normalise import Folded, fold

_INVISIBLE = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
# Marks that part characters and say nothing: between Han characters they only hide a word.
_BETWEEN_HAN = re.compile(
    rf"(?<={_HAN})[^\w\s,，.。!！?？;；:：、()（）\[\]【】《》<>\"“”‘’'%+×&=@$￥¥\n]{{1,3}}(?={_HAN})"
)
_SPACED_HAN = re.compile(rf"(?:{_HAN}[ \t\u3000·.*_|/~-]{{1,2}}){{2,40}}{_HAN}")
_DOTTED_PAIR = re.compile(rf"(?<={_HAN})[·*_|/~-](?={_HAN})")
_SPACED_LATIN = re.compile(r"(?<![a-z0-9])(?:[a-z0-9@$!|][ .·*_-]){3,24}[a-z0-9@$!|](?![a-z0-9])")
_STARRED = re.compile(r"(?<=[a-z])[·*_•](?=[a-z0-9])")
_MIXED = re.compile(r"(?<![a-z0-9@$!|])[a-z]{1,24}[0-9@$!|][a-z0-9@$!|]{1,24}")


def plain(text: str) -> Folded:
    """The text as written: folded, simplified Chinese, nothing invisible."""
    folded = fold(text)
    out = folded.text.translate(_simplified())
    return _without(Folded(text=out, origin=folded.origin, length=folded.length), _invisible(out))


def unmasked(read: Folded) -> Folded:
    """What a plain reading means once its masks are off. The same object where it wears none."""
    out = _without(read, _separators(read.text))
    latin = _MIXED.sub(_letters, out.text) if any(c in out.text for c in "013450@$!|") else out.text
    bare = _spoken().sub(lambda m: _table()[m.group()].ljust(len(m.group()), "\0"), latin)
    if bare != out.text:
        out = Folded(text=bare, origin=out.origin, length=out.length)
        out = _without(out, [(i, i + 1) for i, c in enumerate(bare) if c == "\0"])
    return read if out.text == read.text else out


def _without(read: Folded, spans: list[tuple[int, int]]) -> Folded:
    if not spans:
        return read
    text, origin, at = list[str](), list[int](), 0
    for start, end in spans:
        text.append(read.text[at:start])
        origin.extend(read.origin[at:start])
        at = end
    text.append(read.text[at:])
    origin.extend(read.origin[at:])
    return Folded(text="".join(text), origin=tuple(origin), length=read.length)


def _invisible(text: str) -> list[tuple[int, int]]:
    if text.isascii():
        return []
    return [m.span() for m in _INVISIBLE.finditer(text)]


def _separators(text: str) -> list[tuple[int, int]]:
    """Spans that only hide a word."""
    spans = [m.span() for m in _BETWEEN_HAN.finditer(text)] + [m.span() for m in _DOTTED_PAIR.finditer(text)]
    for found in _SPACED_HAN.finditer(text):
        spans += [(i, i + 1) for i in range(*found.span()) if text[i] in " \t\u3000·.*_|/~-"]
    for found in _SPACED_LATIN.finditer(text):
        spans += [(i, i + 1) for i in range(*found.span()) if text[i] in " .·*_-"]
    spans += [m.span() for m in _STARRED.finditer(text)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _letters(found: re.Match[str]) -> str:
    """A word with digits and marks in it as the letters they stand for: b3st, t0p, ch3apest. Numbers stay."""
    word = found.group()
    body = word.strip("!|")
    inner = body[1:-1]
    masked = any(c in "@$!|" for c in inner) or (any(c.isdigit() for c in inner) and body[0].isalpha())
    if not masked or sum(c.isalpha() for c in body) < 2 or (body[-1].isdigit() and not body[0:1].isalpha()):
        return word
    swapped = "".join(_LOOKS.get(c, c) for c in body[:-1]) + (
        body[-1] if body[-1].isdigit() else _LOOKS.get(body[-1], body[-1])
    )
    return word.replace(body, swapped, 1)


_LOOKS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s", "!": "i", "|": "l"}


@cache
def _data() -> dict[str, dict[str, str]]:
    return loads(files("goodword.data").joinpath("packs/frames/masks.toml").read_text("utf-8"))


@cache
def _simplified() -> dict[int, str]:
    pairs = _data()["simplified"]["pairs"].split()
    table = {ord(p[0]): p[1] for p in pairs}
    return table | {ord(a): b for a, b in zip(_data()["lookalike"]["from"], _data()["lookalike"]["to"], strict=True)}


@cache
def _table() -> dict[str, str]:
    """Masked spellings and what they mean, never longer than what they replace."""
    return {k: v for k, v in _data()["spoken"].items() if isinstance(v, str)}


@cache
def _spoken() -> re.Pattern[str]:
    longest = sorted(_table(), key=len, reverse=True)
    first = "".join(sorted({re.escape(w[0]) for w in longest}))  # at most places none of them can begin
    return re.compile(f"(?=[{first}])(?:{'|'.join(_bordered(w) for w in longest)})")


def _bordered(word: str) -> str:
    before = "(?<![a-z])" if word[0].isascii() else ""
    return before + re.escape(word) + ("(?![a-z0-9])" if word[-1].isascii() else "")
