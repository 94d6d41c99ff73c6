"""What the tests of catalogues share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from goodword.catalogue.base import BadRow
from goodword.catalogue.read import open_catalogue
from goodword.errors import InputError

Told = tuple[list[str], list[BadRow], int]


def _messages(path: Path) -> Told:
    """Every message a file gives, its bad rows, and how many products were read."""
    said: list[str] = []
    bad: list[BadRow] = []
    good = 0
    try:
        for found in open_catalogue(path).records():
            if isinstance(found, BadRow):
                bad.append(found)
                said.append(f"{found.where.uri}, {found.where.locator}: {found.problem}. {found.cure}")
            else:
                good += 1
    except InputError as error:
        said.append(str(error))
    return said, bad, good


@pytest.fixture
def messages() -> Callable[[Path], Told]:
    """Every message a file gives, its bad rows, and how many products were read."""
    return _messages


@pytest.fixture
def one_clear_message(tmp_path: Path) -> Callable[[bytes, str, str], None]:
    """Checks that a malformed file gives one message with those words, and that its good rows are read."""

    def check(data: bytes, kind: str, part: str) -> None:
        path = tmp_path / "catalogue.dat"
        path.write_bytes(data)
        said, bad, good = _messages(path)
        assert len(said) == 1, said
        assert part in said[0] and "catalogue.dat" in said[0] and "\n" not in said[0] and "Traceback" not in said[0]
        assert len(said[0]) < 600 and said[0][-1] not in " :"
        assert bool(bad) == (kind == "row")
        if kind == "row":
            assert good >= 1 and bad[0].cure and bad[0].where.row and len(bad[0].raw) <= 500

    return check
