"""What each column of a table is for: guessed from headings and values, shown as TOML, corrected in TOML."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import get_args

from goodword.catalogue.base import Column, ColumnMap, Role
from goodword.errors import InputError
from goodword.text.language import detect
from goodword.text.lexicon import Attribute
from goodword.text.lexicon import load as lexicon
from goodword.types import Lang

HEADINGS_WITHIN = 10  # rows from the top among which the heading row is looked for
_ROLES: tuple[Role, ...] = get_args(Role)
_SINGLE: tuple[Role, ...] = ("sku", "language", "class")
_OF_LEXICON: dict[str, Role] = {
    "sku": "sku", "title": "title", "description": "description", "brand": "brand", "category": "category",
    "price": "price", "stock": "stock", "image": "ignore", "link": "ignore",
}  # fmt: skip
_EN, _ZH = r"en(?:glish)?|eng|en[-_ ](?:us|gb)", r"zh|cn|chs|chinese|zh[-_ ](?:cn|hans)|zhcn"
_LATIN_TAG = re.compile(
    rf"^(?P<a>.*?\S)(?:[\s_\-./|:]+|\s*[(\[（【])(?:(?P<en>{_EN})|(?P<zh>{_ZH}))\s*[)\]）】]?$"
    rf"|^(?:(?P<en2>{_EN})|(?P<zh2>{_ZH}))[\s_\-./|:]+(?P<b>.*\S)$",
    re.IGNORECASE,
)
_HAN_TAG = re.compile(
    r"^(?P<a>.*?\S)[\s_\-./|:(\[（【]*(?:(?P<en>英文|英语|英)|(?P<zh>中文|汉语|简体中文))[)\]）】]?$"
    r"|^(?:(?P<en2>英文|英语)|(?P<zh2>中文|汉语))[\s_\-]*(?P<b>.*\S)$"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")


def slug(heading: str) -> str:
    """A heading without case, width, spaces, separators and brackets."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", heading).casefold())


@cache
def _headings() -> dict[Role, tuple[str, ...]]:
    table = loads(files("goodword.data").joinpath("catalogue/headings.toml").read_text("utf-8"))["role"]
    return {role: tuple(slug(h) for h in table[role]) for role in _ROLES if role in table}


@cache
def known_headings() -> frozenset[str]:
    """Headings in lower case that tell a product table, for guessing its separator."""
    table = loads(files("goodword.data").joinpath("catalogue/headings.toml").read_text("utf-8"))["role"]
    return frozenset(h for names in table.values() for h in names)


def tagged(heading: str) -> tuple[str, Lang | None]:
    """A heading without its language tag, and the language: 'title_en', '品名（英文）', 'English title'."""
    for pattern in (_LATIN_TAG, _HAN_TAG):
        if found := pattern.match(heading.strip()):
            lang: Lang = "en" if found["en"] or found["en2"] else "zh"
            return (found["a"] or found["b"]).strip(), lang
    return heading.strip(), None


@lru_cache(maxsize=4096)
def _attribute(heading: str) -> Attribute | None:
    return lexicon().attribute(heading)


@lru_cache(maxsize=4096)
def role_of(heading: str) -> Role | None:
    """The role a heading tells, without its language tag; None if it may be a fact of any name."""
    bare, _ = tagged(heading)
    for candidate in (slug(heading), slug(bare), slug(re.sub(r"[(（\[【].*?[)）\]】]", "", bare))):
        for role, names in _headings().items():
            if candidate in names:
                return role
    attribute = _attribute(bare)
    return _OF_LEXICON.get(attribute.key) if attribute else None


def heading_score(cells: Sequence[str]) -> int:
    """How many cells of a row are headings we know; a product number and a title weigh most."""
    short = [c for c in cells if 0 < len(c) <= 60]
    roles = [role_of(c) for c in short]
    known = sum(r is not None or _attribute(c) is not None for c, r in zip(short, roles, strict=True))
    return known + 20 * ("sku" in roles) + 20 * ("title" in roles)


def find_heading(rows: Sequence[Sequence[str]]) -> int:
    """Index of the heading row among the first rows: the one with the most known headings, else the first not empty."""
    first = next((n for n, r in enumerate(rows) if any(r)), 0)
    scores = [(heading_score(r), -n) for n, r in enumerate(rows[:HEADINGS_WITHIN])]
    best, place = max(scores, default=(0, 0))
    return -place if best >= 20 else first


