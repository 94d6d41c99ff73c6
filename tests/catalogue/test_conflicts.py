"""What contradicts what: found where it is, and no false alarm where words only look alike."""

import json
from pathlib import Path

import pytest

import goodword
from goodword.catalogue.facts import product_from
from goodword.catalogue.read import read
from goodword.types import Field, Product, Record, Source

SHOP = Path(goodword.__file__).parent / "data" / "shop" / "products.csv"
CHINESE = Path(__file__).parents[2] / "benchmarks" / "data" / "zh_products.jsonl"


def product(title: str, cells: dict[str, str]) -> Product:
    source = Source(uri="shop.csv", row=2)
    fields = tuple(Field(name=k, value=v, source=source) for k, v in cells.items())
    return product_from(Record(sku="S1", title=title, fields=fields, source=source))


@pytest.mark.parametrize(
    ("title", "cells"),
    [
        ("Blue Cotton Shirt", {"colour": "red"}),
        ("纯棉T恤", {"材质": "聚酯纤维"}),
        ("纯棉圆领T恤", {"材质": "棉60% 聚酯纤维40%"}),
        ("Red Wool Scarf", {"material": "100% polyester"}),
        ("黑色真皮腰带", {"颜色": "白色"}),
        ("真皮腰带", {"材质": "PU革"}),
        ("男士牛皮钱包", {"材质": "人造革"}),
        ("Silk Blouse", {"material": "polyester 100%"}),
        ("Glass Teapot", {"material": "ceramic"}),
        ("不锈钢保温杯", {"材质": "玻璃"}),
        ("Oak Dining Table", {"material": "solid pine"}),
        ("Men's Navy Blue Blazer", {"colour": "red, brown"}),
        ("12 pcs Screwdriver Set", {"pieces": "10 pcs"}),
        ("65W GaN Charger", {"power": "30W"}),
        ("USB-C Cable 2m", {"cable length": "1 m"}),
        ("Wool Rug Made in Turkey", {"origin": "China"}),
        ("日本制造 保温杯", {"产地": "中国"}),
        ("53度酱香型白酒 500ml", {"酒精度": "42%vol"}),
        ("Shirt", {"weight": "1.2 kg", "重量": "1300g"}),
        ("Bag", {"colour": "red", "颜色": "蓝色"}),
        ("Lamp", {"voltage": "220 V", "电压": "110V"}),
        ("Table", {"dimensions": "120 x 60 x 75 cm", "尺寸": "100×60×75厘米"}),
        ("白色连衣裙", {"颜色": "红色"}),
        ("Milk 500 ml", {"best before": "2027-03-01", "保质期至": "2027年4月1日"}),
        ("Thermos", {"dishwasher safe": "yes", "洗碗机": "不可"}),
        ("6-pack Socks", {"pieces": "pack of 3"}),
    ],
)
def test_a_contradiction_is_reported(title: str, cells: dict[str, str]) -> None:
    found = product(title, cells)
    assert found.conflicts
    ids = {f.id for f in found.facts}
    assert all(set(c.facts) <= ids and "≠" in c.reason for c in found.conflicts)


