"""Facts that say yes or no, whatever their heading, against clauses that say the opposite.

'Microwave safe: no' and 'it goes in the microwave'; 床单：不含 and 含床单; 'Wall mounting: required' and 'no need to
fix it to the wall'. A heading is taken apart into what it asks about and how. A cell answers if it is a word of yes or
no, or says the heading anew, denied or not (可折叠：不可折叠). Data: data/guard/polar.toml.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from goodword.guard import conditions
from goodword.guard.base import Matter
from goodword.guard.held import NAMING, Held, evidence
from goodword.guard.words import root, rows, stem
from goodword.text.normalise import Folded, fold
from goodword.types import Claim, Fact, Flag, Verdict

Sense = Literal["have", "box", "need"]
REASON = "polarity"  # of verdicts that no model of meaning may waive
_LEAD = re.compile(r"\s+[-–—]\s*|\s*[,，(（:：;；。.]")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Polar:
    """What a fact says yes or no to: English stems, or runs of Han characters."""

    fact: Fact
    subject: tuple[str, ...]
    holds: bool
    sense: Sense


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rules:
    no: re.Pattern[str]
    yes: re.Pattern[str]
    deny: re.Pattern[str]
    affirm: re.Pattern[str]
    tail: re.Pattern[str]
    outside: re.Pattern[str]
    inside: re.Pattern[str]
    partial: re.Pattern[str]
    ask: tuple[re.Pattern[str], re.Pattern[str]]  # English, Chinese
    flip: tuple[re.Pattern[str], re.Pattern[str]]
    box: re.Pattern[str]
    need: re.Pattern[str]
    denied: tuple[re.Pattern[str], re.Pattern[str]]
    near: tuple[tuple[re.Pattern[str], re.Pattern[str]], tuple[re.Pattern[str], re.Pattern[str]]]  # before, after
    split: re.Pattern[str]
    contains: re.Pattern[str]
    left_out: re.Pattern[str]
    apart: re.Pattern[str]
    beside: str
    having: re.Pattern[str]  # has it, and so has it in the box
    alias: dict[str, list[str]]
    nil: re.Pattern[str]
    service: re.Pattern[str]
    added: re.Pattern[str]
    needs: re.Pattern[str]
    any: tuple[re.Pattern[str], re.Pattern[str]]
    stems: dict[str, frozenset[str]]


@cache
def _rules() -> _Rules:
    table = rows("polar")
    value, heading, clause = table["value"], table["heading"], table["clause"]

    def whole(pattern: str) -> re.Pattern[str]:
        return re.compile(f"(?:{pattern.replace(chr(10), '')})")

    def both(part: dict[str, str], name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
        return re.compile(part[f"{name}_en"]), re.compile(part[f"{name}_zh"])

    def around(part: dict[str, str], lang: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
        return re.compile(part[f"before_{lang}"]), re.compile(part[f"after_{lang}"])

    return _Rules(
        no=whole(value["no"]), yes=whole(value["yes"]), deny=re.compile(value["deny"]),
        affirm=re.compile(value["affirm"]), tail=re.compile(value["tail"]), outside=re.compile(value["outside"]),
        inside=re.compile(value["inside"]),
        partial=re.compile(value["partial"]),
        ask=both(heading, "ask"), flip=both(heading, "flip"), box=re.compile(heading["box"]),
        need=re.compile(heading["need"]), denied=both(clause, "deny"), split=re.compile(clause["split"]),
        near=(around(table["near"], "en"), around(table["near"], "zh")),
        contains=re.compile(table["near"]["contains"]), left_out=re.compile(table["near"]["left_out"]),
        apart=re.compile(clause["apart"]), beside=clause["beside"],
        having=re.compile(clause["having"]), alias=table["alias"],
        nil=re.compile(table["substances"]["free"]), service=re.compile(table["substances"]["services"]),
        added=re.compile(table["substances"]["added"]), needs=re.compile(table["needs"]["held"]),
        any=(re.compile(table["any"]["en"]), re.compile(table["any"]["zh"])),
        stems={stem(w): frozenset(map(stem, others)) for w, others in table["alias"].items() if w.isascii()},
    )  # fmt: skip


@lru_cache(maxsize=4096)
def of(fact: Fact) -> Polar | None:
    """What a fact says yes or no to; None where it does neither."""
    if fact.key in NAMING or len(fact.text) > 60:
        return None
    rules, name, value = _rules(), fold(fact.name).text, fold(fact.text).text.strip(" .。")
    han = bool(_HAN.search(name))
    subject = _subject(name, han)
    if not subject:
        return None
    if rules.outside.search(value) and not re.search(r"[,，、;；][^()（）]*[(（]", value):  # 电池：2节5号（不含）
        return Polar(fact=fact, subject=subject, holds=False, sense="box")
    if rules.inside.search(value) and not re.search(r"[,，、;；][^()（）]*[(（]", value):  # 150 m (included)
        return Polar(fact=fact, subject=subject, holds=True, sense="box")
    holds = fact.value.value if isinstance(fact.value, Flag) else _answer(value, name, subject, han)
    if holds is None:
        return None
    if rules.flip[han].search(name):
        holds = not holds
    about = f"{name} {_LEAD.split(value)[0]}"
    sense: Sense = "need" if rules.need.search(about) else "box" if rules.box.search(about) else "have"
    return Polar(fact=fact, subject=subject, holds=holds, sense=sense)


def _subject(name: str, han: bool) -> tuple[str, ...]:
    rules = _rules()
    if han:
        bare = rules.flip[True].sub("", name) if rules.flip[True].search(name) else name
        rest = rules.ask[True].sub(" ", re.sub(r"[(（].*?[)）]", " ", bare))
        return tuple(dict.fromkeys(re.findall(r"[\u4e00-\u9fff]+|[a-z0-9]+", rest)))
    rest = rules.ask[False].sub(" ", rules.flip[False].sub(" ", name.replace("_", " ").replace("-", " ")))
    return tuple(dict.fromkeys(stem(w) for w in re.findall(r"[a-z0-9]+", rest)))


def _answer(value: str, name: str, subject: tuple[str, ...], han: bool) -> bool | None:
    """Whether a cell says yes or no to its heading; None where it says something else."""
    rules = _rules()
    lead = _LEAD.split(value)[0].strip()
    if rules.nil.search(lead) and not rules.service.search(name) and not rules.flip[False].search(name):
        return False  # 'Soy: free', though 'Engraving: free' is had
    for word, said in ((rules.no, False), (rules.yes, True)):
        if word.fullmatch(lead):
            return said
    told = han and all(s in value for s in subject) and len("".join(subject)) > 1
    if told and not rules.deny.match(value):
        return True  # 自动断电: 30分钟后自动断电
    if rules.partial.search(value) or re.search(r"\d", value):
        return None
    for pattern, said in ((rules.deny, False), (rules.tail, False), (rules.affirm, True)):
        hit = pattern.match(value)
        if hit and hit["rest"] and _speaks(hit["rest"], name, subject, han):
            return said
    return None


def _speaks(rest: str, name: str, subject: tuple[str, ...], han: bool) -> bool:
    """Whether what a cell says is its heading's own subject, and little else."""
    if han:
        own = [c for c in rest if c in name]
        return bool(own) and len(rest) <= len(own) + 1
    said = {stem(w) for w in re.findall(r"[a-z0-9]+", rest)}
    return bool(said) and said <= {*subject, *(stem(w) for w in re.findall(r"[a-z0-9]+", name))}


