"""Messages in another language, found by the words they were raised with.

The code says things in English, at the place where they happen. `data/messages/<language>/` (a file a room) gives every one of
them, as a template with slots, in the other language; at the edge the English line is matched against the templates
and said again. So no place that raises an error needs to know who will read it, and the English in the code stays
the one source; a test proves that no template is missing.

Slots, in the English template: `{name}` is any text, `{name!r}` a quoted value (the quotation marks are then those of
the translation), `{name:d}` a number, `{name:w}` a word. A slot is filled once with what stood there: a value is data,
it is never looked up nor filled again. In the translation, `{name!t}` marks the one exception: a slot which is a
message itself (a reason, the operating system's word). Of several templates that fit, the one with the most words of
its own is meant. A line that fits none stays as it is: English is better than nothing.
"""  # noqa: E501

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import NamedTuple

from goodword.errors import GoodwordError, InputError
from goodword.types import Lang

PLACES = "place"  # the table of where-clauses; all other tables hold messages
SLOT = re.compile(r"\{([a-z_]+)(![rt]|:[dw])?\}")
_QUOTED = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_KINDS = {"!r": _QUOTED, ":d": r"-?[\d,]+", ":w": r"\w+", None: r".*?"}


class _Template(NamedTuple):
    english: str
    translated: str
    weight: int  # characters that are no slot
    begin: str
    end: str

    def match(self, line: str) -> dict[str, str] | None:
        """What stands in the slots; None where the line is another message."""
        low = line.lower()
        if not (low.startswith(self.begin) and low.endswith(self.end)):
            return None
        found = _pattern(self.english).fullmatch(line)
        return found.groupdict() if found else None


@cache
def _pattern(english: str) -> re.Pattern[str]:
    """Compiled only for the few templates whose beginning and end fit a line."""
    out, last = "", 0
    for slot in SLOT.finditer(english):
        out += re.escape(english[last : slot.start()]) + f"(?P<{slot[1]}>{_KINDS[slot[2]]})"
        last = slot.end()
    return re.compile(out + re.escape(english[last:]), re.DOTALL | re.IGNORECASE)


class Messages:
    """The messages of one language."""

    def __init__(self, tables: Mapping[str, Mapping[str, str]]) -> None:
        said = {k: v for name, table in tables.items() if name != PLACES for k, v in table.items()}
        self.templates = said | dict(tables.get(PLACES, {}))
        self._whole = {k.lower(): v for k, v in said.items() if not SLOT.search(k)}
        self._known_places = {k: v for k, v in tables.get(PLACES, {}).items() if not SLOT.search(k)}
        self._said = _templates(said)
        self._places = _templates(tables.get(PLACES, {}))

    def put(self, line: str) -> str:
        """A message in this language; as it is where there is no translation. Space around it stays."""
        core = line.strip()
        whole = self._whole.get(core.lower())
        told = whole if whole is not None else self._filled(core, self._said)
        return line if told is None or not core else line.replace(core, told, 1)

    def place(self, where: str) -> str:
        """A where-clause ('shop.csv, row 12, column 材质') in this language."""
        told = self._known_places.get(where) or self._filled(where, self._places)
        return where if told is None else told

    def told(self, error: GoodwordError) -> str:
        """An error in one line: where, what, and the cure."""
        if not isinstance(error, InputError):
            return self.put(str(error))
        where, what, cure = self.place(error.where), self.put(error.what), self.put(error.cure)
        return (f"{where}：" if where else "") + what + (f"。{cure}" if cure else "")

    def _filled(self, line: str, templates: tuple[_Template, ...]) -> str | None:
        again = self.place if templates is self._places else self.put
        for template in templates:
            if (values := template.match(line)) is not None:
                quoted = {s[1] for s in SLOT.finditer(template.english) if s[2] == "!r"}
                plain = {k: v[1:-1] if k in quoted else v for k, v in values.items()}

                def filled(slot: re.Match[str], values: dict[str, str] = plain) -> str:
                    value = values[slot[1]]
                    return again(value.strip()) if slot[2] == "!t" else value

                return SLOT.sub(filled, template.translated)
        return None


def _templates(table: Mapping[str, str]) -> tuple[_Template, ...]:
    """Those with slots, the most telling first."""
    made = []
    for english, translated in table.items():
        if pieces := [(s.start(), s.end()) for s in SLOT.finditer(english)]:
            weight = len(english) - sum(b - a for a, b in pieces)
            begin, end = english[: pieces[0][0]].lower(), english[pieces[-1][1] :].lower()
            made.append(_Template(english, translated, weight, begin, end))
    return tuple(sorted(made, key=lambda t: -t.weight))


@cache
def load(lang: Lang) -> Messages | None:
    """The messages of a language; None for English, which the code speaks by itself."""
    if lang == "en":
        return None
    merged: dict[str, dict[str, str]] = {}
    for room in sorted(files("goodword.data").joinpath(f"messages/{lang}").iterdir(), key=lambda f: f.name):
        for name, table in loads(room.read_text("utf-8")).items():
            if isinstance(table, dict):
                merged.setdefault(name, {}).update(table)
    return Messages(merged)


def put(line: str, lang: Lang) -> str:
    """A message in that language."""
    messages = load(lang)
    return messages.put(line) if messages else line


def place(where: str, lang: Lang) -> str:
    """A where-clause ('shop.csv, row 12, column 材质') in `lang`."""
    known = load(lang)
    return known.place(where) if known else where


def told(error: GoodwordError, lang: Lang) -> str:
    """An error in that language, in one line."""
    messages = load(lang)
    return messages.told(error) if messages else str(error)
