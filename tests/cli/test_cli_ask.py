"""`goodword ask`, `asked` and `audit` as their users type them."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from goodword.cli.edge import run

SHOP = Path(str(files("goodword.data").joinpath("shop")))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_SESSION_SECRET", "a secret of at least 16 bytes")
    (tmp_path / "policy.md").write_text("# Returns\n\nYou have 30 days from receipt to return goods.\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("question", "code"),
    [("How many days do I have to return goods?", 0), ("Do you ship to Brazil?", 1), ("I want a human", 3)],
)
def test_the_exit_code_says_what_became_of_it(here: Path, question: str, code: int) -> None:
    assert run(["ask", question, "--passages", "policy.md", "--store", "s.db"]) == code


def test_json_has_the_shape_of_the_contract(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["ask", "How many days do I have to return goods?", "--passages", "policy.md", "--json"])
    out = json.loads(capsys.readouterr().out)
    assert out["outcome"] == "answered" and out["reason"] == ""
    (sentence,) = out["sentences"]
    assert out["answer"][sentence["start"] : sentence["end"]] == sentence["evidence"][0]["quote"]
    assert sentence["evidence"][0]["ref"] == "policy#returns"


def test_a_batch_goes_on_after_a_bad_line_and_says_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        {"id": "a", "question": "How many days to return goods?", "as_of": "2026-11-24"},
        {"id": "b"},
        {"id": "c", "question": "多久退货？", "lang": "zz"},
        {"id": "d", "question": "How heavy is it?", "facts": {"Weight": "1.2 kg"}},
        {"id": "e", "question": "Is parking free?", "passages": ["Parking is free for two hours."]},
        {"id": "f", "question": "And for how long?", "history": "x"},
        {"id": "g", "question": "x", "as_of": "tomorrow"},
    ]
    (here / "q.jsonl").write_text("\n".join(json.dumps(x) for x in lines) + "\nnot json\n", "utf-8")
    assert run(["ask", "--batch", "q.jsonl", "--passages", "policy.md"]) == 2
    shown = capsys.readouterr()
    answers = {a["id"]: a for a in map(json.loads, shown.out.splitlines())}
    assert set(answers) == {"a", "d", "e"} and "1.2 kg" in answers["d"]["answer"]
    assert "two hours" in answers["e"]["answer"] and shown.err.count("q.jsonl, line") == 5


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["ask", "x", "--passages", "nothing.md"], "there is no such file"),
        (["ask", "x", "--as-of", "soon"], "is no day"),
        (["ask", "x", "--lang", "fr"], "lang 'fr' is not known"),
        (["ask", "--batch", "nothing.jsonl"], "cannot be read"),
        (["asked", "answer", "7", "--text", "Yes.", "--by", "Ana"], "there is no hand-over 7"),
        (["audit", "fairness"], "there is nothing to answer from"),
    ],
)
def test_bad_input_gets_one_clear_line(
    here: Path, capsys: pytest.CaptureFixture[str], args: list[str], why: str
) -> None:
    assert run(args) == 2
    assert why in capsys.readouterr().err


def test_a_hand_over_is_answered_and_the_answer_is_used(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["ask", "I want a human: do you sharpen kitchen knives?", "--store", "s.db"])
    assert run(["asked", "handovers", "--store", "s.db"]) == 0
    assert run(["asked", "answer", "1", "--text", "Yes, for 5 USD.", "--by", "Ana", "--store", "s.db"]) == 0
    capsys.readouterr()
    assert run(["ask", "Do you sharpen kitchen knives?", "--store", "s.db", "--json"]) == 0
    assert "5 USD" in json.loads(capsys.readouterr().out)["answer"]


def test_documents_are_learnt_once_and_changes_are_versions(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["asked", "learn", "policy.md", "--store", "s.db"]) == 0
    (here / "policy.md").write_text("# Returns\n\nYou have 60 days from receipt to return goods.\n", "utf-8")
    assert run(["asked", "learn", "policy.md", "--store", "s.db"]) == 0
    assert "1 passages: 0 new, 1 changed" in capsys.readouterr().err
    assert run(["ask", "How many days do I have to return goods?", "--store", "s.db"]) == 0
    assert "60 days" in capsys.readouterr().out


def test_a_session_opens_ones_own_orders_and_one_can_see_and_erase(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["asked", "session", "u0110"])
    token = capsys.readouterr().out.strip()
    orders = str(SHOP / "orders.csv")
    assert run(["ask", "Where is my order?", "--orders", orders, "--session", token, "--store", "s.db"]) == 0
    assert "GW-20260701-001" in capsys.readouterr().out
    assert run(["ask", "Where is my order?", "--orders", orders, "--session", token + "x", "--store", "s.db"]) == 1
    capsys.readouterr()
    run(["asked", "see", "u0110", "--store", "s.db"])
    assert json.loads(capsys.readouterr().out)["question"] == "Where is my order?"
    assert run(["asked", "erase", "u0110", "--store", "s.db"]) == 0
    capsys.readouterr()
    run(["asked", "see", "u0110", "--store", "s.db"])
    assert capsys.readouterr().out == ""


def test_what_could_not_be_answered_is_listed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["ask", "Do you ship to Brazil?", "--store", "s.db"])
    capsys.readouterr()
    run(["asked", "unanswered", "--store", "s.db", "--json"])
    assert json.loads(capsys.readouterr().out)["missing"] == ["ship"]


def test_import_takes_policies_and_says_where_other_files_are_read(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", "policies", "policy.md", "--store", "s.db"]) == 0
    assert "1 passages: 1 new" in capsys.readouterr().err
    assert run(["ask", "How many days do I have to return goods?", "--store", "s.db"]) == 0
    assert run(["import", "reviews", "r.csv", "--store", "s.db"]) != 0
    assert "read from their file" in capsys.readouterr().err
    assert run(["import", "policies", "--store", "s.db"]) != 0
    assert "no file is given" in capsys.readouterr().err
