"""Chinese copy cut into words: each word is found whole, then must be a function word, held by a fact, or let stand.

A run of characters is cut so that as few as possible stay unknown, then into as few words as possible, over every word
the guard knows, whether this product holds it or not. So a claim is never taken for the function words inside it, and a
new word made of characters that facts happen to hold is not covered by them.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from goodword.guard import wording
from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held
from goodword.guard.words import load, measures, rows
from goodword.text import quantities
from goodword.text.normalise import fold
from goodword.types import Claim, Flag, Verdict

_CLAUSE = re.compile(r"[，。；：、！？,;:!?\n]")
Spans = list[tuple[int, int]]
_SENTENCE = re.compile(r"[。！？!?\n]")
_LATIN = re.compile(r"[A-Za-z]{4,}")
_RUN = re.compile(r"[\u4e00-\u9fff]+")
_POINTERS = "这那该此每各一整单两几本同首"
_DENYING = "不无非未没免防"
_SIZES = {"长", "宽", "高", "深", "厚", "重", "远", "粗", "大", "高度", "长度", "宽度", "厚度", "深度"}
_LONGEST = 8
_UNKNOWN, _WORD, _LONE, _HELD = 200, 20, 21, 23


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Own:
    """The words of one product: pieces of its facts, and what its facts let stand."""

    pieces: frozenset[str]
    letters: frozenset[str]
    told: frozenset[str]  # pieces of values that are no name of the product
    allowed: frozenset[str]
    features: frozenset[str]  # words of the features that facts hold
    names: frozenset[str]  # Latin words of values that are no name of the product


def judge(matter: Matter, held: Held, taken: Spans, stated: Spans) -> Iterator[Verdict]:
    """Verdicts on the words outside `taken` that nothing lets stand; neighbours are told of together.

    Args:
        stated: spans that facts support.
    """
    words, own, free = load("zh"), _own(held), wording.deniable(held, "zh")
    prevented = wording.prevented(held, "zh")
    gap: tuple[int, int] | None = None
    for a, b in _left(matter.text, taken, own):
        word = matter.text[a:b]
        praise = word in words.puffery and word not in own.pieces
        fails = not praise and not _passes(matter.text, a, b, own, taken, stated)
        fails = fails or (word in prevented and not words.prevention.search(_clause(matter.text, a, b)))
        if fails and word in free and words.denial.search(_clause(matter.text, a, b)):
            fails = False
        if gap and (gap[1] != a or not fails):
            yield Verdict(claim=Claim(start=gap[0], end=gap[1], kind="attribute"), stance="silent", confidence=0.7)
            gap = None
        if praise:
            yield Verdict(claim=Claim(start=a, end=b, kind="opinion"), stance="opinion", reason="puffery")
        elif fails:
            gap = (gap[0] if gap else a, b)
    if gap:
        yield Verdict(claim=Claim(start=gap[0], end=gap[1], kind="attribute"), stance="silent", confidence=0.7)


def _passes(text: str, a: int, b: int, own: Own, taken: Spans, stated: Spans) -> bool:
    """Whether a word stands of itself, or beside what its sentence says."""
    words, word = load("zh"), text[a:b]
    verb = _verbs().get(word, word)
    if _stands(word, own) or _stands(verb, own) or _short_for(text, a, b, own, taken):
        return True
    if (word in words.anchored or verb in words.anchored) and _carried(text, a, b, taken, own):
        return True
    if (word in words.neutral or verb in words.neutral or (verb != word and verb in own.letters)) and _states(
        text, a, b, own, stated
    ):
        return True
    if word == "好" and text[a - 2 : a] in own.pieces and re.search(r"[就已]", _clause(text, a, b)):
        return True  # 就预热好
    return _measured(text, a, b, stated) or (word in words.permits and _states(text, a, b, own, stated))


def _short_for(text: str, start: int, end: int, own: Own, taken: Spans) -> bool:
    """Whether one character alone between function words stands for a word of a fact that holds it: 洗 for 清洗."""
    if end - start > 1 or text[start] not in own.letters:
        return False
    run = next(m for m in _RUN.finditer(text) if m.start() <= start < m.end())
    words = {run.start() + a: run.start() + b for a, b in cut(run.group(), own)}
    before = next((a for a, b in words.items() if b == start), None)
    if any(a <= start - 1 < b for a, b in taken):  # 220克蜡
        before = None
    beside = [text[before:start]] if before is not None else []
    beside += [text[end : words[end]]] if end in words else []
    return all(len(w) > 1 or w in _glue() or w in own.allowed for w in beside)


def _carried(text: str, start: int, end: int, taken: Spans, own: Own) -> bool:
    """Whether a fact is held beside a word, in its sentence."""
    first, last = _around(text, start, end)
    if any(a < last and first < b for a, b in taken):
        return True
    return any(not first + a <= start < first + b for a, b in _bearing(text[first:last], own))


@lru_cache(maxsize=128)
def _bearing(sentence: str, own: Own) -> tuple[tuple[int, int], ...]:
    """The words of a sentence that facts hold or allow; of two, one is always beside another word."""
    plain, out = _glue() | load("zh").anchored, list[tuple[int, int]]()
    for run in _RUN.finditer(sentence):
        for a, b in cut(run.group(), own):
            word = run.group()[a:b]
            if (word in own.pieces or (len(word) > 1 and word in own.allowed)) and word not in plain:
                out.append((run.start() + a, run.start() + b))
    return tuple(out[:2])


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a span."""
    stops = _stops(text)
    before, after = bisect_left(stops, start), bisect_left(stops, end)
    return stops[before - 1] + 1 if before else 0, stops[after] if after < len(stops) else len(text)


