"""`goodword recommend`, as a shop uses it: the sample shop from events to e-mail, and bad input told in one line."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.jobs.recommend_shop import SHOP

from goodword.cli.edge import run

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the sample shop was fitted."""
    folder = tmp_path_factory.mktemp("shop")
    store, model = str(folder / "shop.db"), str(folder / "recommender")
    code = run(["recommend", "fit", str(SHOP / "events.csv"), "--catalogue", str(SHOP / "products.csv"), "--stock",
                str(SHOP / "stock.csv"), "--ranker", "linear", "--store", store, "--folder", model])  # fmt: skip
    assert code == 0
    return folder


@pytest.fixture
def said(fitted: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Say]:
    """Runs a command in the fitted folder: exit code, stdout, stderr."""
    monkeypatch.chdir(fitted)
    monkeypatch.setenv("GOODWORD_STORE", "shop.db")
    monkeypatch.setenv("GOODWORD_TALK", "en")
    capsys.readouterr()

    def say(*args: str) -> tuple[int, str, str]:
        code = run(["recommend", *args])
        told = capsys.readouterr()
        return code, told.out, told.err

    yield say


def items(out: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(out)["items"]
    return found


def test_a_list_for_a_shopper_says_why(said: Say) -> None:
    code, out, _ = said("for", "u0002", "-k", "5", "--json")
    assert code == 0
    for item in items(out):
        parts = item["contributions"]
        whole = parts["general"] + sum(e["adds"] for e in parts["events"]) + parts["rest"]
        assert whole == pytest.approx(item["score"], rel=1e-5)
        assert item["reason"]["text"]
        assert item["reason"]["ledger"] > 0
    code, out, _ = said("for", "u0002", "-k", "3")
    assert code == 0
    assert out.count("\n") == 6


def test_the_reason_comes_in_chinese_where_chinese_is_asked_for(said: Say) -> None:
    _, out, _ = said("for", "u0002", "-k", "5", "--json", "--lang", "zh")
    assert all(any("一" <= c <= "鿿" for c in i["reason"]["text"]) for i in items(out))


def test_the_list_for_everyone_is_one_flag_away(said: Say) -> None:
    lists = [said("for", who, "-k", "5", "--no-personal", "--json")[1] for who in ("u0002", "u0009")]
    first, second = map(json.loads, lists)
    assert first["items"] == second["items"]
    assert not first["personalised"]
    assert said("for", "u0002", "-k", "5", "--no-personal")[2].startswith("The list is the same for everyone, as asked")


def test_an_unknown_shopper_and_an_unknown_product(said: Say) -> None:
    code, out, err = said("for", "stranger", "-k", "3")
    assert (code, out.count("\n")) == (0, 6)
    assert "this shopper is not known" in err
    code, _, err = said("similar", "nope")
    assert code == 2
    assert "no product 'nope'" in err
    code, out, err = said("basket", "CL-001", "nope", "-k", "3")
    assert code == 0
    assert "no product 'nope'" in err


def test_similar_and_basket_name_what_they_go_by(said: Say) -> None:
    assert "Because you are looking at" in said("similar", "CL-001", "-k", "2")[1]
    assert "Because of what is in your basket" in said("basket", "CL-001", "KT-002", "-k", "4")[1]


def test_price_bands_categories_and_what_was_seen_since(said: Say) -> None:
    _, out, _ = said("for", "stranger", "--seen", "TC-001", "--price", "20-120", "--category", "Tea,Food", "--json")
    found = items(out)
    assert found
    with (SHOP / "products.csv").open(encoding="utf-8") as file:
        price = {r["sku"]: (float(r["price_usd"]), r["category"]) for r in csv.DictReader(file)}
    for item in found:
        amount, category = price[item["sku"]]
        assert 20 <= amount <= 120
        assert category.startswith(("Tea", "Food"))


def test_blocks_for_an_email(said: Say) -> None:
    _, out, _ = said("for", "u0002", "-k", "2", "--mail", "https://shop.example/p/%s?from=mail")
    blocks = json.loads(out)
    assert len(blocks) == 2
    for block in blocks:
        assert block["link"] == f"https://shop.example/p/{block['sku']}?from=mail"
        assert block["title"]
        assert block["reason"]


def test_lists_for_everyone_to_parquet(said: Say, fitted: Path) -> None:
    code, _, err = said("for", "--all", "-k", "3", "--no-personal", "-o", "all.parquet")
    assert code == 0
    assert "lists in all.parquet" in err
    rows = pq.read_table(fitted / "all.parquet").to_pylist()
    assert {r["place"] for r in rows} == {1, 2, 3}
    assert len(rows) == 3 * len({r["shopper"] for r in rows})
    assert all(r["reason"] for r in rows)
    code, _, _ = said("for", "--all", "-k", "1", "--no-personal", "-o", "all.jsonl")
    assert code == 0
    lines = (fitted / "all.jsonl").read_text("utf-8").splitlines()
    assert len(json.loads(lines[0])["items"]) == 1


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("for",), "name a shopper, or ask for all"),
        (("for", "a", "--all"), "name a shopper, or ask for all"),
        (("for", "a", "-k", "0"), "a list has 1 to 1000 places, not 0"),
        (("for", "a", "--age", "-1"), "-1 is no age"),
        (("for", "a", "--price", "cheap"), "'cheap' is no price band"),
        (("for", "a", "--price", "9-3"), "the price band 9.0-3.0 is empty"),
        (("for", "a", "--mail", "https://x"), "the link has no %s"),
        (("for", "--all", "-o", "x.xls"), "cannot write .xls"),
        (("for", "a", "--folder", "elsewhere"), "there is no fitted recommender here"),
        (("fit", "none.csv"), "none.csv"),
        (("evaluate", str(SHOP / "events.csv"), "--protocol", "luck"), "no protocol 'luck'"),
        (("evaluate", str(SHOP / "events.csv"), "-k", "0"), "'0' are no lengths"),
        (("evaluate", str(SHOP / "events.csv"), "--cutoff", "soon"), "'soon' is no date"),
        (("evaluate", str(SHOP / "events.csv"), "--ranker", "oracle"), "no rankers.kinds called 'oracle'"),
        (("report", str(SHOP / "events.csv"), "-o", "x.pdf"), "cannot write .pdf"),
        (("history", "u0001", "--delete", "--no-list"), "one thing at a time"),
        (("history", "stranger", "--delete"), "nothing is held of shopper 'stranger'"),
        (("audit", "none.csv"), "none.csv"),
    ],
)
def test_bad_input_is_told_in_one_line(said: Say, args: tuple[str, ...], told: str) -> None:
    code, out, err = said(*args)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "rows",
    [
        "user,item,time\n",
        "user,item,time\na,x,2026-01-01\n",
        "user,item,time\na,x,2026-01-01\na,x,2026-01-01\na,x,2026-01-01\n",
        "user,item,time,price\na,x,2026-01-01,NaN\nb,x,2026-01-02,NaN\n",
        "user,item,time\na,x,2199-01-01\nb,y,2026-01-01\n",
        "user,item,time\n,x,2026-01-01\na,,2026-01-01\na,x,never\na,x,2026-01-02\n",
        "user,item,time\n用户,商品,2026-01-01\n用户,别的,2026-01-02\n",
    ],
    ids=["none", "one", "doubled", "nan price", "future", "holes", "chinese"],
)
@pytest.mark.parametrize("ranker", ["auto", "linear", "popular"])
def test_odd_events_give_a_list_or_one_clear_line(said: Say, tmp_path: Path, rows: str, ranker: str) -> None:
    path = tmp_path / "events.csv"
    path.write_text(rows, "utf-8")
    folder = str(tmp_path / "r")
    code, _, err = said("fit", str(path), "--folder", folder, "--ranker", ranker)
    assert code in {0, 2}
    assert "Traceback" not in err
    if code == 0:
        for who in ("a", "nobody"):
            assert said("for", who, "--folder", folder, "--json")[0] == 0
    assert said("evaluate", str(path), "--ranker", ranker)[0] in {0, 2}


