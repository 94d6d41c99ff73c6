"""Voices as data."""

import re
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodword.catalogue.facts import product_from
from goodword.errors import InputError
from goodword.types import Channel, Field, Record, Source
from goodword.writing import voice
from goodword.writing.compose import compose
from goodword.writing.plan import Plan, plan


@pytest.mark.parametrize("name", ["plain", "warm", "technical"])
def test_packaged_voices_load(name: str) -> None:
    assert voice.load(name).name == name


@pytest.mark.parametrize(
    ("text", "told"),
    [("tone = 1", "unknown key 'tone'"), ('version = 1\nname = "x"', "key 'max_facts'"), ("= =", "not valid TOML")],
)
def test_a_bad_voice_file_is_told_by_key(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "voice.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=told):
        voice.load(str(file))


def test_an_unknown_voice_lists_what_there_is() -> None:
    with pytest.raises(InputError, match="plain, technical, warm"):
        voice.load("loud")


# ---------------------------------------------------------------- what each key does


def _write(by: voice.Voice, values: Mapping[str, str]) -> str:
    return compose(_plan(by, values), "en", voice=by).text


def _plan(by: voice.Voice, values: Mapping[str, str], channel: Channel = "listing") -> Plan:
    source = Source(uri="test")
    fields = tuple(Field(name=k.replace("_", " "), value=v, source=source) for k, v in values.items())
    return plan(
        product_from(Record(sku="L1", title="Desk Lamp", fields=fields, source=source)),
        ("en",),
        channel=channel,
        voice=by,
    )


LAMP = {"material": "steel, glass", "colour": "black, white", "weight": "2 kg", "height": "42 cm", "width": "20 cm",
        "power": "10 W", "warning": "Do not cover", "dimmable": "yes", "rechargeable": "yes"}  # fmt: skip
PLAIN = voice.load("plain")
CHANNELS: tuple[Channel, ...] = ("listing", "title", "bullets", "seo", "social")


def test_a_banned_word_is_worded_round_where_another_pattern_says_the_same() -> None:
    for banned, instead in (("available", "comes in"), ("comes", "available in")):
        text = _write(replace(PLAIN, banned=(banned,)), LAMP)
        assert banned not in text and instead in text


def test_a_fact_that_holds_a_banned_word_is_left_out_and_reported() -> None:
    made = _plan(replace(PLAIN, banned=("glass",)), LAMP)
    assert [x.fact for x in made.left_out if x.reason == "a banned word of the voice"] == ["L1#material"]
    assert "glass" not in compose(made, "en", voice=replace(PLAIN, banned=("glass",))).text


def test_a_warning_keeps_its_words_though_the_voice_bans_them() -> None:
    assert "Warning: Do not cover." in _write(replace(PLAIN, banned=("cover",)), LAMP)


def test_a_name_that_holds_a_banned_word_is_not_said() -> None:
    by = replace(PLAIN, banned=("lamp",))
    text = _write(by, LAMP)
    assert "lamp" not in text.lower() and text.startswith(("This product", "Made"))
    assert "L1#title" in {x.fact for x in _plan(by, LAMP).left_out}


@given(
    st.lists(st.sampled_from(["the", "it", "is", "has", "made", "black", "comes", "lamp", "with", "黑色"]), max_size=4)
)
@settings(deadline=None, max_examples=40)
def test_no_banned_word_ever_stands_outside_a_locked_sentence(banned: list[str]) -> None:
    by = replace(PLAIN, banned=tuple(banned))
    for channel in CHANNELS:
        made = _plan(by, LAMP, channel)
        out = compose(made, "en", voice=by, channel=channel)
        free = [out.text[s.start : s.end] for s in out.sentences if not s.locked]
        assert all(voice.allows(by, text) for text in free)


def test_preferred_words_are_said_instead() -> None:
    text = _write(replace(PLAIN, preferred={"black": "jet", "weighs": "tips the scales at"}), LAMP)
    assert "jet" in text and "black" not in text


def test_max_facts_bounds_a_listing_but_never_drops_what_a_buyer_needs() -> None:
    made = _plan(replace(PLAIN, max_facts=2), LAMP)
    assert {i.key for i in made.items} == {"height", "warning"}
    assert any(x.reason.startswith("no room") for x in made.left_out)


def test_person_you_speaks_to_the_reader_where_it_says_no_more() -> None:
    text = _write(replace(PLAIN, person="you"), LAMP)
    assert re.search(r"You can (?:choose|have it in) black or white\.", text) and "You can dim it." in text
    assert "You" not in _write(PLAIN, LAMP)


def test_benefits_are_worded_only_where_the_voice_says_so() -> None:
    assert "so it can be charged and used again" in _write(replace(PLAIN, benefits=True), LAMP)
    assert "so it can" not in _write(replace(PLAIN, benefits=False), LAMP)


def test_facts_per_sentence_makes_sentences_shorter() -> None:
    long, short = (_write(replace(PLAIN, facts_per_sentence=n), LAMP) for n in (4, 1))
    assert short.count(". ") > long.count(". ")


def test_plain_openings_always_begin_with_the_name() -> None:
    for sku in range(10):
        source = Source(uri="test")
        fields = (Field(name="Material", value="oak", source=source), Field(name="Weight", value="2 kg", source=source))
        product = product_from(Record(sku=f"S{sku}", title="Oak Stool", fields=fields, source=source))
        by = replace(PLAIN, openings="plain")
        assert compose(plan(product, ("en",), channel="listing", voice=by), "en", voice=by).text.startswith("The Oak")


def test_price_is_said_only_where_the_voice_includes_it() -> None:
    assert "19" in _write(replace(PLAIN, include_price=True), {**LAMP, "price": "19.90 USD"})
    assert "19" not in _write(PLAIN, {**LAMP, "price": "19.90 USD"})


def test_the_packaged_voices_differ_and_state_the_same_kind_of_facts() -> None:
    texts = {name: _write(voice.load(name), LAMP) for name in ("plain", "warm", "technical")}
    assert len(set(texts.values())) == 3
    assert "You can" in texts["warm"] and "You" not in texts["technical"]


@pytest.mark.parametrize(
    ("line", "told"),
    [('person = "we"', "'person' must be one of"),
     ("facts_per_sentence = 0", "'facts_per_sentence' must be at least 1"),
     ('openings = "loud"', "'openings' must be one of"), ('benefits = "yes"', "'benefits' must be a bool")],
)  # fmt: skip
def test_a_value_a_voice_cannot_have_is_told(tmp_path: Path, line: str, told: str) -> None:
    key = line.split(" ")[0]
    text = files("goodword.data").joinpath("voices/plain.toml").read_text("utf-8")
    file = tmp_path / "voice.toml"
    file.write_text(re.sub(rf"(?m)^{key} = .*$", line, text), "utf-8")
    with pytest.raises(InputError, match=told):
        voice.load(str(file))
