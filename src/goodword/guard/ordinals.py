"""Editions, generations, volumes: 'the third edition' against the ordinal that facts hold of the same noun."""

import re
from collections.abc import Iterator

from goodword.guard.base import Matter
from goodword.guard.held import Held, evidence
from goodword.text.normalise import fold
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
_BARE = re.compile(r"^\s*(?:第)?(\d{1,2})(?:st|nd|rd|th)?\s*$")
_ALIKE = {"gen": "generation", "版本": "版", "edition": "版", "generation": "代", "volume": "卷", "册": "卷",
          "season": "季", "issue": "期"}  # fmt: skip


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Supported where facts give the same ordinal of the noun, refuted where another, else silent."""
    text = fold(matter.text)
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
