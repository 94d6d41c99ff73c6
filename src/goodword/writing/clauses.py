"""Facts as clauses: the first pattern whose slots the value fills and whose words the voice allows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from goodword.text import lexicon
from goodword.types import Composition, Fact, Flag, Lang, Prose, Quantities, Quantity, Terms
from goodword.writing import benefits, grammar, values
from goodword.writing.benefits import Benefit
from goodword.writing.voice import Voice, allows
from goodword.writing.wording import Table, Wording, fill, fits, load, slots_of, turn

# shared: a verb phrase that takes the subject of its sentence; own: a clause with a subject; whole: a sentence.
Kind = Literal["shared", "own", "whole"]

_NUMERIC: Mapping[Lang, re.Pattern[str]] = {
    "en": re.compile(r"(?:about |up to |over |under |at least |typically )?[≤≥<>±-]?\d"),
    "zh": re.compile(
        r"(?:约|最高|最长|最大|最多|不低于|不少于|不超过|超过|低于|典型值)?"
        r"(?:[≤≥＜＞<>±-]?\d|[一二三四五六七八九十两半]+(?:斤|两|公斤|千克|克|升|年|个?月|天|小时|分钟|米|厘米)$)"
    ),
}
_QUANTITY = re.compile(r"(?:about )?[\d.,/ –×x±-]*\d\s?[A-Za-z°µ²³\"]{0,12}(?: \(.*\))?")
_VOLUME = re.compile(r"\d (?:ml|litres?|l|L|fl oz|cups?|pints?|gallons?)\b")
# A place that a verb can take; anything more ('beans from Ethiopia') is a sentence of its own.
_PLACE: Mapping[Lang, re.Pattern[str]] = {
    "en": re.compile(r"[A-Z][\w'’-]*(?:(?:,? | and |/)[A-Z][\w'’-]*)*"),
    "zh": re.compile(r"[\u4e00-\u9fff、和]{2,10}"),
}
_CODE = re.compile(r"[A-Z0-9][\x20-\x7e]*")
_ADJECTIVE: Mapping[Lang, re.Pattern[str]] = {
    "en": re.compile(r"(?:water|splash|wind)[ -]?(?:proof|resistant|repellent)"),
    "zh": re.compile(r"防[\u4e00-\u9fff]{1,3}"),
}
_CONSUMED = {"food", "beverage", "alcohol", "health_food", "cosmetic", "pet", "garden", "infant", "general"}
_BETTER = {
    "made",
    "kind",
    "adj",
    "np",
}  # a pattern with one of these, where it can be filled, is better than one without
_SPAN = re.compile(r"\w+\s*[-–—～~]\s*\w+|(?:EU|US|UK) \S+[-–—～~]\S+")
_LONG: Mapping[Lang, int] = {"en": 40, "zh": 14}


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What the wording of a product's facts depends on besides the facts."""

    sku: str
    product_class: str
    voice: Voice
    plural: bool = False
    noun: str = ""
    short: str = ""  # the name as said, so that the first sentence does not say it twice


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """One thing said; `lead`: the same fronted, `shared`: with a place for the product, `tail`: what it entails."""

    kind: Kind
    key: str
    text: str
    facts: tuple[str, ...]
    lead: str = ""
    shared: str = ""
    tail: str = ""
    locked: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """An attribute to say in one language: the fact it is said from, and the facts of every language that say it."""

    key: str
    fact: Fact
    others: tuple[Fact, ...]
    facts: tuple[str, ...]
    locked: bool
    again: bool = False  # another fact of the attribute was said before: this one goes by the shop's own name for it


def clauses(item: Item, lang: Lang, setting: Setting) -> tuple[Clause, ...]:
    """How the item is said; empty where every way of saying it holds a word the voice bans."""
    wording = load(lang)
    said = values.say(item.fact, lang, wording)
    if said is None:
        return ()
    if item.locked:
        return (_label(item, said, lang, wording, locked=True),)
    found = _spoken(item, said, lang, setting, wording)
    if not found:
        label = _label(item, said, lang, wording)
        found = (label,) if allows(setting.voice, label.text) else ()
    benefit = benefits.of(item.others) if setting.voice.benefits and found else None
    tail = fill(benefit.wording(lang), plural=setting.plural) if benefit else ""
    if benefit and found[0].kind == "shared" and allows(setting.voice, tail):
        at = next((i for i, c in enumerate(found) if _bears(c, benefit)), 0)
        known = lexicon.load().exact
        same = known(tail) is not None and known(tail) == known(found[at].text)  # '免安装，无需安装' says it twice
        found = found if same else tuple(replace(c, tail=tail) if i == at else c for i, c in enumerate(found))
    return found


