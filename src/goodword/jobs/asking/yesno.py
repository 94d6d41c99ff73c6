"""Questions to be answered by yes or no: what the facts say of what is asked about, and when they leave it open.

A list is closed where the shop lists everything (colours, sizes, what is in the box, what it fits): what is not in it
is not there. Anywhere else silence is silence, and the answer is that the records do not say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from goodword.jobs.asking import facts, lexis, needs
from goodword.jobs.asking.nouns import Part
from goodword.search.cut import tokens
from goodword.text import compare, lexicon, quantities, units
from goodword.text.normalise import fold
from goodword.types import Composition, Fact, Flag, Product, Quantities, Quantity, Terms

Answered = Literal["yes", "no", "not_listed", "open"]
CLOSED = {"colour", "size", "in_the_box", "compatibility", "ports"}
_ASKS = re.compile(
    r"^(?:and |so |but |ok |hi |hello |please )*(?:(?:is|are|was|do|does|did|can|could|will|would|has|have|should|may"
    r"|must|am|isn't|aren't|don't|doesn't|can't|won't)\b)"
    r"|[,.?;] ?(?:is|are|do|does|can|will|would) (?:it|they|this|these|i|you|the)\b"
    r"|吗|[是能会可有]不[是能会可有]|能不能|可不可以|可以不|有没有|会不会|是否|能否|可否|[?？]?么[?？]"
)
_DENIED = re.compile(
    r"\b(?:need (?:to (?:buy|get|order)|my own|an?\b|any\b)|have to (?:buy|get)|separately)\b"
    r"|要.{0,4}[买配备]|另.{0,2}[买配]|自[备配]"
    r"|\b(?:isn't|aren't|doesn't|don't|can't|won't|not|no|without|never)\b|[不没无](?!锈|粘)[^？?]{0,8}[吗吧]|^(?:难道|不)"
)
_MORE = re.compile(r"more than|over|at least|bigger than|larger than|longer than|above|exceed|超过|大于|至少|以上|不止")
_LESS = re.compile(r"less than|under|at most|smaller than|shorter than|below|within|低于|小于|不到|以内|不超过|以下")
_ROOM = re.compile(r"fit (?:in|into|on|inside|under|through)|放(?:得)?(?:进|下|入)|能放")
_GENERIC = {"feature.size"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Yes, no, not among what is listed, or open; the attribute that says so, and what was asked about."""

    answer: Answered
    key: str = ""
    asked: str = ""
    numbers: tuple[Quantity, Quantity] | None = None  # what the fact holds, what was asked


def asks(question: str) -> bool:
    """Whether a question asks for yes or no."""
    return bool(_ASKS.search(fold(question).text.strip()))


def denied(question: str) -> bool:
    """Whether the question itself denies something, so that a bare yes or no could be read both ways."""
    return bool(_DENIED.search(fold(question).text))


def touches(question: str, parts: Sequence[Part]) -> bool:
    """Whether what is said shares a word with what was asked besides the words that ask for the attribute."""
    fillers = lexis.fillers()
    rest = fold(question).text
    for key in lexis.attributes(question):
        rest = lexis.attribute_pattern(key).sub(" ", rest)
    asked = {t for t in tokens(rest) if t not in fillers and len(t) > 1}
    return not asked or any(asked & set(tokens(e.quote)) for p in parts for e in p.evidence)


def unsaid(product: Product, question: str, verdict: Verdict) -> bool:
    """Whether a question says more than the thing the verdict is on: 'is the plastic recycled' of what is plastic.

    Then yes would answer what no fact says; the fact alone is told.
    """
    told = {t for f in product.facts if f.key in {verdict.key, "title", "brand"} for t in tokens(f"{f.name} {f.text}")}
    asked = {t for key in lexis.attributes(question) for t in tokens(_named(question, key))}
    known = told | asked | set(tokens(verdict.asked)) | lexis.fillers() | _FRAME | needs.common()
    return any(len(t) > 1 and not t.isdigit() for t in set(tokens(question)) - known)


def _named(question: str, key: str) -> str:
    """The words of a question that ask for an attribute."""
    return " ".join(m.group() for m in lexis.attribute_pattern(key).finditer(fold(question).text))


