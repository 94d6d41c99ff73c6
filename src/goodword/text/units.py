"""Units as shops write them, in English and Chinese, over the units library pint.

The library is asked once per unit; the hot path works on cached factors to base units.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

import pint

from goodword.types import Lang


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One unit: `value in base = amount * factor + offset`, comparable within one `dimension`."""

    name: str
    dimension: str
    factor: Decimal
    offset: Decimal
    say: dict[Lang, str]


@cache
def table() -> dict[str, Any]:
    """The unit table as data."""
    return loads(files("goodword.data").joinpath("lexicon/units.toml").read_text("utf-8"))


@cache
def units() -> dict[str, Unit]:
    """Every unit by its canonical name."""
    registry: Any = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    for line in table()["define"]:
        registry.define(line)
    return {row["unit"]: _unit(registry, row) for row in table()["unit"]}


def _unit(registry: Any, row: dict[str, Any]) -> Unit:
    if row["unit"].startswith("degree_"):  # offset scales: pint converts two points, which fix the line
        zero, one = (registry.Quantity(x, row["unit"]).to("kelvin").magnitude for x in (0.0, 100.0))
        return Unit(name=row["unit"], dimension="temperature", factor=_exact((one - zero) / 100),
                    offset=_exact(zero), say=row["say"])  # fmt: skip
    if row["unit"] in {"percent", "percent_volume"}:
        return Unit(name=row["unit"], dimension="percent", factor=Decimal(1), offset=Decimal(0), say=row["say"])
    base = registry.parse_expression(row.get("pint", row["unit"])).to_base_units()
    name = "angle" if row["unit"] == "degree" else str(base.dimensionality) or "ratio"
    return Unit(name=row["unit"], dimension=name, factor=_exact(base.magnitude), offset=Decimal(0), say=row["say"])


def _exact(number: float) -> Decimal:
    """A float of the library as the short decimal it stands for (12 significant digits)."""
    return Decimal(f"{float(number):.12g}")


@cache
def forms() -> dict[str, str]:
    """Canonical unit by lower-case written form."""
    return {form.lower(): row["unit"] for row in table()["unit"] for form in row["forms"]}


@cache
def counters() -> dict[str, str]:
    """Counter ('piece') by written form, English and Chinese."""
    return {w: name for name, by_lang in table()["counters"].items() for words in by_lang.values() for w in words}


def base(amount: Decimal, unit: str) -> Decimal:
    """`amount` of `unit` in base units of its dimension; a bare count stays as it is."""
    if not unit:
        return amount
    known = units()[unit]
    return amount * known.factor + known.offset


def dimension(unit: str) -> str:
    """The dimension of a canonical unit ('[mass]'); '' for a count."""
    return units()[unit].dimension if unit else ""


def convert(amount: Decimal | None, unit: str, to: str) -> Decimal | None:
    """An amount in another unit of the same dimension."""
    if amount is None:
        return None
    return ((base(amount, unit) - units()[to].offset) / units()[to].factor).normalize()
