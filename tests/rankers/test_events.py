"""Events from files as shops have them."""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.errors import InputError
from goodword.rankers.event_table import words
from goodword.rankers.events import KINDS, Read, moment, read_events
from goodword.rankers.unusual import unusual

NOW = 1_795_600_000
SHOP = Path(str(files("goodword.data").joinpath("shop")))
Row = tuple[str, str, int, str, float]


def rows(read: Read) -> list[Row]:
    e = read.events
    cells = zip(e.users, e.items, e.times, read.kinds, read.quantities, strict=True)
    return [(e.user_ids[u], e.item_ids[i], int(t), KINDS[k], float(q)) for u, i, t, k, q in cells]


def of(tmp_path: Path, text: str, encoding: str = "utf-8") -> Read:
    path = tmp_path / "events"  # the format is told by content, not by the name
    path.write_bytes(text.encode(encoding))
    return read_events([path], now=NOW)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_chinese_headings_are_understood_in_any_encoding(tmp_path: Path, encoding: str, separator: str) -> None:
    text = "用户,商品,时间,行为\n张,杯子,2025年11月20日,购买\n张,灯,2025/11/21 08:00,浏览\n".replace(",", separator)
    assert rows(of(tmp_path, text, encoding)) == [
        ("张", "杯子", 1763596800, "purchase", 1.0), ("张", "灯", 1763712000, "view", 1.0),
    ]  # fmt: skip


def test_json_lines_and_parquet_say_the_same_as_csv(tmp_path: Path) -> None:
    table = {"user": [7, 7, 8], "item": ["a", "b", "a"], "time": ["2025-11-20T10:00:00Z", "2025-11-20", "1763596800"]}
    csv = of(tmp_path, pl.DataFrame(table).write_csv())
    lines = of(
        tmp_path, "\n".join(json.dumps(dict(zip(table, r, strict=True))) for r in zip(*table.values(), strict=True))
    )
    pl.DataFrame(table).write_parquet(tmp_path / "p")
    assert rows(csv) == rows(lines) == rows(read_events([tmp_path / "p"], now=NOW))
    assert len(csv.events) == 3


def test_a_line_that_is_no_json_costs_no_other(tmp_path: Path) -> None:
    read = of(tmp_path, '{"user": 1, "item": 2, "time": 5}\nrubbish\n{"user": 2, "item": 2, "time": 5}\n')
    assert len(read.events) == 2
    assert [(b.row, b.code) for b in read.bad] == [(2, "row")]


def test_bad_rows_are_told_in_words_with_their_place(tmp_path: Path) -> None:
    text = (
        "user,item,time,kind,quantity\n,1,5,buy,1\na,,5,buy,1\na,1,soon,buy,1\na,1,2090-01-01,buy,1\n"
        "a,1,5,dance,1\na,1,5,buy,NaN\na,1,5,buy,1\n"
    )
    read = of(tmp_path, text)
    assert [(b.row, b.code) for b in read.bad] == [
        (2, "user"), (3, "item"), (4, "time"), (5, "future"), (6, "kind"), (7, "quantity"),
    ]  # fmt: skip
    assert read.bad[2].told("en")[0] == "'soon' is not a time"
    assert read.bad[2].told("zh")[0] == "'soon' 不是时间"
    assert len(read.events) == 1
    assert sum(read.left_out.values()) == 6


def test_returns_take_the_latest_purchase_before_them_off(tmp_path: Path) -> None:
    text = (
        "user,item,time,kind,quantity\na,x,1,purchase,1\na,x,3,purchase,1\na,x,4,return,1\na,x,9,purchase,1\n"
        "b,x,1,purchase,3\nb,x,2,return,1\nc,x,1,return,1\nc,x,2,purchase,1\nd,x,1,purchase,2\nd,x,1,purchase,-2\n"
    )
    read = of(tmp_path, text)
    assert [(u, t) for u, _, t, _, _ in rows(read)] == [("a", 1), ("a", 9), ("b", 1), ("c", 2)]


def test_the_same_event_twice_counts_once(tmp_path: Path) -> None:
    read = of(tmp_path, "user,item,time,kind\na,x,1,view\na,x,1,view\na,x,1,purchase\n")
    assert [r[3] for r in rows(read)] == ["view", "purchase"]
    assert read.left_out == {"doubled": 1}


