"""Blind rating tasks and what raters' sheets say."""

import csv
import json
from pathlib import Path

import pytest

from goodword.cli.edge import run
from goodword.errors import InputError
from goodword.evaluate import human


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOODWORD_TALK", "en")
    for name in "ab":
        rows = [f"{i},The mug {name} {i}.,杯子 {i}" for i in range(20)]
        (tmp_path / f"{name}.csv").write_text("id,text,context\n" + "\n".join(rows) + "\n", "utf-8")
    return tmp_path


def filled(sheet: Path, out: Path, answer: object) -> Path:
    """A rater's copy; `answer(row)` fills the last columns."""
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for column in [c for c in row if "(" in c]:
            row[column] = answer(row)  # type: ignore[operator]
    with out.open("w", encoding="utf-8", newline="") as file:
        sheet_out = csv.DictWriter(file, list(rows[0]))
        sheet_out.writeheader()
        sheet_out.writerows(rows)
    return out


def likes_b_but_ties(row: dict[str, str]) -> str:
    """The text of set b, but a tie on every fourth item."""
    return "0" if int(row["id"]) % 4 == 0 else "1" if " b " in row["left"] else "2"


def test_alpha_of_published_examples() -> None:
    # Krippendorff (2011), "Computing Krippendorff's alpha-reliability", example C: 4 observers, 12 units, missing data
    observers = {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None], "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None], "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    }  # fmt: skip
    units = [{o: float(value) for o, v in observers.items() if (value := v[i]) is not None} for i in range(12)]
    assert human.alpha(units, nominal=True) == pytest.approx(0.743, abs=5e-4)
    assert human.alpha(units, nominal=False) == pytest.approx(0.849, abs=5e-4)


def test_alpha_of_perfect_agreement_chance_and_nothing() -> None:
    assert human.alpha([{"x": 1, "y": 1}, {"x": 2, "y": 2}], nominal=True) == 1.0
    assert human.alpha([{"x": 1}, {"y": 2}], nominal=True) is None
    odd = human.alpha([{"x": 1, "y": 2}, {"x": 2, "y": 1}], nominal=True)
    assert odd is not None and odd < 0


def test_a_sheet_does_not_tell_which_set_a_text_is_from(here: Path) -> None:
    assert run(["rate", "make", "a.csv", "b.csv", "-o", "s.csv", "--export", "tasks.json"]) == 0
    key = json.loads((here / "s.key.json").read_text("utf-8"))
    assert len(key["sets"]) == 20
    lefts = [s[0] for s in key["sets"].values()]
    assert 3 < lefts.count("A") < 17
    tasks = json.loads((here / "tasks.json").read_text("utf-8"))
    assert len(tasks) == 20 and not any("A" in json.dumps(t["metadata"]) for t in tasks)


def test_a_preference_is_found_whichever_side_it_stood_on(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rate", "make", "a.csv", "b.csv", "-o", "s.csv"]) == 0
    likes_b = [filled(here / "s.csv", here / f"r{n}.csv", lambda r: "1" if " b " in r["left"] else "2") for n in (1, 2)]
    third = filled(here / "s.csv", here / "r3.csv", likes_b_but_ties)
    capsys.readouterr()
    assert run(["rate", "report", *map(str, [*likes_b, third]), "--key", "s.key.json", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["raters"] == ["r1", "r2", "r3"] and told["ratings"] == 60
    assert told["figures"]["B"][0] == pytest.approx((55 + 2.5) / 60)
    assert told["difference"][1] > 0.5
    assert set(told["disputed"]) == {"4", "8", "12", "16", "20"}


def test_scales_give_means_for_each_set(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rate", "make", "a.csv", "b.csv", "-o", "s.csv", "--kind", "scales", "--sample", "10"]) == 0
    filled(here / "s.csv", here / "r1.csv", lambda r: "4" if " a " in r["text"] else "3")
    filled(here / "s.csv", here / "r2.csv", lambda r: "5" if " a " in r["text"] else "3")
    capsys.readouterr()
    assert run(["rate", "report", "r1.csv", "r2.csv", "--key", "s.key.json", "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [t["question"] for t in told] == ["fluency", "accuracy", "usefulness"]
    assert told[0]["figures"]["A"][0] == 4.5 and told[0]["figures"]["B"][0] == 3.0
    assert 0 < told[0]["alpha"] < 1


def test_an_export_of_label_studio_is_read(here: Path) -> None:
    assert run(["rate", "make", "a.csv", "b.csv", "-o", "s.csv", "--export", "tasks.json"]) == 0
    tasks = json.loads((here / "tasks.json").read_text("utf-8"))
    for t in tasks:
        t["annotations"] = [{"completed_by": who, "result": [
            {"from_name": "better", "value": {"choices": ["left" if " a " in t["data"]["left"] else "right"]}}]}
            for who in (1, 2)]  # fmt: skip
    (here / "done.json").write_text(json.dumps(tasks), "utf-8")
    found = human.summarised(human.read([here / "done.json"]), here / "s.key.json")
    assert found[0].figures["A"].value == 1.0 and found[0].raters == ("1", "2")


def test_rating_at_the_terminal_goes_on_where_it_stopped(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["rate", "make", "a.csv", "b.csv", "-o", "s.csv", "--sample", "3"]) == 0
    answers = iter(["7", "1", "stop"])

    def typed(*_: object, **__: object) -> str:
        if (answer := next(answers)) == "stop":
            raise KeyboardInterrupt
        return answer

    monkeypatch.setattr("typer.prompt", typed)
    assert run(["rate", "fill", "s.csv"]) == 130
    assert len(human.unrated(here / "s.csv")) == 2
    answers = iter(["2", "0"])
    assert run(["rate", "fill", "s.csv"]) == 0
    assert [r.answer for r in human.read([here / "s.csv"])] == ["left", "right", "tie"]


def test_a_page_holds_the_items_and_no_text_can_break_out_of_it(here: Path) -> None:
    (here / "a.csv").write_text("id,text\n1,</script><script>alert(1)</script>\n2,fine\n", "utf-8")
    assert run(["rate", "make", "a.csv", "b.csv", "-o", "s.csv", "--page", "rate.html"]) == 0
    text = (here / "rate.html").read_text("utf-8")
    assert text.count("<script") == 2 and "alert(1)" in text
    held = json.loads(text.split('type="application/json">')[1].split("</script>")[0])
    assert len(held["items"]) == 2 and held["heading"][-1] == "better (1 left, 2 right, 0 tie)"
    assert not any("sets" in i for i in held["items"])


def test_bad_sheets_are_told(here: Path) -> None:
    assert run(["rate", "make", "a.csv", "b.csv", "-o", "s.csv"]) == 0
    with pytest.raises(InputError, match="nothing has been rated"):
        human.read([here / "s.csv"])
    filled(here / "s.csv", here / "r.csv", lambda r: "9")
    with pytest.raises(InputError, match="'9' is no answer"):
        human.read([here / "r.csv"])
    with pytest.raises(InputError, match="no sheet of ratings"):
        human.read([here / "a.csv"])
    (here / "c.csv").write_text("id,text\nx,y\n", "utf-8")
    with pytest.raises(InputError, match="no id in common"):
        human.task(here / "a.csv", here / "c.csv", kind="pairs", seed=0)
