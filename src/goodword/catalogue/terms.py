"""Sets of terms: cutting a cell into its members and finding the concept each names."""

import re

from goodword.text import lexicon
from goodword.text.lexicon import Mention
from goodword.types import Term, Terms

# A comma between figures parts thousands; a slash between figures joins models (13/14) or sizes.
SPLIT = re.compile(
    r"\s*(?:(?<!\d),|,(?!\d{3}(?!\d))|[，、;；|\n]|(?<!\d)/(?!T\b)|(?<=\d)/(?!\d)|\s\+\s)\s*"
    r"|\s+(?:and|or|&)\s+(?!later|newer|above|up|below|more|over|older)"
)
_ORIGIN_WORDS = re.compile(
    r"(?i)\b(?:made in|product of|produced in|manufactured in|imported from|assembled in|origin|grown in|the)\b"
    r"|制造|生产|进口|原产|出产|原装|[省市县区州·:：,，\s-]"
)


# Words that leave a material what it is; 'recycled', 'faux' and 'coated' do not.
_SAME = re.compile(
    r"(?i)^(?:(?:(?:solid|real|genuine|premium|high[- ]quality|soft|thick|heavy|brushed|washed|polished|matte?)\s+)+"
    r"|食品级|优质|加厚|天然|进口)"
)


def terms(text: str, concept_kind: str, at: int = 0) -> Terms:
    """The members of a set, in order, with spans that slice back."""
    items: list[Term] = []
    start = 0
    for gap in [*SPLIT.finditer(text), None]:
        end = gap.start() if gap else len(text)
        if found := term(text[start:end], at + start, concept_kind):
            items.append(found)
        start = gap.end() if gap else end
    return Terms(items=tuple(items))


def term(text: str, at: int, concept_kind: str) -> Term | None:
    """One member, trimmed, with the concept it names; None where nothing is left."""
    written = text.strip(" \t.。")
    if not written:
        return None
    start = at + text.index(written)
    words = lexicon.load()
    # 'M' alone is a size before it is a man: a single letter is a concept only where its kind is asked for.
    concept = words.exact(written, concept_kind) if concept_kind or len(written) > 1 else None
    if concept is None and concept_kind:
        concept = _inside(written, concept_kind)
    return Term(text=written, concept=concept, start=start, end=start + len(written))


def _inside(written: str, kind: str) -> str | None:
    """The one concept of a kind that a term names with hardly a word besides: 奶白色, 'Made in Italy'."""
    if kind == "material" and (plain := _SAME.sub("", written)) != written:
        return lexicon.load().exact(plain, kind) or _inside(plain, kind)
    mentions = [m for m in lexicon.load().find(written) if any(_of(kind, m))]
    if not mentions or any(m.negated for m in mentions):
        return None
    named = [next(iter(_of(kind, m))) for m in mentions]
    if kind == "origin" and (place := _place(written, mentions, named)):
        return place
    inside = sum(m.end - m.start for m in mentions)
    return named[0] if len(mentions) == 1 and inside >= len(written) - 2 else None


def _of(kind: str, mention: Mention) -> list[str]:
    return [c for c in (mention.concept, *mention.also) if c.startswith(kind + ".")]


def _place(written: str, mentions: list[Mention], named: list[str]) -> str | None:
    """The narrowest of places that lie in one another: 江苏·南通 is Nantong."""
    rest = written
    for m in reversed(mentions):
        rest = rest[: m.start] + " " + rest[m.end :]
    if _ORIGIN_WORDS.sub("", rest).strip():
        return None
    words = lexicon.load()
    narrow = [c for c in named if all(words.entails(c, other) for other in named)]
    return narrow[0] if narrow else None
