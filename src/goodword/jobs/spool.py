"""Released texts kept on disk until a catalogue is given back with them: a million of them need no memory."""

import sqlite3
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from goodword.catalogue.base import CopyText
from goodword.jobs.describe import Described
from goodword.types import Lang, Mark


class Spool:
    """Texts by SKU and language, in a file of their own that goes when it is closed."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="goodword-")
        self._db = sqlite3.connect(Path(self._folder.name) / "texts.db")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("CREATE TABLE t (sku TEXT, lang TEXT, text TEXT, label TEXT, metadata TEXT,"
                         " PRIMARY KEY (sku, lang))")  # fmt: skip

    def add(self, result: Described) -> None:
        """Keep a text if it was released; the first market's of each language stays."""
        if result.statement is None:
            return
        draft, mark = result.draft, result.statement.mark
        row = (draft.sku, draft.lang, draft.text, mark.text, mark.metadata)
        self._db.execute("INSERT OR IGNORE INTO t VALUES (?, ?, ?, ?, ?)", row)

    def texts(self, sku: str) -> dict[Lang, CopyText]:
        """The texts of a product, each with its label at the end."""
        found: dict[Lang, CopyText] = {}
        for lang, text, label, metadata in self._db.execute(
            "SELECT lang, text, label, metadata FROM t WHERE sku = ?", (sku,)
        ):
            space = "\n" if "\n" in text else " " if lang == "en" else ""
            mark = Mark(text=label, metadata=metadata)
            found[cast(Lang, lang)] = CopyText(text=f"{text}{space}{label}", mark=mark)
        return found

    def close(self) -> None:
        """Throw the file away."""
        self._db.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