def guess(rows: Sequence[Sequence[str]], *, heading_row: int | None = None, sheet: str = "") -> ColumnMap:
    """The roles of the columns of a table whose first rows are given; `heading_row` (from 1) where it is known."""
    top = find_heading(rows) if heading_row is None else max(0, heading_row - 1)
    headings = unique_headings(rows[top] if rows else ())
    samples = [[r[n].strip() if n < len(r) else "" for r in rows[top + 1 :]] for n in range(len(headings))]
    columns = [_column(h, s) for h, s in zip(headings, samples, strict=True)]
    columns = _one_each(_languages(columns, samples), samples)
    return ColumnMap(columns=tuple(columns), heading_row=top + 1, sheet=sheet)


def complete(found: ColumnMap, where: str) -> ColumnMap:
    """The mapping, if products can be read with it.

    Raises:
        InputError: no column is the product number, or none the title.
    """
    for role, what in (("sku", "product number"), ("title", "product name")):
        if all(c.role != role for c in found.columns):
            names = ", ".join(c.heading for c in found.columns[:20]) or "none"
            raise InputError(
                f"no column looks like the {what} (columns: {names})",
                where=where,
                cure=f'Name it in a mapping file: [columns."…"] role = "{role}"',
            )
    return found


def unique_headings(cells: Sequence[str]) -> list[str]:
    """Headings as columns are called: a repeated one gets ' (2)', an empty one 'column 3'."""
    seen: dict[str, int] = {}
    out = []
    for n, cell in enumerate(cells, 1):
        name = " ".join(cell.split()) or f"column {n}"
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out


def _column(heading: str, sample: Sequence[str]) -> Column:
    bare, lang = tagged(heading)
    role = role_of(heading)
    if role is None:
        filled = [s for s in sample if s]
        links = sum(s.startswith(("http://", "https://", "//")) for s in filled)
        role = "ignore" if filled and links * 2 > len(filled) else "fact"
    name = bare if lang else heading
    if role == "fact" and not _attribute(name):  # a heading in both languages: 材质/Material
        name = next((p.strip() for p in re.split(r"[/|｜()（）]", name) if p.strip() and _attribute(p)), name)
    return Column(heading=heading, role=role, lang=lang, name="" if name == heading else name)


def _key(column: Column) -> str:
    attribute = _attribute(column.name or column.heading)
    return column.role if column.role != "fact" else attribute.key if attribute else slug(column.name or column.heading)


def _languages(columns: list[Column], samples: Sequence[Sequence[str]]) -> list[Column]:
    """Columns that hold the same in two languages get theirs: by tag, else by script of heading, else of values."""
    twins: dict[str, list[int]] = {}
    for n, column in enumerate(columns):
        if column.role in {"fact", "title", "description", "brand", "category"}:
            twins.setdefault(_key(column), []).append(n)
    for places in (p for p in twins.values() if len(p) > 1):
        for n in (n for n in places if columns[n].lang is None):
            columns[n] = replace(columns[n], lang=_other(columns, places, n, samples))
    return columns


def _other(columns: Sequence[Column], places: Sequence[int], n: int, samples: Sequence[Sequence[str]]) -> Lang | None:
    taken = {columns[m].lang for m in places if m != n} - {None}
    mine: Lang = "zh" if _HAN.search(columns[n].heading) else "en"
    scripts = {"zh" if _HAN.search(columns[m].heading) else "en" for m in places}
    if len(scripts) == 2 and not (_HAN.search(columns[n].heading) and _LATIN.search(columns[n].heading)):
        return mine if mine not in taken else None
    if len(places) == 2 and len(taken) == 1:
        values = " ".join(samples[n][:20])
        other: Lang = "zh" if "en" in taken else "en"
        return other if not values or detect(values) == other else None
    return None


def _one_each(columns: list[Column], samples: Sequence[Sequence[str]]) -> list[Column]:
    """One column for what a product has once, and one title and description for each language; the rest is ignored."""
    for role in (*_SINGLE, "title", "description"):
        best: dict[Lang | None, int] = {}
        order = _headings().get(role, ())
        for n, column in enumerate(columns):
            if column.role == role:
                kind = None if role in _SINGLE else column.lang
                held = best.get(kind)
                if held is None or _rank(column, order, samples[n]) < _rank(columns[held], order, samples[held]):
                    best[kind] = n
        keep = set(best.values())
        for n, column in enumerate(columns):
            if column.role == role and n not in keep:
                columns[n] = replace(column, role="ignore")
    return columns


