"""Sides that facts tell apart, against copy that swaps them: '60 cm high' of 'W × D × H: 60 × 40 × 90 cm'.

Which side a number is may be told by the heading (长×宽×高, 'Dimensions (W x D x H)'), by letters beside the numbers
('L 120 x W 60 cm'), or by a heading of its own ('Height').
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from goodword.guard.base import Matter
from goodword.guard.held import Held, evidence, unlettered
from goodword.guard.words import rows
from goodword.text import compare, quantities
from goodword.text.normalise import fold
from goodword.types import Claim, Fact, Quantities, Quantity, Verdict

_LETTERS = {"l": "length", "w": "width", "h": "height", "d": "depth", "长": "length", "宽": "width", "高": "height",
            "深": "depth", "厚": "thickness"}  # fmt: skip
_ORDER = re.compile(r"(?<![a-z])[lwhd]\s*[x×*]\s*[lwhd](?:\s*[x×*]\s*[lwhd])?(?![a-z])|[长宽高深厚](?:度)?\s*[x×*]\s*[长宽高深厚](?:度)?(?:\s*[x×*]\s*[长宽高深厚])?")  # fmt: skip  # noqa: E501
_LETTERED = re.compile(r"(?<![a-z])([lwhd])\s*[:：]?\s*\d|\d\s*(?:cm|mm|m|in)?\s*([lwhd])(?![a-z])|([长宽高深厚])(?:度)?\s*[:：]?\s*\d")  # fmt: skip  # noqa: E501


@lru_cache(maxsize=64)
def _told(held: Held) -> tuple[tuple[str, Quantity, Fact], ...]:
    """Each side that the facts of a product tell, with its measure."""
    return tuple(row for fact in held.facts for row in _of(fact))


def _of(fact: Fact) -> Iterator[tuple[str, Quantity, Fact]]:
    sides = rows("sides")
    items = fact.value.items if isinstance(fact.value, Quantities) else tuple(quantities.find(fact.text))
    items = (fact.value,) if isinstance(fact.value, Quantity) else items
    if (plain := unlettered(fact.text)) != fact.text:
        items = tuple(quantities.find(plain))
    if len(items) == 1 and items[0].unit and fact.key in sides["key"]:
        yield sides["key"][fact.key], items[0], fact
        return
    name, text = fold(fact.name).text, fold(fact.text).text
    order = _ORDER.search(name) or _ORDER.search(text)
    letters = re.findall(r"[lwhd长宽高深厚]", order.group()) if order else []
    if not letters:
        letters = ["".join(found) for found in _LETTERED.findall(text)]
    if len(letters) == len(items) > 1 and len(set(letters)) == len(letters):
        for letter, item in zip(letters, items, strict=True):
            if item.unit or items[-1].unit:
                yield _LETTERS[letter], item, fact


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """Refuted: a measure said of a side of which the facts give another, and of no side of that name the same."""
    told = _told(held)
    if not told:
        return
    text, table = fold(matter.text).text, rows("sides")["said"][matter.lang]
    for said in quantities.find(matter.text, matter.lang):
        if not said.unit:
            continue
        side = next((s for s, p in table.items() if _is_side(text, said, p)), "")
        own = [(q, f) for s, q, f in told if s == side]
        if not own or not all(compare.comparable(said, q) for q, _ in own):
            continue
        if any(compare.compare(said, q) in {"same", "weaker"} for q, _ in own):
            continue
        if any(compare.compare(said, q) in {"same", "weaker"} for s, q, _ in told if s != side):  # swapped
            fact = own[0][1]
            claim = Claim(start=said.start, end=said.end, kind="number")
            yield Verdict(claim=claim, stance="refuted", evidence=(evidence(fact, 0, len(fact.text)),), reason="side")


def _is_side(text: str, said: Quantity, forms: list[str]) -> bool:
    before, after = forms
    return bool(
        re.match(after, text[said.end : said.end + 24]) or re.search(before, text[max(0, said.start - 24) : said.start])
    )
