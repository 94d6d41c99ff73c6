"""What commands say to the person, in the language the person reads; results go to stdout as they are.

Commands speak English; `say`, `out` and `put` say it in the language that `use` was given. Only sentences pass through
here: JSON, files and exit codes are the same in every language.
"""

import json
import sys

import typer
from rich.console import Console

from goodword.errors import GoodwordError
from goodword.text import messages
from goodword.types import Lang

err = Console(stderr=True, highlight=False, soft_wrap=True)
_lang: Lang = "en"


def use(lang: Lang) -> None:
    """Speak that language from now on."""
    global _lang  # noqa: PLW0603 - one person at one terminal
    _lang = lang


def lang() -> Lang:
    """The language spoken."""
    return _lang


def put(text: str) -> str:
    """A message or a word, in the person's language."""
    return messages.put(text, _lang)


def pair(name: str, value: str) -> str:
    """'held: A1 en', with the colon of the person's language."""
    return f"{name}{'：' if _lang == 'zh' else ': '}{value}"


def told(error: GoodwordError) -> str:
    """An error in one line, in the person's language."""
    return messages.told(error, _lang)


def say(text: str) -> None:
    """A line for the person on stderr, as it is: brackets in it are no markup."""
    err.print(put(text), markup=False)


def show(text: str) -> None:
    """A line of data on stderr: values and marks, in no language of ours."""
    err.print(text, markup=False)


def out(text: str) -> None:
    """A result as a sentence on stdout."""
    typer.echo(put(text))


def emit(value: object) -> None:
    """One result as a line of JSON on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
