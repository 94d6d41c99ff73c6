"""What of a rewrite can stand: the longest run of faithful stretches, and the plain sentences for the rest.

A small model adds a flourish to one sentence and words the others well. So where a rewrite as a whole is not
faithful, its sentences are set against the plain ones in order, one to three against one to three, and each stretch
is judged alone (`guard.rewrite`); dynamic programming keeps the stretches that reword the most.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from goodword.guard.rewrite import Fidelity, faithful
from goodword.text import segment
from goodword.types import Fact, Lang

_STRETCH = ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (1, 3), (3, 2))  # plain sentences against rewritten ones
_LONGEST = 24  # sentences; a longer answer is no rewrite of a product text


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One sentence of the outcome and the plain sentences (by place) whose content it carries."""

    text: str
    plain: tuple[int, ...]
    reworded: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Salvage:
    """The outcome in order, and for each plain sentence that stays as it was why its rewrite did not stand."""

    pieces: tuple[Piece, ...]
    reason: str = ""
    kept: tuple[int, ...] = ()

    @property
    def reworded(self) -> int:
        """How many sentences of the outcome are the model's."""
        return sum(p.reworded for p in self.pieces)


def salvage(plain: Sequence[str], rewritten: str, facts: Sequence[Fact], lang: Lang) -> Salvage:
    """Take from a rewrite what is faithful.

    Args:
        plain: the verified sentences, the first of which names the product.
        rewritten: what the model answered; nothing of it stands unless it says the same.
    """
    whole = faithful(plain, rewritten, facts, lang)
    said = [rewritten[a:b] for a, b in segment.sentences(rewritten)]
    if whole.ok:
        pieces = tuple(_pieces(said, range(len(plain)), plain, whole))
        return Salvage(pieces=pieces)
    if not said or len(said) > _LONGEST or not plain:
        return Salvage(pieces=_plain(plain, range(len(plain))), reason=whole.reason, kept=tuple(range(len(plain))))
    steps = _best(plain, said, facts, lang)
    out: list[Piece] = []
    kept: list[int] = []
    for i, a, k, b, fidelity in steps:
        if fidelity is None:
            out += _plain(plain, range(i, i + a))
            kept += range(i, i + a)
        else:
            out += _pieces(said[k : k + b], range(i, i + a), plain, fidelity)
    return Salvage(pieces=tuple(out), reason=whole.reason, kept=tuple(kept))


_Step = tuple[int, int, int, int, Fidelity | None]


def _best(plain: Sequence[str], said: Sequence[str], facts: Sequence[Fact], lang: Lang) -> list[_Step]:
    """The way through both texts that rewords most plain sentences; what it skips of the rewrite is dropped."""
    between = " " if lang == "en" else ""
    judged: dict[tuple[int, int, int, int], Fidelity] = {}
    for i in range(len(plain)):
        for k in range(len(said)):
            for a, b in _STRETCH:
                if i + a > len(plain) or k + b > len(said) or _split_already(judged, i, a, k, b):
                    continue
                stretch = between.join(said[k : k + b])
                found = faithful(plain[i : i + a], stretch, facts, lang, opening=plain[0])
                if found.ok:
                    judged[i, a, k, b] = found
    n, m = len(plain), len(said)
    score = [[0.0] * (m + 1) for _ in range(n + 1)]
    step: list[list[_Step | None]] = [[None] * (m + 1) for _ in range(n + 1)]
    for i in range(n, -1, -1):
        for k in range(m, -1, -1):
            for value, taken in _ways(i, k, n, m, score, judged):
                if step[i][k] is None or value > score[i][k]:
                    score[i][k], step[i][k] = value, taken
    out: list[_Step] = []
    i = k = 0
    while (taken_now := step[i][k]) is not None:
        if taken_now[1]:
            out.append(taken_now)
        i, k = i + taken_now[1], k + taken_now[3]
    return out


def _split_already(judged: dict[tuple[int, int, int, int], Fidelity], i: int, a: int, k: int, b: int) -> bool:
    """Two sentences that stand one by one need not be judged as a pair."""
    return a == b == 2 and (i, 1, k, 1) in judged and (i + 1, 1, k + 1, 1) in judged


def _ways(
    i: int, k: int, n: int, m: int, score: list[list[float]], judged: dict[tuple[int, int, int, int], Fidelity]
) -> Iterator[tuple[float, _Step]]:
    if i < n:
        yield score[i + 1][k], (i, 1, k, 0, None)
    if k < m:
        yield score[i][k + 1], (i, 0, k, 1, None)
    for a, b in _STRETCH:
        if found := judged.get((i, a, k, b)):
            yield score[i + a][k + b] + a, (i, a, k, b, found)


def _pieces(said: Sequence[str], place: range, plain: Sequence[str], fidelity: Fidelity) -> Iterator[Piece]:
    if _bare("".join(said)) == _bare("".join(plain[p] for p in place)):  # but for commas, the plain sentences again
        yield from _plain(plain, place)
        return
    for n, text in enumerate(said):
        carried = tuple(place[p] for p in fidelity.pairs.get(n, ()) if p < len(place)) or tuple(place)
        yield Piece(text=text.strip(), plain=carried, reworded=text.strip() not in plain)


def _bare(text: str) -> str:
    return re.sub(r"[\s,，、;；]+", "", text)


def _plain(plain: Sequence[str], place: range) -> tuple[Piece, ...]:
    return tuple(Piece(text=plain[i], plain=(i,), reworded=False) for i in place)
