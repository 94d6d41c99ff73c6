"""`goodword recall`, used as its user would."""

import json
from pathlib import Path

import pytest

from goodword.cli.edge import run

SHOP = "sku,title_en,品名,Material,材质\nA1,Plain T-shirt,素色T恤,100% cotton,100%棉\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("GOODWORD_STORE", "GOODWORD_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "shop.csv"
    file.write_text(SHOP, "utf-8")
    assert run(["describe", str(file), "-o", "out.jsonl"]) == 0
    return file


def test_an_import_takes_back_and_a_recall_writes_anew(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop.write_text(SHOP.replace("100% cotton,100%棉", "100% linen,100%亚麻"), "utf-8")
    assert run(["import", str(shop)]) == 0
    assert "goodword recall --rewrite" in capsys.readouterr().err
    assert run(["recall", "--json"]) == 0
    waiting = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert waiting and all(w["waiting"] for w in waiting)
    assert run(["recall", "A1#material", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [v["text"] for v in told["versions"]] == ["100% cotton", "100% linen"]
    assert (told["taken_back"], told["waiting"]) == (0, len(waiting))
    assert run(["recall", "--rewrite", "--json"]) == 0
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [w["ruling"] for w in written] == ["released"] * len(waiting)
    assert run(["recall"]) == 0
    assert "No text waits" in capsys.readouterr().err


def test_a_dry_run_changes_nothing(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["recall", "A1#material", "--every", "--dry-run"]) == 0
    assert "would be taken back" in capsys.readouterr().out
    assert run(["recall", "A1#material", "--every", "--reason", "it is linen", "--by", "li", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["taken_back"] > 0


def test_an_unknown_fact_is_bad_input(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["recall", "A1#nothing"]) == 2
    assert "This product has:" in capsys.readouterr().err
