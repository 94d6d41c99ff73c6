"""What commands say on stderr; results go to stdout."""

import json
import sys

from rich.console import Console

err = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """A line for the person, as it is: brackets in it are no markup."""
    err.print(text, markup=False)


def emit(value: object) -> None:
    """One result as a line of JSON on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
