"""Denials: a fact's denial left out ('suitable for infants'), and a denial that no fact makes ('needs no charging')."""

import re
from collections.abc import Iterator

from goodword.guard import han, polar, wording
from goodword.guard.base import Matter
from goodword.guard.held import Held, denies, evidence
from goodword.guard.words import load, stem
from goodword.text import lexicon
from goodword.text.normalise import fold
from goodword.text.numbers import number
from goodword.types import Claim, Fact, Flag, Lang, Prose, Terms, Verdict

_CLAUSE = re.compile(r"[^,;:。，；：、！!.()（）\n]+(?:\.\d+[^,;:。，；：、！!.()（）\n]*)*")
_DIGITS = "零一二三四五六七八九"
_NUMERAL = re.compile(rf"[{_DIGITS[1:]}](?=岁|周岁|个月|小时|度)")
OTHER = "(?<![类级性特分识区个差辨告鉴])别(?!致|墅|样|针|人|的|名|称)"  # 别 denies but in 类别, 级别, 别的 …
_AGE = re.compile(r"\b(?:years?|months?|old|ages?|aged)\b")
# 'tumble drying is no problem' denies nothing
_EASY = re.compile(
    r"\b(?:no (?:problem|trouble|issue|worry)|not a problem)\b|没(?:关系|问题)|不(?:打紧|要紧|碍事|成问题)"
)
_ONLY = re.compile(r"\bonly\b|仅|只")
_STOP = re.compile(r"[.。！!?？\n](?!\d)")
_DENIAL: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:not|no|nothing|never|without|non|cannot|avoid|skip|(?:leave|leaves|leaving|left) (?:\w+ ){0,4}out|keep (?:\w+ ){0,2}(?:out|away|off|clear)|out of"  # noqa: E501
        r"|free (?:of|from)|off limits|far from|less than)\b|[ -]free\b|n't\b"
    ),
    "zh": re.compile(rf"不|无|非|未|没|勿|禁|忌|避免|防止|免|{OTHER}"),
}
_PLAIN: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:do|does|be|is|are|it|the|a|an|of|to|for|by|with|in|and|or|please|must|should|may|can|safe|suitable)\b"
    ),
    "zh": re.compile(r"请|切|宜|可用|适用于|是否|可以|可|能|适合|的|使用|儿童|之|与|和|或"),
}


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Clauses that keep the words of a denying fact but not its denial."""
    text = fold(matter.text)
    denied = [(f, m, words) for f in held.facts for m, words in _denied(f)]
    for clause in _CLAUSE.finditer(text.text):
        if any(p.search(_EASY.sub(" ", clause.group())) for p in _DENIAL.values()):
            continue
        begun = max((m.end() for m in _STOP.finditer(text.text, 0, clause.start())), default=0)
        told = any(p.search(text.text, begun, clause.end()) for p in _DENIAL.values())  # 'Not suitable for: infants'
        for fact, found, words in denied:
            if (
                not (told and denies(fact))
                and fact.lang == matter.lang
                and all(_stands(w, clause.group(), matter.lang) for w in words)
            ):
                start, end = text.home(*clause.span())
                claim = Claim(start=start, end=end, kind="attribute")
                yield Verdict(claim=claim, stance="refuted", evidence=(evidence(fact, *found),))
                break


def denials(matter: Matter, held: Held, taken: list[tuple[int, int]]) -> Iterator[Verdict]:
    """Denials outside `taken` of something that no fact denies."""
    words = load(matter.lang)
    harmless = [m.span() for m in words.harmless.finditer(matter.text)]
    judged = {a for a, _ in taken}
    negated = [m for m in lexicon.load().find(matter.text) if m.negated and m.start in judged]
    for m in words.denial.finditer(matter.text):
        if any(a < m.end() and m.start() < b for a, b in taken + harmless):
            continue
        start, end = _around(matter.text, m.start(), matter.lang, held)
        if any(start <= n.start < end for n in negated):  # judged as a concept
            continue
        if _freed(matter.text[start:end], matter, held):
            continue
        if not any(
            _speaks_of(fact, text, matter.text[start:end], matter, held) for fact, text in _denying(matter, held)
        ):
            yield Verdict(claim=Claim(start=m.start(), end=m.end(), kind="attribute"), stance="silent", reason="denial")


def _freed(clause: str, matter: Matter, held: Held) -> bool:
    """Whether a clause denies what a held concept makes needless: 'no mains needed' of a solar lamp."""
    free = wording.deniable(held, matter.lang)
    if matter.lang == "zh":
        return any(w in free for w in han.words_of(clause, held))
    return bool(_stems(load("en").denial.sub(" ", clause)) & free)


def _around(text: str, at: int, lang: Lang, held: Held) -> tuple[int, int]:
    """The clause around a place, or more where it holds function words only ('it is not included', 这三样都没放)."""
    start, end = next((m.span() for m in _CLAUSE.finditer(text) if m.start() <= at < m.end()), (0, len(text)))
    if lang == "en":
        return (start, end) if _stems(text[start:end]) else (0, len(text))
    plain = load("zh").anchored | load("zh").neutral
    if any(w not in plain and len(w) > 1 for w in han.words_of(text[start:end], held)):
        return start, end
    begun = max((m.end() for m in _STOP.finditer(text, 0, at)), default=0)
    stop = _STOP.search(text, end)
    return begun, stop.start() if stop else len(text)


def _denying(matter: Matter, held: Held) -> Iterator[tuple[Fact, str]]:
    """Facts that deny something, with the words they deny it of."""
    denying = load(matter.lang).denying
    for fact, text in held.folded:
        if isinstance(fact.value, Flag) and not fact.value.value:
            yield fact, f"{fact.name} {fact.key.replace('_', ' ')}".lower()
        elif polar.denied(fact) or denies(fact) or denying.search(fact.name.lower()):
            yield fact, f"{text} {fact.name}".lower()
        elif isinstance(fact.value, Terms):  # of 'windproof, breathable' the first denies something
            yield from ((fact, piece) for piece in re.split(r"[,，、;；]", text) if denying.search(piece))
        elif denying.search(text):
            yield fact, f"{text} {fact.name}".lower()


def _speaks_of(fact: Fact, denied: str, clause: str, matter: Matter, held: Held) -> bool:
    """Whether a clause and a denying fact share a word that says something."""
    if (answer := polar.of(fact)) and not answer.holds and polar.named(answer, fold(clause).text):
        return True
    if matter.lang == "zh":
        clause = _sentence(matter.text, clause) if _ONLY.search(denied) else clause
        words = [*han.words_of(clause, held), *re.findall(r"[a-z]{2,}", clause.lower())]
        said = {w for w in words if w in denied or w in wording.kin(denied)}
        return bool(said) or any(c in clause for c in re.findall(r"[防断缺免]([\u4e00-\u9fff])", denied))
    if matter.lang == "en" and _ONLY.search(denied):
        clause = _sentence(matter.text, clause)
    said, own = _stems(load("en").denial.sub(" ", clause)), _stems(denied)
    listed = isinstance(fact.value, Terms) and not denies(fact)
    beside = frozenset[str]() if listed else wording.allowed_by(fact, held, "en")
    return any(s in own or s in beside or any(o.startswith(s) for o in own if len(s) > 3) for s in said)


def _sentence(text: str, clause: str) -> str:
    """The sentence of a clause: 'clean the spot, do not wash the whole hat' of 'spot clean only'."""
    at = text.find(clause)
    start = max((m.end() for m in _STOP.finditer(text, 0, at)), default=0)
    stop = _STOP.search(text, at + len(clause))
    return text[start : stop.start() if stop else len(text)]


def _stems(text: str) -> set[str]:
    """Stems of the English words of a text that are no function words."""
    return {stem(w) for w in re.findall(r"[a-z]+", text.lower()) if w not in load("en").glue}


def _denied(fact: Fact) -> Iterator[tuple[tuple[int, int], list[str]]]:
    """The clauses of a fact that deny something, as spans of its text, and the words denied."""
    whole, lang = (0, len(fact.text)), fact.lang
    if not isinstance(fact.value, Flag) and polar.of(fact):  # a yes or no to its heading, judged as such
        return
    if isinstance(fact.value, Flag):  # 'dishwasher safe: no', 'no added sugar: yes'
        name = fold(fact.name).text
        if fact.value.value == bool(_DENIAL[lang].search(name)) and (words := _content(name, lang)):
            yield whole, words
        return
    if denies(fact) and fact.key != "not_included":  # 'not suitable for: dishwasher, microwave'
        things = re.split(r"[,，、;；]", fold(fact.text).text)
        yield from ((whole, words) for thing in things if (words := _content(thing, lang)))
    elif isinstance(fact.value, Prose | Terms):
        text = fold(fact.text)
        for clause in _CLAUSE.finditer(text.text):
            words = _content(clause.group(), lang) if _DENIAL[lang].search(clause.group()) else []
            if len("".join(words)) >= (5 if lang == "en" else 2):
                yield text.home(*clause.span()), words


def _content(text: str, lang: Lang) -> list[str]:
    """The words of a denying text that say what is denied."""
    rest = _PLAIN[lang].sub(" ", _DENIAL[lang].sub(" ", text))
    rest = _AGE.sub(" ", rest)
    return re.findall(r"[a-z0-9]+", rest) if lang == "en" else re.findall(r"[\u4e00-\u9fff\d]{2,}", rest)


def _stands(word: str, clause: str, lang: Lang) -> bool:
    if lang == "zh":
        if word == "机洗" and "洗衣机" in clause:
            return True
        return word in clause or word in _NUMERAL.sub(lambda m: str(_DIGITS.index(m.group())), clause)
    if word.isdecimal():
        said = {n for w in re.findall(r"[a-z]+(?:-[a-z]+)?|\d+", clause) if (n := number(w)) is not None}
        return int(word) in said or any(int(word) == n * 12 for n in said)
    return stem(word) in {stem(w) for w in re.findall(r"[a-z0-9]+", clause)}
