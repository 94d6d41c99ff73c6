"""Reading reviews: CSV, TSV, JSONL and Parquet, their headings guessed, bad rows in words; streaming.

The form is told from the content, the encoding from all of the bytes (see `catalogue/encoding.py`). A review that
cannot be read is reported with its row and left out; the file is refused only where nothing in it can be read.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from tomllib import loads
from typing import Any

from goodword.catalogue import encoding
from goodword.catalogue.delimited import guess_delimiter, read_rows
from goodword.catalogue.readers import parquet
from goodword.errors import InputError
from goodword.jobs.reviews_cells import day_of, stars_of
from goodword.opinions.base import Opinion
from goodword.text.language import detect
from goodword.types import Lang

LONGEST = 50_000  # characters of a review; a longer one is no review but a file in a cell
ROLES = ("id", "text", "title", "product", "author", "time", "rating", "lang", "aspect", "segment")
_PROBE = 50
Told = Callable[[InputError], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Which column says what; `sha256` of the file, and what its rows are called."""

    path: Path
    form: str
    columns: Mapping[str, str]
    sha256: str
    survey: encoding.Survey
    delimiter: str = ","
    counted: str = "row"


class Reviews:
    """The reviews of a file, as often as they are asked for; `bad` counts the rows told and left out."""

    def __init__(self, path: Path, *, columns: Mapping[str, str] | None = None, tell: Told = lambda _: None) -> None:
        """Open and look at a file.

        Args:
            columns: names of columns by role, where the guess is not wanted: {'text': '内容'}.
            tell: takes what is wrong with each bad row.

        Raises:
            InputError: there is no such file, it is no text or table, or no column holds the text.
        """
        self.plan = _plan(path, dict(columns or {}))
        self.bad = self.read = 0
        self._tell = tell
        self._quiet = False

    def __iter__(self) -> Iterator[Opinion]:
        """Every good review. Bad rows are told the first time only.

        Raises:
            InputError: not one row of the file is a review.
        """
        read = 0
        for number, row in _rows(self.plan, self._wrong):
            opinion = self._opinion(number, row)
            if opinion is not None:
                read += 1
                yield opinion
        self.read, self._quiet = read, True
        if not read:
            raise InputError("there is no review in this file", where=str(self.plan.path),
                             cure="Give a file with a column of text and at least one row")  # fmt: skip

    def _wrong(self, error: InputError) -> None:
        if not self._quiet:
            self.bad += 1
            self._tell(error)

    def _opinion(self, number: int, row: Mapping[str, Any]) -> Opinion | None:
        named = self.plan.columns
        cell = {role: _plain(row.get(column)) for role, column in named.items()}
        text = cell.get("text", "")
        title = cell.get("title", "")
        if title and title.lower() not in text.lower():
            text = f"{title}{'' if title[-1] in '.!?。！？…~' else '.'} {text}".strip()
        if fault := _fault(text, _at(self.plan, number)):
            self._wrong(fault)
            return None
        lang = cell.get("lang", "").lower()[:2]
        spoken: Lang = "zh" if lang == "zh" else "en" if lang == "en" else detect(text)
        return Opinion(
            id=cell.get("id") or str(number), text=text, lang=spoken, product=cell.get("product", ""),
            author=cell.get("author", ""), day=day_of(cell.get("time", "")), rating=stars_of(cell.get("rating", "")),
            segment=cell.get("segment", ""), aspect=cell.get("aspect", ""), row=number,
        )  # fmt: skip


def _at(plan: Plan, number: int) -> str:
    return f"{plan.path.name}, {plan.counted} {number}"


def _fault(text: str, at: str) -> InputError | None:
    if not text.strip():
        return InputError("the text is empty", where=at)
    if len(text) > LONGEST:
        return InputError(f"the text has {len(text):,} characters and a review at most {LONGEST:,}", where=at,
                          cure="Split it, or check how it was exported")  # fmt: skip
    if encoding.undecodable(text) or "\0" in text:
        return InputError("the text holds bytes that are no characters", where=at, cure="Save the file as UTF-8")
    return None


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.strip() if isinstance(value, str) else str(value)


# ---------------------------------------------------------------- what the file is


def _plan(path: Path, given: dict[str, str]) -> Plan:
    if unknown := sorted(set(given) - set(ROLES)):
        raise InputError(f"no column can be {unknown[0]!r}", cure=f"One of: {', '.join(ROLES)}")
    told = encoding.survey(path)
    with encoding.opened(path) as file:
        head = file.read(65536)
    if head.startswith(b"PAR1"):
        with parquet.table(path) as found:
            names = list(found.schema_arrow.names)
        form, delimiter = "parquet", ""
    elif not told.encoding:
        raise InputError("this file is no text and no table", where=str(path),
                         cure="Give CSV, TSV, JSONL or Parquet")  # fmt: skip
    else:
        text = encoding.decode(head[len(told.bom) :], told.encoding)[0]
        delimiter = ""
        if text.lstrip().startswith(("{", "[")):
            form, names = "jsonl", _names(path, text)
        else:
            form, delimiter = "table", guess_delimiter(text, _known())
            plan = Plan(path=path, form=form, columns={}, sha256="", survey=told, delimiter=delimiter)
            names = [c.strip().lstrip("\ufeff") for c in _head(plan)]
    columns = _columns(path, names, given)
    counted = "row" if form == "table" else "line" if form == "jsonl" else "record"
    return Plan(path=path, form=form, columns=columns, sha256=told.sha256, survey=told, delimiter=delimiter,
                counted=counted)  # fmt: skip