def judge(product: Product, question: str, keys: Sequence[str], *, named: bool = False) -> Verdict:
    """What the facts say of the thing a question names.

    Args:
        keys: the attributes the question asks for, as far as told.
        named: whether the question names the product, so that words of its name ask for nothing.
    """
    if keys and (found := _compared(product, question, keys)):
        return found
    if found := _by_concept(product, question, named=named):
        return found
    if {"in_the_box", "not_included"} & set(lexis.attributes(question)):
        return _in_box(product, question)
    for key in ("compatibility", "size"):
        if key in keys and (found := _listed(product, question, key)):
            return found
    return Verdict(answer="open")


def _by_concept(product: Product, question: str, *, named: bool) -> Verdict | None:
    """By what the lexicon knows: having IPX7 entails waterproof, cotton is not wool, silver opposes gold."""
    lex = lexicon.load()
    titles = " ".join(f.text for f in product.facts if f.key == "title")
    in_title = {m.concept for m in lex.find(titles)} if named else set()
    asked = [m for m in lex.find(question) if m.concept not in in_title and m.concept not in _GENERIC]
    open_key = ""
    for mention in asked:
        kinds = {c.split(".")[0] for c in (mention.concept, *mention.also)}
        for fact in product.facts:
            if fact.key in facts.NEVER or fact.id in _disputed(product):
                continue
            for have, negated in _concepts(fact):
                if any(lex.entails(have, c) for c in (mention.concept, *mention.also)):
                    return Verdict(answer="no" if negated else "yes", key=fact.key, asked=mention.text)
                if lex.opposes(have, mention.concept) and not negated:
                    return Verdict(answer="no", key=fact.key, asked=mention.text)
                if lex.entails(mention.concept, have) and have != mention.concept:
                    open_key = open_key or fact.key
        if "colour" in kinds and _closed(product, "colour"):
            return Verdict(answer="not_listed", key="colour", asked=mention.text)
        if "material" in kinds and _whole(product):
            return Verdict(answer="not_listed", key="material", asked=mention.text)
        if flag := next(
            (f for f in product.facts if isinstance(f.value, Flag) and f.key == mention.concept.split(".")[-1]), None
        ):
            value = flag.value
            return Verdict(answer="yes" if isinstance(value, Flag) and value.value else "no", key=flag.key)
    return Verdict(answer="open", key=open_key) if open_key else None


def _concepts(fact: Fact) -> list[tuple[str, bool]]:
    value = fact.value
    out = [(m.concept, m.negated) for m in lexicon.load().find(fact.text)]
    if isinstance(value, Terms):
        out += [(t.concept, False) for t in value.items if t.concept and (t.concept, True) not in out]
    if isinstance(value, Composition):
        out += [(p.term.concept, False) for p in value.parts if p.term.concept]
    denies = fact.key in {"not_included", "not_compatible"}
    return [(c, n or denies) for c, n in out]


def _closed(product: Product, key: str) -> bool:
    """Whether every member of a list is one the lexicon knows, so that an unknown name cannot hide the asked one."""
    found = facts.of_key(product, key)
    return bool(found) and any(isinstance(f.value, Terms) and all(t.concept for t in f.value.items) for f in found)


def _whole(product: Product) -> bool:
    """Whether the shares of a composition add up to all of it."""
    for fact in facts.of_key(product, "material"):
        if isinstance(fact.value, Composition) and all(p.term.concept for p in fact.value.parts):
            shares = [p.percent for p in fact.value.parts if not p.where]
            if shares and None not in shares and sum(s or Decimal(0) for s in shares) == 100:
                return True
    return False


def _in_box(product: Product, question: str) -> Verdict:
    """'Does it come with a charger?': in the box, expressly not, or not among what the box holds."""
    asked = _things(product, question)
    if not asked:
        return Verdict(answer="open", key="in_the_box")
    without, within = (
        max((len(asked & set(tokens(f.text))) for f in facts.of_key(product, key)), default=0)
        for key in ("not_included", "in_the_box")
    )
    if without or within:  # a remote may be in the box and its battery not: what shares more words is meant
        if without == within:
            return Verdict(answer="open", key="in_the_box")
        return Verdict(answer="no", key="not_included") if without > within else Verdict(answer="yes", key="in_the_box")
    closed = bool(facts.of_key(product, "in_the_box")) and bool(asked & lexis.accessories())
    return Verdict(answer="not_listed" if closed else "open", key="in_the_box" if closed else "")


