"""The shop's rules for lists, as data: a TOML file over the packaged one, checked when it is read."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from goodword.errors import InputError

_SEE = "See docs/how-to/recommend.md"
_WHOM = "Give newer_than_days, sellers, sellers_smaller_than or skus"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Stock(_Table):
    """Only what can be had."""

    on: bool = True
    at_least: int = Field(default=1, ge=1)
    unknown: Literal["show", "hide"] = "show"


class Owned(_Table):
    """What a shopper has is not offered again, unless the shop's own events show that it is bought again."""

    on: bool = True
    rebuyable_from: float = Field(default=0.2, ge=0, le=1)
    buyers: float = Field(default=20, gt=0)
    rest: float = Field(default=0.5, ge=0)


class Exclude(_Table):
    """Never shown to anyone."""

    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sellers: tuple[str, ...] = ()


class Caps(_Table):
    """At most so many of one kind in a list; 0: no limit."""

    category: int = Field(default=0, ge=0)
    seller: int = Field(default=0, ge=0)


class Variety(_Table):
    """How much unlikeness is worth beside the score."""

    method: Literal["none", "mmr", "dpp"] = "none"
    weight: float = Field(default=0.2, ge=0, lt=1)


class Price(_Table):
    """A band of prices, the same for everybody. A band made of a shopper's own spending is not offered."""

    low: float | None = Field(default=None, ge=0)
    high: float | None = Field(default=None, ge=0)
    unknown: Literal["show", "hide"] = "show"

    @model_validator(mode="after")
    def _in_order(self) -> "Price":
        if self.low is not None and self.high is not None and self.low > self.high:
            raise InputError("the price band of the rules is empty: low is above high", cure=_SEE)
        return self


class Minors(_Table):
    """From this age on a list may be made for the person."""

    adult: int = Field(default=18, ge=0, le=30)


class Sensitive(_Table):
    """Events that would give away a sensitive matter count in ranking only with the shopper's own consent."""

    without_consent: Literal["drop", "use"] = "drop"


class Pin(_Table):
    """A paid place. It is labelled as advertising, always."""

    sku: str
    place: int = Field(default=1, ge=1)
    payer: str = Field(min_length=1)
    start: date | None = None
    end: date | None = None


class Exposure(_Table):
    """A share of the places for items that would not get there on score alone.

    `accepted_cost` is the loss of NDCG@10, as a share, that was measured and accepted: without it the rule is refused.
    """

    name: str = Field(min_length=1)
    newer_than_days: int | None = Field(default=None, ge=1)
    sellers: tuple[str, ...] = ()
    sellers_smaller_than: int | None = Field(default=None, ge=1)
    skus: tuple[str, ...] = ()
    share: float = Field(gt=0, le=0.5)
    accepted_cost: float | None = Field(default=None, ge=0, le=1)

    @model_validator(mode="after")
    def _of_someone(self) -> "Exposure":
        if not (self.newer_than_days or self.sellers or self.sellers_smaller_than or self.skus):
            raise InputError(f"exposure rule {self.name!r} says for nobody", cure=_WHOM)
        return self


class Rules(_Table):
    """All rules of a shop."""

    version: int = 1
    stock: Stock = Stock()
    owned: Owned = Owned()
    exclude: Exclude = Exclude()
    caps: Caps = Caps()
    variety: Variety = Variety()
    price: Price = Price()
    minors: Minors = Minors()
    sensitive: Sensitive = Sensitive()
    pin: tuple[Pin, ...] = ()
    exposure: tuple[Exposure, ...] = ()


def load(path: Path | None = None, *, measuring: bool = False) -> Rules:
    """The packaged rules, with those of a shop's file in their place.

    Args:
        measuring: whether exposure rules without an accepted cost may pass, in order to measure it.

    Raises:
        InputError: not TOML, an unknown rule or a wrong value, with its name; an exposure rule whose cost was not
            accepted.
    """
    if path is None:
        return _packaged()
    try:
        told = loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not valid TOML: {error}", where=str(path)) from None
    rules = made({**_packaged().model_dump(), **told}, str(path))
    if not measuring:
        _paid_for(rules, str(path))
    return rules


def made(told: Mapping[str, Any], where: str = "") -> Rules:
    """Rules from plain data.

    Raises:
        InputError: an unknown rule or a wrong value, with its name.
    """
    try:
        return Rules.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(p) for p in first["loc"])
        why = first["msg"].removeprefix("Value error, ")
        why = why[:1].lower() + why[1:]
        raise InputError(f"rule {name!r}: {why}", where=where,
                         cure=_SEE) from None  # fmt: skip


@cache
def _packaged() -> Rules:
    return made(loads(files("goodword.data").joinpath("recommend/rules.toml").read_text("utf-8")))


def _paid_for(rules: Rules, where: str) -> None:
    for rule in rules.exposure:
        if rule.accepted_cost is None:
            raise InputError(
                f"exposure rule {rule.name!r}: nobody has accepted what it costs", where=where,
                cure="Measure it with: goodword recommend evaluate EVENTS --rules FILE; "
                "then write the figure as accepted_cost",
            )  # fmt: skip
