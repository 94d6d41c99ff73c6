"""A brand that the shop sells is no person's name in the shop's own texts."""

import pytest

from goodword.guard.base import Matter
from goodword.guard.checks.harm import run as harm
from goodword.guard.checks.personal import run
from goodword.types import Lang


@pytest.mark.parametrize(
    ("text", "lang", "brand"),
    [("感谢王小明设计的外套。", "zh", "王小明"), ("A coat by Jonathan Aldersby.", "en", "Jonathan Aldersby")],
)
def test_what_looks_like_a_person_passes_where_it_is_a_brand_of_the_shop(text: str, lang: Lang, brand: str) -> None:
    def names(brands: tuple[str, ...]) -> list[str]:
        found = run(Matter(text=text, lang=lang, market="cn", brands=brands)).findings
        return [text[f.start : f.end] for f in found if f.rule == "personal.person"]

    assert names(()) == [brand]
    assert names((brand,)) == []


@pytest.mark.parametrize(
    "text",
    ["Whiskered Wonders Baby Socks, a cute gift for women.", "Whiskered Wonders Baby Socks for Women"],
)
def test_an_innocent_title_is_not_held(text: str) -> None:
    assert harm(Matter(text=text, lang="en", market="us")).findings == ()