def answer(held: Held, written: str, negated: bool) -> tuple[Fact, bool] | None:
    """The fact that says yes or no to just what words of a text name, and whether the text says the same."""
    said = fold(written).text
    if inside := _rules().deny.match(said):  # 不含香精, named in one word
        said, negated = inside["rest"], True
    words = tuple(dict.fromkeys(stem(w) for w in re.findall(r"[a-z0-9]+", said)))
    for p in _all(held):
        if p.sense != "need" and (p.subject == (words or (said,)) or (not words and "".join(p.subject) == said)):
            return p.fact, p.holds != negated
    return None


def named(about: Polar, clause: str) -> bool:
    """Whether a folded clause names all that a fact says yes or no to."""
    return bool(_where(clause, about.subject, bool(_HAN.search(about.fact.name))))


def denied(fact: Fact) -> bool:
    """Whether a fact says no to what its heading asks about."""
    found = of(fact)
    return found is not None and not found.holds


@lru_cache(maxsize=64)
def _all(held: Held) -> tuple[Polar, ...]:
    return tuple(p for f in held.facts for p in (of(f), *_contained(f)) if p is not None)


def _contained(fact: Fact) -> Iterator[Polar]:
    """What a cell says the thing contains, beside what else it says: the small parts of a warning."""
    if fact.key in NAMING or isinstance(fact.value, Flag):
        return
    for m in _rules().left_out.finditer(fold(fact.text).text):  # 兼容（不含水袋）, 'yes (bladder not included)'
        thing = m["what"] or m["after"] or m["en"] or m["paren"] or m["han"]
        words = (thing,) if _HAN.search(thing) else tuple(stem(w) for w in re.findall(r"[a-z]{3,}", thing))
        yield Polar(fact=fact, subject=words, holds=False, sense="box")
    for m in _rules().needs.finditer(fold(fact.text).text):
        words = (m["what"],) if m["what"] else tuple(stem(w) for w in re.findall(r"[a-z0-9]+", m["en"]))
        yield Polar(fact=fact, subject=words, holds=True, sense="need")
    for m in _rules().contains.finditer(fold(fact.text).text):
        han = bool(_HAN.search(m.group()))
        for thing in re.split(r"[、,，]|和|及|与|\band\b", m["what"] or m["en"]):
            words = (thing.strip(),) if han else tuple(stem(w) for w in re.findall(r"[a-z]+", thing))
            if 0 < len(words) < 4 and len("".join(words)) > 1:
                yield Polar(fact=fact, subject=words, holds=True, sense="have")


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Clauses that say the reverse of what a fact says yes or no to, in the sense in which the fact does."""
    han = matter.lang == "zh"
    polar = [p for p in _all(held) if han or not _HAN.search(p.fact.name)]
    text, rules = fold(matter.text), _rules()
    yield from _of_any_kind(text, polar, han)
    for start, end in _clauses(text.text) if polar else ():
        clause = text.text[start:end]
        for p in polar:
            spans = _where(clause, p.subject, han and bool(_HAN.search("".join(p.subject))))
            if not spans or not _alike(p.sense, clause):
                continue
            cue = rules.denied[han].search(_without(clause, spans))
            if (
                p.holds and not (p.sense != "need" and rules.apart.search(clause)) and p.sense != "need"
            ):  # must be denied right there: 'gluten-free and vegan' denies no vegan
                cue = _beside(clause, spans, han)
            if p.holds == (cue is None):
                continue
            if p.holds and rules.added.search(clause) and not rules.added.search(fold(p.fact.name).text):
                continue  # 'no sugar is added' of what has its own
            if p.holds and conditions.spoken_for(held, matter.lang, clause, spans):
                continue
            ends = [*spans, cue.span()] if cue else spans
            first, last = text.home(start + min(a for a, _ in ends), start + max(b for _, b in ends))
            claim = Claim(start=first, end=last, kind="inclusion" if p.sense == "box" else "attribute")
            quote = (evidence(p.fact, 0, len(p.fact.text)),)
            yield Verdict(claim=claim, stance="refuted", evidence=quote, reason=REASON)


def _of_any_kind(text: Folded, polar: Sequence[Polar], han: bool) -> Iterator[Verdict]:
    """'No bleach of any kind' of what has oxygen bleach."""
    for m in _rules().any[han].finditer(text.text):
        thing = next(w for w in m.groups() if w)
        kind = next((p for p in polar if p.holds and p.sense == "have" and _is_kind(p, thing, han)), None)
        if kind:
            start, end = text.home(*m.span())
            yield Verdict(claim=Claim(start=start, end=end, kind="attribute"), stance="refuted",
                          evidence=(evidence(kind.fact, 0, len(kind.fact.text)),), reason=REASON)  # fmt: skip


def _is_kind(about: Polar, thing: str, han: bool) -> bool:
    if han:
        return any(len(s) > 1 and s.endswith(thing) for s in about.subject)
    return bool(about.subject) and about.subject[-1] == stem(thing)


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for m in _rules().split.finditer(text):
        yield at, m.start()
        at = m.end()
    yield at, len(text)


def _where(clause: str, subject: tuple[str, ...], han: bool) -> list[tuple[int, int]]:
    """Where a clause names what a fact is about; empty where it does not name all of it."""
    if han:
        found = [_run(clause, word) for word in subject]
    else:
        words = [(m.group(), m.span()) for m in re.finditer(r"[a-z0-9]+", clause)]
        found = [next((at for w, at in words if _is_word(w, s)), None) for s in subject]
    return [at for at in found if at] if all(found) else []


def _is_word(word: str, subject: str) -> bool:
    said = stem(word)
    alike = said in _rules().stems.get(subject, ())
    return said == subject or alike or bool(root(word) and root(word) == root(subject))


def _run(clause: str, word: str) -> tuple[int, int] | None:
    rules = _rules()
    if len(word) == 1 and not word.isascii():
        hit = re.search(f"{rules.beside}{re.escape(word)}", clause)
        return (hit.start() + 1, hit.end()) if hit else None
    for form in (word, *rules.alias.get(word, ())):
        if (at := clause.find(form)) >= 0:
            return at, at + len(form)
    return None


def _beside(clause: str, spans: list[tuple[int, int]], han: bool) -> re.Match[str] | None:
    """A denial right before or after one of the words of a subject."""
    before, after = _rules().near[han]
    for a, b in spans:
        if hit := before.search(clause, 0, a) or after.match(clause, b):
            return hit
    return None


def _without(clause: str, spans: list[tuple[int, int]]) -> str:
    """A clause with its subject blanked: the 无 of 无线 denies nothing."""
    out = list(clause)
    for a, b in spans:
        out[a:b] = " " * (b - a)
    return "".join(out)


def _alike(sense: Sense, clause: str) -> bool:
    """Whether a clause speaks of a thing in the sense of the fact: as needed, as in the box, or as had."""
    rules = _rules()
    if rules.need.search(clause):
        return sense == "need"
    if rules.box.search(clause):
        return sense in {"box", "have"}
    return sense == "have" or (sense == "box" and bool(rules.having.search(clause)))
