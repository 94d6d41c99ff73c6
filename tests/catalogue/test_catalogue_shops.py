"""Shop systems' own formats: variants, parents, groups, and Google's place for AI-written text."""

from pathlib import Path

import pytest

from goodword.catalogue.base import BadRow, CopyText
from goodword.catalogue.gather import common_title, price_span, together
from goodword.catalogue.read import open_catalogue
from goodword.catalogue.write import write_back
from goodword.types import Mark, Record

SAMPLES = Path(__file__).parents[1] / "samples"
MARK = Mark(text="AI", metadata='{"AIGC": 1}')


def records(path: Path) -> dict[str, Record]:
    return {f.sku: f for f in open_catalogue(path).records() if isinstance(f, Record)}


def facts(record: Record) -> dict[str, str]:
    return {f.name: f.value for f in record.fields}


def filled(name: str, out: Path, copy: CopyText, only: str = "") -> str:
    write_back(open_catalogue(SAMPLES / name), out, lambda sku: {"en": copy} if not only or sku == only else {})
    return out.read_text("utf-8")


def test_shopify_variants_become_one_record_by_handle() -> None:
    shirt = records(SAMPLES / "shopify.csv")["linen-shirt"]
    assert facts(shirt) | {
        "Color": "White, Sage",
        "Size": "S, M",
        "Weight": "240 g, 250 g",
        "Price": "59.00-62.00",
    } == facts(shirt)
    assert shirt.source.locator == "rows 2-5" and shirt.description.startswith("<p>Old")
    assert {f.name: f.source.locator for f in shirt.fields}["Size"] == "rows 2-3, column Option2 Value"


def test_shopify_metafields_are_facts_and_placeholders_are_not() -> None:
    held = records(SAMPLES / "shopify.csv")
    assert (
        facts(held["linen-shirt"])["Fabric"] == "linen, cotton"
        and facts(held["linen-shirt"])["洗涤说明"] == "30℃ 以下手洗"
    )
    stool = facts(held["oak-stool"])
    assert "Title" not in stool and "Weight" not in stool


def test_shopify_gets_escaped_paragraphs_on_the_first_row_only(tmp_path: Path) -> None:
    text = filled(
        "shopify.csv",
        tmp_path / "out",
        CopyText(text="Soft & light, 5 < 6.\n\nAI-generated.", mark=MARK),
        "linen-shirt",
    )
    lines = text.splitlines()
    assert lines[0].endswith(",Status,Goodword AIGC (product.metafields.goodword.aigc)")
    assert '"<p>Soft &amp; light, 5 &lt; 6.</p><p>AI-generated.</p>"' in lines[1] and lines[1].endswith(
        'active,"{""AIGC"": 1}"'
    )
    original = (SAMPLES / "shopify.csv").read_text("utf-8").splitlines()
    assert lines[2:] == [f"{line}," for line in original[2:]]


def test_given_html_is_taken_as_it_is(tmp_path: Path) -> None:
    text = filled("shopify.csv", tmp_path / "out", CopyText(text="x", html="<ul><li>x</li></ul>"))
    assert text.count("<ul><li>x</li></ul>") == 2 and "goodword" not in text


def test_woocommerce_variations_find_their_parent_by_sku_or_id_wherever_they_stand() -> None:
    shirt = records(SAMPLES / "woocommerce.csv")["WC-TEE"]
    assert (
        facts(shirt)["颜色"] == "白, 藏青"
        and facts(shirt)["Weight"] == "0.18 kg, 0.2 kg"
        and facts(shirt)["Price"] == "89-109"
    )


def test_woocommerce_products_without_sku_go_by_their_id() -> None:
    towel = records(SAMPLES / "woocommerce.csv")["id:15"]
    assert facts(towel)["Fabric"] == "cotton, waffle weave"


def test_woocommerce_variations_keep_their_rows(tmp_path: Path) -> None:
    lines = filled("woocommerce.csv", tmp_path / "out", CopyText(text="x", mark=MARK)).splitlines()
    original = (SAMPLES / "woocommerce.csv").read_text("utf-8").splitlines()
    assert lines[0] == original[0] + ",Meta: goodword_aigc"
    assert [lines[n] for n in (3, 5)] == [original[n] + "," for n in (3, 5)]


def test_a_merchant_group_becomes_one_record_and_every_item_gets_its_text(tmp_path: Path) -> None:
    tote = records(SAMPLES / "merchant.xml")["MR-1"]
    assert tote.title == "Canvas tote" and facts(tote) == {
        "Color": "White, Navy", "Material": "cotton canvas", "Capacity": "14 l", "Price": "18.00-20.00 EUR",
    }  # fmt: skip
    text = filled("merchant.xml", tmp_path / "out", CopyText(text="Plain & good"), "MR-1")
    assert text.count("<g:description>Plain &amp; good</g:description>") == 2


