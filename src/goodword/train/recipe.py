"""Recipes: TOML files that name a learner and its options. Ours in `data/recipes/`, or any path."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import Any

from goodword.errors import InputError
from goodword.plugins import load as plugin
from goodword.train.base import Learner


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """A learner, its options, and the ranges a search may draw them from."""

    name: str
    learner: str
    options: Mapping[str, Any]
    title: Mapping[str, str]
    search: Mapping[str, Any] = field(default_factory=dict)

    def with_options(self, changes: Mapping[str, Any]) -> "Recipe":
        """The same with other values.

        Raises:
            InputError: an option the recipe does not have, or a value of another type.
        """
        for name, value in changes.items():
            if name not in self.options:
                there = ", ".join(sorted(self.options))
                raise InputError(f"recipe {self.name} has no option {name!r}", cure=f"There is: {there}")
            if not _fits(value, self.options[name]):
                raise InputError(
                    f"option {name} cannot be {value!r}", cure=f"It is like {self.options[name]!r} in the recipe"
                )
        return replace(self, options={**self.options, **changes})

    def open(self) -> Learner:
        """The learner's module."""
        learner: Learner = plugin("train.learners", self.learner)
        return learner


def _fits(value: Any, like: Any) -> bool:
    if isinstance(like, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(like, bool)
    if isinstance(like, int | float):
        return isinstance(value, int | float)
    if isinstance(like, list) and isinstance(value, int | float):  # one instead of several
        return bool(like) and isinstance(like[0], int | float)
    return isinstance(value, type(like))


def names() -> list[str]:
    """The recipes that come with Goodword."""
    folder = files("goodword.data").joinpath("recipes")
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name != "tasks.toml")


def load(name: str) -> Recipe:
    """A recipe by name, or from a file.

    Raises:
        InputError: there is none of that name, or the file is no recipe.
    """
    if name.endswith(".toml"):
        path = Path(name)
        if not path.is_file():
            raise InputError("there is no such file", where=name, cure="Check the name")
        return _made(path.stem, path.read_text("utf-8", "replace"), name)
    if name not in names():
        raise InputError(f"there is no recipe {name!r}", cure=f"There is: {', '.join(names())}, or a TOML file")
    return _made(name, files("goodword.data").joinpath(f"recipes/{name}.toml").read_text("utf-8"), name)


def _made(name: str, text: str, where: str) -> Recipe:
    try:
        rows = loads(text)
    except TOMLDecodeError as error:
        raise InputError(f"not TOML: {error}", where=where) from None
    base = load(rows["base"]) if isinstance(rows.get("base"), str) else None
    learner = rows.get("learner", base.learner if base else None)
    options, search = rows.get("options", {}), rows.get("search", {})
    if not isinstance(learner, str) or not isinstance(options, dict) or not isinstance(search, dict):
        raise InputError("this is no recipe", where=where, cure='It says: learner = "linear", and [options]')
    if base:
        made = base.with_options(options)
        return replace(made, name=name, search=search or base.search, title=rows.get("title", base.title))
    return Recipe(name=name, learner=learner, options=options, search=search,
                  title=rows.get("title", {"en": name, "zh": name}))  # fmt: skip


def parsed(changes: Sequence[str]) -> dict[str, Any]:
    """'C=0.5' as an option and its value, read as TOML; words need no quotation marks.

    Raises:
        InputError: there is no '='.
    """
    out: dict[str, Any] = {}
    for change in changes:
        name, mark, value = change.partition("=")
        if not mark or not name.strip():
            raise InputError(f"{change!r} sets nothing", cure="Write --set NAME=VALUE")
        try:
            out[name.strip()] = loads(f"v = {value.strip()}")["v"]
        except TOMLDecodeError:
            out[name.strip()] = value.strip()
    return out
