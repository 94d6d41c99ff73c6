"""Rules are data, and a wrong one is told by name."""

from pathlib import Path

import pytest

from goodword.errors import InputError
from goodword.rankers.rerank import rules


def write(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_shops_file_replaces_the_tables_it_names_and_no_others(tmp_path: Path) -> None:
    found = rules.load(write(tmp_path, "[caps]\ncategory = 1\n"))
    assert found.caps.category == 1
    assert found.minors == rules.load().minors
    assert found.variety == rules.load().variety


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[stok]\non = true\n", "stok"),
        ("[caps]\ncategory = -1\n", "caps.category"),
        ("[price]\nlow = 9\nhigh = 3\n", "low is above high"),
        ("[[pin]]\nsku = 'a'\n", "pin.0.payer"),
        ("[[exposure]]\nname = 'x'\nshare = 0.1\n", "says for nobody"),
        ("[[exposure]]\nname = 'x'\nshare = 0.9\nskus = ['a']\n", "exposure.0.share"),
        ("not toml", "not valid TOML"),
    ],
)
def test_a_wrong_rule_is_told_by_its_name(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        rules.load(write(tmp_path, text))
    with pytest.raises(InputError, match="cannot be read"):
        rules.load(tmp_path / "none.toml")


def test_an_exposure_rule_is_refused_until_its_measured_cost_is_accepted(tmp_path: Path) -> None:
    bare = "[[exposure]]\nname = 'new'\nnewer_than_days = 30\nshare = 0.1\n"
    path = write(tmp_path, bare)
    with pytest.raises(InputError, match="nobody has accepted what it costs"):
        rules.load(path)
    assert rules.load(path, measuring=True).exposure[0].share == 0.1
    assert rules.load(write(tmp_path, bare + "accepted_cost = 0.012\n")).exposure[0].accepted_cost == 0.012
