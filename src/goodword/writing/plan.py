"""The plan: which facts to state, in which order, whatever the language."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from goodword.text import classes, lexicon
from goodword.text.classes import ProductClass
from goodword.types import Channel, Fact, Lang, Product, Terms
from goodword.writing import clauses, naming, values, wording
from goodword.writing.voice import Voice, allows

BANNED = "a banned word of the voice"
_UNSTATED = {"name", "identifier"}
_UPKEEP = ("box", "care", "keeping", "origin")
_EATEN = {"food", "beverage", "alcohol", "health_food", "cosmetic"}
_ROOM: dict[Channel, int] = {"listing": 99, "title": 2, "bullets": 6, "seo": 7, "social": 5}


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One thing to state: an attribute, the fact to say it from in each language, and all facts that say it."""

    key: str
    say_from: Mapping[Lang, Fact]
    facts: tuple[str, ...]
    locked: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """A fact that is not stated, and why."""

    fact: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a text about a product will state, in order; the same for every language asked for."""

    product: Product
    titles: Mapping[Lang, Fact]
    items: tuple[Planned, ...]
    left_out: tuple[LeftOut, ...]


def plan(product: Product, langs: tuple[Lang, ...], *, channel: Channel, voice: Voice) -> Plan:
    """Choose and order the facts of a product for a channel and voice.

    A fact in conflict is left out, as is one that cannot be said in every language asked for, so that
    texts of one product state the same things; what is left out is reported with the reason.
    """
    product_class = classes.load(product.product_class)
    disputed = {fact for conflict in product.conflicts for fact in conflict.facts}
    names = [f.text.lower() for f in product.facts if f.key == "title"]
    groups: dict[str, list[Fact]] = {}
    left: list[LeftOut] = []
    for fact in product.facts:
        reason = _unstated(fact, disputed, voice, names) or _in_name(fact, product, langs)
        if reason:
            left.append(LeftOut(fact=fact.id, reason=reason))
        elif fact.key != "title":
            groups.setdefault(fact.key, []).append(fact)
    stated = _once(p for group in groups.values() for p in _planned(group, langs, left))
    planned = _allowed(stated, product, voice, left)
    ordered = sorted(planned, key=_order(product_class, {p.key for p in planned}))
    chosen, dropped = _fit(ordered, product_class, channel, voice)
    left += [LeftOut(fact=f, reason="no room in this channel and voice") for p in dropped for f in p.facts]
    titles = {f.lang: f for f in reversed(product.facts) if f.key == "title" and _names(f, disputed)}
    unnamed = [f.id for f in titles.values() if not allows(voice, naming.short(f.text, f.lang))]
    left += [LeftOut(fact=f, reason=BANNED) for f in unnamed]
    return Plan(product=product, titles=titles, items=tuple(chosen), left_out=tuple(left))


def _names(title: Fact, disputed: set[str]) -> bool:
    """Whether a title can name the product: one in dispute can where its short form holds no figure of it."""
    return title.id not in disputed or not re.search(r"\d", naming.short(title.text, title.lang))


def _unstated(fact: Fact, disputed: set[str], voice: Voice, titles: list[str]) -> str:
    if fact.key == "title":
        return ""
    if fact.id in disputed:
        return "contradicts another fact"
    attribute = lexicon.load().by_key(fact.key)
    if attribute is None:
        return ""
    if (
        fact.key == "style"
        and isinstance(fact.value, Terms)
        and not any((t.concept or "").startswith("style.") for t in fact.value.items)
    ):
        return "names no style"  # feeds put product types under 'style'
    if fact.key == "brand" and any(fact.text.lower() in title for title in titles):
        return "said in the name"
    if attribute.key == "price" and voice.include_price:
        return ""
    if attribute.hidden or (attribute.kind in _UNSTATED and attribute.key != "brand"):
        return "not for copy"
    return ""


def _in_name(fact: Fact, product: Product, langs: tuple[Lang, ...]) -> str:
    """A fact read out of the title is said by the title; words of a food's name are not colours or materials."""
    if not fact.derived or fact.key == "title":
        return ""
    named = {f.lang for f in product.facts if f.key == "title"} >= set(langs)
    return "said in the name" if named or product.product_class in _EATEN else ""


def _allowed(planned: list[Planned], product: Product, voice: Voice, left: list[LeftOut]) -> list[Planned]:
    """What can be said without a word the voice bans, in every language; what is locked is said all the same."""
    setting = clauses.Setting(sku=product.sku, product_class=product.product_class, voice=voice)
    out = []
    for p in planned:
        ways = [
            clauses.clauses(
                clauses.Item(key=p.key, fact=f, others=tuple(p.say_from.values()), facts=p.facts, locked=p.locked),
                lang, setting,
            )
            for lang, f in p.say_from.items()
        ]  # fmt: skip
        if all(ways) or p.locked or not voice.banned:
            out.append(p)
        else:
            left += [LeftOut(fact=f, reason=BANNED) for f in p.facts]
    return out


