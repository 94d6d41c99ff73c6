"""Turns of phrase that keep every word and change what is said: a place told as a material, an instruction as done,
what is true of the product told of the thing named just before it, a maker told as the thing made.
"""

import re
from collections.abc import Collection, Iterator

from goodword.guard.reading import Reading
from goodword.guard.words import stem
from goodword.types import Lang

_MADE = re.compile(
    r"(?i)\b(?:made|built|constructed|manufactured|produced)(?: up)? (?:out )?(?:from|of) (?:the |a |an )?"
)
_WORD = re.compile(r"[A-Za-z]+")
_PARTICIPLE = re.compile(r"(?i)\b[a-z]+(?:ed|en)\b")
_MAY = re.compile(r"(?i)\b(?:can|could|should|must|may|to|needs?|please|never|not)\b[^.;:!?]*$")
_SUBJECT = re.compile(
    r"(?i)(?:the|this|these|it|they|you|your|each|every|there|made|with|from|certified|measuring|weighing)\b"
)
# A participle that hangs on the word before it: 'a cable made of ABS'.
_HANGING = re.compile(
    r"(?i)\b([a-z][\w'-]*) (?:made|crafted|built|constructed|formed|woven|knitted|coated|lined|filled|finished|covered|"
    r"weighing|measuring|rated|certified|designed|intended|available|suitable)\b"
)
# One that begins a sentence hangs on its subject: 'Available in black, the seat height is 45 cm'.
_LEADING = re.compile(
    r"(?:^|[.;!?]\s+)((?:Made|Crafted|Built|Available|Offered|Weighing|Measuring|Designed|Certified|Rated|Suitable)\b"
    r"[^.;!?]*?, (?:the|its|their|a|an) ((?:[\w'’%-]+ ){1,5}))"
)
_LINKS = frozenset({
    "is", "are", "be", "been", "being", "was", "were", "it", "its", "they", "them", "and", "or", "but", "also", "both",
    "then", "each", "all", "fully", "well", "when", "if", "as", "not", "carefully", "made", "which", "that", "comes",
    "come",
})  # fmt: skip
_IS_A = re.compile(r"是一[款种个件条双只台套把张部支]")
_CLAUSE = re.compile(r"[.;:!?]\s+|, (?:then )?| and (?:then )?|^")


def turned(given: Reading, said: Reading, own: Collection[str], lang: Lang) -> Iterator[tuple[str, str]]:
    """What the rewrite turns: the name of the fault, and the words it shows in.

    Args:
        own: what the product is called: stems in English, names in Chinese.
    """
    if lang == "zh":
        yield from _makers_as_things(given, said)
        return
    yield from _places_as_materials(given, said)
    yield from _instructions_as_done(given, said)
    yield from _hung_on_another(given, said, own)


def _makers_as_things(given: Reading, said: Reading) -> Iterator[tuple[str, str]]:
    """'某牌是一款帆布鞋' of '某牌这款帆布鞋': who makes it is not what it is."""
    if not _IS_A.search(given.text) and (found := _IS_A.search(said.text)):
        yield "added", said.text[max(0, found.start() - 8) : found.end() + 4]


def _hung_on_another(given: Reading, said: Reading, own: Collection[str]) -> Iterator[tuple[str, str]]:
    """'a cable made of ABS' of 'it is made of ABS': a participle hangs on the product, or on what it hung on before."""
    before = {(stem(m[1]), stem(m[0].split()[-1])) for m in _HANGING.finditer(given.text)}
    for m in _HANGING.finditer(said.text):
        head = m[1].lower()
        if head in _LINKS or stem(head) in own or (stem(head), stem(m[0].split()[-1])) in before:
            continue
        yield "bound", said.text[m.start() : m.end() + 16]
    called = set(own) or {stem(w.lower()) for w in _WORD.findall(given.text)[:5]}
    for m in _LEADING.finditer(said.text):
        if m[1] not in given.text and not {stem(w.lower()) for w in re.split(r"[\s-]", m[2])} & called:
            yield "bound", m[1].strip()


def _places_as_materials(given: Reading, said: Reading) -> Iterator[tuple[str, str]]:
    """'made from Wenzhou': what it is made of must have been said to be so, or be a material."""
    of = {_following(given, m.end()) for m in _MADE.finditer(given.text)}
    for m in _MADE.finditer(said.text):
        item = next((i for i in said.items if i.start <= m.end() < i.end), None)
        if (item is None or item.group == "origin") and _following(said, m.end()) not in of:
            yield "bound", said.text[m.start() : m.end() + 20]


def _following(reading: Reading, at: int) -> str:
    word = _WORD.search(reading.text, at)
    return stem(word.group()) if word else ""


def _instructions_as_done(given: Reading, said: Reading) -> Iterator[tuple[str, str]]:
    """'It is resealed' of 'Reseal after opening': an instruction stays one, or says can, should, must."""
    told = _instructions(given)
    if not told:
        return
    same = {w.lower() for w in _WORD.findall(given.text)}
    for m in _PARTICIPLE.finditer(said.text):
        if m.group().lower() in same:
            continue
        begin = said.sentence(m.start())[0]
        if stem(m.group()) in told and not _MAY.search(said.text[begin : m.start()]):
            yield "done", said.text[max(begin, m.start() - 20) : m.end()]


def _instructions(given: Reading) -> set[str]:
    """Stems of the words of sentences without a subject, at the head of their clauses: Wash …, line dry …"""
    found: set[str] = set()
    for a, b in given.sentences:
        sentence = given.text[a:b].partition(": ")[2] or given.text[a:b]
        if _SUBJECT.match(sentence):
            continue
        for m in _CLAUSE.finditer(sentence):
            found |= {_dried(w) for w in _WORD.findall(sentence[m.end() :])[:2]}
    return found


def _dried(word: str) -> str:
    """The stem that the word's participle has too: dry, dried."""
    return stem(word[:-1] + "ied") if word.endswith("y") and len(word) > 2 else stem(word)
