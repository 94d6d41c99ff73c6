"""Events from files: CSV, TSV, Parquet, JSONL and order exports, tens of millions of rows in bounded memory.

Rows become numbers part by part, so that only the numbers and the ids are held. An address as an id is replaced by its
hash. What was returned or cancelled is taken off, the latest purchase first. Bad rows are collected in words.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from goodword.errors import InputError
from goodword.rankers import event_table
from goodword.rankers.interactions import Codes, Floats, Ids, Interactions, Times

KINDS = ("other", "view", "cart", "purchase")
WEIGHTS: Mapping[str, float] = {"other": 1.0, "view": 0.1, "cart": 0.3, "purchase": 1.0}
_RETURN, _UNDONE, _BAD = 100, 101, 102
_ROWS, _SHOWN = 1_000_000, 100
_DAY = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class BadEvent:
    """A row that was left out: where, what is wrong, and the cure."""

    file: str
    row: int
    code: str  # names the words in data/rankers/events.toml
    value: str = ""

    def told(self, lang: str) -> tuple[str, str]:
        """Problem and cure."""
        problem, cure = event_table.words()["bad"][self.code][lang]
        return problem.format(value=repr(self.value)), cure


@dataclass(frozen=True, kw_only=True, eq=False)
class Read:
    """What was read.

    Attributes:
        kinds: of each event, numbers into KINDS.
        quantities: pieces of each event.
        left_out: rows not learnt from, counted by why: codes of bad rows, 'returned', 'undone', 'doubled'.
        bad: the first hundred bad rows.
    """

    events: Interactions
    kinds: NDArray[np.int8]
    quantities: NDArray[np.float32]
    left_out: Mapping[str, int]
    bad: tuple[BadEvent, ...]


@dataclass(slots=True)
class _Gathered:
    users: Ids = field(default_factory=Ids)
    items: Ids = field(default_factory=Ids)
    parts: list[tuple[Codes, Codes, Times, NDArray[np.int8], Floats]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    bad: list[BadEvent] = field(default_factory=list)


def read_events(paths: Sequence[Path], *, now: int | None = None) -> Read:
    """Read event or order files, together.

    Args:
        now: what lies more than a day after it is left out; None: the clock.

    Raises:
        InputError: a file cannot be read or lacks a column, or none has a usable row.
    """
    latest = (int(time()) if now is None else now) + _DAY
    gathered = _Gathered()
    for path in paths:
        with event_table.table(path) as rows:
            try:
                for part in _numbers(rows, latest).collect_batches(chunk_size=_ROWS, maintain_order=True):
                    _gather(part, path, gathered)
            except pl.exceptions.PolarsError as error:
                raise InputError(f"cannot be read as a table ({str(error).splitlines()[0]})", where=str(path)) from None
    if not any(len(p[0]) for p in gathered.parts):
        why = gathered.bad[0].told("en")[0] if gathered.bad else "no rows"
        raise InputError(f"no event can be used ({why})", where=", ".join(map(str, paths)),
                         cure="Events need three columns: user, item, time")  # fmt: skip
    return _finished(gathered)


def _numbers(rows: pl.LazyFrame, latest: int) -> pl.LazyFrame:
    """Time in seconds, kind as a number, quantity as a number, and the code of what is wrong, if anything."""
    kinds = {word: n for n, name in enumerate(KINDS) for word in event_table.words()["kinds"].get(name, ())}
    kinds |= dict.fromkeys(event_table.words()["kinds"]["return"], _RETURN) | {"undone": _UNDONE, "": 0}
    said = pl.col("kind").str.to_lowercase().str.replace_all(r"[\s_\-]", "")
    kind = said.replace_strict(kinds, default=_BAD, return_dtype=pl.UInt8).fill_null(_BAD).alias("number")
    pieces = pl.col("quantity").str.replace_all(",", "").cast(pl.Float64, strict=False)
    when = moment(pl.col("time"))
    told = rows.with_columns(when.alias("when"), kind, pieces.alias("pieces"))
    wrong = (
        pl.when(pl.all_horizontal(pl.col("user", "item", "time").is_null())).then(pl.lit("row"))
        .when(pl.col("user").is_null()).then(pl.lit("user"))
        .when(pl.col("item").is_null()).then(pl.lit("item"))
        .when(pl.col("when").is_null()).then(pl.lit("time"))
        .when(pl.col("when") > latest).then(pl.lit("future"))
        .when(pl.col("number") == _BAD).then(pl.lit("kind"))
        .when(pl.col("quantity").is_not_null() & ~pl.col("pieces").is_finite().fill_null(value=False))
        .then(pl.lit("quantity"))
        .alias("wrong")
    )  # fmt: skip
    return told.with_columns(wrong)


def moment(text: pl.Expr) -> pl.Expr:
    """A time as text in seconds since 1970: ISO 8601 and its relatives, Chinese dates, or a number of s, ms, µs, ns."""
    number = text.cast(pl.Float64, strict=False)
    size = number.abs()
    seconds = (
        pl.when(~number.is_finite() | (size > 1e20)).then(None)
        .when(size > 1e17).then(number / 1e9).when(size > 1e14).then(number / 1e6).when(size > 1e11)
        .then(number / 1e3).otherwise(number)
    ).floor().cast(pl.Int64, strict=False)  # fmt: skip
    clean = text.str.replace_all(r"[年月/]", "-").str.replace_all(r"日|T", " ").str.strip_chars()
    main = clean.str.extract(r"^(\d{4}-\d{1,2}-\d{1,2}(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?)").str.replace_all(r"\s+", " ")
    zone = clean.str.extract(r"\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\s*([+-]\d{2}:?\d{2})$").str.replace(":", "")
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    hours, minutes = (zone.str.slice(a, 2).cast(pl.Int64, strict=False) for a in (1, 3))
    offset = (sign * (hours * 3600 + minutes * 60)).fill_null(0)
    forms = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
    main = pl.when(seconds.is_null()).then(main)  # nothing to parse where a number stands
    date = pl.coalesce(*(main.str.to_datetime(f, strict=False, time_unit="ms").dt.epoch("s") for f in forms))
    return pl.coalesce(seconds, date - offset)


def _gather(part: pl.DataFrame, path: Path, into: _Gathered) -> None:
    wrong = part.filter(pl.col("wrong").is_not_null())
    for code, number in wrong["wrong"].value_counts().iter_rows():
        into.left_out[code] += number
    for row in wrong.head(max(0, _SHOWN - len(into.bad))).iter_rows(named=True):
        value = str(row["time" if row["wrong"] == "future" else row["wrong"]])[:80]
        into.bad.append(BadEvent(file=str(path), row=row["row"], code=row["wrong"], value=value))
    good = part.filter(pl.col("wrong").is_null())
    into.left_out["undone"] += int((good["number"] == _UNDONE).sum())
    good = good.filter(pl.col("number") != _UNDONE)
    pieces = good["pieces"].fill_null(1.0).to_numpy().astype(np.float64)
    kinds = good["number"].to_numpy().astype(np.int8)
    kinds[(pieces < 0) & (kinds != _RETURN)] = _RETURN  # a negative quantity is a return
    columns = _coded(good["user"], into.users, hide=True), _coded(good["item"], into.items)
    into.parts.append((*columns, good["when"].to_numpy().astype(np.int64), kinds, np.abs(pieces).astype(np.float32)))


def _coded(texts: pl.Series, ids: Ids, *, hide: bool = False) -> Codes:
    """Numbers of ids, each different one being looked up once."""
    different = texts.unique(maintain_order=True)  # the same file gives the same numbers every time
    codes = ids.add(pseudonym(n) if hide else n for n in different)
    return texts.replace_strict(different, codes, return_dtype=pl.Int32).to_numpy().astype(np.int32)


def pseudonym(name: str) -> str:
    """An id that is no address: one with an @ is replaced by its hash, in lower case."""
    return "h" + sha256(name.lower().encode()).hexdigest()[:20] if "@" in name else name


def _finished(gathered: _Gathered) -> Read:
    columns: list[NDArray[Any]] = [np.concatenate(c) for c in zip(*gathered.parts, strict=True)]
    gathered.parts.clear()
    users, items, times, kinds, pieces = columns
    order = np.lexsort((kinds, items, times, users))
    del users, items, times, kinds, pieces
    for n in range(len(columns)):
        columns[n] = columns[n][order]  # one at a time, so that only one is held twice
    users, items, times, kinds, pieces = columns
    bought = (kinds == KINDS.index("purchase")) | (kinds == 0)
    returned = kinds == _RETURN
    undone = _taken_back(users, items, times, pieces, bought, returned) if returned.any() else returned
    same = np.zeros(len(users), bool)
    same[1:] = (
        (users[1:] == users[:-1]) & (items[1:] == items[:-1]) & (times[1:] == times[:-1]) & (kinds[1:] == kinds[:-1])
    )  # fmt: skip
    first = np.flatnonzero(~same)
    pieces = np.add.reduceat(pieces, first) if len(first) else pieces
    keep = ~(returned | undone)[first]
    gathered.left_out |= Counter(returned=int((returned | undone).sum()), doubled=int(same.sum()))
    rows = first[keep]
    weights = np.array([WEIGHTS[k] for k in KINDS], np.float32)[kinds[rows]]
    return Read(
        events=Interactions(
            user_ids=gathered.users, item_ids=gathered.items, users=users[rows], items=items[rows],
            times=times[rows], weights=weights,
        ),
        kinds=kinds[rows], quantities=pieces[keep].astype(np.float32),
        left_out={k: n for k, n in gathered.left_out.items() if n}, bad=tuple(gathered.bad),
    )  # fmt: skip


def _taken_back(
    users: Codes, items: Codes, times: Times, pieces: Floats, bought: NDArray[np.bool_], returned: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Purchases that were returned in full: of the same shopper and item, before the return, the latest first."""
    concerned = np.flatnonzero(bought | returned)
    order = concerned[np.lexsort((returned[concerned], times[concerned], items[concerned], users[concerned]))[::-1]]
    out = np.zeros(len(users), bool)
    pair, owed = (-1, -1), 0.0
    hot = set(zip(users[returned].tolist(), items[returned].tolist(), strict=True))
    for row in _of_pairs(order, users, items, hot):
        if (now := (int(users[row]), int(items[row]))) != pair:
            pair, owed = now, 0.0
        if returned[row]:
            owed += pieces[row]
        elif owed >= pieces[row]:
            owed -= pieces[row]
            out[row] = True
        else:
            owed = 0.0  # returned in part: what was kept counts
    return out


def _of_pairs(order: NDArray[np.int64], users: Codes, items: Codes, hot: set[tuple[int, int]]) -> Iterable[int]:
    """The rows of shoppers and items of which something was returned; the others need no look."""
    number = int(items.max()) + 1
    keys = np.array([u * number + i for u, i in hot], np.int64)
    mine = users[order].astype(np.int64) * number + items[order]
    rows: list[int] = order[np.isin(mine, keys)].tolist()
    return rows
