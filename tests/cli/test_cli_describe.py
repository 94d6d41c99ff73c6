"""The command line, used as its user would."""

import csv
import json
from pathlib import Path

import pytest

from goodword.cli.edge import run

SHOP = (
    "sku,title_en,品名,Material,材质,重量,颜色,保质期\n"
    'A1,Men\'s T-shirt,男士T恤,"95% cotton, 5% elastane",棉95% 氨纶5%,约180克,黑色/白色,\n'
    "A2,Steel Flask 500ml,钢水壶,304 stainless steel,304不锈钢,1.2斤,,\n"
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("GOODWORD_STORE", "GOODWORD_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "shop.csv"
    file.write_text(SHOP, "utf-8")
    return file


def rows(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_it_describes_a_catalogue_with_evidence_for_every_sentence(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["describe", str(shop), "--json"]) == 0
    results = rows(capsys.readouterr().out)
    assert [(r["sku"], r["lang"], r["ruling"]) for r in results] == [
        ("A1", "en", "released"), ("A1", "zh", "released"), ("A2", "en", "released"), ("A2", "zh", "released"),
    ]  # fmt: skip
    for result in results:
        assert result["label"]
        sentences = result["sentences"]
        assert isinstance(sentences, list)
        for sentence in sentences:
            assert sentence["evidence"], result["text"]
            assert all("shop.csv" in e["source"] for e in sentence["evidence"])


def test_an_unchanged_product_is_not_written_again(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["describe", str(shop), "--json"])
    first = rows(capsys.readouterr().out)
    run(["describe", str(shop), "--json"])
    again = rows(capsys.readouterr().out)
    assert [r["ledger"] for r in first] == [r["ledger"] for r in again]
    assert all(r["cached"] for r in again)


def test_a_changed_fact_makes_a_new_text(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["describe", str(shop), "--json"])
    capsys.readouterr()
    shop.write_text(SHOP.replace("约180克", "约190克"), "utf-8")
    run(["describe", str(shop), "--json"])
    results = rows(capsys.readouterr().out)
    assert [r["cached"] for r in results] == [False, False, True, True]
    assert "190" in str(results[0]["text"])


def test_results_become_files_and_the_catalogue_comes_back_filled(shop: Path) -> None:
    out = shop.parent
    args = [
        "-o",
        str(out / "r.html"),
        "-o",
        str(out / "r.csv"),
        "-o",
        str(out / "r.jsonl"),
        "--fill",
        str(out / "back.csv"),
    ]
    assert run(["describe", str(shop), *args]) == 0
    page = (out / "r.html").read_text("utf-8")
    assert "95% cotton" in page
    assert 'name="AIGC"' in page
    with (out / "back.csv").open(encoding="utf-8", newline="") as file:
        back = list(csv.DictReader(file))
    assert back[0]["材质"] == "棉95% 氨纶5%"
    filled = "\n".join(back[0].values())
    assert "人工智能生成" in filled
    assert "AIGC" in filled


def test_a_dry_run_writes_nothing(shop: Path) -> None:
    assert run(["describe", str(shop), "--dry-run", "--limit", "1"]) == 0
    assert not list(shop.parent.glob("*.jsonl"))


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["describe", "absent.csv"], "absent.csv"),
        (["describe", "shop.csv", "--lang", "fr"], "langs"),
        (["describe", "shop.csv", "--voice", "loud"], "no voice 'loud'"),
        (["describe", "shop.csv", "--only", "NOPE"], "no product 'NOPE'"),
        (["describe", "shop.csv", "-o", "x.pdf"], "x.pdf"),
        (["describe"], "'source'"),
        (["desk", "show", "99"], "no item 99"),
        (["check", "absent.jsonl"], "absent.jsonl"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_two(
    shop: Path, args: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(args) == 2
    err = capsys.readouterr().err
    assert told in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


def test_check_judges_text_against_facts(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        {"id": "a", "text": "Made of 95% cotton.", "facts": {"material": "95% cotton, 5% elastane"}},
        {"id": "b", "text": "纯棉面料。", "facts": {"material": "95% cotton, 5% elastane"}},
        {"id": "c", "text": "A soft shirt.", "facts": {"material": "cotton"}},
    ]
    file = shop.parent / "check.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    assert run(["check", str(file), "--json"]) == 1
    assert [r["label"] for r in rows(capsys.readouterr().out)] == ["ok", "violation", "needs_evidence"]


def test_the_ledger_verifies_and_names_a_broken_link(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import sqlite3

    run(["describe", str(shop), "--json"])
    capsys.readouterr()
    assert run(["ledger", "verify"]) == 0
    assert run(["ledger", "show"]) == 0
    assert capsys.readouterr().out.startswith("ok: 4 entries")
    with sqlite3.connect(shop.parent / "goodword.db") as db:
        db.execute("UPDATE ledger SET actor = 'x' WHERE position = 3")
    db.close()
    assert run(["ledger", "verify"]) == 1
    assert "position 3" in capsys.readouterr().err


def test_check_tells_and_skips_lines_that_are_wrong_and_shows_the_rest(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = shop.parent / "check.jsonl"
    lines = [b'{"id": "a", "text": "Made of oak.", "facts": {"material": "oak"}}', b"{oops", b"\xff\xfe",
             b'{"text": 5}', b'{"text": "x", "market": "mars"}', b'{"text": "\\ud800"}', b"[" * 100_000,
             b'{"id": "z", "text": "Made of pine.", "facts": {"material": "oak"}}']  # fmt: skip
    file.write_bytes(b"\n".join(lines))
    assert run(["check", str(file), "--html", str(shop.parent / "c.html")]) == 2
    err = capsys.readouterr().err
    assert len(err.strip().splitlines()) == 6
    assert all(f"line {n}" in err for n in (2, 3, 4, 5, 6, 7))
    page = (shop.parent / "c.html").read_text("utf-8")
    assert '<span class="supported"' in page and '<span class="refuted"' in page


def test_check_shows_a_text_with_what_is_found_in_it(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = shop.parent / "check.jsonl"
    file.write_text('{"id": "z", "text": "[b]Made of pine.[/b]", "facts": {"material": "oak"}}', "utf-8")
    assert run(["check", str(file)]) == 1
    out = capsys.readouterr().out
    assert "z: violation" in out and "“pine”" in out and "FTC Act" in out and "[b]Made of pine.[/b]" in out
