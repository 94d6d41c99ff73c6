"""Results as files: as they come, whole or not at all; texts spooled on disk."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from goodword.app import Goodword
from goodword.errors import InputError
from goodword.jobs import outputs
from goodword.jobs.describe import Described
from goodword.jobs.spool import Spool


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Described]]:
    home = tmp_path_factory.mktemp("shop")
    file = home / "shop.csv"
    file.write_text("sku,title,材质,重量\n=1+1,Cotton Bag,棉,200克\nA2,Linen Bag,亚麻,300克\n", "utf-8")
    with Goodword(store=str(home / "s.db")) as goodword:
        yield list(goodword.describe(file))


@pytest.mark.parametrize("suffix", [".html", ".csv", ".jsonl"])
def test_an_error_while_writing_leaves_no_file_and_the_old_one_alone(
    results: list[Described], tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"r{suffix}"
    out.write_text("old", "utf-8")
    with pytest.raises(KeyboardInterrupt), outputs.opened(out) as file:
        file.add(results[0])
        raise KeyboardInterrupt
    assert [p.name for p in tmp_path.iterdir()] == [out.name]
    assert out.read_text("utf-8") == "old"


def test_a_page_shows_the_texts_of_a_product_together_in_whatever_order_they_come(
    results: list[Described], tmp_path: Path
) -> None:
    by_lang = sorted(results, key=lambda r: r.draft.lang)
    outputs.write(by_lang, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text("utf-8")
    assert page.count("<article") == 2
    assert "<b>2</b><span>products" in page and "<b>4</b><span>released" in page
    assert page.index("Cotton Bag") < page.index("Linen Bag")


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(results: list[Described], tmp_path: Path) -> None:
    outputs.write(results, tmp_path / "r.csv")
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["sku"] == "'=1+1"
    assert json.loads(rows[0]["aigc"])["AIGC"]["Label"] == "1"


def test_an_unknown_suffix_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Name it"), outputs.opened(tmp_path / "r.pdf"):
        pass


def test_spooled_texts_come_back_with_their_labels(results: list[Described]) -> None:
    with Spool() as spool:
        for result in results:
            spool.add(result)
        texts = spool.texts("A2")
        assert set(texts) == {"en", "zh"}
        assert all(t.mark and t.text.endswith(t.mark.text) for t in texts.values())
        assert spool.texts("absent") == {}
