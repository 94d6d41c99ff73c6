"""The sample shop is complete, consistent and holds nobody's personal data."""

import csv
import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest

from goodword.text.dates import find_money

SHOP = files("goodword") / "data" / "shop"
JSON = dict[str, Any]


def text(name: str) -> str:
    return (SHOP / name).read_text("utf-8")


@cache
def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text(name).splitlines()))


@cache
def lines(name: str) -> list[JSON]:
    return [json.loads(line) for line in text(name).splitlines()]


@cache
def policies() -> dict[tuple[str, str], tuple[dict[str, str], str]]:
    found = {}
    for path in (SHOP / "policies").iterdir():
        _, front, body = path.read_text("utf-8").split("---\n", 2)
        head = dict(line.split(": ", 1) for line in front.strip().splitlines())
        assert path.name == f"{head['id']}.{head['lang']}.md"
        found[head["id"], head["lang"]] = (head, body)
    return found


SKUS = {row["sku"] for row in table("products.csv")}
HAN = re.compile(r"[\u4e00-\u9fff]")


def moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S%z")


def amount(cell: str) -> float:
    return float(cell.replace(",", ""))


def test_it_holds_enough_products_of_enough_kinds() -> None:
    rows = table("products.csv")
    assert len(rows) >= 72
    assert len(SKUS) == len(rows)
    assert len({row["category"].split(" > ")[0] for row in rows}) >= 12


def test_every_product_is_titled_and_priced_in_both_languages() -> None:
    for row in table("products.csv"):
        assert HAN.search(row["title_zh"]) and not HAN.search(row["title_en"]), row["sku"]
        assert amount(row["price_cny"]) > amount(row["price_usd"]) > 0, row["sku"]
        assert int(row["stock"]) >= 0


