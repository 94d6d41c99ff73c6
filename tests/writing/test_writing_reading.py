"""How composed copy reads: features by their kind, articles, openings, bilingual clauses, benefits, channels."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from goodword.catalogue import facts, read
from goodword.types import Channel, Field, Lang, Product, Record, Source
from goodword.writing import benefits, channels, compose, grammar, naming, plan, voice
from goodword.writing.voice import Voice

LANGS: tuple[Lang, Lang] = ("en", "zh")
HERE = Source(uri="test")
PLAIN = voice.load("plain")


def item(title: str, values: Mapping[str, str], *, sku: str = "A1", lang: Lang = "en") -> Product:
    fields = tuple(Field(name=name, value=value, source=HERE, lang=lang) for name, value in values.items())
    return facts.product_from(Record(sku=sku, title=title, fields=fields, source=HERE, lang=lang))


def said(title: str, *, by: Voice = PLAIN, channel: Channel = "listing", lang: Lang = "en", **values: str) -> str:
    product = item(title, {k.replace("_", " "): v for k, v in values.items()}, lang=lang)
    made = plan.plan(product, (lang,), channel=channel, voice=by)
    return compose.compose(made, lang, voice=by, channel=channel).text


@cache
def shop() -> tuple[Product, ...]:
    path = Path(str(files("goodword.data").joinpath("shop/products.csv")))
    return tuple(facts.product_from(r) for r in read.open_catalogue(path).records() if isinstance(r, Record))


@pytest.mark.parametrize(
    ("features", "words"),
    [
        ("waterproof, windproof, detachable hood", "is waterproof and windproof"),
        ("taped seams, adjustable hood, two-way zip", "has taped seams, an adjustable hood and a two-way zip"),
        ("packs into its own pocket, taped seams", "packs into its own pocket"),
        ("timer 40 min, foldable", "has a 40 min timer"),
        ("front and back rings, reflective piping", "front and back rings"),
    ],
)
def test_features_are_said_by_their_kind(features: str, words: str) -> None:
    assert words in said("Rain Jacket", features=features)


def test_a_verb_agrees_with_a_plural_product() -> None:
    text = said("Rain Trousers", features="packs into its own pocket, waterproof")
    assert "pack into their own pocket" in text and "are waterproof" in text


def test_a_feature_whose_form_tells_nothing_is_listed_not_bent() -> None:
    assert "Features: PD 3.0, PPS." in said("Charger", features="PD 3.0, PPS")


@pytest.mark.parametrize(
    ("phrase", "whole"),
    [("HDMI cable", "an HDMI cable"), ("USB-C cable", "a USB-C cable"), ("ear tips", "ear tips"),
     ("8 m hose", "an 8 m hose"),
     ("tweezers", "tweezers"), ("1 filter", "1 filter"), ("304 stainless steel tray", "a 304 stainless steel tray"),
     ("5 g catnip", "5 g catnip"), ("user guide", "a user guide"), ("the strap", "the strap")],
)  # fmt: skip
def test_articles_follow_sound_and_number(phrase: str, whole: str) -> None:
    assert grammar.noun_phrase(phrase, sure=True) == whole


def test_parts_are_had_and_stuff_is_made_of() -> None:
    assert "has a steel frame and a particleboard top" in said("Desk", material="steel frame, particleboard top")
    text = said("Food Box", material="borosilicate glass, PP lid")
    assert re.search(r"made (?:of|from) borosilicate glass, with a PP lid", text)


def test_a_fact_put_before_the_subject_loses_no_part() -> None:
    for n in range(12):
        product = item("Trekking Poles", {"Material": "carbon fibre, EVA grip", "Weight": "195 g"}, sku=f"S{n}")
        made = plan.plan(product, ("en",), channel="listing", voice=PLAIN)
        assert "EVA grip" in compose.compose(made, "en", voice=PLAIN).text


def test_what_tells_the_reader_what_to_do_is_a_sentence_of_its_own() -> None:
    text = said("Shirt", care="machine wash at 30 °C, no fabric softener.")
    assert "Machine wash at 30 °C, no fabric softener." in text and "Care:" not in text


def test_the_box_never_comes_with_itself() -> None:
    text = said("Desk Lamp", in_the_box="lamp, adapter", weight="2 kg")
    assert "In the box: a lamp and an adapter." in text and "comes with a lamp" not in text


def test_the_brand_stands_in_the_name() -> None:
    text = said("Canvas Bag", brand="Haulden", material="cotton")
    assert re.search(r"Canvas Bag (?:by|from) Haulden", text) and "It is by" not in text


def test_openings_differ_between_products_and_stay_the_same_for_one() -> None:
    openings = set()
    for n in range(12):
        product = item("Oak Stool", {"Material": "oak", "Weight": "4 kg", "Height": "45 cm"}, sku=f"S{n}")
        texts = {compose.compose(plan.plan(product, ("en",), channel="listing", voice=PLAIN), "en", voice=PLAIN).text
                 for _ in range(2)}  # fmt: skip
        assert len(texts) == 1
        openings.add(texts.pop()[:12])
    assert len(openings) >= 3


def test_chinese_reads_as_clauses_not_as_a_table() -> None:
    text = said(
        "防水冲锋衣", lang="zh", 功能="防水、可拆卸帽子、双头拉链", 领型="圆领", 重量="380克", 尺寸="30×20×10厘米"
    )
    assert "为380" not in text and "尺寸30×20×10厘米" in text
    assert "圆领设计" in text and "具有" not in text and "特点：" not in text


def test_a_size_scale_is_not_a_size() -> None:
    assert "sizes US 7, 8 and 9" in said("Ring", size="US 7, 8, 9")


def test_twelve_m_after_opening_is_not_twelve_metres() -> None:
    assert "米" not in said("唇釉", lang="zh", 开封后="12M", 净含量="3.5克")


def test_a_mains_rating_is_said_as_the_shop_wrote_it() -> None:
    assert "220 V~ 50 Hz" in said("Kettle", voltage="220 V~ 50 Hz", power="1800 W")


def test_letters_of_a_gender_are_said_in_words() -> None:
    assert re.search(r"for women\b", said("Suede Heels", gender="F"))


@pytest.mark.parametrize(
    ("title", "short"),
    [("Air Fryer 4.5 L with Viewing Window", "Air Fryer with Viewing Window"),
     ("Jigsaw Puzzle 1,000 Pieces", "Jigsaw Puzzle"),
     ("Herb Kit: Basil, Mint", "Herb Kit")],
)  # fmt: skip
def test_a_name_is_said_without_its_sizes(title: str, short: str) -> None:
    assert naming.short(title, "en") == short


# ---------------------------------------------------------------- benefits


def test_a_benefit_follows_only_from_a_fact_that_entails_it() -> None:
    assert "so it can go in the dishwasher" in said("Mug", dishwasher_safe="yes", material="glass")
    assert "dishwasher" not in said("Mug", material="glass").replace("not dishwasher", "")
    assert "so it can go" not in said("Mug", dishwasher_safe="no", material="glass")


@pytest.mark.parametrize(
    "features",
    ["dishwasher-safe basket", "microwave safe (without lid), oven safe", "IPX4", "wireless", "foldable"],
)
def test_what_is_less_than_entailed_has_no_benefit(features: str) -> None:
    product = item("Thing", {"Features": features})
    assert benefits.of([f for f in product.facts if f.key == "features"]) is None


def test_every_benefit_says_why_it_is_entailed_and_is_worded_in_both_languages() -> None:
    assert all(b.why and b.en and b.zh and (b.flag is not None or b.concept or b.text) for b in benefits.table())


def test_both_languages_word_the_same_benefits() -> None:
    for product in shop():
        made = plan.plan(product, LANGS, channel="listing", voice=PLAIN)
        found = {f.key: benefits.of(tuple(i.say_from.values())) for i in made.items for f in i.say_from.values()}
        texts = {lang: compose.compose(made, lang, voice=PLAIN).text for lang in LANGS}
        for benefit in filter(None, found.values()):
            ends = re.sub(r"\[.*?\]", ".*", benefit.en)
            assert bool(re.search(ends, texts["en"])) == (benefit.zh in texts["zh"]), product.sku


# ---------------------------------------------------------------- channels


@pytest.mark.parametrize("lang", LANGS)
def test_titles_and_meta_descriptions_keep_their_limits_and_say_no_word_twice(lang: Lang) -> None:
    for product in shop():
        made = plan.plan(product, LANGS, channel="seo", voice=PLAIN)
        out = compose.compose(made, lang, voice=PLAIN, channel="seo")
        title, *meta = out.text.split("\n")
        assert len(title) <= channels.TITLE[lang], title
        assert len(meta) == 1 and len(meta[0]) <= channels.META[lang], product.sku
        assert meta[0].endswith("." if lang == "en" else "。") and ":" not in meta[0].split(" ")[0]
        words = re.findall(r"[a-z]{3,}", title.lower())
        plain = [w for w in words if w not in {"with", "and", "for"}]
        assert lang == "zh" or len(plain) == len(set(plain)), title


@pytest.mark.parametrize("lang", LANGS)
def test_a_social_post_is_one_or_two_sentences(lang: Lang) -> None:
    for product in shop():
        made = plan.plan(product, LANGS, channel="social", voice=PLAIN)
        assert 1 <= len(compose.compose(made, lang, voice=PLAIN, channel="social").sentences) <= 2


def test_what_is_not_included_is_said_in_one_breath() -> None:
    assert "不含电脑。" in said("内胆包", lang="zh", 不含="电脑", 材质="帆布")
    assert "不含电脑" in said("内胆包", lang="zh", channel="bullets", 不含="电脑", 材质="帆布").split("\n")


def test_a_bullet_says_its_label_once() -> None:
    lines = said("Flask", lang="zh", channel="bullets", 不含="不含杯套", 产地="原产国：比利时").split("\n")
    assert "不含杯套" in lines and "产地：比利时" in lines