def _bears(clause: Clause, benefit: Benefit) -> bool:
    """Whether a clause is the one that a benefit follows from."""
    named = lexicon.load().exact(clause.text, "feature")
    return clause.text.startswith(("is ", "are ")) or (named is not None and named in benefit.concept.split())


def _spoken(item: Item, said: str, lang: Lang, setting: Setting, wording: Wording) -> tuple[Clause, ...]:
    fact, key = item.fact, _key(item, setting)
    if key == "features" and isinstance(fact.value, Terms):
        return _features(item, lang, setting, wording)
    if treated := _treated(fact):
        made, does = (replace(item, fact=f) for f in treated)
        stuff = values.say(made.fact, lang, wording)
        rest = _features(does, lang, setting, wording)
        return (*_spoken(made, stuff, lang, setting, wording), *rest) if stuff and rest else ()
    if isinstance(fact.value, Flag):
        return _flag(item, fact.value, setting, wording)
    if stated := grammar.exact(key, said, lang):
        text = fill(stated, plural=setting.plural)
        return (_shared(item, text),) if allows(setting.voice, text) else ()
    slots = _slots(item, said, lang, wording)
    if (item.again or grammar.named(fact.name)) and (plain := _plainly(item, said, slots, lang, setting, wording)):
        return plain
    tables: list[Table] = ["you"] if setting.voice.person == "you" else []
    repeats = key == "in_the_box" and _names_itself(fact, lang, setting)
    tables += ["whole", "phrase"] if repeats or "do" in slots else ["phrase", "own", "whole"]
    for table in tables:
        chosen = _choose(wording, table, "material_parts" if _has_parts(fact, lang) else key, slots, setting)
        if chosen and table == "phrase":
            chosen = re.sub(r" of (?=(?:from|below|above) )", " ", chosen)
            chosen = re.sub(r"(?<=最大)(\w\w)最[高大多](?=\d)", r"\1", chosen)  # a limit is not said twice
            whole = "parts" not in slots and said not in setting.short  # a lead says all of the value, once
            lead = "" if not whole else _choose(wording, "lead", key, slots, setting)
            return (_shared(item, chosen, lead=lead),)
        if chosen and table == "own":
            return (Clause(kind="own" if lang == "en" else "shared", key=key, text=chosen, facts=item.facts),)
        if chosen:
            stop = "" if chosen.endswith((".", "。")) else wording.glue("stop")
            after = _choose(wording, "you", f"{key}_after", slots, setting) if table == "you" else ""
            return (Clause(kind="whole", key=key, text=chosen + stop, facts=item.facts, shared=after),)
    return _plainly(item, said, slots, lang, setting, wording)


def _treated(fact: Fact) -> tuple[Fact, Fact] | None:
    """A stuff and what was done to it, told apart: of 'polyester, water-repellent' only one is a material."""
    if not isinstance(fact.value, Composition):
        return None
    done = [p for p in fact.value.parts if p.percent is None and grammar.is_treatment(p.term)]
    stuff = tuple(p for p in fact.value.parts if p not in done)
    if not done or not stuff:
        return None
    return replace(fact, value=Composition(parts=stuff)), replace(fact, value=Terms(items=tuple(p.term for p in done)))


def _key(item: Item, setting: Setting) -> str:
    """The attribute whose patterns fit: the 'net weight' of a suitcase is its weight."""
    net = item.key == "net_content" and re.search(r"(?i)净重|net w", item.fact.name)
    return "weight" if net and setting.product_class not in _CONSUMED else item.key


def _shared(item: Item, text: str, lead: str = "") -> Clause:
    return Clause(kind="shared", key=item.key, text=text, facts=item.facts, lead=lead)


