"""The price audit finds a price made for a person, and does not mistake a change of price for one."""

from pathlib import Path

import pytest
from tests.jobs.recommend_shop import SHOP

from goodword.errors import InputError
from goodword.jobs.recommend_audit import audit


def write(folder: Path, *rows: str, head: str = "user,item,time,price") -> Path:
    path = folder / "events.csv"
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def test_the_sample_shop_treats_everyone_alike() -> None:
    found = audit(SHOP / "events.csv", prices=SHOP / "price_history.csv")
    assert found.clean
    assert found.events == 6554
    assert found.compared > 200
    assert found.off_list == 0


def test_a_price_that_changes_for_everyone_is_no_fault(tmp_path: Path) -> None:
    found = audit(write(tmp_path, "a,x,2026-01-01T08:00:00Z,10", "b,x,2026-01-01T09:00:00Z,10",
                        "c,x,2026-01-01T10:00:00Z,12", "a,x,2026-01-01T11:00:00Z,12"))  # fmt: skip
    assert (found.clean, found.compared, found.changed) == (True, 1, 1)


def test_a_price_made_for_one_person_is_found(tmp_path: Path) -> None:
    path = write(tmp_path, "a,x,2026-01-01T08:00:00Z,10", "rich,x,2026-01-01T09:00:00Z,12",
                 "c,x,2026-01-01T10:00:00Z,10", "d,y,2026-01-01T10:00:00Z,5")  # fmt: skip
    found = audit(path)
    assert not found.clean
    assert [(c.item, c.day, c.prices, c.shoppers) for c in found.cases] == [("x", "2026-01-01", (10.0, 12.0), 3)]


def test_two_prices_at_one_moment_are_found(tmp_path: Path) -> None:
    found = audit(write(tmp_path, "a,x,1767254400,10", "b,x,1767254400,12"))
    assert found.differing == 1


def test_a_price_off_the_list_is_found_with_both_prices(tmp_path: Path) -> None:
    listed = tmp_path / "prices.csv"
    listed.write_text("sku,valid_from,valid_until,price_cny\nx,2026-01-01,2026-01-31,10\nx,2026-02-01,,11\n", "utf-8")
    found = audit(write(tmp_path, "a,x,2026-01-05,10", "b,x,2026-02-05,10"), prices=listed)
    assert [(o.price, o.listed) for o in found.off_cases] == [(10.0, 11.0)]


def test_prices_that_are_no_numbers_are_counted_and_left_out(tmp_path: Path) -> None:
    found = audit(write(tmp_path, "a,x,2026-01-05,NaN", "b,x,2026-01-05,", "c,x,2026-01-05,cheap", "d,x,soon,3"))
    assert (found.events, found.unpriced, found.compared) == (4, 4, 0)


def test_a_file_without_prices_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column 'price'"):
        audit(write(tmp_path, "a,x,1", head="user,item,time"))
    with pytest.raises(InputError, match="cannot be read"):
        audit(tmp_path / "none.csv")