@lru_cache(maxsize=64)
def _stops(text: str) -> tuple[int, ...]:
    return tuple(m.start() for m in _SENTENCE.finditer(text))


@cache
def _verbs() -> dict[str, str]:
    """Verbs of one character with what may follow them, by the whole: 取得出来 and 拆下来 are 取 and 拆."""
    table = rows("words")["resultative"]
    ends = table["ends"].split()
    parts = [*ends, *(m + e for m in "得不" for e in ends if e not in {"了", "着", "过"})]
    doubled = {f"{v}{j}{v}": v for v in table["verbs"] for j in ("", "一")}  # 冲一冲, 擦擦
    return {v + e: v for v in table["verbs"] for e in parts} | doubled


def _clause(text: str, start: int, end: int) -> str:
    return (
        re.split(r"[，。；：、！？,;:!?\n]", text[:start])[-1] + re.split(r"[，。；：、！？,;:!?\n]", text[start:])[0]
    )


def _measured(text: str, start: int, end: int, stated: Spans) -> bool:
    """Whether a word of size stands beside a quantity that a fact supports: 高55, 有150厘米高."""
    if text[start:end] not in _SIZES:
        return False
    after = len(text[end:]) - len(text[end:].lstrip("度为是有约达在："))
    beside = [(a, b) for a, b in stated if a == end + after or b in {start, start - 1}]
    return any(quantities.find(text[a:b]) for a, b in beside)


def _states(text: str, start: int, end: int, own: Own, stated: Spans) -> bool:
    """Whether a sentence states a fact: a span that facts support, or a word of a value."""
    first, last = _around(text, start, end)
    return any(a < last and first < b for a, b in stated) or _tells(text[first:last], own)


@lru_cache(maxsize=128)
def _tells(sentence: str, own: Own) -> bool:
    """Whether a sentence holds a word of a value, or two characters of values."""
    plain = _glue() | load("zh").anchored | load("zh").neutral
    runs = (m.group() for m in _RUN.finditer(sentence))
    said = [w for run in runs for a, b in cut(run, own) if (w := run[a:b]) not in plain]
    if any(len(w) > 1 and (w in own.told or w in own.features) for w in said):
        return True
    names = (m.group().lower() for m in _LATIN.finditer(sentence))
    return any(n in own.names for n in names) or len({w for w in said if len(w) == 1 and w in own.letters}) > 1


