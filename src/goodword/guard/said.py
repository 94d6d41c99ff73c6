"""A number of a text that no rule has tied to a fact, the sentence it stands in, and the numbers that facts hold."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from goodword.guard import spelled
from goodword.guard.held import Held, HeldQuantity, evidence
from goodword.guard.spelled import Figure
from goodword.guard.words import load, rows, stem
from goodword.text import compare, units
from goodword.text.normalise import fold
from goodword.types import Evidence, Fact, Lang, Quantity, Verdict

_CLAUSE = re.compile(r"[,;:，；：。.!?！？、—–]")
_ROOM = Decimal("1.25")  # 'under 3 kg' is true and not misleading of 2.7 kg, not of 1 kg


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A number of a text that is not settled: its verdict, what it says, and the sentence it stands in."""

    verdict: Verdict
    quantity: Quantity
    text: str
    lang: Lang
    start: int
    end: int  # of the sentence

    @property
    def sentence(self) -> str:
        """The sentence around it."""
        return self.text[self.start : self.end]

    @property
    def before(self) -> str:
        """The sentence up to it."""
        return self.text[self.start : self.quantity.start]

    @property
    def after(self) -> str:
        """The sentence from it on."""
        return self.text[self.quantity.end : self.end]

    @property
    def written(self) -> str:
        """The number as written."""
        return self.text[self.quantity.start : self.quantity.end]

    @property
    def clause(self) -> str:
        """The clause around it."""
        left = max((m.end() for m in _CLAUSE.finditer(self.text, self.start, self.quantity.start)), default=self.start)
        right = _CLAUSE.search(self.text, self.quantity.end, self.end)
        return self.text[left : right.start() if right and right.start() > self.quantity.end else self.end]

    @property
    def value(self) -> Decimal | None:
        """The number itself, where it is one."""
        q = self.quantity
        return q.low if q.low is not None else q.high

    @property
    def others(self) -> list[Figure]:
        """The other numbers of the sentence."""
        found, starts, ends = _ordered(self.sentence)
        first = bisect_right(ends, self.quantity.start - self.start)
        return [*found[:first], *found[max(first, bisect_left(starts, self.quantity.end - self.start)) :]]

    @property
    def neighbours(self) -> tuple[list[str], list[str]]:
        """The words right before and right after."""
        whole = fold(self.sentence).text
        if len(whole) != len(self.sentence):
            return [], []
        a, b = self.quantity.start - self.start, self.quantity.end - self.start
        return _beside_zh(whole, a, b) if self.lang == "zh" else _beside_en(whole, a, b)

    def covers(self, figure: Figure) -> bool:
        """Whether a number of the sentence is this one."""
        return figure.start + self.start < self.quantity.end and self.quantity.start < figure.end + self.start

    def cued(self, table: str, name: str = "") -> bool:
        """Whether the sentence holds a word of a table of reckoning.toml."""
        return stands(cue(table, name or self.lang), self.sentence)


@lru_cache(maxsize=256)
def stands(pattern: re.Pattern[str], sentence: str) -> bool:
    """Whether a pattern stands in a sentence, which is asked for each of its numbers."""
    return bool(pattern.search(sentence))


@cache
def cue(table: str, name: str) -> re.Pattern[str]:
    """A pattern of reckoning.toml."""
    return re.compile(rows("reckoning")[table][name].replace("\n", ""), re.IGNORECASE)


def names(word: str, name: str, lang: Lang) -> bool:
    """Whether a word of the text stands in what a fact is called."""
    if lang == "zh":
        return len(word) > 1 and word in name
    return len(word) > 2 and stem(word) in {stem(w) for w in re.findall(r"[a-z]+", name)}


def _beside_zh(text: str, a: int, b: int) -> tuple[list[str], list[str]]:
    left = re.search(r"([\u4e00-\u9fff]{2}|[a-z]+)\s*$", text[:a])
    after = re.match(r"\s*(?:([\u4e00-\u9fff])([\u4e00-\u9fff]{2})|[\u4e00-\u9fff]?([a-z][a-z0-9-]*))", text[b:])
    words = [after[1] + after[2][:1], after[2]] if after and after[1] else [after[3]] if after else []
    return [left[1]] if left else [], words


def _beside_en(text: str, a: int, b: int) -> tuple[list[str], list[str]]:
    glue = load("en").glue
    left = re.search(r"([a-z]{2,})[\s-]*$", text[:a])
    after = re.match(r"[\s-]*([a-z][a-z0-9]*(?:-[a-z]\b)?)(?:[\s-]+([a-z]+))?", text[b:])
    words = [w for w in (after.groups() if after else ()) if w and w not in glue]
    return [left[1]] if left and left[1] not in glue else [], words


@lru_cache(maxsize=512)
def figures(text: str) -> tuple[Figure, ...]:
    """The numbers of a text."""
    return tuple(spelled.figures(text))


@lru_cache(maxsize=64)
def _ordered(text: str) -> tuple[tuple[Figure, ...], list[int], list[int]]:
    """The numbers of a text, where each begins, and where each ends."""
    found = figures(text)
    return found, [f.start for f in found], [f.end for f in found]


def pool(held: Held) -> tuple[tuple[Fact, tuple[Decimal, ...]], ...]:
    """Every fact that holds numbers, with them in order."""
    return _pooled(held.facts)


@lru_cache(maxsize=32)
def _pooled(facts: tuple[Fact, ...]) -> tuple[tuple[Fact, tuple[Decimal, ...]], ...]:
    found = ((f, tuple(x.value for x in figures(f.text))) for f in facts)
    return tuple((f, values) for f, values in found if values)


def holding(held: Held, value: Decimal) -> Iterator[Evidence]:
    """The first fact that holds a number."""
    for fact, values in pool(held):
        if value in values:
            yield whole(fact)
            return


def whole(fact: Fact) -> Evidence:
    """All of a fact as evidence."""
    return evidence(fact, 0, len(fact.text))


def quote(h: HeldQuantity) -> Evidence:
    """The quantity of a fact as evidence."""
    return evidence(h.fact, h.quantity.start, h.quantity.end)


def equal(said: Quantity, value: Decimal, of: Quantity) -> bool:
    """Whether a text says one value of a fact's quantity, whatever the hedges."""
    if not said.unit and of.unit:
        return not said.counter and said.low == said.high == value
    known = replace(of, low=value, high=value, hedge="exact", tolerance=None, tolerance_percent=None)
    mine = said.low if said.low is not None else said.high
    plain = replace(said, low=mine, high=mine, hedge="about" if said.hedge in {"about", "typical"} else "exact")
    return compare.comparable(plain, known) and compare.compare(plain, known) in {"same", "weaker"}


def true_of(said: Quantity, known: Quantity) -> bool:
    """Whether what a text says is what a fact says, or looser and still true: 'under 3 kg' of 2.7 kg."""
    if not compare.comparable(said, known):
        return False
    if compare.compare(said, known) in {"same", "weaker"}:
        return True
    end = known.low if known.low is not None else known.high
    mine = said.low if said.low is not None else said.high
    if end is None or mine is None or (known.low is not None and known.low != known.high):
        return False
    exact, value = units.base(end, known.unit), units.base(mine, said.unit)
    if said.hedge == "under" and known.hedge in {"exact", "up_to", "about"}:
        return exact < value <= exact * _ROOM
    return said.hedge == "over" and known.hedge in {"exact", "about"} and exact <= value * _ROOM and value < exact
