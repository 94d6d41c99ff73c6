"""The other channels: bullet points, a short title, SEO title and meta description, a social post."""

import re
from collections.abc import Iterator
from dataclasses import replace

from goodword.text import classes, quantities, units
from goodword.types import Lang
from goodword.writing import values
from goodword.writing.clauses import label, said_already, unlabelled
from goodword.writing.listing import items, listing
from goodword.writing.pieces import Piece, once
from goodword.writing.plan import Plan
from goodword.writing.voice import Voice, allows
from goodword.writing.wording import load, title_keys

TITLE = {"en": 60, "zh": 30}
META = {"en": 155, "zh": 80}
_COUNTED = {"pieces", "pages", "pockets"}
_WORDY = {
    "en": re.compile(r" and |,|\(|^(?:about|up to|over|under|at least|typically) "),
    "zh": re.compile(r"[和、，（约最]"),
}
_ADDED = {"en": 28, "zh": 14}  # longest value that a title takes up


def bullets(plan: Plan, lang: Lang, voice: Voice) -> Iterator[Piece]:
    """One line per attribute: its label and its value; a value that says its own name stands alone."""
    for item in items(plan, lang):
        said = unlabelled(item.key, values.say(item.fact, lang, load(lang)) or "")
        if item.key == "features" and (terms := values.items(item.fact, lang)):
            said = load(lang).series(terms, "plain")
        name = label(item, lang)
        counted = lang == "en" and item.key in _COUNTED and said[:1].isdigit() and " " in said
        if counted or said_already(item.key, name, said):
            line = said
        else:
            line = f"{name[:1].upper()}{name[1:]}{': ' if lang == 'en' else '：'}{said}"
        yield Piece(text=line, facts=item.facts, locked=item.locked)


def title(plan: Plan, lang: Lang, voice: Voice) -> Iterator[Piece]:
    """The title with facts it does not hold yet, while they fit; no word and no measure twice."""
    named = plan.titles.get(lang)
    usable = named is not None and allows(voice, named.text)
    text = named.text.strip() if named and usable else classes.load(plan.product.product_class).names[lang]
    facts = [named.id] if named and usable else []
    text = _cut(text, lang)
    wanted = {key: n for n, key in enumerate(title_keys())}
    for item in sorted((i for i in items(plan, lang) if i.key in wanted), key=lambda i: wanted[i.key]):
        said = values.say(item.fact, lang, load(lang)) or ""
        short = 0 < len(said) <= _ADDED[lang] and not _WORDY[lang].search(said)
        added = _capital(said) if lang == "en" else said
        longer = f"{text}, {added}" if lang == "en" else f"{text} {added}"
        if short and len(longer) <= TITLE[lang] and not _repeats(said, text, lang) and allows(voice, said):
            text, facts = longer, [*facts, *item.facts]
    yield Piece(text=text, facts=tuple(facts))


def _capital(said: str) -> str:
    """Words of a title begin with a capital; units keep their letters."""
    return re.sub(r"(?<![\w.])(?<!\d )[a-z](?=[a-z]{3})", lambda m: m.group().upper(), said)


def _cut(text: str, lang: Lang) -> str:
    """A title that is too long ends at its last comma or space that fits."""
    if len(text) <= TITLE[lang]:
        return text
    at = max((m.start() for m in re.finditer(r",|，| (?=\S)", text[: TITLE[lang] + 1])), default=TITLE[lang])
    return re.sub(r"(?i)[\s,，]+(?:with|and|for|of|in|by|the|a|an|&|\d+)?$", "", text[:at])


def _repeats(said: str, text: str, lang: Lang) -> bool:
    """Whether the title holds the value already: a word or number of it, or another measure of its kind."""
    kinds = {units.dimension(q.unit) for q in quantities.find(text, lang) if q.unit}
    if any(units.dimension(q.unit) in kinds for q in quantities.find(said, lang) if q.unit):
        return True
    if lang == "zh":
        numbers = set(re.findall(r"\d+(?:\.\d+)?", said)) & set(re.findall(r"\d+(?:\.\d+)?", text))
        han = {said[i : i + 2] for i in range(len(said) - 1) if re.match(r"[\u4e00-\u9fff]{2}", said[i : i + 2])}
        return bool(numbers) or any(pair in text for pair in han) or said in text
    plain = {"of", "and", "a", "the", "with", "in", "x"}
    words = set(re.findall(r"[a-z]+|\d+(?:[.,]\d+)?", said.lower())) - plain
    return bool(words & set(re.findall(r"[a-z]+|\d+(?:[.,]\d+)?", text.lower())))


def seo(plan: Plan, lang: Lang, voice: Voice) -> Iterator[Piece]:
    """Two lines: the SEO title and a meta description, both within what a search engine shows, in whole sentences."""
    yield from title(plan, lang, voice)
    ways = [(plan, per) for per in (0, 2, 1)]  # then without the first fact, as long as that makes too long a sentence
    ways += [(replace(plan, items=plan.items[n:]), 1) for n in range(1, len(plan.items) + 1)]
    for part, per in ways:
        line = _fitting(listing(part, lang, voice, per=per), META[lang], load(lang).glue("space"))
        if line:
            text = load(lang).glue("space").join(p.text for p in line)
            yield Piece(text=text, facts=once([f for p in line for f in p.facts]))
            return


def _fitting(pieces: Iterator[Piece], limit: int, space: str) -> list[Piece]:
    """The first sentence and those after it that fit; none where the first, which names the product, does not."""
    line: list[Piece] = []
    for piece in pieces:
        length = sum(len(p.text) + len(space) for p in line) + len(piece.text)
        if not line and (length > limit or piece.locked):
            return []
        if length <= limit and _sentence(piece):
            line.append(piece)
    return line


def _sentence(piece: Piece) -> bool:
    """Whether a piece reads as a sentence, rather than as a label with its value."""
    return not piece.locked and not re.match(r"[\w ]{1,24}[:：]", piece.text)


def social(plan: Plan, lang: Lang, voice: Voice) -> Iterator[Piece]:
    """The first two sentences that are sentences; one that names the product and no more where there is none."""
    pieces = list(listing(plan, lang, voice))
    yield from ([p for p in pieces if _sentence(p)] or pieces)[:2]
