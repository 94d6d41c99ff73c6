"""Laws of the composer: grounded, deterministic, and the same facts in both languages."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from tomllib import loads

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodword.catalogue import facts, read
from goodword.errors import InputError
from goodword.types import Channel, Field, Lang, Product, Record, Source
from goodword.writing import compose, plan, voice, wording

LANGS: tuple[Lang, Lang] = ("en", "zh")
CHANNELS: tuple[Channel, ...] = ("listing", "title", "bullets", "seo", "social")
HERE = Source(uri="test")


@cache
def shop() -> tuple[Product, ...]:
    path = Path(str(files("goodword.data").joinpath("shop/products.csv")))
    rows = read.open_catalogue(path).records()
    return tuple(facts.product_from(r) for r in rows if isinstance(r, Record))


def product(**pairs: str) -> Product:
    title = pairs.pop("title", "Item")
    fields = [Field(name=name.replace("_", " "), value=value, source=HERE) for name, value in pairs.items()]
    return facts.product_from(Record(sku="A1", title=title, fields=tuple(fields), source=HERE))


def text(item: Product, lang: Lang = "en") -> str:
    plain = voice.load("plain")
    made = plan.plan(item, (lang,), channel="listing", voice=plain)
    return compose.compose(made, lang, voice=plain).text


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_sentence_slices_back_and_rests_on_facts_of_its_product(channel: Channel) -> None:
    plain = voice.load("plain")
    for item in shop():
        made = plan.plan(item, LANGS, channel=channel, voice=plain)
        known = {f.id for f in item.facts}
        for lang in LANGS:
            out = compose.compose(made, lang, voice=plain, channel=channel)
            for s in out.sentences:
                assert out.text[s.start : s.end].strip() and set(s.facts) <= known
                assert not re.search(r"\{(?:v|name|title|Name)\}|\[\w+\|\w+\]", out.text)
            rest = out.text
            for s in reversed(out.sentences):
                rest = rest[: s.start] + rest[s.end :]
            assert not rest.strip()


@pytest.mark.parametrize("by", ["plain", "warm", "technical"])
@pytest.mark.parametrize("channel", ["listing", "title", "bullets", "social"])
def test_both_languages_of_a_text_state_the_same_unlocked_facts(channel: Channel, by: str) -> None:
    mine = voice.load(by)
    for item in shop():
        made = plan.plan(item, LANGS, channel=channel, voice=mine)
        names = {f.id for f in item.facts if f.key == "title"}
        texts = [compose.compose(made, lang, voice=mine, channel=channel) for lang in LANGS]
        stated = [{f for s in text.sentences if not s.locked for f in s.facts} - names for text in texts]
        assert stated[0] == stated[1], item.sku


def test_both_meta_descriptions_of_a_product_state_the_same_facts() -> None:
    plain = voice.load("plain")
    for item in shop():
        made = plan.plan(item, LANGS, channel="seo", voice=plain)
        names = {f.id for f in item.facts if f.key == "title"}
        stated = [
            set(compose.compose(made, lang, voice=plain, channel="seo").sentences[1].facts) - names for lang in LANGS
        ]
        assert stated[0] == stated[1], item.sku


_PAIRS = st.fixed_dictionaries(
    {},
    optional={
        ("Material", "材质"): st.sampled_from(
            [("cotton", "棉"), ("steel frame, oak top", "钢架、橡木桌面"), ("resin", "树脂砂")]
        ),
        ("Colour", "颜色"): st.sampled_from([("black, white", "黑色、白色"), ("dusk blue", "暮蓝")]),
        ("Weight", "重量"): st.sampled_from([("380 g", "380克"), ("1.1 lb per shoe", "单只约1斤")]),
        ("Features", "功能"): st.sampled_from(
            [("foldable, hanging hole", "可折叠、挂孔"), ("dishwasher safe", "可用洗碗机")]
        ),
        ("Care", "洗护"): st.sampled_from([("Hand wash", "手洗"), ("Do not bleach; dry flat.", "不可漂白，平铺晾干")]),
        ("Glaze", "釉料"): st.sampled_from([("lead-free glaze", "无铅釉"), ("", "无铅釉")]),
        ("Warning", "警示"): st.sampled_from([("Hot surface", "表面高温"), ("Hot surface", "")]),
        ("Brand", "品牌"): st.sampled_from([("Wenmoor", "Wenmoor"), ("", "")]),
    },
)


@given(_PAIRS, st.sampled_from(["plain", "warm", "technical"]), st.sampled_from(["Oak Bowls", "Steel Flask", "Lamp"]))
@settings(deadline=None, max_examples=80)
def test_texts_in_two_languages_rest_on_the_same_facts(
    rows: dict[tuple[str, str], tuple[str, str]], by: str, title: str
) -> None:
    fields = [Field(name="title_zh", value="商品", source=HERE, lang="zh")]
    for headings, cells in rows.items():
        fields += [Field(name=n, value=v, source=HERE) for n, v in zip(headings, cells, strict=True) if v]
    item = facts.product_from(Record(sku="A1", title=title, fields=tuple(fields), source=HERE))
    mine = voice.load(by)
    made = plan.plan(item, LANGS, channel="listing", voice=mine)
    left = {x.fact for x in made.left_out}
    names = {f.id for f in item.facts if f.key == "title"}
    stated = []
    for lang in LANGS:
        out = compose.compose(made, lang, voice=mine)
        free = {f for s in out.sentences if not s.locked for f in s.facts}
        stated.append(free - names)
        locked = {f for s in out.sentences if s.locked for f in s.facts}
        assert {f.id for f in item.facts} <= free | locked | left | names
    assert stated[0] == stated[1]


def test_no_fact_in_conflict_is_stated() -> None:
    disputed = [(p, {f for c in p.conflicts for f in c.facts}) for p in shop() if p.conflicts]
    assert disputed
    for item, facts_in_conflict in disputed:
        made = plan.plan(item, LANGS, channel="listing", voice=voice.load("plain"))
        assert not facts_in_conflict & {f for i in made.items for f in i.facts}
        names = {f.id for f in item.facts if f.key == "title"}
        assert facts_in_conflict - names <= {x.fact for x in made.left_out}


@given(st.text(alphabet="ab {v}[is|are]{title}", min_size=1, max_size=20).filter(lambda s: s.strip() == s))
@settings(max_examples=50, deadline=None)
def test_a_value_is_never_filled_twice(value: str) -> None:
    assert wording.fill("The x is {v}.", v=value) == f"The x is {value}."


def test_the_same_product_is_always_described_alike() -> None:
    assert [text(p, "zh") for p in shop()] == [text(p, "zh") for p in shop()]


def test_both_languages_have_wording_for_the_same_attributes() -> None:
    rows = {lang: loads(files("goodword.data").joinpath(f"writing/{lang}.toml").read_text("utf-8")) for lang in LANGS}
    for table in ("fallback", "glue"):
        assert rows["en"][table].keys() == rows["zh"][table].keys(), table
    tables = ("phrase", "own", "whole")  # what one language says in a clause the other may say in a sentence
    keys = [{k.split("@")[0] for t in tables for k in rows[lang][t]} for lang in LANGS]
    assert keys[0] == keys[1]


def test_every_pattern_has_a_slot_that_the_composer_fills() -> None:
    known = {"v", "n", "q", "aq", "volume", "one", "many", "or", "span", "np", "a", "made", "parts", "adj", "code",
             "place", "do", "name", "Name", "its", "subject", "kind", "long", "count", "packed"}  # fmt: skip
    flags = {"dishwasher_safe", "microwave_safe", "dimmable", "foldable", "rechargeable", "removable_cover", "organic",
             "fragrance_free", "sugar_free"}  # fmt: skip
    for lang in LANGS:
        rows = loads(files("goodword.data").joinpath(f"writing/{lang}.toml").read_text("utf-8"))
        for table in ("phrase", "lead", "own", "you", "whole", "fallback"):
            for key, patterns in rows[table].items():
                for pattern in patterns:
                    slots = set(re.findall(r"\{(\w+)\}", pattern))
                    assert slots <= known and (slots or key in flags), (lang, table, key, pattern)


def test_a_weight_per_pair_stays_a_weight_per_pair() -> None:
    assert "220 g per pair" in text(product(title="Slides", weight="220 g per pair"))


def test_a_warning_is_said_word_for_word_in_a_locked_sentence() -> None:
    item = product(title="Lamp", warning="Do NOT cover; hot surface")
    made = plan.plan(item, ("en",), channel="listing", voice=voice.load("plain"))
    out = compose.compose(made, "en", voice=voice.load("plain"))
    assert [out.text[s.start : s.end] for s in out.sentences if s.locked] == ["Warning: Do NOT cover; hot surface."]


def test_a_wrong_key_of_a_voice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('version = 1\nname = "mine"\nloudness = 11\n', "utf-8")
    with pytest.raises(InputError, match="loudness"):
        voice.load(str(path))