def _planned(group: list[Fact], langs: tuple[Lang, ...], left: list[LeftOut]) -> list[Planned]:
    """One thing to state per attribute; facts of the same language and attribute are stated one by one."""
    attribute = lexicon.load().by_key(group[0].key)
    by_lang: dict[Lang, list[Fact]] = {}
    for fact in group:
        by_lang.setdefault(fact.lang, []).append(fact)
    rows: list[list[Fact]] = [[*row] for row in zip(*by_lang.values(), strict=False)] if len(by_lang) > 1 else []
    paired = {f.id for row in rows for f in row}
    rows += [[f] for f in group if f.id not in paired]
    out = []
    for row in rows:
        say_from = {lang: f for lang in langs if (f := _sayable(row, lang)) is not None}
        locked = bool(attribute and attribute.locked)
        # A warning is said in whatever language it can be said in; its absence in another is reported.
        if len(say_from) == len(langs) or (locked and say_from):
            out.append(Planned(key=row[0].key, say_from=say_from, facts=tuple(f.id for f in row),
                               locked=locked))  # fmt: skip
        if len(say_from) < len(langs):
            missing = ", ".join(lang for lang in langs if lang not in say_from)
            left += [LeftOut(fact=f.id, reason=f"cannot be said in {missing}") for f in row]
    return out


def _once(planned: Iterable[Planned]) -> list[Planned]:
    """Two facts that would be said in the same words are stated once and both vouch for it."""
    out: dict[tuple[object, ...], Planned] = {}
    for item in planned:
        said = tuple(values.say(f, lang, wording.load(lang)) for lang, f in item.say_from.items())
        first = out.get((item.key, said))
        out[item.key, said] = replace(first, facts=(*first.facts, *item.facts)) if first else item
    return list(out.values())


def _sayable(row: Sequence[Fact], lang: Lang) -> Fact | None:
    """The fact of a row to say it from: one of the language itself before one that translates."""
    loose = {f.id for f in row if f.key == "paper_weight" and getattr(f.value, "unit", "") == "gram"}
    for fact in sorted(row, key=lambda f: (f.id in loose, f.lang != lang)):  # '100克' of paper is 100 gsm
        known = lexicon.load().by_key(fact.key) is not None or fact.lang == lang
        if known and values.say(fact, lang, wording.load(lang)) is not None:
            return fact
    return None


def _order(product_class: ProductClass, stated: Set[str]) -> Callable[[Planned], tuple[bool, float, int, int]]:
    """Locked last; themes where their first stated attribute stands in the class; unlisted ones before the upkeep."""
    ranks = {key: i for i, key in enumerate(product_class.order)}
    themes = wording.themes()
    theme_of = {key: name for name, keys in themes.items() for key in keys}
    first: dict[str, float] = {}
    for key in (*(k for k in product_class.order if k in stated), *product_class.order):
        first.setdefault(theme_of.get(key, key), ranks[key])
    upkeep = min((first[name] for name in _UPKEEP if name in first), default=100) - 0.5
    number = {name: n for n, name in enumerate(themes)}

    def rank(planned: Planned) -> tuple[bool, float, int, int]:
        theme = theme_of.get(planned.key, planned.key)
        place = first.get(theme, 500 if theme in _UPKEEP else upkeep)
        return planned.locked, place, number.get(theme, 99), ranks.get(planned.key, 400)

    return rank


def _fit(
    planned: list[Planned], product_class: ProductClass, channel: Channel, voice: Voice
) -> tuple[list[Planned], list[Planned]]:
    """Keep what a buyer needs and what is locked, then the rest in order while there is room."""
    room = min(voice.max_facts, _ROOM[channel])
    must = {id(p) for p in planned if (p.key in product_class.needs or p.locked) and channel in {"listing", "bullets"}}
    free = max(0, room - len(must))
    prose = channel in {"listing", "seo", "social"}  # there the brand stands in the name and takes no room
    named = {id(p) for p in planned if p.key == "brand" and prose}
    optional = [
        id(p) for p in planned if id(p) not in must | named and not (p.locked and channel in {"title", "seo", "social"})
    ]
    keep = must | named | set(optional[:free])
    return [p for p in planned if id(p) in keep], [p for p in planned if id(p) not in keep]
