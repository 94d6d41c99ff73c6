"""Rules and models in the console: articles, examples that hold, cards that are whole, audits of fairness."""

import time
from pathlib import Path
from typing import Any

import pytest

from goodword.app import Goodword
from goodword.jobs import audit, audit_kept
from goodword.models import cards
from goodword.opinions.stats import share
from goodword.store import tasks


@pytest.mark.parametrize(("market", "rule"), [("cn", "CN-ABS-01"), ("eu", "EU-"), ("us", "US-"), ("uk", "UK-")])
def test_the_law_of_every_market_is_there_with_its_articles(signed: Any, market: str, rule: str) -> None:
    assert rule in signed("vic").read("/rules", market=market)


def test_rules_are_found_by_article_and_by_weight(signed: Any) -> None:
    vic = signed("vic")
    found = vic.read("/rules", market="cn", find="第九条")
    assert "CN-ABS-01" in found and "CN-CLEAR-01" not in found
    assert "Nothing fits" in vic.read("/rules", market="cn", find="no such article")
    assert "CN-ABS-01" not in vic.read("/rules", market="cn", severity="ok")


def test_a_rule_shows_article_rewrite_and_examples_that_hold(signed: Any) -> None:
    page = signed("vic").read("/rules/rule", id="cn-abs-01")
    assert "广告法 第九条" in page and "全网最佳颈椎枕" in page and "8/10/12厘米" in page
    assert "proved" in page and "not proved" not in page
    assert "How to say it lawfully" in page
    for wrong in ("CN-NOPE-99", "XX-1", "<script>"):
        assert signed("vic").get("/rules/rule", params={"id": wrong}).status_code == 404


def test_a_text_is_tried_against_a_market_and_nothing_is_kept(signed: Any, goodword: Goodword) -> None:
    vic = signed("vic")
    page = vic.submit("/rules/try", text="The best tea in the world.", market="cn", product_class="food").text
    assert "CN-ABS-01" in page and "广告法" in page
    assert "<b>x" not in vic.submit("/rules/try", text="<b>x</b> is a mug.", market="us").text
    with goodword.store.read() as conn:
        from goodword.store import ledger

        assert not list(ledger.entries(conn, text="best tea"))


def test_every_shipped_model_has_a_card_in_the_readers_language_and_is_whole(signed: Any) -> None:
    vic = signed("vic")
    page = vic.read("/rules/models")
    assert "changed:" not in page and "sentiment_zh" in page and "entailment" in page
    for found in cards.listed("zh"):
        told = vic.get("/rules/model", params={"name": found.name, "lang": "zh"})
        assert told.status_code == 200 and found.title in told.text.replace("&amp;", "&"), found.name
    assert "准确率" in vic.read("/rules/model", name="sentiment_zh", lang="zh")
    assert vic.get("/rules/model?name=../../etc/passwd").status_code == 404


def test_a_model_file_that_was_changed_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "toy"
    folder.mkdir()
    (folder / "card.md").write_text(
        f"# Toy / 玩具\n\n- `weights.bin` sha256 `{'0' * 64}`\n\n"
        "## English\n\nFor <b>tests</b>.\n\n## 中文\n\n用于测试。\n",
        "utf-8",
    )
    (folder / "weights.bin").write_bytes(b"x")
    (en,), (zh,) = cards.listed("en", tmp_path), cards.listed("zh", tmp_path)
    assert (en.whole, en.wrong, en.title, zh.title) == (False, ("weights.bin",), "Toy", "玩具")
    assert "For <b>tests</b>." in en.text and "用于测试" not in en.text
    assert zh.text == "用于测试。"


def test_a_card_is_text_whatever_stands_in_it() -> None:
    from goodword.server.console.rules import _page_of

    made = _page_of("# T\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n| a |\n|---|\n| b |\n")
    assert "<script>" not in made and 'href="javascript' not in made and "<td>b</td>" in made


def test_an_audit_is_kept_in_the_ledger_and_found_there(signed: Any, goodword: Goodword) -> None:
    pair = audit.Pair(job="ask", axis="faith", lang="en", first="I am a Buddhist. How long?", second="How long?",
                      gap="figures")  # fmt: skip
    gaps = [audit.Gap(job="ask", axis="faith", share=share(1, 40), examples=(pair,))]
    with goodword.store.begin() as conn:
        at = audit_kept.keep(conn, gaps, actor="user:otto")
    with goodword.store.read() as conn:
        (kept,) = audit_kept.kept(conn)
    assert (kept.position, kept.pairs, kept.gaps) == (at, 40, tuple(gaps))
    page = signed("vic").read("/rules/fairness")
    assert "faith" in page and "I am a Buddhist. How long?" in page and "differs in: figures" in page


def test_only_an_auditor_has_an_audit_made(signed: Any) -> None:
    assert signed("wen").submit("/rules/fairness").status_code == 403


@pytest.mark.slow
def test_an_audit_asks_in_no_customers_name(
    signed: Any, goodword: Goodword, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    from goodword.store import conversation_list

    every = audit._data()  # all of its axes are asked in tests/jobs/test_audit.py
    monkeypatch.setattr(audit, "_data", lambda: {**every, "axis": {"faith": every["axis"]["faith"]}})

    with goodword.store.read() as conn:
        before = conversation_list.counts(conn)
    assert signed("otto").submit("/rules/fairness").status_code == 303
    until = time.monotonic() + 240
    while time.monotonic() < until:
        with goodword.store.read() as conn:
            last = tasks.newest(conn, kinds=["fairness"])[0]
        if last.ended:
            break
        time.sleep(0.5)
    assert last.state == "done" and last.result and last.result["pairs"] > 100, last
    with goodword.store.read() as conn:
        assert conversation_list.counts(conn) == before
    assert "95 % interval" in signed("vic").read("/rules/fairness")
