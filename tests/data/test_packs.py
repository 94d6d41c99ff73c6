"""The packs of the four markets: whole, proved by their own examples, refused when they are not; and their commands."""

import json
from pathlib import Path
from typing import get_args

import pytest

from goodword.cli import packs as command
from goodword.cli import talk
from goodword.errors import DataError
from goodword.guard.law import packs, prove
from goodword.types import Market

MARKETS = get_args(Market)
RULE = """
version = 1
checked = "2026-11-23"
[[rule]]
id = "US-X-1"
law = "A law"
conf = "K"
severity = "block"
on = ["gift"]
says = { en = "A.", zh = "甲。" }
rewrite = { en = "b", zh = "乙" }
fires = { en = ["A surprise gift with any order.", "Bonus with each order."], zh = ["买即送豪礼。", "下单送大礼。"] }
silent = { en = ["A cup.", "A gift box."], zh = ["杯子。", "礼盒。"] }
"""


@pytest.mark.parametrize("market", MARKETS)
def test_every_example_of_every_rule_holds(market: Market) -> None:
    assert not list(prove.failing(packs.load(market)))


def test_every_rule_has_authority_rewrite_and_a_mark_of_confidence() -> None:
    for market in MARKETS:
        for rule in packs.load(market).rules:
            assert rule.law and rule.confidence and rule.checked and rule.says["zh"] and rule.rewrite["en"]
            assert rule.executable != bool(rule.why_system)
            assert rule.id.startswith(market.upper())


def test_the_source_rules_are_all_there() -> None:
    told = {market: {r.id for r in packs.load(market).rules} for market in MARKETS}
    assert {m: len(ids) >= n for (m, ids), n in zip(told.items(), (70, 43, 28, 14), strict=True)} == dict.fromkeys(
        MARKETS, True
    )
    assert {"CN-ABS-01", "CN-CITE-03", "CN-PRE-01"} <= told["cn"] and {"EU-GRN-4a"} <= told["eu"]


def written(folder: Path, text: str) -> packs.Pack:
    (folder / "us").mkdir(exist_ok=True)
    (folder / "us" / "law.toml").write_text(text, "utf-8")
    return packs.read(folder, "us")


def test_a_good_pack_is_taken(tmp_path: Path) -> None:
    assert prove.proved(written(tmp_path, RULE)).rules[0].id == "US-X-1"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('law = "A law"', 'law = " "', "names no authority"),
        ('conf = "K"', 'conf = "sure"', "no confidence mark"),
        ('severity = "block"', 'severity = "bad"', "no known severity"),
        ('on = ["gift"]', 'on = ["present"]', r"unknown frames \['present'\]"),
        ('on = ["gift"]', "", "names no frame"),
        ('on = ["gift"]', 'on = ["gift"]\nclasses = ["boats"]', "unknown classes"),
        ('on = ["gift"]', 'on = ["gift"]\nclears = ["hope"]', "unknown kinds of evidence"),
        ('on = ["gift"]', 'on = ["gift"]\nunless = ["sun:clause:ok"]', "no exemption"),
        ('on = ["gift"]', 'on = ["gift"]\nlike = "US-X-9"', "no other rule"),
        ('zh = "乙"', 'zh = ""', "lacks 'rewrite'"),
        (', "A gift box."', "", "fewer than two 'silent' examples in en"),
        ('on = ["gift"]', 'on = ["gift"]\ncolour = "red"', "unknown parts"),
        ('on = ["gift"]', 'on = ["gift"]\nexempt = "gifts"', "'exempt': say it in the two languages"),
        ('on = ["gift"]', 'on = ["gift"]\ntraps = { en = "a gift of speech" }', "'traps': say it in the two languages"),
        ('severity = "block"', 'severity = "system"', "does not say why"),
        ("[[rule]]", "[[rule", r"law\.toml"),
    ],
)  # fmt: skip
def test_a_broken_pack_is_refused_with_file_and_rule(tmp_path: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(DataError, match=why) as refusal:
        written(tmp_path, RULE.replace(old, new, 1))
    assert "us/law.toml" in str(refusal.value)


def test_a_pack_whose_examples_do_not_hold_is_refused_with_file_and_rule(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"us/law\.toml: rule 'US-X-1' \(en\) stays silent on 'A spoon'"):
        prove.proved(written(tmp_path, RULE.replace("Bonus with each order.", "A spoon")))
    with pytest.raises(DataError, match=r"rule 'US-X-1' \(zh\) lets US-X-1 fire on '买即送豪礼'"):
        prove.proved(written(tmp_path, RULE.replace("杯子。", "买即送豪礼")))


def test_a_market_without_a_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no pack for the market 'us'"):
        packs.read(tmp_path, "us")


def test_the_commands_list_show_and_test(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.list_("uk", as_json=True) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"UK-CAP-3", "UK-DMCC-20"} <= {r["id"] for r in rows} and all(r["authority"] for r in rows)
    assert command.show("CN-PAT-01", "zh") == 0
    assert "专利号" in capsys.readouterr().out
    assert command.test("uk") == 0
    assert "0 do not hold" in capsys.readouterr().out


def test_a_rule_is_shown_in_the_language_of_its_reader(capsys: pytest.CaptureFixture[str]) -> None:
    talk.use("zh")
    try:
        assert command.show("CN-ABS-07") == 0
        assert command.list_("cn") == 0
    finally:
        talk.use("en")
    told = capsys.readouterr().out
    assert "引用第三方时" in told and "豁免" in told
    assert "内容与店铺掌握的商品事实不一致" in told


@pytest.mark.parametrize("folder", ["docs/reference", "docs/zh/reference"])
def test_the_reference_pages_are_those_of_the_packs(folder: str) -> None:
    for market in MARKETS:
        page = Path(__file__).parents[2] / folder / "packs" / f"{market}.md"
        text = page.read_text("utf-8")
        assert all(f"## {rule.id}\n" in text for rule in packs.load(market).rules), (
            f"run scripts/packs_reference.py: {page.name}"
        )
