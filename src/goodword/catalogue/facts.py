"""From records to products: every cell becomes a typed fact with its source, span and language."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from goodword.catalogue import conflicts, values
from goodword.catalogue.classes import classify
from goodword.text import dates, language, lexicon, quantities, units
from goodword.text.lexicon import Attribute
from goodword.types import Fact, Field, Lang, Product, Prose, Record, Source, Term, Terms, Value

_EMPTY = {"", "-", "--", "—", "n/a", "na", "null", "nan", "无数据", "暂无", "/"}
_TWOFOLD = {"storage", "shelf_life", "best_before", "battery_capacity"}
_CELLS = re.compile(r"(?i)(?<![a-z])AAA?A?(?![a-z])|[57五七]号|CR\d{4}|LR\d+|纽扣")
_ASKED = re.compile(r"(?i)capacity|mah|size|容量|毫安")
_CHARGE = re.compile(r"(?i)\d\s*万?\s*(?:m?ah|wh|毫安|安时|瓦时)")
_HAN, _WORD = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{3,}")
_LANG_TAIL = re.compile(r"(?i)[_\s-](en|eng|english|英文|zh|cn|chs|中文)$")
# Concepts of these kinds are facts where a title names them; audience and occasion in titles are too loose.
_EDIBLE = {"food", "beverage", "alcohol", "cosmetic", "health_food", "pet"}
_TITLE_KINDS = {"material": "material", "colour": "colour", "pattern": "pattern"}


def product_from(record: Record) -> Product:
    """The product a record tells of: typed facts, facts its title states, its class, and what contradicts what."""
    product_class = classify(record)
    lang = record.lang or language.detect(record.title or " ".join(f.value for f in record.fields[:5]))
    facts = list(_title_facts(record, lang))
    seen: Counter[str] = Counter(f.key for f in facts)
    for field in record.fields:
        if field.value.strip().lower() in _EMPTY or field.value.strip() == "None":  # of a program; "none" is a shop's
            continue
        facts.append(_fact(record.sku, field, seen))
    facts += _derived(facts, seen, product_class)
    return Product(
        sku=record.sku,
        title=record.title,
        lang=lang,
        product_class=product_class,
        facts=tuple(facts),
        source=record.source,
        conflicts=tuple(conflicts.find(record.sku, facts, product_class)),
    )


def parse_value(attribute: Attribute | None, text: str, lang: Lang | None = None, heading: str = "") -> Value:
    """The typed value of one cell; see `values.parse`."""
    return values.parse(attribute, text, heading=heading)


def facts_from_pairs(pairs: Mapping[str, object], *, sku: str = "", lang: Lang | None = None) -> tuple[Fact, ...]:
    """Typed facts of plain name-value pairs, nested ones flattened ({'value': 121, 'unit': 'decibels'} → '121 decibels')."""  # noqa: E501
    return product_from(record_from_pairs(pairs, sku=sku, lang=lang)).facts


def record_from_pairs(
    pairs: Mapping[str, object], *, sku: str = "", title: str = "", lang: Lang | None = None,
    product_class: str | None = None, uri: str = "given",
) -> Record:  # fmt: skip
    """A product as plain name-value pairs tell of it; the title may be among them."""
    fields = tuple(
        Field(name=name, value=value, lang=lang, source=Source(uri=uri, locator=name, field=name))
        for key, given in pairs.items()
        for name, value in _flatten(str(key), given)
    )
    titles = [f.value for f in fields if (a := lexicon.load().attribute(f.name)) and a.key == "title"]
    rest = tuple(f for f in fields if not ((a := lexicon.load().attribute(f.name)) and a.key == "title"))
    return Record(sku=sku, fields=rest, source=Source(uri=uri), title=title or next(iter(titles), ""), lang=lang,
                  product_class=product_class)  # fmt: skip


def _flatten(name: str, given: object) -> Iterator[tuple[str, str]]:
    if isinstance(given, Mapping):
        if "value" in given and set(given) <= {"value", "unit", "units", "lang", "language_tag"}:
            unit = given.get("unit") or given.get("units") or ""
            yield name, f"{given['value']} {unit}".strip()
            return
        for key, value in given.items():
            yield from _flatten(f"{name} {key}" if name else str(key), value)
    elif isinstance(given, list | tuple):
        if all(not isinstance(v, Mapping | list | tuple) for v in given):
            yield name, ", ".join(map(str, given))
        else:
            for value in given:
                yield from _flatten(name, value)
    elif isinstance(given, bool):
        yield name, "yes" if given else "no"
    elif given is not None:
        text = str(given)
        if text[:1] in "{[":
            try:
                yield from _flatten(name, json.loads(text))
                return
            except ValueError:
                pass
        yield name, text


def _fact(sku: str, field: Field, seen: Counter[str]) -> Fact:
    attribute = _attribute(field)
    key = attribute.key if attribute else _slug(field.name)
    seen[key] += 1
    start = len(field.value) - len(field.value.lstrip())
    text = field.value.strip()
    return Fact(
        id=f"{sku}#{key}" + (f".{seen[key]}" if seen[key] > 1 else ""),
        sku=sku,
        key=key,
        name=_LANG_TAIL.sub("", field.name) if field.name[-1:].isalpha() else field.name,
        text=text,
        value=values.parse(attribute, text, heading=field.name),
        lang=field.lang or _lang_of(text, field.name),
        source=field.source,
        start=start,
        end=start + len(text),
    )


def _attribute(field: Field) -> Attribute | None:
    """What a column means, where its heading means two things told apart by the value."""
    words = lexicon.load()
    attribute, value = words.attribute(field.name), field.value
    if attribute is None or attribute.key not in _TWOFOLD:
        return attribute
    gigabytes = _ASKED.search(field.name) or re.search(r"(?i)\d\s*[gtm]b?(?![a-z])", value)
    if attribute.key == "storage" and not gigabytes:
        return words.by_key("storage_conditions")  # 'Storage: cool and dry' keeps food, not files
    if attribute.key == "shelf_life" and dates.whole(value):
        return words.by_key("best_before")
    if (
        attribute.key == "best_before"
        and not dates.whole(value)
        and any(q.unit and "time" in units.dimension(q.unit) for q in quantities.find(value))
    ):
        return words.by_key("shelf_life")
    if attribute.key == "battery_capacity" and _CELLS.search(value) and not _CHARGE.search(value):
        return words.by_key("power_source")  # 'Battery: 2×AA' says what it runs on
    if attribute.key == "battery_capacity" and not _CHARGE.search(value) and not _ASKED.search(field.name):
        return None  # 'Battery: 1' may count batteries
    return attribute


@lru_cache(maxsize=8192)
def _lang_of(text: str, name: str) -> Lang:
    """A value's language; values without words (sizes, numbers) take that of their heading."""
    if _HAN.search(text):
        return "zh"
    return "en" if _WORD.search(text) else language.detect(name)