@pytest.mark.parametrize(
    ("title", "cells"),
    [
        ("Blue Cotton Shirt", {"colour": "navy, white"}),
        ("Blue Cotton Shirt", {"colour": "blue"}),
        ("Rose Tea", {"colour": "green"}),
        ("红茶 100g", {"颜色": "黑色"}),
        ("金枪鱼罐头", {"颜色": "红色"}),
        ("Orange Juice", {"colour": "yellow"}),
        ("Black Friday Mug", {"colour": "white"}),
        ("Persian Rug", {"origin": "Turkey", "colour": "red"}),
        ("Cotton Shirt", {"material": "60% cotton, 40% polyester"}),
        ("纯棉T恤", {"材质": "棉95% 氨纶5%"}),
        ("Denim Jacket", {"material": "100% cotton"}),
        ("Linen-Look Curtain", {"material": "polyester"}),
        ("Wool-Lined Boots", {"material": "leather"}),
        ("White Shirt with Blue Stripes", {"colour": "white"}),
        ("Shirt with Red Buttons", {"colour": "white"}),
        ("Keyboard Red Switch", {"colour": "black"}),
        ("红轴机械键盘", {"颜色": "黑色"}),
        ("Leather Cleaner", {"material": "plastic"}),
        ("Glass Jar with Bamboo Lid", {"material": "glass, bamboo"}),
        ("Bamboo Lid Glass Jar", {"material": "glass"}),
        ("Stainless Steel Bottle", {"material": "304 stainless steel"}),
        ("Italian Leather Bag", {"origin": "China", "material": "cowhide"}),
        ("White Goose Down Jacket", {"colour": "black", "filling": "90% goose down"}),
        ("黑白条纹衫", {"颜色": "白色"}),
        ("LED Bulb 60W equivalent", {"power": "9W"}),
        ("Nuts 30 × 25 g", {"net content": "750 g (30 × 25 g)"}),
        ("牙膏 120g×2", {"净含量": "240克"}),
        ("Shirt", {"net weight": "1 kg", "gross weight": "1.2 kg"}),
        ("Shirt", {"weight": "1 kg", "shipping weight": "1.4 kg"}),
        ("杯", {"净重": "300g", "毛重": "400g", "重量": "0.3kg"}),
        ("Table", {"dimensions": "120 x 60 x 75 cm", "height": "75 cm"}),
        ("Table", {"dimensions": "120 x 60 x 75 cm", "尺寸": "60×120×75厘米"}),
        ("Shoe", {"upper material": "leather", "material": "rubber"}),
        ("Chair", {"frame material": "steel", "material": "oak"}),
        ("Bag", {"weight": "up to 2 kg", "重量": "1.8kg"}),
        ("Bag", {"weight": "about 500 g", "重量": "510克"}),
        ("Milk", {"production date": "2026-03", "生产日期": "2026年3月5日"}),
        ("Blush and Ivory Rose Bouquet", {}),
        ("Green Tea Face Mask", {"colour": "white"}),
        ("Rose Gold Watch", {"colour": "black"}),
        ("Navy Dress", {"colour": "dark blue"}),
        ("灰色羊毛大衣", {"颜色": "炭灰"}),
        ("Tan Leather Belt", {"colour": "brown"}),
        ("Black and Red Gaming Chair", {"colour": "black"}),
        ("积木 620颗粒", {"材质": "ABS"}),
        ("White Noise Machine", {"colour": "black"}),
        ("Blue Light Glasses", {"colour": "black"}),
        ("Cotton Candy Machine", {"material": "steel"}),
        ("Silk Touch Satin Pillow", {"material": "polyester"}),
        ("Leather Sofa Cover", {"material": "polyester"}),
        ("Oak Leaf Wreath", {"material": "pine"}),
        ("冰丝短裤", {"材质": "锦纶"}),
        ("真丝面膜", {"材质": "棉"}),
        ("竹纤维毛巾", {"材质": "棉"}),
        ("玻璃杯 硅胶套", {"材质": "玻璃"}),
        ("Canvas Bag", {"material": "cotton"}),
        ("Velvet Sofa", {"material": "polyester"}),
        ("Wooden Toy Car", {"material": "beech"}),
        ("Pink Salmon", {"colour": "red"}),
        ("白酒 500ml", {"颜色": "红色"}),
        ("红木筷子", {"颜色": "棕色"}),
        ("Black Forest Cake", {"colour": "white"}),
        ("黑科技水杯", {"颜色": "白色"}),
        ("Tea (Pack of 6)", {"count": "20 count", "pack": "Pack of 6"}),
        ("蓝牙耳机", {"颜色": "白色"}),
        ("红外线测温仪", {"颜色": "白色"}),
        ("绿植花盆", {"颜色": "白色"}),
        ("白板笔 黑色 10支", {"颜色": "黑色", "件数": "10支"}),
        ("Red Bull Cap", {"colour": "navy"}),
        ("Black Leather Care Kit for Brown Shoes", {"colour": "brown"}),
    ],
)
def test_what_only_looks_like_a_contradiction_is_not_reported(title: str, cells: dict[str, str]) -> None:
    assert not product(title, cells).conflicts


def test_the_sample_shop_holds_its_two_planted_contradictions_and_no_other() -> None:
    found = {p.sku: {c.key for c in p.conflicts} for p in map(product_from, read(SHOP)) if p.conflicts}
    assert found == {"CL-002": {"material"}, "CO-001": {"net_content"}}


def test_two_hundred_sound_chinese_products_hold_none() -> None:
    rows = [json.loads(line) for line in CHINESE.read_text("utf-8").splitlines()]
    found = [product(r.pop("title"), {k: str(v) for k, v in r.items() if k != "sku"}) for r in rows]
    assert len(found) == 200
    assert [c.reason for p in found for c in p.conflicts] == []


def test_facts_read_out_of_a_title_do_not_contradict_each_other() -> None:
    found = product("Blush and Ivory Bouquet Vase", {})
    assert sum(f.derived for f in found.facts) == 2
    assert not found.conflicts
