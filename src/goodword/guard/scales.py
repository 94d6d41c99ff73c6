"""Values that exclude one another: 'with a fixed handle' of a removable one, 薄款 of 厚薄：加厚.

Data: data/guard/scales.toml.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from goodword.guard import polar
from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held, evidence
from goodword.guard.words import rows
from goodword.text.normalise import fold
from goodword.types import Claim, Fact, Lang, Verdict

_LONGEST = 80  # characters of a cell that tells a property; a longer one tells of several things


@dataclass(frozen=True, kw_only=True, slots=True)
class _Scale:
    name: str
    values: dict[str, re.Pattern[str]]
    all: re.Pattern[str]


@cache
def _scales(lang: Lang) -> tuple[_Scale, ...]:
    return tuple(
        _Scale(name=row["name"], values={v: re.compile(p) for v, p in row[lang].items()},
               all=re.compile("|".join(f"(?:{p})" for p in row[lang].values())))
        for row in rows("scales")["scale"]
    )  # fmt: skip


@lru_cache(maxsize=64)
def _held(held: Held, lang: Lang) -> dict[str, tuple[frozenset[str], Fact]]:
    """What facts say on each scale, and the fact that says it. Facts that name several values exclude none."""
    out: dict[str, tuple[frozenset[str], Fact]] = {}
    for fact, text in held.folded:
        if fact.key in NAMING or len(text) > _LONGEST:
            continue
        answer = polar.of(fact)
        name = fold(fact.name).text
        text = f"{name} {text}" if answer and answer.holds else text  # 'Adjustable shelves: yes'
        for scale in _scales(lang):
            headed = {v for v, p in scale.values.items() if ": " in p.pattern and p.search(f"{name}: {text}")}
            said = frozenset({v for v, p in scale.values.items() if p.search(text)} | headed)
            if said:
                before = out.get(scale.name, (frozenset[str](), fact))
                out[scale.name] = (before[0] | said, fact)
    return out


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Refuted: a value of a scale of which the facts say another, and not this one."""
    known = _held(held, matter.lang)
    text = fold(matter.text) if known else None
    for scale in _scales(matter.lang) if text else ():
        if text is None or scale.name not in known:
            continue
        values, fact = known[scale.name]
        for m in scale.all.finditer(text.text):
            said = {v for v, p in scale.values.items() if p.match(text.text, m.start())}
            if said and not said & values and not _denied(text.text, m.start()):
                start, end = text.home(*m.span())
                claim = Claim(start=start, end=end, kind="attribute")
                yield Verdict(
                    claim=claim, stance="refuted", evidence=(evidence(fact, 0, len(fact.text)),), reason="scale"
                )


def _denied(text: str, at: int) -> bool:
    """'Not wireless' says nothing against 'wired'."""
    return bool(
        re.search(
            r"(?:\b(?:not|no|non|never|nor|than)\b[\s-]*(?:\w+\s){0,2}|n['’]t (?:\w+ )?|[不非没无而]是?)$",
            text[max(0, at - 24) : at],
        )
    )
