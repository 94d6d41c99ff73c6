"""Help pages in the person's language: the commands as typer builds them, with every text put before it is shown."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import typer
from typer import rich_utils
from typer.core import TyperGroup
from typer.main import get_command

from goodword.cli import talk

TITLES = ("DEFAULT_STRING", "REQUIRED_LONG_STRING", "ARGUMENTS_PANEL_TITLE", "OPTIONS_PANEL_TITLE",
           "COMMANDS_PANEL_TITLE")  # fmt: skip
USAGE = ("Usage: ", "[OPTIONS]", "COMMAND [ARGS]...")


def command(app: typer.Typer) -> Any:
    """The command line, ready to be run, its help in the language spoken."""
    made: Any = get_command(app)
    for title, english in titles().items():
        setattr(rich_utils, title, talk.put(english))
    if talk.lang() != "en":
        for one in _all(made):
            _put(one)
    return made


@cache
def titles() -> dict[str, str]:
    """The words around our own on a page, as typer has them; read once, before they are changed."""
    return {title: getattr(rich_utils, title) for title in TITLES}


def _all(made: Any) -> Iterator[Any]:
    yield made
    if isinstance(made, TyperGroup):
        for inner in made.commands.values():
            yield from _all(inner)


def _put(made: Any) -> None:
    context = made.context_class(made)
    for thing in (made, *made.get_params(context)):
        if thing.help:
            thing.help = talk.put(thing.help)
    usage = made.get_usage

    def put_usage(ctx: Any) -> str:
        said: str = usage(ctx)
        for english in USAGE:
            said = said.replace(english, talk.put(english.strip()), 1)
        return said

    made.get_usage = put_usage