def _choose(wording: Wording, table: Table, key: str, slots: Mapping[str, str], setting: Setting) -> str:
    """The first pattern that can be filled and that the voice allows; '' where there is none."""
    patterns = wording.patterns(table, key, setting.product_class)
    if key == "material_parts":
        patterns = (*wording.patterns(table, "material_with"), *patterns) if "parts" in slots else patterns
    elif setting.voice.openings == "varied" and table != "whole":
        fitting = [p for p in patterns if fits(p, slots)]
        best = [p for p in fitting if slots_of(p) & (_BETTER | ({"n"} if wording.lang == "zh" else set()))]
        patterns = turn(best or fitting, setting.sku, key)
    filled = (fill(p, plural=setting.plural, **slots) for p in patterns if fits(p, slots))
    return next((text for text in filled if allows(setting.voice, text)), "")


def _slots(item: Item, said: str, lang: Lang, wording: Wording) -> dict[str, str]:
    """Every slot that the value can fill."""
    fact = item.fact
    terms = values.items(fact, lang)
    name = label(item, lang)
    if lang == "en" and item.key in {"origin", "certification"}:
        said = grammar.the(said)
    slots = {"name": name, "Name": name[:1].upper() + name[1:], "its": f"{grammar.article(name)} {name}"}
    if grammar.is_plural(name) and lang == "en":
        slots["its"] = name
    long = len(said.split()) > 2 if lang == "en" else len(said) > 4 and not re.fullmatch(r"[\d.～~℃-]+", said)
    if long and grammar.imperative(said, lang) and item.key in {"care", "usage", "storage_conditions"}:
        slots["do"] = said[:1].upper() + said[1:] + wording.glue("stop")
    if item.key == "origin":
        slots |= {"place": said} if _PLACE[lang].fullmatch(said.removeprefix("the ")) else {}
        return slots | {"v": said}
    if isinstance(fact.value, Prose) and len(said) > _LONG[lang] and not wording.patterns("whole", item.key):
        return slots
    slots["v"] = said
    if _NUMERIC[lang].match(said):
        slots["n"] = said
    if _QUANTITY.fullmatch(said):
        slots |= {"q": said, "aq": f"{grammar.article(said)} {said}"}
        slots |= {"volume": said} if _VOLUME.search(said) else {}
    if _CODE.fullmatch(said):
        slots["code"] = said
    if _ADJECTIVE[lang].fullmatch(said):
        slots["adj"] = said
    if lang == "zh":
        slots |= {"packed": said} if said.endswith("装") else {}
        slots |= {"kind": said.removesuffix("香") or said} | ({"long": said} if len(said) > 1 else {})
        slots |= {"count": said} if re.match(r"(?:\d[\d,.]*|[一二三四五六七八九十两]+)[\u4e00-\u9fff]", said) else {}
    if len(terms) == 1:
        slots["span" if _SPAN.fullmatch(terms[0]) else "one"] = terms[0]
    elif len(terms) > 1:
        joined = said if item.key == "size" else wording.series(terms)
        slots |= {"many": joined, "or": wording.series(terms, "or")}
    if lang == "en" and terms:
        slots |= _phrased(item, terms, wording)
    return slots


def _phrased(item: Item, terms: list[str], wording: Wording) -> dict[str, str]:
    """Terms as noun phrases: a sleeve is a pair, what is in the box takes an article, a part is made of something."""
    if item.key == "sleeve":
        terms = [re.sub(r"sleeve$", "sleeves", t) for t in terms]
    slots = {}
    if known := grammar.noun_phrases(terms):
        slots["np"] = wording.series(known)
    if sure := grammar.noun_phrases(terms, sure=True):
        slots["a"] = wording.series(sure)
    if isinstance(item.fact.value, Composition):
        parts = [t for t in terms if grammar.is_part(t, "en")]
        plain = [t for t in terms if t not in parts]
        named = grammar.noun_phrases(parts, sure=True)
        if parts and named:
            whole = wording.series(named)
            slots |= {"v": wording.series(plain), "parts": whole} if plain else {"made": whole}
    return slots


def _has_parts(fact: Fact, lang: Lang) -> bool:
    composed = fact.key == "material" and isinstance(fact.value, Composition)
    return composed and any(grammar.is_part(t, lang) for t in values.items(fact, lang))


def _names_itself(fact: Fact, lang: Lang, setting: Setting) -> bool:
    """Whether the box list begins with the product itself: 'the lamp comes with a lamp' is no sentence."""
    terms = values.items(fact, lang)
    return lang == "en" and bool(terms) and bool(setting.noun) and any(
        t.lower().endswith((setting.noun, setting.noun.split(" ")[-1], setting.noun.rstrip("s"))) for t in terms
    )  # fmt: skip


