"""`goodword reviews` on the command line."""

import io
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from goodword.cli.edge import run

SHOP = str(files("goodword.data").joinpath("shop/reviews.jsonl"))


def scored(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, *rows: dict[str, Any]
) -> tuple[int, list[dict[str, Any]]]:
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    code = run(["reviews", "score", str(tmp_path / "in.jsonl"), "--json"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_review_is_scored_as_the_contract_has_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, rows = scored(
        capsys, tmp_path, {"id": "a", "text": "The battery life is excellent and the screen is beautiful."},
        {"id": "b", "text": "质量太差了，用了两天就坏了，客服也不理人，后悔买"},
    )  # fmt: skip
    assert code == 0 and [r["id"] for r in rows] == ["a", "b"]
    assert [r["sentiment"]["label"] for r in rows] == ["positive", "negative"]
    for row, text in zip(rows, ("The battery life is excellent", "质量太差了"), strict=True):
        assert {"id", "sentiment", "aspects", "suspicion"} <= set(row) and 0 <= row["sentiment"]["score"] <= 1
        first = row["aspects"][0]
        assert {"start", "end", "term", "category", "polarity"} <= set(first)
        assert first["term"] in text
    assert {m["category"] for m in rows[0]["aspects"]} >= {"battery", "screen"}
    assert "polarity" not in rows[0]


def test_the_polarity_of_a_given_aspect_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = "物流很快，包装也好，但是质量太差了"
    _, rows = scored(
        capsys, tmp_path, {"id": 1, "text": text, "aspect": "物流"}, {"id": 2, "text": text, "aspect": "质量"}
    )
    assert [(r["id"], r["aspect"], r["polarity"]) for r in rows] == [
        ("1", "物流", "positive"), ("2", "质量", "negative"),
    ]  # fmt: skip


@pytest.mark.slow
def test_an_encoder_reads_praise_that_no_single_word_tells(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [{"id": "en", "text": "I could watch films on this screen forever.", "aspect": "screen"},
            {"id": "zh", "text": "拍照连夜景都能拍清楚。", "aspect": "拍照"}]  # fmt: skip
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    told = []
    for more in ([], ["--closely"]):
        assert run(["reviews", "score", str(tmp_path / "in.jsonl"), "--json", *more]) == 0
        told.append([json.loads(line)["polarity"] for line in capsys.readouterr().out.splitlines()])
    assert told == [["negative", "negative"], ["positive", "positive"]]


def test_irony_is_told_as_uncertain(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, rows = scored(
        capsys, tmp_path,
        {"text": "质量真好呢，背了三天拉链就自由了，感谢店家让我提前换新包"},
        {"text": "Loved it 🙄 great quality, great service"}
    )  # fmt: skip
    assert all(r["sentiment"]["label"] in {"uncertain", "negative"} for r in rows)
    assert any(r["sentiment"]["label"] == "uncertain" for r in rows)


def test_reviews_come_from_stdin_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Stdin:
        buffer = io.BytesIO(b"text,rating\nLovely jug,5\n")

    monkeypatch.setattr("sys.stdin", Stdin())
    assert run(["reviews", "score"]) == 0
    assert capsys.readouterr().out.startswith("2: positive")


def test_bad_input_is_one_sentence_and_nothing_is_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("price,stock\n1,2\n", "utf-8")
    out = tmp_path / "r.html"
    for args, what in (
        ([str(tmp_path / "x.csv"), "-o", str(out)], "no column holds the text of reviews"),
        ([str(tmp_path / "none.csv"), "-o", str(out)], "there is no such file"),
        ([SHOP, "-o", str(tmp_path / "r.pdf")], "cannot write .pdf"),
        ([SHOP, "-o", str(out), "--lang", "fr"], "no report in 'fr'"),
        ([SHOP, "-o", str(out), "--column", "text"], "names no column"),
    ):
        assert run(["reviews", "report", *args]) == 2
        err = capsys.readouterr().err
        assert what in err and "Traceback" not in err and len(err.strip().splitlines()) == 1
    assert not out.exists()


def test_ten_rows_of_one_kind_make_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.csv").write_text("text\n" + "".join(f"Great jug number {n}\n" for n in range(10)), "utf-8")
    for name in ("r.html", "r.json", "r.csv.csv"):
        assert run(["reviews", "report", "r.csv", "-o", name]) == 0, capsys.readouterr().err
    found = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert found["overview"]["reviews"] == 10 and found["over_time"]["bins"] == []
    assert "10 of 10 reviews counted" in capsys.readouterr().out


def test_a_taxonomy_of_the_shops_own_is_used(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(
        '[aspect.glaze]\nen = "Glaze"\nzh = "釉面"\nterms_en = ["glaze"]\nterms_zh = ["釉面"]\n', "utf-8"
    )
    (tmp_path / "r.jsonl").write_text('{"text": "The glaze is lovely"}', "utf-8")
    assert run(["reviews", "score", str(tmp_path / "r.jsonl"), "--json", "--taxonomy", str(tmp_path / "t.toml")]) == 0
    assert json.loads(capsys.readouterr().out)["aspects"][0]["category"] == "glaze"
