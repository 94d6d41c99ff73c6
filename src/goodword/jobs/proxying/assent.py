"""A bare yes or no, read as what it says: the customer's question as a statement, affirmed or denied.

'Does it fit in the dishwasher?' 'Yes.' claims that it does, as surely as if it were said in full. The question is put
as a statement and grounded; what the facts hold of it is also asked as `goodword ask` asks it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any, Literal, cast

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard.base import CheckResult, Matter
from goodword.guard.checks import grounding
from goodword.jobs.asking import lexis, yesno
from goodword.jobs.proxying.talk import is_talk, without_talk
from goodword.text import segment
from goodword.types import Fact, Finding, Flag, Lang, Product, Source

Holds = Literal["yes", "no", "open"]
_NO = re.compile(r"\b(?:no|not|non|without|never)\b|[没未非]|不(?!锈|粘|干胶)|无(?!级|线|缝|极)")
_ITEMS = re.compile(r"[,，、;；/]")
_EDGES = " \t.。!！?？;；~～,，、\"'“”"
_TAG = re.compile(r"<[A-Z]+(?:_[A-Z]+)*_[0-9]+>", re.ASCII)


@cache
def _table() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("proxy/assent.toml").read_text("utf-8"))


def sense(sentence: str) -> Holds | None:
    """Whether a sentence only says yes or only says no; 'open' where it says both; None: it says neither, or more.

    What only talk follows is bare too ("Yes, have a nice day!"), but not what promises to look ("Sure, let me check.").
    """
    words = " ".join(sentence.strip().replace("’", "'").lower().split()).strip(_EDGES)
    if not words:
        return None
    if _phrases("all").fullmatch(words):
        said = [w for w in ("yes", "no") if any(w == _of_phrase(m[0]) for m in _phrases("each").finditer(words))]
        return None if not said else "open" if len(said) == 2 else cast("Holds", said[0])
    lead = _phrases("lead").match(words)
    rest = words[lead.end() :].strip(_EDGES) if lead else ""
    if lead and rest and not re.match(_table()["assent"]["wait"], rest) and is_talk(rest, _lang(rest)):
        return sense(lead[0])
    return None


def _lang(words: str) -> Lang:
    return "zh" if re.search(r"[\u4e00-\u9fff]", words) else "en"


def _of_phrase(phrase: str) -> str:
    table = _table()["assent"]
    return "yes" if phrase in table["yes"] else "no" if phrase in table["no"] else ""


@cache
def _phrases(how: str) -> re.Pattern[str]:
    """Of phrases: 'all' of a sentence, the 'lead' before a comma, or 'each' alone; the longest first, for good."""
    table = _table()["assent"]
    known = sorted((re.escape(p) for k in ("yes", "no", "filler") for p in table[k]), key=len, reverse=True)
    one = rf"(?>(?:{'|'.join(known)})(?![a-z'])[\s,，、.。!！~～;；]*+)"
    if how == "each":
        return re.compile(rf"(?<![a-z'])(?>{'|'.join(known)})(?![a-z'])")
    return re.compile(rf"{one}++" if how == "all" else rf"{one}{{1,4}}+(?<=[,，.。!！\s~～])")


def asked_of(message: str) -> str:
    """The one question of a message that asks for yes or no; '' where there is none, or more than one."""
    spans = [message[a:b].strip() for a, b in segment.sentences(_TAG.sub(" ", message))]
    found = [s for s in spans if yesno.asks(s) and not is_talk(s.rstrip("?？") + ".", "en")]
    return found[0] if len(found) == 1 else ""


def statement(question: str, lang: Lang) -> str:
    """A question for yes or no as what a yes to it says; '' where it cannot be put so."""
    said = " ".join(question.replace("’", "'").split()).rstrip("?？!！.。 ")
    said = said[:1].lower() + said[1:]
    for pattern, put in _table()["statement"][lang]:
        said = re.sub(pattern, put, said, flags=re.IGNORECASE)
    if lang == "zh":
        return f"{said}。" if said else ""
    for pattern, put in _table()["declared"]:
        match = re.fullmatch(pattern, said, re.IGNORECASE)
        if match:
            told = _agreed(re.sub(r"\s+", " ", match.expand(put))).strip()
            return told[0].upper() + told[1:] + "."
    return ""


def _agreed(told: str) -> str:
    """'It <hold> 750 ml' with the verb as it agrees with 'it'."""

    def third(m: re.Match[str]) -> str:
        verb = m[1]
        known = {"have": "has", "do": "does", "go": "goes", "be": "is"}
        if verb in known:
            return known[verb]
        if re.search(r"(?:s|x|z|ch|sh)$", verb):
            return verb + "es"
        return re.sub(r"(?<![aeiou])y$", "ie", verb) + "s"

    return re.sub(r"<(\w+)>", third, told)


def holds(question: str, matter: Matter) -> Holds:
    """Whether what is asked is so, by all that the matter rests on; 'open' where it does not say, or says both."""
    matter = replace(
        matter, facts=tuple(_of_part(matter.facts, question, matter.lang)) if matter.facts else matter.facts
    )
    said = {h for h in (_stated(question, matter), _asked(question, matter), _listed(question, matter)) if h != "open"}
    return said.pop() if len(said) == 1 else "open"


def _of_part(facts: Sequence[Fact], question: str, lang: Lang) -> Iterator[Fact]:
    """The facts, of what several parts are made of only the part that is asked about: the handle, not the pot."""
    asked = _content(question, lang)
    for fact in facts:
        items = _ITEMS.split(fact.text) if fact.key == "material" else []
        mine = [item for item in items if asked & _content(item, lang)]
        if len(items) > 1 and len(mine) == 1:
            yield from (replace(f, id=fact.id) for f in facts_from_pairs({fact.name: mine[0].strip()}, lang=lang))
        else:
            yield fact


def _stated(question: str, matter: Matter) -> Holds:
    told = statement(question, matter.lang)
    if not told or yesno.denied(question):
        return "open"
    result = grounding.run(replace(matter, text=told, sentences=()))
    if any(v.stance == "refuted" for v in result.verdicts):
        return "no"
    proved = any(v.stance == "supported" for v in result.verdicts)
    return "yes" if proved and not any(f.severity != "warn" for f in result.findings) else "open"


def _asked(question: str, matter: Matter) -> Holds:
    if not matter.facts or yesno.denied(question):
        return "open"
    title = next((f.text for f in matter.facts if f.key == "title"), "")
    product = Product(sku=matter.facts[0].sku, title=title, lang=matter.lang, product_class=matter.product_class,
                      facts=matter.facts, source=Source(uri="request"))  # fmt: skip
    found = yesno.judge(product, question, lexis.attributes(question)).answer
    return "yes" if found == "yes" else "no" if found in {"no", "not_listed"} else "open"


def _listed(question: str, matter: Matter) -> Holds:
    """What is asked for stands, word for word, as one of the things a fact lists ('1 inside pocket')."""
    if yesno.denied(question):
        return "open"
    asked = _things(question, matter.lang)
    for fact in matter.facts or ():
        if fact.key in {"title", "brand", "not_included", "not_compatible"} or not asked:
            continue
        if isinstance(fact.value, Flag) and asked == _things(fact.name, matter.lang):
            return "yes" if fact.value.value else "no"
        name = _things(fact.name, matter.lang)
        for item in _ITEMS.split(fact.text):
            told = _things(item, matter.lang)
            named = asked == name and (name < told or any(t.endswith(n) for t in told for n in name))
            if not _NO.search(item.lower()) and (asked in {told, told | name} or named):
                return "yes"
    return "open"


def _things(words: str, lang: Lang) -> frozenset[str]:
    """The words that name what is asked for, with figures as they stand."""
    low = re.sub(r"\b(?:need(?:s|ed)?|required?|requires)\b", "need", words.lower())
    fillers = [*_table()["fillers"][lang].split(), *_table()["having"][lang].split()]
    if lang == "en":
        return frozenset(
            w.rstrip("s") for w in re.findall(r"[a-z]+|\d+(?:[.,]\d+)*", low) if w not in fillers and w != "1"
        )
    for filler in sorted(fillers, key=len, reverse=True):
        low = low.replace(filler, "")
    low = re.sub(r"(?:\d+|[一两三四])[个只条张件支]?$", "", re.sub(r"[\s？?。.]", "", low))
    return frozenset([low] if low else [])


class Assent:
    """The check: a sentence that only says yes or no, by the question it answers.

    Args:
        question: what the customer last asked; '' where it is not known.
    """

    NAME, VERSION = "assent", "2"
    LANGS: tuple[Lang, ...] = ("en", "zh")

    def __init__(self, question: str = "") -> None:
        self.question = question

    def run(self, matter: Matter) -> CheckResult:
        """Judge a text. What the rest of the text spells out needs no question, unless the facts say the contrary."""
        spans = [(a, b, sense(matter.text[a:b])) for a, b in segment.sentences(matter.text)]
        bare = [(a, b, s) for a, b, s in spans if s]
        if not bare:
            return CheckResult()
        rest = " ".join(without_talk(matter.text[a:b], matter.lang) for a, b, s in spans if not s)
        question = asked_of(self.question)
        truth = holds(question, matter) if question else "open"
        found = []
        for a, b, said in bare:
            if said == truth and truth != "open":
                continue
            wrong = truth != "open" and said != "open"
            if wrong or not _spelled(question, rest, matter.lang):
                found.append(finding("contradicted" if wrong else "assent", matter, a, b))
        return CheckResult(findings=tuple(found))


def _spelled(question: str, rest: str, lang: Lang) -> bool:
    """Whether the rest of an answer says what its yes or no is about."""
    if not re.search(r"\w", rest):
        return False
    if not question:
        return True
    asked, told = (_content(words, lang) for words in (question, rest))
    return not asked or bool(asked & told)


def _content(words: str, lang: Lang) -> set[str]:
    fillers = set(_table()["fillers"][lang].split())
    if lang == "en":
        return {w.rstrip("s") for w in re.findall(r"[a-z0-9]+", words.lower()) if w not in fillers}
    for filler in sorted(fillers, key=len, reverse=True):
        words = words.replace(filler, " ")
    runs: Sequence[str] = re.findall(r"[\u4e00-\u9fff]+|[a-z0-9]+", words.lower())
    return {r[i : i + 2] for r in runs for i in range(max(len(r) - 1, 1))}


def finding(rule: str, matter: Matter, start: int, end: int) -> Finding:
    """A finding about a yes or no."""
    table: dict[str, Any] = loads(files("goodword.data").joinpath("proxy/messages.toml").read_text("utf-8"))
    return Finding(
        rule="proxy.assent", severity="block" if rule == "contradicted" else "needs_evidence", start=start, end=end,
        authority=str(table["authority"]["assent"][matter.market]), advice=str(table["advice"][rule][matter.told_in]),
    )  # fmt: skip


def without_empty_words(matter: Matter) -> str:
    """The text of a matter with what is judged otherwise, or claims nothing, blanked: bare yes and no, and talk."""
    out = matter.text
    for start, end in segment.sentences(out):
        sentence = out[start:end]
        blank = sense(sentence) is not None or not without_talk(sentence, matter.lang, matter.facts or ()).strip()
        out = out[:start] + " " * (end - start) + out[end:] if blank else out
    return out
