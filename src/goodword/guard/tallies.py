"""Counts of reviews against the counts the shop holds: '37 of 52 mention …', '71% of buyers', 'most reviewers'.

A figure must be exact (a percentage to the place it is written to); words of share must lie within the bounds of
data/guard/tallies.toml. Which count a sentence means is told by what it says is said: a sentence about something that
was not counted is unsupported whatever its figures.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from tomllib import loads

from goodword.guard.base import Matter
from goodword.guard.words import stem
from goodword.text import lexicon, segment
from goodword.text.numbers import number
from goodword.types import Claim, Evidence, Lang, Stance, Tally, Verdict

_EN_NUMBER = r"\d[\d,]*(?![\d,])|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_ZH_NUMBER = r"(?<![\d,])\d[\d,]*(?![\d,])|[一二两三四五六七八九十百千]+"
_OVER = re.compile(r"(?i)(?:over|more than|above|at least|超过?|逾|至少|不少于)\s*$")
_NEAR = re.compile(r"(?i)(?:about|around|nearly|almost|roughly|some|约|近|大约|将近)\s*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Said:
    """A count or share as copy says it: `low` to `high` of 1, and the two numbers where both are given."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    count: int | None = None
    of: int | None = None


def judge(matter: Matter) -> Iterator[Verdict]:
    """A verdict for each count of people or reviews, where counts of reviews were given."""
    if not matter.tallies:
        return
    for start, end in segment.sentences(matter.text):
        sentence = matter.text[start:end]
        for said in _said(sentence, matter.lang):
            claim = Claim(start=start + said.start, end=start + said.end, kind="testimonial")
            meant = _meant(sentence, matter)
            if meant is None:
                yield Verdict(claim=claim, stance="silent")
                continue
            stance: Stance = "supported" if _holds(said, meant) else "refuted"
            quote = f"{meant.about}: {meant.count}/{meant.of}"
            found = Evidence(ref=meant.id, quote=quote, start=0, end=len(quote), count=meant.count)
            yield Verdict(claim=claim, stance=stance, evidence=(found,))


def spans(matter: Matter) -> list[tuple[int, int]]:
    """Where the text says how many: '37 of 52 reviewers'."""
    return [(v.claim.start, v.claim.end) for v in judge(matter)]


def spoken_for(matter: Matter) -> list[tuple[int, int]]:
    """Words of telling ('reviewers mention', 买家反映) and of what was counted, in sentences that count reviews."""
    spans: list[tuple[int, int]] = []
    for start, end in segment.sentences(matter.text) if matter.tallies else ():
        sentence = matter.text[start:end]
        meant = _meant(sentence, matter) if any(_said(sentence, matter.lang)) else None
        if meant is not None:
            spans += [(start + a, start + b) for a, b in _told(sentence, meant, matter.lang)]
    return spans


def _told(sentence: str, meant: Tally, lang: Lang) -> Iterator[tuple[int, int]]:
    if lang == "zh":
        words = [*_telling("zh"), *re.findall(r"[\u4e00-\u9fff]{2,}", meant.about)]
        for word in sorted(words, key=len, reverse=True):
            yield from (m.span() for m in re.finditer(re.escape(word), sentence))
    else:
        said = {stem(w) for w in re.findall(r"[a-z]+", meant.about.lower())} | {stem(w) for w in _telling("en")}
        yield from (m.span() for m in re.finditer(r"[A-Za-z]+", sentence) if stem(m.group()) in said)
    counted = {m.concept for m in lexicon.load().find(meant.about)}
    yield from ((m.start, m.end) for m in lexicon.load().find(sentence) if m.concept in counted)


def _meant(sentence: str, matter: Matter) -> Tally | None:
    """The tally whose words the sentence shares most of; the only one where several tie is none."""
    scored = sorted(((_shared(sentence, t.about), t) for t in matter.tallies), key=lambda s: -s[0])
    if not scored[0][0] or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        return None
    return scored[0][1]


def _shared(sentence: str, about: str) -> float:
    words = lexicon.load()
    here = {m.concept for m in words.find(sentence)} | _pieces(sentence)
    there = {m.concept for m in words.find(about)} | _pieces(about)
    return len(here & there) / max(1, len(there))


def _pieces(text: str) -> set[str]:
    """Stems of English words that are no telling, and pairs of Chinese characters."""
    telling = {stem(w) for w in _telling("en")} - {"run"}
    latin = {stem(w) for w in re.findall(r"[a-z]+", text.lower()) if len(w) > 2} - telling
    han = {run[i : i + 2] for run in re.findall(r"[\u4e00-\u9fff]+", text) for i in range(len(run) - 1)}
    return latin | (han - set(_telling("zh")))


