"""Names and addresses: found by the words around them and by the tagger; brands are not people."""

import pytest

from goodword.guard.personal.screen import screen
from goodword.types import Lang

FOUND: list[tuple[Lang, str, str, str]] = [
    ("zh", "PERSON", "收件人：李小明，请尽快", "李小明"),
    ("zh", "PERSON", "黄女士让我问一下", "黄女士"),
    ("zh", "PERSON", "我叫欧阳静怡，昨天下的单", "欧阳静怡"),
    ("zh", "PERSON", "收件人李宁，电话13900001111", "李宁"),
    ("zh", "ADDRESS", "寄到浙江省杭州市西湖区文三路90号5幢301室", "浙江省杭州市西湖区文三路90号5幢301室"),
    ("en", "PERSON", "My name is Priya Raghunathan and it broke", "Priya Raghunathan"),
    ("zh", "PERSON", "韩晓梦，13912345678，帮我查下", "韩晓梦"),
    ("zh", "PERSON", "她是米雪儿的助理，联系欧阳静怡，谢谢", "欧阳静怡"),
    ("en", "PERSON", "Mr Patel said so", "Mr Patel"),
    ("en", "PERSON", "this is Rebecca, the lamp broke", "Rebecca"),
    ("en", "ADDRESS", "Send it to 48 Orchard Street, Bath BA1 4LQ please", "48 Orchard Street, Bath BA1 4LQ"),
]
SILENT: list[tuple[Lang, str]] = [
    ("zh", "李宁跑鞋男款赤兔7，43码有货吗"),
    ("zh", "张小泉菜刀和王麻子剪刀哪个好用"),
    ("zh", "黄色高领毛衣，成分是羊毛70%"),
    ("zh", "从杭州发货到北京要几天"),
    ("en", "Calvin Klein boxers and Dr. Martens 1460 boots"),
    ("en", "The Oxford shirt has a Windsor collar"),
    ("en", "Ships from Portland in 3 to 5 days"),
    ("en", "Rain Jacket, two-way zip, Autumn Bliss, Model AL-525LBG4V6B"),
    ("zh", "黄金叶绿素护肤套装，赤陶色，蓝宝石表镜"),
]


@pytest.mark.parametrize(("lang", "kind", "text", "value"), FOUND)
def test_a_name_or_address_is_found_whole(lang: Lang, kind: str, text: str, value: str) -> None:
    assert (value, kind) in [(text[s.start : s.end], s.type) for s in screen(text, lang)]


@pytest.mark.parametrize(("lang", "text"), SILENT)
def test_brands_colours_and_towns_are_nobody(lang: Lang, text: str) -> None:
    assert not [(text[s.start : s.end], s.type) for s in screen(text, lang)]


def test_a_brand_of_the_catalogue_can_be_added() -> None:
    text = "Hello, the Hannah Weiland coat is lovely"
    assert not screen(text, "en", brands=["Hannah Weiland"])
