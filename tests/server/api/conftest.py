"""A small shop with texts."""

from pathlib import Path

import pytest

from goodword.app import Goodword

SHOP = (
    "sku,title_en,品名,Material,材质,Weight\n"
    "A1,Cotton T-shirt,棉T恤,100% cotton,100%棉,180 g\n"
    "A2,Steel Flask,钢水壶,304 stainless steel,304不锈钢,600 g\n"
)


@pytest.fixture
def shop_file(goodword: Goodword, tmp_path: Path) -> Path:
    """A catalogue file."""
    path = tmp_path / "shop.csv"
    path.write_text(SHOP, "utf-8")
    return path


@pytest.fixture
def described(goodword: Goodword, shop_file: Path) -> None:
    """The shop is in the store, with a text for each product in both languages."""
    assert [d.outcome for d in goodword.describe(shop_file)] == ["released"] * 4
