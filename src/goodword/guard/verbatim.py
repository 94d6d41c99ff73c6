"""Words of a fact with other numbers in them: 'Keep 31 cm clear on all sides' where the warning says 10.

A number elsewhere among the facts may vouch for a number; not where all the words around it are a fact's own.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held, evidence
from goodword.text.normalise import fold
from goodword.types import Claim, Fact, Verdict

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORDS = re.compile(r"[a-z]{2,}|[\u4e00-\u9fff]")
_SPACE, _TIMES = re.compile(r"\s+"), re.compile(r"(?<=[\d\s])[x*✕](?=[\d\s])")
_LIST = re.compile(r",(?=\s)")  # no thousands
_CLAUSE = re.compile(r"[,，;；。](?!\d)|\.(?=\s|$)")
_LONGEST = 120
_FEWEST = 4  # words around a single number; two numbers or more make a form of their own


def _form(text: str) -> str:
    """A folded text without spaces, one sign for times."""
    return _SPACE.sub("", _alike(text))


def _alike(text: str) -> str:
    """One sign for times, one for 'and another', letter for letter."""
    return _LIST.sub("、", _TIMES.sub("×", text))


def _pieces(text: str) -> Iterator[str]:
    """A cell and its clauses, where they hold a number among words enough to be known again, or several numbers."""
    for piece in dict.fromkeys((text, *_CLAUSE.split(text))):
        numbers = len(_NUMBER.findall(piece))
        words = len(_WORDS.findall(_NUMBER.sub(" ", piece)))
        if numbers and len(piece) <= _LONGEST and (numbers > 1 or words >= _FEWEST):
            yield piece


@lru_cache(maxsize=64)
def _forms(held: Held) -> tuple[tuple[tuple[str, ...], frozenset[tuple[str, ...]], Fact], ...]:
    """The forms that facts have when their numbers are left open, as what stands between these, and the numbers they
    are known with."""
    known: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    facts: dict[tuple[str, ...], Fact] = {}
    for fact, text in held.folded:
        for piece in _pieces(text) if fact.key not in NAMING else ():
            form = _form(piece).strip(".。")
            numbers = _NUMBER.findall(form)
            between = tuple(_NUMBER.split(form))
            known[between].add(tuple(numbers))
            facts[between] = fact
    whole = [_form(text) for _, text in held.folded]
    for between, held_numbers in known.items():  # the 5V⎓3A of 'USB-C1: 5V⎓3A; 9V⎓3A'
        for form in whole:
            if all(words in form for words in between):
                held_numbers.update(m.groups() for m in _pattern(between).finditer(form))
    return tuple((b, frozenset(n), facts[b]) for b, n in known.items())


@lru_cache(maxsize=512)
def _pattern(between: tuple[str, ...]) -> re.Pattern[str]:
    numbered = r"(\d+(?:[.,]\d+)*)".join(map(re.escape, between))
    return re.compile(rf"(?<![\d.,×])(?<!\d[.,]){numbered}(?![\d×]|[.,]\d)")


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Refuted: a fact's own words with numbers that no fact of that form has."""
    forms = _forms(held)
    if not forms:
        return
    text = fold(matter.text)
    form, places = [], list[int]()
    for at, letter in enumerate(_alike(text.text)):
        if not letter.isspace():
            form.append(letter)
            places.append(at)
    written = "".join(form)
    for between, numbers, fact in forms:
        if not all(words in written for words in between):
            continue
        for m in _pattern(between).finditer(written):
            if m.groups() in numbers:
                continue
            start, end = text.home(places[m.start()], places[m.end() - 1] + 1)
            claim = Claim(start=start, end=end, kind="number")
            yield Verdict(
                claim=claim, stance="refuted", evidence=(evidence(fact, 0, len(fact.text)),), reason="figures"
            )
