"""What a ranker would have earned, from a log of showings with their propensities: see `ranking_ips`."""

from pathlib import Path
from typing import Any

import numpy as np

from goodword.errors import InputError
from goodword.evaluate.ranking_ips import PolicyValue, policy_value
from goodword.rankers.base import Ranker
from goodword.rankers.interactions import Codes, Interactions

COLUMNS = ("user", "item", "propensity", "reward")


def judge_log(path: Path, ranker: Ranker, events: Interactions, *, k: int = 10) -> PolicyValue:
    """The value of showing one of the ranker's best k items, each as often, instead of what the log shows.

    Args:
        path: CSV, Parquet or JSONL with the columns user, item, propensity and reward, one row a showing.
        ranker: fitted on `events`, which end before the log begins.

    Raises:
        InputError: the log cannot be read, or has a wrong propensity or reward, with its row.
    """
    table = _read(path)
    users = events.user_ids.codes(table["user"].to_list())
    items = events.item_ids.codes(table["item"].to_list())
    shown = _shown(ranker, events, np.unique(users[users >= 0]), k)
    anyone = set(np.argsort(-ranker.prior(), kind="stable")[:k].tolist())
    chosen = np.array(
        [
            (i in shown.get(u, anyone)) / k if i >= 0 else 0.0
            for u, i in zip(users.tolist(), items.tolist(), strict=True)
        ]
    )
    people = table["user"].rank("dense").to_numpy().astype(np.int64)
    return policy_value(people, _numbers(table, "propensity"), _numbers(table, "reward"), chosen)


def _shown(ranker: Ranker, events: Interactions, users: Codes, k: int) -> dict[int, set[int]]:
    lists = ranker.top(events.histories(users), k, seen=True).items
    return {int(u): set(row[row >= 0].tolist()) for u, row in zip(users, lists, strict=True)}


def _read(path: Path) -> Any:
    import polars as pl

    try:
        if path.suffix == ".parquet":
            table = pl.read_parquet(path)
        elif path.suffix in {".jsonl", ".ndjson"}:
            table = pl.read_ndjson(path)
        else:
            table = pl.read_csv(path, infer_schema=False)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(path)) from None
    except pl.exceptions.PolarsError as error:
        raise InputError(f"cannot be read as a table ({str(error).splitlines()[0]})", where=str(path)) from None
    missing = [c for c in COLUMNS if c not in table.columns]
    if missing:
        raise InputError(f"there is no column {missing[0]!r}", where=str(path),
                         cure=f"A log needs: {', '.join(COLUMNS)}")  # fmt: skip
    return table.with_columns(pl.col("user").cast(pl.String), pl.col("item").cast(pl.String))


def _numbers(table: Any, column: str) -> Any:
    import polars as pl

    return table[column].cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