def _flag(item: Item, value: Flag, setting: Setting, wording: Wording) -> tuple[Clause, ...]:
    you = wording.patterns("you", item.key) if value.value and setting.voice.person == "you" else ()
    choices = wording.patterns("phrase", item.key)
    for pattern in you:
        text = fill(pattern, plural=setting.plural) + wording.glue("stop")
        if allows(setting.voice, text):
            return (Clause(kind="whole", key=item.key, text=text, facts=item.facts),)
    if len(choices) == 2:
        text = fill(choices[0 if value.value else 1], plural=setting.plural)
        return (_shared(item, text),) if allows(setting.voice, text) else ()
    return ()


def _features(item: Item, lang: Lang, setting: Setting, wording: Wording) -> tuple[Clause, ...]:
    """Features by what they are: 'is waterproof', 'has taped seams', 'packs into its own pocket'."""
    groups: dict[str, list[str]] = {}
    for n, term in enumerate(values.items(item.fact, lang)):
        stated = grammar.exact("features", term, lang)
        kind, text = grammar.feature(term, lang, plural=setting.plural)
        if stated:
            text = fill(stated, plural=setting.plural)
            has = re.fullmatch(r"(?:has|have) (.*)", text)
            kind, text = ("thing", has[1]) if has else ("verb", text)
        alone = kind == "verb" or (lang == "zh" and kind == "other")
        groups.setdefault(f"{kind}{n}" if alone else kind, []).append(text)
    named = item.fact.name if item.fact.lang == lang else label(item, lang)
    named = named[:1].upper() + named[1:]
    terms_ = values.items(item.fact, lang)
    if all(g.startswith("other") for g in groups) and (lang == "en" or len(terms_) > 3):
        line = fill(wording.patterns("fallback", "other")[0], v=wording.series(terms_, "plain"), name=named, Name=named)
        return (Clause(kind="whole", key=item.key, text=line, facts=item.facts),) if allows(setting.voice, line) else ()
    out = []
    be, have = ("are ", "have ") if setting.plural else ("is ", "has ")
    verbs = {"adjective": be, "thing": have} if lang == "en" else {"thing": "带", "function": "支持"}
    for group, terms in groups.items():
        sort = group.rstrip("0123456789")
        text = verbs.get(sort, "") + wording.series(terms)
        if lang == "en" and sort == "other":
            text = fill(wording.patterns("fallback", "more")[0], v=wording.series(terms))
            out.append(Clause(kind="own", key=item.key, text=text, facts=item.facts))
        else:
            out.append(_shared(item, text))
    if "adjective" in groups:  # what it is comes before what it has
        out.sort(key=lambda c: not c.text.startswith(("is ", "are ")))
    return tuple(out) if all(allows(setting.voice, c.text) for c in out) else ()