def _title_facts(record: Record, lang: Lang) -> Iterator[Fact]:
    """The title itself, as a fact to name the product by."""
    if record.title:
        source = replace(record.source, locator=f"{record.source.locator}, title".lstrip(", "))
        yield Fact(id=f"{record.sku}#title", sku=record.sku, key="title", name="title", text=record.title,
                   value=Prose(text=record.title), lang=lang, source=source, end=len(record.title))  # fmt: skip


def _derived(facts: list[Fact], seen: Counter[str], product_class: str) -> list[Fact]:
    """Material, colour and pattern that a title names, where no cell gives them."""
    out: list[Fact] = []
    words = lexicon.load()
    if product_class in _EDIBLE:  # 'face cream' and 'caramel sauce' name no colour
        return out
    for title in [f for f in facts if f.key == "title"]:
        for mention in words.find(title.text):
            kinds = {c.split(".")[0]: c for c in (mention.concept, *mention.also)}
            kind = next((k for k in _TITLE_KINDS if k in kinds), None)
            if kind is None or mention.negated or (seen[kind] and not any(f.key == kind and f.derived for f in out)):
                continue
            number = sum(f.key == kind for f in out) + 1
            term = Term(text=mention.text, concept=kinds[kind], start=0, end=len(mention.text))
            out.append(replace(
                title, id=f"{title.sku}#{kind}" + (f".{number}" if number > 1 else ""), key=kind, name=kind,
                text=mention.text, value=Terms(items=(term,)), start=mention.start, end=mention.end, derived=True,
            ))  # fmt: skip
            seen[kind] += 1
    return out


@lru_cache(maxsize=4096)
def _slug(name: str) -> str:
    return re.sub(r"[^\w]+", "_", _LANG_TAIL.sub("", name).strip().lower()).strip("_") or "value"