def test_addresses_become_pseudonyms(tmp_path: Path) -> None:
    read = of(tmp_path, "email,sku,date\nAnn@Example.com,x,5\nann@example.com,y,6\n")
    assert len(read.events.user_ids) == 1
    assert "@" not in read.events.user_ids[0]


def test_shopify_orders_are_read(tmp_path: Path) -> None:
    text = (
        "Name,Email,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem sku,Cancelled at\n"
        "#1,a@example.com,paid,2025-11-20 14:03:22 +0800,1,Mug,M-1,\n#1,,,,2,Lamp,,\n"
        "#2,b@example.com,refunded,2025-11-20 14:03:22 +0800,1,Mug,M-1,\n"
        "#3,b@example.com,paid,2025-11-20 14:03:22 +0800,1,Mug,M-1,2025-11-21 14:03:22 +0800\n"
        "#4,,paid,2025-11-22 14:03:22 +0800,1,Mug,M-1,\n"
    )
    read = of(tmp_path, text)
    assert [r[1:] for r in rows(read)] == [("M-1", 1763618602, "purchase", 1.0), ("Lamp", 1763618602, "purchase", 2.0)]
    assert read.left_out == {"user": 1, "undone": 2}  # a guest without address is nobody else


def test_woocommerce_orders_are_read_in_both_shapes(tmp_path: Path) -> None:
    one = (
        "order_id,date_created,status,customer_id,line_items\n"
        '7,2025-11-20 10:00:00,completed,12,"id:1|name:Mug|product_id:55|sku:M-1|quantity:2;'
        'id:2|product_id:56|sku:|quantity:1"\n'
        '8,2025-11-20 10:00:00,wc-cancelled,13,"id:3|sku:M-1|quantity:1"\n'
    )
    assert [r[:2] + r[4:] for r in rows(of(tmp_path, one))] == [("12", "M-1", 2.0), ("12", "56", 1.0)]
    two = (
        "Order Number,Order Status,Order Date,Customer User ID,SKU,Quantity (- Refund)\n"
        "1,Completed,2025-11-20 10:00,9,M-1,2\n"
    )
    assert rows(of(tmp_path, two)) == [("9", "M-1", 1763632800, "purchase", 2.0)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"), ("a,b\n1,2\n", "no column for user"), ("user,item,time\n", "no event"),
        ("user,item,time\n,,\n", "no event"), ("{\n", "no column"), ("\x00\x01\x02", "no column"),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_events_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        of(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_events([tmp_path / "none.csv"])


@given(st.integers(0, 4_000_000_000), st.sampled_from(["+08:00", "-0530", "Z", ""]))
def test_times_are_read_to_the_second(seconds: int, zone: str) -> None:
    from datetime import UTC, datetime, timedelta

    shift = {"+08:00": 8 * 3600, "-0530": -19800}.get(zone, 0)
    text = (datetime.fromtimestamp(seconds, UTC) + timedelta(seconds=shift)).strftime("%Y-%m-%d %H:%M:%S") + zone
    many = [text, text.replace(" ", "T"), str(seconds)] + ([str(seconds * 1000)] if seconds > 10**9 else [])
    told = pl.DataFrame({"t": many}).select(moment(pl.col("t"))).to_series().to_list()
    assert told == [seconds] * len(many)


def test_the_sample_shop_gives_its_bots_and_its_wholesaler_away() -> None:
    read = read_events([SHOP / "events.csv"], now=NOW)
    names = read.events.user_ids
    found = {(names[u.user], u.bot) for u in unusual(read)}
    assert found == {("u0394", True), ("u0395", True), ("u0396", False)}
    for one in unusual(read):
        assert one.told("en")
        assert one.told("zh") != one.told("en")


def test_returns_of_the_sample_shop_are_taken_off() -> None:
    raw = pl.read_csv(SHOP / "events.csv")
    read = read_events([SHOP / "events.csv"], now=NOW)
    bought = raw.filter(pl.col("kind") == "purchase").height
    returned = raw.filter(pl.col("kind") == "return").height
    assert np.bincount(read.kinds)[3] == bought - returned - raw.filter(kind="purchase").is_duplicated().sum() // 2


def test_every_word_for_a_heading_means_one_thing() -> None:
    told = words()["headings"]
    every = [n for role in told for n in told[role]]
    assert len(every) == len(set(every))
