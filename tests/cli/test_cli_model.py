"""Models on the command line: choosing one, estimating before, listing and fetching weights, the demo without one."""

import json
from pathlib import Path
from typing import Any

import pytest

from goodword.cli.edge import run
from goodword.llm.base import installed

SHOP = "sku,title,Material,Weight\nA1,Oakrell Desk Lamp,solid oak,1.3 kg\nA2,Panwick Mug,stoneware,320 g\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOODWORD_MODELS", str(tmp_path / "models"))
    for name in ("GOODWORD_STORE", "GOODWORD_CONFIG", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "shop.csv"
    file.write_text(SHOP, "utf-8")
    return file


def served(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODWORD_MODEL__BASE_URL", server.url)
    monkeypatch.setenv("GOODWORD_MODEL__PRICE_IN", "1")
    monkeypatch.setenv("GOODWORD_MODEL__PRICE_OUT", "2")
    server.replies = [server.reply(pieces=("Something else.",))]


@pytest.mark.skipif(not installed("openai"), reason="pip install 'goodword[openai]'")
def test_a_model_is_named_on_the_command_line_and_its_cost_is_told(
    shop: Path, server: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served(server, monkeypatch)
    assert run(["describe", str(shop), "--lang", "en", "--model", "openai:m-2", "--json"]) == 0
    told = capsys.readouterr()
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert {r["made_by"]["backend"] for r in rows} == {"openai"}
    assert all(r["made_by"]["model"] == "m-2" and float(r["made_by"]["cost"]) > 0 for r in rows)
    assert all("sent back" in r["made_by"]["note"] for r in rows)
    assert "USD" in told.err and "tokens" in told.err


@pytest.mark.skipif(not installed("openai"), reason="pip install 'goodword[openai]'")
def test_a_dry_run_tells_calls_tokens_time_and_cost_and_does_nothing(
    shop: Path, server: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served(server, monkeypatch)
    assert run(["describe", str(shop), "--lang", "en", "--model", "openai:m-2", "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "2 products × 1 = 2 texts" in told
    assert "2 calls" in told and "USD" in told and "about" in told
    assert not server.seen
    assert not list(shop.parent.glob("*.db"))
    run(["describe", str(shop), "--lang", "en", "--model", "openai:m-2", "--json"])
    capsys.readouterr()
    run(["describe", str(shop), "--lang", "en", "--model", "openai:m-2", "--dry-run"])
    assert "about 2 are unchanged" in (again := capsys.readouterr().out) and "0 calls" in again


@pytest.mark.skipif(not installed("openai"), reason="pip install 'goodword[openai]'")
def test_a_model_that_fails_time_after_time_ends_in_exit_code_four(
    tmp_path: Path, shop: Path, server: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served(server, monkeypatch)
    server.replies = [server.reply(status=404, error={"message": "no such model"})]
    shop.write_text("sku,title,Weight\n" + "".join(f"P{n},Bag {n},{n + 100} g\n" for n in range(12)), "utf-8")
    assert run(["describe", str(shop), "--lang", "en", "--model", "openai:m-2", "-o", "r.csv"]) == 4
    told = capsys.readouterr().err
    assert "knows no such model" in told and "Traceback" not in told
    assert not (tmp_path / "r.csv").exists()
    assert run(["ledger", "verify"]) == 0


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["describe", "shop.csv", "--model", "parrot"], "no llm.backends called 'parrot'"),
        (["describe", "shop.csv", "--model", "local"], "goodword"),
        (["describe", "shop.csv", "--model", "openai"], "no model is named"),
        (["models", "pull", "gpt-9"], "no model 'gpt-9'"),
        (["models", "pull", "--from", "absent.gguf"], "absent.gguf"),
        (["models", "pull", "--from", "shop.csv"], "no GGUF file"),
        (["models", "verify"], "no model is here"),
    ],
)
def test_what_is_not_there_is_told_in_one_line(
    shop: Path, args: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(args) == 2
    err = capsys.readouterr().err
    assert told in err
    assert len(err.strip().splitlines()) == 1


def test_models_are_listed_with_size_licence_and_state(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "list"]) == 0
    told = capsys.readouterr().out
    assert "1,117 MB  Apache-2.0  not here" in told
    (shop.parent / "mine.gguf").write_bytes(b"GGUF" + bytes(2_000_000))
    assert run(["models", "pull", "--from", "mine.gguf"]) == 0
    assert run(["models", "list", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert ("mine", "present") in {(r["name"], r["state"]) for r in rows}
    assert run(["models", "verify", "mine"]) == 0


@pytest.mark.slow
def test_the_demo_needs_no_model_and_goes_on_where_it_was(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = shop.parent / "out"
    assert run(["demo", "-o", str(out), "--minutes", "0"]) == 0
    told = capsys.readouterr()
    assert "104 products" in told.err and "0 held, 0 refused" in told.err
    assert (out / "descriptions.html").stat().st_size > 100_000
    assert len((out / "descriptions.jsonl").read_text("utf-8").splitlines()) == 208
    assert run(["demo", "-o", str(out), "--minutes", "0"]) == 0
    assert "208 unchanged" in capsys.readouterr().err