def _left(text: str, taken: Spans, own: Own) -> Iterator[tuple[int, int]]:
    """The words of a text outside `taken`. Where a word that does not stand is partly taken, the words of its rest."""
    covered = {i for a, b in taken for i in range(a, b)}
    for run in _RUN.finditer(text):
        for a, b in cut(run.group(), own):
            start, end = run.start() + a, run.start() + b
            if covered.isdisjoint(range(start, end)) or _stands(text[start:end], own):
                yield start, end
                continue
            for rest in re.finditer("1+", "".join("0" if i in covered else "1" for i in range(start, end))):
                for c, d in cut(text[start + rest.start() : start + rest.end()], own):
                    yield start + rest.start() + c, start + rest.start() + d


@lru_cache(maxsize=256)
def words_of(text: str, held: Held) -> tuple[str, ...]:
    """The words of a text that are no function words."""
    own = _own(held)
    runs = ((m.group(), cut(m.group(), own)) for m in _RUN.finditer(text))
    return tuple(w for run, spans in runs for a, b in spans if (w := run[a:b]) not in _glue())


def across_words(text: str, start: int, end: int, held: Held) -> bool:
    """Whether a span begins or ends inside a word: 水 in 水果 names no water, 机洗 in 洗碗机洗 no machine wash."""
    inner = _inner(text, held)
    return start in inner or end in inner


@lru_cache(maxsize=64)
def _inner(text: str, held: Held) -> frozenset[int]:
    own = _own(held)
    inside = (run.start() + i for run in _RUN.finditer(text) for a, b in cut(run.group(), own) for i in range(a + 1, b))
    return frozenset(i for i in inside if text[i - 1] not in _DENYING)  # 可机洗 of 不可机洗 stands whole


@lru_cache(maxsize=512)
def _own(held: Held) -> Own:
    pieces: set[str] = set()
    told: set[str] = set()
    for fact in held.facts:
        if fact.key not in NAMING:
            runs = _RUN.findall(fold(fact.name if isinstance(fact.value, Flag) else fact.text).text)
            told |= {run[i : i + n] for run in runs for n in (2, 3, 4) for i in range(len(run) - n + 1)}
        for run in _RUN.findall(f"{fold(fact.text).text} {fold(fact.name).text}"):
            pieces |= {run[i : i + n] for n in range(2, _LONGEST + 1) for i in range(len(run) - n + 1)}
            pieces.add(run[-1] + "子")  # 杯子 of 水杯, 盖子 of 防尘盖
            if len(run) == 1 or (fact.key == "title" and run[-1] in wording.heads()):
                pieces.add(run[-1])
    letters = frozenset(c for piece in pieces for c in piece)
    return Own(
        pieces=frozenset(pieces),
        letters=letters,
        told=frozenset(told),
        features=wording.of_concepts(held, "zh"),
        names=held.told,
        allowed=wording.allowed(held, "zh"),
    )


@cache
def _glue() -> frozenset[str]:
    return load("zh").glue | {p + m for p in _POINTERS for m in measures()}


@cache
def _known() -> frozenset[str]:
    return wording.vocabulary("zh") | _glue() | frozenset(_verbs())


def _stands(word: str, own: Own) -> bool:
    return word in _glue() or word in own.allowed or word in own.pieces


@lru_cache(maxsize=4096)
def cut(run: str, own: Own) -> tuple[tuple[int, int], ...]:
    """The words of a run of Chinese characters, as spans."""
    known = _known()
    best: Spans = [(0, 0)]  # by end: cost so far, start of the last word
    for end in range(1, len(run) + 1):
        choices = []
        for start in range(max(0, end - _LONGEST), end):
            word = run[start:end]
            if word in known or word in own.pieces or end - start == 1:
                choices.append((best[start][0] + _cost(word, word in known, own), start))
        best.append(min(choices))
    spans, end = [], len(run)
    while end:
        spans.append((best[end][1], end))
        end = best[end][1]
    return tuple(reversed(spans))


def _cost(word: str, known: bool, own: Own) -> int:
    if not known:
        return _HELD if word in own.pieces else _UNKNOWN
    return _LONE if len(word) == 1 else _WORD
