"""Which part of a product a material or colour is said of, and what the facts hold of that part."""

import re
from dataclasses import dataclass
from functools import lru_cache

from goodword.guard.held import Held, HeldConcept
from goodword.guard.words import stem
from goodword.text import lexicon
from goodword.text.lexicon import Mention
from goodword.text.normalise import fold
from goodword.types import Composition, Fact

_BEFORE_NOUN = re.compile(r"^(?P<part>[\w -]+?)[\s_]+(?:materials?|colou?rs?|fabric|finish)$")
_BEFORE_NOUN_ZH = re.compile(r"^(?P<part>[\u4e00-\u9fff]{1,4}?)(?:的)?(?:材质|颜色|面料|材料|用料|色)$")
_KEYS = {
    "lining": ("lining", "lined", "inside", "interior", "里面", "内层", "里层", "内里", "里料", "衬里", "里布"),
    "filling": ("filling", "filled", "填充", "填充物", "内胆填充"),
    "sole": ("sole", "soles", "outsole", "鞋底", "大底"),
}
OUTSIDE = ("outside", "exterior", "外层", "外面", "表面", "外壳")
_WITHIN = re.compile(r"(?i)\b(?P<part>lined|filled|stuffed) (?:with|in) (?:\w+ )?$")
# A part of this name is the product as a whole.
_WHOLE = {"main", "主", "主要", "product", "产品", "商品", "body", "主体", "outer", "shell", "fabric", "面", "整体", "material", "item"}  # fmt: skip  # noqa: E501
_MADE = re.compile(
    r"(?i)\b(?:made|built|crafted|constructed|formed|fashioned)\b(?: \w+){0,3} (?:of|from|in|with)(?: \w+){0,2} $"
    r"|(?:采用|由|用)[^，。；]*$|材质(?:为|是)?$"
)
_OF_ALL = re.compile(r"^[^，。；]{0,3}(?:制成|打造|做成|制作|制造)")
_SAID = ("material.", "colour.")
_CLAUSE = re.compile(r"[,;:，；：。!！?？\n]|\.(?!\d)|\bwith\b|\bwhile\b|带有|配有")


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A part that facts name, and the fact that tells of it; `where` is its name within a composition."""

    words: tuple[str, ...]
    fact: Fact
    where: str = ""


@lru_cache(maxsize=512)
def of(held: Held) -> tuple[Named, ...]:
    """The parts that the facts of a product tell of one by one."""
    out, words = list[Named](), lexicon.load()
    for fact in held.facts:
        name = fold(fact.name).text
        found = _BEFORE_NOUN.match(name) or _BEFORE_NOUN_ZH.match(name)
        if fact.key in _KEYS:
            out.append(Named(words=_KEYS[fact.key], fact=fact))
        elif found and found["part"] not in _WHOLE:
            out.append(Named(words=(found["part"],), fact=fact))
        elif (
            name.strip()
            and words.by_key(fact.key) is None
            and any(m.concept.startswith(_SAID) for m in words.find(fact.text))
        ):
            out.append(Named(words=(name,), fact=fact))
        if isinstance(fact.value, Composition):
            places = {p.where for p in fact.value.parts if p.where and p.where not in _WHOLE}
            out += [Named(words=(fold(where).text,), fact=fact, where=where) for where in sorted(places)]
    if any(n.fact.key in _KEYS for n in out):  # the outside is told apart from what is inside
        out += [Named(words=OUTSIDE, fact=f) for f in held.facts if f.key == "material"]
    return tuple(out)


def bound(text: str, said: Mention, held: Held, others: list[Mention]) -> list[Named]:
    """The parts that a mention is said of: the part named right after it, or the last one before it in its clause."""
    named = of(held)
    if not named:
        return []
    after = fold(text[said.end : said.end + 16]).text
    right = [n for n in named for w in n.words if _follows(after, w)]
    if right:
        return right
    if within_it := _WITHIN.search(text[: said.start]):
        return [n for n in named if within_it["part"].lower() in n.words]
    start = max((m.end() for m in _CLAUSE.finditer(text, 0, said.start)), default=0)
    kind = said.concept.split(".")[0]
    start = max(
        [
            start,
            *(
                m.end
                for m in others
                if m.end <= said.start and m.concept.startswith(kind) and not _joined(text, m, said)
            ),
        ]
    )
    before = fold(text[start : said.start]).text
    places = [(_last(before, w), n) for n in named for w in n.words]
    nearest = max((at for at, _ in places), default=-1)
    return [n for at, n in places if at == nearest >= 0]


def within(h: HeldConcept, named: Named) -> bool:
    """Whether a concept of a composition belongs to the part named."""
    value = h.fact.value
    if not named.where or not isinstance(value, Composition):
        return True
    return any(
        p.where == named.where and p.term.start <= h.start < max(p.term.end, p.term.start + 1) for p in value.parts
    )


def _joined(text: str, first: Mention, then: Mention) -> bool:
    """'rubber and EVA', 橡胶、EVA: two of one list, said of one part."""
    return bool(re.fullmatch(r"\s*(?:(?:,|and|or|&|和|与|及|、)\s*(?:\w+\s*)?)?", text[first.end : then.start]))


def _follows(after: str, word: str) -> bool:
    after = re.sub(r"^ on the ", " ", after)
    if word.isascii():
        words = re.findall(r"[a-z]+", after)[:1] if after[:1] in " -" else []
        return bool(words) and stem(words[0]) == stem(word.rsplit(maxsplit=1)[-1])
    return bool(re.match(rf"(?:的|色|材质的?|制的?|做的)?{re.escape(word)}", after))


def _last(before: str, word: str) -> int:
    if not word.isascii():
        return before.rfind(word)
    last = stem(word.rsplit(maxsplit=1)[-1])
    return max((m.start() for m in re.finditer(r"[a-z]+", before) if stem(m.group()) == last), default=-1)


def of_the_whole(text: str, said: Mention, held: Held) -> bool:
    """Whether a material is said of the product as a whole ('made of PP') though facts give its material apart."""
    main = any(
        f.key == "material" and not any(n.fact is f and not n.where and n.words != OUTSIDE for n in of(held))
        for f in held.facts
    )
    start = max((m.end() for m in _CLAUSE.finditer(text, 0, said.start)), default=0)
    cue = _MADE.search(text[start : said.start])
    return main and bool(cue) and (cue.group().isascii() or bool(_OF_ALL.match(text[said.end :])))  # type: ignore[union-attr]
