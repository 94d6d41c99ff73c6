"""Which words copy may use because of what the facts hold: words of an attribute, a dimension, a concept, a thing."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from goodword.guard.held import Held
from goodword.guard.words import JOINTS, composed, load, rows, stem
from goodword.text import lexicon, units
from goodword.text.normalise import fold
from goodword.types import Fact, Flag, Lang

_LANG: dict[Lang, int] = {"en": 0, "zh": 1}
# The attribute whose words go with concepts of a kind, wherever they are held.
_KINDS = {
    "material": "material", "colour": "colour", "pattern": "pattern", "origin": "origin", "flavour": "flavour",
    "certification": "certification", "ingredient": "ingredients", "season": "season", "occasion": "occasion",
}  # fmt: skip
_LONGEST_WORD = 4  # a longer run in a pattern is a phrase
_HAN = re.compile(r"[\u4e00-\u9fff]+")


@lru_cache(maxsize=512)
def allowed(held: Held, lang: Lang) -> frozenset[str]:
    """The words that the facts of one product let copy say, beside their own. English words are stems."""
    return _allowed(held, held.facts, lang)


@lru_cache(maxsize=2048)
def allowed_by(fact: Fact, held: Held, lang: Lang) -> frozenset[str]:
    """The words that one fact lets copy say."""
    return _allowed(held, (fact,), lang)


@lru_cache(maxsize=512)
def deniable(held: Held, lang: Lang) -> frozenset[str]:
    """What copy may say is not needed or not there, because of a concept that facts hold."""
    named = {a for h in held.concepts for a in (h.concept, *_ancestors(h.concept))}
    named |= {f.key for f in held.facts}
    told = " ".join(text for _, text in held.folded)
    named |= {k for k in rows("wording")["free"] if "." not in k and k in told}
    lines = "\n".join(fold(f"{f.name}: {f.text}").text for f in held.facts if not _denied(f))
    ruled_out = {k for k, pattern in _excluding().items() if pattern.search(lines)}
    keys = [("free", c) for c in named] + [("excluded", c) for c in ruled_out]
    return frozenset(w for table, key in keys for w in _row(table, key, lang))


@cache
def _excluding() -> dict[str, re.Pattern[str]]:
    """Patterns of heading and value, by what they are called in the table of what they rule out."""
    return {k: re.compile(k) for k in rows("wording")["excluded"]}


@lru_cache(maxsize=512)
def prevented(held: Held, lang: Lang) -> frozenset[str]:
    """What a held feature keeps from happening: 'leak' of something leakproof, which must not be said without denial."""  # noqa: E501
    named = {h.concept for h in held.concepts if not h.denied}
    return frozenset(w for c in named for w in _row("prevented", c, lang))


def _ancestors(concept: str) -> tuple[str, ...]:
    known = lexicon.load().concept(concept)
    return known.parents if known else ()


@lru_cache(maxsize=512)
def of_concepts(held: Held, lang: Lang) -> frozenset[str]:
    """Words of the features and care that facts hold: a sentence with one of them states a fact."""
    kinds = ("feature.", "care.", "power.")
    return frozenset(w for h in held.concepts if h.concept.startswith(kinds) for w in _of_concept(h.concept, lang))


@lru_cache(maxsize=1024)
def kin(text: str) -> frozenset[str]:
    """Chinese words that say the same as one of a text, and that one."""
    return frozenset(w for row in _same("zh") if any(len(w) > 1 and w in text for w in row) for w in row)


def _allowed(held: Held, facts: tuple[Fact, ...], lang: Lang) -> frozenset[str]:
    ids = {f.id for f in facts}
    out = {w for f in facts for key in _keys(f) for w in _of_attribute(key, lang)}
    for unit in {h.quantity.unit for h in held.quantities if h.quantity.unit and h.fact.id in ids}:
        out |= _row("dimension", units.dimension(unit), lang)
    concepts = {h.concept for h in held.concepts if h.fact.id in ids}
    for key in {_KINDS.get(c.split(".")[0], "") for c in concepts}:
        out |= _of_attribute(key, lang)
    for concept in concepts:
        out |= _of_concept(concept, lang)
    return frozenset(out | _related(facts, lang))


def _keys(fact: Fact) -> Iterator[str]:
    """The attribute of a fact, and for a name the lexicon does not know that of its end: 'case thickness', 表壳厚度."""
    yield fact.key
    words = lexicon.load()
    if fact.key in words.attributes:
        return
    name = fold(fact.name).text
    ends = [name[-n:] for n in (4, 3, 2)] if _HAN.fullmatch(name) else [name.rsplit(" ", n)[-n:] for n in (2, 1)]
    for end in ends:
        if found := words.attribute(end if isinstance(end, str) else " ".join(end)):
            yield found.key
            return


@cache
def _row(table: str, key: str, lang: Lang) -> frozenset[str]:
    written = rows("wording")[table].get(key, ("", ""))[_LANG[lang]].split()
    return frozenset(stem(w) if lang == "en" else w for w in written)


@cache
def _of_attribute(key: str, lang: Lang) -> frozenset[str]:
    """Words of an attribute: its own row, its label, and the composer's pattern for it."""
    attribute = lexicon.load().by_key(key)
    patterns = [(t, k, v) for t, rs in composed(lang).items() if isinstance(rs, dict) for k, v in rs.items()]
    said = [p for table, row, written in patterns if table not in JOINTS and _base(row) == key for p in written]
    said += [attribute.labels[lang]] if attribute else []
    said += attribute.headings[lang] if attribute and lang == "zh" else []
    return _row("attribute", key, lang) | _words(" ".join(said), lang)


