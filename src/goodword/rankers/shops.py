"""Kinds of shop and the blend each is served by: `data/rankers/shops.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.rankers.kinds.blend import Blend, Member
from goodword.types import Lang


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """One kind. `dated`: it makes sense only where times are dates. `size`: 'any', 'small' or 'large'."""

    name: str
    dated: bool
    size: str
    words: Mapping[Lang, str]
    settings: Mapping[str, Any]

    def blend(self, texts: Mapping[str, str] | None = None) -> Blend:
        """A new ranker for this kind of shop; with `texts` it can place items nobody has bought yet."""
        members = [Member(**m) for m in self.settings["members"]]
        if texts:
            members.append(Member(name="content", weight=0.1, settings={"texts": texts}))
        return Blend(members=members, trend=self.settings.get("trend"))


@cache
def _data() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("rankers/shops.toml").read_text("utf-8"))


def shops() -> dict[str, Shop]:
    """All kinds by name."""
    return {
        name: Shop(
            name=name, dated=told["dated"], size=told["size"], words={"en": told["en"], "zh": told["zh"]},
            settings={k: v for k, v in told.items() if k in {"members", "trend"}},
        )
        for name, told in _data()["shop"].items()
    }  # fmt: skip


def say(code: str, lang: Lang, **slots: object) -> str:
    """A sentence of the table `say`."""
    return str(_data()["say"][code][lang]).format(**slots)
