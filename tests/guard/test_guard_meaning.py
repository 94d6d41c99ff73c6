"""Which sentences the model of meaning may let stand, and that it reads many as it reads one."""

import pytest

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard import meaning
from goodword.guard.base import Matter
from goodword.guard.checks import grounding
from goodword.models import entailment
from goodword.types import Lang, Market

FACTS: dict[Lang, dict[str, str]] = {
    "en": {
        "name": "Halden desk fan",
        "diameter": "25 cm",
        "speeds": "3",
        "timer": "no",
        "plug": "UK",
        "made in": "Spain",
    },
    "zh": {"名称": "清朗台式风扇", "直径": "25厘米", "档位": "3档", "定时": "无", "插头": "英规", "产地": "西班牙"},
}
MARKET: dict[Lang, Market] = {"en": "us", "zh": "cn"}


def matter(lang: Lang, text: str) -> Matter:
    return Matter(text=text, lang=lang, market=MARKET[lang], facts=facts_from_pairs(FACTS[lang], lang=lang))


@pytest.mark.parametrize(
    ("lang", "text", "case"),
    [
        ("en", "The fan is 25 cm in diameter.", "plain"),
        ("en", "The fan is 35 cm in diameter.", "exact"),
        ("en", "The desk fan was made in Portugal, you know.", "exact"),
        ("en", "The best desk fan you can buy, with 3 speeds.", "exact"),
        ("en", "At full speed the desk fan turns 1,400 times a minute.", "exact"),
        ("en", "Cools the whole house.", "exact"),
        ("en", "It blows the papers off your writing table in the blink of an eye.", "alone"),
        ("en", "The desk fan with 3 speeds rattles the shutters and the curtains.", "unsaid"),
        ("zh", "直径25厘米。", "plain"),
        ("zh", "这台风扇的直径是35厘米。", "exact"),
        ("zh", "风扇开到最大，每分钟转1400圈。", "exact"),
        ("zh", "风很柔和。", "exact"),
        ("zh", "桌上的稿纸被吹得满屋子乱飞。", "alone"),
        ("en", "The fan is 25 cm in diameter and it is no whisperer.", "lone"),
        ("zh", "直径25厘米的风扇，放在琴房。", "lone"),
    ],
)
def test_what_the_rules_found_decides_how_sure_the_model_must_be(lang: Lang, text: str, case: str) -> None:
    assert meaning.case(grounding.by_rules(matter(lang, text)), text) == case


def test_many_sentences_are_judged_as_each_alone() -> None:
    model = entailment.load()
    facts = [meaning.row(f) for f in facts_from_pairs(FACTS["en"], lang="en")]
    said = ["The fan has three speeds.", "x", "It keeps you cool on the hottest nights of the year, whatever the weather.", "Made in Spain."]  # noqa: E501  # fmt: skip
    marked = [entailment.Marked(text=t, marks=((0, 3, 0),)) for t in said] * 6
    together = model.judge(marked, facts)
    assert together == pytest.approx([model.judge([m], facts)[0] for m in marked], abs=1e-4)
    assert together[1] == 0.0  # nothing to read
