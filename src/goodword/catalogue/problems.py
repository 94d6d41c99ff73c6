"""Bad rows in words, in the language they are asked for. Words: data/messages/rows.toml."""

from functools import cache
from importlib.resources import files
from tomllib import loads

from goodword.catalogue.base import BadRow, ReadPlan, Row
from goodword.text import messages
from goodword.types import Lang, Source


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    words: dict[str, dict[str, list[str]]] = loads(
        files("goodword.data").joinpath("messages/rows.toml").read_text("utf-8")
    )["row"]
    return words


def at(plan: ReadPlan, row: int, column: str = "", *, upto: int = 0) -> Source:
    """The place of a cell in the file being read; `upto` is the last of several rows."""
    rows = f"{plan.counted}s {row}-{upto}" if upto > row else f"{plan.counted} {row}"
    return Source(
        uri=plan.source.uri,
        locator=f"{rows}, column {column}" if column else rows,
        row=row,
        field=column or None,
        sha256=plan.source.sha256,
        seen=plan.source.seen,
    )


def bad(code: str, plan: ReadPlan, row: int, column: str = "", *, raw: str = "", **slots: object) -> BadRow:
    """The bad row of that code; `slots` fill the places in its words."""
    return told(code, at(plan, row, column), plan.talk, raw=raw, column=column, counted=plan.counted, **slots)


def told(code: str, where: Source, lang: Lang, *, raw: str = "", **slots: object) -> BadRow:
    """A bad row at a place, in words."""
    filled = {k: (messages.put(str(v), lang) if k == "why" else str(v))[:120] for k, v in slots.items()}
    problem, cure = (words.format_map(filled) for words in _words()[code][lang])
    return BadRow(where=where, problem=problem, cure=cure, raw=shown(raw))


def faulty(row: Row, plan: ReadPlan) -> BadRow:
    """The bad row of a row that could not even be cut into cells."""
    raw = row.raw.decode(plan.survey.encoding or "utf-8", "replace") if row.raw else " | ".join(row.cells)
    return bad(row.fault, plan, row.number, raw=raw, **row.detail)


def shown(raw: str) -> str:
    """A row as it can be shown: one line, no control characters, at most 500 characters."""
    return "".join(c if c.isprintable() else "�" if "\ud800" <= c <= "\udfff" else " " for c in raw[:500]).strip()