def _holds(said: _Said, meant: Tally) -> bool:
    if said.of is not None:
        return said.count == meant.count and said.of == meant.of
    if said.count is not None:
        return said.count == meant.count
    share = Decimal(meant.count) / Decimal(max(1, meant.of))
    return said.low <= share <= said.high


def _said(sentence: str, lang: Lang) -> list[_Said]:
    """What a sentence says of how many, the longest reading first; none that overlaps another."""
    found = [*_figures(sentence, lang), *_percents(sentence, lang), *_words(sentence, lang)]
    out: list[_Said] = []
    for one in sorted(found, key=lambda s: (s.count is None, -(s.end - s.start))):
        if not any(one.start < other.end and other.start < one.end for other in out):
            out.append(one)
    return sorted(out, key=lambda s: s.start)


def _figures(sentence: str, lang: Lang) -> Iterator[_Said]:
    people = _people(lang)
    patterns = {
        "en": (
            rf"(?i)\b(?P<n>{_EN_NUMBER}) (?:out )?(?:of|in) (?:the |our |all )?(?P<of>{_EN_NUMBER})(?: {people})?\b(?!\s?%)",  # noqa: E501
            rf"(?i)\b(?P<n>{_EN_NUMBER}) (?:\w+ )?(?:{people})\b",
        ),
        "zh": (
            rf"(?P<of>{_ZH_NUMBER})[条位名个份]?(?:{people})?(?:当中|之中|中|里)?[，,]?有?(?P<n>{_ZH_NUMBER})[条位名个份](?:{people})?",
            rf"(?P<n>{_ZH_NUMBER})[条位名个份](?:{people})",
        ),
    }[lang]
    for pattern in patterns:
        for m in re.finditer(pattern, sentence):
            of = m.groupdict().get("of")
            yield _Said(start=m.start(), end=m.end(), low=Decimal(0), high=Decimal(1), count=_number(m["n"]),
                        of=_number(of) if of else None)  # fmt: skip


def _percents(sentence: str, lang: Lang) -> Iterator[_Said]:
    whose = rf"(?: of (?:the |our |all )?| )(?:{_people('en')})\b" if lang == "en" else rf"的?(?:{_people('zh')})"
    for m in re.finditer(rf"(?i)(?P<n>\d+(?:\.\d+)?)\s?(?:%|percent|per cent)(?:{whose})", sentence):
        share, half = Decimal(m["n"]) / 100, Decimal(1).scaleb(-len(m["n"].partition(".")[2])) / 200
        before = sentence[: m.start()]
        if over := _OVER.search(before):
            yield _Said(start=over.start(), end=m.end(), low=share, high=Decimal(1))
        else:
            near = _NEAR.search(before)
            half = max(half, Decimal("0.02")) if near else half
            yield _Said(start=near.start() if near else m.start(), end=m.end(), low=share - half, high=share + half)


def _words(sentence: str, lang: Lang) -> Iterator[_Said]:
    for word, low, high in _shares():
        if word.isascii() != (lang == "en"):
            continue
        after = (
            rf"(?: of)?(?: the| our)? (?:\w+ )?(?:{_people('en')})\b" if lang == "en" else rf"的?(?:{_people('zh')})"
        )
        whole = rf"(?i)\b{word}(?:{after})" if lang == "en" else f"{word}(?:{after})"
        if word in {"everyone", "nobody"}:
            whole = rf"(?i)\b{word}\b"
        for m in re.finditer(whole, sentence):
            yield _Said(start=m.start(), end=m.end(), low=low, high=high)


def _number(text: str) -> int | None:
    value = number(text.replace(",", "").lower())
    return int(value) if value is not None else None


@cache
def _data() -> dict[str, object]:
    return loads(files("goodword.data").joinpath("guard/tallies.toml").read_text("utf-8"))


@cache
def _people(lang: Lang) -> str:
    return "|".join(sorted(_data()["people"][lang].split(), key=len, reverse=True))  # type: ignore[index]


@cache
def _telling(lang: Lang) -> tuple[str, ...]:
    return tuple(_data()["telling"][lang].split())  # type: ignore[index]


@cache
def _shares() -> tuple[tuple[str, Decimal, Decimal], ...]:
    rows = _data()["share"]
    found = [(w, Decimal(str(r["low"])), Decimal(str(r["high"]))) for r in rows for w in r["words"]]  # type: ignore[attr-defined]
    return tuple(sorted(found, key=lambda f: -len(f[0])))
