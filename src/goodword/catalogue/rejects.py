"""The rejects file: every bad row with file, row, column, problem and cure, as a CSV spreadsheets open."""

import csv
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from goodword.catalogue.atomic import replacing
from goodword.catalogue.base import BadRow
from goodword.catalogue.delimited import harmless

HEADING = ("file", "row", "column", "problem", "cure", "raw")


class Rejects:
    """Collects bad rows; the file appears when the block ends well, and only if there were any.

    `path` None counts them only. UTF-8 with a mark, so that Excel shows Chinese.
    """

    def __init__(self, path: Path | None) -> None:
        self.path, self.count = path, 0
        self._stack = ExitStack()
        self._rows: Any = None

    def __enter__(self) -> "Rejects":
        return self

    def add(self, bad: BadRow) -> None:
        """Write one down."""
        self.count += 1
        if self.path is None:
            return
        if self._rows is None:
            part = self._stack.enter_context(replacing(self.path))
            self._rows = csv.writer(self._stack.enter_context(part.open("w", encoding="utf-8-sig", newline="")))
            self._rows.writerow(HEADING)
        where = bad.where
        cells = (where.uri, where.row or "", where.field or "", bad.problem, bad.cure, bad.raw)
        self._rows.writerow([harmless(str(c)) for c in cells])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What was found before a run was broken off is worth keeping too.
        self._stack.__exit__(None, None, None)
