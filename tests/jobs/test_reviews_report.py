"""The report and its digest on the sample shop: every figure counted, every quote a customer's own words."""

import copy
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from goodword.guard.base import Matter
from goodword.guard.tallies import judge as judge_tallies
from goodword.jobs import reviews_digest as digest
from goodword.jobs import reviews_page, reviews_report
from goodword.jobs.reviews_read import Reviews
from goodword.jobs.reviews_score import Scorer
from goodword.opinions import taxonomy
from goodword.opinions.stats import share
from goodword.store.engine import open_store
from goodword.types import Lang

SHOP = Path(str(files("goodword.data").joinpath("shop/reviews.jsonl")))
ROWS = {r["id"]: r for r in map(json.loads, SHOP.read_text("utf-8").splitlines())}


@pytest.fixture(scope="module", params=["en", "zh"])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    lang: Lang = request.param
    found = reviews_report.report(Reviews(SHOP), Scorer(taxonomy=taxonomy.shipped()), lang)
    store = open_store(str(tmp_path_factory.mktemp("store") / "s.db"))
    with store.begin() as conn:
        told = reviews_report.with_digest(conn, found, lang, producer="shop", actor="test")
    store.close()
    return told


def quotes(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        own = [value] if {"text", "id", "rating", "date"} <= set(value) else []
        return own + [q for v in value.values() for q in quotes(v)]
    return [q for v in value for q in quotes(v)] if isinstance(value, list) else []


def shares(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        own = [value] if {"count", "of", "share", "low", "high"} <= set(value) else []
        return own + [s for v in value.values() for s in shares(v)]
    return [s for v in value for s in shares(v)] if isinstance(value, list) else []


def test_every_quote_is_a_customers_own_words_with_personal_data_covered(report: dict[str, Any]) -> None:
    found = quotes(report)
    assert len(found) > 100
    for quote in found:
        parts = [p for p in re.split(r"\[[A-Z_]+\]|…", quote["text"]) if p.strip()]
        original = " ".join(ROWS[quote["id"]]["text"].split())
        assert all(p.strip() in original for p in parts), quote
    everything = json.dumps(report, ensure_ascii=False)
    for secret in ("07700 900142", "15400000029", "case.returns@example.com"):
        assert secret not in everything
    assert "Ignore all previous" not in everything and "忽略以上" not in everything


def test_every_share_is_its_count_with_wilsons_interval(report: dict[str, Any]) -> None:
    found = shares(report)
    assert len(found) > 300
    for s in found:
        true = share(s["count"], s["of"])
        assert s["count"] <= s["of"]
        assert (round(true.low, 4), round(true.high, 4)) == (s["low"], s["high"]), s


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_product_that_stands_out_badly_is_told_by_name_on_the_page(tmp_path: Path, lang: Lang) -> None:
    """Forty shoppers of one blouse say that it runs small, nobody of the other."""
    bad = ("It runs small and I sent it back.", "尺码偏小，退货了。")[lang == "zh"]
    good = ("Lovely, fits perfectly and looks great.", "很合身，很好看，喜欢。")[lang == "zh"]
    rows = [{"id": n, "text": f"{bad if n % 2 else good} {n}", "product": "Blouse" if n % 2 else "Skirt",
             "rating": 2 if n % 2 else 5, "date": f"2025-0{1 + n % 9}-11"} for n in range(80)]  # fmt: skip
    file = tmp_path / "r.jsonl"
    file.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    found = reviews_report.report(Reviews(file), Scorer(taxonomy=taxonomy.shipped()), lang)
    store = open_store(str(tmp_path / "s.db"))
    with store.begin() as conn:
        told = reviews_report.with_digest(conn, found, lang, producer="shop", actor="test")
    store.close()
    named = {(a["where"], a["name"]) for a in told["alerts"] if a["kind"] == "stands_out"}
    assert ("Blouse", "runs small" if lang == "en" else "尺码偏小") in named
    assert ("Blouse: runs small" if lang == "en" else "Blouse：尺码偏小") in reviews_page.page(told, "shop")


def test_praise_is_quoted_from_who_is_content_and_complaints_from_who_is_not(report: dict[str, Any]) -> None:
    fitting = wrong = 0
    for point in report["points"]:
        for quote in point["quotes"]:
            if quote["rating"] in {1.0, 5.0}:
                agrees = (quote["rating"] == 5.0) == (point["polarity"] == "positive")
                fitting, wrong = fitting + agrees, wrong + (not agrees)
    assert fitting > 10 and wrong <= fitting / 10


def test_the_planted_campaign_is_counted_apart_and_not_deleted(report: dict[str, Any]) -> None:
    top = report["overview"]
    assert top["reviews"] == 620 == top["counted"] + top["suspicious"]
    assert top["suspicious"] == report["suspicious"]["share"]["count"] <= 40
    assert {"near_duplicate", "incentive", "instructions", "repetition"} <= set(report["suspicious"]["by_reason"])


def test_the_digest_is_released_with_the_good_and_the_bad(report: dict[str, Any]) -> None:
    said = report["digest"]
    assert said["ruling"] == "released" and said["label"]
    assert {"overall", "praise", "complaint"} <= {s["kind"] for s in said["sentences"]}
    for s in said["sentences"]:
        assert str(s["evidence"]["count"]) in s["text"] and str(s["evidence"]["of"]) in s["text"]
        assert said["text"][s["start"] : s["end"]] == s["text"]


def test_a_digest_that_says_anything_else_is_refused(report: dict[str, Any]) -> None:
    lang = report["lang"]
    lines = digest.lines(report, lang)
    for wrong in (
        [lines[0], *(x for x in lines[1:] if x.kind != "complaint")],  # praise without the complaints
        [digest.Line("overall", lines[0].text.replace(str(lines[0].evidence["count"]), "599"), {}), *lines[1:]],
        [*lines, digest.Line("praise", "Everybody loves this shop.", {})],
    ):
        ruling = digest.judge(digest.draft(wrong, lang, "x"), report)
        assert ruling.outcome == "refused", wrong
    assert digest.judge(digest.draft(lines, lang, "x"), report).outcome == "released"


def test_a_changed_count_changes_the_sentence(report: dict[str, Any]) -> None:
    other = copy.deepcopy(report)
    other["points"][0]["count"] += 1
    lang = report["lang"]
    assert digest.judge(digest.draft(digest.lines(report, lang), lang, "x"), other).outcome == "refused"


def test_counts_flow_back_as_evidence_that_the_guard_reads(report: dict[str, Any]) -> None:
    small = next(p for p in report["points"] if p["id"] == "runs_small")
    said = f"{small['count']} of {small['of']} reviewers say it runs small."
    wrong = f"{small['count'] + 3} of {small['of']} reviewers say it runs small."
    stances = []
    for text in (said, wrong):
        matter = Matter(text=text, lang="en", market="us", tallies=digest.tallies(report))
        stances.append([v.stance for v in judge_tallies(matter)])
    assert stances == [["supported"], ["refuted"]]
    product = report["products"][0]
    assert all(t.of == product["reviews"] for t in digest.tallies(report, product["id"]))


def test_the_page_is_whole_by_itself_and_escapes_what_customers_wrote(report: dict[str, Any]) -> None:
    page = reviews_page.page(report, "<b>Shop</b>")
    assert "<b>Shop</b>" not in page and "&lt;b&gt;Shop" in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert page.count("<svg") == page.count("</svg>") > 20 and "<desc>" in page
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert data and json.loads(data[1]) == json.loads(json.dumps(report))
    assert f'lang="{"en" if report["lang"] == "en" else "zh-CN"}"' in page


def test_no_cell_of_the_table_runs_in_a_spreadsheet(report: dict[str, Any]) -> None:
    evil = copy.deepcopy(report)
    evil["products"][0]["id"] = "=HYPERLINK(1)"
    rows = reviews_page.table(evil).splitlines()
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.split(","))
    assert len(rows) > 150