_FRAME = set(tokens("does it come with a are there is included include in the box do i get supplied have")) | set(
    tokens("带吗 包含 附带 送吗 盒子里有 有吗 配吗 含吗 有没有 里面有 包括")
)


def _things(product: Product, question: str) -> set[str]:
    titles = " ".join(f.text for f in product.facts if f.key in {"title", "brand"})
    return set(tokens(question)) - _FRAME - set(tokens(titles))


def _listed(product: Product, question: str, key: str) -> Verdict | None:
    """Codes and names against a list: 'size XXL', 'Kilovane K4'."""
    found = facts.of_key(product, key)
    if not found:
        return None
    asked = {t for t in _things(product, question) if re.search(r"\d", t) or re.fullmatch(r"x*[sml]", t)}
    if key == "compatibility":
        asked |= {t.lower() for t in re.findall(r"\b[A-Z][A-Za-z]*\d*\b", question[1:]) if len(t) > 1}
    if not asked:
        return None
    for no in facts.of_key(product, "not_compatible") if key == "compatibility" else []:
        if any(a in _codes(no) for a in asked if re.search(r"\d", a)):
            return Verdict(answer="no", key="not_compatible")
    hits = [a for a in asked if any(a in _codes(f) for f in found)]
    coded = [a for a in asked if re.search(r"\d", a)]
    if (coded and all(c in hits for c in coded)) or (not coded and hits and key == "size"):
        return Verdict(answer="yes", key=key)
    ranged = any(re.search(r"\d\s*[-–~至到]\s*\d|or later|及以上|以上|and up", f.text) for f in found)
    if ranged or hits:
        return Verdict(answer="open", key=key)
    return Verdict(answer="not_listed", key=key) if coded else Verdict(answer="open")


def _codes(fact: Fact) -> set[str]:
    low = fold(fact.text).text
    return set(tokens(fact.text)) | set(re.findall(r"[a-z0-9]+", low))


def _compared(product: Product, question: str, keys: Sequence[str]) -> Verdict | None:
    """'Does it hold more than a litre?', 'Will it fit in 30 cm?': the question's quantity against the fact's."""
    low = fold(question).text
    sense = "more" if _MORE.search(low) else "less" if _LESS.search(low) else "room" if _ROOM.search(low) else ""
    asked = [q for q in quantities.find(question) if q.unit] if sense else []
    if len(asked) != 1:
        return None
    for key in keys:
        for fact in facts.of_key(product, key):
            have = _largest(fact, asked[0])
            if have is None or have.high is None or asked[0].low is None:
                continue
            ours, theirs = _in_unit(have, asked[0])
            if ours is None or theirs is None or have.hedge != "exact":
                continue
            yes = ours > theirs if sense == "more" else ours < theirs if sense == "less" else ours <= theirs
            return Verdict(answer="yes" if yes else "no", key=key, numbers=(have, asked[0]))
    return None


def _largest(fact: Fact, like: Quantity) -> Quantity | None:
    value = fact.value
    items = value.items if isinstance(value, Quantities) else (value,) if isinstance(value, Quantity) else ()
    fitting = [q for q in items if isinstance(q, Quantity) and q.high is not None and compare.comparable(q, like)]
    return max(fitting, key=lambda q: q.high or Decimal(0), default=None)


def _in_unit(a: Quantity, b: Quantity) -> tuple[Decimal | None, Decimal | None]:
    return converted(a, b.unit), b.low


def converted(q: Quantity, unit: str) -> Decimal | None:
    """The upper bound of a quantity in another unit."""
    if q.high is None or units.dimension(q.unit) != units.dimension(unit):
        return None
    return units.convert(q.high, q.unit, unit)


def _disputed(product: Product) -> set[str]:
    return {f for c in product.conflicts for f in c.facts}