def test_evaluation_and_its_page(said: Say, fitted: Path) -> None:
    rules = fitted / "rules.toml"
    rules.write_text("[[exposure]]\nname = 'new'\nnewer_than_days = 60\nshare = 0.1\n", "utf-8")
    events, goods = str(SHOP / "events.csv"), str(SHOP / "products.csv")
    code, out, _ = said("evaluate", events, "--ranker", "linear,popular", "--json", "--rules", str(rules),
                        "--catalogue", goods)  # fmt: skip
    assert code == 0
    told = json.loads(out)
    assert told["rankers"][0]["metrics"]["ndcg@10"]["users"] == told["users"]
    assert "exposure: new" in {r["rule"] for r in told["rules"]}
    for protocol in ("leave-last-out", "next-basket"):
        code, out, _ = said("evaluate", events, "--ranker", "popular", "-k", "10", "--protocol", protocol)
        assert code == 0
        assert "ndcg@10" in out
    code, _, err = said("fit", events, "--rules", str(rules), "--folder", "other")
    assert code == 2
    assert "nobody has accepted what it costs" in err
    code, _, _ = said("report", events, "-o", "page.html", "--ranker", "linear,popular", "--catalogue", goods)
    assert code == 0
    assert "<svg" in (fitted / "page.html").read_text("utf-8")


