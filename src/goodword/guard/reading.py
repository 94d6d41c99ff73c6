"""A text read for comparison with another: its numbers, terms, names, words and negations, and where they stand."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.guard.words import stem
from goodword.text import dates, lexicon, quantities, segment, units
from goodword.text.normalise import fold
from goodword.types import Lang, Quantity

_LATIN = re.compile(r"[A-Za-z0-9]+(?:[-./+'’][A-Za-z0-9]+)*")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_PAIR = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?/[^\W\d_]+(?: [^\W\d_]+)?")  # white/coral is no white and no coral
_DIGITS = re.compile(r"\d")
_NUMBER = re.compile(r"(?<![\w.-])\d[\d,]*(?:\.\d+)?(?![\w-]|\.\d)")
_ONE = re.compile(r"一[款套种]")  # 'a', not 'one'
# Concepts that are compared as such, whatever the words; all others must keep their words.
_KINDS = {"material", "colour", "origin", "certification", "pattern", "shape"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """Something that must be the same in both texts. `group`: what it may be confused with, its dimension or kind."""

    group: str
    key: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word that claims something, in a form that its inflections and synonyms share."""

    key: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A text and what it says."""

    text: str
    items: tuple[Item, ...]
    words: tuple[Word, ...]
    negations: tuple[tuple[int, int], ...]
    clauses: tuple[tuple[int, int], ...]
    sentences: tuple[tuple[int, int], ...]

    def clause(self, at: int) -> tuple[int, int]:
        """The clause around a place."""
        return _around(self.clauses, at)

    def sentence(self, at: int) -> tuple[int, int]:
        """The sentence around a place."""
        return _around(self.sentences, at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What a rewrite may change, for one language."""

    glue: frozenset[str]
    droppable: frozenset[str]
    same: dict[str, str]
    negation: re.Pattern[str]
    clause: re.Pattern[str]
    reasons: dict[str, str]


@cache
def _rows() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("guard/rewrite.toml").read_text("utf-8"))


@cache
def rules(lang: Lang) -> Rules:
    """The rules of a language. English words are stems."""
    rows = _rows()
    form = stem if lang == "en" else str
    same = {form(w): form(group.split()[0]) for group in rows["same"][lang] for w in group.split()}
    return Rules(
        glue=frozenset(form(w) for w in rows["glue"][lang].split()),
        droppable=frozenset(form(w) for w in rows["droppable"][lang].split()),
        same=same,
        negation=re.compile(rows["negation"][lang], re.IGNORECASE),
        clause=re.compile(rows["clause"][lang], re.IGNORECASE),
        reasons=rows["reason"][lang],
    )


@cache
def _counted() -> dict[str, str]:
    return {word: str(n) for n, word in enumerate(_rows()["numbers"]["en"].split(), start=1)}


def read(text: str, lang: Lang, own: Iterable[str] = ()) -> Reading:
    """Read a text.

    Args:
        own: names of the product; what stands inside them is neither item nor word.
    """
    names = [(a, b) for name in own for a, b in _places(fold(text).text, fold(name).text, fold(text))]
    items = list(_items(text, lang, names))
    taken = names + [(i.start, i.end) for i in items]
    negations = [m.span() for m in rules(lang).negation.finditer(text) if not _hit(m.span(), taken)]
    taken += negations
    words = _english(text, taken) if lang == "en" else _chinese(text, taken)
    sentences = segment.sentences(text) or [(0, len(text))]
    return Reading(text=text, items=tuple(items), words=tuple(words), negations=tuple(negations),
                   clauses=tuple(_clauses(text, lang, sentences, items)), sentences=tuple(sentences))  # fmt: skip


def _items(text: str, lang: Lang, names: list[tuple[int, int]]) -> Iterator[Item]:
    taken = list(names)
    for found in ([(f"{m.amount.normalize()} {m.currency}", a, b) for m, a, b in dates.find_money(text)],
                  [(f"{d.start}/{d.end}", a, b) for d, a, b in dates.find_dates(text)]):  # fmt: skip
        for key, a, b in found:
            if not _hit((a, b), taken):
                yield Item(group="sum", key=key, start=a, end=b)
                taken.append((a, b))
    articles = [m.span() for m in _ONE.finditer(text)] if lang == "zh" else []
    mentions = [m for m in lexicon.load().find(text) if not _hit((m.start, m.end), taken) and _is_item(m)]
    inside = [(m.start, m.end) for m in mentions]
    for q in quantities.find(text, lang):
        if _hit((q.start, q.end), taken + articles) or any(a <= q.start and q.end <= b for a, b in inside):
            continue
        item = _quantity(q, text)
        yield item
        taken.append((item.start, item.end if q.unit or lang == "zh" else item.start + _width(text, item)))
    for mention in mentions:
        if not _hit((mention.start, mention.end), taken):
            key = f"{'not ' if mention.negated else ''}{mention.concept}"
            yield Item(group=mention.concept.split(".")[0], key=key, start=mention.start, end=mention.end)
            taken.append((mention.start, mention.end))
    yield from _names(text, lang, taken)
    yield from (Item(group="pair", key="/", start=m.start(), end=m.end()) for m in _PAIR.finditer(text))