@cache
def _base(row: str) -> str:
    """The attribute a row of the composer is for: 'material' of 'material_parts' and 'material@bags'."""
    name, known = row.split("@", maxsplit=1)[0], lexicon.load().attributes
    return next((name[:n] for n in range(len(name), 0, -1) if name[:n] in known and name[n : n + 1] in {"", "_"}), name)


@cache
def _of_concept(concept: str, lang: Lang) -> frozenset[str]:
    """Words of a concept and of all that having it entails."""
    found, known = _row("concept", concept, lang), lexicon.load().concept(concept)
    for parent in known.parents if known else ():
        found |= _of_concept(parent, lang)
    return found


def _words(text: str, lang: Lang) -> frozenset[str]:
    plain = re.sub(r"\{\w+\}", " ", fold(text).text)
    if lang == "en":
        return frozenset(stem(w) for w in re.findall(r"[a-z]+", plain))
    words = (w for run in _HAN.findall(plain) for w in re.split("[为是有的]", run))
    return frozenset(w for w in words if 0 < len(w) <= _LONGEST_WORD and not load("zh").denial.search(w))


def _related(facts: tuple[Fact, ...], lang: Lang) -> set[str]:
    """Other words for what values and names hold: 'flex' for a cord, 'bag' for a backpack."""
    texts = [fold(f"{f.text} {f.name}").text for f in facts if not _denied(f)]
    called = "\n".join(fold(f.text).text for f in facts if f.key in {"title", "category"})
    of_class = {w for n, of in enumerate(_classes(lang)) if of.search(called) for w in _of_class(n, lang)}
    return of_class | _likewise(facts, texts, lang)


@cache
def _classes(lang: Lang) -> tuple[re.Pattern[str], ...]:
    """By which words of a name or category each class of products is known."""
    table = rows("classes")
    other = table["after"][lang]
    if lang == "zh":
        return tuple(re.compile(f"(?:{row['zh'].lower()})(?!{other})") for row in table["class"])
    return tuple(re.compile(rf"(?<![a-z-])(?:{row['en']})(?:e?s)?(?![a-z-])(?!{other})") for row in table["class"])


@cache
def _of_class(number: int, lang: Lang) -> frozenset[str]:
    """The words that a class of products lets copy say."""
    written = rows("classes")["class"][number][f"words_{lang}"].split()
    return frozenset(stem(w) for w in written) if lang == "en" else frozenset(written)


def _likewise(facts: tuple[Fact, ...], texts: list[str], lang: Lang) -> set[str]:
    if lang == "zh":
        joined = "\n".join(texts)
        ends = {f.text[-1:] for f in facts if f.key in {"title", "category"}}
        parts = {w for end in ends for w in rows("wording")["part"].get(end, "").split()}
        return parts | {
            w for row in _same("zh") for w in row if any(member in joined for member in row if len(member) > 1)
        }
    have = {stem(w) for t in texts for w in re.findall(r"[a-z]+", t)}
    out = {w for row in _same("en") if have & set(row) for w in row}
    for word in have & set(_nouns()):
        out |= _nouns()[word]
    return out


def _denied(fact: Fact) -> bool:
    """'dishwasher safe: no' lets copy name the dishwasher, which is judged as a denial, but no other word for it."""
    return isinstance(fact.value, Flag) and not fact.value.value


@cache
def _same(lang: Lang) -> tuple[tuple[str, ...], ...]:
    form = stem if lang == "en" else str
    return tuple(tuple(form(w) for w in row.split()) for row in rows("wording")["same"][lang])


@cache
def _nouns() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for word in rows("wording")["noun"]:  # 'wheel' and 'wheels' are one
        found[stem(word)] = found.get(stem(word), frozenset()) | _row("noun", word, "en")
    return found


@cache
def heads() -> frozenset[str]:
    """One-character names of things, by which copy calls a product whose name ends with them."""
    return frozenset(rows("wording")["head"]["zh"].split())


@cache
def vocabulary(lang: Lang) -> frozenset[str]:
    """Every word the guard knows, held or not: a word is found whole before it is asked whether it may stand."""
    table = rows("wording")
    by_key = ("attribute", "dimension", "concept", "noun", "free", "excluded", "prevented")
    keys = [(t, k) for t in by_key for k in table[t]]
    found = {w for t, k in keys for w in _row(t, k, lang)} | {w for row in _same(lang) for w in row}
    found |= load(lang).glue | load(lang).anchored | load(lang).neutral | load(lang).puffery
    for key in lexicon.load().attributes:
        found |= _of_attribute(key, lang)
    found |= {w for n in range(len(rows("classes")["class"])) for w in _of_class(n, lang)}
    if lang == "zh":
        found |= set(rows("words")["claims"]["zh"].split()) | set(" ".join(table["part"].values()).split())
        found |= {f for c in lexicon.load().concepts.values() for f in c.forms["zh"] if _HAN.fullmatch(f)}
    return frozenset(found)