def _plainly(
    item: Item, said: str, slots: Mapping[str, str], lang: Lang, setting: Setting, wording: Wording
) -> tuple[Clause, ...]:
    """An attribute without patterns of its own that fit: 'the switch type is clicky', 'has a tilt of 60°'."""
    fact, name = item.fact, slots["name"]
    if lang == fact.lang:  # the shop's own heading: 'modes' rather than 'speed settings'
        name = re.sub(r"\s*[(（].*?[)）]\s*$", "", fact.name).replace("_", " ").strip()
        name = name if lang == "zh" else " ".join(_lowered(w) for w in name.split())
        its = name if grammar.is_plural(name) else f"{grammar.article(name)} {name}"
        slots = {**slots, "name": name, "its": its}
    clear = re.fullmatch(r"[\w-]+(?: [\w-]+){0,3}" if lang == "en" else r"[\w\u4e00-\u9fff]{1,8}", name)
    if item.key == "origin" or not clear or len(said) > _LONG[lang] or re.search(r"[.;:]\s|[；。：]", said):
        return ()
    if grammar.imperative(said, lang) or (lang == "en" and grammar.does(name)):
        return ()
    plural = lang == "en" and grammar.is_plural(name)
    if lang == "zh":
        if grammar.inverted(said):
            texts = [said + name]
        elif grammar.labelled(name) or re.match(rf"{re.escape(name)}|[有无不可需]", said) or "，" in said:
            return ()
        else:
            slots = {k: v for k, v in slots.items() if k != "n" or re.match(r"[^一-鿿]|约", v)}
            texts = [fill(p, plural=False, **slots) for p in wording.patterns("fallback", "quantity") if fits(p, slots)]
        return tuple(_shared(item, t) for t in texts[:1] if allows(setting.voice, t))
    measured = isinstance(fact.value, Quantity | Quantities) or "n" in slots
    count = re.fullmatch(r"(?:number of )?(\w[\w ]*s)", name) if re.fullmatch(r"\d[\d,]*", said) else None
    if count:  # 'number of compartments: 2' is two of them
        things = count[1].removesuffix("s") if said == "1" else count[1]
        counted = f"{'have' if setting.plural else 'has'} {said} {things}"
        return (_shared(item, counted),) if allows(setting.voice, counted) else ()
    if part := re.fullmatch(r"(\w[\w -]*) material", name):  # the strap is made of leather
        name, said = part[1], f"made of {re.sub(r'(?i)^made (?:of|from) ', '', said)}"
        plural, measured = grammar.is_plural(name), False
    has = fill(wording.patterns("fallback", "quantity")[0], plural=setting.plural, its=slots["its"], v=said)
    phrase = grammar.noun_phrase(said) if not part and re.search(rf"\b{re.escape(name.split()[-1])}\b", said) else None
    own = fill(wording.patterns("fallback", "own")[0], plural=plural, name=name, v=phrase or said)
    if measured and "n" in slots and said.split()[-1].removesuffix("s") == name.split()[-1].removesuffix("s"):
        have, be = ("have", "are") if setting.plural else ("has", "is")  # '12 gauge' is its gauge, '4 wheels' it has
        has = f"{have if grammar.is_plural(name) else be} {said}"
    if measured and "n" in slots and allows(setting.voice, has):
        return (_shared(item, has),)
    if not allows(setting.voice, own) or re.match(r"(?i)(?:yes|no|not|none|for|from|with)\b", said):
        return ()
    ours = fill(wording.patterns("fallback", "ours")[0], plural=plural, name=name, v=phrase or said)
    return (Clause(kind="own", key=item.key, text=own, shared=ours, facts=item.facts),)


def _label(item: Item, said: str, lang: Lang, wording: Wording, *, locked: bool = False) -> Clause:
    """'Warning: …': the attribute's own label, or its name, before the value word for word."""
    name = label(item, lang)
    if lang == "en" == item.fact.lang and grammar.does(item.fact.name.lower()):
        name = item.fact.name  # 'keeps hot' of a flask says more than any name of ours
    patterns = wording.patterns("whole", item.key) or wording.patterns("fallback", "other")
    template = next((p for p in patterns if fits(p, {"v": "", "name": "", "Name": ""})), "{v}" + wording.glue("stop"))
    if said_already(item.key, template.partition("{")[0].strip(" :："), said):
        template = "{v}" + template[-1]
    said = unlabelled(item.key, said)
    text = fill(template, v=said, name=name, Name=name[:1].upper() + name[1:])
    return Clause(kind="whole", key=item.key, text=text, facts=item.facts, locked=locked)


def said_already(key: str, name: str, said: str) -> bool:
    """Whether a value says its own name, so that the label before it would say it twice: '不含：不含充电头'."""
    denied = key.startswith("not_") and re.match(r"不|(?:需?另购)", said)
    return bool(denied) or said.lower().startswith(name.lower() or "\0")


def unlabelled(key: str, said: str) -> str:
    """A value without a label the shop wrote into the cell: '原产国：比利时'."""
    return re.sub(r"^(?:原产国|产地)[:：]", "", said) if key == "origin" else said


def label(item: Item, lang: Lang) -> str:
    """What the attribute is called in `lang`: the lexicon's label, or the shop's own name for it."""
    attribute = lexicon.load().by_key(item.key)
    value = item.fact.value
    if item.key == "storage" and isinstance(value, Quantity) and value.unit.startswith("degree"):
        return "storage temperature" if lang == "en" else "贮存温度"
    if item.key == "paper_weight":  # of cloth as of paper
        return "grammage" if lang == "en" else "克重"
    if attribute:
        return attribute.labels[lang]
    name = re.sub(r"\s*[(（].*?[)）]\s*$", "", item.fact.name).replace("_", " ").strip()
    return name if lang == "zh" else " ".join(_lowered(w) for w in name.split())


def _lowered(word: str) -> str:
    return word if any(c.isupper() for c in word[1:]) else word.lower()
