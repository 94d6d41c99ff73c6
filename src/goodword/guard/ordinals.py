"""Editions, generations, volumes: 'the third edition' against the ordinal that facts hold of the same noun."""

import re
from collections.abc import Iterator

from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held, evidence
from goodword.guard.words import stem
from goodword.text.normalise import Folded, fold
from goodword.types import Claim, Fact, Verdict

_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_HAN = "一二三四五六七八九十"
_NOUN = r"edition|generation|gen|version|volume|issue|printing|grade|series|season|class"
_NOUN_ZH = "版|代|版本|卷|册|期|季|批|辑|刷|等级"
_SAID = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_WORDS)})|(?P<nth>\d{{1,2}})(?:st|nd|rd|th))[\s-](?P<noun>{_NOUN})\b"
    rf"|\b(?P<after>{_NOUN})\s(?:no\.?\s)?(?P<figure>\d{{1,2}})\b(?![.\d])"
    rf"|第(?P<han>\d{{1,2}}|[{_HAN}])(?P<what>{_NOUN_ZH})"
)
_LETTER = re.compile(
    r"\b(?P<noun>class|grade|rating|type|category|tier)\s(?P<letter>[a-g](?:\+{1,3}|(?![\w'’+-]))|[a-g]$)"
    r"|(?P<han>(?<![a-z0-9])[a-g]\+{0,3}|[甲乙丙])(?P<what>级|类|等)"
)
_ONE = re.compile(
    r"\b(?:only one|just one|a single|one single)\s(?P<a>[a-z]{3,})\b"
    r"|\bone\s(?P<b>[a-z]{3,})\s(?:is (?:all|enough|plenty)|will do|does it|suffices|in (?:all|total))\b"
)
_VITAMIN = re.compile(r"(?:\bvitamins?\s|维生素)([a-k]\d{0,2})(?![a-z0-9])")
_LEAST = re.compile(r"(?:\b(?:at least|no (?:less|fewer) than|a minimum of|minimum)\s|至少|不少于|起码|最少)(?:可?[\u4e00-\u9fff]{0,2})(\d+)(?![\d.])|(?<![\d.])(\d+)(?:[\u4e00-\u9fff]{1,2})以上")  # fmt: skip  # noqa: E501
_MOST = re.compile(r"(?:\b(?:up to|at most|no more than|max\.?|a maximum of)\s|最多|至多|不超过|≤|<=)(?:可?[\u4e00-\u9fff]{0,2})(\d+)(?![\d.])|(?<![\d.])(\d+)(?:[\u4e00-\u9fff]{1,2})(?:以下|以内)")  # fmt: skip  # noqa: E501
_BARE_LETTER = re.compile(r"\s*([a-g]\+{0,3}|[甲乙丙])(?=级|等|类|$|[\s,，(（])")
_BARE = re.compile(r"^\s*(?:第)?(\d{1,2})(?:st|nd|rd|th)?\s*$")
_ALIKE = {"gen": "generation", "版本": "版", "edition": "版", "generation": "代", "volume": "卷", "册": "卷",
          "season": "季", "issue": "期"}  # fmt: skip


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Supported where facts give the same ordinal of the noun, refuted where another, else silent."""
    text = fold(matter.text)
    yield from _letters(text, held)
    yield from _alone(text, held)
    yield from _vitamins(text, held)
    yield from _turned(text, held)
    for m in _SAID.finditer(text.text):
        number, noun = _read(m)
        told = [(fact, n) for fact, words in held.folded for n in _of(fact, words, noun)]
        same = [fact for fact, n in told if n == number]
        fact = next(iter(same or [f for f, _ in told]), None)
        start, end = text.home(*m.span())
        claim = Claim(start=start, end=end, kind="number")
        if fact is None:
            yield Verdict(claim=claim, stance="silent", reason="count")
        else:
            quote = (evidence(fact, 0, len(fact.text)),)
            yield Verdict(claim=claim, stance="supported" if same else "refuted", evidence=quote, reason="count")


def _vitamins(text: Folded, held: Held) -> Iterator[Verdict]:
    """'Contains vitamin D' where facts name vitamin B1 only."""
    known = {m[1] for _, cell in held.folded for m in _VITAMIN.finditer(cell)}
    known |= {m[1] for f in held.facts for m in _VITAMIN.finditer(fold(f.name).text)}
    for m in _VITAMIN.finditer(text.text):
        if m[1] not in known:
            start, end = text.home(*m.span())
            yield Verdict(claim=Claim(start=start, end=end, kind="attribute"), stance="silent", reason="count")


def _turned(text: Folded, held: Held) -> Iterator[Verdict]:
    """'At least 70 washes' of up to 70."""
    for said, held_as in ((_LEAST, _MOST), (_MOST, _LEAST)):
        for m in said.finditer(text.text):
            number = next(g for g in m.groups() if g)
            figure = re.compile(rf"(?<![\d.]){re.escape(number)}(?![\d.])")
            cells = [(f, cell) for f, cell in held.folded if figure.search(cell)]
            if cells and all(any(number in k.groups() for k in held_as.finditer(c)) for _, c in cells):
                fact = cells[0][0]
                start, end = text.home(*m.span())
                yield Verdict(claim=Claim(start=start, end=end, kind="attribute"), stance="refuted",
                              evidence=(evidence(fact, 0, len(fact.text)),), reason="count")  # fmt: skip


def _alone(text: Folded, held: Held) -> Iterator[Verdict]:
    """'One coat is enough', 'a single pocket' of two."""
    for m in _ONE.finditer(text.text):
        noun = stem(m["a"] or m["b"])
        told = [(f, n) for f in held.facts if f.key not in NAMING and (n := _number_of(f, noun))]
        if told and all(n > 1 for _, n in told):
            start, end = text.home(*m.span())
            yield Verdict(claim=Claim(start=start, end=end, kind="number"), stance="refuted",
                          evidence=(evidence(told[0][0], 0, len(told[0][0].text)),), reason="count")  # fmt: skip


def _number_of(fact: Fact, noun: str) -> int:
    """The bare number that a fact gives under a heading of that noun, or 0."""
    bare = re.match(r"\s*(\d{1,3})\s*(?:[a-z]+)?\s*$", fold(fact.text).text)
    return int(bare[1]) if bare and noun in {stem(w) for w in re.findall(r"[a-z]+", fold(fact.name).text)} else 0


def _letters(text: Folded, held: Held) -> Iterator[Verdict]:
    """'energy class E' of an energy class F, A级 of B级."""
    for m in _LETTER.finditer(text.text):
        noun, letter = m["noun"] or m["what"], m["letter"] or m["han"]
        told = [(f, t) for f, t in held.folded if f.key not in NAMING and noun in f"{fold(f.name).text} {t}"]
        known = [(f, _known_letters(fold(f.name).text, t, noun)) for f, t in told]
        known = [(f, letters) for f, letters in known if letters]
        if known and not any(letter in letters for _, letters in known):
            fact = known[0][0]
            start, end = text.home(*m.span())
            yield Verdict(claim=Claim(start=start, end=end, kind="attribute"), stance="refuted",
                          evidence=(evidence(fact, 0, len(fact.text)),), reason="count")  # fmt: skip


def _known_letters(name: str, text: str, noun: str) -> set[str]:
    bare = _BARE_LETTER.match(text) if noun in name or text.endswith(noun) else None
    found = {m["letter"] or m["han"] for m in _LETTER.finditer(text) if (m["noun"] or m["what"]) == noun}
    return found | ({bare[1]} if bare else set())


def _read(m: re.Match[str]) -> tuple[int, str]:
    if m["word"]:
        return _WORDS.index(m["word"]) + 1, _alike(m["noun"])
    if m["han"]:
        return int(m["han"]) if m["han"].isdecimal() else _HAN.index(m["han"]) + 1, _alike(m["what"])
    return int(m["nth"] or m["figure"]), _alike(m["noun"] or m["after"])


def _alike(noun: str) -> str:
    return _ALIKE.get(_ALIKE.get(noun, noun), _ALIKE.get(noun, noun))


def _of(fact: Fact, text: str, noun: str) -> Iterator[int]:
    """The ordinals of a noun in a fact; a bare number under a heading that is the noun is one."""
    for m in _SAID.finditer(text):
        number, named = _read(m)
        if named == noun:
            yield number
    bare = _BARE.match(text)
    heading = re.findall(rf"{_NOUN}|{_NOUN_ZH}", fold(fact.name).text)
    if bare and any(_alike(h) == noun for h in heading):
        yield int(bare[1])
