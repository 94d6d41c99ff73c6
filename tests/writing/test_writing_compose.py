"""The planner and the composer."""

import re

from hypothesis import given
from hypothesis import strategies as st

from goodword.catalogue.facts import product_from
from goodword.types import Field, Lang, Product, Record, Source
from goodword.writing import voice, wording
from goodword.writing.compose import compose
from goodword.writing.plan import plan

LANGS: tuple[Lang, ...] = ("en", "zh")
PLAIN = voice.load("plain")


def product(sku: str, title: str, zh: str, **values: str) -> Product:
    source = Source(uri="shop.csv", row=2)
    fields = [Field(name=k.replace("_", " "), value=v, source=source) for k, v in values.items()]
    fields.append(Field(name="title_zh", value=zh, source=source, lang="zh"))
    return product_from(Record(sku=sku, title=title, fields=tuple(fields), source=source))


SHIRT = product("T1", "Men's T-shirt", "男士T恤", material="95% cotton, 5% elastane", colour="Black, White",
                size="S, M, L", weight="about 180 g", origin="Hangzhou", warning="Keep away from fire")  # fmt: skip


def said(of: Product, lang: Lang, langs: tuple[Lang, ...] = LANGS) -> str:
    return compose(plan(of, langs, channel="listing", voice=PLAIN), lang, voice=PLAIN).text


def test_it_reads_like_copy_in_english() -> None:
    assert said(SHIRT, "en") == (
        "The Men's T-shirt is made from 95% cotton and 5% elastane. It is available in black and white, comes "
        "in sizes S, M and L, and weighs about 180 g. It comes from Hangzhou. Warning: Keep away from fire."
    )


def test_it_says_the_same_in_chinese() -> None:
    text = said(SHIRT, "zh")
    for words in ("95%棉", "5%氨纶", "黑色和白色", "约180克", "杭州"):
        assert words in text


def test_a_warning_it_cannot_translate_stays_where_it_can_be_said_and_is_reported() -> None:
    found = plan(SHIRT, LANGS, channel="listing", voice=PLAIN)
    assert [(x.fact, x.reason) for x in found.left_out] == [("T1#warning", "cannot be said in zh")]
    assert "fire" in said(SHIRT, "en")


def test_what_was_done_to_a_stuff_is_no_stuff() -> None:
    bag = product("T3", "Diaper backpack", "妈咪包", material="polyester, water resistant")
    assert said(bag, "en") == "The Diaper backpack is made of polyester and is water resistant."
    assert said(bag, "zh") == "这款妈咪包，材质为聚酯纤维，防泼水。"


def test_a_limit_is_not_said_twice() -> None:
    stand = product("T4", "Tablet stand", "平板支架", load_capacity="≤5kg", material="aluminium")
    assert "最大承重5千克" in said(stand, "zh")


def test_a_value_that_names_its_attribute_is_not_said_to_have_itself() -> None:
    case = product("T5", "Cabin suitcase", "登机箱", wheels="4 double spinner wheels", material="polycarbonate")
    assert "has 4 double spinner wheels" in said(case, "en", ("en",))
    jumper = product("T6", "Wool jumper", "毛衣", gauge="12 gauge", material="100% wool")
    assert "is 12 gauge" in said(jumper, "en", ("en",))


def test_a_heading_that_is_a_verb_stays_a_heading() -> None:
    flask = product("T7", "Insulated bottle", "保温杯", Keeps_hot="≥ 50 °C after 12 h", material="stainless steel")
    assert "Keeps hot: ≥ 50 °C after 12 h." in said(flask, "en", ("en",))


def test_what_is_counted_is_said_with_its_count() -> None:
    shelf = product("T8", "Pine bookcase", "松木书架", Tiers="5", Cover_Material="made of 100% cotton")
    text = said(shelf, "en", ("en",))
    assert "has 5 tiers" in text and "made of 100% cotton" in text and "of made" not in text


def test_a_coating_is_no_material() -> None:
    bells = product("T9", "Dumbbell", "哑铃", material="cast iron, PVC coated")
    assert "made of cast iron and is PVC coated" in said(bells, "en", ("en",)).replace("made from", "made of")


def test_facts_in_conflict_are_left_out() -> None:
    thermos = product("T2", "Thermos 500 ml", "保温杯", net_content="450 ml", material="304 stainless steel")
    assert "450" not in said(thermos, "en")


def test_both_languages_state_the_same_facts() -> None:
    found = plan(SHIRT, LANGS, channel="listing", voice=PLAIN)
    stated = [
        {f for s in compose(found, lang, voice=PLAIN).sentences if not s.locked for f in s.facts if "title" not in f}
        for lang in LANGS
    ]
    assert stated[0] == stated[1]


def test_a_tolerance_and_a_count_of_packs_are_said_as_written() -> None:
    meter = product("T4", "Range Finder", "激光测距仪", 精度="±2mm", 数量="500张×5包")
    text = said(meter, "zh", ("zh",))
    assert "±2mm" in text and "500张×5包" in text


def test_a_value_that_looks_like_a_template_stays_as_it_is() -> None:
    odd = product("T3", "Pot", "锅", warning="Keep {v} away [a|b] {title}")
    assert "Keep {v} away [a|b] {title}." in said(odd, "en", ("en",))


_VALUES = st.sampled_from(
    ["380 g", "约2升", "black", "棉95% 氨纶5%", "30×20×10 cm", "IPX4", "yes", "2 years", "a, b", "钢"]
)
_KEYS = st.sampled_from(
    ["Weight", "容量", "Colour", "材质", "Dimensions", "Water resistance", "质保", "Pole width", "Features"]
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=6), st.sampled_from(["listing", "title", "bullets", "seo", "social"]))
def test_spans_slice_back_and_name_planned_facts(values: dict[str, str], channel: str) -> None:
    found = product("P", "Steel Flask", "钢水壶", **values)
    planned = plan(found, LANGS, channel=channel, voice=PLAIN)  # type: ignore[arg-type]
    ids = {f.id for f in found.facts}
    for lang in LANGS:
        composed = compose(planned, lang, voice=PLAIN, channel=channel)  # type: ignore[arg-type]
        assert composed == compose(planned, lang, voice=PLAIN, channel=channel)  # type: ignore[arg-type]
        for s in composed.sentences:
            assert composed.text[s.start : s.end].strip()
            assert set(s.facts) <= ids
        assert not re.search(r"\{\w+\}|\[\w+\|", composed.text)


def test_filling_happens_once() -> None:
    assert wording.fill("a {x} b", x="{y}", y="no") == "a {y} b"
