"""What else the shop sells, where a person edits a text and where a model's answer passes the proxy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goodword.app import Goodword
from goodword.catalogue.facts import product_from, record_from_pairs
from goodword.guard.evidence import Given
from goodword.guard.ranges import KEY
from goodword.jobs import edit
from goodword.jobs.proxying.judging import Judge
from goodword.store import catalogue
from goodword.types import Draft, Lang, MadeBy, Product, Ruling

JACKETS: tuple[tuple[str, Lang, dict[str, Any]], ...] = (
    ("A", "en", {"Title": "Ridge down jacket", "Brand": "Stella Novak", "Weight": "310 g", "Material": "nylon"}),
    ("B", "en", {"Title": "Harbour rain jacket", "Brand": "Wenmoor", "Weight": "480 g", "Material": "polyester"}),
    ("甲", "zh", {"品名": "山脊羽绒夹克", "品牌": "云脊", "重量": "310克", "材质": "锦纶"}),
    ("乙", "zh", {"品名": "海港雨夹克", "品牌": "云脊", "重量": "480克", "材质": "涤纶"}),
)


def made(sku: str, lang: Lang, pairs: dict[str, Any]) -> Product:
    return product_from(record_from_pairs(pairs, sku=sku, lang=lang))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Goodword]:
    with Goodword(store=str(tmp_path / "shop.db")) as goodword:
        with goodword.store.begin() as conn:
            for one in JACKETS:
                catalogue.put(conn, made(*one))
        yield goodword


def held(shop: Goodword, sku: str) -> Product:
    with shop.store.read() as conn:
        found = catalogue.get(conn, sku)
    assert found is not None
    return found


def edited(shop: Goodword, sku: str, text: str, *, known: bool = True) -> Ruling:
    product = held(shop, sku)
    draft = Draft(sku=sku, text="", lang=product.lang, market="cn" if product.lang == "zh" else "us",
                  channel="listing", sentences=(), made_by=MadeBy(backend="composer"))  # fmt: skip
    nothing = Ruling(outcome="held", label="needs_evidence", verdicts=(), findings=(), checks=())
    old = edit.Original(draft=draft, ruling=nothing, key="k", product=product)
    return edit.judge(old, text, beside=shop.range if known else None)[1]


def answered(shop: Goodword, sku: str, text: str, *, known: bool = True) -> Ruling:
    facts = held(shop, sku).facts
    judge = Judge(facts=facts, evidence=Given(), lang=None, market=None, beside=shop.range if known else None)
    return judge.rule(text)


def stances(ruling: Ruling) -> set[str]:
    return {v.stance for v in ruling.verdicts if v.reason == KEY}


@pytest.mark.parametrize("way", [edited, answered])
@pytest.mark.parametrize(
    ("light", "heavy", "text"),
    [("A", "B", "This is our lightest jacket."), ("甲", "乙", "这是本店最轻的夹克。")],
)
def test_our_lightest_jacket_is_judged_against_the_range(
    shop: Goodword, way: Any, light: str, heavy: str, text: str
) -> None:
    assert stances(way(shop, light, text)) == {"supported"} and way(shop, light, text).outcome == "released"
    wrong = way(shop, heavy, text)
    assert stances(wrong) == {"refuted"} and wrong.outcome == "refused"
    assert any(e.ref == held(shop, light).facts[2].id for v in wrong.verdicts for e in v.evidence)
    blind = way(shop, light, text, known=False)
    assert blind.outcome != "released" and not stances(blind)


@pytest.mark.parametrize("way", [edited, answered])
def test_a_lighter_jacket_that_comes_later_counts_at_once(shop: Goodword, way: Any) -> None:
    assert way(shop, "A", "This is our lightest jacket.").outcome == "released"
    with shop.store.begin() as conn:
        catalogue.put(conn, made("C", "en", {"Title": "Feather jacket", "Weight": "190 g"}))
    assert way(shop, "A", "This is our lightest jacket.").outcome == "refused"


@pytest.mark.parametrize("way", [edited, answered])
def test_an_own_brand_named_like_a_person_is_none_and_a_brand_of_others_is_seen(shop: Goodword, way: Any) -> None:
    own = way(shop, "B", "Pair it with a jacket by Stella Novak.")
    assert not [f for f in own.findings if f.rule.startswith("personal")]
    blind = way(shop, "B", "Pair it with a jacket by Stella Novak.", known=False)
    assert blind.outcome != "released"
    other = way(shop, "A", "Lighter than any jacket from Northgale.")
    assert other.outcome != "released"


def test_the_catalogue_is_read_only_for_a_text_that_speaks_of_the_range_and_once_for_each_state_of_it(
    shop: Goodword, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    reading = catalogue.products

    def counted(conn: Any, **only: Any) -> Iterator[Product]:
        read.append(1)
        return reading(conn, **only)

    monkeypatch.setattr(catalogue, "products", counted)
    beside = shop.range
    assert beside is not None
    assert beside.of("It weighs 310 g.", "en") == () and not read
    assert len(beside.of("Our lightest jacket.", "en")) == 4 and len(read) == 1
    assert beside.of("It is the lightest jacket in our range.", "en") is beside.of("本店最轻的夹克", "zh")
    assert len(read) == 1
