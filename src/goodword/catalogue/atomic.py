"""Files that are either there in full or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from goodword.errors import InputError


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A new file beside `out` that takes its place when the block ends well and disappears when it does not.

    Raises:
        InputError: the folder does not exist or may not be written to.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent)
    except OSError as problem:
        raise InputError(
            f"cannot write here ({problem.strerror})", where=str(out), cure="Choose another folder"
        ) from None
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(0o644)  # mkstemp makes it private
        part.replace(out)
    except IsADirectoryError:
        raise InputError("this is a folder, not a file", where=str(out), cure="Name a file in it") from None
    finally:
        part.unlink(missing_ok=True)
