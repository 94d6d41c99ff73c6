"""Event files of any layout as one table of text columns: user, item, time, kind, quantity.

Formats are told by content. Headings are guessed in English and Chinese; orders as Shopify and WooCommerce export them
are brought into the same columns, with those that were cancelled marked.
"""

import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile
from tomllib import loads
from typing import Any

import polars as pl

from goodword.errors import InputError

COLUMNS = ("user", "item", "time", "kind", "quantity")
_NOISE = re.compile(r"[\s_\-.()（）#:：]+")
_PART = r"(?:^|\|)\s*{}\s*:\s*([^|;]*)"
_HEAD = 1 << 16


@cache
def words() -> dict[str, Any]:
    """data/rankers/events.toml."""
    return loads(files("goodword.data").joinpath("rankers/events.toml").read_text("utf-8"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Which column is what: heading by role; and whether rows are lines of orders."""

    roles: Mapping[str, str]
    orders: bool


def plain_heading(heading: str) -> str:
    """A heading as it is compared."""
    return _NOISE.sub("", heading.lower().lstrip("\ufeff"))


def layout(headings: Sequence[str], where: str) -> Layout:
    """The guessed use of the columns; of two that fit, the one whose name stands earlier in the list of names.

    Raises:
        InputError: a column that must be there is not.
    """
    plain = {plain_heading(h): h for h in reversed(headings)}
    roles = {}
    for role, names in words()["headings"].items():
        if found := next((plain[n] for n in names if n in plain), None):
            roles[role] = found
    if "line_items" in roles and "item" not in roles:
        roles["item"] = roles["line_items"]
    if "lineitemname" in plain and "name" in plain:
        roles["order"] = plain["name"]  # Shopify calls the order number Name
    for role, said in (("user", "user"), ("item", "item"), ("time", "time")):
        if role not in roles:
            raise InputError(
                f"no column for {said}; there is: {', '.join(headings)[:200]}", where=where,
                cure="Events need three columns: user, item, time",
            )  # fmt: skip
    orders = "kind" not in roles and bool({"order", "status", "cancelled", "line_items"} & set(roles))
    return Layout(roles=roles, orders=orders)


@contextmanager
def table(path: Path) -> Iterator[pl.LazyFrame]:
    """A file as COLUMNS of text plus `row`, its number in the file; read as it is asked for.

    Raises:
        InputError: it cannot be read, or lacks a column.
    """
    head = _head(path)
    if head.startswith(b"PAR1"):
        yield _shaped(pl.scan_parquet(path), path, first=1)
    elif head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield _shaped(_json_lines(path, head), path, first=1)
    elif _is_utf8(head):
        yield _shaped(_csv(path, head), path, first=2)
    else:
        with NamedTemporaryFile("w", encoding="utf-8", suffix=".csv") as copy:
            _transcode(path, head, copy)
            yield _shaped(_csv(Path(copy.name), _head(Path(copy.name))), path, first=2)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path)) from None
    if not head.strip():
        raise InputError("this file is empty", where=str(path), cure="Export the events again")
    return head


def _csv(path: Path, head: bytes) -> pl.LazyFrame:
    line = head.decode("utf-8", "replace").partition("\n")[0]
    separator = max("\t,;|", key=line.count)
    return pl.scan_csv(
        path, separator=separator, infer_schema=False, truncate_ragged_lines=True, encoding="utf8-lossy",
        missing_columns="insert",
    )  # fmt: skip


def _json_lines(path: Path, head: bytes) -> pl.LazyFrame:
    """Line by line, so that one that is no JSON costs no other."""
    names: dict[str, None] = {}
    for line in head.decode("utf-8-sig", "replace").split("\n")[:200]:
        with suppress(ValueError):
            told = json.loads(line)
            names |= dict.fromkeys(told if isinstance(told, dict) else ())
    lines = pl.scan_lines(path, name="line")
    picked = [pl.col("line").str.json_path_match(f"$[{json.dumps(n, ensure_ascii=False)}]").alias(n) for n in names]
    return lines.filter(pl.col("line").str.strip_chars() != "").select(picked)


def _is_utf8(head: bytes) -> bool:
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return False
    try:
        getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _transcode(path: Path, head: bytes, copy: Any) -> None:
    encoding = "utf-16" if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "gb18030"
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        while block := file.read(1 << 20):
            copy.write(block)
    copy.flush()


def _shaped(raw: pl.LazyFrame, path: Path, *, first: int) -> pl.LazyFrame:
    try:
        headings = raw.collect_schema().names()
    except pl.exceptions.PolarsError as error:
        raise InputError(f"cannot be read as a table ({str(error).splitlines()[0]})", where=str(path)) from None
    found = layout(headings, str(path))
    numbered = raw.with_row_index("row", offset=first) if "row" not in headings else raw.with_row_index("row\x1f")
    if "row" in headings:
        numbered = numbered.rename({"row": "row\x1e", "row\x1f": "row"})
        found = Layout(roles={k: "row\x1e" if v == "row" else v for k, v in found.roles.items()}, orders=found.orders)
    return _orders(numbered, found) if found.orders else _events(numbered, found.roles)


def _text(roles: Mapping[str, str], role: str) -> pl.Expr:
    if role not in roles:
        return pl.lit(None, pl.String).alias(role)
    return pl.col(roles[role]).cast(pl.String).str.strip_chars().replace("", None).alias(role)


def _events(raw: pl.LazyFrame, roles: Mapping[str, str]) -> pl.LazyFrame:
    kind = _text(roles, "kind") if "kind" in roles else pl.lit("", pl.String).alias("kind")
    return raw.select("row", *(_text(roles, r) for r in ("user", "item", "time")), kind, _text(roles, "quantity"))


def _orders(raw: pl.LazyFrame, found: Layout) -> pl.LazyFrame:
    """Lines of orders; what stands on the first line of an order only is carried to its others."""
    roles = found.roles
    lines = raw.select(
        "row", *(_text(roles, r) for r in ("order", "user", "time", "status", "cancelled", "quantity", "item")),
        _text(roles, "item_else"), _text(roles, "line_items"),
    )  # fmt: skip
    if "order" in roles:
        carried = [pl.col(c).forward_fill().over("order") for c in ("user", "time", "status", "cancelled")]
        lines = lines.with_columns(carried)
    if "line_items" in roles:
        lines = lines.with_columns(pl.col("line_items").str.split(";")).explode("line_items", empty_as_null=True)
        item = pl.coalesce(
            pl.col("line_items").str.extract(_PART.format("sku")).str.strip_chars().replace("", None),
            pl.col("line_items").str.extract(_PART.format("product_id")).str.strip_chars(),
        )
        quantity = pl.col("line_items").str.extract(_PART.format("quantity")).str.strip_chars()
        lines = lines.with_columns(item.alias("item"), quantity.alias("quantity"))
    state = pl.col("status").str.to_lowercase().str.replace_all(r"[\s_\-.]|^wc-", "")
    undone = state.is_in(words()["states"]["undone"]).fill_null(value=False) | pl.col("cancelled").is_not_null()
    kind = pl.when(undone).then(pl.lit("undone")).otherwise(pl.lit("purchase")).alias("kind")
    return lines.select("row", "user", pl.coalesce("item", "item_else").alias("item"), "time", kind, "quantity")
