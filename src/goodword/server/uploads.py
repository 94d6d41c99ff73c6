"""Files that come with a request: their names made harmless, their size bounded, their kind told by their content."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from fastapi import UploadFile

from goodword.errors import InputError

_PLAIN = re.compile(r"[^\w.+ -]+")
_BLOCK = 1 << 20


def name_of(upload: UploadFile, fallback: str = "file") -> str:
    """A file name without any folder, and without what no file name needs."""
    last = re.split(r"[\\/]", upload.filename or "")[-1]
    plain = _PLAIN.sub("_", last).strip(" .")[-120:]
    return plain or fallback


def stream_of(upload: UploadFile) -> BinaryIO:
    """Its bytes, from the beginning.

    Raises:
        InputError: there are none.
    """
    if not upload.size:
        raise InputError("this file is empty", where=name_of(upload))
    upload.file.seek(0)
    return upload.file


@contextmanager
def on_disk(upload: UploadFile) -> Iterator[Path]:
    """The file in a folder of its own, gone afterwards.

    Raises:
        InputError: it is empty.
    """
    with TemporaryDirectory(prefix="goodword-") as folder:
        path = Path(folder) / name_of(upload)
        stream = stream_of(upload)
        with path.open("wb") as out:
            while block := stream.read(_BLOCK):
                out.write(block)
        try:
            yield path
        except InputError as error:  # it is told by its name: where we keep it is nobody's business
            where = error.where.replace(f"{path.parent}{os.sep}", "")
            InputError.__init__(error, error.what, where=where, cure=error.cure)
            raise
