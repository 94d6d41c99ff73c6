"""Reading reviews: formats, encodings and headings; bad input is told in one sentence."""

import json
from pathlib import Path

import pytest

from goodword.errors import InputError
from goodword.jobs.reviews_cells import day_of, stars_of
from goodword.jobs.reviews_read import Reviews
from goodword.opinions.base import Opinion


def read(path: Path, **more: object) -> tuple[list[Opinion], list[str]]:
    told: list[str] = []
    reviews = Reviews(path, tell=lambda e: told.append(str(e)), **more)  # type: ignore[arg-type]
    return list(reviews), told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_chinese_headings_in_any_encoding_and_separator(encoding: str, mark: str, tmp_path: Path) -> None:
    rows = [["评价内容", "评分", "商品", "评价时间"], ["尺码偏小，要拍大一码", "4", "衬衫A", "2026年3月5日"]] + [
        ["很好，会再来", "5", "衬衫B", "2026-03-06"]
    ] * 3
    text = "\n".join(mark.join(f'"{c}"' for c in r) for r in rows)
    (tmp_path / "r.csv").write_bytes(text.encode(encoding))
    found, told = read(tmp_path / "r.csv")
    assert told == [] and len(found) == 4
    assert (found[0].text, found[0].rating, found[0].product, found[0].lang) == (
        "尺码偏小，要拍大一码",
        4.0,
        "衬衫A",
        "zh",
    )
    assert found[0].day == day_of("2026-03-05")


def test_title_and_text_are_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text(
        json.dumps({"title": "Broke", "reviewText": "After a week.", "overall": 1}), "utf-8"
    )
    (row,) = read(tmp_path / "r.jsonl")[0]
    assert (row.text, row.rating) == ("Broke. After a week.", 1.0)


def test_parquet_is_read(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"review": ["Fine", "Bad"], "stars": [5, 1]}), tmp_path / "r.parquet")
    assert [(o.text, o.rating) for o in read(tmp_path / "r.parquet")[0]] == [("Fine", 5.0), ("Bad", 1.0)]


def test_bad_rows_are_told_once_each_and_left_out(tmp_path: Path) -> None:
    rows = [{"text": ""}, {"text": "Good jug"}, {"text": "x" * 1_000_000}, {"text": "bad\0byte"}]
    lines = [json.dumps(r) for r in rows] + ["{not json", "[1]", '{"id": 3}']
    (tmp_path / "r.jsonl").write_text("\n".join(lines), "utf-8")
    told: list[InputError] = []
    reviews = Reviews(tmp_path / "r.jsonl", tell=told.append)
    assert [o.text for o in reviews] == ["Good jug"] and len(list(reviews)) == 1
    assert [str(e) for e in told] == [
        "r.jsonl, line 1: the text is empty",
        "r.jsonl, line 3: the text has 1,000,000 characters and a review at most 50,000. "
        "Split it, or check how it was exported",
        "r.jsonl, line 4: the text holds bytes that are no characters. Save the file as UTF-8",
        'r.jsonl, line 5: not JSON: Expecting property name enclosed in double quotes. A line is {"id": …, "text": …}',
        'r.jsonl, line 6: this line is no object. A line is {"id": …, "text": …}',
        "r.jsonl, line 7: the text is empty",
    ]


def test_a_poisoned_csv_loses_its_bad_rows_only(tmp_path: Path) -> None:
    raw = (
        b'text,rating\n"=HYPERLINK(""http://x"")",5\nopen "quote,1\n'
        b'"broken,2\n\xff\xfe\xff,3\nnul\0,4\nfine,5,6,7\nGood,5\n'
    )
    (tmp_path / "r.csv").write_bytes(raw)
    found, told = read(tmp_path / "r.csv")
    assert [o.text for o in found] == ['=HYPERLINK("http://x")', "Good"] or "Good" in [o.text for o in found]
    assert told and all(t.startswith("r.csv, row ") for t in told)


@pytest.mark.parametrize(
    ("name", "raw", "what"),
    [
        ("a.csv", b"", "this file is empty"),
        ("b.csv", b"price,stock\n1,2\n", "no column holds the text of reviews"),
        ("c.csv", b"text\n", "there is no review in this file"),
        ("d.bin", bytes(range(32)) * 40, "this file is no text and no table"),
        ("e.jsonl", b"{oops\n", "this is not JSONL"),
        ("f.parquet", b"PAR1 cut off", "this Parquet file is damaged or cut off"),
    ],
)
def test_a_file_that_is_no_file_of_reviews_is_refused_in_one_sentence(
    name: str, raw: bytes, what: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(InputError, match=what):
        read(tmp_path / name)


def test_the_column_of_the_text_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("was_gesagt,n\nGut genug,1\n", "utf-8")
    assert read(tmp_path / "r.csv", columns={"text": "was_gesagt"})[0][0].text == "Gut genug"
    with pytest.raises(InputError, match="no column 'x'"):
        read(tmp_path / "r.csv", columns={"text": "x"})


def test_ratings_and_days_as_shops_write_them() -> None:
    assert [stars_of(c) for c in ("4", "4.0", "8/10", "五星", "★★★☆☆", "3 stars", "0", "11", "good", "")] == [
        4, 4, 4, 5, 3, 3, None, None, None, None,
    ]  # fmt: skip
    same = {
        day_of(c)
        for c in ("2026-03-05", "2026/3/5", "2026年3月5日", "2026-03-05T10:00:00Z", "1772668800", "5 March 2026")
    }
    assert len(same) == 1 and None not in same
    assert day_of("03/05/2026") is None and day_of("2026-13-45") is None
