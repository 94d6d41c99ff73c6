"""The bilingual vocabulary of shops: attributes and concepts, with what entails what.

Data: data/lexicon/attributes.toml and data/lexicon/concepts*.toml.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any, Literal

from goodword.errors import DataError
from goodword.text.normalise import fold
from goodword.types import Lang

AttributeKind = Literal[
    "quantity", "dimensions", "composition", "terms", "flag", "date", "money", "compatibility", "name", "identifier",
    "prose",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Concept:
    """Something a value can name, in both languages. The first form of a language is the one we write."""

    id: str  # 'material.cotton'
    kind: str  # 'material'
    forms: Mapping[Lang, tuple[str, ...]]
    parents: tuple[str, ...] = ()  # what having it entails
    opposes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribute:
    """A named property of products. `dimension` is pint's ('[mass]'); `concept` the kind of concepts it takes."""

    key: str
    kind: AttributeKind
    labels: Mapping[Lang, str]
    headings: Mapping[Lang, tuple[str, ...]]
    dimension: str = ""
    locked: bool = False
    hidden: bool = False
    concept_kind: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A concept named in a text; `negated` where the text denies it."""

    start: int
    end: int
    concept: str
    text: str
    negated: bool = False
    also: tuple[str, ...] = ()  # other concepts of the same form: 'silver' the metal and the colour


_KEPT, _LONGEST_KEPT = 4096, 200  # headings, titles and cells are asked for several times over; copy is not


class Lexicon:
    """Attributes and concepts with their look-ups. Immutable once loaded but for what it remembers of late answers."""

    def __init__(self, attributes: Mapping[str, Attribute], concepts: Mapping[str, Concept]) -> None:
        self.attributes, self.concepts = attributes, concepts
        self._headings = {_slug(h): a for a in attributes.values() for hs in a.headings.values() for h in (*hs, a.key)}
        self._forms = _forms(concepts)
        self._sizes = _sizes(self._forms)
        self._ancestors = {c: frozenset(_closure(c, concepts)) for c in concepts}
        self._asked: dict[str, Attribute | None] = {}
        self._found: dict[str, tuple[Mention, ...]] = {}
        self._recent: dict[str, tuple[Mention, ...]] = {}

    def attribute(self, heading: str) -> Attribute | None:
        """The attribute a column heading means, in either language; brackets, case and separators ignored."""
        if heading not in self._asked:
            self._asked = self._asked if len(self._asked) < _KEPT else {}
            self._asked[heading] = self._attribute(heading)
        return self._asked[heading]

    def _attribute(self, heading: str) -> Attribute | None:
        bare = re.sub(r"[(（\[【].*?[)）\]】]", "", heading)
        for candidate in (heading, bare, re.sub(r"(?i)[_\s-](?:en|zh|cn|eng|chs|英文|中文)$", "", bare)):
            if found := self._headings.get(_slug(candidate)):
                return found
        return None

    def by_key(self, key: str) -> Attribute | None:
        """The attribute of that key."""
        return self.attributes.get(key)

    def concept(self, concept_id: str) -> Concept | None:
        """The concept of that id."""
        return self.concepts.get(concept_id)

    def find(self, text: str) -> list[Mention]:
        """Every concept named in `text`, longest first, left to right; spans slice back."""
        if len(text) > _LONGEST_KEPT:  # copy is asked about several times while it is judged, never again
            if text not in self._recent:
                self._recent = {**dict(list(self._recent.items())[-3:]), text: tuple(self._find(text))}
            return list(self._recent[text])
        if text not in self._found:
            self._found = self._found if len(self._found) < _KEPT else {}
            self._found[text] = tuple(self._find(text))
        return list(self._found[text])

    def _find(self, text: str) -> list[Mention]:
        folded = fold(text)
        found = []
        for start, end in self._spans(folded.text):
            form = folded.text[start:end]
            concept, *also = self._forms.get(form) or self._forms[_singular(form)]
            negated = is_negated(folded.text, start, end)
            first, last = folded.home(start, end)
            found.append(Mention(start=first, end=last, concept=concept, text=text[first:last], negated=negated,
                                 also=tuple(also)))  # fmt: skip
        return found

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Longest matches by first characters: Latin forms start and end at word borders, Han forms anywhere."""
        at = 0
        for start in _START.finditer(text):
            if start.start() >= at and (end := self._longest(text, start.start())):
                yield start.start(), end
                at = end

    def _longest(self, text: str, at: int) -> int:
        two, latin = text[at : at + 2], text[at].isascii()
        sizes = self._sizes.get(two, ())
        if len(two) == 2:
            sizes += self._sizes.get(two[0], ())
        for size in sizes:
            for plural in (2, 1, 0) if latin else (0,):
                end = at + size + plural
                if end > len(text) or (plural and text[end - plural : end] != ("es" if plural == 2 else "s")):
                    continue
                form = text[at:end]
                known = form in self._forms or (plural and _singular(form) in self._forms)
                if known and not (_LATIN.match(text, end - 1) and _LATIN.match(text, end)):
                    return end
        return 0

    def exact(self, text: str, kind: str = "") -> str | None:
        """The concept that `text` as a whole names, of `kind` where it names several."""
        form = fold(text).text.strip(" .。")
        named = self._forms.get(form) or (() if text.isupper() else self._forms.get(_singular(form))) or ()
        return next((c for c in named if c.startswith(f"{kind}.")), named[0] if named else None)

    def entails(self, have: str, said: str) -> bool:
        """Whether having one concept makes saying the other true: cotton → natural fibre, never → organic cotton."""
        return have == said or said in self._ancestors.get(have, frozenset())

    def opposes(self, a: str, b: str) -> bool:
        """Whether two concepts cannot both hold."""
        first, second = self.concepts.get(a), self.concepts.get(b)
        return bool(first and b in first.opposes) or bool(second and a in second.opposes)

    def say(self, concept_id: str, lang: Lang) -> str | None:
        """How copy in `lang` names a concept."""
        concept = self.concepts.get(concept_id)
        forms = concept.forms.get(lang, ()) if concept else ()
        return forms[0] if forms else None