def test_what_a_log_of_showings_says_a_ranker_would_earn(said: Say, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    with (SHOP / "events.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["kind"] in {"view", "purchase"}][-800:]
    lines = [f"{r['user']},{r['item']},0.05,{int(r['kind'] == 'purchase')}" for r in rows]
    log.write_text("user,item,propensity,reward\n" + "\n".join(lines) + "\n", "utf-8")
    code, out, _ = said("evaluate", str(SHOP / "events.csv"), "--ranker", "linear", "--log", str(log), "--json")
    assert code == 0
    told = json.loads(out)
    assert told["rows"] == 800
    assert 0 < told["matched"] <= 800
    assert told["snips"]["low"] <= told["snips"]["value"] <= told["snips"]["high"]
    log.write_text("user,item,propensity,reward\na,b,0,1\n", "utf-8")
    code, _, err = said("evaluate", str(SHOP / "events.csv"), "--ranker", "linear", "--log", str(log))
    assert code == 2
    assert "row 1 of the log" in err


def test_the_main_parameters_in_plain_words(said: Say) -> None:
    code, out, _ = said("parameters", "--json")
    told = json.loads(out)
    assert code == 0
    assert set(told) == {"en", "zh"}
    assert len(told["en"]) == len(told["zh"])
    assert any("price is no part of the score" in line for line in told["en"])


def test_the_audit_of_the_sample_shop_is_clean(said: Say) -> None:
    code, out, _ = said("audit", str(SHOP / "events.csv"), "--prices", str(SHOP / "price_history.csv"), "--json")
    assert code == 0
    assert json.loads(out)["clean"]


def test_a_shopper_sees_corrects_and_deletes_and_it_holds(said: Say) -> None:
    _, out, _ = said("history", "u0010", "--json")
    held = json.loads(out)
    assert held["held"] == len(held["events"]) > 0
    sku = held["events"][0]["sku"]
    assert said("history", "u0010", "--strike", sku)[0] == 0
    after = json.loads(said("history", "u0010", "--json")[1])
    assert sku not in {e["sku"] for e in after["events"]}
    assert said("history", "u0010", "--no-list")[0] == 0
    assert not json.loads(said("for", "u0010", "--json")[1])["personalised"]
    assert said("history", "u0010", "--list-again")[0] == 0
    assert json.loads(said("for", "u0010", "--json")[1])["personalised"]
    assert said("history", "u0010", "--delete")[0] == 0
    gone = json.loads(said("history", "u0010", "--json")[1])
    assert (gone["held"], gone["agrees"]) == (0, True)
    assert [e["act"] for e in gone["ledger"]] == ["corrected", "objected", "objection withdrawn", "deleted"]
    assert json.loads(said("for", "u0010", "--json")[1])["because"] == "the shopper is not known"


@pytest.mark.slow
def test_auto_places_a_product_nobody_has_bought_by_the_words_of_the_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (SHOP / "events.csv").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "events.csv").write_text("".join(r for r in lines if ",TC-001," not in r), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOODWORD_STORE", "shop.db")
    assert run(["recommend", "fit", "events.csv", "--catalogue", str(SHOP / "products.csv"), "--folder", "made"]) == 0
    capsys.readouterr()
    assert run(["recommend", "similar", "TC-001", "-k", "3", "--folder", "made", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["items"][0]["sku"].startswith("TC-")
    assert told["items"][0]["contributions"]["events"]
