"""The price audit: was the same item the same price to everyone at the same time?

A price that changes is no fault; a price that differs between shoppers while it holds is. On one day, prices in order
of time may change from one to another; where an earlier price comes back between two showings of another, or two
shoppers saw two prices at one moment, somebody was treated differently (电子商务法 18, 消费者权益保护法实施条例 9,
个人信息保护法 24). With a price list, every price is also held against the one that was to hold that day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from goodword.errors import InputError
from goodword.rankers.events import moment

_SHOWN = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Differing:
    """One item on one day at prices that cannot be a change of price."""

    item: str
    day: str
    prices: tuple[float, ...]
    shoppers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OffList:
    """One event at a price that is not the one of the list."""

    item: str
    time: str
    price: float
    listed: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """What was compared and what was found; lists are cut to the first twenty.

    Attributes:
        compared: items on days on which at least two shoppers saw a price.
        changed: of these, those on which the price changed for everyone.
        unpriced: events without a price that is a number.
    """

    events: int
    unpriced: int
    compared: int
    changed: int
    differing: int
    cases: tuple[Differing, ...]
    off_list: int | None
    off_cases: tuple[OffList, ...]

    @property
    def clean(self) -> bool:
        """Whether nobody was treated differently."""
        return not self.differing and not self.off_list


def audit(path: Path, *, prices: Path | None = None) -> Audit:
    """Audit the prices of an events file with the columns user, item, time and price.

    Args:
        prices: a price list with the columns sku, valid_from, valid_until and the price; the first column that begins
            with 'price' counts.

    Raises:
        InputError: a file that cannot be read or lacks a column.
    """
    table = _table(path, ("user", "item", "time", "price"))
    events = table.select(
        pl.col("user").cast(pl.String), pl.col("item").cast(pl.String),
        pl.from_epoch(moment(pl.col("time").cast(pl.String)), time_unit="s").alias("time"),
        pl.col("price").cast(pl.Float64, strict=False).alias("price"),
    )  # fmt: skip
    priced = events.filter(pl.col("price").is_finite() & pl.col("time").is_not_null())
    priced = priced.with_columns(pl.col("time").dt.date().alias("day"))
    days = _days(priced)
    differing = days.filter(pl.col("runs") > pl.col("distinct"))
    cases = differing.sort("item", "day").head(_SHOWN)
    off = _off_list(priced, prices) if prices else None
    return Audit(
        events=len(events), unpriced=len(events) - len(priced), compared=len(days),
        changed=len(days.filter((pl.col("distinct") > 1) & (pl.col("runs") == pl.col("distinct")))),
        differing=len(differing), cases=tuple(
            Differing(item=r["item"], day=str(r["day"]), prices=tuple(sorted(r["prices"])), shoppers=r["shoppers"])
            for r in cases.iter_rows(named=True)
        ),
        off_list=None if off is None else len(off),
        off_cases=() if off is None else tuple(
            OffList(item=r["item"], time=str(r["time"]), price=r["price"], listed=r["listed"])
            for r in off.sort("item", "time").head(_SHOWN).iter_rows(named=True)
        ),
    )  # fmt: skip


def _days(priced: pl.DataFrame) -> pl.DataFrame:
    """Items by day: how many prices there were, and in how many stretches; at one moment the lower price comes first,
    so that two prices at one moment which go on side by side make more stretches than prices."""
    ordered = priced.sort("item", "time", "price")
    new = (pl.col("price") != pl.col("price").shift()).fill_null(True)
    days = ordered.with_columns(new.over("item", "day").alias("new")).group_by("item", "day").agg(
        pl.col("new").sum().alias("runs"), pl.col("price").n_unique().alias("distinct"),
        pl.col("price").unique().alias("prices"), pl.col("user").n_unique().alias("shoppers"),
    )  # fmt: skip
    at_once = (
        ordered.group_by("item", "day", "time").agg(pl.col("price").n_unique().alias("n"))
        .group_by("item", "day").agg((pl.col("n") > 1).any().alias("at_once"))
    )  # fmt: skip
    joined = days.join(at_once, on=["item", "day"])
    return joined.filter(pl.col("shoppers") > 1).with_columns(
        pl.when("at_once").then(pl.max_horizontal("runs", pl.col("distinct") + 1)).otherwise("runs").alias("runs")
    )


def _off_list(priced: pl.DataFrame, path: Path) -> pl.DataFrame:
    table = _table(path, ("sku", "valid_from", "valid_until"))
    column = next((c for c in table.columns if c.startswith("price")), None)
    if column is None:
        raise InputError("a price list needs a column that begins with 'price'", where=str(path))
    listed = table.select(
        pl.col("sku").cast(pl.String).alias("item"), _day(table, "valid_from"),
        _day(table, "valid_until").fill_null(pl.date(9999, 12, 31)),
        pl.col(column).cast(pl.Float64, strict=False).alias("listed"),
    ).drop_nulls("listed")  # fmt: skip
    found = priced.join(listed, on="item").filter(
        (pl.col("day") >= pl.col("valid_from")) & (pl.col("day") <= pl.col("valid_until"))
    )
    return found.filter((pl.col("price") - pl.col("listed")).abs() > 0.005)


def _table(path: Path, needed: tuple[str, ...]) -> pl.DataFrame:
    suffix = path.suffix.lower()
    try:
        if suffix == ".parquet":
            table = pl.read_parquet(path)
        elif suffix in {".jsonl", ".ndjson"}:
            table = pl.read_ndjson(path)
        else:
            text: Mapping[str, Any] = {"infer_schema": False, "truncate_ragged_lines": True}
            table = pl.read_csv(path, separator="\t" if suffix == ".tsv" else ",", **text)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(path)) from None
    except pl.exceptions.PolarsError as error:
        raise InputError(f"cannot be read as a table ({str(error).splitlines()[0]})", where=str(path)) from None
    missing = [c for c in needed if c not in table.columns]
    if missing:
        raise InputError(f"there is no column {missing[0]!r}", where=str(path),
                         cure=f"The audit needs: {', '.join(needed)}")  # fmt: skip
    return table


def _day(table: pl.DataFrame, name: str) -> pl.Expr:
    kind = table.schema[name]
    return pl.col(name).cast(pl.Date) if kind.is_temporal() else pl.col(name).str.to_date(strict=False)