_BEFORE = re.compile(
    r"(?:\b(?:no|not|non|without|never|isn't|aren't|doesn't|free (?:of|from)|excluding|excludes|neither|nor)\b[\s-]*(?:\w+[\s-]+){0,2}"  # noqa: E501
    r"|(?:不含(?:任何)?|无需|无须|不需要?|不用|不必|不是|并非|不可|不能|不支持|未添加|无添加|不添加|没有|未|非|无|不|不带|不附带?|不加|(?<![类级性特分识区个差辨告])别(?!致|墅|样|针|人)[用加放拿]?|免|没加|没放)"
    r"|(?:不能|不可以?|不要|不得|不宜|切勿|请勿|严禁|禁止|避免)(?:直接|长时间|长期)?"
    r"(?:上|用于|使用|用|放在|放进|放入|放到|放|在|进|接触|靠近|过)?)$"
)
_AFTER = re.compile(
    r"^(?:[ \t-]*free\b|[ \t]*(?:is|are)?[ \t]*not[ \t]+included"
    r"|[ \t]*(?:is|are)(?:n['’]t|[ \t]+not)[ \t]+(?:possible|available|supported|provided|fitted|allowed|permitted)\b"
    r"|[ \t]*(?:不含|除外|另购))"
)


_START = re.compile(r"(?<![a-z0-9])[a-z0-9]|[^\x00-\x7f]")
_LATIN = re.compile(r"[a-z0-9]")


def is_negated(text: str, start: int, end: int) -> bool:
    """Whether the words around a span of folded text deny it (within its own clause)."""
    clause = re.split(r"[.,;，。；、:：!?\n]|\bbut\b|但", text[max(0, start - 30) : start])[-1]
    return bool(_BEFORE.search(clause)) or bool(_AFTER.match(text[end : end + 32]))


def _slug(heading: str) -> str:
    return re.sub(r"[\s_\-/:：.]+", "", fold(heading).text)


def _singular(form: str) -> str:
    for ending, put in (("ies", "y"), ("ves", "f"), ("shes", "sh"), ("ches", "ch"), ("ses", "s"), ("s", "")):
        if form.endswith(ending):
            return form[: -len(ending)] + put
    return form


def _forms(concepts: Mapping[str, Concept]) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for concept in concepts.values():
        for forms in concept.forms.values():
            for form in forms:
                key = fold(form).text
                out[key] = (*out.get(key, ()), concept.id)
    return out


def _sizes(forms: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    """Lengths of the forms that begin with each two characters, longest first."""
    sizes: dict[str, set[int]] = {}
    for form in forms:
        if len(form) == 1 and form.isascii():  # 'm' and 'f' name a gender in a cell, never in running text
            continue
        sizes.setdefault(form[:2], set()).add(len(form))
    return {start: tuple(sorted(found, reverse=True)) for start, found in sizes.items()}


def _closure(concept: str, concepts: Mapping[str, Concept]) -> set[str]:
    seen: set[str] = set()
    queue = list(concepts[concept].parents)
    while queue:
        parent = queue.pop()
        if parent not in seen:
            seen.add(parent)
            queue.extend(concepts[parent].parents if parent in concepts else ())
    return seen


@cache
def load() -> Lexicon:
    """The packaged lexicon.

    Raises:
        DataError: a file of it is malformed or a parent is unknown.
    """
    folder = files("goodword.data").joinpath("lexicon")
    attributes = {
        key: _attribute(key, row) for key, row in loads(folder.joinpath("attributes.toml").read_text("utf-8"))["attribute"].items()  # noqa: E501
    }  # fmt: skip
    concepts: dict[str, Concept] = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.startswith("concepts"):
            for kind, rows in loads(file.read_text("utf-8"))["concept"].items():
                concepts |= {f"{kind}.{name}": _concept(kind, name, row) for name, row in rows.items()}
    unknown = {p for c in concepts.values() for p in (*c.parents, *c.opposes) if p not in concepts}
    if unknown:
        raise DataError(f"lexicon: unknown concepts {sorted(unknown)} are named as parents or opposites")
    return Lexicon(attributes, concepts)


def _attribute(key: str, row: dict[str, Any]) -> Attribute:
    return Attribute(
        key=key,
        kind=row["kind"],
        labels={"en": row["en"], "zh": row["zh"]},
        headings={"en": tuple(row["heads"].split("|")), "zh": tuple(row["zhheads"].split("|"))},
        dimension=row.get("dimension", ""),
        locked=row.get("locked", False),
        hidden=row.get("hidden", False),
        concept_kind=row.get("concept", ""),
    )


def _concept(kind: str, name: str, row: list[str]) -> Concept:
    """A row: English forms, Chinese forms, and optionally parents and opposites, each with | between."""

    def ids(cell: str) -> tuple[str, ...]:
        return tuple(p if "." in p else f"{kind}.{p}" for p in cell.split("|") if p)

    en, zh, parents, opposes = (*row, "", "")[:4]
    forms: dict[Lang, tuple[str, ...]] = {
        "en": tuple(filter(None, en.split("|"))),
        "zh": tuple(filter(None, zh.split("|"))),
    }
    return Concept(id=f"{kind}.{name}", kind=kind, forms=forms, parents=ids(parents), opposes=ids(opposes))
