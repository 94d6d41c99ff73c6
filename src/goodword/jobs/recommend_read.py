"""Events for the recommender from files: one row an event, with user, item, time and its kind if there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from goodword.errors import InputError
from goodword.jobs.recommend import KINDS
from goodword.rankers.interactions import Ids, Interactions, in_order

WEIGHTS: Mapping[str, float] = {"view": 0.1, "cart": 0.3, "purchase": 1.0, "other": 1.0}


@dataclass(frozen=True, kw_only=True, eq=False)
class Read:
    """Events, the kind of each (numbers into `recommend.KINDS`), and how many rows were left out and why."""

    events: Interactions
    kinds: NDArray[np.int8]
    left_out: Mapping[str, int]


def read_events(paths: Sequence[Path]) -> Read:
    """Read CSV, TSV, Parquet or JSONL files.

    Raises:
        InputError: one cannot be read, or has no user, item and time.
    """
    table = pl.concat([_one(p) for p in paths], how="vertical")
    whole = len(table)
    table = table.filter(pl.col("user") != "", pl.col("item") != "", pl.col("time").is_not_null())
    users, items = table["user"], table["item"]
    user_names, item_names = users.unique(maintain_order=True), items.unique(maintain_order=True)
    kinds = table["kind"].to_list()
    codes = np.array([KINDS.index(k) if k in WEIGHTS else 0 for k in kinds], np.int8)
    weights = np.array([WEIGHTS.get(k, 1.0) for k in kinds], np.float32)
    u = users.replace_strict(user_names, np.arange(len(user_names)), return_dtype=pl.Int32).to_numpy()
    i = items.replace_strict(item_names, np.arange(len(item_names)), return_dtype=pl.Int32).to_numpy()
    times = table["time"].to_numpy().astype(np.int64)
    order = np.lexsort((times, u))
    events = in_order(
        user_ids=Ids(user_names), item_ids=Ids(item_names), users=u, items=i, times=times, weights=weights
    )
    return Read(events=events, kinds=codes[order], left_out={"incomplete": whole - len(table)})


def _one(path: Path) -> pl.DataFrame:
    try:
        if path.suffix == ".parquet":
            table = pl.read_parquet(path)
        elif path.suffix in {".jsonl", ".ndjson"}:
            table = pl.read_ndjson(path)
        else:
            table = pl.read_csv(path, separator="\t" if path.suffix == ".tsv" else ",", infer_schema=False)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(path)) from None
    except pl.exceptions.PolarsError as error:
        raise InputError(f"cannot be read as a table ({str(error).splitlines()[0]})", where=str(path)) from None
    missing = [c for c in ("user", "item", "time") if c not in table.columns]
    if missing:
        raise InputError(f"there is no column {missing[0]!r}", where=str(path), cure="Events need: user, item, time")
    kind: Any = pl.col("kind").cast(pl.String) if "kind" in table.columns else pl.lit("other")
    time = pl.col("time").cast(pl.String)
    moment = pl.coalesce(time.cast(pl.Float64, strict=False).cast(pl.Int64, strict=False),
                         time.str.to_datetime("%+", strict=False, time_zone="UTC").dt.epoch("s"),
                         time.str.to_datetime("%Y-%m-%d", strict=False, time_zone="UTC").dt.epoch("s"))  # fmt: skip
    return table.select(
        pl.col("user").cast(pl.String).str.strip_chars().fill_null(""),
        pl.col("item").cast(pl.String).str.strip_chars().fill_null(""), moment.alias("time"), kind.alias("kind"),
    ).filter(pl.col("kind") != "return")  # fmt: skip
