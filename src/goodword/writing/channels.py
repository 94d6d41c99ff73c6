"""The other channels: bullet points, a short title, SEO title and meta description, a social post."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from goodword.text import classes, quantities, units
from goodword.types import Lang
from goodword.writing import values
from goodword.writing.clauses import Item, label, said_already, unlabelled
from goodword.writing.listing import items, listing
from goodword.writing.pieces import Piece, once
from goodword.writing.plan import Plan
from goodword.writing.voice import Voice, allows
from goodword.writing.wording import load, title_keys

TITLE = {"en": 60, "zh": 30}
META = {"en": 155, "zh": 80}
_LANGS: tuple[Lang, ...] = ("en", "zh")
_SENTENCES = 2  # of a social post
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
        elif lang == "zh" and item.key.startswith("not_"):
            line = name + said  # 不含电脑
        else:
            line = f"{name[:1].upper()}{name[1:]}{': ' if lang == 'en' else '：'}{said}"
        yield Piece(text=line, facts=item.facts, locked=item.locked)


def title(plan: Plan, lang: Lang, voice: Voice) -> Iterator[Piece]:
    """The title with facts it does not hold yet, where they fit in every language; no word and no measure twice."""
    alike = set.intersection(*({i.facts for i in _added(plan, tongue, voice)} for tongue in _tongues(plan, lang)))
    named = plan.titles.get(lang)
    usable = named is not None and allows(voice, named.text)
    facts = [named.id] if named and usable else []
    text = _bare_title(plan, lang, voice)
    for item in (i for i in _added(plan, lang, voice) if i.facts in alike):
        text, facts = _longer(text, item, lang), [*facts, *item.facts]
    yield Piece(text=text, facts=tuple(facts))


def _bare_title(plan: Plan, lang: Lang, voice: Voice) -> str:
    named = plan.titles.get(lang)
    usable = named is not None and allows(voice, named.text)
    return _cut(named.text.strip() if named and usable else classes.load(plan.product.product_class).names[lang], lang)


def _added(plan: Plan, lang: Lang, voice: Voice) -> list[Item]:
    """What the title of one language has room for."""
    wanted = {key: n for n, key in enumerate(title_keys())}
    text, out = _bare_title(plan, lang, voice), []
    for item in sorted((i for i in items(plan, lang) if i.key in wanted), key=lambda i: wanted[i.key]):
        said = values.say(item.fact, lang, load(lang)) or ""
        short = 0 < len(said) <= _ADDED[lang] and not _WORDY[lang].search(said)
        longer = _longer(text, item, lang)
        if short and len(longer) <= TITLE[lang] and not _repeats(said, text, lang) and allows(voice, said):
            text = longer
            out.append(item)
    return out


def _longer(text: str, item: Item, lang: Lang) -> str:
    said = values.say(item.fact, lang, load(lang)) or ""
    return f"{text}, {_capital(said)}" if lang == "en" else f"{text} {said}"


def _tongues(plan: Plan, lang: Lang) -> set[Lang]:
    """The languages the plan was made for."""
    free = [i for i in plan.items if not i.locked]
    return {lang} | {tongue for tongue in _LANGS if free and all(tongue in i.say_from for i in free)}


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
    line = _agreeing(plan, lang, voice, _meta)
    if line:
        text = load(lang).glue("space").join(p.text for p in line)
        yield Piece(text=text, facts=once([f for p in line for f in p.facts]))


def social(plan: Plan, lang: Lang, voice: Voice) -> Iterator[Piece]:
    """One or two sentences."""
    yield from _agreeing(plan, lang, voice, _post) or list(listing(plan, lang, voice))[:2]


def _agreeing(plan: Plan, lang: Lang, voice: Voice, make: Callable[[Plan, Lang, Voice], list[Piece]]) -> list[Piece]:
    """The most facts, from the first on, that the channel can hold in every language of the plan alike."""
    brand = tuple(i for i in plan.items if i.key == "brand")  # stands in the name and takes no room
    free = [i for i in plan.items if not i.locked and i not in brand]
    names = {f.id for f in plan.titles.values()}
    for start in range(len(free) + 1):
        for end in range(len(free), start if start < len(free) else start - 1, -1):
            part = replace(plan, items=(*free[start:end], *brand))
            made = {tongue: make(part, tongue, voice) for tongue in _tongues(plan, lang)}
            stated = {frozenset(f for p in pieces for f in p.facts) - names for pieces in made.values()}
            if all(made.values()) and len(stated) == 1:
                return made[lang]
    return []


def _meta(part: Plan, lang: Lang, voice: Voice) -> list[Piece]:
    space = load(lang).glue("space")
    for per in (0, 2, 1):
        line = [p for p in listing(part, lang, voice, per=per) if _sentence(p)]
        if line and len(space.join(p.text for p in line)) <= META[lang]:
            return line
    return []


def _post(part: Plan, lang: Lang, voice: Voice) -> list[Piece]:
    line = [p for p in listing(part, lang, voice) if _sentence(p)]
    return line if len(line) <= _SENTENCES else []


def _sentence(piece: Piece) -> bool:
    """Whether a piece reads as a sentence, rather than as a label with its value."""
    return not piece.locked and not re.match(r"[\w ]{1,24}[:：]", piece.text)
