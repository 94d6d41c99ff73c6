r"""The little language that triggers are written in, compiled to expressions that run in linear time.

    literal words      folded; a space in Latin script also matches a hyphen
    <set>              any word of a named set
    (a|b|c)  (a|b)?    alternatives, optional alternatives
    brands?            the last letter optional
    ~  ~20             a gap of up to 10 (20) characters inside one clause
    ~~  ~~40           the same inside one sentence, commas allowed
    #  #9              a number in figures; exactly nine figures
    *                  the rest of a Latin word
    ^  $               the beginning or the end of a clause
    \#                 the mark itself

There is no unbounded repetition, so every pattern has a greatest width and is run only around its anchors: words one of
which must stand in any text that it matches.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from goodword.errors import DataError

_TOKEN = re.compile(
    r"<(?P<set>[a-z_0-9]+)>|(?P<gap>~~?)(?P<size>\d+)?|#(?P<digits>\d{1,2})|(?P<mark>[()|?#*^$])"
    r"|(?P<lit>(?:\\.|[^<~()|?#*^$\\])+)"
)
_GAP = {"~": r"(?:[^.,;:!?\n，。；：！？、]|[.,](?=\d))", "~~": r"(?:[^.;!?\n。；！？]|\.(?=\d))"}
_DEFAULT = {"~": 10, "~~": 40}
_SPACE = r"[\s-]{1,3}"
_BORDER_LEFT, _BORDER_RIGHT = r"(?:(?<![a-z0-9])|(?![a-z0-9]))", r"(?:(?![a-z0-9])|(?<![a-z0-9]))"
_NUMBER, _NUMBER_WIDTH = r"\d{1,12}(?:[.,]\d{1,6}){0,4}", 40
_START, _END = r"(?<![^\s,.;:!?，。；：！？…·\"“”'‘’(（)）*—-])", r"(?=\s{0,3}(?:[,.;:!?，。；：！？…\"“”'’)）*—~]|$))"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Part of a pattern: its expression, its greatest width, and its anchors (None where it has none)."""

    expression: str
    width: int
    anchors: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """A trigger line ready to run; its expression is compiled when first wanted, for most texts want few."""

    line: str
    expression: str
    width: int
    anchors: frozenset[str]

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The expression, compiled."""
        return re.compile(self.expression)


def compile_line(line: str, sets: Mapping[str, tuple[str, ...]], *, anchored: bool = True) -> Pattern:
    """Compile one trigger line; one that is not `anchored` is only ever looked for around something else.

    Raises:
        DataError: it is malformed, names an unknown set, or has no fixed word to look for.
    """
    line = re.sub(r"\s*(~~?\d*)\s*", r"\1", line)  # a gap takes the spaces around it
    tokens = list(_TOKEN.finditer(line))
    if "".join(m.group() for m in tokens) != line:
        raise DataError(f"trigger {line!r} is malformed")
    piece, rest = _alternatives(tokens, 0, sets, line)
    if rest != len(tokens):
        raise DataError(f"trigger {line!r} has a bracket too many")
    if anchored and (not piece.anchors or any(a.isascii() and a.isalnum() and len(a) < 2 for a in piece.anchors)):
        raise DataError(f"trigger {line!r} has no fixed word to look for")
    expression = f"{_BORDER_LEFT}(?:{piece.expression}){_BORDER_RIGHT}"
    return Pattern(line=line, expression=expression, width=piece.width,
                   anchors=piece.anchors or frozenset())  # fmt: skip


def _alternatives(
    tokens: list[re.Match[str]], at: int, sets: Mapping[str, tuple[str, ...]], line: str
) -> tuple[Piece, int]:
    """Sequences with bars between, up to a closing bracket or the end."""
    options, pieces = [], list[Piece]()
    while at < len(tokens):
        token = tokens[at]
        if token["mark"] == ")":
            break
        if token["mark"] == "|":
            options.append(_sequence(pieces))
            pieces, at = [], at + 1
            continue
        if token["mark"] == "(":
            piece, at = _alternatives(tokens, at + 1, sets, line)
            if at >= len(tokens):
                raise DataError(f"trigger {line!r} has an open bracket")
        else:
            piece = _single(token, sets, line)
        at += 1
        if at < len(tokens) and tokens[at]["mark"] == "?":
            at += 1
            if token["lit"] and len(token["lit"]) > 1:  # of literal words only the last letter is optional
                pieces.append(_words(token["lit"][:-1]))
                piece = _words(token["lit"][-1])
            piece = Piece(expression=f"(?:{piece.expression})?", width=piece.width)
        pieces.append(piece)
    options.append(_sequence(pieces))
    return (options[0] if len(options) == 1 else _choice(options)), at


def _single(token: re.Match[str], sets: Mapping[str, tuple[str, ...]], line: str) -> Piece:
    if token["set"]:
        if token["set"] not in sets:
            raise DataError(f"trigger {line!r} names an unknown set <{token['set']}>")
        return _choice([_words(word) for word in sets[token["set"]]])
    if token["gap"]:
        size = int(token["size"] or _DEFAULT[token["gap"]])
        return Piece(expression=f"{_BORDER_RIGHT}{_GAP[token['gap']]}{{0,{size}}}?{_BORDER_LEFT}", width=size)
    if token["digits"]:
        size = int(token["digits"])
        return Piece(expression=rf"\d{{{size}}}(?!\d)", width=size)
    if token["mark"]:
        return _MARKS[token["mark"]] if token["mark"] in _MARKS else _malformed(line)
    return _words(re.sub(r"\\(.)", r"\1", token["lit"]))


def _malformed(line: str) -> Piece:
    raise DataError(f"trigger {line!r} is malformed")


_MARKS = {
    "#": Piece(expression=_NUMBER, width=_NUMBER_WIDTH),
    "*": Piece(expression=r"[a-z]{0,14}", width=14),
    "^": Piece(expression=_START, width=0),
    "$": Piece(expression=_END, width=0),
}


def _words(text: str) -> Piece:
    """Literal words; the longest is the anchor."""
    parts = text.split(" ")
    named = [p for p in parts if p]
    longest = max(named, key=len) if named else ""
    return Piece(
        expression=_SPACE.join(re.escape(p) for p in parts),
        width=len(text) + 2 * (len(parts) - 1),
        anchors=frozenset({longest}) if longest else None,
    )


def _sequence(pieces: list[Piece]) -> Piece:
    anchored = [p.anchors for p in pieces if p.anchors]
    best = max(anchored, key=lambda a: (min(map(_weight, a)), -len(a)), default=None)
    return Piece(expression="".join(p.expression for p in pieces), width=sum(p.width for p in pieces), anchors=best)


def _weight(word: str) -> int:
    return len(word) if word.isascii() else 3 * len(word)


def _choice(options: list[Piece]) -> Piece:
    anchors = [o.anchors for o in options]
    whole = None if None in anchors else frozenset(a for some in anchors if some for a in some)
    longest_first = sorted((o.expression for o in options), key=len, reverse=True)
    return Piece(
        expression=f"(?:{'|'.join(longest_first)})", width=max((o.width for o in options), default=0), anchors=whole
    )


class Index:
    """Anchors of many patterns, found in one pass over a text."""

    def __init__(self, patterns: Mapping[int, Pattern]) -> None:
        self._patterns = patterns
        self._heads: dict[str, list[tuple[str, tuple[int, ...]]]] = {}  # anchors by their first characters
        owners: dict[str, list[int]] = {}
        for key, pattern in patterns.items():
            for anchor in pattern.anchors:
                owners.setdefault(anchor, []).append(key)
        for anchor, keys in owners.items():
            self._heads.setdefault(anchor[: 3 if anchor.isascii() else 2], []).append((anchor, tuple(keys)))
        self._sizes = sorted({len(h) for h in self._heads})

    def matches(self, text: str, limit: int = 24) -> Iterator[tuple[int, int, int]]:
        """(pattern, start, end) of every match, at most `limit` of one pattern."""
        for key, windows in self._windows(text).items():
            yield from ((key, a, b) for a, b in _within(self._patterns[key], text, windows, limit))

    def _windows(self, text: str) -> dict[int, list[tuple[int, int]]]:
        heads, found = self._heads, dict[int, list[tuple[int, int]]]()
        begun = [
            (at, text[at : at + n])
            for n in self._sizes
            for at in range(len(text) - n + 1)
            if text[at : at + n] in heads
        ]
        for at, head in sorted(begun):
            for anchor, keys in heads[head]:
                if text.startswith(anchor, at) and not _mid_word(text, at, anchor):
                    for key in keys:
                        _widen(found.setdefault(key, []), at, self._patterns[key].width, len(anchor))
        return found


def _mid_word(text: str, at: int, anchor: str) -> bool:
    """Whether a short Latin anchor stands inside a longer word, where no pattern can begin with it."""
    before = text[at - 1 : at]
    return len(anchor) < 4 and anchor.isascii() and anchor.isalpha() and before.isascii() and before.isalpha()


def _widen(windows: list[tuple[int, int]], at: int, width: int, size: int) -> None:
    start, end = max(0, at - width), at + max(width, size) + 4
    if windows and start <= windows[-1][1]:
        windows[-1] = (windows[-1][0], end)
    else:
        windows.append((start, end))


def _within(pattern: Pattern, text: str, windows: list[tuple[int, int]], limit: int) -> Iterator[tuple[int, int]]:
    told = 0
    for start, end in windows:
        for match in pattern.compiled.finditer(text, start, end):
            if match.end() > match.start():
                yield match.start(), match.end()
                told += 1
                if told >= limit:
                    return
