"""`goodword train` and `goodword evaluate` as their user meets them; bad input is one line, exit 2, nothing written."""

import json
from pathlib import Path

import pytest
from tests.train.conftest import Write, reviews

from goodword.cli.edge import run

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOODWORD_TALK", "en")
    return tmp_path


def bad(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


BAD = {
    "no such file": (None, "there is no such file"),
    "empty": ("", "this file is empty"),
    "heading only": ("text,label\n", "no row has both a text and a label"),
    "unknown encoding": (b"\x00\x01\x02\x03\xff\xfe\x90" * 300, "this file is no text in UTF-8, UTF-16 or GB18030"),
    "latin-1": ("text,label\n" + "caf\xe9 tr\xe8s bon,positive\n" * 60, "rows cannot be read"),
    "missing columns": ("words,mark\ngood,1\nbad,0\n" * 30, "no column is known to hold the text"),
    "one column": ("text\ngood\nbad\n" * 30, "there are fewer than two columns"),
    "one class": ("text,label\n" + "".join(f"fine {i},1\n" for i in range(50)), "all rows have the label 'positive'"),
    "ten rows": ("text,label\n" + "".join(f"fine {i},{i % 2}\n" for i in range(10)), "10 different texts are too few"),
    "empty texts": ("text,label\n" + " ,1\n ,0\n" * 30, "no row has both a text and a label"),
    "labels in two cases": ("text,label\n" + "".join(f"it is {i},{'Fine' if i % 2 else 'fine'}\n" for i in range(50)),
                            "differ in capitals only"),
    "a label a text": ("text,label\n" + "".join(f"it is {i},l{i}\n" for i in range(50)), "50 different labels"),
    "all the same text": ("text,label\n" + "good,1\nbad,0\n" * 50, "2 different texts are too few"),
    "poisoned": ("text,label\n" + "good,1\n\"open,0\n=cmd|'/c calc'!A1\n" * 40, "rows cannot be read"),
    "rare label": ("text,label\n" + "".join(f"it is {i},{i % 2}\n" for i in range(60)) + "odd,mixed\n",
                   r"too few texts have the label mixed (1)"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_clear_line_and_nothing_is_written(here: Path, capsys: Capture, name: str) -> None:
    content, said = BAD[name]
    path = here / "data.csv"
    if content is not None:
        raw = content.encode("latin-1") if name == "latin-1" and isinstance(content, str) else content
        bad(path, raw)
    code = run(["train", "sentiment", "--data", str(path), "--out", "m"])
    told = capsys.readouterr()
    assert code == 2 and told.out == ""
    assert said in " ".join(told.err.split()) and told.err.count("goodword:") == 1 and "Traceback" not in told.err
    assert sorted(p.name for p in here.iterdir()) == (["data.csv"] if content is not None else [])


def test_labels_with_spaces_around_them_are_the_same_label(write: Write, capsys: Capture) -> None:
    rows = [
        r | {"label": f"  very {r['label']} " if i % 3 else f"very {r['label']}"} for i, r in enumerate(reviews(200))
    ]
    assert run(["train", "mood", "--data", str(write(rows)), "--out", "m", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["labels"] == ["very negative", "very positive"]


def test_a_task_of_the_shops_own_is_learnt_from_two_columns(here: Path, capsys: Capture) -> None:
    lines = [
        f"where is my parcel {i},delivery\nI want to send it back {i},returns\n请问怎么付款 {i},payment\n"
        for i in range(40)
    ]
    bad(here / "q.csv", "question,category\n" + "".join(lines))
    assert run(["train", "desk", "--data", "q.csv", "--out", "m"]) == 0
    assert "macro-F1 1.000" in capsys.readouterr().out


def test_a_dry_run_says_what_it_will_cost_and_writes_nothing(write: Write, here: Path, capsys: Capture) -> None:
    path = write(reviews(300))
    assert run(["train", "sentiment", "--data", str(path), "--dry-run"]) == 0
    assert "CPU-seconds" in capsys.readouterr().out
    assert [p.name for p in here.iterdir()] == [path.name]


def test_a_learning_curve_says_what_more_data_would_do(write: Write, here: Path, capsys: Capture) -> None:
    path = write(reviews(600, noise=0.1))
    assert run(["train", "sentiment", "--data", str(path), "--learning-curve", "--target", "0.999", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [m["rows"] for m in told["measured"]] == sorted(m["rows"] for m in told["measured"])
    assert all(e["error"][1] <= e["error"][0] <= e["error"][2] for e in told["expected"])
    assert [p.name for p in here.iterdir()] == [path.name]


def test_an_audit_writes_a_list_a_spreadsheet_may_open(write: Write, here: Path, capsys: Capture) -> None:
    rows = reviews(400, noise=0.05)
    rows[0]["text"] = "=HYPERLINK(1) " + rows[0]["text"]
    assert run(["train", "sentiment", "--data", str(write(rows)), "--audit", "suspects.csv"]) == 0
    assert "likely mislabelled" in capsys.readouterr().out
    assert "\n=" not in (here / "suspects.csv").read_text("utf-8-sig").replace(",=", "\n=")


def test_options_that_are_wrong_are_named(write: Write, here: Path, capsys: Capture) -> None:
    data = ["train", "sentiment", "--data", str(write(reviews(60)))]
    for more, said in (
        (["--recipe", "bert"], "there is no recipe 'bert'"), (["--set", "C"], "'C' sets nothing"),
        (["--set", "c=1"], "has no option 'c'"), (["--set", "C=-1"], "C must be above 0"),
        (["--set", "loss=mse"], "loss 'mse' is not known"), (["--group", "shop"], "there is no column 'shop'"),
        (["--text", "body"], "there is no column 'body'"), (["--slices", "age"], "there is no column 'age'"),
    ):  # fmt: skip
        assert run([*data, *more]) == 2
        assert said in " ".join(capsys.readouterr().err.split())
    assert [p.name for p in here.iterdir()] == ["reviews.csv"]


def test_two_models_are_compared_on_their_own_test_rows_and_on_a_file(
    write: Write, here: Path, capsys: Capture
) -> None:
    path = str(write(reviews(500, noise=0.05)))
    for name, more in (("a", []), ("b", ["--set", "min_count=120"])):
        assert run(["train", "sentiment", "--data", path, "--out", name, *more]) == 0
    capsys.readouterr()
    assert run(["evaluate", "--compare", "a", "b", "--json"]) == 0
    kept = json.loads(capsys.readouterr().out)
    assert kept["rows"] == 100 and kept["accuracy"][1] <= kept["accuracy"][0] <= kept["accuracy"][2]
    assert run(["evaluate", "--compare", "a", "b", "--data", path, "--json"]) == 0
    told = capsys.readouterr()
    again = json.loads(told.out)
    assert again["rows"] == 100 and "it was trained on" in told.err  # what was learnt from is left out
    assert again["first_only"] == kept["first_only"]
    assert run(["evaluate", "a"]) == 0
    assert run(["evaluate", "a", "--data", path, "--slices", "product", "--html", "r.html"]) == 0
    assert "<svg" in (here / "r.html").read_text("utf-8")


def test_models_that_cannot_be_judged_are_told_so(write: Write, here: Path, capsys: Capture) -> None:
    path = str(write(reviews(100)))
    assert run(["train", "sentiment", "--data", path, "--out", "a"]) == 0
    assert run(["train", "sentiment", "--data", path, "--out", "b", "--seed", "1"]) == 0
    other = write(
        [r | {"label": "odd" if r["label"] == "negative" else "positive"} for r in reviews(60, seed=9)], "o.csv"
    )
    capsys.readouterr()
    for args, said in (
        (["a", "b"], "2 models were named"), (["nothing"], "there is no trained model 'nothing'"),
        (["--compare", "a", "b"], "not tested on the same texts"),
        (["a", "--data", str(other)], "does not know the label 'odd'"),
    ):  # fmt: skip
        assert run(["evaluate", *args]) == 2
        assert said in " ".join(capsys.readouterr().err.split())
