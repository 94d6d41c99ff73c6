"""The libraries recommending needs come with an extra; this asks for them in words before anything imports them."""

from importlib.util import find_spec

from goodword.errors import MissingExtra


def need() -> None:
    """Call before importing anything else of this room.

    Raises:
        MissingExtra: numpy, scipy or polars is not installed.
    """
    if not all(find_spec(library) for library in ("numpy", "scipy", "polars")):
        raise MissingExtra("recommend", "Recommending")