def _is_item(mention: lexicon.Mention) -> bool:
    """A single character (木) may be part of another word (积木); it is compared as written."""
    return mention.concept.split(".")[0] in _KINDS and "%" not in mention.text and len(mention.text) > 1


def _names(text: str, lang: Lang, taken: list[tuple[int, int]]) -> Iterator[Item]:
    """Bare numbers, number words, and codes such as E27; in Chinese every Latin word."""
    for m in _NUMBER.finditer(text):
        if not _hit(m.span(), taken):
            yield Item(group="count", key=_plain(m.group()), start=m.start(), end=m.end())
            taken.append(m.span())
    for m in _LATIN.finditer(text):
        if _hit(m.span(), taken):
            continue
        word = m.group().lower()
        if lang == "en" and word in _counted():
            yield Item(group="count", key=_counted()[word], start=m.start(), end=m.end())
        elif lang == "zh" or _DIGITS.search(word) or sum(map(str.isupper, m.group())) > 1:
            yield Item(group="name", key=word, start=m.start(), end=m.end())


def _plain(number: str) -> str:
    return number.replace(",", "")


def _width(text: str, item: Item) -> int:
    """The digits or number word at the head of '2 pockets': the counted noun is a word like any other."""
    m = re.compile(r"\s*(?:[^\W\d_]+\s+(?=\d))?[\d.,]*\d|\S+").match(text, item.start)
    return m.end() - item.start if m else item.end - item.start


def _quantity(q: Quantity, text: str) -> Item:
    if not q.unit:
        number = "-".join(dict.fromkeys("" if v is None else f"{v.normalize():f}" for v in (q.low, q.high)))
        hedge = "" if q.hedge == "exact" else f" {q.hedge}"
        return Item(group="count", key=number + hedge, start=q.start, end=q.end)
    ends = [None if v is None else units.base(v, q.unit).normalize() for v in (q.low, q.high)]
    tolerance = q.tolerance and units.base(q.tolerance, q.unit).normalize()
    group = units.dimension(q.unit)
    key = f"{ends} {q.hedge} {tolerance} {q.tolerance_percent} {group}"
    return Item(group=group, key=key, start=q.start, end=q.end)


def _english(text: str, taken: list[tuple[int, int]]) -> Iterator[Word]:
    table = rules("en")
    for m in re.finditer(r"[A-Za-z]+", text):
        if _hit(m.span(), taken) or len(m.group()) == 1:
            continue
        key = table.same.get(stem(m.group()), stem(m.group()))
        if key not in table.glue:
            yield Word(key=key, start=m.start(), end=m.end(), text=m.group())


def _chinese(text: str, taken: list[tuple[int, int]]) -> Iterator[Word]:
    """What is left of each run of Han characters when glue is taken out, longest first."""
    table = rules("zh")
    for run in _HAN.finditer(text):
        at = begin = run.start()
        while at < run.end():
            step = next((b - at for a, b in taken if a <= at < b), 0)
            whole = 0 if step else _longest(text, at, run.end(), table.same)  # 适用于 is no glue, though 用于 is
            step = step or _longest(text, at, run.end(), table.glue)
            step = 0 if whole >= step else step
            if step and at > begin:
                yield Word(key=text[begin:at], start=begin, end=at, text=text[begin:at])
            at += step or whole or 1
            begin = at if step else begin
        if begin < run.end():
            yield Word(key=text[begin : run.end()], start=begin, end=run.end(), text=text[begin : run.end()])


def _longest(text: str, at: int, end: int, words: Container[str]) -> int:
    return next((n for n in range(min(5, end - at), 0, -1) if text[at : at + n] in words), 0)


def _clauses(text: str, lang: Lang, sentences: list[tuple[int, int]], items: list[Item]) -> Iterator[tuple[int, int]]:
    spans = [(i.start, i.end) for i in items]
    for start, end in sentences:
        at = start
        for m in rules(lang).clause.finditer(text, start, end):
            if not _hit(m.span(), spans):
                yield at, m.start()
                at = m.end()
        yield at, end


def _places(text: str, name: str, folded: Any) -> Iterator[tuple[int, int]]:
    at = text.find(name) if len(name) > 1 else -1
    while at >= 0:
        yield folded.home(at, at + len(name))
        at = text.find(name, at + len(name))


def _around(spans: tuple[tuple[int, int], ...], at: int) -> tuple[int, int]:
    return next(((a, b) for a, b in spans if a <= at < b), (at, at))


def _hit(span: tuple[int, int], spans: Iterable[tuple[int, int]]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in spans)
