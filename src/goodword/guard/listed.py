"""Lists that facts give whole, against copy that cuts them short: 'only in English' of English, German and French,
原料只有鸡肉和糙米 of three. Data: data/guard/listed.toml.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held, denies, evidence
from goodword.guard.words import load, rows, stem
from goodword.text.normalise import Folded, fold
from goodword.types import Claim, Fact, Lang, Verdict

REASON = "list"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LONGEST = 30  # characters of one thing of a list


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rules:
    heading: re.Pattern[str]
    only: re.Pattern[str]
    without: re.Pattern[str]
    clause: re.Pattern[str]


@cache
def _rules(lang: Lang) -> _Rules:
    table = rows("listed")
    return _Rules(heading=re.compile(table["heading"]), only=re.compile(table["only"][lang]),
                  without=re.compile(table["without"][lang]),
                  clause=re.compile(table["clause"][lang]))  # fmt: skip


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Refuted: 'only' said of some things of a list of more."""
    rules = _rules(matter.lang)
    text = fold(matter.text)
    yield from _denied(text, held, rules)
    found = list(rules.only.finditer(text.text))
    lists = _lists(held) if found else ()
    for only in found:
        start = max((m.end() for m in rules.clause.finditer(text.text, 0, only.start())), default=0)
        stop = rules.clause.search(text.text, only.end())
        clause = text.text[start : stop.start() if stop else len(text.text)]
        for fact, things in lists:
            named = [t for t in things if _stands(t, clause)]
            if named and len(named) < len(things) and clause.strip(" .。!！") not in fold(fact.text).text:
                a, b = text.home(*only.span())
                yield Verdict(claim=Claim(start=a, end=b, kind="attribute"), stance="refuted",
                              evidence=(evidence(fact, 0, len(fact.text)),), reason=REASON)  # fmt: skip


def _denied(text: Folded, held: Held, rules: _Rules) -> Iterator[Verdict]:
    """'Leaves out a keep-warm setting' of a list that has one."""
    for m in rules.without.finditer(text.text):
        after = text.text[m.end() : m.end() + _LONGEST]
        fact = next((f for f, things in _lists(held) for t in things if _begins(after, t)), None)
        if fact:
            start, end = text.home(*m.span())
            yield Verdict(claim=Claim(start=start, end=end, kind="attribute"), stance="refuted",
                          evidence=(evidence(fact, 0, len(fact.text)),), reason=REASON)  # fmt: skip


def _begins(after: str, thing: str) -> bool:
    if _HAN.search(thing):
        return len(thing) > 1 and after.startswith(thing)
    words = [stem(w) for w in re.findall(r"[a-z]+", thing)]
    said = [stem(w) for w in re.findall(r"[a-z]+", after)]
    return len("".join(words)) > 2 and said[: len(words)] == words


@lru_cache(maxsize=64)
def _lists(held: Held) -> tuple[tuple[Fact, tuple[str, ...]], ...]:
    out = []
    for fact, text in held.folded:
        either = re.search(r"\bor\b|或", text)
        if fact.key in NAMING or denies(fact) or not (either or _rules("en").heading.search(fold(fact.name).text)):
            continue
        things = [t.strip(" .。") for t in re.split(r"[,，、;；/]|\band\b|\bor\b|和|及|或", text)]
        if len(things) > 1 and all(0 < len(t) <= _LONGEST for t in things):
            out.append((fact, tuple(things)))
    return tuple(out)


def _stands(thing: str, clause: str) -> bool:
    """Whether a clause names a thing of a list: all of its words, or its run of characters."""
    bare = re.sub(r"\d+(?:\.\d+)?\s?(?:%|[条件个只双支片包瓶块张套盒])?", " ", thing).strip()
    if _HAN.search(bare):
        return bare in clause
    glue = load("en").glue
    words = {stem(w) for w in re.findall(r"[a-z]+", bare) if w not in glue}
    return bool(words) and words <= {stem(w) for w in re.findall(r"[a-z]+", clause)}
