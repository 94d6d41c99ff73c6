"""The bilingual vocabulary."""

import pytest

from goodword.text import classes, lexicon, segment

WORDS = lexicon.load()


@pytest.mark.parametrize(
    ("heading", "key"),
    [("Net Weight (g)", "net_content"), ("净含量", "net_content"), ("battery_capacity", "battery_capacity"),
     ("材质", "material"), ("title_en", "title"), ("品名", "title"), ("适用年龄", "age"), ("Colour", "colour")],
)  # fmt: skip
def test_a_heading_in_either_language_names_its_attribute(heading: str, key: str) -> None:
    found = WORDS.attribute(heading)
    assert found is not None
    assert found.key == key


def test_every_attribute_and_concept_speaks_both_languages() -> None:
    assert all(a.labels["en"] and a.labels["zh"] for a in WORDS.attributes.values())
    assert not [c.id for c in WORDS.concepts.values() if not c.forms["en"] or not c.forms["zh"]]


def test_a_false_friend_is_not_what_it_looks_like() -> None:
    assert [m.concept for m in WORDS.find("Leather-look bag")] == ["material.faux_leather"]
    assert not WORDS.entails("material.cotton", "material.organic_cotton")
    assert not WORDS.entails("feature.ipx4", "feature.waterproof")
    assert WORDS.entails("material.cotton", "material.natural_fibre")
    assert [m.concept for m in WORDS.find("Persian style rug")] == ["style.persian_style"]


def test_a_denied_concept_is_seen_as_denied() -> None:
    (mention,) = WORDS.find("it is not waterproof")
    assert mention.negated
    assert "it is not waterproof"[mention.start : mention.end] == "waterproof"


def test_every_class_orders_attributes_that_exist() -> None:
    known = set(WORDS.attributes)
    for name in classes.all_ids():
        found = classes.load(name)
        assert set(found.order) | set(found.needs) <= known, name


def test_sentences_end_where_a_reader_would_end_them() -> None:
    text = "It is 1.5 m long, approx. 2 kg. 重约1.2千克。Made in the U.S. today!"
    assert [text[a:b] for a, b in segment.sentences(text)] == [
        "It is 1.5 m long, approx. 2 kg.", "重约1.2千克。", "Made in the U.S. today!",
    ]  # fmt: skip