def test_a_labelled_merchant_text_stands_where_google_wants_ai_text_and_nowhere_else(tmp_path: Path) -> None:
    text = filled("merchant.xml", tmp_path / "out", CopyText(text="A <b> & c", mark=MARK))
    wanted = (
        "<g:structured_description><g:digital_source_type>trained_algorithmic_media</g:digital_source_type>"
        "<g:content>A &lt;b&gt; &amp; c</g:content></g:structured_description>"
    )
    items = text.split("<item>", 1)[1]
    assert items.count(wanted) == 3 and "<g:description>" not in items and "<description/>" not in items
    assert items.count('<c:goodword_aigc xmlns:c="http://base.google.com/cns/1.0" type="string">{"AIGC": 1}') == 3
    rows = filled("merchant.txt", tmp_path / "out.txt", CopyText(text='12" wide\nAI', mark=MARK)).splitlines()
    assert rows[1].endswith('\ttrained_algorithmic_media:"12"" wide AI"\t{"AIGC": 1}') and "\told\t" not in rows[1]


def test_a_prefix_of_another_name_is_kept_and_the_feeds_encoding_holds_what_it_can(tmp_path: Path) -> None:
    write_back(
        open_catalogue(SAMPLES / "merchant_atom.xml"),
        tmp_path / "out",
        lambda sku: {"zh": CopyText(text="好𠮷", mark=MARK)},
    )
    text = (tmp_path / "out").read_bytes().decode("gb18030")
    assert text.count("<gg:content>好&#134071;</gg:content>") == 2 and "<summary>" not in text and "\r\n" in text


def test_an_entity_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    from goodword.errors import InputError

    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 10}">' for n in range(30))
    feed = f'<!DOCTYPE r [{bomb}]><rss xmlns:g="http://base.google.com/ns/1.0"><item><g:id>1</g:id><g:title>&a29;</g:title></item></rss>'
    (tmp_path / "a.xml").write_text(feed)
    with pytest.raises(InputError, match="declares entities"):
        list(open_catalogue(tmp_path / "a.xml").records())


def test_one_malformed_item_does_not_spoil_the_next_and_stays_as_it_is(tmp_path: Path) -> None:
    feed = '<rss xmlns:g="http://base.google.com/ns/1.0"><item><g:id>1</g:id><title>&nbsp;</title></item>\n<item><g:id>2</g:id><title>x</title></item></rss>'
    (tmp_path / "a.xml").write_text(feed)
    bad, good = open_catalogue(tmp_path / "a.xml").records()
    assert isinstance(bad, BadRow) and isinstance(good, Record) and good.source.row == 2
    write_back(open_catalogue(tmp_path / "a.xml"), tmp_path / "b.xml", lambda sku: {"en": CopyText(text="words")})
    assert (tmp_path / "b.xml").read_text() == feed.replace(
        "<title>x</title>", "<title>x</title><g:description>words</g:description>"
    )


def test_schema_org_reads_quantities_variants_and_languages_and_no_reviews() -> None:
    held = records(SAMPLES / "schema_org.json")
    assert facts(held["SO-1"]) == {
        "Material": "stoneware", "Color": "ink, ash", "Weight": "0.80 kg", "Capacity": "900 ml", "Serves": "3-4",
        "Price": "48.00 EUR",
    }  # fmt: skip
    assert facts(held["SO-2"]) == {"title": "美利奴羊毛帽", "Color": "rust, pine", "Price": "25.00-27.00 EUR"}
    assert records(SAMPLES / "schema_org_page.html")["SP-1"].lang == "zh"


def test_text_in_a_page_cannot_end_its_script(tmp_path: Path) -> None:
    text = filled("schema_org_page.html", tmp_path / "out", CopyText(text="</script><script>alert(1)</script>"))
    assert "alert(1)<" not in text and "\\u003c/script>" in text
    assert records(tmp_path / "out")["SP-1"].description == "</script><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("titles", "shared"),
    [
        (["Cotton Tee - Blue", "Cotton Tee - Red"], "Cotton Tee"),
        (["纯棉T恤 蓝色 M", "纯棉T恤 红色 L"], "纯棉T恤"),
        (["Mug"], "Mug"),
        (["Mug", "Bowl"], "Mug"),
        (["Rain jacket Small", "Rain jacket Smoke"], "Rain jacket"),
    ],
)
def test_variants_share_the_part_of_the_title_they_share(titles: list[str], shared: str) -> None:
    assert common_title(titles) == shared


def test_values_are_joined_by_what_none_of_them_holds() -> None:
    assert together(["a", "b"]) == "a, b" and together(["a, b", "c"]) == "a, b / c"
    assert price_span(["9.99", "10.50"]) == "9.99-10.50" and price_span(["5 EUR", "6 USD"]) == "5 EUR"