def _rank(column: Column, order: Sequence[str], sample: Sequence[str]) -> tuple[bool, int]:
    """Lower is surer: filled columns before empty ones, then by the order of the headings file."""
    name = slug(tagged(column.heading)[0])
    return not any(sample), order.index(name) if name in order else len(order)


# ---------------------------------------------------------------- TOML


def to_toml(found: ColumnMap, name: str) -> str:
    """The mapping as a TOML file a person can correct."""
    head = [
        f"# How Goodword reads {json.dumps(name, ensure_ascii=False)}. Correct it and give it back with --mapping.",
        f"# role: {' '.join(_ROLES)}",
        "# lang: en or zh; leave it out to have it told from the value. name: what the fact is called.",
        f"heading_row = {found.heading_row}",
        *([f"sheet = {_string(found.sheet)}"] if found.sheet else []),
    ]
    for column in found.columns:
        head += ["", f"[columns.{_string(column.heading)}]", f"role = {_string(column.role)}"]
        head += [f"lang = {_string(column.lang)}"] if column.lang else []
        head += [f"name = {_string(column.name)}"] if column.name else []
    return "\n".join(head) + "\n"


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def corrections(path: Path) -> dict[str, object]:
    """A mapping file as read.

    Raises:
        InputError: it cannot be read, is no TOML, or holds something no mapping has.
    """
    try:
        table: dict[str, object] = loads(path.read_text("utf-8-sig"))
    except OSError as problem:
        raise InputError(f"the mapping cannot be read ({problem.strerror})", where=str(path)) from None
    except (TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InputError(f"the mapping is not valid TOML ({problem})", where=str(path)) from None
    if unknown := set(table) - {"columns", "heading_row", "sheet"}:
        raise InputError(
            f"a mapping has no {min(unknown)!r}", where=str(path), cure="It has: columns, heading_row, sheet"
        )
    for key, kind in (("columns", dict), ("heading_row", int), ("sheet", str)):
        if key in table and (not isinstance(table[key], kind) or isinstance(table[key], bool)):
            raise InputError(f"{key} has the wrong type", where=str(path), cure="Start from the mapping that is shown")
    return table


def corrected(found: ColumnMap, table: dict[str, object], where: str) -> ColumnMap:
    """The guess with a person's corrections.

    Raises:
        InputError: a column, role, language or key that does not exist.
    """
    columns = list(found.columns)
    places = {c.heading: n for n, c in enumerate(columns)}
    named = table.get("columns", {})
    assert isinstance(named, dict)
    for heading, entry in named.items():
        if heading not in places:
            raise InputError(
                f"there is no column {heading!r}", where=where, cure=f"There is: {', '.join(places)}"[:400]
            )
        columns[places[heading]] = _entry(columns[places[heading]], entry, where)
    _check_once(columns, where)
    return replace(found, columns=tuple(columns))


def _entry(column: Column, entry: object, where: str) -> Column:
    where = f"{where}, column {column.heading}"
    if not isinstance(entry, dict) or set(entry) - {"role", "lang", "name"}:
        raise InputError("a column has role, lang and name only", where=where)
    role, lang, name = entry.get("role", column.role), entry.get("lang"), entry.get("name", "")
    if role not in _ROLES:
        raise InputError(f"there is no role {role!r}", where=where, cure=f"There is: {', '.join(_ROLES)}")
    if lang not in {None, "en", "zh"}:
        raise InputError(f"there is no language {lang!r}", where=where, cure="Write en or zh")
    if not isinstance(name, str):
        raise InputError("name must be text", where=where)
    return Column(heading=column.heading, role=role, lang=lang, name=name)


def _check_once(columns: Sequence[Column], where: str) -> None:
    for role in _SINGLE:
        held = [c.heading for c in columns if c.role == role]
        if len(held) > 1:
            raise InputError(
                f"two columns have the role {role!r}: {held[0]}, {held[1]}", where=where, cure="Keep one of them"
            )
