"""Is a model's rewrite of verified sentences faithful? It may change the wording, and nothing that is said.

Both texts are read alike (`guard.reading`), then compared in both directions: numbers with units, hedges and
tolerances; concepts with their polarity; names; negations with what they deny; every word that claims something; and
which number, colour or material stands with which thing. What cannot be shown to be the same is sent back: the plain
sentences are good copy, a wrong rewrite is not.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from goodword.guard.reading import Item, Reading, Word, read, rules
from goodword.guard.turns import turned
from goodword.guard.words import stem
from goodword.text.language import is_mostly
from goodword.text.normalise import fold
from goodword.types import Fact, Lang

VERSION = "3"  # part of the content key of a reworded text
_NAMING = {"title", "brand", "product_type", "model"}
_SPLIT = {"en": " ", "zh": ""}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fidelity:
    """Whether a rewrite says the same. `reason` is one line in the text's language, '' where it does.

    `pairs` maps each sentence of the rewrite to the plain sentences whose content it carries, so that fact ids follow.
    """

    ok: bool
    reason: str = ""
    pairs: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


def faithful(
    plain: Sequence[str], rewritten: str, facts: Sequence[Fact] | None, lang: Lang, *, opening: str = ""
) -> Fidelity:
    """Compare a rewrite with the plain sentences it was made from.

    Args:
        facts: of the product; only its names are read, as they may be repeated or shortened.
        opening: the sentence that names the product, where `plain` is a later part of its text.
    """
    reasons = rules(lang).reasons
    if not plain or not rewritten.strip() or not is_mostly(rewritten, lang):
        return Fidelity(ok=False, reason=reasons["empty"])
    names = _names(opening or plain[0], facts or (), lang)
    given = read(_SPLIT[lang].join(plain), lang, names)
    said = read(rewritten, lang, names)
    own = {stem(w) for n in names for w in fold(n).text.replace("-", " ").split()} if lang == "en" else set(names)
    calls = (*names, *_short(names, lang))
    if any(n in given.text.lower() for n in names) and not any(n.lower() in rewritten.lower() for n in calls):
        return Fidelity(ok=False, reason=reasons["unnamed"])
    for name, quote in _faults(given, said, own, lang):
        return Fidelity(ok=False, reason=reasons[name].replace("{quote}", quote))
    return Fidelity(ok=True, pairs=_pairs(plain, given, said))


def _names(opening: str, facts: Sequence[Fact], lang: Lang) -> list[str]:
    """What the plain sentences call the product: the longest stretch of a title that the first of them repeats."""
    first = fold(opening).text
    found = []
    for title in (fold(f.text).text for f in facts if f.key in _NAMING):
        size, end = _common(first, title)
        name = first[end - size : end].strip(" ,，")
        if len(name) > (3 if lang == "en" else 1):
            found += [name, *_endings(name, lang)]
    return sorted(set(found), key=len, reverse=True)


def _endings(name: str, lang: Lang) -> list[str]:
    """'gel cream' for 'hyaluronic gel cream'; a single English word is no name of its own."""
    if lang == "zh":
        return [name[n:] for n in range(1, len(name) - 1)]
    words = name.split()
    return [" ".join(words[n:]) for n in range(1, len(words) - 1)]


def _common(a: str, b: str) -> tuple[int, int]:
    """Length of the longest common stretch of two strings, and where it ends in `a`."""
    best, end, row = 0, 0, [0] * (len(b) + 1)
    for i, x in enumerate(a, start=1):
        new = [0] * (len(b) + 1)
        for j, y in enumerate(b, start=1):
            if x == y:
                new[j] = row[j - 1] + 1
                if new[j] > best:
                    best, end = new[j], i
        row = new
    return best, end


def _short(names: Iterable[str], lang: Lang) -> Iterator[str]:
    """'kettle' for 'enamel kettle'."""
    for name in names:
        yield name.split()[-1] if lang == "en" else name[-2:]


def _faults(given: Reading, said: Reading, own: set[str], lang: Lang) -> Iterator[tuple[str, str]]:
    """What the rewrite changes: the name of the fault, and the words it shows in."""
    yield from _item_faults(given, said)
    if len(given.negations) != len(said.negations):
        yield (
            "negation",
            " / ".join(said.text[a:b] for a, b in said.negations) or given.text[slice(*given.negations[0])],
        )
    if lang == "en":
        yield from (("added", w.text) for w in _missing(said.words, given.words) if w.key not in own)
        yield from (("dropped", w.text) for w in _missing(given.words, said.words)
                    if w.key not in rules(lang).droppable and w.key not in own)  # fmt: skip
    else:
        yield from (("added", w) for w in _uncovered(said, given, own))
        yield from (("dropped", w) for w in _uncovered(given, said, own | rules(lang).droppable))
    yield from turned(given, said, own, lang)
    yield from (("bound", w) for w in _unbound(given, said))
    yield from (("negation", w) for w in _denials(given, said))


def _item_faults(given: Reading, said: Reading) -> Iterator[tuple[str, str]]:
    numbers = [Counter(i.key for i in r.items if not _is_term(i)) for r in (given, said)]
    if numbers[0] != numbers[1]:
        odd = (numbers[1] - numbers[0]) or (numbers[0] - numbers[1])
        yield "number", next(r.text[i.start : i.end] for r in (said, given) for i in r.items if i.key in odd)
    terms = [{i.key for i in r.items if _is_term(i)} for r in (given, said)]
    if terms[0] != terms[1]:
        odd_terms = (terms[1] - terms[0]) or (terms[0] - terms[1])
        yield "term", next(r.text[i.start : i.end] for r in (said, given) for i in r.items if i.key in odd_terms)


def _is_term(item: Item) -> bool:
    return item.group == "name" or ("." in item.key and item.key.split(".")[0].removeprefix("not ") == item.group)


def _missing(words: Iterable[Word], among: Iterable[Word]) -> Iterator[Word]:
    known = {w.key for w in among}
    yield from (w for w in words if w.key not in known)


def _uncovered(words: Reading, among: Reading, own: Iterable[str]) -> Iterator[str]:
    """Stretches of Chinese words that neither the other text, nor a synonym in it, nor a name of the product holds.

    A single character is accounted for only where the characters beside it are so as part of longer stretches:
    安全 is not found in 安装 and 全棉.
    """
    known = "\n".join([w.text for w in among.words] + list(own))

    def held(piece: str) -> bool:
        return piece in known or _synonym(piece, among.text)

    for word in words.words:
        at, lone, rest = 0, False, len(word.text)
        while at < rest:
            step = next((n for n in range(rest - at, 1, -1) if held(word.text[at : at + n])), 0)
            if not step and (lone or not held(word.text[at])):
                yield word.text
                break
            lone = not step
            at += step or 1


def _synonym(word: str, text: str) -> bool:
    same = rules("zh").same
    return word in same and any(other in text for other, head in same.items() if head == same[word])


def _unbound(given: Reading, said: Reading) -> Iterator[str]:
    """Words that stand with another number, colour, material … than before."""
    before, after = _bonds(given, given), _bonds(said, given)
    for (word, group), keys in after.items():
        if not keys <= before.get((word, group), keys):
            yield word


def _bonds(reading: Reading, given: Reading) -> dict[tuple[str, str], set[str]]:
    """For each word of the plain text and kind of item: the nearest such item, in its clause or else its sentence."""
    bonds: dict[tuple[str, str], set[str]] = {}
    for word, start, end in _anchors(reading, given):
        clause, sentence = reading.clause(start), reading.sentence(start)
        for group in {i.group for i in reading.items} - {word.split(".")[0].removeprefix("not ")}:
            near = [i for i in reading.items if i.group == group and sentence[0] <= i.start < sentence[1]]
            close = [i for i in near if clause[0] <= i.start < clause[1] and i.start != start]
            if gaps := [_gap(i, start, end) for i in close or near if i.start != start]:
                keys = {
                    i.key for i in close or near if _gap(i, start, end) == min(gaps) or (close and reading is given)
                }
                bonds.setdefault((word, group), set()).update(keys)
    return bonds


def _anchors(reading: Reading, given: Reading) -> Iterator[tuple[str, int, int]]:
    """Where the words, terms and names of the plain text stand in a text."""
    yield from ((i.key, i.start, i.end) for i in reading.items if _is_term(i))
    if reading is given or any(w.text.isascii() for w in given.words):
        known = {w.key for w in given.words if len(w.key) > 1}
        yield from ((w.key, w.start, w.end) for w in reading.words if w.key in known)
        return
    for key in {w.key for w in given.words if len(w.key) > 1}:  # a single character stands in too many words
        at = reading.text.find(key)
        while at >= 0:
            yield key, at, at + len(key)
            at = reading.text.find(key, at + 1)


def _gap(item: Item, start: int, end: int) -> int:
    return item.start - end if item.start >= end else start - item.end


def _denials(given: Reading, said: Reading) -> Iterator[str]:
    """Negations that deny something else than before."""
    before = [_denied(given, given, a) for a, _ in given.negations]
    for start, end in said.negations:
        now = _denied(said, given, start)
        fitting = [b for b in before if (now <= b if now else _follows(said, given, start, b))]
        if not fitting:
            yield said.text[start : end + 12]
            return
        before.remove(max(fitting, key=lambda b: len(b & now)))


def _denied(reading: Reading, given: Reading, at: int) -> frozenset[str]:
    a, b = reading.clause(at)
    inside = {i.key for i in reading.items if a <= i.start < b}
    return frozenset(inside | {w for w, start, _ in _anchors(reading, given) if a <= start < b})


def _follows(said: Reading, given: Reading, at: int, denied: frozenset[str]) -> bool:
    """', which is not included' denies what its sentence spoke of just before."""
    clause, sentence = said.clause(at), said.sentence(at)
    before = {w for w, start, _ in _anchors(said, given) if sentence[0] <= start < clause[0]}
    return not denied or (bool(denied & before) and denied <= before)


def _pairs(plain: Sequence[str], given: Reading, said: Reading) -> dict[int, tuple[int, ...]]:
    """Each plain sentence goes with the sentences of the rewrite that carry its items and words."""
    out: dict[int, set[int]] = {n: set() for n in range(len(said.sentences))}
    ends, at = [], 0
    for sentence in plain:
        at = given.text.index(sentence, at) + len(sentence)
        ends.append(at)
    begins = [e - len(s) for e, s in zip(ends, plain, strict=True)]
    for n, (a, b) in enumerate(zip(begins, ends, strict=True)):
        open_keys = _keys(given, given, a, b)
        marks = {m: _keys(said, given, *span) for m, span in enumerate(said.sentences)}
        if not open_keys:
            out[0].add(n)
        while open_keys:
            best = max(marks, key=lambda m: len(marks[m] & open_keys))
            if not marks[best] & open_keys:
                out[best].add(n) if not any(n in v for v in out.values()) else None
                break
            out[best].add(n)
            open_keys -= marks[best]
    for m, carried in out.items():
        if not carried:  # only names the product
            carried.add(0 if m == 0 else len(plain) - 1)
    return {m: tuple(sorted(carried)) for m, carried in out.items()}


def _keys(reading: Reading, given: Reading, a: int, b: int) -> set[str]:
    words = {w for w, start, _ in _anchors(reading, given) if a <= start < b}
    denials = {"not" for start, _ in reading.negations if a <= start < b}
    return words | denials | {i.key for i in reading.items if a <= i.start < b}