def test_no_product_has_fewer_than_eight_cells_of_facts_and_half_have_sixteen() -> None:
    filled = {row["sku"]: sum(1 for cell in row.values() if cell) - 8 for row in table("products.csv")}
    assert min(filled.values()) >= 8
    assert sorted(filled.values())[len(filled) // 2] >= 16


def test_the_readme_names_the_two_planned_contradictions_and_they_are_there() -> None:
    rows = {row["sku"]: row for row in table("products.csv")}
    named = text("README.md").split("**Two contradictions**")[1].split("**Reviews.**")[0]
    assert set(re.findall(r"`([A-Z]{2}-\d{3})`", named)) == {"CO-001", "CL-002"}
    assert "500 ml" in rows["CO-001"]["title_en"] and rows["CO-001"]["Net Content"] == "450 ml"
    assert rows["CL-002"]["Composition"].startswith("95%") and rows["CL-002"]["面料成分"].startswith("棉92%")


def test_every_policy_exists_in_both_languages_with_the_same_dates() -> None:
    held = policies()
    ids = {id_ for id_, _ in held}
    assert len(ids) >= 9
    for id_ in ids:
        (en, english), (zh, chinese) = held[id_, "en"], held[id_, "zh"]
        assert {k: v for k, v in en.items() if k not in {"lang", "title"}} == {
            k: v for k, v in zh.items() if k not in {"lang", "title"}
        }
        assert english.count("## ") == chinese.count("## ")
        assert HAN.search(chinese) and not HAN.search(english)


def test_expired_policies_are_followed_by_their_successor_the_day_after() -> None:
    held = policies()
    expired = [head for (_, lang), (head, _) in held.items() if lang == "en" and head["valid_until"] != "null"]
    assert len(expired) >= 2
    for head in expired:
        successor = held[head["superseded_by"], "en"][0]
        assert successor["supersedes"] == head["id"]
        ended = date.fromisoformat(head["valid_until"])
        assert date.fromisoformat(successor["valid_from"]) == ended + timedelta(days=1)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_faq_answers_sixty_questions(lang: str) -> None:
    rows = [row for row in lines("faq.jsonl") if row["lang"] == lang]
    assert len(rows) >= 60
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        start = date.fromisoformat(row["valid_from"])
        assert row["valid_until"] is None or date.fromisoformat(row["valid_until"]) > start
        assert row["sku"] is None or row["sku"] in SKUS
        assert bool(HAN.search(row["question"] + row["answer"])) == (lang == "zh")


def test_no_question_has_two_answers_on_one_day() -> None:
    held: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in lines("faq.jsonl"):
        window = (row["valid_from"], row["valid_until"] or "9999-12-31")
        held.setdefault((row["lang"], row["question"]), []).append(window)
    for windows in held.values():
        windows.sort()
        assert all(before[1] < after[0] for before, after in pairwise(windows))


def test_faq_and_policies_name_the_same_sums_in_both_languages() -> None:
    def sums(said: str) -> set[tuple[str, str]]:
        return {(str(m.amount.normalize()), m.currency) for m, _, _ in find_money(said)}

    pairs: dict[str, dict[str, str]] = {}
    for row in lines("faq.jsonl"):
        pairs.setdefault(row["id"], {})[row["lang"]] = row["answer"]
    for id_, answers in pairs.items():
        assert sums(answers["en"]) == sums(answers["zh"]), id_
    for id_ in {id_ for id_, _ in policies()}:
        assert sums(policies()[id_, "en"][1]) == sums(policies()[id_, "zh"][1]), id_


def test_there_are_six_hundred_reviews_half_in_each_language() -> None:
    rows = lines("reviews.jsonl")
    assert len(rows) >= 600
    assert len({row["id"] for row in rows}) == len(rows)
    langs = Counter(row["lang"] for row in rows)
    assert abs(langs["en"] - langs["zh"]) <= len(rows) // 20
    assert {row["sku"] for row in rows} == SKUS
    stars = Counter(row["rating"] for row in rows)
    assert stars[5] > stars[4] > max(stars[1], stars[2], stars[3]) > 0
    for row in rows:
        assert row["text"].strip() and moment(row["time"]) and row["rating"] in range(1, 6)


def test_no_two_reviews_are_the_same_save_for_the_planned_duplicates() -> None:
    said: dict[str, list[str]] = {}
    for row in lines("reviews.jsonl"):
        said.setdefault(row["text"], []).append(row["id"])
    twice = {id_ for ids in said.values() if len(ids) > 1 for id_ in ids}
    assert twice and twice <= {f"r{n:04d}" for n in range(461, 469)}


def test_the_readme_lists_every_review_with_personal_data_or_instructions() -> None:
    listed = set(re.findall(r"r\d{4}", text("README.md")))
    bait = re.compile(r"\d{3,5}[ -]?\d{4}|\w@\w|ignore all|you are now|assistant|忽略以上|AI助手|微信", re.IGNORECASE)
    found = {row["id"] for row in lines("reviews.jsonl") if bait.search(row["text"])}
    assert len(found) >= 12
    assert found <= listed


def test_no_address_leads_to_anyone_and_no_telephone_number_is_real() -> None:
    names = [p.name for p in SHOP.iterdir() if p.is_file()]
    whole = "\n".join([*(text(name) for name in names), *(body for _, body in policies().values())])
    mails = re.findall(r"[\w.+-]+@[\w.-]+", whole)
    assert mails and {mail.rstrip(".").split("@")[1] for mail in mails} == {"example.com"}
    said = re.sub(r"[ ()-]", "", "\n".join(row["text"] for row in lines("reviews.jsonl")))
    mobiles = re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", said)
    assert mobiles and all(number.startswith("1540000") for number in mobiles)
    others = [n for n in re.findall(r"(?<!\d)\d{10,}(?!\d)", said) if n not in mobiles]
    assert others and all(re.fullmatch(r"07700900\d{3}|\d{3}55501\d\d", n) for n in others)


def test_events_run_over_a_year_and_name_only_products_of_the_shop() -> None:
    rows = table("events.csv")
    assert len(rows) >= 5000
    assert {row["item"] for row in rows} == SKUS
    assert {row["kind"] for row in rows} == {"view", "cart", "purchase", "return"}
    times = [moment(row["time"]) for row in rows]
    assert times == sorted(times)
    assert (times[-1] - times[0]).days >= 350
    assert 380 <= len({row["user"] for row in rows}) <= 420
    assert all(re.fullmatch(r"u\d{4}", row["user"]) and int(row["quantity"]) > 0 for row in rows)


def test_nothing_comes_back_that_was_not_bought_before() -> None:
    bought: set[tuple[str, str]] = set()
    for row in table("events.csv"):
        pair = (row["user"], row["item"])
        assert row["kind"] != "return" or pair in bought
        if row["kind"] == "purchase":
            bought.add(pair)


def test_reviewers_have_bought_what_they_review_save_for_the_suspicious() -> None:
    bought: dict[tuple[str, str], str] = {}
    for row in table("events.csv"):
        if row["kind"] == "purchase":
            bought.setdefault((row["user"], row["item"]), row["time"])
    strangers = [r for r in lines("reviews.jsonl") if bought.get((r["author"], r["sku"]), "9") > r["time"]]
    assert {row["author"] for row in strangers} <= {"u0391", "u0392", "u0393"}
    assert 12 <= len(strangers) <= 20


def test_every_order_is_one_of_the_purchases_and_adds_up() -> None:
    rows = table("orders.csv")
    bought = {(e["user"], e["item"], e["time"]) for e in table("events.csv") if e["kind"] == "purchase"}
    assert len(rows) == 200 == len({row["order_id"] for row in rows})
    for row in rows:
        assert (row["user"], row["sku"], row["placed"]) in bought
        assert amount(row["total_cny"]) == pytest.approx(amount(row["unit_price_cny"]) * int(row["quantity"]), abs=0.01)
        assert re.fullmatch(r"[0-9a-f]{64}", row["email_sha256"])


def test_stock_adds_up_to_the_product_feed() -> None:
    held: Counter[str] = Counter()
    for row in table("stock.csv"):
        held[row["sku"]] += int(row["on_hand"])
        assert int(row["reserved"]) <= int(row["on_hand"])
    assert held == Counter({row["sku"]: int(row["stock"]) for row in table("products.csv")})


def test_price_history_has_no_gap_and_ends_at_the_price_of_the_product_feed() -> None:
    history: dict[str, list[dict[str, str]]] = {}
    for row in table("price_history.csv"):
        history.setdefault(row["sku"], []).append(row)
    assert set(history) == SKUS
    for product in table("products.csv"):
        rows = history[product["sku"]]
        for before, after in pairwise(rows):
            ended = date.fromisoformat(before["valid_until"])
            assert date.fromisoformat(after["valid_from"]) == ended + timedelta(days=1)
        assert rows[-1]["valid_until"] == ""
        assert amount(rows[-1]["price_cny"]) == amount(product["price_cny"])


def test_the_shop_stays_under_two_megabytes() -> None:
    sizes = [len(path.read_bytes()) for path in SHOP.iterdir() if path.is_file()]
    assert sum(sizes) < 2_000_000
