"""Plug-ins: the file name is the plug-in name; other people's packages come second."""

from importlib import import_module, metadata
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from goodword.errors import UnknownPlugin


def names(room: str) -> list[str]:
    """Names usable in `room` (for example 'catalogue.readers'), ours first."""
    ours = [m.name for m in iter_modules(import_module(f"goodword.{room}").__path__)]
    theirs = [e.name for e in metadata.entry_points(group=f"goodword.{room}")]
    return sorted(ours) + sorted(set(theirs) - set(ours))


def load(room: str, name: str) -> Any:
    """Return the plug-in module or object called `name`, imported only now. The caller narrows it to a Protocol.

    Raises:
        UnknownPlugin: no such file here and no such entry point; the message lists what there is.
    """
    if name.isidentifier() and find_spec(f"goodword.{room}.{name}"):
        return import_module(f"goodword.{room}.{name}")
    for entry in metadata.entry_points(group=f"goodword.{room}", name=name):
        return entry.load()
    raise UnknownPlugin(f"no {room} called {name!r}", cure=f"There is: {', '.join(names(room))}")