def _names(path: Path, text: str) -> list[str]:
    names: dict[str, None] = {}
    for line in text.splitlines()[:_PROBE]:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(row, dict):
            names |= dict.fromkeys(row)
    if not names:
        raise InputError("this is not JSONL", where=str(path), cure='A line is {"id": …, "text": …}')
    return list(names)


def _head(plan: Plan) -> list[str]:
    return next((r.cells for r in read_rows(plan.path, plan.survey, plan.delimiter) if any(r.cells)), [])


def _columns(path: Path, names: list[str], given: dict[str, str]) -> dict[str, str]:
    folded = {_folded(n): n for n in reversed(names)}
    columns: dict[str, str] = {}
    for role, name in given.items():
        if name not in names:
            raise InputError(f"there is no column {name!r}", where=str(path), cure=f"There is: {_listed(names)}")
        columns[role] = name
    for role, known in _headings().items():
        taken = set(columns.values())
        if role not in columns:
            found = next((folded[k] for k in map(_folded, known) if k in folded and folded[k] not in taken), None)
            if found is not None:
                columns[role] = found
    if "text" not in columns and "title" in columns:  # the only words of a review may stand under 'title' or 'summary'
        columns["text"] = columns.pop("title")
    if "text" not in columns:
        raise InputError("no column holds the text of reviews", where=str(path),
                         cure=f"Name it: --column text=NAME. There is: {_listed(names)}")  # fmt: skip
    return columns


def _listed(names: list[str]) -> str:
    return ", ".join(n[:40] for n in names[:20]) or "nothing"


def _folded(name: str) -> str:
    return "".join(c for c in name.casefold() if c not in " -_　\t")


@cache
def _headings() -> dict[str, list[str]]:
    rows = loads(files("goodword.data").joinpath("opinions/headings.toml").read_text("utf-8"))
    return {role: rows[role] for role in ROLES}


@cache
def _known() -> frozenset[str]:
    return frozenset(h.casefold() for known in _headings().values() for h in known)


# ---------------------------------------------------------------- its rows


def _faulty(fault: str, at: str) -> InputError:
    if fault == "quote":
        return InputError("the quotation marks of this row are not closed", where=at,
                          cure="Close them, or export the file again")  # fmt: skip
    if fault == "nul":
        return InputError("this row holds a NUL byte", where=at, cure="Export the file again")
    return InputError("this row holds bytes that are no characters", where=at, cure="Save the file as UTF-8")


_Wrong = Callable[[InputError], None]


def _rows(plan: Plan, wrong: _Wrong) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if plan.form == "parquet":
        with parquet.table(plan.path) as found:
            number = 0
            for batch in parquet.batches(found):
                for row in batch:
                    number += 1
                    yield number, row
    elif plan.form == "jsonl":
        yield from _objects(plan, wrong)
    else:
        yield from _cells(plan, wrong)


def _objects(plan: Plan, wrong: _Wrong) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(encoding.lines(plan.path, plan.survey), 1):
        if not line.text.strip():
            continue
        if not line.ok:
            wrong(_faulty("bytes", _at(plan, number)))
            continue
        try:
            row = json.loads(line.text)
        except (ValueError, RecursionError) as error:
            why = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep"
            wrong(InputError(f"not JSON: {why}", where=_at(plan, number), cure='A line is {"id": …, "text": …}'))
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            wrong(InputError("this line is no object", where=_at(plan, number), cure='A line is {"id": …, "text": …}'))


def _cells(plan: Plan, wrong: _Wrong) -> Iterator[tuple[int, Mapping[str, Any]]]:
    names: list[str] | None = None
    for row in read_rows(plan.path, plan.survey, plan.delimiter):
        if not any(row.cells) and not row.fault:
            continue
        if names is None:
            names = [c.strip().lstrip("\ufeff") for c in row.cells]
            continue
        if row.fault:
            wrong(_faulty(row.fault, _at(plan, row.number)))
        elif len(row.cells) > len(names):
            what = f"this row has {len(row.cells)} cells and the heading {len(names)}"
            wrong(InputError(what, where=_at(plan, row.number),
                             cure="Put cells that hold the separator in quotation marks"))  # fmt: skip
        else:
            yield row.number, dict(zip(names, row.cells, strict=False))
